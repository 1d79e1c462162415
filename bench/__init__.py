"""`python -m bench`: how fast the pages are, beside a bare route on the same server."""

"""The public page with ways to talk to somebody now."""

"""Other programs' formats, bytes in and values out, and the ways by which messages leave.

Nothing here reads the database.
"""

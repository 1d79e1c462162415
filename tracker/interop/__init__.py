"""Other programs' formats: bytes in, values out. Nothing here reads the database or the network."""

"""The write side: one function is one use case, one transaction and its audit event."""

"""The audit trail as pages: for whoever looks after privacy, and for patients."""

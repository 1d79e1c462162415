"""The second factor of a sign-in, and one's own account."""

"""Private check-in links: opening one, and for staff making, listing and taking them back."""

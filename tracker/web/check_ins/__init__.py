"""The patient's own pages: home, check-ins, what was sent; and paper entry by staff."""

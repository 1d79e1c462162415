"""The controlled-drug ledger: vials, draws, waste, counts, and what is printed of it."""

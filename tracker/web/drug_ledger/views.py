"""Every view of the ledger, on their one blueprint."""

from tracker.web.drug_ledger import entry_views, print_views, stock_views
from tracker.web.drug_ledger.blueprint import drug_ledger

__all__ = ["drug_ledger", "entry_views", "print_views", "stock_views"]

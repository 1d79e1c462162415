"""The blueprint that the views of the ledger hang on, each in a module of its own."""

from __future__ import annotations

from flask import Blueprint

drug_ledger = Blueprint("drug_ledger", __name__)

"""The blueprint that the views of courses hang on, each in a module of its own."""

from __future__ import annotations

from flask import Blueprint

courses = Blueprint("courses", __name__)

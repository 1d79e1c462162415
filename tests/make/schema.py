"""A database at the newest schema, for an application of a test."""

from flask import Flask

from tracker.models import db, schema


def bring_schema_up(app: Flask) -> None:
    with app.app_context():
        schema.bring_up(db.engine)

"""Runs migrations on the connection that schema.py hands over, or for `flask db …` on a new one."""

from alembic import context
from sqlalchemy import Connection

from tracker.models import Base, db
from tracker.models.reach import open_connection_to_all


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=False,
    )
    with context.begin_transaction():
        open_connection_to_all(connection)
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with db.engine.connect().execution_options(writes=True) as own, own.begin():
        migrate(own)

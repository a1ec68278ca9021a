"""What Alembic runs; the connection is handed in by ``database.migrate``, which owns the transaction."""

from alembic import context

from upstander.records.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
context.run_migrations()

"""Alembic's entry: runs the revisions on the connection that `store.migrate` made."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema="vidp_private",
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

"""Channels with a brand, and files that people brought; what the first page reads."""

from alembic import op

revision = "0013"
down_revision = "0007"

_OVERVIEW = """
create index productions_by_state on vidp.productions (owner_id, state, created_at desc);
create index productions_of_workflow on vidp.productions (owner_id, workflow, created_at desc);
"""


def upgrade() -> None:
    """Add them, closed to all but their owners."""
    op.get_bind().exec_driver_sql(_OVERVIEW, execution_options={"no_parameters": True})

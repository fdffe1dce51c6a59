"""Items of batches wait to be retried, as others wait to be begun."""

from alembic import op

revision = "0019"
down_revision = "0018"

_AGAIN = """
alter table vidp.batch_items add column again boolean not null default false;
create index batch_items_by_production on vidp.batch_items (owner_id, production_id)
    where production_id is not null;
"""


def upgrade() -> None:
    """Add the mark."""
    op.get_bind().exec_driver_sql(_AGAIN, execution_options={"no_parameters": True})

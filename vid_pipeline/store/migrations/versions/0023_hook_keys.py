"""The key of a trigger's hook can be changed: each turn derives another one."""

from alembic import op

revision = "0023"
down_revision = "0022"

_TURN = "alter table vidp.triggers add column key_turn integer not null default 0"


def upgrade() -> None:
    """Add the turn."""
    op.get_bind().exec_driver_sql(_TURN, execution_options={"no_parameters": True})

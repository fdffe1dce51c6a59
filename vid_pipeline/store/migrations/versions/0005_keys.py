"""People's own keys for providers, sealed."""

from alembic import op

revision = "0005"
down_revision = "0004"

_KEYS = """
-- A key is sealed for its owner, provider and name; of it people see the last four characters.
create table vidp.api_keys (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    provider text not null check (provider ~ '^[a-z0-9_-]{1,40}$'),
    name text not null check (length(name) between 1 and 60),
    sealed bytea,
    last4 text not null check (length(last4) = 4),
    created_at timestamptz not null default clock_timestamp(),
    last_used_at timestamptz,
    revoked_at timestamptz,
    unique (owner_id, id),
    check ((sealed is null) = (revoked_at is not null))
);
comment on column vidp.api_keys.sealed is 'Null once it is revoked: it is gone.';
create unique index api_keys_in_use on vidp.api_keys (owner_id, provider, name)
    where revoked_at is null;

alter table vidp.api_keys enable row level security, force row level security;
create policy own on vidp.api_keys to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert, update (sealed, last_used_at, revoked_at) on vidp.api_keys to vidp_app;
"""


def upgrade() -> None:
    """Add the table, closed to all but its owners."""
    op.get_bind().exec_driver_sql(_KEYS, execution_options={"no_parameters": True})

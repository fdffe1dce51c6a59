"""Destinations, and what was sent there."""

from alembic import op

revision = "0016"
down_revision = "0015"

_TABLES = """
-- The kind is in the settings too; `secret` is sealed by the application.
create table vidp.destinations (
    id uuid primary key,
    owner_id uuid not null references vidp.users (id),
    name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    kind text not null check (kind ~ '^[a-z_]{1,30}$'),
    goes json not null,
    secret bytea,
    enabled boolean not null default true,
    created_at timestamptz not null default clock_timestamp(),
    unique (owner_id, id),
    unique (owner_id, name)
);

-- Written as begun before anything leaves, so that nobody sends the same twice. Its id is random:
-- receivers see it.
create table vidp.sendings (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null,
    production_id uuid not null,
    destination_id uuid not null,
    subject text not null check (length(subject) = 64),
    state text not null default 'begun' check (state in ('begun', 'sent', 'failed')),
    receipt json,
    tries integer not null default 1,
    error text,
    begun_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    check ((state = 'sent') = (receipt is not null)),
    unique (owner_id, production_id, destination_id, subject),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id),
    foreign key (owner_id, destination_id) references vidp.destinations (owner_id, id)
        on delete cascade
);
create index sendings_of on vidp.sendings (owner_id, destination_id, begun_at desc);
"""

_CLOSED = "".join(
    f"""
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert, update, delete on vidp.{table} to vidp_app;
"""
    for table in ("destinations", "sendings")
)


def upgrade() -> None:
    """Add both tables, closed to all but their owner."""
    for text in (_TABLES, _CLOSED):
        op.get_bind().exec_driver_sql(text, execution_options={"no_parameters": True})

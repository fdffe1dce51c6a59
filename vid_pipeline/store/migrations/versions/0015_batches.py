"""Batches: one workflow over many inputs and their variants."""

from alembic import op

revision = "0015"
down_revision = "0014"

_BATCHES = """
create table vidp.batches (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    name text not null check (length(name) between 1 and 80),
    workflow text not null,
    version integer not null,
    rules json not null default '{}',
    shared text[] not null default '{}',
    state text not null default 'running' check (state in
        ('running', 'paused', 'stopped', 'done')),
    reason text,
    excused integer not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    unique (owner_id, id)
);
create index batches_mine on vidp.batches (owner_id, created_at desc);
create index batches_running on vidp.batches (created_at) where state = 'running';

-- Items of one input stand side by side; its first variant does for the others what they share.
create table vidp.batch_items (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    batch_id uuid not null,
    input integer not null check (input > 0),
    variant integer not null check (variant >= 0),
    title text not null,
    label text not null default '',
    brief json,
    reason text,
    production_id uuid,
    unique (owner_id, batch_id, input, variant),
    check (brief is not null or reason is not null),
    foreign key (owner_id, batch_id) references vidp.batches (owner_id, id) on delete cascade,
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id)
);
"""

_CLOSED = "".join(
    f"""
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert, update, delete on vidp.{table} to vidp_app;
"""
    for table in ("batches", "batch_items")
)

_SERVICE = """
create policy service on vidp.batches for select to vidp_service using (true);
grant select (id, owner_id, state, created_at) on vidp.batches to vidp_service;
"""


def upgrade() -> None:
    """Add the tables, closed to all but their owner; the service sees which are running."""
    for text in (_BATCHES, _CLOSED, _SERVICE):
        op.get_bind().exec_driver_sql(text, execution_options={"no_parameters": True})

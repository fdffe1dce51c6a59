"""Triggers, what each has found, and the content calendar."""

from alembic import op

revision = "0014"
down_revision = "0013"

_TRIGGERS = """
create table vidp.triggers (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    name text not null check (length(name) between 1 and 80),
    watches json not null,
    making json not null,
    sieve json not null default '{}',
    rules json not null default '{}',
    paused boolean not null default false,
    finished boolean not null default false,
    marks json not null default '{}',
    looked_at timestamptz,
    next_at timestamptz not null default clock_timestamp(),
    held_until timestamptz,
    failures integer not null default 0,
    error text,
    created_at timestamptz not null default clock_timestamp(),
    unique (owner_id, id)
);
create unique index triggers_by_name on vidp.triggers (owner_id, lower(name));
create index triggers_due on vidp.triggers (next_at) where not paused and not finished;
"""

_FINDS = """
-- A find becomes one production at most: it is made in the transaction that says so here.
create table vidp.finds (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    trigger_id uuid not null,
    title text not null,
    brief json,
    workflow text,
    state text not null default 'waiting' check (state in ('waiting', 'made', 'passed', 'dead')),
    reason text,
    tries integer not null default 0,
    next_at timestamptz not null default clock_timestamp(),
    found_at timestamptz not null default clock_timestamp(),
    made_at timestamptz,
    production_id uuid,
    check (state <> 'made' or production_id is not null),
    check (state = 'dead' or brief is not null),
    unique (owner_id, id),
    foreign key (owner_id, trigger_id) references vidp.triggers (owner_id, id) on delete cascade,
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id)
);
create index finds_of_trigger on vidp.finds (owner_id, trigger_id, found_at desc);
create index finds_waiting on vidp.finds (next_at) where state = 'waiting';
create index finds_by_production on vidp.finds (owner_id, production_id)
    where production_id is not null;

-- Every name by which a find is known again. The key makes two finds of one thing impossible.
create table vidp.find_names (
    owner_id uuid not null,
    trigger_id uuid not null,
    name text not null,
    find_id uuid not null,
    primary key (owner_id, trigger_id, name),
    foreign key (owner_id, trigger_id) references vidp.triggers (owner_id, id) on delete cascade,
    foreign key (owner_id, find_id) references vidp.finds (owner_id, id) on delete cascade
);
"""

_CALENDAR = """
create table vidp.calendar (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    day date not null,
    at text not null default '' check (at ~ '^(([01][0-9]|2[0-3]):[0-5][0-9])?$'),
    topic text not null check (length(topic) between 1 and 20000),
    channel text not null default '',
    workflow text not null default '',
    notes text not null default '',
    find_id uuid,
    created_at timestamptz not null default clock_timestamp(),
    unique (owner_id, id),
    foreign key (owner_id, find_id) references vidp.finds (owner_id, id)
        on delete set null (find_id)
);
create index calendar_by_day on vidp.calendar (owner_id, day, at);
"""

_CLOSED = "".join(
    f"""
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert, update, delete on vidp.{table} to vidp_app;
"""
    for table in ("triggers", "finds", "find_names", "calendar")
)

_SERVICE = """
create policy service on vidp.triggers for select to vidp_service using (true);
create policy service on vidp.finds for select to vidp_service using (true);
grant select (id, owner_id, paused, finished, next_at, held_until) on vidp.triggers to vidp_service;
grant select (id, owner_id, trigger_id, state, next_at, production_id)
    on vidp.finds to vidp_service;
"""


def upgrade() -> None:
    """Add the tables, closed to all but their owner; the service sees what is due."""
    for text in (_TRIGGERS, _FINDS, _CALENDAR, _CLOSED, _SERVICE):
        op.get_bind().exec_driver_sql(text, execution_options={"no_parameters": True})

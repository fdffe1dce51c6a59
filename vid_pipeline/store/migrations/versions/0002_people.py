"""People in the loop: requests and votes, turns of feedback, launches of a production's runs."""

from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = """
-- What runs, where the document nests other workflows.
alter table vidp.workflow_versions add column flat json;

alter table vidp.users add column role text not null default 'creator'
    check (role in ('creator', 'reviewer', 'administrator'));
update vidp.users set role = 'administrator' where local;

alter table vidp.step_traces
    add column definition text,
    add column turns integer not null default 0,
    drop constraint step_traces_state_check,
    add constraint step_traces_state_check check (state in
        ('running', 'done', 'failed', 'skipped', 'cancelled', 'reused', 'waiting'));
create index step_traces_production on vidp.step_traces (owner_id, production_id, started_at);
"""

_LAUNCHES = """
-- A run of a production, written down before Dagster is asked for it.
create table vidp.launches (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    production_id uuid not null,
    number integer not null check (number > 0),
    version integer not null,
    job_name text not null,
    reason text not null check (reason in
        ('start', 'decision', 'retry', 'resume', 'version', 'dagster')),
    steps json,
    redo json not null default '[]',
    fresh boolean not null default false,
    parent_run_id text,
    root_run_id text,
    run_id text,
    state text not null default 'planned' check (state in
        ('planned', 'running', 'ended', 'killed')),
    waits_for text,
    told text,
    tries integer not null default 0,
    error text,
    planned_at timestamptz not null default clock_timestamp(),
    tried_at timestamptz,
    ended_at timestamptz,
    unique (owner_id, id),
    unique (owner_id, production_id, number),
    unique (owner_id, run_id),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id)
);
create unique index launches_one_at_work on vidp.launches (production_id)
    where state in ('planned', 'running');
create index launches_planned on vidp.launches (planned_at) where state = 'planned';
create index launches_untold on vidp.launches (production_id)
    where waits_for is distinct from told;
"""

_REQUESTS = """
-- What a production asks of people before it goes on.
create table vidp.requests (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    production_id uuid not null,
    step_id text not null,
    kind text not null check (kind in ('approval', 'items', 'budget')),
    round integer not null check (round > 0),
    subject text not null,
    run_id text not null,
    title text not null,
    shown json not null,
    form json,
    facts json not null default '{}',
    back_to json not null default '[]',
    assignees uuid[] not null default '{}',
    role text check (role in ('creator', 'reviewer', 'administrator')),
    needed integer not null default 1 check (needed > 0),
    author_barred boolean not null default false,
    remind_at timestamptz,
    deadline_at timestamptz,
    at_deadline text check (at_deadline in ('remind', 'escalate', 'reject')),
    escalate_to uuid[] not null default '{}',
    state text not null default 'open' check (state in
        ('open', 'approved', 'rejected', 'stopped', 'expired', 'withdrawn')),
    answer json,
    decided_by uuid references vidp.users (id),
    decided_at timestamptz,
    launch_id uuid,
    asked_at timestamptz not null default clock_timestamp(),
    unique (owner_id, id),
    unique (owner_id, production_id, step_id, round),
    check ((state = 'open') = (decided_at is null)),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id),
    foreign key (owner_id, launch_id) references vidp.launches (owner_id, id)
);
create index requests_open on vidp.requests (asked_at, id) where state = 'open';
create index requests_mine on vidp.requests (owner_id, asked_at, id) where state = 'open';
create index requests_due on vidp.requests (least(remind_at, deadline_at)) where state = 'open';
create index requests_decided on vidp.requests (decided_at)
    where launch_id is null and state in ('approved', 'rejected');

create table vidp.votes (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    request_id uuid not null,
    voter_id uuid not null references vidp.users (id),
    voted_at timestamptz not null default clock_timestamp(),
    unique (owner_id, request_id, voter_id),
    foreign key (owner_id, request_id) references vidp.requests (owner_id, id)
);

-- What a step is told before it tries again; with its earlier answers, a conversation.
create table vidp.turns (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    production_id uuid not null,
    step_key text not null,
    number integer not null check (number > 0),
    feedback text not null check (length(feedback) <= 20000),
    about json,
    author_id uuid references vidp.users (id),
    request_id uuid,
    said_at timestamptz not null default clock_timestamp(),
    unique (owner_id, production_id, step_key, number),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id),
    foreign key (owner_id, request_id) references vidp.requests (owner_id, id)
);
"""

_OWNED = """
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert, update on vidp.{table} to vidp_app;
"""

_SHARED = """
-- Whoever may decide sees the request, and may see and change nothing else of its owner.
create policy asked_to_decide on vidp.requests for select to vidp_app using (
    (select vidp.uid()) = any (assignees || escalate_to)
    or role is not null and (select u.role from vidp.users u where u.id = (select vidp.uid()))
        in (role, 'administrator'));

create policy service_reads on vidp.requests for select to vidp_service using (true);
grant select (id, owner_id, production_id, state, launch_id, remind_at, deadline_at, decided_at)
    on vidp.requests to vidp_service;
create policy service_reads on vidp.launches for select to vidp_service using (true);
grant select (id, owner_id, production_id, state, run_id, planned_at, tried_at, tries,
    waits_for, told) on vidp.launches to vidp_service;
revoke update on vidp.votes from vidp_app;
grant delete on vidp.votes to vidp_app;
"""


def upgrade() -> None:
    """Add the tables, closed to all but their owners and those who are asked."""
    owned = "".join(
        _OWNED.format(table=table) for table in ("launches", "requests", "votes", "turns")
    )
    op.get_bind().exec_driver_sql(
        _COLUMNS + _LAUNCHES + _REQUESTS + owned + _SHARED,
        execution_options={"no_parameters": True},
    )

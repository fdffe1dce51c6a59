"""What steps do on their way: tools they use, their conversation with a model, notes."""

from alembic import op

revision = "0007"
down_revision = "0006"

_STEP_EVENTS = """
alter table vidp.step_traces add unique (owner_id, id);

create table vidp.step_events (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    production_id uuid not null,
    trace_id uuid not null,
    step_key text not null,
    number bigint generated always as identity,
    at timestamptz not null default clock_timestamp(),
    kind text not null check (kind in ('tool', 'said', 'note')),
    name text not null,
    key text not null default '',
    detail json not null default '{}',
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id),
    foreign key (owner_id, trace_id) references vidp.step_traces (owner_id, id)
);
create index step_events_of_trace on vidp.step_events (owner_id, trace_id, number);
create index step_events_by_key on vidp.step_events (owner_id, production_id, step_key, kind, key)
    where key <> '';

alter table vidp.step_events enable row level security, force row level security;
create policy own on vidp.step_events to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert on vidp.step_events to vidp_app;
create trigger immutable before update or delete on vidp.step_events
    for each row execute function vidp.refuse_change();
"""


def upgrade() -> None:
    """Add the table, closed to all but its owner."""
    op.get_bind().exec_driver_sql(_STEP_EVENTS, execution_options={"no_parameters": True})

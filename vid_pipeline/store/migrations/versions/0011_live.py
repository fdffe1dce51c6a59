"""Live views: signals of what has changed, as ids alone; what agents are writing at this moment."""

from alembic import op

revision = "0011"
down_revision = "0010"

_SAYINGS = """
-- What a step's agent is writing, until the step ends; worth nothing after a crash, so unlogged.
create unlogged table vidp.sayings (
    trace_id uuid primary key,
    owner_id uuid not null,
    production_id uuid not null,
    step_key text not null,
    text text not null check (length(text) <= 8000),
    said_at timestamptz not null default clock_timestamp(),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id),
    foreign key (owner_id, trace_id) references vidp.step_traces (owner_id, id)
) with (fillfactor = 50);
create index sayings_of_production on vidp.sayings (owner_id, production_id);
alter table vidp.sayings enable row level security, force row level security;
create policy own on vidp.sayings to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert, update, delete on vidp.sayings to vidp_app;

-- The step's end ends it, and so does the whole turn of which it was a part.
create function vidp.end_saying() returns trigger language plpgsql set search_path = '' as $$
begin
    delete from vidp.sayings where trace_id = new.id;
    return null;
end $$;
create function vidp.end_turn() returns trigger language plpgsql set search_path = '' as $$
begin
    delete from vidp.sayings where trace_id = new.trace_id;
    return null;
end $$;
create trigger ends_saying after update of state on vidp.step_traces
    for each row when (new.state <> 'running') execute function vidp.end_saying();
create trigger ends_turn after insert on vidp.step_events
    for each row when (new.kind = 'said') execute function vidp.end_turn();
"""

_SIGNALS = """
-- Whoever is in this database may listen, so a signal holds ids and nothing else.
create function vidp.signal() returns trigger language plpgsql set search_path = '' as $$
begin
    perform pg_notify('vidp_live',
        tg_argv[0] || ' ' || new.owner_id || ' ' || new.production_id);
    return null;
end $$;
create function vidp.signal_production() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform pg_notify('vidp_live', 'production ' || new.owner_id || ' ' || new.id);
    return null;
end $$;
create trigger signals after insert or update on vidp.productions
    for each row execute function vidp.signal_production();
create trigger signals after insert or update on vidp.step_traces
    for each row execute function vidp.signal('step');
create trigger signals after insert on vidp.step_events
    for each row execute function vidp.signal('step');
create trigger signals after insert or update on vidp.sayings
    for each row execute function vidp.signal('step');
create trigger signals after insert or update on vidp.requests
    for each row execute function vidp.signal('request');
"""

_INDEXES = """
create index step_events_of_production on vidp.step_events (owner_id, production_id, number);
create index productions_at_work on vidp.productions (owner_id, created_at desc)
    where state in ('queued', 'running');
"""


def upgrade() -> None:
    """Add the table, closed to all but its owner, and the triggers."""
    op.get_bind().exec_driver_sql(
        _SAYINGS + _SIGNALS + _INDEXES, execution_options={"no_parameters": True}
    )

"""Notices: people's channels, what they are told, each sending of it, and the links it carries."""

from alembic import op

revision = "0004"
down_revision = "0003"

_CHANNELS = """
-- Where a user wants to be told. The target is sealed: many a URL is a secret by itself.
create table vidp.channels (
    id uuid primary key,
    owner_id uuid not null references vidp.users (id),
    kind text not null check (kind in ('email', 'slack', 'webhook')),
    target bytea not null,
    shown text not null,
    events text[] not null check (cardinality(events) > 0 and events <@ array
        ['asked', 'reminder', 'escalated', 'failed', 'done', 'expired']),
    enabled boolean not null default true,
    created_at timestamptz not null default now(),
    unique (owner_id, id)
);
create index channels_mine on vidp.channels (owner_id, created_at, id);
"""

_NOTICES = """
-- One event for one person, in words that person may read: the production is its owner's alone.
create table vidp.notices (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    production_id uuid not null,
    request_id uuid,
    event text not null check (event in
        ('asked', 'reminder', 'escalated', 'failed', 'done', 'expired')),
    occasion text not null default '',
    person_id uuid not null,  -- no foreign key: a name too many must not stop a production
    about text not null,
    what text,
    detail text,
    deadline_at timestamptz,
    posted_at timestamptz not null default clock_timestamp(),
    spread_at timestamptz,
    unique (person_id, id),
    unique nulls not distinct (owner_id, production_id, request_id, event, occasion, person_id),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id),
    foreign key (owner_id, request_id) references vidp.requests (owner_id, id)
);
create index notices_to_spread on vidp.notices (person_id, posted_at) where spread_at is null;

-- A notice on its way through one channel, the person's own or the operator's.
create table vidp.deliveries (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    notice_id uuid not null,
    channel_id uuid,
    operator text check (operator in ('email', 'slack', 'webhook')),
    state text not null default 'due' check (state in
        ('due', 'sent', 'failed', 'given_up', 'moot')),
    tries integer not null default 0,
    next_at timestamptz not null default clock_timestamp(),
    error text,
    sent_at timestamptz,
    unique (owner_id, id),
    unique nulls not distinct (owner_id, notice_id, channel_id, operator),
    check ((channel_id is null) <> (operator is null)),
    check ((state = 'sent') = (sent_at is not null)),
    foreign key (owner_id, notice_id) references vidp.notices (person_id, id),
    foreign key (owner_id, channel_id) references vidp.channels (owner_id, id) on delete cascade
);
create index deliveries_due on vidp.deliveries (next_at) where state in ('due', 'failed');
create index deliveries_of_channel on vidp.deliveries (owner_id, channel_id);
"""

_LINKS = """
-- A link in a notice. Of its token only a hash is kept.
create table vidp.links (
    id uuid primary key,
    owner_id uuid not null,
    notice_id uuid not null,
    token_sha bytea not null unique check (length(token_sha) = 32),
    made_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    used_at timestamptz,
    foreign key (owner_id, notice_id) references vidp.notices (person_id, id)
);
create index links_of_notice on vidp.links (owner_id, notice_id);
"""

_OWNED = """
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
"""

_GRANTS = """
grant select, insert, delete on vidp.channels to vidp_app;
grant update (enabled, events) on vidp.channels to vidp_app;
grant select, insert on vidp.notices, vidp.deliveries, vidp.links to vidp_app;
grant update (spread_at) on vidp.notices to vidp_app;
grant update (state, tries, next_at, error, sent_at) on vidp.deliveries to vidp_app;
grant update (used_at) on vidp.links to vidp_app;

create policy told on vidp.notices for select to vidp_app
    using (person_id = (select vidp.uid()));
create policy spread on vidp.notices for update to vidp_app
    using (person_id = (select vidp.uid())) with check (person_id = (select vidp.uid()));

create policy service_reads on vidp.notices for select to vidp_service using (true);
grant select (id, person_id, posted_at, spread_at) on vidp.notices to vidp_service;
create policy service_reads on vidp.deliveries for select to vidp_service using (true);
grant select (id, owner_id, channel_id, operator, state, tries, next_at)
    on vidp.deliveries to vidp_service;
"""


def upgrade() -> None:
    """Add the tables, closed to all but their owners and those who are told."""
    owned = "".join(
        _OWNED.format(table=table) for table in ("channels", "notices", "deliveries", "links")
    )
    op.get_bind().exec_driver_sql(
        _CHANNELS + _NOTICES + _LINKS + owned + _GRANTS,
        execution_options={"no_parameters": True},
    )

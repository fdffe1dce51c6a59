"""Channels with a brand; files that people brought, and tags on all; what first pages read."""

from alembic import op

revision = "0013"
down_revision = "0011"

_OVERVIEW = """
create index productions_by_state on vidp.productions (owner_id, state, created_at desc);
create index productions_of_workflow on vidp.productions (owner_id, workflow, created_at desc);
"""

_CHANNELS = """
create table vidp.brand_channels (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    slug text not null check (slug ~ '^[a-z][a-z0-9_-]{0,62}$'),
    name text not null check (length(name) between 1 and 80),
    description text not null default '' check (length(description) <= 2000),
    kit json not null default '{}',
    voice text,
    language text check (language ~ '^[a-z]{2}$'),
    workflow text,
    month_usd double precision check (month_usd >= 0 and month_usd < 'infinity'),
    created_at timestamptz not null default clock_timestamp(),
    archived_at timestamptz,
    unique (owner_id, id),
    unique (owner_id, slug),
    foreign key (owner_id, workflow) references vidp.workflows (owner_id, slug)
);
comment on column vidp.brand_channels.slug is
    'Names it in addresses, briefs and memories; never changes.';
comment on column vidp.brand_channels.month_usd is
    'Most that its videos may cost in a calendar month of UTC. Null: no share of its own.';
"""

_MEDIA = """
create table vidp.media_files (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    name text not null check (length(name) between 1 and 200),
    kind text not null check (kind in ('video', 'picture', 'sound', 'text')),
    mime text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint not null check (size_bytes > 0),
    width_px integer,
    height_px integer,
    duration_s double precision,
    preview json,
    uploaded_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    unique (owner_id, id)
);
comment on column vidp.media_files.preview is 'A picture of it in the artifact store.';
create unique index media_files_once on vidp.media_files (owner_id, sha256)
    where deleted_at is null;
create index media_files_newest on vidp.media_files (owner_id, uploaded_at desc);

-- What people call a file of the library: one that was uploaded, or one of a finished video.
create table vidp.media_tags (
    owner_id uuid not null references vidp.users (id),
    item text not null check (length(item) between 1 and 300),
    tags text[] not null check (cardinality(tags) <= 20),
    primary key (owner_id, item)
);
"""

_OWNED = """
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
"""

_GRANTS = """
grant select, insert, update on vidp.brand_channels to vidp_app;
grant select, insert, update, delete on vidp.media_files, vidp.media_tags to vidp_app;
"""

_TABLES = ("brand_channels", "media_files", "media_tags")


def upgrade() -> None:
    """Add them, closed to all but their owners."""
    owned = "".join(_OWNED.format(table=table) for table in _TABLES)
    op.get_bind().exec_driver_sql(
        _OVERVIEW + _CHANNELS + _MEDIA + owned + _GRANTS,
        execution_options={"no_parameters": True},
    )

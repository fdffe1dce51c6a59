"""Drafts of workflows, and workflows put away."""

from alembic import op

revision = "0010"
down_revision = "0007"

_DRAFTS = """
alter table vidp.workflows add column archived_at timestamptz;
grant update (archived_at) on vidp.workflows to vidp_app;

create table vidp.workflow_drafts (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    slug text not null check (slug ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and length(slug) <= 48),
    document json not null,
    revision integer not null default 1 check (revision > 0),
    published_version integer check (published_version > 0),
    published_revision integer,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    saved_by uuid not null references vidp.users (id),
    unique (owner_id, id),
    unique (owner_id, slug),
    foreign key (owner_id, slug, published_version)
        references vidp.workflow_versions (owner_id, slug, version),
    check ((published_version is null) = (published_revision is null))
);
comment on column vidp.workflow_drafts.published_revision is
    'The revision that says what the version says.';

alter table vidp.workflow_drafts enable row level security, force row level security;
create policy own on vidp.workflow_drafts to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert, delete,
    update (slug, document, revision, published_version, published_revision, updated_at, saved_by)
    on vidp.workflow_drafts to vidp_app;
"""


def upgrade() -> None:
    """Add the table, closed to all but its owners."""
    op.get_bind().exec_driver_sql(_DRAFTS, execution_options={"no_parameters": True})

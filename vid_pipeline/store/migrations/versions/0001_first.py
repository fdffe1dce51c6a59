"""Users, workflows and their versions, productions, step traces, the journal; signed identity."""

from alembic import op

revision = "0001"
down_revision = None

_IDENTITY = """
alter table vidp_private.alembic_version enable row level security;

create table vidp_private.identity (
    one boolean primary key default true check (one),
    inner_pad bytea not null check (length(inner_pad) = 64),
    outer_pad bytea not null check (length(outer_pad) = 64)
);
alter table vidp_private.identity enable row level security, force row level security;
create policy owner_only on vidp_private.identity to vidp_owner using (true) with check (true);

-- Who acts on this connection. Null when nobody said so; an error when it was forged.
create function vidp.uid() returns uuid
language plpgsql stable parallel restricted security definer set search_path = '' as $$
declare
    claimed text := current_setting('app.user_id', true);
    signature text := current_setting('app.signature', true);
    expected text;
begin
    if claimed is null or claimed = '' then
        return null;
    end if;
    select encode(sha256(k.outer_pad || sha256(k.inner_pad ||
               convert_to(claimed || '|' || pg_backend_pid(), 'UTF8'))), 'hex')
        into expected from vidp_private.identity k;
    if expected is null or signature is distinct from expected then
        raise exception 'bad identity signature' using errcode = '28000';
    end if;
    return claimed::uuid;
end $$;
revoke all on function vidp.uid() from public;
grant execute on function vidp.uid() to vidp_app;

create function vidp.refuse_change() returns trigger language plpgsql set search_path = '' as $$
begin
    raise exception '% is immutable', tg_table_name using errcode = '55000';
end $$;
"""

_USERS = """
create table vidp.users (
    id uuid primary key default uuidv7(),
    handle text not null unique check (handle ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$'),
    display_name text not null,
    email text unique,
    local boolean not null default false,
    created_at timestamptz not null default now()
);
create unique index one_local_user on vidp.users (local) where local;
insert into vidp.users (handle, display_name, local) values ('local', 'Local', true);
alter table vidp.users enable row level security, force row level security;
create policy own on vidp.users to vidp_app
    using (id = (select vidp.uid())) with check (id = (select vidp.uid()));
create policy service_reads on vidp.users for select to vidp_service using (true);
create policy service_adds on vidp.users for insert to vidp_service with check (not local);
grant select, update (display_name, email) on vidp.users to vidp_app;
grant select, insert on vidp.users to vidp_service;
"""

_WORKFLOWS = """
create table vidp.workflows (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    slug text not null,
    created_at timestamptz not null default now(),
    unique (owner_id, slug),
    unique (owner_id, id)
);
create table vidp.workflow_versions (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    slug text not null,
    version integer not null check (version > 0),
    job_name text not null unique,
    document json not null,
    document_sha text not null,
    note text not null default '',
    published_at timestamptz not null default now(),
    unique (owner_id, slug, version),
    foreign key (owner_id, slug) references vidp.workflows (owner_id, slug)
);
create trigger immutable before update or delete on vidp.workflow_versions
    for each row execute function vidp.refuse_change();
create trigger immutable_table before truncate on vidp.workflow_versions
    for each statement execute function vidp.refuse_change();
"""

_PRODUCTIONS = """
create table vidp.productions (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    workflow text not null,
    version integer not null,
    job_name text not null,
    brief json not null,
    state text not null default 'draft' check (state in
        ('draft', 'queued', 'running', 'waiting', 'failed', 'cancelled', 'done')),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    run_id text,
    root_run_id text,
    folder text,
    error text,
    failed_step text,
    unique (owner_id, id),
    foreign key (owner_id, workflow, version)
        references vidp.workflow_versions (owner_id, slug, version)
);
create index productions_newest on vidp.productions (owner_id, created_at desc, id desc);

create table vidp.step_traces (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    production_id uuid not null,
    run_id text not null,
    step_key text not null,
    step_id text not null,
    kind text not null,
    attempt integer not null default 1 check (attempt > 0),
    state text not null default 'running' check (state in
        ('running', 'done', 'failed', 'skipped', 'cancelled', 'reused')),
    started_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    inputs json not null default '{}',
    output json,
    output_sha text,
    fingerprint text,
    reused_from text,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    cost_usd double precision not null default 0,
    progress double precision not null default 0 check (progress between 0 and 1),
    note text not null default '',
    error text,
    unique (owner_id, production_id, run_id, step_key, attempt),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id)
);
create index step_traces_reusable on vidp.step_traces (owner_id, fingerprint, ended_at desc)
    where state = 'done';
create index step_traces_kind on vidp.step_traces (owner_id, kind, ended_at desc)
    where state = 'done';

create table vidp.journal (
    id uuid primary key default uuidv7(),
    owner_id uuid not null,
    production_id uuid not null,
    request_hash text not null,
    step_key text not null,
    provider text not null,
    model text not null,
    state text not null default 'sent' check (state in ('sent', 'done', 'failed')),
    provider_job_id text,
    request json,
    response json,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    cache_tokens bigint not null default 0,
    cost_usd double precision not null default 0,
    error text,
    sent_at timestamptz not null default clock_timestamp(),
    done_at timestamptz,
    unique (owner_id, production_id, request_hash),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id)
);
"""

_OWNED = """
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
"""

_GRANTS = """
grant usage on schema vidp to vidp_app, vidp_service;
grant select, insert on vidp.workflows, vidp.workflow_versions to vidp_app;
grant select, insert, update on vidp.productions, vidp.step_traces, vidp.journal to vidp_app;

create policy service_reads on vidp.workflow_versions for select to vidp_service using (true);
grant select on vidp.workflow_versions to vidp_service;
create policy service_reads on vidp.productions for select to vidp_service using (true);
grant select (id, owner_id, job_name, state, run_id, root_run_id, created_at, started_at, ended_at)
    on vidp.productions to vidp_service;
"""

_TABLES = ("workflows", "workflow_versions", "productions", "step_traces", "journal")


def upgrade() -> None:
    """Make everything, closed to all but its owner from the start."""
    owned = "".join(_OWNED.format(table=table) for table in _TABLES)
    op.get_bind().exec_driver_sql(
        _IDENTITY + _USERS + _WORKFLOWS + _PRODUCTIONS + owned + _GRANTS,
        execution_options={"no_parameters": True},
    )

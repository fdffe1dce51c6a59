"""Access tokens of people's programs, and answers kept so that nothing is done twice."""

from alembic import op

revision = "0009"
down_revision = "0008"

_TOKENS = """
-- Of a token only a keyed hash is kept; people see its last four characters.
create table vidp.access_tokens (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    name text not null check (length(name) between 1 and 60),
    token_mac bytea not null unique check (length(token_mac) = 32),
    last4 text not null check (length(last4) = 4),
    scopes text[] not null check (cardinality(scopes) between 1 and 50),
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    unique (owner_id, id)
);
create index access_tokens_mine on vidp.access_tokens (owner_id, created_at desc, id desc);
"""

_ANSWERS = """
-- What a call under an idempotency key was answered; no status while it is at work.
create table vidp.idempotency_keys (
    owner_id uuid not null references vidp.users (id),
    key text not null check (length(key) between 1 and 255),
    call_mac bytea not null check (length(call_mac) = 32),
    claim uuid not null default uuidv7(),
    claimed_at timestamptz not null default clock_timestamp(),
    status integer check (status between 200 and 599),
    answer bytea,
    primary key (owner_id, key),
    check ((status is null) = (answer is null))
);
comment on column vidp.idempotency_keys.answer is 'Sealed: it may show a secret, once.';
create index idempotency_keys_old on vidp.idempotency_keys (owner_id, claimed_at);
"""

_OWNED = """
alter table vidp.{table} enable row level security, force row level security;
create policy own on vidp.{table} to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
"""

_GRANTS = """
grant select, insert on vidp.access_tokens to vidp_app;
grant update (last_used_at, revoked_at) on vidp.access_tokens to vidp_app;
grant select, insert, delete on vidp.idempotency_keys to vidp_app;
grant update (status, answer, claim, claimed_at) on vidp.idempotency_keys to vidp_app;

create policy service_reads on vidp.access_tokens for select to vidp_service using (true);
grant select (id, owner_id, token_mac, scopes, expires_at, last_used_at, revoked_at)
    on vidp.access_tokens to vidp_service;
"""


def upgrade() -> None:
    """Add the tables, closed to all but their owners; the service may look a token up."""
    owned = "".join(_OWNED.format(table=name) for name in ("access_tokens", "idempotency_keys"))
    op.get_bind().exec_driver_sql(
        _TOKENS + _ANSWERS + owned + _GRANTS, execution_options={"no_parameters": True}
    )

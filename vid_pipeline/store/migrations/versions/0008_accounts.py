"""Accounts: passwords, sign-ins elsewhere, sessions, tickets, throttles and the audit log."""

from alembic import op

revision = "0008"
down_revision = "0007"

_USERS = """
alter table vidp.users add column deactivated_at timestamptz;
create unique index users_by_address on vidp.users (lower(email));
create policy service_updates on vidp.users for update to vidp_service
    using (true) with check (true);
grant update (display_name, email, role, deactivated_at) on vidp.users to vidp_service;
"""

_ACCOUNTS = """
create table vidp.passwords (
    owner_id uuid primary key references vidp.users (id),
    hash text not null check (hash like '$argon2id$%'),
    changed_at timestamptz not null default clock_timestamp()
);
comment on table vidp.passwords is 'Apart from users, so that no look at a user shows a hash.';

-- Who somebody is at an outside provider.
create table vidp.logins (
    owner_id uuid not null references vidp.users (id),
    issuer text not null check (length(issuer) <= 500),
    subject text not null check (length(subject) <= 500),
    email text,
    made_at timestamptz not null default clock_timestamp(),
    primary key (issuer, subject)
);
create index logins_of_user on vidp.logins (owner_id);
"""

_SESSIONS = """
-- Somebody at a browser. Of the cookie only a hash is kept; where it ends, the row is gone.
create table vidp.sessions (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null references vidp.users (id),
    token_sha bytea not null unique check (length(token_sha) = 32),
    began_by text not null check (began_by in ('password', 'provider', 'reset')),
    user_agent text not null default '' check (length(user_agent) <= 400),
    client text not null default '' check (length(client) <= 64),
    began_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);
create index sessions_of_user on vidp.sessions (owner_id, seen_at desc);
"""

_TICKETS = """
-- A link that is good once: to become a user, or to choose a new password.
create table vidp.tickets (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null references vidp.users (id),
    purpose text not null check (purpose in ('invitation', 'reset')),
    token_sha bytea not null unique check (length(token_sha) = 32),
    email text check (length(email) <= 254),
    role text check (role in ('creator', 'reviewer', 'administrator')),
    made_by uuid references vidp.users (id),
    made_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by uuid references vidp.users (id),
    check ((purpose = 'invitation') = (role is not null))
);
comment on column vidp.tickets.owner_id is 'Who invites; or whose password it is.';
create index tickets_of_user on vidp.tickets (owner_id, purpose, made_at desc);
"""

_THROTTLES = """
-- How often somebody tried. The key is a hash: no address that was mistyped is kept.
create table vidp.throttles (
    key bytea primary key check (length(key) = 32),
    tries integer not null,
    since timestamptz not null default clock_timestamp()
);
create index throttles_oldest on vidp.throttles (since);
"""

_AUDIT = """
create table vidp.audit (
    id uuid primary key default uuidv7(),
    at timestamptz not null default clock_timestamp(),
    act text not null check (act ~ '^[a-z_]{1,40}$'),
    actor_id uuid references vidp.users (id),
    owner_id uuid references vidp.users (id),
    client text not null default '' check (length(client) <= 64),
    detail json not null default '{}'
);
comment on column vidp.audit.owner_id is 'Whom it concerns; null if nobody here.';
create index audit_newest on vidp.audit (at desc);
create index audit_of_user on vidp.audit (owner_id, at desc);
create trigger immutable before update or delete on vidp.audit
    for each row execute function vidp.refuse_change();
create trigger immutable_table before truncate on vidp.audit
    for each statement execute function vidp.refuse_change();
"""

_CLOSED = """
alter table vidp.{table} enable row level security, force row level security;
create policy service on vidp.{table} to vidp_service using (true) with check (true);
"""

_GRANTS = """
grant select, insert, update on vidp.passwords to vidp_service;
grant select, insert on vidp.logins to vidp_service;
grant select, insert, delete, update (seen_at) on vidp.sessions to vidp_service;
grant select, insert, delete, update (used_at, used_by) on vidp.tickets to vidp_service;
grant select, insert, update, delete on vidp.throttles to vidp_service;
grant select, insert on vidp.audit to vidp_service;

create policy own on vidp.sessions to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select (id, owner_id, began_by, user_agent, client, began_at, seen_at, expires_at), delete
    on vidp.sessions to vidp_app;
create policy own on vidp.logins for select to vidp_app using (owner_id = (select vidp.uid()));
grant select on vidp.logins to vidp_app;
create policy own on vidp.audit for select to vidp_app using (owner_id = (select vidp.uid()));
grant select on vidp.audit to vidp_app;
"""

_TABLES = ("passwords", "logins", "sessions", "tickets", "throttles", "audit")


def upgrade() -> None:
    """Add the tables; of most of them the door alone reads and writes."""
    closed = "".join(_CLOSED.format(table=table) for table in _TABLES)
    op.get_bind().exec_driver_sql(
        _USERS + _ACCOUNTS + _SESSIONS + _TICKETS + _THROTTLES + _AUDIT + closed + _GRANTS,
        execution_options={"no_parameters": True},
    )

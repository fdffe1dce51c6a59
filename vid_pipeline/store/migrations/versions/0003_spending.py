"""Budgets; what a call may still cost, how often it was sent, and its key for the provider."""

from alembic import op

revision = "0003"
down_revision = "0002"

_BUDGETS = """
-- Caps in US dollars. The newest row of a scope holds; the older ones say who raised what when.
create table vidp.budgets (
    id uuid primary key default uuidv7(),
    owner_id uuid not null references vidp.users (id),
    scope text not null check (scope in ('production', 'user', 'month')),
    production_id uuid,
    limit_usd double precision check (limit_usd >= 0 and limit_usd < 'infinity'),
    set_by uuid not null references vidp.users (id),
    set_at timestamptz not null default clock_timestamp(),
    check (production_id is null or scope = 'production'),
    foreign key (owner_id, production_id) references vidp.productions (owner_id, id)
);
comment on column vidp.budgets.limit_usd is 'Null: no cap.';
comment on column vidp.budgets.production_id is 'Null: each production of the owner.';
create index budgets_newest on vidp.budgets (owner_id, scope, production_id, set_at desc);

alter table vidp.budgets enable row level security, force row level security;
create policy own on vidp.budgets to vidp_app
    using (owner_id = (select vidp.uid())) with check (owner_id = (select vidp.uid()));
grant select, insert on vidp.budgets to vidp_app;
create trigger immutable before update or delete on vidp.budgets
    for each row execute function vidp.refuse_change();
"""

_JOURNAL = """
alter table vidp.journal
    add column reserved_usd double precision not null default 0
        check (reserved_usd >= 0 and reserved_usd < 'infinity'),
    add column attempts integer not null default 1 check (attempts > 0),
    add column round integer not null default 1 check (round > 0),
    drop constraint journal_state_check,
    add constraint journal_state_check check (state in ('sent', 'submitted', 'done', 'failed')),
    add constraint journal_submitted_has_id check (state <> 'submitted' or
        provider_job_id is not null);
comment on column vidp.journal.round is
    'Raised when the provider has given its last word on a try, so that the next has a new key.';
update vidp.journal set state = 'submitted' where state = 'sent' and provider_job_id is not null;
alter table vidp.journal add column idempotency_key text not null
    generated always as (md5(owner_id::text || '/' || production_id::text || '/' || request_hash
        || '/' || round::text)) stored;
create index journal_spent on vidp.journal (owner_id)
    include (production_id, cost_usd, sent_at, done_at) where cost_usd > 0;
create index journal_reserved on vidp.journal (owner_id) where reserved_usd > 0;
"""


def upgrade() -> None:
    """Add the table, closed to all but its owner, and the journal's columns."""
    op.get_bind().exec_driver_sql(_BUDGETS + _JOURNAL, execution_options={"no_parameters": True})

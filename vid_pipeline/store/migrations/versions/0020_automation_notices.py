"""Notices of batches that ended and of triggers with dead letters, beside those of productions."""

from alembic import op

revision = "0020"
down_revision = "0019"

_EVENTS = "'asked', 'reminder', 'escalated', 'failed', 'done', 'expired'"
_ALL = f"{_EVENTS}, 'batch_ended', 'dead_letter'"

_CHANNELS = f"""
alter table vidp.channels drop constraint channels_events_check;
alter table vidp.channels add constraint channels_events_check
    check (cardinality(events) > 0 and events <@ array[{_ALL}]);
alter table vidp.channels no force row level security;
update vidp.channels set events = array[{_ALL}] where events @> array[{_EVENTS}];  -- all stays all
alter table vidp.channels force row level security;
"""  # noqa: S608  (both parts are ours)

_NOTICES = f"""
-- A notice is about a production, a batch or a trigger; it outlives the latter two.
alter table vidp.notices drop constraint notices_event_check;
alter table vidp.notices add constraint notices_event_check check (event in ({_ALL}));
alter table vidp.notices alter column production_id drop not null;
alter table vidp.notices add column batch_id uuid, add column trigger_id uuid;
alter table vidp.notices add constraint notices_about_one_check check
    (case event when 'batch_ended' then num_nonnulls(production_id, request_id, trigger_id) = 0
        when 'dead_letter' then num_nonnulls(production_id, request_id, batch_id) = 0
        else production_id is not null and num_nonnulls(batch_id, trigger_id) = 0 end);
alter table vidp.notices add foreign key (owner_id, batch_id)
    references vidp.batches (owner_id, id) on delete set null (batch_id);
alter table vidp.notices add foreign key (owner_id, trigger_id)
    references vidp.triggers (owner_id, id) on delete set null (trigger_id);
create index notices_of_batch on vidp.notices (owner_id, batch_id) where batch_id is not null;
create index notices_of_trigger on vidp.notices (owner_id, trigger_id)
    where trigger_id is not null;
"""


def upgrade() -> None:
    """Let notices be about more than productions; who hears of everything goes on to."""
    op.get_bind().exec_driver_sql(_CHANNELS + _NOTICES, execution_options={"no_parameters": True})

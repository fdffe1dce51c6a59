"""What a request is about, for those who may see nothing else; how long a finished video is."""

from alembic import op

revision = "0018"
down_revision = "0016"

_REQUESTS = """
alter table vidp.requests
    add column workflow text not null default '',
    add column about text not null default '';
comment on column vidp.requests.about is 'The production''s title, as deciders may read it.';
create index requests_closed on vidp.requests (decided_at desc, id desc) where state <> 'open';
"""

_PRODUCTIONS = """
alter table vidp.productions add column video_s double precision
    check (video_s > 0 and video_s < 'infinity');
comment on column vidp.productions.video_s is 'Length of the finished video in seconds.';
create index journal_of_production on vidp.journal (owner_id, production_id)
    include (provider, model, input_tokens, output_tokens, cache_tokens, cost_usd);
"""

_KNOWN = """
alter table vidp.requests no force row level security;
alter table vidp.productions no force row level security;
update vidp.requests r
    set workflow = p.workflow, about = coalesce(p.brief ->> 'title', p.brief ->> 'name', '')
    from vidp.productions p where p.owner_id = r.owner_id and p.id = r.production_id;
alter table vidp.productions force row level security;
alter table vidp.requests force row level security;
"""


def upgrade() -> None:
    """Add the columns, and fill in what older requests are about."""
    op.get_bind().exec_driver_sql(
        _REQUESTS + _PRODUCTIONS + _KNOWN, execution_options={"no_parameters": True}
    )

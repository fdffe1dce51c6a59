"""Ways in can be taken away: access tokens that tokens made, and sign-ins by a provider."""

from alembic import op

revision = "0022"
down_revision = "0020"

_TOKENS = """
alter table vidp.access_tokens add column made_by uuid,
    add foreign key (owner_id, made_by) references vidp.access_tokens (owner_id, id);
comment on column vidp.access_tokens.made_by is 'The token by which it was made, if by one.';
create index access_tokens_made on vidp.access_tokens (owner_id, made_by)
    where made_by is not null;
create policy service_revokes on vidp.access_tokens for update to vidp_service
    using (true) with check (revoked_at is not null);
grant update (revoked_at) on vidp.access_tokens to vidp_service;
"""

_LOGINS = """
grant delete on vidp.logins to vidp_service;
"""


def upgrade() -> None:
    """Add what made a token; let the service revoke tokens and forget sign-ins."""
    op.get_bind().exec_driver_sql(_TOKENS + _LOGINS, execution_options={"no_parameters": True})

"""What an access token may be allowed to do: reading and changing, by what it is about."""

SCOPES: tuple[str, ...] = (
    "productions:read",
    "productions:write",
    "approvals:read",
    "approvals:write",
    "workflows:read",
    "workflows:write",
    "memories:read",
    "memories:write",
    "triggers:read",
    "triggers:write",
    "batches:read",
    "batches:write",
    "calendar:read",
    "calendar:write",
    "settings:read",
    "settings:write",
    "tokens:read",
    "tokens:write",
)

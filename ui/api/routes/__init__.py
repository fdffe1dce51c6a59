"""The routes, a module for each resource. A new resource is a module here and a line in `ALL`."""

from ui.api.routes import (
    about,
    approvals,
    artifacts,
    budgets,
    kinds,
    memories,
    notice_channels,
    productions,
    provider_keys,
    tokens,
    workflows,
)

ALL = (
    about.api,
    productions.api,
    artifacts.api,
    approvals.api,
    workflows.api,
    kinds.api,
    memories.api,
    provider_keys.api,
    budgets.api,
    notice_channels.api,
    tokens.api,
)

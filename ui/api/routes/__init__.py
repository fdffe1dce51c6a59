"""The routes, a module for each resource. A new resource is a module here and a line in `ALL`."""

from ui.api.routes import (
    about,
    approvals,
    artifacts,
    batches,
    budgets,
    calendar,
    destinations,
    drafts,
    kinds,
    memories,
    notice_channels,
    productions,
    provider_keys,
    tokens,
    triggers,
    workflows,
)

ALL = (
    about.api,
    productions.api,
    artifacts.api,
    approvals.api,
    workflows.api,
    drafts.api,
    kinds.api,
    memories.api,
    triggers.api,
    batches.api,
    calendar.api,
    provider_keys.api,
    budgets.api,
    notice_channels.api,
    destinations.api,
    tokens.api,
)

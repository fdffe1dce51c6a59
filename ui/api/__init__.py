"""The HTTP API under `/api/v1`: everything the studio can do, for programs."""

from ui.api.app import ROUTES

__all__ = ["ROUTES"]

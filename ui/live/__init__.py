"""Live events for browsers and clients: one reader a production, however many look."""

from ui.live.routes import ROUTES as ROUTES

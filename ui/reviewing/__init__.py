"""Requests in the studio: choosing one, looking at it, and answering it."""

"""Paid jobs at a provider: ordered once, waited for by their id, fetched."""

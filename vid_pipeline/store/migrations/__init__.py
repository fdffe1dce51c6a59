"""Revisions of the database, in order; never edited once merged."""

"""One file a revision, each named by its number."""

"""Finding things out: pages read and kept, and notes that stand in them word for word."""

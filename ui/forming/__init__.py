"""What forms are made of: shapes read off JSON Schemas, a widget for each, faults in words."""

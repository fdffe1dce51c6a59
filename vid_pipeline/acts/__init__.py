"""What people do with productions and workflows; the same rules for CLI, studio and API."""

"""A Chromium for reading the web, in a process of its own that a caller can end at any time."""

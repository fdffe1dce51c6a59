"""Tools that agents use, a module a family."""

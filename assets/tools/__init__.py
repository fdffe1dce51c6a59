"""Tools that agents may use, a module a family."""

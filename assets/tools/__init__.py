"""What agents may use: plain functions, typed in and out, a module a family."""

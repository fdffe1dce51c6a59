"""Attacks: each shown to work on the naive call first, then refused by ours."""

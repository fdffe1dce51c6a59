"""Lengths, sizes, times and states in the studio's words, as pages know them."""

from ui.words import MARKS, STATE_BADGES, ago, length, plain, size

__all__ = ["MARKS", "STATE_BADGES", "ago", "length", "plain", "size"]

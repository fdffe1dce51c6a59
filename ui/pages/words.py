"""Lengths, sizes, times and states in the studio's words, as pages know them."""

from ui.words import MARKS, ago, badge, length, plain, size

__all__ = ["MARKS", "ago", "badge", "length", "plain", "size"]

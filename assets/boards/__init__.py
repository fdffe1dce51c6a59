"""From lines to scenes: pure functions that choose and word the cards of a storyboard."""

"""What a scene looks like: cards in HTML and CSS."""

"""The extractive author: an article's own sentences, chosen and trimmed into a script."""

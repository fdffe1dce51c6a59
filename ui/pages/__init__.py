"""The studio's pages: each is `render()` and what it draws with."""

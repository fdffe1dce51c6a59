"""Lines held against their sources: figures, dates and names exactly, the rest by sense."""

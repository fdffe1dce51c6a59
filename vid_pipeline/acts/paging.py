"""Pages of a list, counted from 1; an empty list has one."""


def count(total: int, size: int) -> int:
    """How many pages of `size` so many entries make."""
    return max(1, -(-total // size))


def within(page: int, total: int, size: int) -> int:
    """The page that is shown when this one is asked for: the last one if there are fewer."""
    return min(max(1, page), count(total, size))

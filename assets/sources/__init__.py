"""Sources: bytes that somebody gave us, reduced to what somebody wrote in them."""

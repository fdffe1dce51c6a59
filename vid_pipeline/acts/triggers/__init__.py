"""What makes videos by itself: what is watched, what is found there, and what becomes of it."""

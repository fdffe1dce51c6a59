"""The parts of the page `administration`."""

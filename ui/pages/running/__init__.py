"""The parts of the page `run`: what it says above, the graph, a step's details, the result."""

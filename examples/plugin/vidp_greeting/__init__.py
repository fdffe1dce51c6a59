"""An example of a plugin: a step kind and a tool."""

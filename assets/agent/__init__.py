"""The generic agent: a role, instructions, tools from a list, an answer in a drawn form."""

"""The workflow editor's Python side: what the canvas is told, what it says, settings, drafts."""

"""Language models: validated answers, paid once, written down before they are asked for."""

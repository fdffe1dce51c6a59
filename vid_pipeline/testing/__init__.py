"""Fakes of the ports, one file a port."""

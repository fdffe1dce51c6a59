"""Figures of the product beside their peers."""

"""Gradient explosion at initialisation."""

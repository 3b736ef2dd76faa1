"""Slips of the hand in a theorem, and what it assumes given up."""

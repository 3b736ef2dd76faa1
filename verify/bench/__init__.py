"""This program measured against other ways to do the same."""

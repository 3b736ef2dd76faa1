"""Theorems stated in SymPy, and terms, claims and derivations handed to it."""

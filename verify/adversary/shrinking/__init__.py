"""Counterexamples made smaller."""

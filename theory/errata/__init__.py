"""Errata docket."""

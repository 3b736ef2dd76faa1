"""Smoothness: what batch normalisation does to gradients and curvature."""

"""Smoothness: what batch normalisation does to gradients and curvature.

What is proved compares, in one network at one point, the gradient and the curvature in what goes into a batch
normalisation with those in what it returns. No theorem compares a network that has batch normalisation with one that
has none.
"""

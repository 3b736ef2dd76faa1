"""The decoupling of length and direction."""

"""The decoupling of length and direction.

What is proved speaks of one unit, on average over its inputs, without an eps: its value depends on the direction of the
weights alone, and so its gradient is orthogonal to them. Where eps > 0 the length of the weights is seen.
"""

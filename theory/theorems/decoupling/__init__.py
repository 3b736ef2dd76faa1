"""The decoupling of length and direction.

What is proved speaks of one unit, on average over its inputs, where nothing is added to the variance: its value depends
on the direction of the weights alone, and so its gradient is orthogonal to them.
"""

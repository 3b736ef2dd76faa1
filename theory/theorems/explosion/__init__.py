"""Gradient explosion at initialisation.

What is proved speaks of one layer: the number lambda by which it multiplies the mean squared gradient, which depends on
the activation and the batch size alone, in closed form or enclosed, and its limit in large batches. That the factors of
L layers multiply to lambda^L is assumed; that networks of finite width follow it is measured.
"""

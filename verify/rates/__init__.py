"""Rigorous rates of gradient growth: `rate(phi, batch)` of verify.rates.rate encloses lambda(phi, B)."""

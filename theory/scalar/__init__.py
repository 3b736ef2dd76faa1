"""Analysis of real scalars: named functions, integrals, limits, and statements over intervals.

Terms are those of `theory.calculus`; this package adds the nodes of analysis, an exact zero test over a field of
generators, and derivatives by a small table. Knows neither numerics nor verify, and needs no SymPy.
"""

from theory.scalar.build import Gamma, arccos, cos, erf, exp, growth_rate, integral, limit, log, oo, pi, raised, sin

__all__ = [
    "Gamma",
    "arccos",
    "cos",
    "erf",
    "exp",
    "growth_rate",
    "integral",
    "limit",
    "log",
    "oo",
    "pi",
    "raised",
    "sin",
]

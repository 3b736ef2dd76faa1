"""Gegenbauer polynomials of low degree, as the polynomials of the sphere in n = B - 1 dimensions, 1 at 1.

    (k + n - 2) R_{k+1}(x) = (2k + n - 2) x R_k(x) - k R_{k-1}(x),   R_0 = 1, R_1 = x

R_k = C_k/C_k(1) of index (n - 2)/2. The part of degree k of an activation is a multiple of R_k(y_1/sqrt(n)).
Source: Szego, Orthogonal Polynomials, 4.7.17.
"""

from __future__ import annotations

from theory import define, real

n, x = real("n"), real("x")
SOURCE = "Szego, Orthogonal Polynomials, 4.7.17"

second = define("R_2", (x, n), (n * x * x - 1) / (n - 1), tex="R_2(#1)", source=SOURCE)
third = define("R_3", (x, n), ((n + 2) * x * second(x, n) - 2 * x) / n, tex="R_3(#1)", source=SOURCE)
fourth = define("R_4", (x, n), ((n + 4) * x * third(x, n) - 3 * second(x, n)) / (n + 1), tex="R_4(#1)", source=SOURCE)
ALL_DEGREES = (fourth, third, second)

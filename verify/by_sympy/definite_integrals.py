"""An integral in a SymPy expression at a point, in float64: SciPy's double-exponential rule, over whole arrays.

Of an integral inside another all the values that the outer one asks for are found at once. Takahasi and Mori, "Double
exponential formulas for numerical integration" (1974); SciPy estimates the error that it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy as sp
from scipy.integrate import tanhsinh

from verify.by_sympy.atoms import Expr

RELATIVE, ABSOLUTE = 1e-12, 1e-14  # what is asked of SciPy's estimate of its error
Values = Callable[..., Any]  # arrays of one shape to an array of that shape


class InaccurateError(ArithmeticError):
    """The rule does not reach what is asked of it."""


def integral(whole: Expr, point: Mapping[Expr, Any]) -> float:
    """Its value where the names have these. Raises InaccurateError."""
    with np.errstate(all="ignore"):
        return float(_quadrature(whole, tuple(point))(*(np.asarray(float(x)) for x in point.values())))


def outermost(value: Expr) -> set[Expr]:
    """The integrals that stand in none."""
    if isinstance(value, sp.Integral):
        return {value}
    return set[Expr]().union(*map(outermost, value.args))


def _quadrature(whole: Expr, names: tuple[Expr, ...]) -> Values:
    *inner, (variable, low, high) = whole.limits  # SymPy holds integrals in one another as one, the outer one last
    integrand = sp.Integral(whole.function, *inner) if inner else whole.function
    body, ends = _compiled(integrand, (*names, variable)), [_compiled(end, names) for end in (low, high)]

    def at(*arrays: Any) -> Any:
        found = tanhsinh(
            lambda x, *rest: body(*np.broadcast_arrays(*rest, x)),
            *(end(*arrays) for end in ends),
            args=arrays,
            rtol=RELATIVE,
            atol=ABSOLUTE,
        )
        if not np.all(found.success):
            raise InaccurateError(f"{whole} to {RELATIVE:g}")
        return found.integral

    return at


def _compiled(value: Expr, names: tuple[Expr, ...]) -> Values:
    inner = {whole: sp.Dummy() for whole in outermost(value)}
    plain = sp.lambdify([*names, *inner.values()], value.xreplace(inner), modules="scipy", cse=True)
    quadratures = [_quadrature(whole, names) for whole in inner]

    def at(*arrays: Any) -> Any:
        values = plain(*arrays, *(quadrature(*arrays) for quadrature in quadratures))
        return np.array(np.broadcast_to(np.asarray(values, dtype=float), np.broadcast_shapes(*map(np.shape, arrays))))

    return at

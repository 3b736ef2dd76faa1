"""Product Gauss-Legendre rules on rectangles, halved in either direction as often as it takes, with certified errors.

The rule along x has the error of quadrature.py for every real u of the rectangle, that along u for every real x.
Weights are positive and add up to the length, so both errors add, each times the length in the other direction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import acb, arb, ctx

from verify.rates.quadrature import (
    BOUND_BITS,
    COUNTS,
    DEPTH,
    CannotEncloseError,
    Plan,
    Work,
    around,
    panel_rule,
    plan,
)

Ball = Any  # flint.arb or flint.acb
Panel = tuple[Ball, Ball]  # middle and half length
Integrands = Callable[[Ball], Callable[[Ball], Sequence[Ball]]]  # f(u)(x): what depends on u alone is done once


def integrate_rectangle(f: Integrands, x: Panel, u: Panel, tolerance: Ball, work: Work) -> list[Ball]:
    """Balls around the integrals of f over a rectangle. On boxes f is analytic in either variable or not finite.

    Raises CannotEncloseError (its place is the middle in u) and TooMuchWorkError.
    """
    total: list[Ball] = []
    most = min(COUNTS[-1], 24 + ctx.prec // 4)
    waiting = [(x, u, 0)]
    while waiting:
        x, u, depth = waiting.pop()
        along_x = _plan_one(_with_real_u(f, u), x, tolerance, most, work)
        along_u = _plan_one(_with_real_x(f, x), u, tolerance, most, work)
        if along_x is None or along_u is None:
            if depth >= DEPTH:
                raise CannotEncloseError(u[0])
            parts_of_x = along_x is None and _narrow_fails(f, x, u, tolerance, most, work)
            parts = [(h, u) for h in _halves(x)] if parts_of_x else [(x, h) for h in _halves(u)]
            waiting += [(*part, depth + 1) for part in parts]
            continue
        found = _product_rule(f, (x, along_x), (u, along_u), work)
        total = [a + b for a, b in zip(total, found, strict=True)] if total else found
    return total


def _narrow_fails(f: Integrands, x: Panel, u: Panel, tolerance: Ball, most: int, work: Work) -> bool:
    """Is there no cheap rule along x even at a single u? Else it is the width in u that spoils the bound."""
    return _plan_one(_with_real_u(f, (u[0], arb(0))), x, tolerance, most, work) is None


def _with_real_u(f: Integrands, u: Panel) -> Callable[[Ball], Sequence[Ball]]:
    return f(_real(u))


def _with_real_x(f: Integrands, x: Panel) -> Callable[[Ball], Sequence[Ball]]:
    return lambda box: f(box)(_real(x))


def _real(panel: Panel) -> Ball:
    """The real points of a panel as a box without height."""
    return acb(arb(*panel))


def _halves(panel: Panel) -> list[Panel]:
    middle, half = panel
    return [(middle + half / 2, half / 2), (middle - half / 2, half / 2)]


def _plan_one(f: Callable[[Ball], Sequence[Ball]], panel: Panel, tolerance: Ball, most: int, work: Work) -> Plan | None:
    return plan(lambda box: [value.abs_upper() for value in f(box)], *panel, tolerance, most, work)


def _product_rule(f: Integrands, x: tuple[Panel, Plan], u: tuple[Panel, Plan], work: Work) -> list[Ball]:
    work.spend(2 * x[1].count * u[1].count)
    sums: list[Ball] = [arb(0)] * len(x[1].errors)
    along_x = panel_rule(*x[0], x[1].count).nodes
    for place, weight in panel_rule(*u[0], u[1].count).nodes:
        inner, at = [arb(0)] * len(sums), f(place)
        for other, w in along_x:
            inner = [total + w * value for total, value in zip(inner, at(other), strict=True)]
        sums = [total + weight * value for total, value in zip(sums, inner, strict=True)]
    with ctx.workprec(BOUND_BITS):
        lengths = 2 * x[0][1].abs_upper(), 2 * u[0][1].abs_upper()
        errors = [a * lengths[1] + b * lengths[0] for a, b in zip(x[1].errors, u[1].errors, strict=True)]
    return [s + around(e) for s, e in zip(sums, errors, strict=True)]

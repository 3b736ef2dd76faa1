"""lambda_inf(phi) = E[phi'(Z)^2]/Var phi(Z), Z ~ N(0, 1): quadrature on [-R, R] and a proven bound beyond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from verify.errors import UserError
from verify.rates.envelopes import gaussian_tail, growth
from verify.rates.gegenbauer_series import Branch
from verify.rates.quadrature import Work, around, integrate

Ball = Any  # flint.arb or flint.acb
FARTHEST = 4096


@dataclass(frozen=True)
class Tails:
    """[-R, R] is integrated; beyond, E|phi|, E[phi^2] and E[phi'^2] together are at most these on each side."""

    end: int
    beyond: tuple[Ball, Ball, Ball]


def tails(branches: Sequence[Branch], tolerance: Ball) -> Tails:
    """The smallest convenient R with tails below the tolerance. Raises UserError where growth cannot be bounded."""
    end = 6
    for branch in branches:
        for z in (branch.low, branch.high):
            end = max(end, 1 if z is None else int(abs(z)) + 2)
    known = False
    while end <= FARTHEST:
        found = _beyond(branches, end)
        if found is not None:
            known = True
            if all(t < tolerance for t in found):
                return Tails(end, found)
        end += max(1, end // 6)
    raise UserError(
        "expected phi and phi' of at most exponential growth, so that E[phi(Z)^2] is finite for Z ~ N(0, 1)",
        got="growth that is too fast to be followed" if known else "growth that cannot be bounded",
        where="the limit of large batches",
        remedy="--batch with finite batch sizes, where |z| <= sqrt(B - 1)",
    )


def _beyond(branches: Sequence[Branch], end: int) -> tuple[Ball, Ball, Ball] | None:
    total = [arb(0)] * 3
    for branch, side in ((branches[0], -1), (branches[-1], 1)):
        value, slope = growth(branch.phi.program, end, side)
        if value is None or slope is None:
            return None
        found = gaussian_tail(value, 1, end), gaussian_tail(value, 2, end), gaussian_tail(slope, 2, end)
        for i, tail in enumerate(found):
            if tail is None or not tail.is_finite():
                return None
            total[i] += tail
    return total[0], total[1], total[2]


def limit(branches: Sequence[Branch], tolerance: Ball, work: Work) -> tuple[Ball, Tails]:
    """lambda_inf at the active precision, and how the tails were cut. Not finite where the variance may be 0."""
    cut = tails(branches, tolerance)
    sums: list[Ball] = [arb(0)] * 3
    errors: list[Ball] = [arb(0)] * 3
    scale = (2 * arb.pi()).sqrt()
    for branch in branches:

        def values(z: Ball, w: Ball, branch: Branch = branch) -> None:
            f, g = branch.phi(z)
            w = w * (-z * z / 2).exp() / scale
            sums[0] += w * f
            sums[1] += w * f * f
            sums[2] += w * g * g

        def bounds(box: Ball, branch: Branch = branch) -> list[Ball]:
            f, g = (ball.abs_upper() for ball in branch.phi(box))
            weight = (-box * box / 2).exp().abs_upper() / scale
            return [weight * f, weight * f * f, weight * g * g]

        low = arb(-cut.end) if branch.low is None else arb(fmpq(branch.low.numerator, branch.low.denominator))
        high = arb(cut.end) if branch.high is None else arb(fmpq(branch.high.numerator, branch.high.denominator))
        found = integrate(values, bounds, (low, high), tolerance, work)
        errors = [e + f for e, f in zip(errors, found, strict=True)]
    mean, square, slope = (s + around(e + b) for s, e, b in zip(sums, errors, cut.beyond, strict=True))
    return slope / (square - mean * mean), cut

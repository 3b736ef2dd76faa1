"""rate(phi, batch): a certified ball around the growth lambda(phi, B) of the squared gradient norm per layer.

lambda(phi, B) = (1/((B-3) u)) E[(B-1-y_1^2) phi'(y_1)^2 + (1+y_1 y_2) phi'(y_1) phi'(y_2)] with
u = E[phi(y_1)^2] - E[phi(y_1) phi(y_2)], (y_1, ..., y_B) uniform on the sphere of radius sqrt(B) in the hyperplane of
sum 0; for batch None its limit E[phi'(Z)^2]/Var phi(Z). Yang et al. 2019 (arXiv 1902.08129), batch norm with eps = 0 at
initialisation, infinite width.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from verify.errors import UserError
from verify.rates.closed import closed_form
from verify.rates.decimals import certain, enclosure, exactly
from verify.rates.methods import Attempt, attempts
from verify.rates.parsing import parse
from verify.rates.pieces import Piece, pieces
from verify.rates.program import compile_

Ball = Any  # flint.arb
DIGITS = 100
LARGEST_BATCH = 1_000_000


@dataclass(frozen=True)
class Rate:
    """lambda of one activation at one batch size (None: the limit), as a ball, and how it was had.

    `exact` is the value where it is a rational number; `method` is closed-form or quadrature; `evidence` says in words
    what bounds each error.
    """

    phi: str
    batch: int | None
    value: Ball
    exact: Fraction | None
    method: str
    evidence: tuple[str, ...]
    digits: int
    seconds: float

    @property
    def decimals(self) -> tuple[str, str]:
        """Middle and radius of lambda as decimals that enclose it; the radius is 0 for a short decimal number."""
        if self.exact is not None and "..." not in self.shown():
            return self.shown(), "0"
        return enclosure(self.value, self.digits)

    @property
    def norm_rate(self) -> Ball:
        """sqrt(lambda): the growth of the gradient norm itself per layer."""
        with ctx.workprec(_working_bits(self.digits)):
            return self.value.sqrt()

    @property
    def depth_scale(self) -> Ball:
        """xi = 1/log(lambda): layers in which the squared norm grows by the factor e. Not finite if lambda may be 1."""
        with ctx.workprec(_working_bits(self.digits)):
            return 1 / self.value.log() if self.value > 1 else arb.nan()

    def shown(self) -> str:
        """lambda with certain digits only."""
        return certain(self.value, self.digits) if self.exact is None else exactly(self.exact, self.digits)


def _working_bits(digits: int) -> int:
    return int(digits * 3.33) + 64


def rate(phi: str, batch: int | None, digits: int = 25) -> Rate:
    """Enclose lambda(phi, batch), or lambda_inf(phi) for batch None, to about `digits` digits where that can be done.

    `phi` is a name of `verify.rates.named.named()` or an expression in z. Where phi breaks away from 0 and the batch is
    small, the ball may be wider: it is right, and it says how wide it is. Raises UserError.
    """
    begin = time.perf_counter()
    require_in_range(batch, digits)
    n = None if batch is None else batch - 1
    with ctx.workprec(_working_bits(digits)):
        found = pieces(parse(phi), n)
        programs = [compile_(piece.node) for piece in found]
        if all(program.flat for program in programs):
            raise _constant_error(n, certainly=True)
        value, exact, method, evidence = _closed(found, n, digits) or _computed(found, n, digits)
    return Rate(phi.strip(), batch, value, exact, method, evidence, digits, time.perf_counter() - begin)


def checked_rate(phi: str, batch: int | None, digits: int = 25) -> Rate:
    """`rate`, held against an independent value in double precision, which the evidence says. Raises InternalError."""
    from verify.rates.second import opinion  # here, as SciPy takes its time

    found = rate(phi, batch, digits)
    said = opinion(found.phi, batch, float(found.value.mid()), float(found.value.rad()))
    return replace(found, evidence=(*found.evidence, said))


Found = tuple[Ball, Fraction | None, str, tuple[str, ...]]


def _closed(found: Sequence[Piece], n: int | None, digits: int) -> Found | None:
    bits = _working_bits(digits)
    for _ in range(4):
        with ctx.workprec(bits):
            closed = closed_form(found, n)
        if closed is None:
            return None
        if good(closed.value, digits):
            return closed.value, closed.exact, "closed-form", (f"{closed.name}; {bits} bits",)
        bits *= 2
    return None


def _computed(found: Sequence[Piece], n: int | None, digits: int) -> Found:
    best: Attempt | None = None
    for attempt in attempts(found, n, digits):
        if attempt.value.is_finite() and (best is None or attempt.value.rad() < best.value.rad()):
            best = attempt
            if good(best.value, digits):
                break
    if best is None:
        raise _constant_error(n, certainly=False)
    return best.value, None, "quadrature", best.evidence


def good(value: Ball, digits: int) -> bool:
    """Is the radius below 10^-digits of the value?"""
    return bool(value.is_finite() and value.rad() * arb(10) ** digits <= abs(value))


def require_in_range(batch: int | None, digits: int) -> None:
    """See that there are such digits and such a batch size. Raises UserError."""
    if not isinstance(digits, int) or isinstance(digits, bool) or not 1 <= digits <= DIGITS:
        raise UserError(f"expected a number of digits from 1 to {DIGITS}", got=str(digits)[:40], where="--digits")
    if batch is None:
        return
    if not isinstance(batch, int) or isinstance(batch, bool):
        raise UserError(
            "expected a whole number as batch size", got=str(batch)[:40], where="--batch", remedy="such as 8, or inf"
        )
    if batch < 4:
        raise UserError(
            "expected a batch size of at least 4: below, the expected gradient is infinite (E[1/r^2] = 1/(u(B-3)))",
            got=str(batch)[:40],
            where="--batch",
            remedy="4 or more, or inf",
        )
    if batch > LARGEST_BATCH:
        raise UserError(
            f"expected a batch size of at most {LARGEST_BATCH:,}", got=str(batch)[:40], where="--batch", remedy="inf"
        )


def _constant_error(n: int | None, *, certainly: bool) -> UserError:
    where = "" if n is None else f" for |z| <= sqrt({n}), the range of batch size {n + 1}"
    got = f"a constant{where}" if certainly else f"one that cannot be told from a constant{where}"
    return UserError(
        "expected an activation that is not constant: lambda is a quotient by its variance",
        got=got,
        where="PHI",
        remedy="an expression in z that varies there" + ("" if n is None else ", or larger batches"),
    )

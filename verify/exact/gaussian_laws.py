"""Finite laws that stand for a normal one: their moments are the same up to order 5, or 9 where a claim asks for it.

Of anything but a polynomial of so low a degree such a law says nothing of the normal one. Where a claim asks for more
of the law of one number, its means are `integrated` (`normal_means.py`). Elsewhere `beyond` says so; whether an
instance meets the assumptions is then left open (`assumptions.check`), and nothing is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import isqrt, prod
from typing import Any

from flint import fmpq, fmpq_mat

from theory import terms as t
from theory.statements.claims import Assumption, Claim, Gaussian, assumption_terms, functions_of
from theory.terms import rewrite
from theory.terms.known_functions import known_function
from verify.exact.activations import POLYNOMIAL_FIELDS, POLYNOMIALS
from verify.exact.instances import Instance, Law, Rows
from verify.exact.laws import squares

ORDER, MOST_ORDER = 5, 9  # of the moments that agree, in a law of few points and in one of more
TOGETHER = 3  # directions; of four the weights would not be positive
DIRECTIONS = {ORDER: 4, MOST_ORDER: 3}  # in which a law varies, at most: so that it has few points
MOST_ENTRIES = 6  # of a point, whose moments are compared
NODES = (1, 2, 3, 4)  # +-u, ..., +-4 u carry a law of order 9, for u within a tenth of its standard deviation
SHARE = Fraction(4, 9)  # of the variance d of each direction in the square of its distance b: d/b^2
BITS = (0, 2, 4, 8)  # of distances that need not be exact: the simplest that give no negative weight


def normal_laws(assumptions: Iterable[Assumption]) -> tuple[Gaussian, ...]:
    """The normal laws that are assumed."""
    return tuple(a for a in assumptions if isinstance(a, Gaussian))


# ---- made ---------------------------------------------------------------------------------------------------
def gaussian_law(mean: Rows, covariance: Rows, order: int = ORDER) -> Law | None:
    """A law whose moments are those of N(mean, covariance) up to an order, 5 or 9.

    None where the covariance is not symmetric and positive semidefinite, or has too high a rank. With covariance =
    sum d_k l_k l_k' and z_k of variance d_k along l_k, of order 5: the points +-b_k l_k +- b_j l_j with weight
    (d_k d_j)/(4 b_k^2 b_j^2) have E z_k^2 z_j^2 = d_k d_j, and points on each line have what E z_k^2 = d_k and
    E z_k^4 = 3 d_k^2 lack; of four lines two and two are independent. Of order 9 all lines are independent.
    """
    lines = squares(covariance)
    if lines is None or len(lines) > DIRECTIONS[order]:
        return None
    variances = {i: d for i, (d, _) in enumerate(lines)}
    first = 1 if order > ORDER else 2 if len(lines) > TOGETHER else TOGETHER
    steps: list[tuple[Fraction, Step]] = [(Fraction(1), ())]
    for begin in range(0, len(lines), first):
        some = {i: variances[i] for i in range(begin, min(begin + first, len(lines)))}
        found = _along(some, _nine if order > ORDER else _steps)
        if found is None:
            return None
        steps = [(w * v, (*step, *other)) for w, step in steps for v, other in found]
    return Law(tuple(_point(mean, lines, step) for _, step in steps), tuple(weight for weight, _ in steps))


def _along(variances: Mapping[int, Fraction], make: Make) -> list[tuple[Fraction, Step]] | None:
    """Weights and steps along at most three lines, the simplest that have no negative weight."""
    for bits in BITS:
        steps = make(variances, bits)
        rest = 1 - sum((weight for weight, _ in steps), Fraction(0))
        if rest >= 0 and all(weight >= 0 for weight, _ in steps):
            return [(weight, step) for weight, step in (*steps, (rest, ())) if weight]
    return None


Step = tuple[tuple[int, Fraction], ...]  # so far along each of these lines
Make = Callable[[Mapping[int, Fraction], int], list[tuple[Fraction, Step]]]


def _point(mean: Rows, lines: Sequence[tuple[Fraction, Sequence[Fraction]]], step: Step) -> tuple[Fraction, ...]:
    return tuple(m + sum((a * lines[i][1][row] for i, a in step), Fraction(0)) for row, (m,) in enumerate(mean))


def _steps(variances: Mapping[int, Fraction], bits: int) -> list[tuple[Fraction, Step]]:
    """Weights and steps, but for that of length 0, by distances of so many bits."""
    ways = {i: around(d / SHARE, bits)[0] for i, d in variances.items()}
    shares = {i: d / ways[i] ** 2 for i, d in variances.items()}
    found: list[tuple[Fraction, Step]] = []
    for i, j in combinations(variances, 2):
        weight = shares[i] * shares[j] / 4
        found += [(weight, ((i, p * ways[i]), (j, q * ways[j]))) for p in (1, -1) for q in (1, -1)]
    for i, d in variances.items():
        others = sum(shares.values(), -shares[i])
        second, fourth = d * (1 - others), d**2 * (3 - others / shares[i])
        if second <= 0 or fourth <= 0:
            return [(Fraction(-1), ())]
        found += [(w, ((i, p * a),)) for a, w in _on_a_line(second, fourth, bits) for p in (1, -1)]
    return found


def _nine(variances: Mapping[int, Fraction], bits: int) -> list[tuple[Fraction, Step]]:
    """The same along one line, with the moments of order 2, 4, 6 and 8: d, 3 d^2, 15 d^3 and 105 d^4."""
    ((i, d),) = variances.items()
    unit = around(d, bits)[0]
    orders = range(1, len(NODES) + 1)
    powers = fmpq_mat([[_exact((node * unit) ** (2 * k)) for node in NODES] for k in orders])
    moments = fmpq_mat([[_exact(prod(range(1, 2 * k, 2)) * d**k / 2)] for k in orders])
    weights = [Fraction(int(w.p), int(w.q)) for w in powers.solve(moments).entries()]
    return [(w, ((i, p * node * unit),)) for node, w in zip(NODES, weights, strict=True) for p in (1, -1)]


def _on_a_line(second: Fraction, fourth: Fraction, bits: int) -> list[tuple[Fraction, Fraction]]:
    """Distances a with weights w such that the points +-a add `second` and `fourth` to the moments of order 2 and 4."""
    ratio = fourth / second
    near, far = around(ratio, bits)
    if near == far:
        return [(near, second / (2 * ratio))]
    gap = far**2 - near**2
    return [
        (near, (far**2 * second - fourth) / (2 * near**2 * gap)),
        (far, (fourth - near**2 * second) / (2 * far**2 * gap)),
    ]


def around(value: Fraction, bits: int) -> tuple[Fraction, Fraction]:
    """Two numbers around the root of a positive number, 2^-bits of it apart at most; twice the root where it is
    rational."""
    exact = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    if exact**2 == value:
        return exact, exact
    scale, unit = value, Fraction(1)
    while scale >= 4:
        scale, unit = scale / 4, unit * 2
    while scale < 1:
        scale, unit = scale * 4, unit / 2
    grain = unit / 2**bits
    near = grain * isqrt(int(scale * 4**bits))
    return near, near + grain


# ---- checked ------------------------------------------------------------------------------------------------
def stands_for(law: Law, mean: Rows, covariance: Rows, order: int = ORDER) -> bool | None:
    """Are its moments up to an order those of N(mean, covariance)? None for points of too many entries to be told."""
    size = law.size
    if size > MOST_ENTRIES:
        return None
    if any(covariance[i][j] != covariance[j][i] for i in range(size) for j in range(i)):
        return False
    entries = [[_exact(p[i] - mean[i][0]) for p in law.points] for i in range(size)]
    pairs = [[_exact(e) for e in row] for row in covariance]

    def agree(carried: Sequence[Any], places: tuple[int, ...]) -> bool:
        """The moments at these places and further ones, of weights times entries that are `carried`."""
        for i in range(places[-1] if places else 0, size):
            product = [c * e for c, e in zip(carried, entries[i], strict=True)]
            now = (*places, i)
            if sum(product, fmpq(0)) != _paired(now, pairs) or (len(now) < order and not agree(product, now)):
                return False
        return True

    return agree([_exact(w) for w in law.weights], ())


def _exact(value: Fraction) -> Any:
    return fmpq(value.numerator, value.denominator)


def _paired(places: Sequence[int], covariance: Sequence[Sequence[Any]]) -> Any:
    """The central moment of a normal law at these places: the sum over all ways to pair them."""
    if len(places) < 2:
        return fmpq(1 - len(places))
    first, *rest = places
    return sum(
        (covariance[first][other] * _paired([*rest[:i], *rest[i + 1 :]], covariance) for i, other in enumerate(rest)),
        fmpq(0),
    )


# ---- what such a law says nothing of ------------------------------------------------------------------------
def beyond(
    claim: Claim, assumptions: Sequence[Assumption], functions: Mapping[str, str], done: Collection[str] = ()
) -> str:
    """The first expectation over a normal vector, in a claim or in what is assumed, of no polynomial of degree 9 at
    most, in words; "" if all are. `functions` are those of the instance by the names of the claim; over the vectors
    whose names are `done` the means of the claim are integrated."""
    claimed = (mean for mean in _claimed(claim, tuple(assumptions)) if mean.over.name not in done)
    for mean in (*claimed, *_assumed(tuple(assumptions))):
        if is_open(mean.body, mean.over, functions):
            return (
                f"{mean!r} is over a normal law, and of no polynomial of degree {MOST_ORDER} at most: "
                "the finite laws of instances do not stand for it there"
            )
    return ""


def order_for(claim: Claim, assumptions: Sequence[Assumption], functions: Mapping[str, str]) -> int:
    """Up to which order the laws of an instance have to stand for the normal ones that are spoken of: 5 or 9."""
    means = _means(claim, tuple(assumptions))
    return ORDER if all((degree_in(mean.body, mean.over, functions) or 0) <= ORDER for mean in means) else MOST_ORDER


def integrated(claim: Claim, assumptions: Sequence[Assumption], instance: Instance) -> Mapping[str, Gaussian]:
    """The normal laws, by the names of their vectors, over which a mean in the claim is to be integrated: of one number
    at the instance, and of no polynomial that finite laws stand for."""
    laws = {
        law.over: law
        for law in normal_laws(assumptions)
        if law.over.name in instance.laws and instance.laws[law.over.name].size == 1
    }
    if not laws:
        return {}
    open_ = [
        m for m in _claimed(claim, tuple(assumptions)) if m.over in laws and is_open(m.body, m.over, instance.functions)
    ]
    return {mean.over.name: laws[mean.over] for mean in open_}


@lru_cache(maxsize=256)
def to_integrate(claim: Claim, assumptions: tuple[Assumption, ...]) -> frozenset[t.Symbol]:
    """The normal vectors over which means of the claim are no polynomials, whatever polynomials an instance has for the
    functions that may be any: they have to be of one entry."""
    named = {
        f.name: f.name if known_function(f.name) else _POLYNOMIAL[isinstance(f, t.Activation)]
        for f in functions_of(claim)
    }
    return frozenset(mean.over for mean in _claimed(claim, assumptions) if is_open(mean.body, mean.over, named))


_POLYNOMIAL = {True: "identity", False: "quadratic"}


def is_open(body: t.Term, over: t.Symbol, functions: Mapping[str, str]) -> bool:
    """Is a body, definitions written out, of no degree for which finite laws stand?"""
    degree = degree_in(body, over, functions)
    return degree is None or degree > MOST_ORDER


def _means(claim: Claim, assumptions: tuple[Assumption, ...]) -> tuple[t.Expectation, ...]:
    """The expectations over normal vectors in a claim and in what is assumed, definitions written out."""
    return (*_claimed(claim, assumptions), *_assumed(assumptions))


@lru_cache(maxsize=1024)
def _claimed(claim: Claim, assumptions: tuple[Assumption, ...]) -> tuple[t.Expectation, ...]:
    return _found((claim.left, claim.right), assumptions)


@lru_cache(maxsize=1024)
def _assumed(assumptions: tuple[Assumption, ...]) -> tuple[t.Expectation, ...]:
    return _found([term for a in assumptions for term in assumption_terms(a)], assumptions)


def _found(terms: Iterable[t.Term], assumptions: Sequence[Assumption]) -> tuple[t.Expectation, ...]:
    normal = {law.over for law in normal_laws(assumptions)}
    nodes = (node for term in terms for node in t.walk(rewrite.unfold(term))) if normal else ()
    return tuple(node for node in nodes if isinstance(node, t.Expectation) and node.over in normal)


def degree_in(term: t.Term, over: t.Symbol, functions: Mapping[str, str]) -> int | None:
    """The degree, or a number above it, of a polynomial in the entries of a random vector; None of what is not seen to
    be one. An activation or a field is what the instance has for it, of which the derivatives are of lower degree."""
    if not rewrite.depends_on(term, over):
        return 0
    match term:
        case t.Symbol():
            return 1
        case t.Sum(parts):
            return _combined(max, parts, over, functions)
        case t.Product() | t.Scale() | t.Hadamard() | t.Kronecker():
            return _combined(sum, term.children, over, functions)
        case t.Transpose() | t.Trace() | t.Diag() | t.Vec() | t.Expectation():
            [inner] = term.children
            return degree_in(inner, over, functions)
        case t.Power(base, exponent) if exponent.denominator == 1 and exponent > 0:
            degree = degree_in(base, over, functions)
            return None if degree is None else degree * int(exponent)
        case t.Derivative(body, variable, at):
            return degree_in(rewrite.replace(body, variable, at), over, functions)
        case t.Elementwise(function, order, argument) if (name := functions.get(function.name)) in POLYNOMIALS:
            degree = degree_in(argument, over, functions)
            return None if degree is None else degree * max(POLYNOMIALS[name] - order, 0)
        case t.FieldValue(field, order, argument) if (name := functions.get(field.name)) in POLYNOMIAL_FIELDS:
            degree = degree_in(argument, over, functions)
            return None if degree is None else degree * max(POLYNOMIAL_FIELDS[name] - order, 0)
    return None


def _combined(
    how: Callable[[list[int]], int], parts: Sequence[t.Term], over: t.Symbol, functions: Mapping[str, str]
) -> int | None:
    degrees = [degree for part in parts if (degree := degree_in(part, over, functions)) is not None]
    return how(degrees) if len(degrees) == len(parts) else None

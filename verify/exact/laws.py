"""Finite laws of random vectors: drawn freely, centred, or with a second moment that is given."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from theory import terms as t
from theory.statements.claims import Assumption, Equal
from theory.terms import Property
from theory.terms.rewrite import free_symbols
from verify.exact.instances import Law, Rows


def moment_of(x: t.Symbol, assumptions: Sequence[Assumption]) -> t.Term | None:
    """What the assumptions say E[x x'] is, directly or through a symbol; None if they leave it to the law."""
    squares = [t.matmul(x, t.transpose(x)), *((t.scale(x, x), t.power(x, Fraction(2))) if x.is_scalar else ())]
    moments = [t.Expectation(square, x) for square in squares]
    equal = [a for a in assumptions if isinstance(a, Equal)]
    for a in equal:
        for moment, value in ((a.left, a.right), (a.right, a.left)):
            if moment not in moments:
                continue
            if not isinstance(value, t.Symbol):
                return None if left_open(value) is not None else value
            for b in equal:
                if (found := congruence(b)) is not None and found[0] == value:
                    return found[1]
                for symbol, term in ((b.left, b.right), (b.right, b.left)):
                    if symbol == value and term not in moments:
                        return term
    return None


def congruence(assumed: Equal) -> tuple[t.Symbol, t.Term] | None:
    """S and V M V', V the inverse of W, where W S W' = M is assumed of square matrices, as of one that whitens; None
    where nothing of the kind is. W has no property but that it may be invertible."""
    for whole, value in ((assumed.left, assumed.right), (assumed.right, assumed.left)):
        match whole:
            case t.Product((first, t.Symbol() as middle, last)) if last == t.transpose(first):
                outer = first.body if isinstance(first, t.Transpose) else first
                if _may_be_inverted(outer) and middle not in free_symbols(outer) | free_symbols(value):
                    inverse = t.inverse(first)
                    return middle, t.matmul(t.matmul(inverse, value), t.transpose(inverse))
    return None


def _may_be_inverted(matrix: t.Term) -> bool:
    if not isinstance(matrix, t.Symbol) or matrix.is_scalar:
        return False
    return matrix.rows == matrix.columns and matrix.properties <= {Property.INVERTIBLE}


def spread_of(x: t.Symbol, assumptions: Sequence[Assumption]) -> tuple[t.Term, t.Term] | None:
    """m and what E[(x - m)(x - m)'] is, where the assumptions say that E[x] = m and give the covariance so."""
    sides = [side for a in assumptions if isinstance(a, Equal) for side in ((a.left, a.right), (a.right, a.left))]
    for mean in (value for moment, value in sides if moment == t.Expectation(x, x)):
        apart = t.add(x, t.negative(mean))
        covariance = t.Expectation(t.matmul(apart, t.transpose(apart)), x)
        for value in (value for moment, value in sides if moment == covariance and left_open(value) is None):
            return mean, value
    return None


def left_open(value: t.Term) -> t.Symbol | None:
    """The symbol of a sum that a second moment defines, as S of S + u u'; None where there is none.

    One that is declared positive semidefinite is only where the moment less the rest is, as a covariance.
    """
    if not isinstance(value, t.Sum):
        return None
    for part in value.terms:
        if isinstance(part, t.Symbol) and not part.properties & {Property.RANDOM, Property.DIMENSION}:
            rest = [other for other in value.terms if other is not part]
            if not part.properties & t.SEMIDEFINITE or all(map(_is_outer, rest)):
                return part
    return None


def _is_outer(term: t.Term) -> bool:
    """Is it v v'?"""
    return isinstance(term, t.Product) and len(term.factors) == 2 and t.transpose(term.factors[0]) == term.factors[1]


def is_whitened(x: t.Symbol, assumptions: Sequence[Assumption]) -> bool:
    """Do the assumptions say E[x x'] = I, directly or through a symbol?"""
    return isinstance(moment_of(x, assumptions), t.Eye)


def is_centred(x: t.Symbol, assumptions: Sequence[Assumption]) -> bool:
    """Do the assumptions say E[x] = 0?"""
    mean = t.Expectation(x, x)
    return any(
        isinstance(a, Equal) and any(m == mean and _is_zero(z) for m, z in ((a.left, a.right), (a.right, a.left)))
        for a in assumptions
    )


def _is_zero(term: t.Term) -> bool:
    return isinstance(term, t.Zero) or (isinstance(term, t.Number) and term.value == 0)


def mean_of(law: Law) -> list[Fraction]:
    """E[x] exactly."""
    pairs = [*zip(law.weights, law.points, strict=True)]
    return [sum((w * p[i] for w, p in pairs), Fraction(0)) for i in range(law.size)]


def moved(law: Law, by: Sequence[Fraction]) -> Law:
    """The law of x + by."""
    return Law(tuple(tuple(e + b for e, b in zip(p, by, strict=True)) for p in law.points), law.weights)


def centre(law: Law) -> Law:
    """The law moved so that its mean is 0."""
    return moved(law, [-e for e in mean_of(law)])


def second_moment(law: Law) -> Rows:
    """E[x x'] exactly."""
    pairs = [([w * e for e in p], p) for w, p in zip(law.weights, law.points, strict=True)]
    n = range(law.size)
    half = [[sum((weighted[i] * p[j] for weighted, p in pairs), Fraction(0)) for j in range(i + 1)] for i in n]
    return tuple(tuple(half[max(i, j)][min(i, j)] for j in n) for i in n)


def white_law(size: int, rng: Random, *, centred: bool = True) -> Law:
    """A law with E[x x'] = I, with E[x] = 0 if it is to be centred."""
    eye = tuple(tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size))
    law = moment_law(eye, rng, centred=centred)
    assert law is not None
    return law


def moment_law(moment: Rows, rng: Random, *, centred: bool = True) -> Law | None:
    """A law with this second moment, None if it is not symmetric and positive semidefinite.

    With moment = sum d_k l_k l_k': on line k the points a l_k and -b l_k with weights d/(a (a + b)), d/(b (a + b)).
    One that need not be centred has on some lines one point alone, with weight d/a^2: its mean is open.
    """
    lines = squares(moment)
    if lines is None:
        return None
    points: list[tuple[Fraction, ...]] = []
    weights: list[Fraction] = []
    size = len(moment)
    for d, line in lines:
        unit = Fraction(1)
        while unit * unit < d:
            unit *= 2
        while unit * unit >= 4 * d:
            unit /= 2
        rare = rng.choice((1, 1, 1, 100, 10**6))  # a far point is met rarely, and adds as much to the moment
        a, b = rare * rng.randint(size, size + 2) * unit, rng.randint(1, 3) * unit  # d/(a b) <= 1/size
        both = ((a, d / (a * (a + b))), (-b, d / (b * (a + b))))
        for value, weight in both if centred or rng.random() < 0.5 else ((rng.choice((a, -a)), d / a**2),):
            points.append(tuple(value * e for e in line))
            weights.append(weight)
    if sum(weights) < 1:
        points.append((Fraction(0),) * size)
        weights.append(1 - sum(weights, Fraction(0)))
    return Law(tuple(points), tuple(weights))


def squares(moment: Rows) -> list[tuple[Fraction, list[Fraction]]] | None:
    """d_k > 0 and l_k with moment = sum d_k l_k l_k', by symmetric elimination; None if it is not symmetric and
    positive semidefinite."""
    rest = [list(row) for row in moment]
    n = range(len(rest))
    if any(rest[i][j] != rest[j][i] for i in n for j in n):
        return None
    found: list[tuple[Fraction, list[Fraction]]] = []
    for k in n:
        d = rest[k][k]
        if d < 0 or (d == 0 and any(rest[k])):
            return None
        if d:
            line = [e / d for e in rest[k]]
            rest = [[rest[i][j] - rest[k][i] * line[j] for j in n] for i in n]
            found.append((d, line))
    return found

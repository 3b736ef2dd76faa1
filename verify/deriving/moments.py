"""A difference with a second moment in the place of the symbol that an assumption gives it: S is E[(x - m)(x - m)']."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from theory import terms as t
from theory.statements.claims import Assumption, Equal
from theory.terms import Symbol, Term, rewrite


def as_moments(term: Term, given: Sequence[Assumption]) -> Iterator[Term]:
    """The term with E[(x - m)(x - m)'] for each square symbol that an assumed equality has beside a random x, where m
    is 0, E[x] or what E[x] is assumed to be."""
    inside = rewrite.free_symbols(term)
    for a in (a for a in given if isinstance(a, Equal)):
        symbols = sorted(rewrite.free_symbols(a.left) | rewrite.free_symbols(a.right), key=lambda s: s.name)
        for x in _random(a):
            for symbol in (s for s in symbols if s in inside and s.shape == (x.rows, x.rows)):
                for middle in _middles(x, given):
                    yield rewrite.replace(term, symbol, t.Expectation(t.matmul(middle, t.transpose(middle)), x))


def under_one_mean(term: Term) -> Iterator[Term]:
    """E of the term with its means over x taken off, where it has means over one x alone: equal where it is linear in
    what they are of."""
    means = _means_over(term)
    if len(means) == 1:
        yield t.Expectation(_without_means(term), means[0])


def taken_off(term: Term) -> tuple[Term, tuple[Symbol, ...]]:
    """The term with its means taken off, and what they are over."""
    return _without_means(term), tuple(sorted(_means_over(term), key=lambda s: s.name))


def _means_over(term: Term) -> list[Symbol]:
    return list(dict.fromkeys(node.over for node in t.walk(term) if isinstance(node, t.Expectation)))


def _without_means(term: Term) -> Term:
    return _without_means(term.body) if isinstance(term, t.Expectation) else rewrite.rebuild(term, _without_means)


def _random(a: Equal) -> list[Symbol]:
    """The random columns of which an expectation is taken in an assumption."""
    nodes = (node for side in (a.left, a.right) for node in t.walk(side))
    return list(dict.fromkeys(node.over for node in nodes if isinstance(node, t.Expectation)))


def _middles(x: Symbol, given: Sequence[Assumption]) -> list[Term]:
    """x less what may stand for its mean."""
    mean = t.Expectation(x, x)
    known = [a.right for a in given if isinstance(a, Equal) and a.left == mean]
    return [x, x - mean, *(x - m for m in known)]

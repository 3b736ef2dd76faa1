"""Block matrices in a sum of blocks that are put in their places: what a printer shows as rows and columns."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce

from theory.terms import operations
from theory.terms.base import Dimension, Term
from theory.terms.nodes import Eye, Number, Place, Product, Scale, Sum, Transpose, Zero
from theory.terms.size_arithmetic import minus, plus

_Placed = tuple[Place | None, Term, Place | None]  # what stands above it, the block, what stands left of it


def as_blocks(term: Term) -> list[list[Term]] | None:
    """The blocks of a sum in which each has its place; None for any other term."""
    terms = term.terms if isinstance(term, Sum) else (term,)
    if not _has_a_place(terms[0]):
        return None
    parts = [_placed(part) for part in terms]
    down, across = _edge(part[0] for part in parts), _edge(part[2] for part in parts)
    if down is None or across is None:
        return None
    heights = [term.shape[0] if place is None else place.size for place in down]
    widths = [term.shape[1] if place is None else place.size for place in across]
    return [
        [
            _together([body for up, body, left in parts if (up, left) == (place, other)], (height, width))
            for other, width in zip(across, widths, strict=True)
        ]
        for place, height in zip(down, heights, strict=True)
    ]


def _has_a_place(term: Term) -> bool:
    """Is it put in a place on one side at least? What a place takes out, as M E does, is no block."""
    while isinstance(term, Scale):
        term = term.body
    first, last = (term.factors[0], term.factors[-1]) if isinstance(term, Product) else (term, term)
    return isinstance(first, Place) or (isinstance(last, Transpose) and isinstance(last.body, Place))


def _placed(term: Term) -> _Placed:
    """The places at the ends of a product, and what is between."""
    if isinstance(term, Scale):
        above, inner, beside = _placed(term.body)
        return above, operations.scale(term.scalar, inner), beside
    factors = list(term.factors) if isinstance(term, Product) else [term]
    up = factors[0] if isinstance(factors[0], Place) else None
    factors = factors if up is None else factors[1:]
    last = factors[-1].body if factors and isinstance(factors[-1], Transpose) else None
    left = last if isinstance(last, Place) else None
    factors = factors if left is None else factors[:-1]
    if factors:
        return up, reduce(operations.matmul, factors), left
    size = up.size if up is not None else left.size if left is not None else 1
    return up, Number(Fraction(1)) if size == 1 else Eye(size), left


def _edge(found: Iterable[Place | None]) -> list[Place | None] | None:
    """The places along one side, in order and without a gap; None if they are not those of one division."""
    places = set(found)
    if None in places:
        return [None] if len(places) == 1 else None
    wholes = {place.whole for place in places if place is not None}
    if len(wholes) != 1:
        return None
    (whole,) = wholes
    edge: list[Place | None] = []
    reached: Dimension = 0
    while reached != whole:
        place = next((p for p in places if p is not None and p.before == reached), None)
        place = _gap(reached, whole, places) if place is None else place
        if place is None:
            return None
        edge.append(place)
        reached = plus(reached, place.size)
    return edge if places <= set(edge) else None


def _gap(reached: Dimension, whole: Dimension, places: set[Place | None]) -> Place | None:
    """The block of zeros that ends where the next place begins, or where all ends."""
    ends = [minus(end, reached) for end in (*(p.before for p in places if p is not None), whole)]
    sizes = [size for size in ends if size is not None and size != 0]
    least = [size for size in sizes if all(minus(other, size) is not None for other in sizes)]
    return Place(reached, least[0], whole) if least and minus(whole, least[0]) not in (None, 0) else None


def _together(found: list[Term], shape: tuple[Dimension, Dimension]) -> Term:
    if found:
        return operations.add(*found)
    return Number(Fraction(0)) if shape == (1, 1) else Zero(shape)

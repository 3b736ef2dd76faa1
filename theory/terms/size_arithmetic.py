"""Sizes that are made of others: m + n, m n, 2 m. They are sums of products of dimensions with whole coefficients, and
equal as sizes where they are equal as polynomials: m n is n m.

Such a size is that of a term, never of a symbol: a column of m + n entries is made of one of m and one of n.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from theory.terms.base import Dimension

if TYPE_CHECKING:
    from theory.terms.nodes import Symbol

_Product = tuple["Symbol", ...]
_Terms = dict[_Product, int]


@dataclass(frozen=True)
class Size:
    """A sum of products of dimensions, in order, each with how often it stands there; never one symbol or a number."""

    terms: tuple[tuple[_Product, int], ...]

    def __str__(self) -> str:
        return "+".join(_text(product, count) for product, count in self.terms)

    @property
    def symbols(self) -> frozenset[Symbol]:
        return frozenset(symbol for product, _ in self.terms for symbol in product)

    @property
    def multiplied(self) -> bool:
        """Are dimensions multiplied in it?"""
        return any(len(product) > 1 for product, _ in self.terms)


def _text(product: _Product, count: int) -> str:
    factors = ([str(count)] if count != 1 or not product else []) + [symbol.name for symbol in product]
    return "*".join(factors)


def plus(*sizes: Dimension) -> Dimension:
    """The sum of sizes."""
    total: _Terms = {}
    for size in sizes:
        for product, count in _terms(size).items():
            total[product] = total.get(product, 0) + count
    return _made(total)


def times(*sizes: Dimension) -> Dimension:
    """The product of sizes."""
    total: _Terms = {(): 1}
    for size in sizes:
        before, total = total, {}
        for left, count in before.items():
            for right, other in _terms(size).items():
                product = tuple(sorted((*left, *right), key=lambda symbol: symbol.name))
                total[product] = total.get(product, 0) + count * other
    return _made(total)


def minus(size: Dimension, other: Dimension) -> Dimension | None:
    """What is left of a size without another: 0 if nothing is, None if that is not seen to be a size or 0."""
    left = _terms(size)
    for product, count in _terms(other).items():
        left[product] = left.get(product, 0) - count
        if left[product] < 0:
            return None
    return _made(left)


def is_plain(size: Size) -> bool:
    """Is it as sums and products make it: each product once, in order, so often as a whole number says?"""
    counts = [count for _, count in size.terms]
    return all(type(count) is int and count > 0 for count in counts) and plus(*map(_part, size.terms)) == size


def _part(term: tuple[_Product, int]) -> Dimension:
    product, count = term
    return times(count, *product)


def put(size: Dimension, symbol: Symbol, other: Dimension) -> Dimension:
    """The size with another in the place of a dimension."""
    parts = [
        times(count, *(other if factor == symbol else factor for factor in product))
        for product, count in _terms(size).items()
    ]
    return plus(*parts)


def least_part(size: Dimension) -> int:
    """The whole number that a size has beside its dimensions."""
    return _terms(size).get((), 0)


def number_of(size: Dimension, sizes: Mapping[str, int]) -> int:
    """The number that a size is, where the dimensions are these. Raises KeyError naming one that is not among them."""
    if isinstance(size, int):
        return size
    if isinstance(size, Size):
        return sum(count * prod(sizes[symbol.name] for symbol in product) for product, count in size.terms)
    return sizes[size.name]


def dimensions_in(shape: Iterable[Dimension]) -> frozenset[Symbol]:
    """The dimensions that sizes are made of."""
    found: frozenset[Symbol] = frozenset()
    return found.union(*(_symbols(size) for size in shape if not isinstance(size, int)))


def _symbols(size: Symbol | Size) -> frozenset[Symbol]:
    return size.symbols if isinstance(size, Size) else frozenset({size})


def _terms(size: Dimension) -> _Terms:
    if isinstance(size, int):
        return {(): size} if size else {}
    return dict(size.terms) if isinstance(size, Size) else {(size,): 1}


def _made(terms: _Terms) -> Dimension:
    kept = {product: count for product, count in terms.items() if count}
    match list(kept.items()):
        case []:
            return 0
        case [((), count)]:
            return count
        case [((symbol,), 1)]:
            return symbol
    return Size(tuple(sorted(kept.items(), key=lambda item: (-len(item[0]), [s.name for s in item[0]]))))

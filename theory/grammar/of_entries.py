"""What is made of the entries of a column: their mean and variance, softmax, the 1-norm.

They are words of the grammar and no definitions: the formula that is read shows what they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from theory import terms as t
from theory.grammar.extents import SCALAR, is_column, is_row
from theory.grammar.readings import Read, Reader, settled
from theory.terms import Term, special_functions, symbols

_Made = Callable[[Reader, list[Any], tuple[int, int]], Read]


def _column(reader: Reader, inner: list[Any], name: str, span: tuple[int, int]) -> Read:
    """The one argument, which has entries."""
    if len(inner) != 1:
        raise reader.wrong(f"1 argument of {name}", str(len(inner)), *span)
    read = settled(reader.read(inner[0]))
    if not is_column(read.extent):
        raise reader.wrong(f"a column in {name}", reader.said(read), read.start, read.end)
    return read


def _number(of: Callable[[Term, t.Dimension], Term], name: str) -> _Made:
    def read_number(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
        read = _column(reader, inner, name, span)
        return reader.made(SCALAR, lambda: of(read.make(), reader.names.dimension(read.extent[0])), *span, natural=True)

    return read_number


def _softmax(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    """exp(x) / 1'exp(x)."""
    read = _column(reader, inner, "softmax", span)

    def make() -> Term:
        entries = special_functions.exp(read.make())
        return t.multiply(t.power(_total(entries), Fraction(-1)), entries)

    return reader.made(read.extent, make, *span)


def _log_sum_exp(column: Term, _: t.Dimension) -> Term:
    """log(1'exp(x))."""
    return special_functions.log(_total(special_functions.exp(column)))


def _total(column: Term) -> Term:
    return t.matmul(t.transpose(t.Ones(column.shape[0])), column)


def _mean(column: Term, size: t.Dimension) -> Term:
    """1'x / d."""
    return t.multiply(t.power(t.of_size(size), Fraction(-1)), _total(column))


def _variance(column: Term, size: t.Dimension) -> Term:
    """|x - mean(x) 1|^2 / d: the biased one, as normalisation layers take it."""
    centred = column - t.scale(_mean(column, size), t.Ones(size))
    return t.multiply(t.power(t.of_size(size), Fraction(-1)), t.matmul(t.transpose(centred), centred))


def sum_of_sizes(reader: Reader, read: Read, start: int, end: int) -> Read:
    """|x|_1, the sum of the absolute values of the entries."""

    def make() -> Term:
        column = t.transpose(read.make()) if is_row(read.extent) else read.make()
        return _total(symbols.activation("abs")(column))

    return reader.made(SCALAR, make, start, end, natural=True)


def largest_size(reader: Reader, read: Read, start: int, end: int) -> Read:
    """|x|_inf, the largest absolute value of an entry."""

    def make() -> Term:
        return symbols.max_norm(t.transpose(read.make()) if is_row(read.extent) else read.make())

    return reader.made(SCALAR, make, start, end, natural=True)


def _extreme(of: Callable[[Term], Term], name: str, sign: int) -> _Made:
    """The largest or smallest entry of a column, or of two numbers: (a + b + |a - b|)/2."""

    def read_extreme(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
        if len(inner) == 2:
            left, right = (reader.read(x) for x in inner)
            for read in (left, right):
                remedy = "relu(x) is max(x, 0) of each entry of x" if name == "max" else ""
                reader.require_scalar(read, f"in {name}(a, b)", remedy)

            def make() -> Term:
                a, b = left.make(), right.make()
                return t.multiply(t.Number(Fraction(1, 2)), a + b + sign * t.absolute(a - b))

            return reader.made(SCALAR, make, *span, natural=True)
        read = _column(reader, inner, name, span)
        return reader.made(SCALAR, lambda: of(read.make()), *span, natural=True)

    return read_extreme


OF_ENTRIES: Mapping[str, _Made] = {
    "max": _extreme(symbols.largest_entry, "max", 1),
    "min": _extreme(symbols.smallest_entry, "min", -1),
    "softmax": _softmax,
    "logsumexp": _number(_log_sum_exp, "logsumexp"),
    "lse": _number(_log_sum_exp, "lse"),
    "prod": _number(lambda column, _: t.determinant(t.diag(column)), "prod"),
    "mean": _number(_mean, "mean"),
    "var": _number(_variance, "var"),
}

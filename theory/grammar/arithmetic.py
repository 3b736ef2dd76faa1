"""Sums, products, quotients, powers, numbers and names: what the signs of the grammar mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial, reduce
from itertools import accumulate, pairwise
from typing import Any

from lark import Token, Tree

from theory import terms as t
from theory.grammar import iterated, matrix_roots
from theory.grammar.declaring import Names
from theory.grammar.extents import ONE, SCALAR, Size, in_words, is_column, is_row, is_scalar, made_of, same, unify
from theory.grammar.of_entries import largest_size, sum_of_sizes
from theory.grammar.readings import Read, Reader, settled, span_of
from theory.terms import Term, limits, recursions, symbols


# ---- sums and products --------------------------------------------------------------------------------------
def sum_of_terms(reader: Reader, tree: Any) -> Read:
    minus, first, *rest = tree.children
    signs = ["-" if minus else "+", *(str(sign.children[0]) for sign in rest[::2])]
    terms = [reader.read(first), *(reader.read(item) for item in rest[1::2])]
    if signs == ["+"]:
        return terms[0]
    start = minus.start_pos if minus else terms[0].start
    firm = next((term for term in terms if not any(size.known().loose for size in term.extent)), terms[0])
    for term in terms:
        if term is not firm:
            first_read, second = (term, firm) if term.start < firm.start else (firm, term)
            reader.require_same(first_read, second, "terms of one shape")

    def make() -> Term:
        made = [_signed(sign, term.make()) for sign, term in zip(signs, terms, strict=True)]
        return reduce(lambda a, b: t.add(a, b), made)

    value = None
    if all(term.value is not None for term in terms):
        value = sum(
            (v if s == "+" else -v for s, v in zip(signs, (x.value or Fraction(0) for x in terms), strict=True))
        )
        value = Fraction(value)
    return reader.made(firm.extent, make, start, terms[-1].end, value=value, natural=True)


def _signed(sign: str, term: Term) -> Term:
    return term if sign == "+" else t.negative(term)


def scaled(reader: Reader, tree: Any) -> Read:
    first, *rest = tree.children
    read = reader.read(first)
    _require_few(reader, 1 + len(rest) // 2, *span_of(tree))
    for sign, item in zip(rest[::2], rest[1::2], strict=True):
        read = _divided(reader, read, item) if str(sign.children[0]) == "/" else _multiplied(reader, read, item)
    return read


def _require_few(reader: Reader, count: int, start: int, end: int) -> None:
    if count > MOST:
        raise reader.wrong(f"at most {MOST} factors", str(count), start, end, "give a name to what repeats")


def _multiplied(reader: Reader, left: Read, item: Any) -> Read:
    right = reader.read(item)
    settled(left), settled(right)
    if not (is_scalar(left.extent) or is_scalar(right.extent)):
        raise reader.wrong(
            "a scalar on one side of *", f"{reader.said(left)}, and {reader.said(right)}", left.start, right.end,
            "a space between them for the product, o for the entrywise one",
        )  # fmt: skip
    extent = right.extent if is_scalar(left.extent) else left.extent
    value = left.value * right.value if left.value is not None and right.value is not None else None
    return reader.made(
        extent, lambda: t.multiply(left.make(), right.make()), left.start, right.end, value=value, natural=True
    )


def _divided(reader: Reader, left: Read, item: Any) -> Read:
    """A quotient. What is divided by is the one beginning of the product that is a number: 1 / d X'x is (1/d) X'x, and
    a'y / x'x z is (a'y / x'x) z. Where several are, as in a / b c, it is the first factor if a fraction of numbers
    begins, 1/2 x'A x, or the text sets it apart, a/b c."""
    factors = _factors(item)
    settled(left)
    _require_no_root(reader, left)
    if len(factors) < 2:
        return _quotient(reader, left, reader.read(item))
    read = [settled(reader.read(factors[0])), *(_ones_or(reader, factor) for factor in factors[1:])]
    whole = list(accumulate(read, partial(_joined, reader)))
    counts = [count for count, part in enumerate(whole, 1) if is_scalar(part.extent)]
    fraction, tight, spaced = _set_apart(reader, left, *read[:2])
    if counts[:1] == [1] and spaced and (fraction or tight):
        counts = [1]
    if len(counts) != 1 or (fraction and not spaced):
        start, end = span_of(item)
        shown = " ".join(reader.source[start:end].split())
        raise reader.wrong(
            "a quotient that is read in one way", f"/ {shown}, of which it is not clear how far it is divided by",
            start, end, f"write / ({shown}), or put the fraction in brackets",
        )  # fmt: skip
    [count] = counts
    return _product_of(reader, [_quotient(reader, left, whole[count - 1]), *read[count:]])


def _require_no_root(reader: Reader, left: Read) -> None:
    """S^1/2 and S^-1/2 are half of S, and of its inverse; what is meant is hardly that."""
    text = reader.source[left.start : left.end + 2]
    if found := re.search(r"\^(-?1)/\d$", text):
        start = left.start + found.start()
        raise reader.wrong(
            "an exponent that is read in one way", text, left.start, left.end + 2,
            f"write {reader.source[left.start : start]}^({found[1]}/{text[-1]}), or the fraction apart",
        )  # fmt: skip


def _set_apart(reader: Reader, left: Read, below: Read, beside: Read) -> tuple[bool, bool, bool]:
    """Is it a fraction of numbers; does / stand without spaces; does what is beside it begin apart from it? A letter
    does after a space: of 1/2n it is not clear what is meant."""
    slash, between = reader.source[left.end : below.start], reader.source[below.end : beside.start]
    fraction = left.value is not None and below.value is not None
    spaced = any(map(str.isspace, between)) or (fraction and not reader.source[beside.start].isalpha())
    return fraction, slash.strip("()") == "/", spaced


def _quotient(reader: Reader, left: Read, right: Read) -> Read:
    reader.require_scalar(right, "below a line of division", "A^-1 for the inverse of a matrix")
    value = None
    if left.value is not None and right.value is not None:
        if right.value == 0:
            raise reader.wrong("a number other than 0 below a line of division", "0", right.start, right.end)
        value = left.value / right.value
    make = lambda: t.multiply(t.power(right.make(), Fraction(-1)), left.make())  # noqa: E731 - as Term.__truediv__
    return reader.made(left.extent, make, left.start, right.end, value=value, natural=True)


def _factors(item: Any) -> list[Any]:
    """The factors of an entrywise product of one product; none where there are several."""
    products = item.children
    return list(products[0].children) if len(products) == 1 else []


def entrywise(reader: Reader, tree: Any) -> Read:
    read = [reader.read(item) for item in tree.children]
    for left, right in pairwise(read):
        reader.require_same(left, right, "one shape on both sides of o")
    if len(read) == 1:
        return read[0]
    return reader.made(
        read[0].extent, lambda: reduce(t.hadamard, (item.make() for item in read)), read[0].start, read[-1].end
    )


def product(reader: Reader, tree: Any) -> Read:
    if len(tree.children) == 1:
        return reader.read(tree.children[0])
    return _product_of(reader, [_ones_or(reader, factor) for factor in tree.children])


def _ones_or(reader: Reader, factor: Any) -> Read:
    """A factor beside others: a bare 1 is the column of ones there."""
    if len(factor.children) == 1 and factor.children[0].data == "number" and str(factor.children[0].children[0]) == "1":
        return _unsized_ones(reader, factor)
    return settled(reader.read(factor))


def _unsized_ones(reader: Reader, tree: Any) -> Read:
    size = Size()
    start, end = span_of(tree)
    reader.names.unnamed.append((size, reader.source, start, end))
    return reader.made((size, ONE), lambda: t.Ones(reader.names.dimension(size)), start, end)


MOST = 100  # factors side by side


def _product_of(reader: Reader, factors: Sequence[Read]) -> Read:
    _require_few(reader, len(factors), factors[0].start, factors[-1].end)
    return reduce(lambda left, right: _joined(reader, left, right), factors)


def _joined(reader: Reader, left: Read, right: Read) -> Read:
    """Two factors side by side: a product by a scalar, or of matrices where the inner sizes can be one."""
    start, end = left.start, right.end
    if is_scalar(left.extent) and (left.natural or is_scalar(right.extent)):
        natural = left.natural and right.natural
        if not left.natural and not right.natural:
            return reader.made(SCALAR, lambda: t.matmul(left.make(), right.make()), start, end)
        return reader.made(
            right.extent, lambda: t.scale(left.make(), right.make()), start, end, natural=natural or right.natural
        )
    inner_left, inner_right = left.extent[1], right.extent[0]
    if inner_left.is_one == inner_right.is_one:
        before = f"{reader.said(left)}, and {reader.said(right)}"
        if not unify(inner_left, inner_right):
            raise reader.wrong("factors whose sizes fit", before, start, end, reader.remedy(left, right))
        return reader.made((left.extent[0], right.extent[1]), lambda: t.matmul(left.make(), right.make()), start, end)
    if is_scalar(left.extent):
        return reader.made(right.extent, lambda: t.scale(left.make(), right.make()), start, end)
    if is_scalar(right.extent):
        return reader.made(left.extent, lambda: t.scale(right.make(), left.make()), start, end)
    raise reader.wrong(
        "factors whose shapes fit", f"{reader.said(left)}, and {reader.said(right)}", start, end,
        _two_columns(reader, left, right) if is_column(left.extent) and is_column(right.extent)
        else reader.remedy(left, right),
    )  # fmt: skip


def _two_columns(reader: Reader, left: Read, right: Read) -> str:
    a, b = (reader.source[read.start : read.end].strip() for read in (left, right))
    if len(a) + len(b) > 30:
        return "transpose one of them"
    return f"{a}' {b} for the inner product, {a} {b}' for the outer, {a} o {b} for the entrywise one" + (
        f'; if {a} is a number, --let "{a}: scalar"' if a.isidentifier() else ""
    )


# ---- factors ------------------------------------------------------------------------------------------------
def factor(reader: Reader, tree: Any) -> Read:
    atom, *suffixes = tree.children
    if suffixes and suffixes[0].data == "transposed" and atom.data == "number" and str(atom.children[0]) == "1":
        read = _unsized_ones(reader, atom)
    else:
        read = reader.read(atom)
    _require_few(reader, len(suffixes), *span_of(tree))
    for below, above in pairwise(suffixes):
        if below.data == above.data == "raised":
            base, start, end = reader.source[read.start : read.end].strip(), below.meta.start_pos, above.meta.end_pos
            raise reader.wrong(
                "a power that is read in one way", f"two exponents of {base}", start, end,
                f"write ({base}^...)^..., or {base}^(...)",
            )  # fmt: skip
    for suffix in suffixes:
        read = _transposed(reader, read, suffix) if suffix.data == "transposed" else _raised(reader, read, suffix)
    return read


def _transposed(reader: Reader, read: Read, suffix: Any) -> Read:
    end = suffix.meta.end_pos
    if read.value is not None:
        settled(read)
    rows, columns = read.extent
    return reader.made((columns, rows), lambda: t.transpose(read.make()), read.start, end, natural=read.natural)


def _raised(reader: Reader, read: Read, suffix: Any) -> Read:
    [written] = suffix.children
    start, end = read.start, suffix.meta.end_pos
    if not (is_scalar(read.extent) or is_column(read.extent) or is_row(read.extent)):
        iterated.guess(reader, written)
    exponent = _exponent(reader, written)
    if is_scalar(settled(read).extent):
        if exponent.value is None:
            reader.require_scalar(exponent, "in an exponent")
            return reader.made(SCALAR, lambda: _to_any_power(reader, read, exponent), start, end, natural=True)
        value, squared = exponent.value, read.squared
        if squared is not None and value.denominator == 1 and value > 0 and value % 2 == 0:
            return reader.made(SCALAR, lambda: t.power(squared(), value / 2), start, end, natural=True)
        known = read.value ** int(value) if read.value and value.denominator == 1 and abs(value) < 100 else None
        return reader.made(SCALAR, lambda: t.power(read.make(), value), start, end, natural=True, value=known)
    if is_column(read.extent) or is_row(read.extent):
        raise reader.wrong(
            "a scalar or a square matrix before ^", reader.said(read), start, end,
            "|x|^2 for the squared length, x o x for the squares of the entries" + _if_a_number(reader, read),
        )  # fmt: skip
    if not unify(*read.extent):
        raise reader.wrong("a square matrix before ^", reader.said(read), start, end)
    count = exponent.value
    if count is None and is_scalar(exponent.extent):
        return iterated.power(reader, read, exponent, start, end)
    if count is not None and matrix_roots.is_half(count):
        return matrix_roots.rooted(reader, read, count, start, end)
    if count is None or count.denominator != 1 or count == 0 or abs(count) > matrix_roots.MOST:
        raise reader.wrong(
            "a whole number from 1 to 20, -1, 1/2, -1/2, T or a number of steps as the exponent of a matrix",
            reader.source[exponent.start : exponent.end], exponent.start, exponent.end,
        )  # fmt: skip

    if count < 0:
        reader.names.inverted(reader.source[read.start : read.end].strip("()' "))

    def make_power() -> Term:
        base = read.make()
        if count < 0:
            reader.names.gram(base)
            base = t.inverse(base)
        return reduce(t.matmul, [base] * abs(int(count)))

    return reader.made(read.extent, make_power, start, end)


def _to_any_power(reader: Reader, base: Read, exponent: Read) -> Term:
    """c^a, which statements on numbers know; c^d for a dimension d is det(c I) of that size."""
    known, power = reader.names.known.values(), exponent.make()
    if iterated.counts(power):
        return recursions.power(base.make(), power)
    if isinstance(power, t.Symbol) and power.has(t.Property.DIMENSION):
        return t.determinant(t.scale(base.make(), t.Eye(power)))
    if any(found.kind == "symbol" and not is_scalar(found.extent) for found in known):
        raise reader.wrong(
            "a number as the exponent, in a statement on columns and matrices",
            reader.source[exponent.start : exponent.end], exponent.start, exponent.end,
            "such as c^3 or c^(1/2); a letter in an exponent is known in statements on scalars alone",
        )  # fmt: skip
    return t.Special("pow", (base.make(), power))


def _if_a_number(reader: Reader, read: Read) -> str:
    """What to write if a name was meant as a number."""
    name = reader.source[read.start : read.end].strip("() ")
    known = reader.names.known.get(name)
    if known is None or (known.declared and known.properties != {t.Property.NONZERO}):
        return ""
    return f'; if {name} is a number, --let "{name}: {"nonzero " if known.declared else ""}scalar"'


def _exponent(reader: Reader, tree: Any) -> Read:
    start, end = span_of(tree)
    match tree.data:
        case "whole":
            minus, number = tree.children
            value = _rational(reader, number) * (-1 if minus else 1)
            return reader.made(SCALAR, lambda: t.Number(value), start, end, value=value)
        case "letter":
            found = reader.names.met(str(tree.children[0]), reader.source, start, end)
            return reader.made(found.extent, lambda: reader.names.symbol(found.name), start, end)
        case _:
            return settled(reader.read(tree.children[0]))


def _rational(reader: Reader, token: Token) -> Fraction:
    try:
        return limits.rational(str(token))
    except ValueError as problem:
        start = token.start_pos or 0
        raise reader.wrong("a number", str(problem), start, start + len(token)) from None


def number(reader: Reader, tree: Any) -> Read:
    [token] = tree.children
    value = _rational(reader, token)
    start, end = span_of(tree)
    if value not in (0, 1):
        return reader.made(SCALAR, lambda: t.Number(value), start, end, value=value, natural=True)
    rows, columns = Size(loose=True), ONE if value == 1 else Size(loose=True)

    def make() -> Term:
        shape = (reader.names.dimension(rows), reader.names.dimension(columns))
        if shape == (1, 1):
            return t.Number(value)
        return t.Ones(shape[0]) if value == 1 else t.Zero(shape)

    return reader.made((rows, columns), make, start, end, value=value, natural=True)


def name(reader: Reader, tree: Any) -> Read:
    name = str(tree.children[0])
    start, end = span_of(tree)
    if name.endswith("~"):
        for word, found in reversed(reader.bound):
            if word == name:
                make = partial(_bound, reader.names, found.name, len(name) - len(name.rstrip("~")))
                return reader.made(found.extent, make, start, end, natural=True)
        raise reader.wrong("a bound name inside its derivative", repr(name), start, end, "a name without ~")
    if name == "I" and name not in reader.names.known:
        size = Size()
        reader.names.unnamed.append((size, reader.source, start, end))
        return reader.made((size, size), lambda: t.Eye(reader.names.dimension(size)), start, end)
    if name in ("pi", "oo") and name not in reader.names.known:
        return reader.made(SCALAR, lambda: t.Special(name), start, end, natural=True)
    if name in reader.names.known and reader.names.known[name].kind in ("activation", "function"):
        raise reader.wrong(
            f"an argument of the function {name}", f"{name} alone", start, end, f"write {name}(x), without a space"
        )
    found = reader.names.met(name, reader.source, start, end)
    return reader.made(found.extent, lambda: reader.names.term(name), start, end, natural=True)


def _bound(names: Names, word: str, depth: int) -> Term:
    return replace(names.symbol(word), bound=depth)


def group(reader: Reader, tree: Any) -> Read:
    start, end = span_of(tree)
    return replace(reader.read(tree.children[0]), start=start, end=end)


def length(reader: Reader, tree: Any) -> Read:
    inner, metric = tree.children
    read = reader.read(inner)
    start, end = span_of(tree)
    if metric is not None and str(metric) not in reader.names.known:
        if str(metric) == "F":
            return _frobenius(reader, read, start, end)
        if str(metric) == "1" and (is_column(read.extent) or is_row(read.extent)):
            return sum_of_sizes(reader, read, start, end)
        if str(metric) in ("inf", "oo", "max") and (is_column(read.extent) or is_row(read.extent)):
            return largest_size(reader, read, start, end)
        if str(metric) == "op":
            return reader.made(SCALAR, lambda: symbols.operator_norm(read.make()), start, end, natural=True)
        if str(metric) in ("1", "inf", "oo", "max"):
            raise reader.wrong(
                "a length that is known, |x| or |x|_S, |x|_1 or |x|_inf of a column, |A|_F or |A|_op",
                f"the norm _{metric} of {reader.said(read)}", start, end,
                "sums of rows and columns have no word here; that of one row is |A'e|_1, --let \"e: basis vector\"",
            )  # fmt: skip
        metric = None if str(metric) == "2" and not _is_matrix(read) else metric
    if metric is None and is_scalar(settled(read).extent):
        if read.squared is not None:  # ||x||, as the length is written too
            return replace(read, start=start, end=end)
        return reader.made(SCALAR, lambda: t.absolute(read.make()), start, end, natural=True)
    return norm(reader, read, metric, start, end)


def _is_matrix(read: Read) -> bool:
    return not (is_scalar(read.extent) or is_column(read.extent) or is_row(read.extent))


def _frobenius(reader: Reader, read: Read, start: int, end: int) -> Read:
    """|A|_F, the root of tr(A'A)."""

    def squared() -> Term:
        matrix = read.make()
        return t.trace(t.matmul(t.transpose(matrix), matrix))

    return reader.made(SCALAR, lambda: t.power(squared(), Fraction(1, 2)), start, end, natural=True, squared=squared)


def norm(reader: Reader, read: Read, metric: Token | None, start: int, end: int) -> Read:
    if not (is_column(read.extent) or is_row(read.extent)):
        raise reader.wrong(
            "a scalar or a column between bars", reader.said(read), start, end,
            "a length is that of a column" if is_scalar(read.extent) else "for the Frobenius norm tr(A'A)^(1/2)",
        )  # fmt: skip
    row, between = is_row(read.extent), None
    if metric is not None:
        place = metric.start_pos or 0
        between = reader.names.metric(str(metric), reader.source, place, place + len(metric) + 1)
        size = read.extent[1 if row else 0]
        if not same(between.extent, (size, size)):
            raise reader.wrong(
                "a square matrix of the column's size after the bar", f"{metric}, {in_words(between.extent)}", place,
                place + len(metric) + 1,
            )  # fmt: skip

    def squared() -> Term:
        column = t.transpose(read.make()) if row else read.make()
        left = t.transpose(column)
        return t.matmul(left if between is None else t.matmul(left, reader.names.term(between.name)), column)

    return reader.made(SCALAR, lambda: t.power(squared(), Fraction(1, 2)), start, end, natural=True, squared=squared)


def _sized(reader: Reader, tree: Any) -> Size:
    terms = [part for part in tree.children[0].children if isinstance(part, Tree)]
    products = ([reader.names.size(str(x)) for x in term.children if str(x) != "*"] for term in terms)
    return made_of("+", *(made_of("*", *factors) for factors in products))


def blocks(reader: Reader, tree: Any) -> Read:
    """A matrix of blocks: those beside one another have as many rows, those above one another as many columns."""
    start, end = span_of(tree)
    rows = [[reader.read(x) for x in row.children] for row in tree.children if isinstance(row, Tree)]
    if len(rows) == len(rows[0]) == 1:
        raise reader.wrong("E[...], I[d], 1[d] or a round bracket", "'['", start, start + 1, "write ( and )")
    widths = [read.extent[1] for read in rows[0]]
    for row in rows:
        if len(row) != len(widths):
            last = row[-1]
            raise reader.wrong(f"rows of {len(widths)} blocks", f"one of {len(row)}", last.start, last.end)
        for read, width in zip(row, widths, strict=True):
            if not unify(read.extent[0], row[0].extent[0]) or not unify(read.extent[1], width):
                raise reader.wrong(
                    f"a block of {row[0].extent[0]} x {width}, as beside and above it", reader.said(read), read.start,
                    read.end,
                )  # fmt: skip
    extent = (made_of("+", *(row[0].extent[0] for row in rows)), made_of("+", *widths))
    return reader.made(extent, lambda: t.blocks([[read.make() for read in row] for row in rows]), start, end)


def eye(reader: Reader, tree: Any) -> Read:
    size = _sized(reader, tree)
    return reader.made((size, size), lambda: t.Eye(reader.names.dimension(size)), *span_of(tree))


def ones(reader: Reader, tree: Any) -> Read:
    size = _sized(reader, tree)
    return reader.made((size, ONE), lambda: t.Ones(reader.names.dimension(size)), *span_of(tree))

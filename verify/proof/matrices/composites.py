"""Words with sizes made of others: blocks in their places, Kronecker products, matrices whose columns are stacked.

    E'F = 0 of places that have nothing in common, E'E = I, and a place in a place is a place
    E E' = P_b - P_a of a place from a to b, for the projectors P on the first entries; E 1 likewise
    (A (x) B)(C (x) D) = A C (x) B D          (A (x) B) vec X = vec(B X A')          (A (x) B)' = A' (x) B'
    u v' (x) x y' = (u (x) x)(v (x) y)'        vec(u v') = v (x) u                    vec(X)'vec(Y) = tr(X'Y)

That two places have nothing in common, or that one is within another, is read off sizes as polynomials (`minus`): where
that does not say it, words stay as they are. All here is about words; `products` multiplies what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from theory.terms import Dimension, Shape
from theory.terms.size_arithmetic import minus, plus, times
from verify.proof.matrices import kinds as k
from verify.proof.matrices import words
from verify.proof.matrices.forms import Context
from verify.proof.matrices.kinds import Word

Part = tuple[Word, Shape]  # of a Kronecker product: () for the identity


# ---- places -------------------------------------------------------------------------------------------------
def place(ctx: Context, before: Dimension, size: Dimension, whole: Dimension) -> Word:
    """The word of a place: () of one that is all there is."""
    if size == whole:
        return ()
    return (ctx.factor(k.Place(before, size, whole), frozenset(), (whole, size)),)


def placed(ctx: Context, word: Word) -> list[tuple[int, Word]] | None:
    """The word with the first two factors that a rule of places is about replaced, as a sum of words."""
    for i in range(len(word) - 1):
        found = _beside(ctx, word[i], word[i + 1])
        if found is not None:
            return [(value, (*word[:i], *middle, *word[i + 2 :])) for value, middle in found]
    return None


def _beside(ctx: Context, a: int, b: int) -> list[tuple[int, Word]] | None:
    one, two = ctx.factors[a], ctx.factors[b]
    if not isinstance(one.what, k.Place):
        if isinstance(two.what, k.Place):
            return _turned(ctx, _beside(ctx, ctx.transpose_factor(b), ctx.transpose_factor(a)))
        return None
    if isinstance(two.what, k.Place):
        if one.transposed:
            return _out_of(ctx, one.what, two.what) if not two.transposed else _turned(
                ctx, _beside(ctx, ctx.transpose_factor(b), ctx.transpose_factor(a))
            )  # fmt: skip
        if not two.transposed:  # a place in a place
            inner = place(ctx, plus(one.what.before, two.what.before), two.what.size, one.what.whole)
            return [(1, inner)]
        if one.what == two.what and one.what.before != 0:
            return [(sign, (*first, *ctx.transpose_word(first))) for sign, first in _firsts(ctx, one.what)]
        return None
    if words.is_ones(ctx, b):
        if one.transposed:  # E'1 = 1
            return [(1, (words.ones(ctx, one.what.size),))]
        if one.what.before != 0 and not two.transposed:
            sizes = (plus(one.what.before, one.what.size), one.what.before)
            firsts = zip(_firsts(ctx, one.what), sizes, strict=True)
            return [(sign, (*first, words.ones(ctx, size))) for (sign, first), size in firsts]
    return None


def _turned(ctx: Context, found: list[tuple[int, Word]] | None) -> list[tuple[int, Word]] | None:
    return None if found is None else [(value, ctx.transpose_word(word)) for value, word in found]


def _firsts(ctx: Context, what: k.Place) -> list[tuple[int, Word]]:
    """The first entries up to the end of a place, less those before it."""
    end = plus(what.before, what.size)
    return [(1, place(ctx, 0, end, what.whole)), (-1, place(ctx, 0, what.before, what.whole))]


def _out_of(ctx: Context, one: k.Place, two: k.Place) -> list[tuple[int, Word]] | None:
    """E'F of two places in the same whole; None where sizes do not say how they lie."""
    for left, right in ((one, two), (two, one)):
        if minus(right.before, plus(left.before, left.size)) is not None:
            return []
    if (within := _offset(one, two)) is not None:  # F lies in the place of E
        return [(1, place(ctx, within, two.size, one.size))]
    if (within := _offset(two, one)) is not None:
        return [(1, ctx.transpose_word(place(ctx, within, one.size, two.size)))]
    return None


def _offset(outer: k.Place, inner: k.Place) -> Dimension | None:
    """How far behind the start of one place the other begins that lies in it; None if it is not seen to."""
    start = minus(inner.before, outer.before)
    if start is None or minus(outer.size, plus(start, inner.size)) is None:
        return None
    return start


# ---- Kronecker products and stacked columns -----------------------------------------------------------------
@dataclass(frozen=True)
class Kronecker:
    """A product with a Kronecker product in it, of words that are to be simplified."""

    before: Word
    parts: tuple[Part, ...]
    after: Word


@dataclass(frozen=True)
class Stacked:
    """A product that ends with the stacked columns of a word that is to be simplified."""

    before: Word
    word: Word
    shape: Shape


@dataclass(frozen=True)
class Traced:
    """The trace of a square word."""

    word: Word
    size: Dimension


def rewritten(ctx: Context, piece: Word) -> Kronecker | Stacked | Traced | None:
    """What the first two factors of a piece are together that a rule of Kronecker products is about."""
    for i in range(len(piece) - 1):
        before, a, b, after = piece[:i], piece[i], piece[i + 1], piece[i + 2 :]
        one, two = ctx.factors[a], ctx.factors[b]
        parts = kronecker_parts(ctx, a)
        if isinstance(two.what, k.Vec) and not two.transposed:
            rows, columns = two.what.shape
            if isinstance(one.what, k.Vec) and one.what.shape == two.what.shape:  # vec(X)'vec(Y)
                return Traced((*ctx.transpose_word(one.what.word), *two.what.word), columns)
            if words.is_ones(ctx, a):  # 1'vec(Y) = tr(1 1'Y)
                ends = (words.ones(ctx, columns), ctx.transpose_factor(words.ones(ctx, rows)))
                return Traced((*ends, *two.what.word), columns)
            if len(parts) == 2 and parts[0][1][1] == columns:
                (left, (rows, _)), (right, (below, _)) = parts
                return Stacked(before, (*right, *two.what.word, *ctx.transpose_word(left)), (below, rows))
        joined = _joined(ctx, parts, b) if parts else None
        if joined is not None:
            return Kronecker(before, tuple(joined), after)
    return None


def _joined(ctx: Context, parts: Sequence[Part], number: int) -> list[Part] | None:
    """The parts of a Kronecker product times a factor: part by part where their sizes say so, and those between which
    there is nothing by themselves: (u (x) A)(B (x) v') = u (x) A B (x) v'."""
    others = list(kronecker_parts(ctx, number) or _as_parts(ctx, parts, number))
    out: list[Part] = []
    for word, (rows, columns) in parts:
        while others and columns != 1 and others[0][1][0] == 1:
            out.append(others.pop(0))
        if columns == 1 and not (others and others[0][1][0] == 1):
            out.append((word, (rows, 1)))
        elif others and others[0][1][0] == columns:
            other, (_, width) = others.pop(0)
            out.append(((*word, *other), (rows, width)))
        else:
            return None
    return [*out, *others] if all(rows == 1 for _, (rows, _) in others) else None


def _as_parts(ctx: Context, parts: Sequence[Part], number: int) -> Sequence[Part]:
    """Ones as a Kronecker product of as many columns; any other factor is its only part."""
    shape = ctx.factors[number].shape
    if words.is_ones(ctx, number) and shape[1] == 1:
        return [(() if size == 1 else (words.ones(ctx, size),), (size, 1)) for _, (_, size) in parts]
    return [((number,), shape)]


def kronecker_parts(ctx: Context, number: int) -> tuple[Part, ...]:
    """The parts of a factor that is a Kronecker product; none of any other."""
    node = ctx.factors[number]
    if not isinstance(node.what, k.Kronecker):
        return ()
    return _transposed(ctx, node.what.parts) if node.transposed else node.what.parts


def _transposed(ctx: Context, parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple((ctx.transpose_word(word), (shape[1], shape[0])) for word, shape in parts)


def kronecker(ctx: Context, parts: Sequence[Part]) -> Word:
    """The word of a Kronecker product of words: of columns times rows, where every part is a column, a row or both."""
    flat = [part for given in parts for part in _flat(ctx, given) if part[1] != (1, 1)]
    if all(not word for word, _ in flat):
        return ()
    sides = [_sides(ctx, part) for part in flat]
    if all(side is not None for side in sides):
        columns = [side[0] for side in sides if side is not None and side[0] is not None]
        rows = [side[1] for side in sides if side is not None and side[1] is not None]
        return (*_factor(ctx, columns), *ctx.transpose_word(_factor(ctx, rows)))
    return _factor(ctx, flat)


def _flat(ctx: Context, part: Part) -> tuple[Part, ...]:
    word, _ = part
    return (kronecker_parts(ctx, word[0]) if len(word) == 1 else ()) or (part,)


def _sides(ctx: Context, part: Part) -> tuple[Part | None, Part | None] | None:
    """u and v of u v', each None where it is 1; None of what is no such product."""
    word, (rows, columns) = part
    pieces = words.cut(ctx, word)
    if columns == 1:
        return part, None
    if rows == 1:
        return None, (ctx.transpose_word(word), (columns, 1))
    if len(pieces) != 2:
        return None
    return (pieces[0], (rows, 1)), (ctx.transpose_word(pieces[1]), (columns, 1))


def _factor(ctx: Context, parts: Sequence[Part]) -> Word:
    """One factor for the parts in order, as itself or as the transpose of the product of the transposes."""
    if len(parts) < 2:
        return parts[0][0] if parts else ()
    rows, columns = (times(*(shape[side] for _, shape in parts)) for side in (0, 1))
    if all(word and words.is_ones(ctx, word[0]) for word, _ in parts):
        return (words.ones(ctx, rows),)
    varies = ctx.varies((), tuple(number for word, _ in parts for number in word))
    mirrored = _transposed(ctx, parts)
    letters, turned = [word for word, _ in parts], [word for word, _ in mirrored]
    if turned < letters and columns != 1:
        return (ctx.transpose_factor(ctx.factor(k.Kronecker(mirrored), varies, (columns, rows))),)
    return (ctx.factor(k.Kronecker(tuple(parts)), varies, (rows, columns), symmetric=turned == letters),)


def stacked(ctx: Context, word: Word, shape: Shape) -> Word:
    """The columns of a word, one below another."""
    rows, columns = shape
    if columns == 1:
        return word
    if rows == 1:
        return ctx.transpose_word(word)
    pieces = words.cut(ctx, word)
    if len(pieces) == 2:  # vec(u v') = v (x) u
        return kronecker(ctx, [(ctx.transpose_word(pieces[1]), (columns, 1)), (pieces[0], (rows, 1))])
    return (ctx.factor(k.Vec(word, shape), ctx.varies((), word), (times(rows, columns), 1)),)

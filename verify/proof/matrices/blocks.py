"""Matrices of blocks, A B over C D, whose parts are taken out: A = E'ME and so on, for places E and F that make up all.

    det M = det A det(D - C A^-1 B) = det D det(A - B D^-1 C)      M >= 0 where A > 0 and D - B'A^-1 B >= 0

The first two where A, or D, is shown invertible, or where B or C is 0: then det M = det A det D. Of four numbers
det M = A D - B C.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from theory.terms.size_arithmetic import minus
from verify.proof.matrices import composites, products, signs
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.inverses import inverse


@dataclass(frozen=True)
class Blocks:
    """A square form as a b over c d, where a and d are square."""

    a: Form
    b: Form
    c: Form
    d: Form

    def turned(self) -> Blocks:
        """The other one first."""
        return Blocks(self.d, self.c, self.b, self.a)


def divisions(ctx: Context, form: Form) -> Iterator[Blocks]:
    """A square form in four blocks, in each way that one of its places says."""
    if not ctx.composite:  # as in nearly every proof
        return
    size = form.shape[0]
    whats = (ctx.factors[number].what for _, word in form.terms for number in word)
    places = [what for what in whats if isinstance(what, k.Place) and what.whole == size]
    for end in dict.fromkeys(what.before if what.before != 0 else what.size for what in places):
        if (rest := minus(size, end)) is not None:  # as of every place: it lies within its whole, and is not all
            ends = (composites.place(ctx, 0, end, size), composites.place(ctx, end, rest, size))
            first, second = (products.of_word(ctx, ctx.factors[word[0]].shape, word) for word in ends)
            yield Blocks(*(_out(ctx, row, form, column) for row in (first, second) for column in (first, second)))


def _out(ctx: Context, row: Form, form: Form, column: Form) -> Form:
    return products.multiply(ctx, products.multiply(ctx, products.transpose(ctx, row), form), column)


def symmetric(ctx: Context, blocks: Blocks) -> bool:
    """Is the one beside the diagonal the transpose of the other?"""
    return products.transpose(ctx, blocks.b).terms == blocks.c.terms


def definite(ctx: Context, form: Form) -> bool:
    """Is a square form shown positive definite, as it is or by its blocks?"""
    if signs.definite(ctx, form):
        return True
    return any(
        symmetric(ctx, way)
        and definite(ctx, way.a)
        and (rest := complement(ctx, way)) is not None
        and definite(ctx, rest)
        for blocks in divisions(ctx, form)
        for way in (blocks, blocks.turned())
    )


def complement(ctx: Context, blocks: Blocks) -> Form | None:
    """d - c a^-1 b, which is asked for where a is invertible; None where rewrites of it come to no end."""
    try:
        moved = products.multiply(ctx, products.multiply(ctx, blocks.c, inverse(ctx, blocks.a)), blocks.b)
    except f.CannotDecide:
        return None
    return f.add(blocks.d, moved, -1)


def determinant(ctx: Context, form: Form, of: Callable[[Context, Form], Form]) -> Form | None:
    """The determinant of a form with blocks, by the determinants `of` its blocks; None of any other."""
    for blocks in divisions(ctx, form):
        if blocks.a.shape == blocks.d.shape == (1, 1):
            crossed = products.multiply(ctx, blocks.b, blocks.c)
            return f.add(products.multiply(ctx, blocks.a, blocks.d), crossed, -1)
        if blocks.b.is_zero or blocks.c.is_zero:
            return products.multiply(ctx, of(ctx, blocks.a), of(ctx, blocks.d))
        for way in (blocks, blocks.turned()):
            if signs.invertible(ctx, way.a) and (rest := complement(ctx, way)) is not None:
                return products.multiply(ctx, of(ctx, way.a), of(ctx, rest))
    return None

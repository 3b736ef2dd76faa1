"""Inverses cleared from the ends of words, as sums are from below a line of division.

Push-through identities, Woodbury's and Sherman and Morrison's come out: (I + A B)^-1 A = A (I + B A)^-1, since both
sides are the same once each is multiplied by what is inverted in it.
"""

from __future__ import annotations

from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import products, scalars
from verify.proof.matrices.forms import Context, Form

MOST_CLEARED = 24  # forms looked at, of one question


def vanishes(ctx: Context, form: Form) -> bool:
    """Is P D, or D P, zero for the P of an inverse P^-1 at an end of D, and so on? Then so is D: P is invertible, since
    its inverse stands in the terms, of which `definedness` asks that it exists."""
    waiting: list[tuple[Form, frozenset[tuple[int, bool]]]] = [(form, frozenset())]
    for _ in range(MOST_CLEARED):
        if not waiting:
            return False
        form, done = waiting.pop(0)
        for number, at_start in sorted(_ends(form) - done):
            if isinstance(ctx.factors[number].what, k.Inverse):
                cleared = scalars.clear(ctx, _times_original(ctx, form, number, at_start))
                if cleared.is_zero:
                    return True
                waiting.append((cleared, done | {(number, at_start)}))
    return False


def _ends(form: Form) -> frozenset[tuple[int, bool]]:
    """The factors at the ends of the words of a form, and whether it is the start."""
    words_of = [word for _, word in form.terms if word]
    return frozenset({(word[0], True) for word in words_of} | {(word[-1], False) for word in words_of})


def _times_original(ctx: Context, form: Form, number: int, at_start: bool) -> Form:
    """P form, or form P, where the factor is P^-1: it is gone where it stands at that end."""
    original, gone, rest = _inverted(ctx, number), Form(form.shape, {}), Form(form.shape, {})
    for (monomial, word), value in form.terms.items():
        if word and word[0 if at_start else -1] == number:
            left = products.of_word(ctx, form.shape, word[1:] if at_start else word[:-1], monomial, value)
            gone = f.add(gone, left)
        else:
            rest = f.add(rest, Form(form.shape, {(monomial, word): value}))
    moved = products.multiply(ctx, original, rest) if at_start else products.multiply(ctx, rest, original)
    return f.add(gone, moved)


def _inverted(ctx: Context, number: int) -> Form:
    """What a factor, an inverse, is the inverse of."""
    node = ctx.factors[number]
    assert isinstance(node.what, k.Inverse)
    inner = node.what.of
    form = Form(node.shape, {((), (inner,)): 1}) if isinstance(inner, int) else f.thaw(inner)
    return products.transpose(ctx, form) if node.transposed else form

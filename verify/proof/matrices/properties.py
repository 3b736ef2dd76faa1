"""Obligations, declared properties and differences that are known to be positive: signs of more than one form."""

from __future__ import annotations

from theory.terms import Property
from verify.proof.matrices import blocks
from verify.proof.matrices import forms as f
from verify.proof.matrices.contents import split_content
from verify.proof.matrices.determinants import determinant
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Monomial
from verify.proof.matrices.products import multiply, transpose
from verify.proof.matrices.signs import (
    atom_nonzero,
    atom_positive,
    column_nonzero,
    each_entry_positive,
    invertible,
    is_nonnegative,
    is_nonzero,
    is_positive,
    no_entry_negative,
    semidefinite,
)
from verify.proof.matrices.words import leading


def exceeds(ctx: Context, form: Form, known: list[Form]) -> bool:
    """Is a form a positive multiple of something known to be > 0, plus something >= 0?"""
    (content, _), primitive = split_content(form)
    if not _content_positive(ctx, content):
        return False
    for other in known:
        (factor, _), base = split_content(other)
        if _content_positive(ctx, factor) and is_nonnegative(ctx, f.add(primitive, base, -1)):
            return True
    return False


def _content_positive(ctx: Context, content: Monomial) -> bool:
    return all(atom_positive(ctx, a) or (e % 2 == 0 and atom_nonzero(ctx, a)) for a, e in content)


# ---- obligations and declared properties --------------------------------------------------------------------
def discharge(ctx: Context, kind: str, form: Form) -> bool:
    """Is a recorded obligation shown? kind: "nonzero", "nonnegative" or "invertible"."""
    if kind == "nonzero":
        return is_nonzero(ctx, form)
    if kind == "nonnegative":
        return is_nonnegative(ctx, form)
    return _invertible(ctx, form)


def _invertible(ctx: Context, form: Form) -> bool:
    """Shown as it is, or, of a matrix of blocks, by its determinant."""
    if invertible(ctx, form):
        return True
    divided = blocks.determinant(ctx, form, determinant)
    return divided is not None and is_nonzero(ctx, divided)


def has_property(ctx: Context, form: Form, prop: Property) -> bool:
    """Is a form shown to have a property that a symbol may be declared to have?"""
    match prop:
        case Property.POSITIVE:
            return is_positive(ctx, form) if form.shape == (1, 1) else _column(form) and each_entry_positive(ctx, form)
        case Property.NONNEGATIVE:
            return is_nonnegative(ctx, form) if form.shape == (1, 1) else _column(form) and no_entry_negative(ctx, form)
        case Property.NEGATIVE:
            return is_positive(ctx, f.times_number(form, -1))
        case Property.NONZERO:
            if form.shape == (1, 1):
                return is_nonzero(ctx, form)
            return _single_nonzero(ctx, form) or each_entry_positive(ctx, form)
        case Property.SYMMETRIC:
            return transpose(ctx, form).terms == form.terms
        case Property.INVERTIBLE:
            return _invertible(ctx, form)
        case Property.PROJECTOR:
            return multiply(ctx, form, form).terms == form.terms == transpose(ctx, form).terms
        case Property.ORTHOGONAL:
            return multiply(ctx, transpose(ctx, form), form).terms == {((), ()): 1}
        case Property.PERMUTATION:
            return _permutes(ctx, form)
        case Property.POSITIVE_SEMIDEFINITE:
            return semidefinite(ctx, form)
        case Property.POSITIVE_DEFINITE:
            return blocks.definite(ctx, form)
    return False


def _permutes(ctx: Context, form: Form) -> bool:
    """Is it I, or a product of what is declared a permutation matrix?"""
    return len(form.terms) == 1 and all(
        not monomial and value == 1 and leading(ctx, word) == word for (monomial, word), value in form.terms.items()
    )


def _column(form: Form) -> bool:
    return form.shape[1] == 1


def _single_nonzero(ctx: Context, form: Form) -> bool:
    if len(form.terms) != 1:
        return False
    (((monomial, word), _),) = form.terms.items()
    return all(atom_nonzero(ctx, a) for a, _ in monomial) and column_nonzero(ctx, word)

"""Assumed equalities turned so that the line checker can rewrite by them: one product on the left, the rest right.

|x|^2 + |y|^2 = 1 says that x'x = 1 - y'y, and A + B = I that A = I - B: the two are equivalent by algebra and the other
assumptions. The statement is then made with the second, and shows it. Only what is no rewrite is turned, and only by
those that are, so that nothing is taken away. And lambda_max(S) = L, for a symbol L, becomes L = lambda_max(S): as L
nothing would be known of the eigenvalue.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory.statements.claims import Assumption, Equal, assumption_text, equal
from theory.terms import LargestEigenvalue, Property, Symbol, Term, walk
from theory.terms.rewrite import free_symbols
from verify.deriving.chains import FAULTS
from verify.deriving.rewriting import context
from verify.proof.matrices import forms as f
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word
from verify.proof.matrices.normal_form import add_rule, normal_form
from verify.proof.matrices.unform import to_term

_Part = tuple[tuple[Monomial, Word], Coefficient]


def oriented(assumptions: Sequence[Assumption]) -> tuple[Assumption, ...]:
    """The assumptions, each equality whose left side is a sum turned where that can be, and each that names an
    eigenvalue."""
    named = _naming_eigenvalues(assumptions)
    return tuple(_turned(a, named) if isinstance(a, Equal) else a for a in named)


def _naming_eigenvalues(assumptions: Sequence[Assumption]) -> tuple[Assumption, ...]:
    """L = lambda_max(S) for lambda_max(S) = L, also of a term that holds an eigenvalue, as opnorm(A) does: the first of
    one symbol L, where no other equality has it on its left."""
    taken = {a.left for a in assumptions if isinstance(a, Equal)}
    turned: list[Assumption] = []
    for a in assumptions:
        if isinstance(a, Equal) and a.right not in taken and _names_an_eigenvalue(a):
            a = equal(a.right, a.left, a.note)
            taken.add(a.left)
        turned.append(a)
    return tuple(turned)


def _names_an_eigenvalue(assumption: Equal) -> bool:
    left, symbol = assumption.left, assumption.right
    if not isinstance(symbol, Symbol) or not symbol.is_scalar or symbol in free_symbols(left):
        return False
    counts = symbol.has(Property.DIMENSION) or symbol.has(Property.STEPS) or symbol.has(Property.RANDOM)
    return not counts and any(isinstance(node, LargestEigenvalue) for node in walk(left))


def _turned(assumption: Equal, assumptions: Sequence[Assumption]) -> Equal:
    symbols = free_symbols(assumption.left) | free_symbols(assumption.right)
    if _is_rewrite(assumption) or all(symbol.has(Property.DIMENSION) for symbol in symbols):
        return assumption
    others = [a for a in assumptions if isinstance(a, Equal) and a is not assumption]
    left, right = assumption.left, assumption.right
    try:
        ctx = context(assumptions, others)
        form = normal_form(ctx, left)
        if len(form.terms) == 1:  # x = a x + b
            right = 0 * right
            form = normal_form(ctx, left - assumption.right)
        for part in _parts(form):
            turned = _isolated(ctx, form, part, right)
            if _is_rewrite(turned):
                return turned
    except FAULTS:
        pass
    return assumption


def _is_rewrite(assumption: Equal) -> bool:
    """Does its left side become its right side, and that no more?"""
    ctx = Context()
    try:
        add_rule(ctx, assumption_text(assumption), assumption.left, assumption.right)
        normal_form(ctx, assumption.right)
    except FAULTS:
        return False
    return True


def _parts(form: Form) -> list[_Part]:
    """The parts of a sum that may stand alone, the longest words or powers first."""
    alone: list[_Part] = [(key, value) for key, value in form.terms.items() if not (key[0] and key[1]) and any(key)]
    return sorted(alone, key=lambda part: -len(part[0][1]) - sum(int(exponent) for _, exponent in part[0][0]))


def _alone(ctx: Context, form: Form, part: _Part) -> Term:
    key, _ = part
    return to_term(ctx, Form(form.shape, {key: 1}))


def _isolated(ctx: Context, form: Form, part: _Part, right: Term) -> Equal:
    """The part by itself = all else, as it is where the others of the assumptions hold."""
    key, value = part
    rest = f.add(normal_form(ctx, right), Form(form.shape, {k: v for k, v in form.terms.items() if k != key}), -1)
    return equal(_alone(ctx, form, part), to_term(ctx, f.times_number(rest, Fraction(1) / value)))

"""What is to be seen in a normal form: its numbers, its columns and the metrics between them, which signs are plain.

A search for a certificate builds with these. Whether what it builds is nonnegative is for the line checker to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from theory import terms as t
from theory.terms import CalculusError, Property, Term
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import order, signs
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Monomial, Word
from verify.proof.matrices.powers import power
from verify.proof.matrices.unform import to_term

ONE: Term = t.Number(Fraction(1))


@dataclass(frozen=True)
class Pair:
    """Two columns that a number u'Mv of the form is made of; of a real number, the number and 1."""

    left: Term
    right: Term
    metric: Term


def atoms_of(ctx: Context, form: Form) -> tuple[int, ...]:
    """Every atom of a form, those inside sums, roots, absolute values, expectations, exp and log included, in order."""
    found: dict[int, None] = {}
    waiting = [form]
    while waiting:
        for monomial, _ in waiting.pop().terms:
            for atom, _ in monomial:
                if atom in found:
                    continue
                found[atom] = None
                match ctx.atoms[atom].what:
                    case k.Sum(inner):
                        waiting.append(f.thaw(inner))
                    case k.Abs(inner):
                        waiting.append(f.of_atom(inner) if isinstance(inner, int) else f.thaw(inner))
                    case k.Expectation(_, inside) | k.Exponential(inside):
                        waiting.append(f.of_monomial(inside))
                    case k.Logarithm(inside):
                        waiting.append(f.thaw(inside))
                    case _:
                        pass
    return tuple(found)


def traced(ctx: Context, form: Form) -> list[Word]:
    """The word of every trace in the form."""
    return [what.word for atom in atoms_of(ctx, form) if isinstance(what := ctx.atoms[atom].what, k.Trace)]


def pairs_of(ctx: Context, form: Form) -> tuple[Pair, ...]:
    """The columns of every number u'v or u'Mv in the form, and its real numbers, none twice."""
    found: dict[Pair, None] = {}
    for atom in atoms_of(ctx, form):
        what = ctx.atoms[atom].what
        if isinstance(what, k.Scalar):
            for pair in _cuts(ctx, what.word):
                found[pair] = None
        elif isinstance(what, k.Named) and not ctx.atoms[atom].declared(Property.DIMENSION):
            found[Pair(what.symbol, what.symbol, ONE)] = None
    return tuple(found)


def _cuts(ctx: Context, word: Word) -> Iterator[Pair]:
    for i in range(1, len(word)):
        left, right = column(ctx, ctx.transpose_word(word[:i])), column(ctx, word[i:])
        yield Pair(left, right, t.Eye(left.shape[0]))
    for i in range(1, len(word) - 1):
        if signs.factor_semidefinite(ctx, word[i]):
            left, right = column(ctx, ctx.transpose_word(word[:i])), column(ctx, word[i + 1 :])
            yield Pair(left, right, matrix(ctx, word[i]))


def ends_of(ctx: Context, form: Form) -> Iterator[tuple[Term, Term]]:
    """u and v of every number u'A...B v in the form, with something between them."""
    for what in (ctx.atoms[atom].what for atom in atoms_of(ctx, form)):
        if isinstance(what, k.Scalar) and len(what.word) > 2:
            yield column(ctx, ctx.transpose_word(what.word[:1])), column(ctx, what.word[-1:])


def column(ctx: Context, word: Word) -> Term:
    """The term of a word that is a column."""
    return to_term(ctx, Form((ctx.factors[word[0]].shape[0], 1), {((), word): 1}))


def chained(ctx: Context, word: Word) -> Term:
    """The term of a word."""
    shape = (ctx.factors[word[0]].shape[0], ctx.factors[word[-1]].shape[1])
    return to_term(ctx, Form(shape, {((), word): 1}))


def matrix(ctx: Context, number: int) -> Term:
    """The term of one factor."""
    return to_term(ctx, Form(ctx.factors[number].shape, {((), (number,)): 1}))


def monomial_term(ctx: Context, monomial: Monomial) -> Term:
    """The term of a monomial."""
    return to_term(ctx, f.of_monomial(monomial))


def sign(ctx: Context, monomial: Monomial) -> int:
    """1 where a monomial is plainly >= 0, -1 where it is plainly <= 0, 0 where neither is to be seen."""
    if signs.term_sign(ctx, monomial, 1):
        return 1
    if signs.term_sign(ctx, monomial, -1):
        return -1
    if any(isinstance(ctx.atoms[atom].what, k.Trace | k.Expectation) for atom, _ in monomial):
        return int(order.nonnegative(ctx, monomial_term(ctx, monomial), ()))  # as it is written
    return 0


def quotient(over: Monomial, under: Monomial) -> Monomial:
    """The monomial whose product with `under` is `over`."""
    return f.merge(over, tuple((atom, -exponent) for atom, exponent in under))


def root_of(ctx: Context, monomial: Monomial) -> Term | None:
    """The term whose square is the monomial, where one is to be seen."""
    if all(exponent % 2 == 0 for _, exponent in monomial):
        return monomial_term(ctx, tuple((atom, exponent // 2) for atom, exponent in monomial))
    if sign(ctx, monomial) != 1:
        return None
    if any(isinstance(ctx.atoms[atom].what, k.Trace) for atom, _ in monomial):  # its root stands beside the others'
        parts = [((atom, exponent),) for atom, exponent in monomial]
        signs_of = [sign(ctx, part) for part in parts]
        roots = [t.power(monomial_term(ctx, part), Fraction(1, 2)) for part in parts]
        return reduce(t.scale, roots) if all(one == 1 for one in signs_of) else None
    try:
        form = power(ctx, f.of_monomial(monomial), Fraction(1, 2))
    except (CalculusError, ArithmeticError):
        return None
    if len(form.terms) != 1:
        return None
    (((root, _), value),) = form.terms.items()
    return monomial_term(ctx, root) if value == 1 else None

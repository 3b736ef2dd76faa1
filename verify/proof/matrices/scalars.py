"""Sums cleared out of denominators.

Where a negative power is defined is not asked here but in `definedness`, of the term as it stands.
"""

from __future__ import annotations

from fractions import Fraction

from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word
from verify.proof.matrices.powers import base_of, product, settled


def clear(ctx: Context, form: Form) -> Form:
    """A form that is zero exactly when the given one is: multiplied by sums until none has a negative power.

    Every such sum is nonzero where the terms are defined, which `definedness` asks of the terms as they stand.
    """
    while True:
        powers = {p for monomial, _ in form.terms for p in monomial}
        below = [(a, e) for a, e in powers if isinstance(ctx.atoms[a].what, k.Sum) and e < 0]
        if not below:
            return form
        ctx.step()
        atom, exponent = max(below)
        form = _times_atom(ctx, form, atom, -(exponent.__floor__()))


def _times_atom(ctx: Context, form: Form, atom: int, exponent: int) -> Form:
    out: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        for (m, _), c in settled(ctx, f.merge(monomial, ((atom, exponent),))).terms.items():
            f.accumulate(out, (m, word), value * c)
    return Form(form.shape, out)


def reduce_sums(ctx: Context, form: Form) -> Form:
    """Divide by sums where a term's numerator contains a sum's leading monomial: (a)/(a + b) = 1 - b/(a + b)."""
    for _ in range(200):
        hit = _reducible(ctx, form)
        if hit is None:
            return form
        key, atom, left, lead_value, rest = hit
        ctx.step()
        value = form.terms[key]
        terms = dict(form.terms)
        del terms[key]
        quotient = settled(ctx, f.merge(left, ((atom, 1),)))
        replaced = f.add(quotient, product(ctx, settled(ctx, left), rest), -1)
        for (m, _), c in replaced.terms.items():
            f.accumulate(terms, (m, key[1]), value * c / Fraction(lead_value))
        form = Form(form.shape, terms)
    return form


def _reducible(ctx: Context, form: Form) -> tuple[tuple[Monomial, Word], int, Monomial, Coefficient, Form] | None:
    for key in form.terms:
        for atom, exponent in key[0]:
            if isinstance(ctx.atoms[atom].what, k.Sum) and exponent < 0:
                lead = _lead(ctx, atom)
                if lead is None:
                    continue
                monomial, value, rest = lead
                have = dict(key[0])
                if all(have.get(a, 0) >= e for a, e in monomial):
                    left = f.merge(key[0], tuple((a, -e) for a, e in monomial))
                    return key, atom, left, value, rest
    return None


def _lead(ctx: Context, atom: int) -> tuple[Monomial, Coefficient, Form] | None:
    """The leading monomial of a sum in the lexicographic order, its coefficient, and the other terms."""
    base = base_of(ctx, atom)
    if any(e < 0 for m, _ in base.terms for _, e in m):
        return None
    atoms = sorted({a for m, _ in base.terms for a, _ in m})
    key = max(base.terms, key=lambda k: [dict(k[0]).get(a, 0) for a in atoms])
    rest = dict(base.terms)
    value = rest.pop(key)
    return key[0], value, Form(base.shape, rest)

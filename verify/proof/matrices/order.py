"""Order: when a term is visibly nonnegative, or a matrix visibly positive semidefinite.

The judgement reads the term as it is written: squares, lengths, quadratic forms, expectations and sums of these, the
facts that the line cites, and nothing else. A certificate of `a <= b` is a term equal to b - a that passes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import prod

from theory import terms as t
from theory.terms import Activation, Term
from verify.proof.matrices import blocks, properties, signs
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import signs_of_entries as entries
from verify.proof.matrices.eigenvalues import above_an_eigenvalue, without_excesses, without_norms
from verify.proof.matrices.expectation import trace
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Word
from verify.proof.matrices.known_activations import written_further
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.order_of_determinants import without_determinants
from verify.proof.matrices.powers import absolute
from verify.proof.matrices.products import multiply, transpose
from verify.proof.matrices.unform import to_term
from verify.proof.matrices.words import diagonal_entries


@dataclass(frozen=True)
class Fact:
    """A cited fact: `term` is >= 0 (a square matrix: positive semidefinite; a column: in every entry), or > 0 if
    strict; `name` is for the reader."""

    name: str
    term: Term
    strict: bool = False


@dataclass(frozen=True)
class SupFact:
    """A cited sup bound: bound^2 - phi^(order)(z)^2 >= 0 for every number z, and in every entry of a column z."""

    name: str
    function: Activation
    order: int
    bound: Term


Facts = Sequence[Fact | SupFact]
MOST_FACTS = 6  # of one line, that are added up
MOST_TERMS = 16  # of a product of sums that is multiplied out as it is written


def nonnegative(ctx: Context, term: Term, facts: Facts) -> bool:
    """Is a scalar term visibly >= 0, given the facts, as it is written or with activations written out?"""
    return any(_nonnegative(ctx, one, facts) for one in _written(term))


def _written(term: Term) -> list[Term]:
    return list(dict.fromkeys((term, written_further(term))))


def _nonnegative(ctx: Context, term: Term, facts: Facts) -> bool:
    if _cited(ctx, term, facts):
        return True
    match term:
        case t.Sum(terms) if all(nonnegative(ctx, x, facts) for x in terms):
            return True
        case t.Scale() if all(nonnegative(ctx, x, facts) for x in _unpaired(term)):
            return True
        case t.Scale(scalar, t.Scale() as body) if all(nonnegative(ctx, x, facts) for x in (scalar, body)):
            return True
        case t.Power(base, exponent) if exponent % 2 == 0 or nonnegative(ctx, base, facts):
            return True
        case t.Expectation(body, _) if nonnegative(ctx, body, facts):
            return True
        case t.LargestEigenvalue(body) if semidefinite(ctx, body, facts):
            return True
        case t.Scale(t.Number(v), t.LargestEigenvalue(t.Scale(t.Number(w), body))) if v < 0 and w < 0:
            if semidefinite(ctx, body, facts):  # of -L(-M), the smallest eigenvalue of M
                return True
        case t.Trace(body) if semidefinite(ctx, body, facts) or _of_two(ctx, body, facts):
            return True
        case t.Product(factors) if _quadratic(ctx, factors, facts) or _all_entrywise(ctx, factors, facts):
            return True
    form = normal_form(ctx, term)
    if _above_facts(ctx, form, _scalar_facts(ctx, facts), _spectral(_visibly_nonnegative)):
        return True
    return any(semidefinite(ctx, to_term(ctx, gap), facts) for gap in above_an_eigenvalue(ctx, form))


def _scalar_facts(ctx: Context, facts: Facts) -> list[tuple[str, Form]]:
    scalars = [fact for fact in facts if isinstance(fact, Fact) and fact.term.is_scalar][:MOST_FACTS]
    return [(fact.name, normal_form(ctx, fact.term)) for fact in scalars]


Judge = Callable[[Context, Form], bool]


def _spectral(judge: Judge) -> Judge:
    """The judge, also of what is left of a number without what no eigenvalue is above."""
    return lambda ctx, form: any(judge(ctx, less(ctx, form)) for less in _SPECTRAL)


def _as_it_is(_: Context, form: Form) -> Form:
    return form


_SPECTRAL: Sequence[Callable[[Context, Form], Form]] = (
    _as_it_is, without_excesses, partial(without_excesses, eager=True), without_determinants,
)  # fmt: skip


def _above_facts(ctx: Context, form: Form, facts: Sequence[tuple[str, Form]], rest: Judge) -> bool:
    """Is a scalar form a sum of some of the facts, each at most once, and of something with the sign of `rest`?"""
    if rest(ctx, form):
        return True
    for i, (name, known) in enumerate(facts):
        if _above_facts(ctx, f.add(form, known, -1), facts[i + 1 :], rest):
            ctx.used.add(name)
            return True
    return False


def positive(ctx: Context, term: Term, facts: Facts = ()) -> bool:
    """Is a scalar term visibly > 0: as written, as facts and something > 0, or as a strict fact and what is >= 0?"""
    return any(_positive(ctx, one, facts) for one in _written(term))


def _positive(ctx: Context, term: Term, facts: Facts) -> bool:
    strict = [fact for fact in facts if isinstance(fact, Fact) and fact.strict]
    if _cited(ctx, term, strict):
        return True
    match term:
        case t.Sum(terms):
            if any(positive(ctx, x, facts) for x in terms) and all(nonnegative(ctx, x, facts) for x in terms):
                return True
        case t.Scale(scalar, body) if positive(ctx, scalar, facts) and positive(ctx, body, facts):
            return True
        case t.Power(base, _) if positive(ctx, base, facts):
            return True
        case t.Expectation(body, _) if positive(ctx, body, facts):
            return True
        case t.Product(factors) if _quadratic_positive(ctx, factors):
            return True
        case t.Product(factors) if (parts := _over_a_sum(factors)) is not None and positive(ctx, parts, facts):
            return True
    form = normal_form(ctx, term)
    known = [normal_form(ctx, fact.term) for fact in strict]
    return _above_facts(ctx, form, _scalar_facts(ctx, facts), _spectral(signs.is_positive)) or properties.exceeds(
        ctx, form, known
    )


SHOWN: Mapping[str, Callable[[Context, Term, Facts], bool]] = {"<=": nonnegative, "<": positive}


def strict_facts(ctx: Context, name: str, left: Term, right: Term) -> list[Fact]:
    """From scalars left <= right with left > 0: so is right."""
    return [Fact(name, right, strict=True)] if signs.is_positive(ctx, normal_form(ctx, left)) else []


def definedness_facts(ctx: Context, name: str, left: Term, right: Term) -> list[Fact]:
    """From scalars left <= right with left >= 0 or > 0: so is right. From matrices: right - left is semidefinite."""
    if not left.is_scalar:
        return [Fact(name, right - left)]
    shown = signs.is_nonnegative(ctx, normal_form(ctx, left))
    return strict_facts(ctx, name, left, right) or ([Fact(name, right)] if shown else [])


def _unpaired(term: Term) -> list[Term]:
    """The factors of a scaled term without those that stand twice, which are squares."""
    left: list[Term] = []
    while isinstance(term, t.Scale):
        if term.scalar in left:
            left.remove(term.scalar)
        else:
            left.append(term.scalar)
        term = term.body
    return [*left, term]


def semidefinite(ctx: Context, term: Term, facts: Facts) -> bool:
    """Is a square term visibly symmetric and positive semidefinite, given the facts?"""
    if _cited(ctx, term, facts):
        return True
    match term:
        case t.Sum(terms) if all(semidefinite(ctx, x, facts) for x in terms):
            return True
        case t.Scale(scalar, body) if nonnegative(ctx, scalar, facts) and semidefinite(ctx, body, facts):
            return True
        case t.Diag(body) if entrywise(ctx, body, facts):
            return True
        case t.Expectation(body, _) if semidefinite(ctx, body, facts):
            return True
        case t.Product(factors) if _quadratic(ctx, factors, facts) or _commuting(ctx, factors, facts):
            return True
    form = normal_form(ctx, term)
    ways = (
        _without_traces, _without_projectors, without_excesses, partial(without_excesses, eager=True), _without_norms,
    )  # fmt: skip
    left = (less(ctx, form) for less in ways)
    if any(signs.semidefinite(ctx, rest) or _diagonal_entrywise(ctx, rest) for rest in left):
        return True
    if any(_of_blocks(ctx, way, facts) for found in blocks.divisions(ctx, form) for way in (found, found.turned())):
        return True
    return _above_a_fact(ctx, form, facts, lambda form: any(signs.semidefinite(ctx, less(ctx, form)) for less in ways))


def _diagonal_entrywise(ctx: Context, form: Form) -> bool:
    """Is it the diagonal matrix of a column of which no entry is negative?"""
    column = diagonal_entries(ctx, form)
    return column is not None and _form_entrywise(ctx, column)


def _of_blocks(ctx: Context, found: blocks.Blocks, facts: Facts) -> bool:
    """Is a symmetric matrix of blocks semidefinite: both on its diagonal where the others are 0, or the first definite
    and its complement semidefinite?"""
    if not blocks.symmetric(ctx, found):
        return False
    if found.b.is_zero:
        return all(semidefinite(ctx, to_term(ctx, block), facts) for block in (found.a, found.d))
    if not blocks.definite(ctx, found.a):
        return False
    rest = blocks.complement(ctx, found)
    return rest is not None and semidefinite(ctx, to_term(ctx, rest), facts)


def _without_norms(ctx: Context, form: Form) -> Form:
    return without_excesses(ctx, without_norms(ctx, form))


def _without_projectors(ctx: Context, form: Form) -> Form:
    """A square form less each c (I - P), P a projector and c >= 0, of which it has the -c P: that is semidefinite."""
    one = Form(form.shape, {((), ()): 1})
    for (monomial, word), value in form.terms.items():
        if len(word) == 1 and signs.projects(ctx, word[0]) and signs.term_sign(ctx, monomial, -value):
            excess = f.add(one, Form(form.shape, {((), word): 1}), -1)
            form = f.add(form, multiply(ctx, f.of_monomial(monomial, -value), excess), -1)
    return form


def _without_traces(ctx: Context, form: Form) -> Form:
    """A square form less each s (tr(W) I - W), W semidefinite and s >= 0, of which it has the -s W: no eigenvalue of W
    is above its trace, so that what was taken away is semidefinite."""
    one = Form(form.shape, {((), ()): 1})
    for (monomial, word), value in form.terms.items():
        if word and signs.term_sign(ctx, monomial, -value) and signs.word_semidefinite(ctx, word):
            alone = Form(form.shape, {((), word): 1})
            excess = f.add(multiply(ctx, trace(ctx, alone), one), alone, -1)
            form = f.add(form, multiply(ctx, f.of_monomial(monomial, -value), excess), -1)
    return form


def definite(ctx: Context, term: Term) -> bool:
    """Is a square term visibly positive definite?"""
    return properties.has_property(ctx, normal_form(ctx, term), t.Property.POSITIVE_DEFINITE)


def definite_above(ctx: Context, term: Term, facts: Facts) -> bool:
    """Is a square term a cited semidefinite one and something visibly definite?"""
    return _above_a_fact(ctx, normal_form(ctx, term), facts, partial(signs.definite, ctx))


def _above_a_fact(ctx: Context, form: Form, facts: Facts, rest: Callable[[Form], bool]) -> bool:
    """Is a square form a cited semidefinite one and something of which `rest` is so?"""
    for fact in (fact for fact in facts if isinstance(fact, Fact) and fact.term.shape == form.shape):
        if rest(f.add(form, normal_form(ctx, fact.term), -1)):
            ctx.used.add(fact.name)
            return True
    return False


def _quadratic(ctx: Context, factors: tuple[Term, ...], facts: Facts) -> bool:
    """Is it L' L, or L' M L with M positive semidefinite?"""
    return any(middle is None or semidefinite(ctx, middle, facts) for _, middle in _halved(ctx, factors))


def _quadratic_positive(ctx: Context, factors: tuple[Term, ...]) -> bool:
    """Is it v'v, or v'Mv with M positive definite, where v is shown to be nonzero?"""
    return any(
        properties.has_property(ctx, normal_form(ctx, half), t.Property.NONZERO)
        for half, middle in _halved(ctx, factors)
        if middle is None or definite(ctx, middle)
    )


def _halved(ctx: Context, factors: tuple[Term, ...]) -> Iterator[tuple[Term, Term | None]]:
    """L and M where a product is L' M L, or L alone where it is L' L."""
    for i in range(1, len(factors)):
        for j in range(i, len(factors)):
            left, middle, right = factors[:i], factors[i:j], _join(factors[j:])
            a, b = _join(left), t.transpose(right)
            if a.shape == b.shape and equal(a, b, ctx) is Answer.EQUAL:
                yield right, _join(middle) if middle else None


def _commuting(ctx: Context, factors: tuple[Term, ...], facts: Facts) -> bool:
    """Is it a product of two semidefinite matrices that commute? One basis makes both diagonal, and so the product."""
    for i in range(1, len(factors)):
        one, other = _join(factors[:i]), _join(factors[i:])
        commute = one.shape == other.shape and equal(one @ other, other @ one, ctx) is Answer.EQUAL
        if commute and all(semidefinite(ctx, part, facts) for part in (one, other)):
            return True
    return False


def _join(factors: tuple[Term, ...]) -> Term:
    out = factors[0]
    for factor in factors[1:]:
        out = t.matmul(out, factor)
    return out


def _of_two(ctx: Context, term: Term, facts: Facts) -> bool:
    """Is it a product of two semidefinite matrices? Its trace is >= 0."""
    factors = term.factors if isinstance(term, t.Product) else ()
    cuts = range(1, len(factors))
    return any(semidefinite(ctx, _join(x), facts) and semidefinite(ctx, _join(y), facts)
               for x, y in ((factors[:i], factors[i:]) for i in cuts) if _join(x).shape == _join(y).shape)  # fmt: skip


# ---- entries ------------------------------------------------------------------------------------------------
def _all_entrywise(ctx: Context, factors: tuple[Term, ...], facts: Facts) -> bool:
    return all(entrywise(ctx, factor, facts) for factor in factors)


def entrywise(ctx: Context, term: Term, facts: Facts) -> bool:
    """Is no entry of a term visibly negative, given the facts?"""
    if term.is_scalar:
        return nonnegative(ctx, term, facts)
    if not _square(term.shape) and _cited(ctx, term, facts):
        return True
    match term:
        case t.Sum(terms) if all(entrywise(ctx, x, facts) for x in terms):
            return True
        case t.Scale(scalar, body) if nonnegative(ctx, scalar, facts) and entrywise(ctx, body, facts):
            return True
        case t.Transpose(body):
            return entrywise(ctx, body, facts)
        case t.Product(factors) if _all_entrywise(ctx, factors, facts):
            return True
        case t.Hadamard(left, right) if _product_entrywise(ctx, left, right, facts):
            return True
    forms = [normal_form(ctx, one) for one in _written(term)]
    if term.shape[1] == 1:  # what is taken away from a square form is semidefinite, and may have negative entries
        forms = [without_excesses(ctx, form) for form in forms]
    return any(_form_entrywise(ctx, one) for form in forms for one in (form, _without_lengths(ctx, form)))


def _product_entrywise(ctx: Context, left: Term, right: Term, facts: Facts) -> bool:
    """Has A o B no negative entry: a square, A and B without one, or the diagonal of a semidefinite matrix, A o I?"""
    if left == right or all(entrywise(ctx, side, facts) for side in (left, right)):
        return True
    return any(isinstance(i, t.Eye) and semidefinite(ctx, a, facts) for a, i in ((left, right), (right, left)))


def _over_a_sum(factors: tuple[Term, ...]) -> Term | None:
    """L A R + L B R + ... for a product L (A + B + ...) R as it is written; None where no factor is a sum, or where all
    sums multiplied out have more than `MOST_TERMS`."""
    if prod(len(factor.terms) for factor in factors if isinstance(factor, t.Sum)) > MOST_TERMS:
        return None
    for i, factor in enumerate(factors):
        if isinstance(factor, t.Sum):
            return t.add(*(_join((*factors[:i], one, *factors[i + 1 :])) for one in factor.terms))
    return None


def _without_lengths(ctx: Context, form: Form) -> Form:
    """A form less c (|v| - v) or c (|v| + v), of factors |v| with a number c > 0, where that is shorter: what is taken
    away has no negative entry, whatever v is."""
    for (monomial, word), value in list(form.terms.items()):
        inside = entries.under_absolute(ctx.factors[word[0]]) if len(word) == 1 and not monomial else ()
        if not inside or value <= 0:
            continue
        alone = Form(form.shape, {(monomial, word): value})
        v = Form(form.shape, {((), other): value * factor for other, factor in inside})
        left = (f.add(f.add(form, alone, -1), v, side) for side in (1, -1))
        form = min((form, *left), key=lambda one: len(one.terms))
    return form


def _form_entrywise(ctx: Context, form: Form) -> bool:
    """Are all terms nonnegative in every entry, but for those that others outweigh?

    Entries of I and of standard basis vectors are at most 1, those of tanh and its like from -1 to 1, those of w at
    most |w|, those of |v + w| at most |v| + |w|: so 1 - e, 1 + tanh(w), |w| - w and |v| + |w| - |v + w| have no
    negative entry. Weights are rational numbers.
    """
    ones: Coefficient = 0
    lengths: dict[Word, Coefficient] = {}
    for (monomial, word), value in form.terms.items():
        if monomial:
            if not (signs.term_sign(ctx, monomial, value) and entries.nonnegative(ctx, word)):
                return False
        elif word and all(isinstance(ctx.factors[n].what, k.Ones) for n in word):
            ones += value
        elif all(entries.at_most_one(ctx.factors[n]) for n in word):
            ones += min(value, 0)
        elif word and entries.within_one(ctx, word):
            ones -= 0 if value > 0 and entries.nonnegative(ctx, word) else value if value > 0 else -value
        elif len(word) == 1 and (inside := entries.under_absolute(ctx.factors[word[0]])):
            _weigh(lengths, inside, value)
        elif value < 0 or not entries.nonnegative(ctx, word):
            lengths[word] = lengths.get(word, 0) - (value if value > 0 else -value)
    return ones >= 0 and all(weight >= 0 for weight in lengths.values())


def _weigh(lengths: dict[Word, Coefficient], inside: tuple[tuple[Word, Coefficient], ...], value: Coefficient) -> None:
    """Count value |inside| among the lengths: of one word as it is, of a sum as little as it can be."""
    if len(inside) == 1 or value < 0:
        for word, factor in inside:
            lengths[word] = lengths.get(word, 0) + value * (factor if factor > 0 else -factor)


def _visibly_nonnegative(ctx: Context, form: Form) -> bool:
    ways = (_as_it_is, _outweighed, _without_values)
    return any(signs.is_nonnegative(ctx, less(ctx, form)) for less in ways)


def _without_values(ctx: Context, form: Form) -> Form:
    """A number less c (1 - s^n) or c (1 + s^n), s a value from -1 to 1, where it has some of the c, which is >= 0.

    Of an n > 0 the first is >= 0; so is the second of n = 1, 3, ..., and of a root, which is defined where s is >= 0.
    """
    for (monomial, _), value in form.terms.items():
        for atom, exponent in monomial:
            what, rest = ctx.atoms[atom].what, f.merge(monomial, ((atom, -exponent),))
            if not isinstance(what, k.Elementwise) or not entries.value_within_one(what) or exponent < 0:
                continue
            size = max(value, -value)
            if (value > 0 and exponent % 2 == 0) or not signs.term_sign(ctx, rest, size):
                continue
            if form.terms.get((rest, ()), 0) > 0:
                gap = f.add(f.of_monomial(rest, size), f.of_monomial(monomial, value))
                form = f.add(form, gap, -1)
    return form


def _outweighed(ctx: Context, form: Form) -> Form:
    """A number less c (|a| - a), c (|a| + a), and c (|u|'|v| - w) for w = u'v, -u'v and |u'v|, where that is shorter.

    What is taken away is >= 0, since c is.
    """
    for monomial, _ in list(form.terms):
        for atom, exponent in monomial:
            value, rest = form.terms.get((monomial, ()), 0), f.merge(monomial, ((atom, -1),))
            if exponent != 1 or value <= 0 or not signs.term_sign(ctx, rest, value):
                continue
            scale = f.of_monomial(rest, value)
            gaps = [f.add(f.of_atom(atom), smaller, -1) for smaller in _smaller(ctx, atom)]
            left = (f.add(form, multiply(ctx, scale, gap), -1) for gap in gaps)
            form = min((form, *left), key=lambda one: len(one.terms))
    return form


def _smaller(ctx: Context, atom: int) -> Iterator[Form]:
    """a and -a for an atom |a|; u'v, -u'v and |u'v| for |u|'|v|; nothing for any other."""
    what = ctx.atoms[atom].what
    if isinstance(what, k.Abs):
        inside = f.of_atom(what.of) if isinstance(what.of, int) else f.thaw(what.of)
        yield from (inside, f.times_number(inside, -1))
    if isinstance(what, k.Scalar) and len(what.word) == 2:
        row, column = ctx.transpose_factor(what.word[0]), what.word[1]
        size = ctx.factors[column].shape[0]
        insides = [entries.under_absolute(ctx.factors[number]) for number in (row, column)]
        left, right = (Form((size, 1), {((), word): value for word, value in inside}) for inside in insides)
        if all(insides):
            product = multiply(ctx, transpose(ctx, left), right)
            yield from (product, f.times_number(product, -1), absolute(ctx, product))


def _square(shape: t.Shape) -> bool:
    return shape[0] == shape[1]


def _cited(ctx: Context, term: Term, facts: Facts) -> bool:
    for name, known in _candidates(term, facts):
        if known.shape == term.shape and equal(known, term, ctx) is Answer.EQUAL:
            ctx.used.add(name)
            return True
    return False


def _candidates(term: Term, facts: Facts) -> Iterator[tuple[str, Term]]:
    for fact in facts:
        if isinstance(fact, Fact):
            yield fact.name, fact.term
        else:
            for node in t.walk(term):
                if not isinstance(node, t.Elementwise) or node.shape[1] != 1:
                    continue
                if (node.function, node.order) == (fact.function, fact.order):
                    yield fact.name, beneath(fact.bound, node)


def beneath(bound: Term, values: Term) -> Term:
    """bound^2 - v^2, of a column in every entry."""
    most = t.power(bound, Fraction(2))
    if values.is_scalar:
        return most - t.power(values, Fraction(2))
    return t.scale(most, t.Ones(values.rows)) - t.hadamard(values, values)


def loewner_facts(ctx: Context, name: str, left: Term, right: Term) -> list[Fact]:
    """From left <= right: right - left is >= 0; for matrices with left >= 0 also det(right) - det(left) >= 0, and with
    left > 0 left^-1 - right^-1 >= 0."""
    facts = [Fact(name, right - left)]
    if not left.is_scalar and definite(ctx, left):
        facts.append(Fact(name, t.inverse(left) - t.inverse(right)))
    if not left.is_scalar and semidefinite(ctx, left, ()):
        facts.append(Fact(name, t.determinant(right) - t.determinant(left)))
    return facts

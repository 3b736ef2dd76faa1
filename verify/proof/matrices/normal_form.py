"""From terms to normal forms, one row for each node type, and equality decided on them.

`equal` answers EQUAL when the difference of the normal forms vanishes, DIFFERENT when an instance tells the terms apart
(looked for where the difference is a polynomial in free symbols), and UNKNOWN otherwise. See `docs/calculus.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any

from theory import terms as t
from theory.statements.claims import Gaussian
from theory.terms import Activation, Property, Symbol, Term, size_arithmetic
from theory.terms.known_functions import of_positive
from theory.terms.rewrite import depends_on, free_symbols, last_step
from verify.proof.matrices import (
    composites,
    contents,
    inverses,
    known_activations,
    powers,
    products,
    scalars,
    signs,
    words,
)
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.determinants import determinant
from verify.proof.matrices.differing import differs
from verify.proof.matrices.eigenvalues import largest_eigenvalue, nonnegative_content
from verify.proof.matrices.expectation import expectation, trace
from verify.proof.matrices.exponentials import entrywise, exponential, logarithm, of_positive_entries
from verify.proof.matrices.forms import CannotDecide, Context, Form, GaussianLaw, Rule
from verify.proof.matrices.kinds import Monomial, Word
from verify.proof.matrices.unform import to_term

STEPS = 8  # of a recursion, at most, that are written out


class Answer(Enum):
    """Three answers, never two."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "cannot decide"


def normal_form(ctx: Context, term: Term) -> Form:
    """The normal form of a term under a context's rewrites. Raises CannotDecide on a node that it does not know."""
    known = ctx.cache.get(term)
    if known is None:
        row = _ROWS.get(type(term))
        if row is None:
            raise CannotDecide(f"the normal form has no row for {type(term).__name__}: {term!r}")
        known = ctx.cache[term] = row(ctx, term)
    return known


def has_row(term: Term) -> bool:
    """Is there a normal form of nodes of exactly this type?"""
    return type(term) in _ROWS


def equal(left: Term, right: Term, ctx: Context | None = None) -> Answer:
    """Are two terms equal for all dimensions and all values that their declared properties allow?"""
    ctx = ctx or Context()
    answer = vanishes(ctx, f.add(normal_form(ctx, left), normal_form(ctx, right), -1))
    if answer is Answer.EQUAL:
        return answer
    one, other = (known_activations.written_further(side) for side in (left, right))
    if (one, other) == (left, right):
        return answer
    again = vanishes(ctx, f.add(normal_form(ctx, one), normal_form(ctx, other), -1))
    return again if again is Answer.EQUAL else answer


def vanishes(ctx: Context, form: Form) -> Answer:
    """Is a form zero? Sums in denominators are cleared first, then inverses."""
    form = scalars.clear(ctx, form)
    if form.is_zero or inverses.vanishes(ctx, form):
        return Answer.EQUAL
    tied = ctx.rules or ctx.gaussian  # what is assumed may tie symbols, as a covariance A B that is symmetric
    return Answer.DIFFERENT if not tied and differs(ctx, form) else Answer.UNKNOWN


def add_rule(ctx: Context, name: str, left: Term, right: Term, *, turn: bool = False) -> None:
    """Use an assumed equality as the rewrite left -> right; of roots that are equal, their powers are.

    Raises CannotDecide unless the left side is one word or one monomial (so that the rewrite has a direction), or the
    equality says what one moment is, as E[(x - u)(x - u)'] = S does of E[x x'], or what a recursion comes to; or, if it
    may be `turn`ed, has on its left one word or monomial than which none is longer, and which becomes the others.
    """
    pattern, result = normal_form(ctx, left), normal_form(ctx, right)
    gap = f.add(pattern, result, -1)
    if gap.is_zero:
        return
    if len(pattern.terms) != 1:
        pattern, result = _solved(ctx, gap) or (turn and _longest(gap, pattern)) or (pattern, result)
    if len(pattern.terms) != 1:
        raise CannotDecide(
            f"the assumed equality {name} cannot be used as a rewrite: its left side is a sum, {left!r}. "
            "Remedy: write it with one product on the left."
        )
    (((monomial, word), value),) = pattern.terms.items()
    if word and monomial:
        raise CannotDecide(
            f"the left side of {name} mixes a scalar and a matrix: {left!r}. Remedy: move the scalar over."
        )
    result = f.times_number(result, Fraction(1) / value)
    ctx.cache.clear()
    if not word:
        if pattern.shape != (1, 1):  # c I = M says nothing of c alone
            raise CannotDecide(
                f"the left side of {name} is a multiple of the identity matrix, {left!r}, which is no rewrite. "
                "Remedy: turn it round, with the matrix on the left."
            )
        if not monomial or any(e < 0 for _, e in monomial):
            raise CannotDecide(f"the left side of {name} is no product of positive powers: {left!r}.")
        times = lcm(*(Fraction(e).denominator for _, e in monomial))
        whole: Monomial = tuple((a, int(e * times)) for a, e in monomial)
        result = powers.power(ctx, result, Fraction(times)) if times > 1 else result
        ctx.rules.append(Rule(name, None, whole, result))
        ctx.ruled |= {a for a, _ in whole}
    else:
        inverses.add_word_rule(ctx, name, word, result)
        if [*result.terms] == [((), ())] and all(ctx.factors[n].shape == result.shape for n in word):
            for i in range(1, len(word)):  # of square A and B, A B = c I for a number c other than 0 gives B A = c I
                inverses.add_word_rule(ctx, name, word[i:] + word[:i], result)


def add_gaussian(ctx: Context, name: str, law: Gaussian) -> None:
    """Use an assumed normal law for the moments of its vector; of two that are assumed of one vector, the first.

    Raises CannotDecide where its mean or its covariance varies with anything random, or has not its shape.
    """
    mean, covariance = normal_form(ctx, law.mean), normal_form(ctx, law.covariance)
    rows = law.over.shape[0]
    if f.varying(ctx, mean, covariance) or (mean.shape, covariance.shape) != ((rows, 1), (rows, rows)):
        raise CannotDecide(f"the assumed law {name} has a mean or a covariance that is random, or of another shape.")
    ctx.gaussian.setdefault(law.over, GaussianLaw(name, mean, covariance))
    ctx.cache.clear()


def _longest(gap: Form, left: Form) -> tuple[Form, Form] | None:
    """A form that is 0, as the one word or monomial of its left side than which none is longer and what it is."""
    lengths = {key: len(key[1]) + sum(abs(Fraction(e)) for _, e in key[0]) for key in gap.terms}
    last = max(lengths.values())
    found = [key for key, length in lengths.items() if length == last and key in left.terms]
    if len(found) != 1:
        return None
    rest = {key: value for key, value in gap.terms.items() if key != found[0]}
    alone = Form(gap.shape, {found[0]: gap.terms[found[0]]})
    return alone, f.times_number(Form(gap.shape, rest), -1)


_SOLVED = (k.Expectation, k.FirstMoment, k.SecondMoment, k.Moment, k.Iterate)  # moments, and what a recursion comes to


def _solved(ctx: Context, gap: Form) -> tuple[Form, Form] | None:
    """A form that is 0, as a moment or an iterate that stands alone in it and what it is; None unless there is just one
    such."""
    found = [key for key in gap.terms if _alone(ctx, *key)]
    if len(found) != 1:
        return None
    ((monomial, word),) = found
    rest = {key: value for key, value in gap.terms.items() if key != found[0]}
    parts = {*word} | {ctx.transpose_factor(number) for number in word}
    if any({a for a, _ in m} & {a for a, _ in monomial} or {*w} & parts for m, w in rest):
        return None
    alone = Form(gap.shape, {found[0]: gap.terms[found[0]]})
    return alone, f.times_number(Form(gap.shape, rest), -1)


def _alone(ctx: Context, monomial: Monomial, word: Word) -> bool:
    if word:
        return not monomial and len(word) == 1 and isinstance(ctx.factors[word[0]].what, _SOLVED)
    return len(monomial) == 1 and monomial[0][1] == 1 and isinstance(ctx.atoms[monomial[0][0]].what, _SOLVED)


# ---- one row a node type ------------------------------------------------------------------------------------
def _number(_: Context, term: t.Number) -> Form:
    value = term.value
    return f.scalar(int(value) if value.denominator == 1 else value)


def _varies(symbol: Symbol) -> frozenset[Symbol]:
    return frozenset({symbol}) if symbol.has(Property.RANDOM) or symbol.bound < 0 else frozenset()


def _symbol(ctx: Context, term: Symbol) -> Form:
    if term.is_scalar:
        return powers.settled(ctx, ((ctx.atom(k.Named(term), _varies(term)), 1),))
    what = k.Direction(term) if term.bound < 0 else k.Named(term)
    number = ctx.factor(what, _varies(term), term.shape, symmetric=term.has(Property.SYMMETRIC))
    return products.of_word(ctx, term.shape, (number,))


def _eye(_: Context, term: t.Eye) -> Form:
    return Form(term.shape, {((), ()): 1})


def _ones(ctx: Context, term: t.Ones) -> Form:
    return products.of_word(ctx, term.shape, (ctx.factor(k.Ones(term.size), frozenset(), term.shape),))


def _zero(_: Context, term: t.Zero) -> Form:
    return Form(term.shape, {})


def _place(ctx: Context, term: t.Place) -> Form:
    return products.of_word(ctx, term.shape, composites.place(ctx, term.before, term.size, term.whole))


def _sum(ctx: Context, term: t.Sum) -> Form:
    result = normal_form(ctx, term.terms[0])
    for item in term.terms[1:]:
        result = f.add(result, normal_form(ctx, item))
    return result


def _product(ctx: Context, term: t.Product) -> Form:
    factors = [normal_form(ctx, factor) for factor in term.factors]
    result = factors[-1]
    if term.shape[1] == 1:  # from the right: matrix times column before matrix times matrix
        for factor in reversed(factors[:-1]):
            result = products.multiply(ctx, factor, result)
        return result
    result = factors[0]
    for factor in factors[1:]:
        result = products.multiply(ctx, result, factor)
    return result


def _scale(ctx: Context, term: t.Scale) -> Form:
    return products.multiply(ctx, normal_form(ctx, term.scalar), normal_form(ctx, term.body))


def _transpose(ctx: Context, term: t.Transpose) -> Form:
    return products.transpose(ctx, normal_form(ctx, term.body))


def _trace(ctx: Context, term: t.Trace) -> Form:
    return trace(ctx, normal_form(ctx, term.body))


def _determinant(ctx: Context, term: t.Determinant) -> Form:
    return determinant(ctx, normal_form(ctx, term.body))


def _largest_eigenvalue(ctx: Context, term: t.LargestEigenvalue) -> Form:
    return largest_eigenvalue(ctx, normal_form(ctx, term.body))


def _inverse(ctx: Context, term: t.Inverse) -> Form:
    return inverses.inverse(ctx, normal_form(ctx, term.body))


def _hadamard(ctx: Context, term: t.Hadamard) -> Form:
    left, right = normal_form(ctx, term.left), normal_form(ctx, term.right)
    rows, columns = term.shape
    if term.is_scalar:
        return products.multiply(ctx, left, right)
    if columns == 1:
        return products.multiply(ctx, words.diagonal(ctx, left), right)
    if rows == 1:
        diagonal = words.diagonal(ctx, products.transpose(ctx, left))
        flipped = products.multiply(ctx, diagonal, products.transpose(ctx, right))
        return products.transpose(ctx, flipped)
    out = Form(term.shape, {})
    for (m1, w1), c1 in left.terms.items():
        for (m2, w2), c2 in right.terms.items():
            scalar = powers.settled(ctx, f.merge(m1, m2), c1 * c2)
            out = f.add(out, products.multiply(ctx, scalar, products.hadamard(ctx, term.shape, [w1, w2])))
    return out


def _diag(ctx: Context, term: t.Diag) -> Form:
    if term.is_scalar:
        return normal_form(ctx, term.body)
    return words.diagonal(ctx, normal_form(ctx, term.body))


def _kronecker(ctx: Context, term: t.Kronecker) -> Form:
    return products.kronecker(ctx, [normal_form(ctx, term.left), normal_form(ctx, term.right)])


def _vec(ctx: Context, term: t.Vec) -> Form:
    return products.stacked(ctx, normal_form(ctx, term.body))


def _power(ctx: Context, term: t.Power) -> Form:
    base = scalars.reduce_sums(ctx, normal_form(ctx, term.base))
    return powers.power(ctx, base, term.exponent)


def _abs(ctx: Context, term: t.Abs) -> Form:
    return powers.absolute(ctx, normal_form(ctx, term.body))


def _opaque(ctx: Context, shape: t.Shape, kind: Callable[..., k.Kind], *forms: Form) -> Form:
    """A function value as one atom or factor, `kind` of the normal forms of its arguments."""
    forms = tuple(scalars.reduce_sums(ctx, form) for form in forms)
    what = kind(*(f.freeze(form) for form in forms))
    varies = f.varying(ctx, *forms)
    if shape == (1, 1):
        return powers.settled(ctx, ((ctx.atom(what, varies), 1),))
    symmetric = isinstance(what, k.Field) and shape[0] == shape[1]
    if isinstance(what, k.Iterate) and what.letter is not None:  # a polynomial of a symmetric matrix
        symmetric = ctx.transpose_factor(what.letter) == what.letter
    return products.of_word(ctx, shape, (ctx.factor(what, varies, shape, symmetric=symmetric),))


def _special(ctx: Context, term: t.Special) -> Form:
    if term.name not in t.ON_MATRICES:
        raise CannotDecide(f"the normal form of matrices has no row for {term.name}: {term!r}")
    argument = normal_form(ctx, term.arguments[0])
    if len(argument.terms) > 1:  # of one term the logarithm is taken factor by factor
        argument = scalars.reduce_sums(ctx, argument)
    return exponential(ctx, argument) if term.name == powers.EXP else logarithm(ctx, argument)


def _elementwise(ctx: Context, term: t.Elementwise) -> Form:
    function, order = known_activations.plain(term.function), term.order
    simpler = known_activations.written_out(function, order, term.argument)
    if simpler is not None:
        return normal_form(ctx, simpler)
    argument = normal_form(ctx, term.argument)
    if argument.is_zero and (value := known_activations.at_zero(function, order, term.argument)) is not None:
        return normal_form(ctx, value)
    mirrored = known_activations.reflected(function, order, -term.argument)
    if mirrored is not None and _begins_with_a_minus(ctx, argument):
        return normal_form(ctx, mirrored)
    if function.name == powers.EXP:
        order = 0  # its own derivative
        if term.is_scalar:
            return exponential(ctx, scalars.reduce_sums(ctx, argument))
        if 1 in term.shape:
            return _of_column(ctx, entrywise, function, scalars.reduce_sums(ctx, argument))
    if of_positive(function.name) and order == 0 and 1 in term.shape:
        return _of_column(ctx, of_positive_entries, function, scalars.reduce_sums(ctx, argument))
    if function.name == "relu":
        return _relu(ctx, function, scalars.reduce_sums(ctx, argument))
    if function.name == powers.ABS and order == 0:
        return _absolute(ctx, function, scalars.reduce_sums(ctx, argument))
    return _applied(ctx, function, order, argument)


def _applied(ctx: Context, function: Activation, order: int, form: Form) -> Form:
    """A function of a number or of each entry, of which nothing more is known; of a row as of the column."""
    if form.shape == (1, 1):
        return _opaque(ctx, form.shape, partial(k.Elementwise, function, order), form)
    turned = products.transpose(ctx, form) if form.shape[0] == 1 else form
    turned = scalars.reduce_sums(ctx, turned)
    value = products.of_word(ctx, turned.shape, words.applied(ctx, function, order, turned))
    return products.transpose(ctx, value) if form.shape[0] == 1 else value


def _begins_with_a_minus(ctx: Context, form: Form) -> bool:
    """Of a form and its negative, without the permutations outside of them, is it the one written by the other?"""
    if form.is_zero:
        return False
    signs_of = []
    for one in (form, f.times_number(form, -1)):
        column = products.transpose(ctx, one) if one.shape[0] == 1 else one
        inner = one if one.shape == (1, 1) else words.outside(ctx, column)[1]
        signs_of.append(contents.without_sign(inner)[1])
    return signs_of == [-1, 1]


def _relu(ctx: Context, function: Activation, form: Form) -> Form:
    """relu of a number or of each entry: relu(z) = z for z >= 0, relu(c z) = c relu(z) for c >= 0."""
    if signs.no_entry_negative(ctx, form):
        return form
    outside, inside = nonnegative_content(ctx, form)
    if inside.is_zero:  # once its sums are multiplied out
        return inside
    return products.multiply(ctx, outside, _applied(ctx, function, 0, inside))


def _of_column(ctx: Context, of: Callable[[Context, Activation, Form], Form], function: Activation, form: Form) -> Form:
    """What a function is of each entry of a column, or a matrix; of a row as of the column."""
    if form.shape[0] != 1:
        return of(ctx, function, form)
    return products.transpose(ctx, of(ctx, function, products.transpose(ctx, form)))


def _absolute(ctx: Context, function: Activation, form: Form) -> Form:
    """|.| of a number or of each entry."""
    if form.is_zero:
        return form
    if form.shape == (1, 1):
        return powers.absolute(ctx, form)
    return _of_column(ctx, products.absolute_entries, function, form)


def _field(ctx: Context, term: t.FieldValue) -> Form:
    return _opaque(ctx, term.shape, partial(k.Field, term.field, term.order), normal_form(ctx, term.argument))


def _call(ctx: Context, term: t.Call) -> Form:
    """A folded definition: opaque, but its arguments are compared as normal forms."""
    arguments = (normal_form(ctx, argument) for argument in term.arguments)
    form = _opaque(ctx, term.shape, lambda *given: k.Call(term.definition, given), *arguments)
    body = term.definition.body
    if any(s.has(Property.RANDOM) and depends_on(body, s) for s in free_symbols(body)):
        raise CannotDecide(f"{term.definition.name} is random outside an expectation; unfold it first.")
    return form


def _expectation(ctx: Context, term: t.Expectation) -> Form:
    return expectation(ctx, scalars.reduce_sums(ctx, normal_form(ctx, term.body)), term.over)


def _derivative(ctx: Context, term: t.Derivative) -> Form:
    if ctx.differentiate:
        return normal_form(ctx, ctx.differentiate(ctx, term))
    value = partial(k.Derivative, term.kind, term.variable)
    return _opaque(ctx, term.shape, value, normal_form(ctx, term.body), normal_form(ctx, term.at))


def _iterate(ctx: Context, term: t.Iterate) -> Form:
    """Steps that are known to be taken are taken, the last one first; of so many that they would be too long to write
    out, and of those before, nothing is known but what they are made of."""
    if size_arithmetic.least_part(term.count) <= STEPS and (done := last_step(term)) is not None:
        return normal_form(ctx, done)
    bodies, starts = ([normal_form(ctx, side) for side in sides] for sides in (term.bodies, term.starts))
    base = _base(ctx, term, bodies[0], starts[0]) if len(bodies) == 1 else None
    letter = None if base is None else _letter(ctx, base)
    frozen = None if base is None else f.freeze(base)

    def value(*given: k.Frozen) -> k.Iterate:
        bodies, starts = given[: len(term.bodies)], given[len(term.bodies) :]
        plain = tuple(to_term(ctx, f.thaw(body)) for body in bodies)
        same = all(free_symbols(one) <= free_symbols(other) for one, other in zip(term.bodies, plain, strict=True))
        written = term.bodies if same else plain  # what dropped out of the form may be bound elsewhere
        return k.Iterate(term.variables, term.count, term.index, bodies, starts, written, frozen, letter)

    return _opaque(ctx, term.shape, value, *bodies, *starts)


def _base(ctx: Context, term: t.Iterate, body: Form, start: Form) -> Form | None:
    """What the recursion is a power of: it begins as I, or 1, and each step multiplies it from the left by what does
    not speak of it. None of any other."""
    if start != Form(start.shape, {((), ()): 1}):
        return None
    (((monomial, word), _),) = normal_form(ctx, term.variables[0]).terms.items()
    base: f.Terms = {}
    for (found, product), value in body.terms.items():
        if product[len(product) - len(word) :] != word or dict(monomial).items() - dict(found).items():
            return None
        rest = tuple(pair for pair in found if pair not in monomial)
        base[rest, product[: len(product) - len(word)]] = value
    form = Form(body.shape, base)
    return None if term.variables[0] in free_symbols(to_term(ctx, form)) else form


def _letter(ctx: Context, base: Form) -> int | None:
    """The one matrix, a symbol or the inverse of one, of which a form is a polynomial."""
    letters = {number for _, word in base.terms for number in word}
    if len(letters) != 1:
        return None
    [letter] = letters
    what = ctx.factors[letter].what
    return letter if isinstance(what, k.Named) or (isinstance(what, k.Inverse) and isinstance(what.of, int)) else None


_ROWS: dict[type, Callable[[Context, Any], Form]] = {
    t.Number: _number,
    t.Symbol: _symbol,
    t.Eye: _eye,
    t.Ones: _ones,
    t.Zero: _zero,
    t.Place: _place,
    t.Sum: _sum,
    t.Product: _product,
    t.Scale: _scale,
    t.Transpose: _transpose,
    t.Trace: _trace,
    t.Determinant: _determinant,
    t.LargestEigenvalue: _largest_eigenvalue,
    t.Inverse: _inverse,
    t.Hadamard: _hadamard,
    t.Diag: _diag,
    t.Kronecker: _kronecker,
    t.Vec: _vec,
    t.Power: _power,
    t.Abs: _abs,
    t.Special: _special,
    t.Elementwise: _elementwise,
    t.FieldValue: _field,
    t.Call: _call,
    t.Expectation: _expectation,
    t.Derivative: _derivative,
    t.Iterate: _iterate,
}

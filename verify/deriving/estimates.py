"""Estimates from the inside out: a length or an operator norm in a sum is put up by what is known of what it is of.

    |p + q| <= |p| + |q|           |A v| <= |A| |v|            |phi(a) - phi(b)| <= K |a - b|, |phi'| <= K
    |A + B| <= |A| + |B|           |A B| <= |A| |B|            and what is assumed, or supposed of fewer steps
    |v|_inf <= |v|                 |A| <= |A|_F, at last

Each step is a line of its own. Where the length stands alone the line compares squares; in a sum a `RootBound` does.
The steps are taken as far as they go, and after each it is asked whether what is left of the right side is plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from itertools import combinations, product

from theory import terms as t
from theory.statements.claims import AtMost, Equal, SupBound
from theory.statements.derivation import ALGEBRA, Derivation, Line, Reason, Surplus, gap
from theory.statements.lemmas import CauchySchwarz, MeanValue, RootBound
from theory.terms import Activation, Term
from theory.terms.symbols import activation, max_norm, operator_norm, smallest_eigenvalue
from verify.deriving.asking import Asking
from verify.deriving.between_bounds import factors
from verify.deriving.chains import FAULTS
from verify.deriving.rewriting import context, facts_of
from verify.deriving.sites import HALF, TWO, form_of, length_of
from verify.deriving.visible import ONE, matrix, monomial_term
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import order
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Word
from verify.proof.matrices.known_activations import AT_ZERO, STEEPEST
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.unform import to_term

STEPS = 8  # of one chain
NOTHING = t.Number(Fraction(0))
ABS, RELU = activation("abs"), activation("relu")


@dataclass(frozen=True)
class Estimate:
    """`higher` is above a number: by a term for the difference, or for that of the squares."""

    higher: Term
    excess: Term
    squared: bool = True
    reasons: tuple[Reason, ...] = ()


def estimated(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """left <= right through estimates of the lengths and operator norms in the left side. Raises LimitReachedError."""
    chain = Derivation(left)
    ctx = context(asking.assumptions, ())
    centres = [v for node in t.walk(right) if isinstance(node, t.Power) and (v := _column(node.base)) is not None]
    try:
        for _ in range(STEPS):
            line = next(_steps(asking, ctx, chain.last, centres), None)
            if line is None:
                return None
            chain = Derivation(left, (*chain.lines, line))
            if (last := _ended(asking, ctx, chain.last, right)) is not None:
                return Derivation(left, (*chain.lines, *last))
    except FAULTS:
        return None
    return None


def _ended(asking: Asking, ctx: Context, left: Term, right: Term) -> tuple[Line, ...] | None:
    """What is left of the way, where it is plain: nothing, an equality, or a difference that is visibly nonnegative."""
    if left == right:
        return ()
    rest = normal_form(ctx, right - left)
    if rest.is_zero:
        line = Line("=", right, (ALGEBRA,))
        return (line,) if asking.accepts(left, line) else None
    facts = tuple(a for a in asking.assumptions if isinstance(a, AtMost))
    for term in (to_term(ctx, rest), right - left):
        ctx.restart()
        if order.nonnegative(ctx, term, facts_of(ctx, facts)):
            line = Line("<=", right, (Surplus(term), *facts))
            if asking.accepts(left, line):
                return (asking.lean(left, line),)
    return None


def _steps(asking: Asking, ctx: Context, term: Term, centres: Sequence[Term]) -> Iterator[Line]:
    """Lines to what is above the term by one estimate, of the first length in it that has one; `centres` are columns
    whose lengths are wanted."""
    yield from (line for line in _by_products(asking, ctx, term) if asking.accepts(term, line))
    lows = dict.fromkeys(node for node in t.walk(term) if _is_norm(node))
    ways = (partial(_of, asking, centres), _of_columns_alone, _by_frobenius)
    for way, low in product(ways, lows):
        for found in way(ctx, low):
            ctx.restart()
            if equal(found.higher, low, ctx) is Answer.EQUAL:
                continue
            line = _line(term, low, found)
            for one in () if line is None else (line, _with_bounds(asking, line)):
                if asking.accepts(term, one):
                    yield asking.lean(term, one)
                    break


def _with_bounds(asking: Asking, line: Line) -> Line:
    """The line with every assumed inequality: the sign of what stands before the length may rest on one."""
    bounds = (a for a in asking.assumptions if isinstance(a, AtMost))
    return Line(line.relation, line.term, tuple(dict.fromkeys((*bounds, *line.reasons))))


def _by_products(asking: Asking, ctx: Context, term: Term) -> Iterator[Line]:
    """Lines by an assumed bound of a product of factors that stand in one summand, such as K |W| <= 1."""
    summands = term.terms if isinstance(term, t.Sum) else (term,)
    given = [a for a in asking.assumptions if isinstance(a, AtMost) and isinstance(a.left, t.Scale)]
    for a, (i, summand) in product(given, enumerate(summands)):
        factors = _factors(summand)
        for some in combinations(range(len(factors)), 2):
            if equal(t.scale(*(factors[j] for j in some)), a.left, ctx) is Answer.EQUAL:
                rest = reduce(t.scale, (one for j, one in enumerate(factors) if j not in some), ONE)
                higher = t.add(*summands[:i], t.scale(a.right, rest), *summands[i + 1 :])
                yield Line("<=", higher, (Surplus(t.scale(rest, gap(a))), a))


def _factors(term: Term) -> list[Term]:
    return [*_factors(term.scalar), *_factors(term.body)] if isinstance(term, t.Scale) else [term]


def _is_norm(node: Term) -> bool:
    if isinstance(node, t.LargestEigenvalue | t.Abs):
        return True
    if not isinstance(node, t.Power) or node.exponent != HALF:
        return False
    return isinstance(node.base, t.LargestEigenvalue) or _column(node.base) is not None


def _largest_size(node: Term) -> Term | None:
    """v of |v|_inf."""
    inside = node.body if isinstance(node, t.LargestEigenvalue) else None
    sizes = inside.body if isinstance(inside, t.Diag) else None
    return sizes.argument if isinstance(sizes, t.Elementwise) and (sizes.function, sizes.order) == (ABS, 0) else None


def _column(square: Term) -> Term | None:
    """u where a number is u'u as it is written, with scalars before it that stand twice."""
    if isinstance(square, t.Scale) and isinstance(square.body, t.Scale) and square.scalar == square.body.scalar:
        inner = _column(square.body.body)
        return None if inner is None else t.scale(square.scalar, inner)
    half = half_of(square)
    return half if half is not None and half.columns == 1 else None


# ---- lines --------------------------------------------------------------------------------------------------
def _line(term: Term, low: Term, found: Estimate) -> Line | None:
    """The line from a term to what is above it by an estimate of a number in it."""
    if term == low:
        return Line("<=", found.higher, (Surplus(found.excess, found.squared), *found.reasons))
    excess = found.higher - low if found.squared else found.excess
    reasons = found.reasons
    if found.squared:
        reasons = (*reasons, RootBound(low, found.higher, found.excess))
    above = _put(term, low, found.higher, excess)
    return None if above is None else Line("<=", above[0], (Surplus(above[1]), *reasons))


def _put(term: Term, low: Term, high: Term, excess: Term) -> tuple[Term, Term] | None:
    """The term with `high` in the place of `low`, once, and by how much it is more; through sums, factors and E."""
    if term == low:
        return high, excess
    match term:
        case t.Sum(terms):
            for i, one in enumerate(terms):
                if (found := _put(one, low, high, excess)) is not None:
                    return t.add(*terms[:i], found[0], *terms[i + 1 :]), found[1]
        case t.Scale(scalar, body):
            if (found := _put(body, low, high, excess)) is not None:
                return t.scale(scalar, found[0]), t.scale(scalar, found[1])
            if (found := _put(scalar, low, high, excess)) is not None:
                return t.scale(found[0], body), t.scale(body, found[1])
        case t.Expectation(body, over):
            if (found := _put(body, low, high, excess)) is not None:
                return t.Expectation(found[0], over), t.Expectation(found[1], over)
    return None


# ---- what is known of a length ------------------------------------------------------------------------------
def _of(asking: Asking, centres: Sequence[Term], ctx: Context, low: Term) -> Iterator[Estimate]:
    """What is above a length or an operator norm, in the order in which it is tried."""
    for a in (a for a in asking.assumptions if isinstance(a, AtMost) and a.left.is_scalar):
        if equal(a.left, low, ctx) is Answer.EQUAL:
            yield Estimate(a.right, gap(a), squared=False, reasons=(a,))
    if (v := _largest_size(low)) is not None:
        parts = _terms(ctx, v)
        if len(parts) > 1:
            p, q = to_term(ctx, parts[0]), to_term(ctx, reduce(f.add, parts[1:]))
            above = max_norm(p) + max_norm(q)
            yield Estimate(above, above - low, squared=False)
        yield Estimate(_length(v), v.T @ v - t.power(low, TWO))
    elif isinstance(low, t.LargestEigenvalue):
        yield from _of_commuting(ctx, low.body)
    elif isinstance(low, t.Abs):
        form = normal_form(ctx, low.body)
        yield from _of_product(ctx, form)
        yield from _of_activation(asking, ctx, form)
    if not isinstance(low, t.Power):
        return
    column = _column(low.base)
    if column is not None:
        yield from _of_step(asking, ctx, normal_form(ctx, column), centres)
        yield from _of_column(asking, ctx, normal_form(ctx, column))
    elif isinstance(low.base, t.LargestEigenvalue):
        yield from _of_square(asking, ctx, low.base.body)


def _of_column(asking: Asking, ctx: Context, form: Form) -> Iterator[Estimate]:
    """Of a column: a factor before it, a matrix that all its terms begin with, an activation, the parts of a sum."""
    words = [word for _, word in form.terms]
    if len(words) == 1:
        (((monomial, word), value),) = form.terms.items()
        if monomial or value != 1:
            factor = t.scale(t.Number(Fraction(value)), monomial_term(ctx, monomial))
            yield Estimate(t.scale(t.absolute(factor), _length(_part(ctx, form, word))), NOTHING)
            return
    if words and all(len(word) > 1 for word in words) and len({word[0] for word in words}) == 1:
        first = matrix(ctx, words[0][0])
        v = to_term(ctx, _without_first(ctx, form))
        most = t.scale(t.largest_eigenvalue(first.T @ first), t.Eye(first.columns)) - first.T @ first
        yield Estimate(t.scale(operator_norm(first), _length(v)), form_of(v, most, v))
        return
    yield from _of_activation(asking, ctx, form)
    groups = _groups(asking, ctx, form)
    if len(groups) > 1:
        yield _apart(ctx, groups)


def _of_step(asking: Asking, ctx: Context, form: Form, centres: Sequence[Term]) -> Iterator[Estimate]:
    """Of a v + b S v, for an S between assumed bounds: of the one column that all terms end with, or a wanted one."""
    ends = {word[-1:] for _, word in form.terms}
    alone = [_part(ctx, form, end) for end in ends if len(ends) == 1 and ctx.factors[end[0]].shape == form.shape]
    for v in alone or [one for one in centres if one.shape == form.shape]:
        bare = [word for (monomial, word), value in normal_form(ctx, v).terms.items() if not monomial and value == 1]
        last = min(bare, default=())
        begun = {key: value for key, value in form.terms.items() if last and key[1][-len(last) :] == last}
        terms = {(monomial, word[: -len(last)]): value for (monomial, word), value in begun.items()}
        step = Form((form.shape[0],) * 2, terms)
        if not terms or any(len(word) > 1 for _, word in terms):
            continue
        if not _same(ctx, t.matmul(to_term(ctx, step), v), form):
            continue
        for factor in factors(ctx, asking.assumptions, step):
            yield Estimate(t.scale(factor.most, _length(v)), form_of(v, factor.excess, v), reasons=factor.reasons)


def _same(ctx: Context, term: Term, form: Form) -> bool:
    return f.add(normal_form(ctx, term), form, -1).is_zero


def _of_columns_alone(ctx: Context, low: Term) -> Iterator[Estimate]:
    """Of a sum of columns, where nothing else is left: the first of them apart."""
    column = _column(low.base) if isinstance(low, t.Power) else None
    if column is not None and len(parts := _terms(ctx, column)) > 1:
        yield _apart(ctx, parts)


def _by_frobenius(_: Context, low: Term) -> Iterator[Estimate]:
    """|A| <= |A|_F, where nothing else is left."""
    if isinstance(low, t.Power) and isinstance(low.base, t.LargestEigenvalue) and half_of(low.base.body) is not None:
        yield Estimate(t.power(t.trace(low.base.body), HALF), t.trace(low.base.body) - low.base)


def _terms(ctx: Context, column: Term) -> list[Form]:
    """The terms of a column, each alone."""
    form = normal_form(ctx, column)
    return [Form(form.shape, {key: value}) for key, value in form.terms.items()]


def _apart(ctx: Context, parts: Sequence[Form]) -> Estimate:
    """|p + q| <= |p| + |q| for the first of some parts and the rest."""
    p, q = to_term(ctx, parts[0]), to_term(ctx, reduce(f.add, parts[1:]))
    lemma = CauchySchwarz(p, q, t.Eye(p.rows))
    return Estimate(_length(p) + _length(q), t.scale(t.Number(TWO), lemma.gap), reasons=(lemma,))


def _of_product(ctx: Context, form: Form) -> Iterator[Estimate]:
    """|w'v| <= |w| |v| for a number of which each term is a multiple of some w'u, with one w."""
    parts: list[tuple[Word, Coefficient]] = []
    for (monomial, _), value in form.terms.items():
        what = ctx.atoms[monomial[0][0]].what if len(monomial) == 1 and monomial[0][1] == 1 else None
        if not isinstance(what, k.Scalar):
            return
        parts.append((what.word, value))
    turns = [(word, ctx.transpose_word(word)) for word, _ in parts]
    for first in dict.fromkeys(word[0] for word in turns[0]) if turns else ():
        chosen = [next((word for word in pair if word[0] == first), ()) for pair in turns]
        if all(chosen):
            w = to_term(ctx, _part_of(ctx, ctx.transpose_word((first,)), 1))
            v = to_term(
                ctx, reduce(f.add, (_part_of(ctx, one[1:], n) for one, (_, n) in zip(chosen, parts, strict=True)))
            )
            both = [CauchySchwarz(side, v, t.Eye(w.rows)) for side in (w, -w)]
            yield Estimate(_length(w) * _length(v), t.scale(both[0].gap, both[1].gap), reasons=tuple(both))


def _part_of(ctx: Context, word: Word, value: Coefficient) -> Form:
    return Form((ctx.factors[word[0]].shape[0], 1), {((), word): value})


def _length(u: Term) -> Term:
    return length_of(u, t.Eye(u.rows))


def _part(ctx: Context, form: Form, word: Word) -> Term:
    return to_term(ctx, Form(form.shape, {((), word): 1}))


def _without_first(ctx: Context, form: Form) -> Form:
    shape = (next(iter(ctx.factors[word[1]].shape[0] for _, word in form.terms)), form.shape[1])
    return Form(shape, {(monomial, word[1:]): value for (monomial, word), value in form.terms.items()})


def _groups(asking: Asking, ctx: Context, form: Form) -> list[Form]:
    """The terms of a column by what they begin with: columns alone first, then matrices and activations."""
    slopes = {function for function, _ in _slopes(asking)}
    found: dict[object, dict[tuple[k.Monomial, Word], Coefficient]] = {(): {}}
    for (monomial, word), value in form.terms.items():
        what = ctx.factors[word[0]].what
        steep = isinstance(what, k.Elementwise) and what.order == 0 and what.function in slopes
        key: object = word[0] if len(word) > 1 else what.function if isinstance(what, k.Elementwise) and steep else ()
        found.setdefault(key, {})[monomial, word] = value
    return [Form(form.shape, terms) for terms in found.values() if terms]


def _slopes(asking: Asking) -> list[tuple[Activation, Term]]:
    """Activations whose slope has a bound, with the bound."""
    bounds = [(a.function, a.bound) for a in asking.assumptions if isinstance(a, SupBound) and a.order == 1]
    known = [(activation(name), bound) for name, bound in STEEPEST.items()]
    return [*bounds, *known, (RELU, t.Number(Fraction(1)))]


def _of_activation(asking: Asking, ctx: Context, form: Form) -> Iterator[Estimate]:
    """Of phi(a) - phi(b), of columns or of numbers, and of a phi(a) with phi(0) = 0."""
    values = [*_values(ctx, form)]
    if len(values) != len(form.terms) or [abs(value) for _, value in values] != [1] * len(values):
        return
    what = [(one, value) for one, value in values if isinstance(one, k.Elementwise) and one.order == 0]
    if (
        len(what) != len(values)
        or len({one.function for one, _ in what}) != 1
        or sum(v for _, v in what) != (len(what) == 1)
    ):
        return
    arguments = [to_term(ctx, f.thaw(one.argument)) for one, _ in sorted(what, key=lambda item: -item[1])]
    if len(arguments) == 1:
        arguments.append(t.Zero(arguments[0].shape))
    if len(arguments) != 2:
        return
    a, b = arguments
    function = what[0][0].function
    apart = to_term(ctx, normal_form(ctx, a - b))
    for own, bound in _slopes(asking):
        if own.name != function.name:
            continue
        length, metric = (t.absolute(apart), ONE) if a.is_scalar else (_length(apart), t.Eye(a.rows))
        if own == RELU:
            rest, other = RELU(-a), RELU(-b)
            mixed = form_of(RELU(a), metric, other) + form_of(RELU(b), metric, rest)
            yield Estimate(length, form_of(rest - other, metric, rest - other) + t.scale(t.Number(TWO), mixed))
            continue
        lemma = MeanValue(function, 1, bound, a, b)
        reasons: tuple[Reason, ...] = (lemma,)
        if isinstance(b, t.Zero) and function.name not in AT_ZERO:
            reasons += tuple(e for e in asking.assumptions if isinstance(e, Equal))
        above = lemma.gap if a.is_scalar else t.Ones(a.rows).T @ lemma.gap
        yield Estimate(t.scale(bound, length), above, reasons=reasons)


def _values(ctx: Context, form: Form) -> Iterator[tuple[object, Coefficient]]:
    """What the terms of a column or a number are that are one factor or one atom, each with its coefficient."""
    for (monomial, word), value in form.terms.items():
        if not monomial and len(word) == 1:
            yield ctx.factors[word[0]].what, value
        elif not word and len(monomial) == 1 and monomial[0][1] == 1:
            yield ctx.atoms[monomial[0][0]].what, value


# ---- what is known of an operator norm ----------------------------------------------------------------------
def _of_square(asking: Asking, ctx: Context, body: Term) -> Iterator[Estimate]:
    """Of |M| for the M of M'M: of a product the norms of its parts, of a sum of its terms."""
    m = half_of(body)
    if m is not None:
        form = normal_form(ctx, m)
        words = [word for _, word in form.terms]
        if len(words) == 1 and len(words[0]) > 1:
            first, rest = matrix(ctx, words[0][0]), to_term(ctx, _without_first(ctx, form))
            norms = [operator_norm(first), operator_norm(rest)]
            within = rest.T @ _excess(first) @ rest + t.scale(t.power(norms[0], Fraction(2)), _excess(rest))
            yield Estimate(t.scale(*norms), smallest_eigenvalue(within))
        elif len(words) > 1:
            if form.shape[0] == form.shape[1]:
                for factor in factors(ctx, asking.assumptions, form):
                    yield Estimate(factor.most, smallest_eigenvalue(factor.excess), reasons=factor.reasons)
            parts = [to_term(ctx, Form(form.shape, {key: value})) for key, value in form.terms.items()]
            p, q = parts[0], t.add(*parts[1:])
            norms = [operator_norm(p), operator_norm(q)]
            twice = t.scale(t.Number(TWO), t.scale(*norms))
            mixed = t.scale(twice, t.Eye(m.columns)) - p.T @ q - q.T @ p
            yield Estimate(norms[0] + norms[1], smallest_eigenvalue(_excess(p) + _excess(q) + mixed))


def _of_commuting(ctx: Context, body: Term) -> Iterator[Estimate]:
    """Of the largest eigenvalue of P Q, semidefinite matrices that commute: the product of both."""
    form = normal_form(ctx, body)
    words = [word for _, word in form.terms]
    if len(words) == 1 and len(words[0]) > 1 and [*form.terms.values()] == [1]:
        p, q = matrix(ctx, words[0][0]), to_term(ctx, _without_first(ctx, form))
        if p.shape == q.shape and equal(p @ q, q @ p, ctx) is Answer.EQUAL:
            most = [t.largest_eigenvalue(one) for one in (p, q)]
            excesses = [t.scale(one, t.Eye(body.rows)) - side for one, side in zip(most, (p, q), strict=True)]
            yield Estimate(
                t.scale(*most), smallest_eigenvalue(t.scale(most[0], excesses[1]) + excesses[0] @ q), squared=False
            )


def _excess(m: Term) -> Term:
    """|M|^2 I - M'M."""
    square = m.T @ m
    return t.scale(t.largest_eigenvalue(square), t.Eye(m.columns)) - square


def half_of(body: Term) -> Term | None:
    """M of M'M as it is written."""
    factors = body.factors if isinstance(body, t.Product) else ()
    for i in range(1, len(factors)):
        first, last = (reduce(t.matmul, part) for part in (factors[:i], factors[i:]))
        if t.transpose(first) == last:
            return last
    return None

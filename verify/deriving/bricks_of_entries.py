"""Bricks of what is nonnegative in every entry: 1 - e, |v| - v, exp above its tangent; and moments of products."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from itertools import chain, combinations, islice, permutations, product

from theory import terms as t
from theory.statements.claims import SupBound
from theory.statements.lemmas import CauchySchwarz, ExpTangent, MeanValue
from theory.terms import Activation, CalculusError, Property, Term
from theory.terms.special_functions import log
from theory.terms.symbols import activation
from verify.deriving.sites import TWO, Brick, Site, activations_of, columns_of, form_of, under_means
from verify.deriving.visible import atoms_of, column, monomial_term
from verify.proof.matrices import kinds as k
from verify.proof.matrices import order, signs
from verify.proof.matrices.forms import Context, thaw
from verify.proof.matrices.kinds import Monomial, Word
from verify.proof.matrices.known_activations import STEEPEST
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.signs_of_entries import WITHIN_ONE, nonnegative
from verify.proof.matrices.unform import to_term
from verify.proof.matrices.words import flattened, is_diagonal, on_diagonals

ABS = activation("abs")
FEW = 6  # couples of exponents


def entries(site: Site) -> Iterator[Brick]:
    """(1 - e)'v and u'(1 1' - I)v for columns u, v without negative entries, squares among them; |a|'|b| - |a'b| of
    sizes; and (u'Diag(v)u)(1'v) - (u'v)^2, and |u - (u'v/1'v) 1|^2 in Diag(v)."""
    columns = [_entry_by_entry(column) for column in columns_of(site)]
    nonnegative_ones = [v for v in columns if not isinstance(v, t.Ones) and order.entrywise(site.ctx, v, ())]
    nodes = dict.fromkeys(node for node in t.walk(site.term) if isinstance(node, t.Symbol))
    chosen: list[Term] = [symbol for symbol in nodes if symbol.has(Property.BASIS)]
    for v in (v for v in nonnegative_ones if v not in chosen):
        one = t.Ones(v.rows)
        for e in (e for e in chosen if e.shape == v.shape):
            yield Brick(t.matmul(t.transpose(one - e), v))
        yield Brick(form_of(v, t.matmul(one, t.transpose(one)) - t.Eye(v.rows), v))
    for u, v in combinations([v for v in nonnegative_ones if v not in chosen], 2):
        if u.shape == v.shape:
            one = t.Ones(v.rows)
            yield Brick(form_of(u, t.matmul(one, t.transpose(one)) - t.Eye(v.rows), v))
            if isinstance(u, t.Elementwise) and isinstance(v, t.Elementwise) and {u.function, v.function} == {ABS}:
                sizes, product = t.matmul(t.transpose(u), v), t.matmul(t.transpose(u.argument), v.argument)
                yield from (Brick(sizes - other) for other in (t.absolute(product), product, -product))
    for u, v in _squares_side_by_side(site):
        one = t.Ones(u.rows)
        yield Brick(form_of(u, t.matmul(one, t.transpose(one)) - t.Eye(u.rows), v))
    for u, v in _weighted(site):
        total = t.matmul(t.transpose(t.Ones(v.rows)), v)
        if signs.is_positive(site.ctx, normal_form(site.ctx, total)):
            spread = u - t.scale(t.matmul(t.transpose(v), u) / total, t.Ones(u.rows))
            yield Brick(form_of(spread, t.diag(v), spread))
        both = [CauchySchwarz(side, t.Ones(u.rows), t.diag(v)) for side in (u, -u)]
        yield Brick(t.scale(both[0].gap, both[1].gap), tuple(both), 4)


def _entry_by_entry(column: Term) -> Term:
    """u o v for Diag(u) v, which stays in one piece between other factors."""
    if isinstance(column, t.Product) and all(isinstance(factor, t.Diag) for factor in column.factors[:-1]):
        inner = [factor.body if isinstance(factor, t.Diag) else factor for factor in column.factors]
        return reduce(t.hadamard, inner)
    return column


def _squares_side_by_side(site: Site) -> Iterator[tuple[Term, Term]]:
    """u o u and v o v of numbers 1'(u o u o v o v)."""
    ctx = site.ctx
    for what in (ctx.atoms[atom].what for atom in atoms_of(ctx, site.form)):
        items = flattened(ctx, _columns_in(ctx, what.word)) if isinstance(what, k.Scalar) else []
        different = [*dict.fromkeys(items)]
        if len(items) == 4 and all(items.count(item) % 2 == 0 for item in items):
            first, last = (column(ctx, item) for item in (different[0], different[-1]))
            yield t.hadamard(first, first), t.hadamard(last, last)


def _weighted(site: Site) -> Iterator[tuple[Term, Term]]:
    """The u and v of numbers u'Diag(v)u, in whatever order the three columns stand, v without negative entries."""
    ctx = site.ctx
    for atom in atoms_of(ctx, site.form):
        what = ctx.atoms[atom].what
        if not isinstance(what, k.Scalar) or len(what.word) != 3:
            continue
        first, middle, last = what.word
        inner = ctx.factors[middle].what
        if isinstance(inner, k.Diagonal):
            items = [ctx.transpose_word((first,)), inner.word, (last,)]
            for place, word in enumerate(items):
                u, other = (item for i, item in enumerate(items) if i != place)
                if u == other and nonnegative(ctx, word):
                    yield column(ctx, u), column(ctx, word)


def roots(site: Site) -> Iterator[Brick]:
    """(x'Diag(z)x)(u'Diag(z)^-1 u) - (x'u)^2 and (x'x)(1'z) - (x'sqrt(z))^2 for a column z under a root, and columns x
    and u that stand in the difference beside it, or 1."""
    ctx = site.ctx
    if not ctx.roots:
        return
    words = [what.word for a in atoms_of(ctx, site.form) if isinstance(what := ctx.atoms[a].what, k.Scalar)]
    found = dict.fromkeys(x for word in words for x in flattened(ctx, _columns_in(ctx, word)))
    under = [item for item in found if len(item) == 1 and item[0] in ctx.roots]
    columns = [column(ctx, item) for item in found if item not in under]
    for [number] in under:
        what = ctx.factors[number].what
        assert isinstance(what, k.Elementwise)
        root, z = column(ctx, (number,)), to_term(ctx, thaw(what.argument))
        beside = dict.fromkeys([t.Ones(z.rows), *(x for x in columns if x.shape == z.shape)])
        for x in beside:
            pairs = [(x, t.diag(root) @ t.diag(root) @ u, t.diag(z)) for u in beside]
            for one, other, metric in [*pairs, (x, t.hadamard(z, root), t.Eye(z.rows))]:
                both = [CauchySchwarz(side, other, metric) for side in (one, -one)]
                yield Brick(both[0].gap, (both[0],), 2)
                yield Brick(t.scale(both[0].gap, both[1].gap), tuple(both), 4)


def _columns_in(ctx: Context, word: Word) -> list[Word]:
    """The columns of which a number is the sum of the entrywise product; none of any other number."""
    middle = word[1:-1]
    if not all(is_diagonal(ctx, number) for number in middle):
        return []
    return [ctx.transpose_word(word[:1]), word[-1:], *on_diagonals(ctx, middle)]


def lengths(site: Site) -> Iterator[Brick]:
    """1'(|v| - v), 1'(|v| + v), the product of both, and 1'(|u| + |v| - |u + v|), of sums of absolute values; the first
    two also with w in the place of 1, w a column without negative entries, and for the |v| of a |v|_inf."""
    columns = [_entry_by_entry(column) for column in columns_of(site)]
    sizes = [v for v in columns if isinstance(v, t.Elementwise) and (v.function.name, v.order) == ("abs", 0)]
    for values in dict.fromkeys((*sizes, *_sizes(site))):
        one = t.transpose(t.Ones(values.rows))
        sides = [values + side for side in (-values.argument, values.argument)]
        if values in sizes:
            less, more = (t.matmul(one, side) for side in sides)
            yield from (Brick(less), Brick(more), Brick(t.scale(less, more)))
            if isinstance(values.argument, t.Sum):
                parts = [values.function(part) for part in values.argument.terms]
                yield Brick(t.matmul(one, t.add(*parts) - values))
        weights = (w for w in columns if w not in sizes and not isinstance(w, t.Ones) and w.shape == values.shape)
        for w in (w for w in weights if order.entrywise(site.ctx, w, ())):
            yield from (Brick(t.matmul(t.transpose(w), side)) for side in sides)


def exponentials(site: Site) -> Iterator[Brick]:
    """exp(s) - 1 - s: of arguments of exp in the difference, of two less one another, and of logarithms, of less the
    difference itself, and of the distances of a column to its mean, under 1'; under E where s is random."""
    ctx, numbers = site.ctx, dict[Term, None]()
    logarithms, atoms = False, atoms_of(ctx, site.form)
    fixed = [a for a in atoms if isinstance(ctx.atoms[a].what, k.Logarithm) and not ctx.atoms[a].varies]
    exponents = [monomial_term(ctx, what.of) for a in atoms if isinstance(what := ctx.atoms[a].what, k.Exponential)]
    numbers.update(dict.fromkeys(one - other for one, other in islice(combinations(exponents, 2), FEW)))
    for atom in atoms:
        what = ctx.atoms[atom].what
        if isinstance(what, k.Exponential):
            numbers[monomial_term(ctx, what.of)] = None
        elif isinstance(what, k.Logarithm):
            numbers[monomial_term(ctx, ((atom, 1),))] = None
            logarithms = True
        elif isinstance(what, k.Expectation):  # a number less its mean, under the mean
            inner = [within.of for a, _ in what.inside if isinstance(within := ctx.atoms[a].what, k.Exponential)]
            for number in (monomial_term(ctx, of) for of in inner):
                numbers[number - t.Expectation(number, what.over)] = None
            inside = [a for a, _ in what.inside if isinstance(ctx.atoms[a].what, k.Logarithm)]
            for varying, other in product(inside, fixed):
                numbers[monomial_term(ctx, ((varying, 1),)) - monomial_term(ctx, ((other, 1),))] = None
    if logarithms:
        numbers[-site.term] = None
    for number in chain(numbers, [-number for number in numbers]):
        lemma = ExpTangent(number)
        yield Brick(under_means(lemma.gap), (lemma,), 2)
    for values in columns_of(site) if logarithms or numbers else ():
        if isinstance(values, t.Elementwise) and values.function.name == "exp":
            v, one = values.argument, t.Ones(values.rows)
            mean = t.scale(t.power(t.of_size(values.rows), Fraction(-1)), t.matmul(t.transpose(one), v))
            lemma = ExpTangent(v - t.scale(mean, one))
            yield Brick(t.matmul(t.transpose(one), lemma.gap), (lemma,), 2)


def softmaxes(site: Site) -> Iterator[Brick]:
    """p'(exp(s) - 1 - s) for p = softmax(u) and s = v - u less the difference of their log-sum-exps, of columns u, v
    under exp and 0: what lse(v) is above its tangent at u; and for s = u - lse(u) 1. Under E where v is random."""
    found = [u for u in columns_of(site) if isinstance(u, t.Elementwise) and (u.function.name, u.order) == ("exp", 0)]
    for size in dict.fromkeys(u.rows for u in found):
        powers: list[tuple[Term, Term]] = [(u, u.argument) for u in found if u.rows == size]
        one = t.Ones(size)
        powers.append((one, t.Zero(one.shape)))
        sums = {u: t.matmul(t.transpose(one), u) for u, _ in powers}
        own = [(u, v - t.scale(log(sums[u]), one)) for u, v in powers[:-1]]
        others = [(u, v - w - t.scale(log(sums[e]) - log(sums[u]), one)) for (e, v), (u, w) in permutations(powers, 2)]
        for u, argument in [*own, *islice(others, 2 * FEW)]:
            lemma = ExpTangent(argument)
            yield Brick(under_means(t.scale(1 / sums[u], t.matmul(t.transpose(u), lemma.gap))), (lemma,), 2)


def _sizes(site: Site) -> list[t.Elementwise]:
    """|v| for each |v|_inf in the difference."""
    nodes = (
        node.body.body
        for node in t.walk(site.term)
        if isinstance(node, t.LargestEigenvalue) and isinstance(node.body, t.Diag)
    )
    return [
        n for n in dict.fromkeys(nodes) if isinstance(n, t.Elementwise) and (n.function.name, n.order) == ("abs", 0)
    ]


def slopes(site: Site) -> Iterator[Brick]:
    """K^2 (a - b)^2 - (phi(a) - phi(b))^2 for two values of an activation whose slope is bounded, or one and that at 0;
    of columns the sum over their entries."""
    bounds: list[tuple[Activation, int, Term]] = []
    bounds += [(a.function, a.order, a.bound) for a in site.given if isinstance(a, SupBound) and a.order > 0]
    nodes = activations_of(site)
    for function in dict.fromkeys(node.function for node in nodes if node.function.name in STEEPEST):
        bounds.append((function, 1, STEEPEST[function.name]))
    for function, order_, bound in bounds:
        values = [node.argument for node in nodes if (node.function, node.order) == (function, order_ - 1)]
        zeros = dict.fromkeys(t.Zero(z.shape) if not z.is_scalar else t.Number(Fraction(0)) for z in values)
        for left, right in [*islice(combinations(values, 2), FEW), *product(values, zeros)]:
            if left.shape == right.shape:
                lemma = MeanValue(function, order_, bound, left, right)
                term = lemma.gap if left.is_scalar else t.matmul(t.transpose(t.Ones(left.rows)), lemma.gap)
                yield Brick(under_means(term), (lemma,), 2)


def activations(site: Site) -> Iterator[Brick]:
    """(1 - t)'(1 + t) for values t from -1 to 1; 1'(relu(a) - a), 1'(|a| - relu(a)) and, of two, relu(a)'relu(-b) and
    |relu(-a) - relu(-b)|^2; the sum of both less that of a sum."""
    columns = [u for u in columns_of(site) if isinstance(u, t.Elementwise) and u.order == 0]
    for u in (u for u in columns if u.function.name in WITHIN_ONE):
        one = t.Ones(u.rows)
        yield Brick(t.matmul(t.transpose(one - u), one + u))
    ramps = [u for u in columns if u.function.name == "relu"]
    for u in ramps:
        row = t.transpose(t.Ones(u.rows))
        yield Brick(t.matmul(row, u - u.argument))
        yield Brick(t.matmul(row, ABS(u.argument) - u))
        if isinstance(u.argument, t.Sum):
            yield Brick(t.matmul(row, t.add(*(u.function(part) for part in u.argument.terms)) - u))
    for u, v in permutations(ramps, 2):
        if u.shape == v.shape:
            left, right = u.function(-u.argument), v.function(-v.argument)
            yield Brick(t.matmul(t.transpose(u), right))
            yield Brick(form_of(left - right, t.Eye(u.rows), left - right))


def logarithms(site: Site) -> Iterator[Brick]:
    """w'(exp(a) - 1 - a) for w = 1 and columns w without negative entries: a or -a is log(u), log(u) - log(v) or
    log(u) - c 1, of columns log(u), log(v) and numbers c = log(..) in the difference, and that of the mean of u."""
    ctx, columns = site.ctx, columns_of(site)
    found = [u for u in columns if isinstance(u, t.Elementwise) and (u.function.name, u.order) == ("log", 0)]
    atoms = atoms_of(ctx, site.form) if found else ()
    shifts = [monomial_term(ctx, ((a, 1),)) for a in atoms if isinstance(ctx.atoms[a].what, k.Logarithm)]
    for u in found:
        one = t.Ones(u.rows)
        beside = [v for v in found if v != u and v.shape == u.shape]
        mean = t.power(t.of_size(u.rows), Fraction(-1)) * (t.transpose(one) @ u.argument)
        others: list[Term] = [*beside, *(t.scale(number, one) for number in (*shifts, log(mean)))]
        arguments = [u, -u, *(sign for other in others for sign in (u - other, other - u, u + other, -u - other))]
        weights = [w for w in columns if w not in found and w.shape == u.shape and order.entrywise(ctx, w, ())]
        for argument, w in product(arguments, dict.fromkeys((one, *weights))):
            lemma = ExpTangent(argument)
            yield Brick(t.matmul(t.transpose(w), lemma.gap), (lemma,), 2)


def moments(site: Site) -> Iterator[Brick]:
    """E(f^2)^(1/2) E(g^2)^(1/2) - E(f g), the sign turned, and the product of both, for the factors f g under an E."""
    for atom in atoms_of(site.ctx, site.form):
        what = site.ctx.atoms[atom].what
        if not isinstance(what, k.Expectation) or len(what.inside) < 2:
            continue
        for some in range(1, len(what.inside) // 2 + 1):
            for left in combinations(what.inside, some):
                right: Monomial = tuple(item for item in what.inside if item not in left)
                try:
                    f, g = monomial_term(site.ctx, left), monomial_term(site.ctx, right)
                    both = [CauchySchwarz(side, g, t.as_term(1), what.over) for side in (f, -f)]
                    yield from (Brick(lemma.gap, (lemma,), 2) for lemma in both)
                    yield Brick(t.scale(both[0].gap, both[1].gap), tuple(both), 4)
                except CalculusError:
                    continue


def means(site: Site) -> Iterator[Brick]:
    """E(|s| - s), E(|s| + s) and squares of these for an |s| under E, E((1 - u/v)^2/u) for a 1/u under E beside 1/v."""
    ctx = site.ctx
    atoms = atoms_of(ctx, site.form)
    below = {a for m, _ in site.form.terms for a, e in m if e < 0 and isinstance(ctx.atoms[a].what, k.Sum)}
    for what in (what for atom in atoms if isinstance(what := ctx.atoms[atom].what, k.Expectation)):
        for atom, exponent in what.inside:
            size = monomial_term(ctx, ((atom, 1),))
            if isinstance(size, t.Abs):
                for sign in (size - size.body, size + size.body):
                    yield Brick(t.Expectation(sign, what.over))
                    yield Brick(t.Expectation(t.power(sign, TWO), what.over))
            elif isinstance(ctx.atoms[atom].what, k.Sum) and exponent == -1:
                for other in sorted(below):
                    rest = t.power(1 - size / monomial_term(ctx, ((other, 1),)), TWO)
                    yield Brick(t.Expectation(rest / size, what.over))


KINDS = (entries, roots, lengths, exponentials, activations, slopes, logarithms, softmaxes, means, moments)

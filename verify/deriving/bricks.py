"""What certificates are built of: terms that are nonnegative by a square, by Cauchy-Schwarz, or by what is assumed.

Each brick comes with the reasons that a line must name for it. They are looked for in the difference that is to be
shown nonnegative, in a fixed order and up to fixed numbers of each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from itertools import chain, combinations, islice, product

from theory import terms as t
from theory.statements.claims import AtMost, Equal, SupBound
from theory.statements.derivation import Instance, gap
from theory.statements.lemmas import CauchySchwarz
from theory.terms import CalculusError, Property, Term, rewrite
from verify.deriving import bricks_of_entries, bricks_of_matrices
from verify.deriving.chains import FAULTS
from verify.deriving.ingredients import fitted
from verify.deriving.sites import (
    HALF,
    TWO,
    Brick,
    Site,
    activations_of,
    columns_and_differences,
    columns_of,
    form_of,
    length_of,
    under_means,
)
from verify.deriving.visible import (
    ONE,
    atoms_of,
    chained,
    column,
    monomial_term,
    pairs_of,
    quotient,
    root_of,
    sign,
    traced,
)
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import order, signs
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Monomial, Word
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term

MOST = 60  # bricks of one kind
FEW = 16  # of those that are multiplied by assumed gaps


def bricks(site: Site) -> Iterator[Brick]:
    """All bricks of a site: what is assumed first, what is always true after."""
    kinds = (
        assumed,
        spectral,
        of_suprema,
        of_theorems,
        dimensions,
        residuals,
        completed,
        of_moments,
        lengths,
        traces,
        traces_above,
        squares,
        cauchy_schwarz,
        cauchy_schwarz_scaled,
        frobenius,
        *bricks_of_matrices.KINDS,
        *bricks_of_entries.KINDS,
        turned,
        assumed_times,
    )
    return chain.from_iterable(_some(kind, site) for kind in kinds)


def _some(kind: Callable[[Site], Iterator[Brick]], site: Site) -> Iterator[Brick]:
    """The first bricks of a kind, up to one that cannot be made or judged."""
    site.ctx.restart()
    try:
        yield from islice(kind(site), MOST)
    except FAULTS:
        return


# ---- what is assumed -----------------------------------------------------------------------------------------
def assumed(site: Site) -> Iterator[Brick]:
    """The gaps of assumed inequalities between numbers, and the products of two of them."""
    gaps = _gaps(site)
    yield from gaps
    for one, other in combinations(gaps, 2):
        yield Brick(t.scale(one.term, other.term), (*one.reasons, *other.reasons))
    for one in gaps:
        yield Brick(t.power(one.term, TWO))


def _gaps(site: Site) -> list[Brick]:
    """The gaps of assumed inequalities between numbers."""
    return [Brick(gap(a), (a,)) for a in site.given if isinstance(a, AtMost) and a.left.is_scalar]


def spectral(site: Site) -> Iterator[Brick]:
    """u'(right - left)u and tr(right - left) for an assumed left <= right between matrices, and of their inverses."""
    columns = columns_and_differences(site)
    for a in (a for a in site.given if isinstance(a, AtMost) and not a.left.is_scalar):
        gaps = [gap(a)]
        if order.definite(site.ctx, a.left):
            gaps.append(t.inverse(a.left) - t.inverse(a.right))
        if order.semidefinite(site.ctx, a.left, ()):
            yield Brick(t.determinant(a.right) - t.determinant(a.left), (a,))
        for middle in gaps:
            yield Brick(t.trace(middle), (a,))
            for u in columns:
                if u.shape[0] == middle.shape[0]:
                    yield Brick(form_of(u, middle, u), (a,))


def turned(site: Site) -> Iterator[Brick]:
    """u'(c I - V V')u for an assumed V'V <= c I, which has the same largest eigenvalue."""
    for a in (a for a in site.given if isinstance(a, AtMost)):
        factors = a.left.factors if isinstance(a.left, t.Product) else ()
        if len(factors) < 2:
            continue
        half = len(factors) // 2
        first, last = (reduce(t.matmul, side) for side in (factors[:half], factors[half:]))
        most = a.right.scalar if isinstance(a.right, t.Scale) else ONE
        if t.transpose(first) != last or a.right != t.scale(most, t.Eye(last.columns)):
            continue
        top = t.largest_eigenvalue(a.left)
        excess = t.scale(top, t.Eye(last.rows)) - t.matmul(last, first)
        for u in columns_and_differences(site):
            if u.shape[0] == last.rows:
                whole = t.scale(most - top, form_of(u, t.Eye(last.rows), u))
                yield Brick(form_of(u, excess, u) + whole, (a,))


def assumed_times(site: Site) -> Iterator[Brick]:
    """The gaps of assumed inequalities between numbers, times what is nonnegative of columns."""
    others = chain.from_iterable(
        islice(kind(site), FEW) for kind in (lengths, spectral, cauchy_schwarz, bricks_of_matrices.eigenvalues)
    )
    for one, other in product(_gaps(site), others):
        yield Brick(t.scale(one.term, other.term), (*one.reasons, *other.reasons))


def of_suprema(site: Site) -> Iterator[Brick]:
    """bound^2 - phi^(k)(z)^2 for an assumed bound on an activation, under E where z is random; of a column z the sum of
    these over its entries, weighed by the squares of another."""
    assumed_bounds = [a for a in site.given if isinstance(a, SupBound)]
    for a, node in product(assumed_bounds, activations_of(site) if assumed_bounds else ()):
        if (node.function, node.order) != (a.function, a.order):
            continue
        beneath = order.beneath(a.bound, node)
        columns = [u for u in columns_of(site) if u.shape == node.shape]
        summed = [t.matmul(t.transpose(t.hadamard(u, u)), beneath) for u in columns]
        yield from (Brick(under_means(term), (a,)) for term in ([beneath] if node.is_scalar else summed))


def of_theorems(site: Site) -> Iterator[Brick]:
    """The gaps of bounds that cited theorems prove, where one of their sides fits a part of the difference."""
    for theorem in site.cited:
        for part in (part for part in theorem.parts if part.claim.ordered):
            label = part.label if len(theorem.parts) > 1 else None
            seen: set[Term] = {part.claim.right - part.claim.left}
            yield Brick(part.claim.right - part.claim.left, (Instance(theorem, (), label) if label else theorem,))
            for side in (part.claim.left, part.claim.right):
                for node in dict.fromkeys(node for node in t.walk(site.term) if type(node) is type(side)):
                    values = fitted(side, node)
                    moved = {s: v for s, v in (values or {}).items() if s != v}
                    if values is None or any(s not in theorem.symbols for s in moved):
                        continue
                    try:
                        left, right = (rewrite.substitute(x, moved) for x in (part.claim.left, part.claim.right))
                    except CalculusError:
                        continue
                    if (difference := right - left) not in seen:
                        seen.add(difference)
                        whole = not moved and label is None
                        reason = theorem if whole else Instance(theorem, tuple(moved.items()), label)
                        yield Brick(difference, (reason,))


# ---- what is always true -------------------------------------------------------------------------------------
def dimensions(site: Site) -> Iterator[Brick]:
    """n - 1 for a dimension n."""
    for atom in atoms_of(site.ctx, site.form):
        what = site.ctx.atoms[atom].what
        if isinstance(what, k.Named) and what.symbol.has(Property.DIMENSION):
            yield Brick(what.symbol - 1)


def cauchy_schwarz_scaled(site: Site) -> Iterator[Brick]:
    """|q u| |v| - q u'v and the same with the sign turned, for the q of unknown sign that stands before u'v."""
    ctx = site.ctx
    found: dict[tuple[Monomial, Word], None] = {}
    for monomial, _ in site.form.terms:
        q = tuple((atom, x) for atom, x in monomial if x == 1 and sign(ctx, ((atom, 1),)) == 0)
        for atom, _ in q:
            what = ctx.atoms[atom].what
            if isinstance(what, k.Scalar) and len(q) > 1:
                found[tuple(one for one in q if one[0] != atom), what.word] = None
    for q, word in found:
        half = len(word) // 2
        u, v = column(ctx, ctx.transpose_word(word[:half])), column(ctx, word[half:])
        scaled = t.scale(monomial_term(ctx, q), u)
        for side in (scaled, -scaled):
            lemma = CauchySchwarz(side, v, t.Eye(v.rows))
            yield Brick(lemma.gap, (lemma,), 3)


def cauchy_schwarz(site: Site) -> Iterator[Brick]:
    """|u|_M |v|_M - u'Mv of all couples, the same with the sign turned, and the product of both."""
    couples = [(u, v, metric, t.scale(length_of(u, metric), length_of(v, metric))) for u, v, metric in _couples(site)]
    for u, v, metric, longest in couples:
        yield Brick(longest - form_of(u, metric, v), (CauchySchwarz(u, v, metric),), 2)
    for u, v, metric, longest in couples:
        less, more = longest - form_of(u, metric, v), longest + form_of(u, metric, v)
        turned = CauchySchwarz(-u, v, metric)
        yield Brick(more, (turned,), 2)
        yield Brick(t.scale(less, more), (CauchySchwarz(u, v, metric), turned), 4)


def traces_above(site: Site) -> Iterator[Brick]:
    """u'(tr(W) I - W)u for a semidefinite W, and tr(V'(tr(W) I - W)V): no eigenvalue is above the trace."""
    for atom in atoms_of(site.ctx, site.form):
        what = site.ctx.atoms[atom].what
        if isinstance(what, k.Scalar | k.Trace):
            turns = range(len(what.word)) if isinstance(what, k.Trace) else (0,)
            for word in (what.word[i:] + what.word[:i] for i in turns):
                yield from _around(site, word)


def _around(site: Site, word: Word) -> Iterator[Brick]:
    """The bricks of t'W t: of each W in the middle, as long as it is semidefinite and no number."""
    for i in range(1, (len(word) + 1) // 2):
        middle, side = word[i : len(word) - i], word[len(word) - i :]
        if word[:i] != site.ctx.transpose_word(side) or not signs.word_semidefinite(site.ctx, middle):
            continue
        inner, outer = chained(site.ctx, middle), chained(site.ctx, side)
        excess = t.scale(t.trace(inner), t.Eye(inner.rows)) - inner
        whole = t.matmul(t.matmul(t.transpose(outer), excess), outer)
        yield Brick(whole if whole.is_scalar else t.trace(whole))


def lengths(site: Site) -> Iterator[Brick]:
    """|u + v|_M^2 and |u - v|_M^2 for columns that stand in one product."""
    for u, v, metric in _couples(site):
        for other in (u - v, u + v):
            yield Brick(form_of(other, metric, other))


def traces(site: Site) -> Iterator[Brick]:
    """tr((A - B)'(A - B)) and tr((A + B)'(A + B)) for matrices of a trace tr(A'B)."""
    for left, right in _inner_products(site):
        for other in (left - right, left + right):
            yield Brick(t.trace(t.matmul(t.transpose(other), other)))


def frobenius(site: Site) -> Iterator[Brick]:
    """|A| |B| - tr(A'B) in Frobenius' norm for matrices of such a trace, the sign turned, and the product of both."""
    for left, right in dict.fromkeys(chain(_inner_products(site), _hidden_products(site))):
        lemma, turned = (CauchySchwarz(side, right, t.Eye(left.rows)) for side in (left, -left))
        yield Brick(lemma.gap, (lemma,), 2)
        yield Brick(turned.gap, (turned,), 2)
        yield Brick(t.scale(lemma.gap, turned.gap), (lemma, turned), 4)


def _inner_products(site: Site) -> Iterator[tuple[Term, Term]]:
    """The couples A, B, different ones, of traces tr(A'B) that stand in the difference."""
    for word in traced(site.ctx, site.form):
        for i in range(1, len(word)):
            left, right = chained(site.ctx, site.ctx.transpose_word(word[:i])), chained(site.ctx, word[i:])
            if left != right:
                yield left, right


def _hidden_products(site: Site) -> Iterator[tuple[Term, Term]]:
    """A and what it is multiplied by in a number beside |A|_F: u'A v = tr(A'(u v')), and tr(A) = tr(A'I)."""
    ctx, atoms = site.ctx, atoms_of(site.ctx, site.form)
    words = [what.word for atom in atoms if isinstance(what := ctx.atoms[atom].what, k.Scalar)]
    traces_of = traced(ctx, site.form)
    for word in traces_of:
        half = word[len(word) // 2 :]
        if ctx.transpose_word(half) != word[: len(word) // 2]:
            continue
        whole = chained(ctx, half)
        if half in traces_of or ctx.transpose_word(half) in traces_of:
            yield whole, t.Eye(whole.rows)
        for number, side in product(words, (half, ctx.transpose_word(half))):
            for i in range(1, len(number) - len(side)):
                if number[i : i + len(side)] == side:
                    u, v = column(ctx, ctx.transpose_word(number[:i])), column(ctx, number[i + len(side) :])
                    yield chained(ctx, side), t.matmul(u, t.transpose(v))


def squares(site: Site) -> Iterator[Brick]:
    """(p - q)^2 and (p + q)^2 for roots p, q of numbers in the difference."""
    roots: dict[Term, None] = {}
    for monomial, _ in site.form.terms:
        if (root := root_of(site.ctx, monomial)) is not None:
            roots[root] = None
    for p, q in combinations([*roots, ONE] if ONE not in roots else list(roots), 2):
        yield Brick(t.power(p - q, TWO))
        yield Brick(t.power(p + q, TWO))


def residuals(site: Site) -> Iterator[Brick]:
    """|u - c (e'Mu) e|_M^2, what of u a column e leaves: one at a time, and all that stand beside one u.

    c is read off the difference: where it holds a |u|_M^2 and less c of (e'Mu)^2, as Bessel's inequality has it.
    """
    ctx, squared = site.ctx, _squared(site)
    for u, metric in dict.fromkeys((p.left, p.metric) for p in pairs_of(ctx, site.form) if p.left == p.right):
        length = _monomials(ctx, form_of(u, metric, u))
        left: list[Term] = []
        for e, inner, whole in squared:
            if e.shape != u.shape or length is None:
                continue
            own = _monomials(ctx, form_of(e, metric, u))
            if own is None or own != inner:
                continue
            shares = [quotient(quotient(w, tuple((a, 2 * x) for a, x in inner)), quotient(m, length))
                      for w in whole for m, _ in site.form.terms if _divides(length, m)]  # fmt: skip
            for share in dict.fromkeys(shares):
                left.append(t.scale(t.scale(monomial_term(ctx, share), form_of(e, metric, u)), e))
                yield Brick(form_of(u - left[-1], metric, u - left[-1]))
        if len(left) > 1:
            for some in combinations(left, 2):
                rest = u - some[0] - some[1]
                yield Brick(form_of(rest, metric, rest))


def completed(site: Site) -> Iterator[Brick]:
    """|a u + c v|_M^2 / a for couples u'Mv, where a u'Mu and 2 c u'Mv stand in the difference and a is positive."""
    ctx = site.ctx
    couples = dict.fromkeys((p.left, p.right, p.metric) for p in pairs_of(ctx, site.form) if p.left != p.right)
    for left, right, metric in couples:
        for u, v in ((left, right), (right, left)) if left.shape == right.shape else ():
            before, between = (_before(site, form_of(u, metric, other)) for other in (u, v))
            if before is not None and between is not None and len(before.terms) > 1 and signs.is_positive(ctx, before):
                a, c = to_term(ctx, before), t.scale(t.Number(HALF), to_term(ctx, between))
                whole = t.scale(a, u) + t.scale(c, v)
                yield Brick(t.scale(t.power(a, Fraction(-1)), form_of(whole, metric, whole)))


def _before(site: Site, number: Term) -> Form | None:
    """What a number is multiplied by in all terms of the difference that it stands in; None where it is in none."""
    own = _monomials(site.ctx, number)
    found: f.Terms = {}
    for (monomial, _), value in site.form.terms.items() if own is not None else ():
        if own is not None and _divides(own, monomial):
            f.accumulate(found, (quotient(monomial, own), ()), value)
    return Form((1, 1), found) if found else None


def of_moments(site: Site) -> Iterator[Brick]:
    """E((s - x'Nv)^2) for v = E(s x): what of a random number its projection on the inputs leaves; and variances."""
    ctx = site.ctx
    for pair in pairs_of(ctx, site.form):
        for u in dict.fromkeys((pair.left, pair.right)):
            mean = u.factors[-1] if isinstance(u, t.Product) else u
            if mean != u and isinstance(mean, t.Expectation) and mean.body == mean.over:
                rest = rewrite.replace(u, mean, mean.over - mean)  # A (x - E x)
                yield Brick(t.Expectation(form_of(rest, pair.metric, rest), mean.over))
        for mean, u in ((pair.left, pair.right), (pair.right, pair.left)):
            if isinstance(mean, t.Expectation) and mean.body == mean.over:
                rest = mean.over - mean
                for metric in dict.fromkeys((t.Eye(u.shape[0]), pair.metric)):
                    yield Brick(t.Expectation(form_of(rest, metric, rest), mean.over))
                lemma = CauchySchwarz(mean, mean.over, pair.metric)  # |E x| |x| - (E x)'x, under E
                yield Brick(t.Expectation(lemma.gap, mean.over), (lemma,), 2)
                yield Brick(t.Expectation(t.power(form_of(u, t.Eye(u.shape[0]), rest), TWO), mean.over))
    for atom in atoms_of(ctx, site.form):
        mean = monomial_term(ctx, ((atom, 1),))
        if isinstance(mean, t.Trace) and isinstance(mean.body, t.Expectation):
            mean = t.Expectation(t.trace(mean.body.body), mean.body.over)
        if isinstance(mean, t.Expectation):
            yield Brick(t.Expectation(t.power(mean.body - mean, TWO), mean.over))
            yield from (Brick(t.Expectation(1 + side, mean.over)) for side in (mean.body, -mean.body))
    for pair in pairs_of(ctx, site.form):
        if pair.left != pair.right or isinstance(pair.metric, t.Eye | t.Number):
            continue
        v = pair.right
        if isinstance(v, t.Expectation) and isinstance(v.body, t.Scale) and v.body.body == v.over:
            projection = t.matmul(t.matmul(t.transpose(v.over), pair.metric), v)
            yield Brick(t.Expectation(t.power(v.body.scalar - projection, TWO), v.over))


# ---- what is in the difference -------------------------------------------------------------------------------
def _couples(site: Site) -> Iterator[tuple[Term, Term, Term]]:
    """Two columns of one size and the metric of their product, those that stand in a product first."""
    found = pairs_of(site.ctx, site.form)
    seen: dict[tuple[frozenset[Term], Term], tuple[Term, Term, Term]] = {}
    for p in found:
        if p.left != p.right:
            seen.setdefault((frozenset((p.left, p.right)), p.metric), (p.left, p.right, p.metric))
    for (u, metric), (v, same) in combinations(_lengths_of_sums(site.term), 2):
        if (metric, u.shape) == (same, v.shape):
            seen.setdefault((frozenset((u, v)), metric), (u, v, metric))
    products = (a.left for a in site.given if isinstance(a, Equal) and isinstance(a.left, t.Product))
    for whole in (whole for whole in products if whole.is_scalar):
        first, last = t.transpose(whole.factors[0]), reduce(t.matmul, whole.factors[1:])
        if first.shape == last.shape != (1, 1):  # which the assumption has taken away
            seen.setdefault((frozenset((first, last)), t.Eye(last.rows)), (first, last, t.Eye(last.rows)))
    by_metric: dict[Term, dict[Term, None]] = {}
    for p in found:
        by_metric.setdefault(p.metric, {}).update({p.left: None, p.right: None})
    for metric, columns in by_metric.items():
        for u, v in combinations(columns, 2):
            if u.shape == v.shape:
                seen.setdefault((frozenset((u, v)), metric), (u, v, metric))
    for metric, columns in by_metric.items():
        if metric == ONE:
            for u in columns:  # |a| - a
                seen.setdefault((frozenset((u, ONE)), metric), (u, ONE, metric))
    for metric, columns in by_metric.items():  # u'v = u'S S^-1 v, where v stands in S^-1
        other = by_metric.get(t.inverse(metric), {}) if not isinstance(metric, t.Eye | t.Number) else {}
        for u in columns:
            for v in other:
                if (w := t.matmul(t.inverse(metric), v)) != u:
                    seen.setdefault((frozenset((u, w)), metric), (u, w, metric))
    yield from seen.values()


def _lengths_of_sums(term: Term) -> list[tuple[Term, Term]]:
    """The columns and metrics of lengths (u'Mu)^(1/2) in a term, where one of the columns is a sum."""
    found: dict[tuple[Term, Term], None] = {}
    for node in t.walk(term):
        if isinstance(node, t.Power) and node.exponent.denominator == 2 and isinstance(node.base, t.Product):
            first, *middle, last = node.base.factors
            if t.transpose(first) == last and len(middle) < 2:
                found[last, middle[0] if middle else t.Eye(last.rows)] = None
    return list(found) if any(isinstance(u, t.Sum) for u, _ in found) else []


def _squared(site: Site) -> list[tuple[Term, Monomial, list[Monomial]]]:
    """Columns e of numbers e'u that stand squared in the difference: e, the number, and where it stands."""
    out: list[tuple[Term, Monomial, list[Monomial]]] = []
    for atom in atoms_of(site.ctx, site.form):
        what = site.ctx.atoms[atom].what
        where = [m for m, _ in site.form.terms if dict(m).get(atom) == 2]
        if isinstance(what, k.Scalar) and where:
            for i in range(1, len(what.word)):
                for e in (column(site.ctx, site.ctx.transpose_word(what.word[:i])), column(site.ctx, what.word[i:])):
                    number: Monomial = ((atom, 1),)
                    out.append((e, number, where))
    return out


def _monomials(ctx: Context, term: Term) -> Monomial | None:
    """The monomial that a number is, where it is one."""

    terms = normal_form(ctx, term).terms
    if len(terms) != 1:
        return None
    (((monomial, _), value),) = terms.items()
    return monomial if value == 1 else None


def _divides(part: Monomial, whole: Monomial) -> bool:
    exponents = dict(whole)
    return all(exponents.get(atom, 0) == exponent for atom, exponent in part)

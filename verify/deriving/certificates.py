"""Derivations offered for an inequality: a difference that is visibly nonnegative, as it stands or as a sum of bricks.

What is tried for left <= right: an equality; right - left; right^2 - left^2 where right is plainly nonnegative; and the
same for what cited theorems make of the left side. For left < right the difference must be visibly positive: a part of
it that is positive everywhere is set aside, and the rest is a sum of bricks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, islice

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, SupBound
from theory.statements.derivation import ALGEBRA, Derivation, Line, Reason, Surplus, Unfold
from theory.statements.lemmas import ExpTangent
from theory.terms import Term, rewrite
from theory.terms.special_functions import exp, log
from theory.terms.symbols import smallest_eigenvalue
from verify.deriving.asking import Asking
from verify.deriving.bricks import assumed, bricks, of_suprema, spectral
from verify.deriving.chains import FAULTS, changed, one_line
from verify.deriving.changing_variables import at_each_value, changes
from verify.deriving.combining import Vector, combination, left_over
from verify.deriving.denominators import cleared
from verify.deriving.estimates import estimated
from verify.deriving.ingredients import Reasons, called, equalities, mechanical
from verify.deriving.moments import as_moments, under_one_mean
from verify.deriving.quadratic_forms import fresh_column, matrices_of, traces_as_matrices
from verify.deriving.rewriting import context, facts_of
from verify.deriving.sites import Brick, Site
from verify.deriving.squares_by_ldl import sum_of_squares
from verify.deriving.visible import atoms_of, monomial_term, quotient, sign
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import order, scalars, signs
from verify.proof.matrices.eigenvalues import above_an_eigenvalue
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Monomial
from verify.proof.matrices.known_activations import written_further
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term

HALF = t.Number(Fraction(1, 2))
TWO = Fraction(2)
WIDEST = 400  # columns of one linear program: bricks times multipliers
MULTIPLIERS = 12  # of one brick
POSITIVE = 12  # numbers of a difference of which a part is set aside
ONE = Fraction(1)
SHARES = (ONE, Fraction(1, 2), Fraction(1, 16))
WIDE = 80  # terms of a difference for which a certificate is sought


def bound(asking: Asking, left: Term, right: Term, relation: str = "<=") -> Derivation | None:
    """A derivation of left <= right, or of left < right, the cheap ways first. Raises LimitReachedError."""
    if relation == "<=" and (found := _equal(asking, left, right)) is not None:
        return found
    if relation == "<=" and (found := estimated(asking, left, right)) is not None:
        return found
    begun = [Derivation(left), *changed(asking, left)]
    if (found := _ended(asking, begun, right, relation, deep=False)) is not None:
        return found
    further: list[Derivation] = []
    for start in begun:
        for step in _upwards(asking, start.last):
            higher = Derivation(left, (*start.lines, step))
            further.append(higher)
            further += [Derivation(left, (*higher.lines, *more.lines)) for more in changed(asking, step.term)]
    return _ended(asking, further, right, relation, deep=False) or _ended(asking, begun, right, relation, deep=True)


def below(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """A derivation of left < right. Raises LimitReachedError."""
    return bound(asking, left, right, "<")


def _ended(asking: Asking, begun: Sequence[Derivation], right: Term, relation: str, *, deep: bool) -> Derivation | None:
    """The first of the chains that comes to its end in one line more."""
    for start in begun:
        rest = _equal(asking, start.last, right) if start.lines and relation == "<=" else None
        rest = rest or _certified(asking, start.last, right, relation, deep=deep)
        if rest is not None:
            return Derivation(start.start, (*start.lines, *rest.lines))
    return None


def _upwards(asking: Asking, left: Term) -> Iterator[Line]:
    """left <= left and a multiple of an assumed gap, where that leaves no more terms than there were."""
    given = asking.assumptions
    ctx = context(given, ())
    try:
        form = normal_form(ctx, left)
        site = Site(ctx, left, form, given, asking.cited)
        for brick in chain(assumed(site), spectral(site), of_suprema(site)):
            asking.weigh()
            own = _vector(normal_form(ctx, brick.term))
            for multiplier in _multipliers(ctx, [*_vector(form)], own):
                scaled = _weighted(ctx, Fraction(1), multiplier, brick.term)
                total = normal_form(ctx, left + scaled)
                if total.terms and len(total.terms) <= len(form.terms):
                    line = Line("<=", to_term(ctx, total), (Surplus(scaled), *brick.reasons))
                    if asking.accepts(left, line):
                        yield line
    except FAULTS:
        return


def _equal(asking: Asking, left: Term, right: Term) -> Derivation | None:
    """left = right, asked for only where the normal forms agree."""
    steps = (*mechanical(left, right), *equalities(asking.assumptions))
    ctx = context(asking.assumptions, steps)
    try:
        same = normal_form(ctx, rewrite.unfold(right - left)).is_zero
    except FAULTS:
        return None
    return one_line(asking, left, right) if same else None


def _certified(asking: Asking, left: Term, right: Term, relation: str, *, deep: bool) -> Derivation | None:
    """The relation in one line, by the first certificate that the checker accepts; `deep`: with all written out."""
    for reasons in _levels(left, right, asking.assumptions, deep=deep):
        for certificate, facts in _certificates(asking, left, right, relation, reasons):
            line = Line(relation, right, (certificate, *(reasons or (ALGEBRA,)), *facts))
            if asking.accepts(left, line):
                return Derivation(left, (asking.lean(left, line),))
    return None


def _levels(left: Term, right: Term, given: Sequence[Assumption], *, deep: bool) -> Iterator[Reasons]:
    """How far the sides are written out: not at all, one definition, those that stand there, all; with assumptions."""
    steps, rewrites, inside = mechanical(left, right), equalities(given), called(left, right)
    shallow: list[Reasons] = [(), rewrites]
    if len(inside) > 1:
        shallow += [(Unfold((one,)),) for one in inside]
    if inside:
        shallow += [(Unfold(inside),), (Unfold(inside), *rewrites)]
    whole: list[Reasons] = [level for level in (steps, (*steps, *rewrites)) if level not in shallow]
    yield from dict.fromkeys(whole if deep else shallow)


def _certificates(
    asking: Asking, left: Term, right: Term, relation: str, reasons: Reasons
) -> Iterator[tuple[Surplus, Reasons]]:
    """Certificates of a line that names these reasons, each with the further reasons that it needs."""
    given = asking.assumptions
    names = frozenset(d for r in reasons if isinstance(r, Unfold) for d in r.definitions)
    low, high = rewrite.unfold(left, names), rewrite.unfold(right, names)
    for squared in (False, True):
        difference = t.power(high, TWO) - t.power(low, TWO) if squared else high - low
        for term in dict.fromkeys((difference, written_further(difference))):
            ctx = context(given, reasons)
            try:
                signed = next(_facts_for(ctx, given, high, "<="), None) if squared else ()
                form = scalars.reduce_sums(ctx, normal_form(ctx, term))
                if signed is None:
                    continue
                site = Site(ctx, term, form, given, asking.cited, names, relation, reasons)
                if len(form.terms) > WIDE:
                    for found, facts in _in_other_letters(asking, site):
                        yield Surplus(found, squared), tuple(dict.fromkeys((*facts, *signed)))
                    continue
                wholes = [to_term(ctx, form), *([right - left] if not squared else [])]
                if reasons:  # an assumed equality among them may say that a symbol is a moment
                    wholes += [moved for whole in wholes for moved in as_moments(whole, given)]
                for found, facts in _ways(asking, site, wholes):
                    yield Surplus(found, squared), tuple(dict.fromkeys((*facts, *signed)))
            except FAULTS:
                continue


def _ways(asking: Asking, site: Site, wholes: Sequence[Term]) -> Iterator[tuple[Term, Reasons]]:
    """Terms equal to a difference whose sign is visible by the facts beside them: the difference as it stands, a sum of
    bricks, either over its denominators, or through exp; in other letters."""
    ways = [((whole, facts) for facts in _alone(site, whole)) for whole in wholes]
    further = (
        _by_bricks, _over_denominators, _through_exp, _through_log, _of_eigenvalues, _of_traces, _in_other_letters,
        _at_each_value,
    )  # fmt: skip
    for way in chain(ways, (one(asking, site) for one in further)):
        site.ctx.restart()
        try:
            yield from way
        except FAULTS:
            continue


def _by_bricks(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """A sum of bricks."""
    if (found := _built(asking, site)) is not None:
        yield found


def _over_denominators(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """Certificates over the positive denominators of the difference."""
    if (below := cleared(site.ctx, site.term, site.form)) is not None:
        yield from _over(asking, site, *below)


def _in_other_letters(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """Certificates of the difference in other letters, put back."""
    for other in changes(site):
        yield from (other.put_back(*found) for found in _plainly(asking, other.site))


def _at_each_value(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """Certificates under E of what a difference is the mean of."""
    for other in at_each_value(site):
        for found in chain(_plainly(asking, other.site), _in_other_letters(asking, other.site)):
            yield other.put_back(*found)


def _plainly(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """Certificates of a difference as it stands, of bricks, and over its denominators."""
    if len(site.form.terms) <= WIDE:
        yield from ((site.term, facts) for facts in _alone(site, site.term))
        yield from _by_bricks(asking, site)
        yield from _over_denominators(asking, site)


def _of_eigenvalues(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """Certificates of a difference c - s L(S), as the smallest eigenvalue of c I - s S: this is a sum of bricks between
    a column and itself."""
    for gap in above_an_eigenvalue(site.ctx, site.form) if site.relation == "<=" else ():
        body = to_term(site.ctx, gap)
        yield from ((smallest_eigenvalue(whole), ()) for whole in under_one_mean(body))
        u = fresh_column(body.rows, site.term, body)
        term = t.matmul(t.matmul(t.transpose(u), body), u)
        found = _built(asking, replace(site, term=term, form=normal_form(site.ctx, term)))
        if found is not None:
            yield from ((smallest_eigenvalue(matrix), found[1]) for matrix in matrices_of(found[0], u))


def _of_traces(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """Certificates of a difference tr(W M) as such a trace, where W is I or semidefinite and M a sum of bricks between
    a column and itself."""
    for weight, body in traces_as_matrices(site) if site.relation == "<=" else ():
        u = fresh_column(body.rows, site.term, body)
        term = t.matmul(t.matmul(t.transpose(u), body), u)
        found = _built(asking, replace(site, term=term, form=normal_form(site.ctx, term)))
        if found is not None:
            yield from ((t.trace(t.matmul(weight, matrix)), found[1]) for matrix in matrices_of(found[0], u))


def _over(asking: Asking, site: Site, below: Term, form: Form) -> Iterator[tuple[Term, Reasons]]:
    """Certificates of a difference that is a cleared form over its positive denominators."""
    whole = to_term(site.ctx, form)
    yield from ((t.scale(below, whole), facts) for facts in _alone(site, whole))
    found = _built(asking, replace(site, term=whole, form=form))
    if found is not None:
        yield t.scale(below, found[0]), found[1]


def _through_exp(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """Certificates of a difference s with logarithms in it: exp(-s) <= 1, and s >= 1 - exp(-s)."""
    ctx = site.ctx
    if not any(isinstance(ctx.atoms[atom].what, k.Logarithm) for atom in atoms_of(ctx, site.form)):
        return
    lemma = ExpTangent(-site.term)
    term = 1 - exp(-site.term)
    form = scalars.reduce_sums(ctx, normal_form(ctx, term))
    rest = replace(site, term=term, form=form)
    ways = [(to_term(ctx, form), facts) for facts in _alone(rest, to_term(ctx, form))]
    if (found := _built(asking, rest)) is not None:
        ways.append(found)
    if (below := cleared(ctx, term, form)) is not None:
        ways += _over(asking, rest, *below)
    above = _weighted(ctx, Fraction(1), (), lemma.gap)
    yield from ((above + whole, (lemma, *facts)) for whole, facts in ways)


def _through_log(asking: Asking, site: Site) -> Iterator[tuple[Term, Reasons]]:
    """Certificates of b - a, two positive numbers of which one is made of determinants: a (exp(s) - 1 - s) and a s for
    s = log(b) - log(a)."""
    ctx, terms = site.ctx, site.form.terms
    atoms = {atom for monomial, _ in terms for atom, _ in monomial}
    if len(terms) != 2 or not any(isinstance(ctx.atoms[atom].what, k.Determinant) for atom in atoms):
        return
    sides = {value > 0: f.of_monomial(monomial, max(value, -value)) for (monomial, _), value in terms.items()}
    if len(sides) != 2 or not all(signs.is_positive(ctx, side) for side in sides.values()):
        return
    high, low = to_term(ctx, sides[True]), to_term(ctx, sides[False])
    lemma = ExpTangent(log(high) - log(low))
    form = scalars.reduce_sums(ctx, normal_form(ctx, lemma.argument))
    rest = replace(site, term=lemma.argument, form=form)
    ways = [(to_term(ctx, form), facts) for facts in _alone(rest, to_term(ctx, form))]
    if not ways and (found := _built(asking, rest)) is not None:
        ways.append(found)
    for above, facts in ways:
        yield t.scale(low, lemma.gap) + t.scale(low, above), (lemma, *facts)


def _alone(site: Site, term: Term) -> Iterator[Reasons]:
    """The facts under which the term visibly has its sign as it stands, none first."""
    yield from _facts_for(site.ctx, site.given, term, site.relation)


def _facts_for(ctx: Context, given: Sequence[Assumption], term: Term, relation: str) -> Iterator[Reasons]:
    """The facts under which a term is visibly >= 0, or > 0 for <: none, or all; nothing where it is not."""
    facts: tuple[Reason, ...] = tuple(a for a in given if isinstance(a, AtMost | SupBound))
    for some in dict.fromkeys(((), facts)):
        ctx.restart()
        if order.SHOWN[relation](ctx, term, facts_of(ctx, some, relation)):
            yield some
            return


# ---- a sum of bricks -----------------------------------------------------------------------------------------
def _built(asking: Asking, site: Site) -> tuple[Term, Reasons] | None:
    """The difference as a sum of multiples of bricks and of numbers whose sign is plain, if there is such a sum; or as
    one of squares by LDL'."""
    wanted = _vector(site.form)
    there: list[tuple[Brick, Vector]] = []
    for brick in dict.fromkeys(bricks(site)):
        asking.weigh()
        site.ctx.restart()
        try:
            own = _reduced(site.ctx, rewrite.unfold(brick.term, site.names))
        except FAULTS:
            continue
        if _defined(site.ctx, wanted, own):
            there.append((brick, own))
    laid, columns = _multiples(site, there, wanted)
    found = _combined(site, wanted, laid, columns)
    if found is None and site.relation == "<=":  # by numbers that cancel in the sum
        beyond = dict.fromkeys((*wanted, *(key for column in columns for key in column)))
        found = _combined(site, wanted, *_multiples(site, there, beyond, within=True))
        if found is None and (squares := sum_of_squares(asking, site)) is not None:
            found = squares, ()
    return found


def _multiples(
    site: Site, there: Sequence[tuple[Brick, Vector]], targets: Iterable[Monomial], *, within: bool = False
) -> tuple[list[tuple[Brick, Monomial]], list[Vector]]:
    """Bricks with the multipliers that take them to some of the targets, or to nothing else, and these multiples."""
    numbers = dict.fromkeys(targets)
    found = [
        (place, brick, m, own)
        for brick, own in there
        for place, m in enumerate(_multipliers(site.ctx, [*numbers], own))
        if not within or all(f.merge(key, m) in numbers for key in own)
    ]
    offered = sorted(found, key=lambda offer: offer[0])[:WIDEST]  # of each brick one multiple, before of any a second
    laid = [(brick, multiplier) for _, brick, multiplier, _ in offered]
    return laid, [_times(site, own, multiplier, brick) for _, brick, multiplier, own in offered]


def _combined(
    site: Site, wanted: Vector, laid: Sequence[tuple[Brick, Monomial]], columns: Sequence[Vector]
) -> tuple[Term, Reasons] | None:
    """The difference as a sum of the multiples and of numbers whose sign is plain, if there is such a sum."""
    ctx = site.ctx
    keys = dict.fromkeys((*wanted, *(key for column in columns for key in column)))
    signs_of, costs = {key: sign(ctx, key) for key in keys}, [brick.cost for brick, _ in laid]
    if site.relation == "<=":
        weights = combination(wanted, columns, costs, signs_of)
        return None if weights is None else _sum(ctx, laid, weights, left_over(wanted, columns, weights))
    for more, apart in _set_apart(site, wanted, laid, columns, signs_of):
        weights = combination(left_over(wanted, [apart], [ONE]), columns, costs, signs_of)
        if weights is not None:
            weights = [weight + more.get(place, 0) for place, weight in enumerate(weights)]
            return _sum(ctx, laid, weights, left_over(wanted, columns, weights))
    return None


def _set_apart(
    site: Site,
    wanted: Vector,
    laid: Sequence[tuple[Brick, Monomial]],
    columns: Sequence[Vector],
    signs_of: Mapping[Monomial, int],
) -> Iterator[tuple[dict[int, Fraction], Vector]]:
    """What may be set apart as positive everywhere: all or less of a number of the difference, then some of another,
    then some of a brick. Beside each its weights among the bricks."""
    ctx = site.ctx
    for key in sorted((key for key, plain in signs_of.items() if plain), key=lambda key: key not in wanted)[:POSITIVE]:
        if signs.is_positive(ctx, f.of_monomial(key, signs_of[key])):
            whole = Fraction(wanted.get(key, 0)) * signs_of[key]
            for share in SHARES:
                yield {}, {key: (whole if whole > 0 else 1) * share * signs_of[key]}
    found = (i for i, (b, m) in enumerate(laid) if order.positive(ctx, _weighted(ctx, ONE, m, b.term)))
    for place in islice(found, POSITIVE):
        for share in SHARES:
            yield {place: share}, {key: share * value for key, value in columns[place].items()}


def _sum(
    ctx: Context, laid: Sequence[tuple[Brick, Monomial]], weights: Sequence[Fraction], rest: Vector
) -> tuple[Term, Reasons]:
    """The sum of the bricks so weighted and of the rest, with the reasons of the bricks."""
    parts: list[Term] = []
    reasons: dict[Reason, None] = {}
    for (brick, multiplier), weight in zip(laid, weights, strict=True):
        if weight:
            parts.append(_weighted(ctx, weight, multiplier, brick.term))
            reasons.update(dict.fromkeys(brick.reasons))
    parts += [t.scale(t.Number(Fraction(value)), monomial_term(ctx, key)) for key, value in rest.items()]
    return (t.add(*parts) if parts else t.Number(Fraction(0))), tuple(reasons)


def _reduced(ctx: Context, term: Term) -> Vector:
    return _vector(scalars.reduce_sums(ctx, normal_form(ctx, term)))


def _vector(form: Form) -> Vector:
    return {monomial: value for (monomial, _), value in form.terms.items()}


def _multipliers(ctx: Context, wanted: Sequence[Monomial], own: Vector) -> list[Monomial]:
    """Plainly nonnegative monomials that take a number of the brick to one of the difference: 1 first."""
    found: dict[Monomial, None] = {}
    nonzero = {atom for key in own for atom, _ in key if signs.atom_nonzero(ctx, atom)}
    judged: dict[Monomial, bool] = {}
    for target in wanted:
        there = dict(target)  # what the difference divides by is not 0
        for key in own if len(found) < MULTIPLIERS else ():
            if all(there.get(a, 0) >= x or there.get(a, 0) < 0 or a in nonzero for a, x in key):
                multiplier = quotient(target, key)
                if multiplier not in judged:
                    judged[multiplier] = sign(ctx, multiplier) == 1
                if len(found) < MULTIPLIERS and judged[multiplier]:
                    found[multiplier] = None
    return sorted(found, key=len)


def _defined(ctx: Context, wanted: Vector, own: Vector) -> bool:
    """Does a brick divide by nothing that may be 0, but for what the difference divides by itself?"""
    below = {atom for key in wanted for atom, exponent in key if exponent < 0}
    return all(exponent > 0 or atom in below or signs.atom_nonzero(ctx, atom) for key in own for atom, exponent in key)


def _times(site: Site, own: Vector, multiplier: Monomial, brick: Brick) -> Vector:
    if not multiplier:
        return own
    term = t.scale(monomial_term(site.ctx, multiplier), rewrite.unfold(brick.term, site.names))
    return _reduced(site.ctx, term)


def _weighted(ctx: Context, weight: Fraction, multiplier: Monomial, term: Term) -> Term:
    """A multiple of a brick; twice its half where it would be taken apart, since a sum in a sum becomes one sum."""
    scaled = t.scale(monomial_term(ctx, multiplier), term) if multiplier else term
    if weight != 1 or not isinstance(scaled, t.Sum):
        return t.scale(t.Number(weight), scaled)
    half = t.scale(HALF, scaled)
    return half + half

"""Bricks between matrices: inverses of sums, semidefinite matrices around one another, traces of two."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import combinations_with_replacement, permutations

from theory import terms as t
from theory.statements.claims import AtMost, Equal
from theory.statements.derivation import Reason, gap
from theory.statements.lemmas import CauchySchwarz, DeterminantBound
from theory.terms import Property, Term, rewrite
from theory.terms.special_functions import log
from theory.terms.symbols import operator_norm, stack
from verify.deriving.sites import TWO, Brick, Site, columns_and_differences, columns_of, form_of
from verify.deriving.visible import atoms_of, chained, pairs_of, traced
from verify.deriving.visible import matrix as matrix_of_factor
from verify.proof.matrices import blocks, order, signs
from verify.proof.matrices import kinds as k
from verify.proof.matrices.eigenvalues import of_one_value
from verify.proof.matrices.forms import Context, thaw
from verify.proof.matrices.known_activations import RSQRT
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.unform import to_term
from verify.proof.matrices.words import diagonal_entries


def inverses(site: Site) -> Iterator[Brick]:
    """u'N B N u and u'N B A^-1 B N u for an inverse N of A + B: they add up to u'(A^-1 - N)u. And u'B N B u, and
    |A^-1 u - 2 N u|_A^2 for a definite A."""
    for pair in pairs_of(site.ctx, site.form):
        if pair.left != pair.right or not isinstance(pair.metric, t.Inverse):
            continue
        u = t.matmul(pair.metric, pair.left)
        parts = pair.metric.body.terms if isinstance(pair.metric.body, t.Sum) else ()
        for part in parts:
            rest = t.add(*(other for other in parts if other != part))
            yield Brick(form_of(u, part, u))
            v = t.matmul(part, pair.left)
            yield Brick(form_of(v, pair.metric, v))
            if order.definite(site.ctx, rest):
                v = t.matmul(part, u)
                yield Brick(form_of(v, t.inverse(rest), v))
            if order.definite(site.ctx, part):
                v = t.matmul(t.inverse(part), pair.left) - TWO * u
                yield Brick(form_of(v, part, v))


def fits(site: Site) -> Iterator[Brick]:
    """|b - c B N B'b|^2 for an inverse N of A + B'B, c = 1 and 2: what a regression on the columns of B leaves of b."""
    for u in columns_of(site):
        inverse, turned, *rest = u.factors if isinstance(u, t.Product) else (u, u)
        if not isinstance(inverse, t.Inverse) or not isinstance(inverse.body, t.Sum) or not rest:
            continue
        if t.matmul(turned, t.transpose(turned)) in inverse.body.terms:
            b, fitted = reduce(t.matmul, rest), t.matmul(t.transpose(turned), u)
            for v in (b - fitted, b - TWO * fitted):
                yield Brick(form_of(v, t.Eye(v.rows), v))


def projections(site: Site) -> Iterator[Brick]:
    """|p - B N u|^2 for a column N u with N an inverse of B'B, as it is or as it is assumed, and the columns p of the
    difference: what p is beyond the columns of B."""
    columns = columns_of(site)
    assumed = [(a.left, a.right, (a,)) for a in site.given if isinstance(a, Equal)]
    for u in columns:
        inverse = u.factors[0] if isinstance(u, t.Product) else u
        if not isinstance(inverse, t.Inverse):
            continue
        known: list[tuple[Term, Term, tuple[Reason, ...]]] = [(inverse.body, inverse.body, ()), *assumed]
        for gram, whole, why in known:
            if whole != inverse.body or not isinstance(gram, t.Product):
                continue
            half = len(gram.factors) // 2
            first, b = (reduce(t.matmul, part) for part in (gram.factors[:half], gram.factors[half:]))
            if t.transpose(first) == b:
                apart = (p - t.matmul(b, u) for p in columns if p.rows == b.rows)
                yield from (Brick(form_of(v, t.Eye(v.rows), v), why) for v in apart)


def complements(site: Site) -> Iterator[Brick]:
    """v'M v for an assumed semidefinite matrix M of blocks A, B over B', D with a definite A, where v is -A^-1 B u over
    a column u: it is u'(D - B'A^-1 B)u; and for a definite D the other way round."""
    for a in (a for a in site.given if isinstance(a, AtMost) and not a.left.is_scalar):
        for found in blocks.divisions(site.ctx, normal_form(site.ctx, gap(a))):
            for way in (found, found.turned()):
                if not blocks.symmetric(site.ctx, way) or not blocks.definite(site.ctx, way.a):
                    continue
                first, beside = (to_term(site.ctx, block) for block in (way.a, way.b))
                for u in (u for u in columns_of(site) if u.rows == beside.columns):
                    other = -t.matmul(t.inverse(first), t.matmul(beside, u))
                    v = stack(other, u) if way is found else stack(u, other)
                    yield Brick(form_of(v, gap(a), v), (a,))


Known = list[tuple[Term, tuple[Reason, ...]]]  # semidefinite matrices, each with the reasons of that


def _known(site: Site) -> Known:
    """Matrices that are semidefinite as declared, and the gaps of assumed inequalities, with the reasons."""
    known: Known = [(symbol, ()) for symbol in _semidefinite(site)]
    for a in (a for a in site.given if isinstance(a, AtMost) and not a.left.is_scalar):
        known += [(gap(a), (a,))] if gap(a) != a.right else [(a.right, (a,))]
    return known


def commuting(site: Site) -> Iterator[Brick]:
    """u'P Q u for semidefinite P and Q that commute: polynomials of one matrix, below and above what is assumed of it
    or its largest eigenvalue."""
    known, columns = _known(site), columns_and_differences(site)
    metrics = dict.fromkeys(p.metric for p in pairs_of(site.ctx, site.form) if isinstance(p.metric, t.Inverse))
    known += [(metric, ()) for metric in metrics]
    known += [*_excesses(site), *_below_traces(site)]
    for (one, why), (other, also) in combinations_with_replacement(known, 2):
        if one.shape == other.shape and equal(one @ other, other @ one, site.ctx) is Answer.EQUAL:
            for u in (u for u in columns if u.shape[0] == one.shape[0]):
                whole = t.matmul(t.matmul(t.transpose(u), one), t.matmul(other, u))
                yield Brick(whole, tuple(dict.fromkeys((*why, *also))))
            for w in (w for w in _semidefinite(site) if w.shape == one.shape):
                yield Brick(t.trace(t.matmul(w, t.matmul(one, other))), tuple(dict.fromkeys((*why, *also))))


def eigenvectors(site: Site) -> Iterator[Brick]:
    """x'P x / x'x for the x of an assumed S x = a x that is not 0, and semidefinite P of its size."""
    products = [(a, a.left) for a in site.given if isinstance(a, Equal) and isinstance(a.left, t.Product)]
    for a, whole in products:
        x = whole.factors[-1]
        if isinstance(x, t.Symbol) and x.has(Property.NONZERO) and not x.is_scalar:
            symbols = [s for s in rewrite.free_symbols(whole) if s.properties & t.SEMIDEFINITE]
            declared: Known = [(s, ()) for s in sorted(symbols, key=lambda s: s.name)]
            for matrix, why in dict.fromkeys([*declared, *_known(site), *_excesses(site)]):
                if matrix.rows == x.rows:
                    yield Brick(form_of(x, matrix, x) / (t.transpose(x) @ x), (a, *why))


def _excesses(site: Site) -> Known:
    """L I - S for the largest eigenvalues L of matrices S in the difference."""
    whats = (site.ctx.atoms[atom].what for atom in atoms_of(site.ctx, site.form))
    largest = [what for what in whats if isinstance(what, k.LargestEigenvalue)]
    return [(_excess(to_term(site.ctx, inner)), ()) for what in largest for inner in of_one_value(site.ctx, what.of)]


def _below_traces(site: Site) -> Known:
    """tr(S) I - S for semidefinite symbols S whose traces stand in the difference."""
    traces = traced(site.ctx, site.form)
    beside = [s for s in _semidefinite(site) if any(chained(site.ctx, word) == s for word in traces if len(word) == 1)]
    return [(t.scale(t.trace(s), t.Eye(s.rows)) - s, ()) for s in beside]


def _excess(body: Term) -> Term:
    """L I - S for the largest eigenvalue L of S."""
    return t.scale(t.largest_eigenvalue(body), t.Eye(body.rows)) - body


def between(site: Site) -> Iterator[Brick]:
    """u'M P M u for semidefinite M and P, of which one is the gap of an assumed inequality."""
    for (outer, one), (inner, other) in permutations(_known(site), 2):
        if (one or other) and outer.shape == inner.shape:
            for u in columns_of(site):
                if u.shape[0] == outer.shape[0]:
                    v = t.matmul(outer, u)
                    yield Brick(form_of(v, inner, v), (*one, *other))


def _semidefinite(site: Site) -> list[Term]:
    """The symbols of the difference that are semidefinite as they are declared."""
    nodes = dict.fromkeys(node for node in t.walk(site.term) if isinstance(node, t.Symbol))
    return [symbol for symbol in nodes if symbol.properties & t.SEMIDEFINITE]


def _second_moments(site: Site) -> list[Term]:
    """The semidefinite moments E[x x'] in the traces of the difference."""
    ctx = site.ctx
    words = traced(ctx, site.form)
    moments = (n for word in words for n in word if isinstance(ctx.factors[n].what, k.SecondMoment))
    return [chained(ctx, (n,)) for n in dict.fromkeys(moments) if signs.factor_semidefinite(ctx, n)]


def traces_of_two(site: Site) -> Iterator[Brick]:
    """tr(U (tr(W) I - W)) for semidefinite U and W of a trace tr(U W)."""
    ctx = site.ctx
    for word in (whole[i:] + whole[:i] for whole in traced(ctx, site.form) for i in range(len(whole))):
        for i in range(1, len(word)):
            if signs.word_semidefinite(ctx, word[:i]) and signs.word_semidefinite(ctx, word[i:]):
                left, right = chained(ctx, word[:i]), chained(ctx, word[i:])
                excess = t.scale(t.trace(right), t.Eye(right.rows)) - right
                yield Brick(t.trace(t.matmul(left, excess)))


def eigenvalues(site: Site) -> Iterator[Brick]:
    """u'(L I - S) u, tr((L I - S) W), W semidefinite, and (u o u)'v for the diagonal v of L I - S, for the largest
    eigenvalue L of an S in the difference; and tr(S) - L and tr(S S) - L^2, S semidefinite."""
    ctx = site.ctx
    whats = (ctx.atoms[atom].what for atom in atoms_of(ctx, site.form))
    for what in (what for what in whats if isinstance(what, k.LargestEigenvalue)):
        for body in (to_term(ctx, inner) for inner in of_one_value(ctx, what.of)):
            excess = _excess(body)
            yield from (Brick(form_of(u, excess, u)) for u in columns_and_differences(site) if u.shape[0] == body.rows)
            yield Brick(t.trace(excess))
            if any(isinstance(node, t.Hadamard) for node in t.walk(site.term)):
                above = t.matmul(t.hadamard(excess, t.Eye(body.rows)), t.Ones(body.rows))
                squares = (t.hadamard(u, u) for u in columns_of(site) if u.rows == body.rows)
                yield from (Brick(t.matmul(t.transpose(square), above)) for square in squares)
            if order.semidefinite(ctx, body, ()):
                for power in (body, t.matmul(body, body)):
                    yield Brick(t.trace(power) - t.largest_eigenvalue(power))
            if (entries := diagonal_entries(ctx, thaw(what.of))) is not None:
                above = t.scale(t.largest_eigenvalue(body), t.Ones(body.rows)) - to_term(ctx, entries)
                weights = (w for w in columns_of(site) if w.shape == above.shape and order.entrywise(ctx, w, ()))
                yield from (Brick(t.matmul(t.transpose(above), w)) for w in weights)
            beside = (*_semidefinite(site), *_second_moments(site))
            yield from (Brick(t.trace(t.matmul(excess, w))) for w in beside if w.shape == body.shape)


def norms(site: Site) -> Iterator[Brick]:
    """u'(2 |A| |B| I - A B - (A B)')u and the same with + for a number u'A B u in the difference, beside largest
    eigenvalues; tr(W (2 |A| |B| I - A B - (A B)')) for a trace of W A B, W semidefinite."""
    ctx, atoms = site.ctx, atoms_of(site.ctx, site.form)
    if not any(isinstance(ctx.atoms[atom].what, k.LargestEigenvalue) for atom in atoms):
        return
    for what in (ctx.atoms[atom].what for atom in atoms):
        if isinstance(what, k.Scalar) and len(what.word) > 2 and what.word[0] == ctx.transpose_factor(what.word[-1]):
            inner, u = what.word[1:-1], chained(ctx, what.word[-1:])
            middle = chained(ctx, inner)
            lengths: list[Term] = [operator_norm(chained(ctx, (number,))) for number in inner]
            most = TWO * reduce(t.scale, lengths)
            for one in (middle, -middle):
                yield Brick(form_of(u, t.scale(most, t.Eye(middle.rows)) - one - t.transpose(one), u))
    for word in (whole[i:] + whole[:i] for whole in traced(ctx, site.form) for i in range(len(whole))):
        if len(word) > 1 and signs.factor_semidefinite(ctx, word[0]):
            weight, middle = chained(ctx, word[:1]), chained(ctx, word[1:])
            most = TWO * reduce(t.scale, [operator_norm(chained(ctx, (number,))) for number in word[1:]])
            for one in (middle, -middle):
                excess = t.scale(most, t.Eye(middle.rows)) - one - t.transpose(one)
                yield Brick(t.trace(t.matmul(weight, excess)))


def traces_of_inverses(site: Site) -> Iterator[Brick]:
    """tr(S) tr(S^-1) - n^2 for definite S, as products of what Cauchy and Schwarz leave of tr(I S S^-1)."""
    matrices = [chained(site.ctx, word) for word in traced(site.ctx, site.form)]
    for metric in matrices:
        if t.inverse(metric) in matrices and order.definite(site.ctx, metric):
            one = t.Eye(metric.rows)
            both = [CauchySchwarz(side, t.inverse(metric), metric) for side in (one, -one)]
            yield Brick(t.scale(both[0].gap, both[1].gap), tuple(both), 4)


def determinants(site: Site) -> Iterator[Brick]:
    """tr(P Q) - n - log(det(P)) - log(det(Q)) for the definite P and Q of a trace beside logarithms of determinants."""
    ctx = site.ctx
    if not any(isinstance(ctx.atoms[atom].what, k.Logarithm) for atom in atoms_of(ctx, site.form)):
        return
    for word in traced(ctx, site.form):
        for turned in (word[i:] + word[:i] for i in range(len(word))):
            for j in range(1, len(word) + 1):
                parts = [chained(ctx, part) for part in (turned[:j], turned[j:]) if part]
                if all(part.rows == part.columns and order.definite(ctx, part) for part in parts):
                    logarithms = t.add(*(log(t.determinant(part)) for part in parts))
                    yield Brick(t.trace(reduce(t.matmul, parts)) - t.of_size(parts[0].rows) - logarithms)


def determinants_alone(site: Site) -> Iterator[Brick]:
    """The same for the P of a log(det(P)), with Q = I/c, c the mean of its diagonal or its largest eigenvalue, with the
    inverses of other such matrices, and twice these; and beside logarithms of a column with that of its diagonal."""
    ctx = site.ctx
    found = dict.fromkeys(m for atom in atoms_of(ctx, site.form) for m in _under_logarithm(ctx, atom))
    definite = [matrix for matrix in found if order.definite(ctx, matrix)]
    for matrix in definite:
        one, size = t.Eye(matrix.rows), t.of_size(matrix.rows)
        scales = (size / t.trace(matrix), 1 / t.largest_eigenvalue(matrix))
        others = [t.inverse(other) for other in definite if other != matrix and other.shape == matrix.shape]
        metrics = [*(t.scale(scale, one) for scale in scales), *others, *(TWO * other for other in others)]
        if any(isinstance(u, t.Elementwise) and u.function.name == "log" for u in columns_of(site)):
            root = t.diag(RSQRT(t.matmul(t.hadamard(matrix, one), t.Ones(matrix.rows))))
            metrics.append(t.matmul(root, root))  # Hadamard
        for beside in metrics:
            lemma = DeterminantBound(matrix, beside)
            yield Brick(lemma.gap, (lemma,), 2)


def _under_logarithm(ctx: Context, atom: int) -> Iterator[Term]:
    """P where an atom is log(det(P))."""
    what = ctx.atoms[atom].what
    for monomial, _ in thaw(what.of).terms if isinstance(what, k.Logarithm) else ():
        for inner in (ctx.atoms[number].what for number, _ in monomial):
            if isinstance(inner, k.Determinant):
                yield matrix_of_factor(ctx, inner.of) if isinstance(inner.of, int) else to_term(ctx, thaw(inner.of))


KINDS = (
    eigenvalues,
    eigenvectors,
    inverses,
    fits,
    projections,
    complements,
    between,
    commuting,
    traces_of_two,
    traces_of_inverses,
    determinants,
    determinants_alone,
    norms,
)

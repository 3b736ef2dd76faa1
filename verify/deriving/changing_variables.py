"""Changes of variables: a difference is written in other letters, a certificate is sought there, and is put back.

    y = z + 1 a', 1'z = 0       what stands beside a mean over rows: what is left once its mean is taken away
    u = M w                     what a resolvent M^-1 stands before
    u = v + w                   two columns whose difference is all that is spoken of

Nothing is believed of the new letters that does not hold of what they stand for; what is found is put back in the old
ones, and the line checker sees nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from itertools import pairwise

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Equal
from theory.statements.derivation import Instance, Reason
from theory.statements.lemmas import Lemma
from theory.terms import Property, Symbol, Term, rewrite
from theory.terms.lettering import free_names
from theory.terms.symbols import zero
from verify.deriving.moments import as_moments, taken_off
from verify.deriving.rewriting import context
from verify.deriving.sites import Site
from verify.deriving.visible import atoms_of, matrix
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import scalars
from verify.proof.matrices.forms import Context
from verify.proof.matrices.kinds import Word
from verify.proof.matrices.normal_form import Answer, normal_form, vanishes
from verify.proof.matrices.unform import to_term

Reasons = tuple[Reason, ...]


@dataclass(frozen=True)
class Change:
    """`values`: what old letters are in new ones; `back`: what the new ones are in the old; `rules` hold of these."""

    values: Mapping[Symbol, Term]
    back: Mapping[Symbol, Term]
    rules: tuple[Equal, ...] = ()
    over: tuple[Symbol, ...] = ()  # what the mean is taken over of what was found


@dataclass(frozen=True)
class Changed:
    """A site in new letters, and the way back."""

    site: Site
    change: Change
    old: tuple[tuple[Assumption, Assumption], ...] = ()  # each assumption in new letters, and as it is assumed

    def put_back(self, term: Term, reasons: Reasons) -> tuple[Term, Reasons]:
        """What was found, in the old letters."""
        found = rewrite.substitute(term, self.change.back)
        return reduce(t.Expectation, self.change.over, found), tuple(self._reason(reason) for reason in reasons)

    def _reason(self, reason: Reason) -> Reason:
        back = self.change.back
        if isinstance(reason, Lemma):
            own = {field.name: getattr(reason, field.name) for field in fields(reason)}  # type: ignore[arg-type]
            terms = {name: rewrite.substitute(value, back) for name, value in own.items() if isinstance(value, Term)}
            return replace(reason, **terms)  # type: ignore[type-var]
        if isinstance(reason, Instance):
            values = tuple((symbol, rewrite.substitute(value, back)) for symbol, value in reason.values)
            return Instance(reason.theorem, values, reason.part)
        return next((old for new, old in self.old if new == reason), reason)


def changes(site: Site) -> Iterator[Changed]:
    """The site in other letters, each way that fits it, once all is written out. What cannot be written so raises as
    any term does."""
    if rewrite.has_calls(rewrite.unfold(site.term, site.names)):
        return
    for change in (*_centred(site), *_resolved(site), *_apart(site)):
        yield _moved(site, change)


def at_each_value(site: Site) -> Iterator[Changed]:
    """The site at one value of all that is random, where it is linear in its means: of what is >= 0 there, the mean is
    so too."""
    for term in (site.term, *as_moments(site.term, site.given)):
        inside, over = taken_off(term)
        whole = reduce(t.Expectation, over, inside)
        if not over or vanishes(site.ctx, f.add(site.form, normal_form(site.ctx, whole), -1)) is not Answer.EQUAL:
            continue
        names = _names(site)
        fresh = {x: Symbol(next(names), x.shape, x.properties - {Property.RANDOM}) for x in over}
        at = reduce(lambda term, x: rewrite.replace(term, x, fresh[x]), over, inside)
        change = Change({}, {new: old for old, new in fresh.items()}, over=over)
        yield Changed(_site(site, site.ctx, at, site.given, site.reasons), change)


def _moved(site: Site, change: Change) -> Changed:
    pairs = tuple((_assumption(a, change.values), a) for a in site.given)
    given = (*(new for new, _ in pairs), *change.rules)
    named = (next((new for new, old in pairs if old == reason), reason) for reason in site.reasons)
    reasons = (*named, *change.rules)
    term = rewrite.substitute(rewrite.unfold(site.term, site.names), change.values)
    return Changed(_site(site, context(given, reasons), term, given, reasons), change, pairs)


def _site(site: Site, ctx: Context, term: Term, given: tuple[Assumption, ...], reasons: Reasons) -> Site:
    form = scalars.reduce_sums(ctx, normal_form(ctx, term))
    return replace(site, ctx=ctx, term=to_term(ctx, form), form=form, given=given, reasons=reasons)


def _assumption(assumption: Assumption, values: Mapping[Symbol, Term]) -> Assumption:
    if not isinstance(assumption, Equal | AtMost):
        return assumption
    left, right = (rewrite.substitute(side, values) for side in (assumption.left, assumption.right))
    return type(assumption)(left, right)


def _words(site: Site) -> list[Word]:
    whats = (site.ctx.atoms[atom].what for atom in atoms_of(site.ctx, site.form))
    return [what.word for what in whats if isinstance(what, k.Scalar | k.Trace)]


def _symbol(site: Site, number: int) -> Symbol | None:
    """The column or matrix that a factor is, as it is or transposed, where it may be put in other letters."""
    term = matrix(site.ctx, number)
    own = term.body if isinstance(term, t.Transpose) else term
    return own if isinstance(own, Symbol) and not own.has(Property.RANDOM) and not own.is_scalar else None


def _letters(site: Site) -> list[Symbol]:
    """The columns and matrices that may be put in other letters, as they come."""
    found = (_symbol(site, number) for word in _words(site) for number in word)
    return list(dict.fromkeys(letter for letter in found if letter is not None))


def _names(site: Site) -> Iterator[str]:
    spoken = {s.name for a in site.given for side in _sides(a) for s in rewrite.free_symbols(side)}
    return free_names("z", spoken | {s.name for s in rewrite.free_symbols(site.term)})


def _sides(assumption: Assumption) -> tuple[Term, ...]:
    return (assumption.left, assumption.right) if isinstance(assumption, Equal | AtMost) else ()


def _centred(site: Site) -> Iterator[Change]:
    """Every column and matrix of m rows without its mean over rows, where one stands beside 1[m]."""
    factors, sizes = site.ctx.factors, set[t.Dimension]()
    for left, right in (pair for word in _words(site) for pair in pairwise(word)):
        for one, other in ((left, right), (right, left)):
            if isinstance(factors[one].what, k.Ones) and (beside := _symbol(site, other)) is not None:
                sizes |= {beside.rows} & {*factors[one].shape}
    whole = [letter for letter in _letters(site) if letter.rows in sizes]
    names = _names(site)
    values: dict[Symbol, Term] = {}
    back: dict[Symbol, Term] = {}
    rules: list[Equal] = []
    for own in sorted(whole, key=lambda s: s.name):
        if own.properties - {Property.NONZERO, Property.BASIS}:
            continue
        ones, over = t.Ones(own.rows), 1 / t.of_size(own.rows)
        z = Symbol(next(names), own.shape)
        mean = t.scale(over, t.matmul(t.transpose(ones), own))
        if own.has(Property.BASIS):
            values[own] = z + t.scale(over, ones)
            rules.append(Equal(z.T @ z, 1 - over))
            mean = over
        else:
            a = Symbol(next(names), (own.columns, 1))
            values[own] = z + (t.scale(a, ones) if a.is_scalar else t.matmul(ones, t.transpose(a)))
            back[a] = t.transpose(mean)
        back[z] = own - (t.scale(mean, ones) if mean.is_scalar else t.matmul(ones, mean))
        rules.append(Equal(t.matmul(t.transpose(ones), z), zero(1, own.columns)))
    if values:
        yield Change(values, back, tuple(rules))


def _resolved(site: Site) -> Iterator[Change]:
    """u = M w for every column u that an inverse M^-1 of a sum stands before."""
    found: dict[t.Inverse, dict[Symbol, None]] = {}
    for word in _words(site):
        for turned in (word, site.ctx.transpose_word(word)):
            for left, right in pairwise(turned):
                inverse, own = matrix(site.ctx, left), _symbol(site, right)
                if isinstance(inverse, t.Inverse) and own is not None and own.columns == 1:
                    found.setdefault(inverse, {})[own] = None
    for inverse, columns in found.items():
        if not isinstance(inverse.body, t.Sum) or not rewrite.free_symbols(inverse).isdisjoint(columns):
            continue
        names = _names(site)
        fresh = {u: Symbol(next(names), u.shape) for u in columns}
        values = {u: t.matmul(inverse.body, w) for u, w in fresh.items()}
        yield Change(values, {w: t.matmul(inverse, u) for u, w in fresh.items()})


def _apart(site: Site) -> Iterator[Change]:
    """u = v + w for columns of which u - v stands in the difference as it is written."""
    columns = [letter for letter in _letters(site) if letter.columns == 1]
    for node in dict.fromkeys(node for node in t.walk(rewrite.unfold(site.term)) if isinstance(node, t.Sum)):
        for u in (one for one in node.terms if isinstance(one, Symbol) and one in columns and not one.properties):
            for v in (one for one in columns if one != u and -one in node.terms):
                w = Symbol(next(_names(site)), u.shape)
                yield Change({u: v + w}, {w: u - v})

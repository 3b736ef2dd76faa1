"""Where a certificate is sought, and the bricks that it is laid of; what both are written with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import islice

from theory import terms as t
from theory.statements.claims import Assumption
from theory.statements.derivation import Reason
from theory.statements.theorem import Theorem
from theory.terms import Property, Term, rewrite
from verify.deriving.visible import ONE, ends_of, pairs_of
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.unform import to_term

HALF, TWO = Fraction(1, 2), Fraction(2)


@dataclass(frozen=True)
class Brick:
    """A term that is nonnegative for the reasons given."""

    term: Term
    reasons: tuple[Reason, ...] = ()
    cost: int = 1  # a plain square is preferred to a lemma, a lemma to two


@dataclass(frozen=True)
class Site:
    """Where bricks are looked for: a difference, as a term and in normal form, under the assumptions of a theorem;
    `names` are the definitions that are written out, `relation` says whether it is to be >= 0 or > 0, `reasons` are
    what the normal form was made with."""

    ctx: Context
    term: Term
    form: Form
    given: tuple[Assumption, ...]
    cited: tuple[Theorem, ...]
    names: frozenset[t.Definition] = frozenset()
    relation: str = "<="
    reasons: tuple[Reason, ...] = ()


def columns_of(site: Site) -> tuple[Term, ...]:
    pairs = (p for p in pairs_of(site.ctx, site.form) if not p.left.is_scalar)
    return tuple(dict.fromkeys(column for p in pairs for column in (p.left, p.right)))


def activations_of(site: Site) -> list[t.Elementwise]:
    """The values of activations, and of their derivatives, that are numbers or columns; once derivatives are carried
    out, where there are any."""
    nodes = [*t.walk(site.term)]
    if any(isinstance(node, t.Derivative) for node in nodes):
        nodes = [*t.walk(to_term(site.ctx, site.form))]
    found = (node for node in nodes if isinstance(node, t.Elementwise) and node.shape[1] == 1)
    return [*dict.fromkeys(found)]


FEW_DIFFERENCES = 16


def columns_and_differences(site: Site) -> tuple[Term, ...]:
    """The columns of the difference, and u - v of those in one product u'v, or at the ends of one u'A B v."""
    cut = [(p.left, p.right) for p in pairs_of(site.ctx, site.form)]
    pairs = dict.fromkeys((u, v) for u, v in (*ends_of(site.ctx, site.form), *cut) if u.shape == v.shape)
    columns = columns_of(site)
    apart = (u - v for u, v in pairs if u != v and u in columns and v in columns)
    return (*columns, *islice(apart, FEW_DIFFERENCES))


def under_means(term: Term) -> Term:
    """The mean of a term over all that is random in it."""
    random = (symbol for symbol in rewrite.free_symbols(term) if symbol.has(Property.RANDOM))
    return reduce(t.Expectation, sorted(random, key=lambda symbol: symbol.name), term)


def form_of(left: Term, metric: Term, right: Term) -> Term:
    """left' M right."""
    if metric == ONE:
        return t.power(left, TWO) if left == right else t.scale(left, right)
    if isinstance(metric, t.Eye):
        return t.matmul(t.transpose(left), right)
    return t.matmul(t.matmul(t.transpose(left), metric), right)


def length_of(u: Term, metric: Term) -> Term:
    """|u|_M, of a number its absolute value."""
    return t.absolute(u) if metric == ONE and u != ONE else t.power(form_of(u, metric, u), HALF) if u != ONE else ONE

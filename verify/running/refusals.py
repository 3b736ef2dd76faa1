"""Why a line is refused, in few lines: the sub-term, what is not shown of it or what is left over, and what would help.

The checker says what it could not do; a person wants to know where, and what to write. What would help is found by
asking the checker again, with one reason more beside the line or one property more declared, so that nothing is
suggested that does not help. Nothing here is believed, and no verdict rests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from theory import terms as t
from theory.statements.claims import (
    KINDS,
    Assumption,
    AtMost,
    Equal,
    Gaussian,
    Interchange,
    SupBound,
    assumption_text,
    at_most,
    equal,
    interchange,
)
from theory.statements.derivation import (
    ALGEBRA,
    Derivation,
    Instance,
    Line,
    Reason,
    Surplus,
    Unfold,
)
from theory.statements.setting import Matrices, Numbers, Setting
from theory.statements.theorem import Part, Theorem
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from theory.terms.lettering import free_names
from theory.terms.symbols import positive
from theory.terms.text import text
from theory.typeset.python_source import constructor
from verify.adversary.mutating.redeclaring import Redeclared
from verify.deriving.asking import Asking, LimitReachedError
from verify.deriving.ingredients import mechanical
from verify.deriving.rewriting import context, facts_of
from verify.plural import plural
from verify.proof.door import check
from verify.proof.matrices import order
from verify.proof.matrices.definedness import Obligation, first_undefined, spoken
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term
from verify.proof.observations import LineTrace

FAULTS = (CalculusError, ArithmeticError, RecursionError)
ASKED = 60  # times that the checker is asked for what would help
LONGEST = 200  # letters of a row
TERMS = 3  # of a sum that are named
DEFINED = "it is defined"

# What a symbol may be declared to be in addition, the weakest first.
_SCALAR = (Property.NONZERO, Property.NONNEGATIVE, Property.POSITIVE)
_COLUMN = (Property.NONZERO, Property.NONNEGATIVE, Property.POSITIVE)
_SQUARE = (
    Property.SYMMETRIC,
    Property.INVERTIBLE,
    Property.POSITIVE_SEMIDEFINITE,
    Property.POSITIVE_DEFINITE,
    Property.ORTHOGONAL,
    Property.PERMUTATION,
    Property.PROJECTOR,
)
_SYMMETRIC = {Property.POSITIVE_SEMIDEFINITE, Property.POSITIVE_DEFINITE, Property.PROJECTOR}


@dataclass(frozen=True)
class Refusal:
    """What is wrong, the sub-term where, what of it is not shown or left over, and what would help; "" if unknown."""

    wrong: str
    where: str = ""
    left_over: str = ""
    nearest: str = ""
    unseen: str = ""  # the factors of the sub-term whose sign is not seen

    def rows(self) -> Iterator[tuple[str, str]]:
        """At most five rows, each with the word before it."""
        for word, said in (
            ("refused", self.wrong),
            ("in", self.where),
            ("unseen", self.unseen),
            ("left over", self.left_over),
            ("nearest", self.nearest),
        ):
            if said:
                yield word, said if len(said) <= LONGEST else f"{said[:LONGEST].rsplit(' ', 1)[0]} ..."


def refusal(theorem: Theorem, before: Term, line: Line, trace: LineTrace) -> Refusal:
    """Why the checker refuses `before relation line.term` of a theorem."""
    return _REFUSED[type(theorem.setting)](theorem, before, line, trace)


def _on_numbers(theorem: Theorem, before: Term, line: Line, trace: LineTrace) -> Refusal:
    return Refusal(_first(trace.problem), nearest=_cited(Asking(theorem, ASKED), before, line))


def _on_matrices(theorem: Theorem, before: Term, line: Line, trace: LineTrace) -> Refusal:
    try:
        return _undefined(theorem, before, line) or _unequal(theorem, before, line, trace)
    except FAULTS:
        return Refusal(_first(trace.problem))


_REFUSED: Mapping[type[Setting], Callable[[Theorem, Term, Line, LineTrace], Refusal]] = {
    Matrices: _on_matrices,
    Numbers: _on_numbers,
}


def in_one_line(theorem: Theorem, part: Part) -> tuple[tuple[str, str], ...]:
    """Why the claim of a part does not follow in one line by everything that may be cited, in rows; none if it does."""
    left, right = part.claim.left, part.claim.right
    equalities = tuple(a for a in theorem.assumptions if isinstance(a, Equal | Gaussian))
    reasons: tuple[Reason, ...] = (*mechanical(left, right), *equalities)
    line = Line("=", right, reasons or (ALGEBRA,))
    if part.claim.ordered:
        line = Line(part.claim.relation, right, (Surplus(right - left), *reasons))
    written = replace(part, derivation=Derivation(left, (line,)), sought="")
    try:
        [trace] = check(replace(theorem, claim=None, derivation=None, parts=(written,))).parts
    except FAULTS as problem:
        return (("refused", str(problem)),)
    found = next(iter(trace.lines), None)  # a claim < on numbers has none
    return () if found is None or found.accepted else tuple(refusal(theorem, left, line, found).rows())


def _first(problem: str) -> str:
    return problem.partition(";")[0]


# ---- what is not defined ------------------------------------------------------------------------------------
def _undefined(theorem: Theorem, before: Term, line: Line) -> Refusal | None:
    """The first power, root, inverse, logarithm or derivative in a line that is not shown to exist."""
    certificates = (reason.term for reason in line.reasons if isinstance(reason, Surplus))
    for term in (before, line.term, *certificates):
        missing = _missing(theorem, term)
        if missing is not None:
            asking = Asking(theorem, ASKED)
            nearest = _declared(asking, term, Line("=", term, (ALGEBRA,)), rewrite.free_symbols(term), DEFINED)
            around = _around(rewrite.unfold(term), missing.term)
            said = at_its_point(missing.term, missing)
            nearest = nearest or _all_declared(theorem, term, rewrite.free_symbols(said))
            nearest = nearest or _bounded_below(theorem, term, said)
            return Refusal(
                f"it is not shown that {spoken(said)} is {missing}",
                where=text(term if around is None else at_its_point(around, missing)),
                nearest=nearest,
            )
    return None


def _all_declared(theorem: Theorem, term: Term, symbols: frozenset[Symbol]) -> str:
    """One property more of all symbols of a part that may have it, where a term is defined under it."""
    for prop in (Property.INVERTIBLE, Property.POSITIVE_DEFINITE, Property.NONZERO, Property.POSITIVE):
        found = [(old, new) for old, offered, new in _stronger(symbols) if offered is prop]
        if len(found) < 2:
            continue
        changed, assumptions = term, theorem.assumptions
        for old, new in found:
            change = Redeclared(old, new)
            changed, assumptions = change.term(changed), tuple(change.assumption(a) for a in assumptions)
        try:
            if _follows(changed, Line("=", changed, (ALGEBRA,)), assumptions):
                return f"{DEFINED} if {' and '.join(old.name for old, _ in found)} are declared {prop.value}"
        except FAULTS:
            continue
    return ""


def _bounded_below(theorem: Theorem, term: Term, part: Term) -> str:
    """That the part is above something positive, as an assumption, where a term is defined under it."""
    c = least_beside(theorem)
    least = c if part.is_scalar else t.scale(c, t.Eye(part.rows))
    try:
        above = at_most(least, part)
        if _follows(term, Line("=", term, (ALGEBRA,)), (*theorem.assumptions, above)):
            return f"{DEFINED} under the assumption {assumption_text(above)} with {c.name} > 0"
    except FAULTS:
        pass
    return ""


def least_beside(theorem: Theorem) -> Symbol:
    """A positive number of a name that the theorem does not have: c, or else c_0 and so on."""
    names = {symbol.name for symbol in theorem.symbols}
    return positive(next(free_names("c", names)))


def at_its_point(term: Term, missing: Obligation) -> Term:
    """A sub-term with the points of derivatives for the variables that they bind, as a reader knows it."""
    for variable, at in missing.bindings:
        term = term if at is None else rewrite.substitute(term, {variable: at})
    return term


def first_missing(theorem: Theorem) -> Obligation | None:
    """What is not shown of the sides of a statement, so that they may be undefined."""
    sides = (side for part in theorem.parts for side in (part.claim.left, part.claim.right))
    return next((missing for side in sides if (missing := _missing(theorem, side)) is not None), None)


def _missing(theorem: Theorem, term: Term) -> Obligation | None:
    ctx = context(theorem.assumptions, mechanical(term) + theorem.assumptions)
    facts = [
        fact
        for a in theorem.assumptions
        if isinstance(a, AtMost)
        for fact in order.definedness_facts(ctx, "", rewrite.unfold(a.left), rewrite.unfold(a.right))
    ]
    return first_undefined(term, ctx, facts)


def _around(term: Term, part: Term) -> Term | None:
    """The smallest node of the term that has the part as its child."""
    for child in term.children:
        if (found := _around(child, part)) is not None:
            return found
    return term if part in term.children else None


# ---- what does not follow -----------------------------------------------------------------------------------
def _unequal(theorem: Theorem, before: Term, line: Line, trace: LineTrace) -> Refusal:
    """What is left over of the two sides, or which term of a certificate is not seen to be nonnegative."""
    asking = Asking(theorem, ASKED)
    wrong, where, rest = _first(trace.problem), "", ""
    unseen: list[Term] = []
    certificate = next((reason for reason in line.reasons if isinstance(reason, Surplus)), None)
    left, right = before, line.term
    if line.relation in order.SHOWN and certificate is not None:
        if certificate.squared:
            left, right = (t.power(side, Fraction(2)) for side in (left, right))
        left, right = certificate.term, right - left
        if "not visibly" in trace.problem:
            wrong = trace.problem.partition(":")[0]
            parts = _not_nonnegative(theorem, line, certificate.term)
            unseen = [factor for part in parts for factor in _unseen_factors(theorem, line, part)]
            where = "; ".join(map(text, parts[:TERMS])) or "no part of it is shown to be positive"
    if not where and (line.relation == "=" or certificate is not None):
        rest = _rest(theorem, line, left, right)
    nearest = _cited(asking, before, line)
    if not nearest:
        free = rewrite.free_symbols(before) | rewrite.free_symbols(line.term)
        nearest = _declared(asking, before, line, free) or _with_signs(asking, before, line, unseen)
    signs = f"the sign of {', of '.join(map(text, dict.fromkeys(unseen[:TERMS])))}" if unseen else ""
    return Refusal(wrong, where, rest, nearest, signs)


def _rest(theorem: Theorem, line: Line, left: Term, right: Term) -> str:
    """left - right in normal form under the reasons of the line, its first terms."""
    ctx = context(theorem.assumptions, line.reasons)
    names = frozenset(d for reason in line.reasons if isinstance(reason, Unfold) for d in reason.definitions)
    sides = [rewrite.unfold(_rewritten(side, line.reasons), names) for side in (left, right)]
    rest = to_term(ctx, normal_form(ctx, sides[0] - sides[1]))
    terms = rest.terms if isinstance(rest, t.Sum) else (rest,)
    more = f", and {plural(len(terms) - TERMS, 'term')} more" if len(terms) > TERMS else ""
    return f"{text(t.add(*terms[:TERMS]))}{more}   (first side less second)"


def _rewritten(term: Term, reasons: tuple[Reason, ...]) -> Term:
    """The term with the identities of cited theorems used, as far as they stand in it literally."""
    for reason in reasons:
        cited = Instance(reason) if isinstance(reason, Theorem) else reason
        if isinstance(cited, Instance):
            values = dict(cited.values)
            for part in cited.theorem.parts:
                if part.claim.relation == "=" and cited.part in (None, part.label):
                    sides = (rewrite.substitute(side, values) for side in (part.claim.left, part.claim.right))
                    term = rewrite.replace(term, *sides)
    return term


def _not_nonnegative(theorem: Theorem, line: Line, term: Term) -> list[Term]:
    """The terms of a sum, and of the sums in it, that are not seen to be nonnegative."""
    ctx = context(theorem.assumptions, line.reasons)
    facts = facts_of(ctx, line.reasons)
    parts = term.terms if isinstance(term, t.Sum) else (term,)
    return [part for part in parts if not order.nonnegative(ctx, part, facts)]


def _unseen_factors(theorem: Theorem, line: Line, part: Term) -> list[Term]:
    """The factors of a product that are not seen to be nonnegative, numbers apart; none of what is one factor."""
    factors = [*_factors(part)]
    if len(factors) < 2 or not part.is_scalar:
        return []
    ctx = context(theorem.assumptions, line.reasons)
    facts = facts_of(ctx, line.reasons)
    named = (factor for factor in factors if not isinstance(factor, t.Number))
    return [factor for factor in named if not order.nonnegative(ctx, factor, facts)]


def _factors(term: Term) -> Iterator[Term]:
    if isinstance(term, t.Scale):
        yield from _factors(term.scalar)
        yield from _factors(term.body)
    else:
        yield term


# ---- what would help ----------------------------------------------------------------------------------------
def _cited(asking: Asking, before: Term, line: Line) -> str:
    """A reason that the line does not name and with which it follows."""
    theorem = asking.theorem
    more: list[tuple[Reason, ...]] = [(step,) for step in mechanical(before, line.term)]
    more += [(a,) for a in theorem.assumptions if not isinstance(a, Interchange)]
    more += [mechanical(before, line.term), (*mechanical(before, line.term), *theorem.assumptions)]
    for reasons in dict.fromkeys(more):
        new = tuple(reason for reason in reasons if reason not in line.reasons)
        try:
            if new and asking.accepts(before, Line(line.relation, line.term, (*line.reasons, *new))):
                return f"it follows with {', '.join(map(_name, new))} beside it"
        except LimitReachedError:
            return ""
    return ""


def _name(reason: Reason) -> str:
    """A reason as it is written in a file."""
    match reason:
        case Unfold(definitions):
            return f"unfold({', '.join(d.name for d in definitions)})"
        case Equal() | AtMost() | SupBound() | Interchange() | Gaussian():
            return f"the assumption {assumption_text(reason)}"
    return "DIFFERENTIATE"


def _declared(asking: Asking, before: Term, line: Line, symbols: frozenset[Symbol], then: str = "it follows") -> str:
    """One property more of one symbol, or one assumption more, with which the checker accepts the line."""
    theorem = asking.theorem
    for symbol, prop, stronger in _stronger(symbols):
        if asking.asked >= asking.limit:
            return ""
        asking.asked += 1
        try:
            if _follows_if(theorem, before, line, Redeclared(symbol, stronger)):
                return f"{then} if {symbol.name} is declared {prop.value}: {constructor(stronger)}"
        except FAULTS:
            continue
    for assumption, name in _assumable(symbols, theorem):
        new = (*line.reasons, assumption) if isinstance(assumption, Equal) else line.reasons
        try:
            if _follows(before, Line(line.relation, line.term, new), (*theorem.assumptions, assumption)):
                return f"{then} under the assumption {name}"
        except FAULTS:
            continue
    return ""


def _with_signs(asking: Asking, before: Term, line: Line, factors: Sequence[Term]) -> str:
    """That the one factor whose sign is not seen is assumed to be >= 0, or one property more of each of two symbols of
    the factors, with which the checker accepts the line."""
    theorem = asking.theorem
    if len(factors) == 1:
        assumption = at_most(t.Number(Fraction(0)), factors[0])
        try:
            with_it = Line(line.relation, line.term, (*line.reasons, assumption))
            if _follows(before, with_it, (*theorem.assumptions, assumption)):
                return f"it follows under the assumption {assumption_text(assumption)}"
        except FAULTS:
            return ""
    offered = [*_stronger(frozenset[Symbol]().union(*map(rewrite.free_symbols, factors)))]
    for (one, first, new), (other, second, newer) in combinations(offered, 2):
        if one == other or asking.asked >= asking.limit:
            continue
        asking.asked += 1
        try:
            if _follows_if(theorem, before, line, Redeclared(one, new), Redeclared(other, newer)):
                return f"it follows if {one.name} is declared {first.value} and {other.name} {second.value}"
        except FAULTS:
            continue
    return ""


def _follows_if(theorem: Theorem, before: Term, line: Line, *changes: Redeclared) -> bool:
    """Does the checker accept the line once these symbols are declared so, there and in the assumptions?"""
    end, reasons, assumptions = line.term, line.reasons, theorem.assumptions
    for change in changes:
        before, end = change.term(before), change.term(end)
        reasons = tuple(map(change.reason, reasons))
        assumptions = tuple(map(change.assumption, assumptions))
    return _follows(before, Line(line.relation, end, reasons), assumptions)


def _stronger(symbols: frozenset[Symbol]) -> Iterator[tuple[Symbol, Property, Symbol]]:
    for symbol in sorted(symbols, key=lambda s: s.name):
        if symbol.has(Property.RANDOM) or symbol.has(Property.DIMENSION) or symbol.bound:
            continue
        rows, columns = symbol.shape
        offered = _SCALAR if symbol.is_scalar else _COLUMN if columns == 1 else _SQUARE if rows == columns else ()
        for prop in offered:
            added = _declares(prop)
            weaker = {Property.NONZERO, Property.NONNEGATIVE} if prop is Property.POSITIVE else added
            if not added <= symbol.properties and symbol.properties <= weaker:  # one constructor says all of it
                yield symbol, prop, replace(symbol, properties=added)


def _declares(prop: Property) -> frozenset[Property]:
    """What the constructor of a property declares: semidefinite matrices and projectors are symmetric as well, and
    permutation matrices orthogonal."""
    if prop is Property.PERMUTATION:
        return frozenset({prop, Property.ORTHOGONAL})
    return frozenset({prop, Property.SYMMETRIC} if prop in _SYMMETRIC else {prop})


def _assumable(symbols: frozenset[Symbol], theorem: Theorem) -> Iterator[tuple[Assumption, str]]:
    """What is often assumed of a random column: that it is centred, that derivatives may be taken under its E."""
    for x in sorted((s for s in symbols | frozenset(theorem.symbols) if s.has(Property.RANDOM)), key=lambda s: s.name):
        yield interchange(x), f"interchange({x.name})"
        centred = equal(t.Expectation(x, x), t.Zero(x.shape))
        yield centred, f"equal(E({x.name}), zero({x.shape[0]!r}))"


def _follows(before: Term, line: Line, assumptions: tuple[Assumption, ...]) -> bool:
    """Is the line accepted in a theorem that is this line alone?"""
    kind = KINDS[line.relation]
    claim = kind(before, line.term)
    lie = kind(t.scale(t.Number(Fraction(2)), before), t.scale(t.Number(Fraction(3)), line.term))
    lines = Derivation(before, (line,))
    alone = Theorem(
        "refusals.line", claim, lines, near_misses={"another": lie}, assumptions=assumptions, docstring="A line."
    )
    return all(seen.accepted for part in check(alone).parts for seen in part.lines)

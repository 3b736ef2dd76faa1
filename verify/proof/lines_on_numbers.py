"""The line checker of theorems on numbers: does each line follow on the whole domain, by its reasons and no others?

A line `=` is accepted when the difference of the two sides vanishes in `numbers.field`, after the definitions,
cited theorems and integrals that its reasons name. A line `<=` needs a surplus that is equal to the difference and >= 0
on the domain by interval arithmetic. Both terms must be shown to be defined everywhere on the domain. Nothing is
searched or simplified. A line `<` needs one that is > 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from theory import terms as t
from theory.statements import premises
from theory.statements.derivation import (
    PROVED_BY,
    Algebra,
    Antiderivative,
    Differentiate,
    Extension,
    Instance,
    KnownIntegral,
    Line,
    Surplus,
    Unfold,
    Written,
)
from theory.statements.known_integrals import instantiate
from theory.statements.ranges import Range, in_words
from theory.statements.setting import Numbers
from theory.statements.theorem import Part, Theorem
from theory.statements.vocabulary import ALGEBRA, nodes_of
from theory.terms import CalculusError, Symbol, Term, rewrite
from theory.terms.text import text
from verify.proof.numbers import polynomials as p
from verify.proof.numbers.differential import derivative_of
from verify.proof.numbers.field import Field
from verify.proof.numbers.intervals import Domain, Interval, NotDefinedError, domain_of, enclose, sign_of
from verify.proof.numbers.reading import UnreadableError, infinite, read
from verify.proof.observations import DerivationTrace, LineTrace, PartTrace
from verify.proof.plain import holds_plain, is_plain_chain, is_plain_theorem
from verify.settings import Settings

DEEPEST = 3  # integrals within integrals
_SIGNS = {"<=": (">", ">="), "<": (">",)}  # that the surplus of a line may have
_ZERO = Fraction(0)


class Rejected(Exception):  # noqa: N818 - an answer, not a mistake
    """A line that does not follow; the message says why."""


def observe(theorem: Theorem, settings: Settings | None = None) -> DerivationTrace:
    """Check every part."""
    return DerivationTrace(tuple(check_part(theorem, part) for part in theorem.parts), in_words(theorem.domain))


def check_part(theorem: Theorem, part: Part) -> PartTrace:
    """Check the lines of one part."""
    derivation, claim = part.derivation, part.claim
    if type(theorem.setting) is not Numbers or not is_plain_theorem(theorem) or not is_plain_chain(derivation):
        return PartTrace(part.label, False, ())
    lines, before = [], derivation.start
    for number, line in enumerate(derivation.lines, 1):
        lines.append(check_line(theorem, number, before, line))
        before = line.term
    plain = all(map(_is_plain, (claim.left, claim.right)))
    reaches = plain and derivation.start == claim.left and before == claim.right
    strong_enough = derivation.relation in PROVED_BY.get(claim.relation, ())
    return PartTrace(part.label, reaches and strong_enough and bool(lines), tuple(lines))


def check_line(theorem: Theorem, number: int, before: Term, line: Line) -> LineTrace:
    """Accept or reject `before relation line.term`."""
    used: set[str] = set()
    try:
        _require_plain(theorem, before, line)
        _check(theorem, before, line, used)
    except (Rejected, NotDefinedError, UnreadableError, CalculusError, ArithmeticError, RecursionError) as problem:
        return LineTrace(number, line.relation, False, tuple(sorted(used)), str(problem) or type(problem).__name__)
    return LineTrace(number, line.relation, True, tuple(sorted(used)))


# Of exactly these types: one of a class of somebody's own may be equal to anything.
_NODES = {*ALGEBRA, t.Special, t.Integral, t.Limit}


def _require_plain(theorem: Theorem, before: Term, line: Line) -> None:
    """Whatever a line holds is made of nodes of this calculus and of no subclass of one."""
    for part in (before, line.term, *theorem.domain, *(part for reason in line.reasons for part in _parts(reason))):
        if not _is_plain(part):
            raise Rejected(f"{part!r} has a part that is no node of this calculus, or a subclass of one")


def _parts(reason: object) -> Iterator[object]:
    """The terms and definitions of a reason."""
    match reason:
        case Surplus(term):
            yield term
        case Written(term, form):
            yield from (term, form)
        case Antiderivative(term, variable) | Extension(term, variable):
            yield from (term, variable)
        case KnownIntegral(_, parameters):
            yield from parameters
        case Unfold(definitions):
            yield from definitions
        case Instance(theorem, values):
            yield from (part for pair in values for part in pair)
            yield from _parts(theorem)
        case Theorem():
            yield from reason.domain
            yield from (side for part in reason.parts for side in (part.claim.left, part.claim.right))


def _is_plain(part: object) -> bool:
    if type(part) is t.Definition:
        return all(map(_is_plain, (part.body, *part.parameters)))
    return isinstance(part, Term) and all(map(_is_plain_node, nodes_of(part)))


def _is_plain_node(node: Term) -> bool:
    """One node, whose children are looked at themselves."""
    match node:
        case t.Derivative() | t.Integral() | t.Limit():
            symbols: tuple[object, ...] = (node.variable,)
        case t.Call():
            symbols = node.definition.parameters if type(node.definition) is t.Definition else (None,)
        case _:
            symbols = ()
    return type(node) in _NODES and all(type(symbol) is Symbol for symbol in symbols) and holds_plain(node)


def _check(theorem: Theorem, before: Term, line: Line, used: set[str]) -> None:
    domain = domain_of(theorem.domain)
    cited = _cited(theorem, domain, line, used)
    if cited.extension is not None:
        _check_limit(domain, before, line, cited.extension)
        return
    for term in (before, line.term):
        _require_defined(term, domain, cited)
    left, right = cited.apply(before, domain), cited.apply(line.term, domain)
    if line.relation == "=":
        _require_equal(left, right, domain, cited)
    elif line.relation in _SIGNS and cited.surplus is not None:
        _require_defined(cited.surplus, domain, cited)
        surplus = cited.apply(cited.surplus, domain)
        _require_equal(right - left, surplus, domain, cited)
        if sign_of(surplus, domain) not in _SIGNS[line.relation]:
            raise Rejected(f"nothing shows that {text(surplus)} is {_SIGNS[line.relation][-1]} 0 on the whole domain")
    else:
        raise Rejected(f"a line is =, or <= or < with surplus(...), got {line.relation!r}")


def _require_defined(term: Term, domain: Domain, cited: _Cited | None = None) -> None:
    """Well formed, and defined on the domain, perhaps by what a cited theorem says of a part."""
    if not isinstance(term, Term) or not term.is_scalar or rewrite.rebuilt(term) != term:
        raise Rejected(f"{term!r} was not built by the constructors of scalars")
    for symbol in rewrite.stray(term):
        raise Rejected(f"{text(term)} speaks of the bound variable {text(symbol)} outside its binder")
    for node in t.walk(rewrite.unfold(term)):
        if isinstance(node, t.Derivative | t.Integral | t.Limit) and node.variable.bound < 1:
            raise Rejected(f"{text(node)} binds {node.variable.name}, which is free elsewhere")
    for symbol in rewrite.free_symbols(term) - set(domain):
        raise Rejected(f"{text(term)} speaks of {symbol.name}, which has no range")
    try:
        enclose(term, domain)
    except NotDefinedError:
        if cited is None or not cited.identities:
            raise
        enclose(cited.rewritten(term), domain)


def _require_equal(left: Term, right: Term, domain: Domain, cited: _Cited) -> None:
    f = _field(domain, differentiate=cited.differentiate)
    for reason in cited.known:
        _assume_known(f, reason, domain)
    if not f.same(read(f, left), read(f, right)):
        raise Rejected(f"it could not be shown that {text(left)} and {text(right)} are equal")


def _field(domain: Domain, *, differentiate: bool = False) -> Field:
    return Field(
        nonnegative=lambda x: sign_of(x, domain) in (">", ">="),
        differentiate=differentiate,
    )


# ---- what a line may use ------------------------------------------------------------------------------------
@dataclass
class _Cited:
    """The reasons of one line, made ready."""

    differentiate: bool = False
    identities: list[tuple[Term, Term]] = field(default_factory=list)
    definitions: frozenset[t.Definition] = frozenset()
    antiderivatives: list[Antiderivative] = field(default_factory=list)
    known: list[KnownIntegral] = field(default_factory=list)
    surplus: Term | None = None
    extension: Extension | None = None

    def rewritten(self, term: Term) -> Term:
        """Left sides of cited theorems become right sides."""
        for left, right in self.identities:
            term = rewrite.replace(term, left, right)
        return term

    def apply(self, term: Term, domain: Domain) -> Term:
        """Cited theorems, then definitions, then integrals whose antiderivative is given."""
        term = rewrite.unfold(self.rewritten(term), self.definitions)
        for reason in self.antiderivatives:
            term = _integrated(term, reason, domain)
        return term


# Exactly these: a subclass could say one thing and be another.
_REASONS = {
    Algebra,
    Unfold,
    Differentiate,
    Antiderivative,
    KnownIntegral,
    Surplus,
    Extension,
    Written,
    Instance,
    Theorem,
}


def _cited(theorem: Theorem, domain: Domain, line: Line, used: set[str]) -> _Cited:
    cited = _Cited()
    for reason in line.reasons:
        if type(reason) not in _REASONS:
            raise Rejected(f"{reason!r} is no reason for a line on scalars")
        match reason:
            case Unfold(definitions):
                cited.definitions |= frozenset(definitions)
            case Differentiate():
                cited.differentiate = True
            case Antiderivative():
                cited.antiderivatives.append(reason)
                used.add(premises.CALCULUS)
            case KnownIntegral():
                cited.known.append(reason)
                used.add(premises.known_integral(reason))
            case Surplus(term, squared):
                if squared:
                    raise Rejected("a line <= on scalars needs surplus(...)")
                if cited.surplus is not None:
                    raise Rejected("a line has one certificate, this one brings several; add them up, or cut the line")
                cited.surplus = term
            case Extension():
                if cited.extension is not None:
                    raise Rejected("a limit has one extension, this line brings several; give one")
                cited.extension = reason
                used.add(premises.CONTINUITY)
            case Written(term, form):
                for side in (term, form):
                    _require_defined(side, domain)
                _require_equal(rewrite.unfold(term), rewrite.unfold(form), domain, _Cited())
                cited.identities.append((term, form))
            case Instance() | Theorem():
                whole = reason if isinstance(reason, Instance) else Instance(reason)
                used.add(whole.theorem.id)
                cited.identities += _instantiated(whole, theorem.domain)
    if cited.extension is not None and any(not isinstance(r, Algebra | Extension) for r in line.reasons):
        raise Rejected("a limit is taken on a line of its own")
    return cited


def _instantiated(reason: Instance, ranges: Mapping[Symbol, Range]) -> Iterable[tuple[Term, Term]]:
    """The identities of a theorem at values that lie in its ranges; its other symbols must have their ranges here."""
    theorem, values, domain = reason.theorem, dict(reason.values), domain_of(ranges)
    if type(theorem) is not Theorem or type(theorem.setting) is not Numbers or not is_plain_theorem(theorem):
        raise Rejected(f"{theorem.id} is no theorem on numbers")
    for symbol, value in values.items():
        if symbol not in theorem.domain:
            raise Rejected(f"{theorem.id} has no symbol {symbol.name}")
        _require_defined(value, domain)
    parts = [part for part in theorem.parts if reason.part in (None, part.label)]
    spoken = {s for part in parts for side in (part.claim.left, part.claim.right) for s in rewrite.free_symbols(side)}
    for symbol in spoken:
        wanted, value = theorem.domain[symbol], values.get(symbol, symbol)
        if not _range(symbol, value, ranges).inside(wanted):
            raise Rejected(f"{theorem.id} speaks of {wanted}; nothing shows that {text(value)} is such")
    for part in parts:
        if part.claim.relation == "=":
            yield rewrite.substitute(part.claim.left, values), rewrite.substitute(part.claim.right, values)


def _range(symbol: Symbol, value: Term, ranges: Mapping[Symbol, Range]) -> Range:
    """Where the value given to a symbol is shown to lie; whole if it is a symbol that is, or a single number."""
    found = enclose(value, domain_of(ranges))
    whole = isinstance(value, Symbol) and ranges[value].whole
    return Range(symbol, found.low, found.high, found.low_open, found.high_open, whole)


# ---- integrals and limits -----------------------------------------------------------------------------------
def _integrated(term: Term, reason: Antiderivative, domain: Domain) -> Term:
    """Every integral whose body is the derivative of the antiderivative becomes F(upper) - F(lower)."""
    if not isinstance(term, t.Integral):
        return rewrite.rebuild(term, lambda child: _integrated(child, reason, domain))
    if infinite(term.upper):
        inner = {**domain, term.variable: Interval(_ZERO, None, True)}
        return t.Integral(_integrated(term.body, reason, inner), term.variable, term.lower, term.upper)
    ends = enclose(term.lower, domain), enclose(term.upper, domain)
    low = None if None in (ends[0].low, ends[1].low) else min(e.low for e in ends if e.low is not None)
    high = None if None in (ends[0].high, ends[1].high) else max(e.high for e in ends if e.high is not None)
    if low is None or high is None:
        raise Rejected(f"the range of {text(term)} is not bounded")
    primitive = rewrite.substitute(reason.term, {reason.variable: term.variable})
    free = rewrite.free_symbols(primitive) - {term.variable} - set(domain)
    if free or not _is_antiderivative(term, primitive, domain, low, high):
        inner = {**domain, term.variable: Interval(low, high)}
        return t.Integral(_integrated(term.body, reason, inner), term.variable, term.lower, term.upper)
    upper, lower = (rewrite.substitute(primitive, {term.variable: end}) for end in (term.upper, term.lower))
    return upper - lower


def _is_antiderivative(term: t.Integral, primitive: Term, domain: Domain, low: object, high: object) -> bool:
    """Is F continuous on the closed range, and F' there and equal to the body inside it?"""
    x = term.variable
    closed = {**domain, x: Interval(low, high)}  # type: ignore[arg-type]
    inside = {**domain, x: Interval(low, high, low != high, low != high)}  # type: ignore[arg-type]
    if any(isinstance(node, t.Integral | t.Limit) for node in t.walk(rewrite.unfold(primitive))):
        return False
    slope = derivative_of(primitive, x)
    enclose(primitive, closed)
    enclose(slope, inside)
    f = _field(inside)
    return f.same(read(f, rewrite.unfold(slope)), read(f, rewrite.unfold(term.body)))


def _assume_known(f: Field, reason: KnownIntegral, domain: Domain) -> None:
    """Let the generator of a known integral have its value, once its conditions are shown."""
    known = instantiate(reason)
    for term in known.positive:
        if sign_of(term, domain) != ">":
            raise Rejected(f"{known.label} needs {text(term)} > 0")
    value = read(f, known.right)
    for level in range(DEEPEST):
        f.level = level
        left = read(f, known.left)
        f.level = 0
        if left.under != {p.ONE: 1}:
            raise Rejected(f"{text(known.left)} is no sum of integrals")
        fresh = {g for m in left.over for g, _ in m if f.generators[g].kind == "integral" and g not in f.known}
        if len(fresh) != 1:
            raise Rejected(f"{text(known.left)} speaks of {len(fresh)} integrals not known before; cite it after those")
        (number,) = fresh
        factor: p.Polynomial = {}
        rest: p.Polynomial = {}
        for monomial, coefficient in left.over.items():
            exponent = dict(monomial).get(number)
            if exponent is None:
                rest[monomial] = coefficient
            elif exponent == 1:
                factor[tuple(pair for pair in monomial if pair[0] != number)] = coefficient
            else:
                raise Rejected(f"{text(known.left)} is not linear in an integral")
        if set(factor) != {p.ONE}:
            raise Rejected(f"{text(known.left)} is a multiple of an integral by what may vanish")
        one: p.Polynomial = {p.ONE: Fraction(1)}
        f.known[number] = p.product(p.minus(value, p.Ratio(rest, one)), p.inverse(p.Ratio(factor, one)))


def _check_limit(domain: Domain, before: Term, line: Line, reason: Extension) -> None:
    """lim of the body at oo = the value at 0 of a continuous function of t that the body is, at offset + 1/t."""
    at = t.Special("oo")
    if not isinstance(before, t.Limit) or before.at != at or line.relation != "=":
        raise Rejected("an extension gives a limit at oo, by itself on the left of a line =")
    x = reason.variable
    if reason.reach <= 0 or x in domain or rewrite.depends_on(line.term, x) or x in rewrite.free_symbols(before):
        raise Rejected(f"the extension needs a fresh variable and a positive reach; got {x.name}, {reason.reach}")
    if any(isinstance(node, t.Integral | t.Derivative | t.Limit) for node in t.walk(rewrite.unfold(reason.term))):
        raise Rejected("nothing shows that an integral or a derivative is continuous")
    body = rewrite.substitute(before.body, {before.variable: t.Number(reason.offset) + t.power(x, Fraction(-1))})
    closed = {**domain, x: Interval(_ZERO, reason.reach)}
    half_open = {**domain, x: Interval(_ZERO, reason.reach, True)}
    _require_defined(reason.term, closed)
    _require_defined(body, half_open)
    _require_defined(line.term, domain)
    f = _field(half_open)
    if not f.same(read(f, rewrite.unfold(body)), read(f, rewrite.unfold(reason.term))):
        raise Rejected(f"it could not be shown that {text(body)} and {text(reason.term)} are equal")
    value = rewrite.substitute(reason.term, {x: t.Number(_ZERO)})
    f = _field(domain)
    if not f.same(read(f, rewrite.unfold(value)), read(f, rewrite.unfold(line.term))):
        raise Rejected(f"at {x.name} = 0 the extension is {text(value)}; not shown equal to {text(line.term)}")

"""The line checker: does each line of a derivation follow from the one before, by the reasons given and no others?

    observe      theorem -> DerivationTrace
    check_line   one line -> accepted, what was used, what is wrong
    checker      theorem -> the same for many lines of it

A line `=` is accepted when, after the cited identities are rewritten and the named definitions unfolded, both terms
have one normal form under the cited assumptions. A line `<=` is accepted when right - left has the normal form of a
certificate that is visibly nonnegative, a line `<` when it is visibly positive. In addition every term that occurs must
be shown to be defined (no division by what may vanish, no root of what may be negative) under the theorem's
assumptions. Search happens nowhere here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, partial

from theory import terms as t
from theory.statements import premises
from theory.statements.claims import (
    Assumption,
    AtMost,
    Equal,
    Gaussian,
    Interchange,
    SupBound,
    assumption_terms,
    assumption_text,
    interchanged,
)
from theory.statements.derivation import (
    PROVED_BY,
    Algebra,
    Derivation,
    Differentiate,
    Induction,
    Instance,
    Line,
    Surplus,
    Unfold,
    hypothesis,
)
from theory.statements.lemmas import (
    LEMMAS,
    CauchySchwarz,
    DeterminantBound,
    Lemma,
    LipschitzBound,
    MeanValue,
    RootBound,
    SteinIdentity,
)
from theory.statements.setting import Matrices
from theory.statements.theorem import Part, Theorem
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from theory.terms.size_arithmetic import Size, dimensions_in, is_plain, plus
from theory.terms.text import text
from verify.proof.matrices import order, properties
from verify.proof.matrices.definedness import Obligation, first_undefined, spoken
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.known_activations import STEEPEST, plain
from verify.proof.matrices.normal_form import Answer, add_gaussian, add_rule, equal, has_row, normal_form
from verify.proof.matrices.tame import is_tame
from verify.proof.matrices.unform import to_term
from verify.proof.observations import DerivationTrace, LineTrace, PartTrace
from verify.proof.plain import holds_plain, is_plain_chain, is_plain_function, is_plain_theorem
from verify.settings import Settings


class Rejected(Exception):  # noqa: N818 - an answer, not a mistake
    """A line that does not follow; the message says why and what the checker saw."""


def observe(theorem: Theorem, settings: Settings | None = None) -> DerivationTrace:
    """Check every part of a theorem."""
    ground = _Ground(theorem)
    return DerivationTrace(tuple(_check_part(ground, part) for part in theorem.parts))


def _check_part(ground: _Ground, part: Part) -> PartTrace:
    derivation, claim = part.derivation, part.claim
    plain = is_plain_theorem(ground.theorem)
    if type(ground.theorem.setting) is not Matrices or not plain or not is_plain_chain(derivation):
        return PartTrace(part.label, False, ())
    lines, last = _check_chain(ground, derivation)
    reaches = _are_plain(claim.left, claim.right) and derivation.start == claim.left and last == claim.right
    strong_enough = derivation.relation in PROVED_BY.get(claim.relation, ())
    return PartTrace(part.label, reaches and strong_enough and bool(lines), tuple(lines))


def _are_plain(*sides: Term) -> bool:
    """Are the sides of a claim terms of this calculus? Others may be equal to what a derivation comes to."""
    try:
        for side in sides:
            _require_well_formed(side)
    except (Rejected, CalculusError, RecursionError):
        return False
    return True


def _check_chain(
    ground: _Ground, chain: Derivation, given: tuple[Assumption, ...] = ()
) -> tuple[list[LineTrace], Term]:
    """What is said of every line of a derivation, and the term that it comes to."""
    lines: list[LineTrace] = []
    before = chain.start
    for number, line in enumerate(chain.lines, 1):
        lines.append(_check_line(ground, number, before, line, given))
        before = line.term
    return lines, before


def check_line(theorem: Theorem, number: int, before: Term, line: Line) -> LineTrace:
    """Accept or reject `before relation line.term`, with what was used."""
    return checker(theorem)(number, before, line)


def checker(theorem: Theorem, given: tuple[Assumption, ...] = ()) -> Callable[[int, Term, Line], LineTrace]:
    """The same for many lines of one theorem: whether a term is defined is asked once, as it is for its parts. `given`
    are the hypotheses of the inductions that the lines stand in."""
    return partial(_check_line, _Ground(theorem), given=given)


def _check_line(
    ground: _Ground, number: int, before: Term, line: Line, given: tuple[Assumption, ...] = ()
) -> LineTrace:
    carried_out = any(isinstance(r, Differentiate) for r in line.reasons)
    assumptions = ground.theorem.assumptions
    ctx = Context(differentiate=carry_out if carried_out else None, interchange=interchanged(assumptions))
    try:
        for term in (before, line.term):
            ground.require_defined(term)
        if any(type(reason) is Induction for reason in line.reasons):
            ctx.used |= _by_induction(ground, before, line, given)
        else:
            _follows(ctx, before, line, _Cited(ground, ctx, line, given))
    except (Rejected, CalculusError, RecursionError) as problem:
        return LineTrace(number, line.relation, False, tuple(sorted(ctx.used)), str(problem))
    return LineTrace(number, line.relation, True, tuple(sorted(ctx.used)))


def _follows(ctx: Context, before: Term, line: Line, cited: _Cited) -> None:
    if cited.certificate is not None:
        cited.ground.require_defined(cited.certificate.term)
    left, right = cited.apply(before), cited.apply(line.term)
    if line.relation == "=":
        _require_equal(ctx, left, right, "the two sides")
    elif line.relation in order.SHOWN:
        _check_order(ctx, left, right, cited, line.relation)
    else:
        raise Rejected(f"a line is =, <= or <, not {line.relation!r}")


def _by_induction(ground: _Ground, before: Term, line: Line, given: tuple[Assumption, ...]) -> set[str]:
    """The line holds at 1, and at t + 1 wherever it holds at t: so it holds for every number t of steps.

    Both sides are defined for every t, which has been shown. No assumption may speak of t, nor what is given to a step
    of an induction around this one, nor a size, nor the body of a definition: what the line says of t + 1 is then what
    it says with t + 1 in the place of t. The hypothesis is for this t and for these values of all other symbols; of a
    line < it is the weaker <=.
    """
    (reason, *more) = line.reasons
    if more or type(reason) is not Induction or line.relation not in PROVED_BY:
        raise Rejected("a line by induction is =, <= or <, and has no other reason beside it")
    over = reason.over
    if type(over) is not Symbol or not over.has(Property.STEPS):
        raise Rejected(f"{over!r} is no number of steps")
    spoken = rewrite.free_symbols(before) | rewrite.free_symbols(line.term)
    if over not in spoken:
        raise Rejected(f"induction on {over.name}, of which the line says nothing")
    for symbol in (s for s in spoken if s.has(Property.RANDOM)):
        if rewrite.depends_on(before, symbol) or rewrite.depends_on(line.term, symbol):
            raise Rejected(f"induction on a line that speaks of {symbol.name} outside of an expectation")
    for assumption in (*ground.theorem.assumptions, *given):
        if any(over in rewrite.free_symbols(term) for term in assumption_terms(assumption)):
            raise Rejected(f"induction on {over.name}, of which {assumption_text(assumption)} is assumed")
    used = {premises.INDUCTION}
    assumed = hypothesis(before, line.term, line.relation)
    for name, chain, count, known in (
        ("base", reason.base, 1, given),
        ("step", reason.step, plus(over, 1), (*given, assumed)),
    ):
        left, right = (rewrite.with_steps(side, over, count) for side in (before, line.term))
        if count == 1 and over in rewrite.free_symbols(left) | rewrite.free_symbols(right):
            raise Rejected(f"{over.name} stands where it is no count of steps and no number")
        if not is_plain_chain(chain) or (chain.start, chain.last) != (left, right):
            raise Rejected(f"the {name} does not run from {text(left)} to {text(right)}")
        if chain.relation not in PROVED_BY[line.relation]:
            raise Rejected(f"the {name} does not come to {line.relation}")
        for trace in _check_chain(ground, chain, known)[0]:
            if not trace.accepted:
                raise Rejected(f"line {trace.number} of the {name}: {trace.problem}")
            used |= {*trace.used}
    return used - {assumption_text(assumed)}


def _require_equal(ctx: Context, left: Term, right: Term, what: str) -> None:
    answer = equal(left, right, ctx)
    if answer is not Answer.EQUAL:
        found, wanted = (text(to_term(ctx, normal_form(ctx, side))) for side in (left, right))
        verb = "differ" if answer is Answer.DIFFERENT else "could not be shown equal"
        raise Rejected(f"{what} {verb}; their normal forms are {found} and {wanted}")


# ---- <= and < -----------------------------------------------------------------------------------------------
_VISIBLY = {"<=": "nonnegative", "<": "positive"}  # what the certificate of a line of that relation must be


def _check_order(ctx: Context, left: Term, right: Term, cited: _Cited, relation: str) -> None:
    certificate = cited.certificate
    if certificate is None:
        raise Rejected(
            f"a line {relation} needs surplus(...) or squares(...): a {_VISIBLY[relation]} term equal to the difference"
        )
    surplus = cited.apply(certificate.term)
    if certificate.squared:
        if not order.nonnegative(ctx, right, cited.facts):
            raise Rejected(
                f"squares may be compared only if the right side is >= 0, which is not visible: {text(right)}"
            )
        left, right = (t.power(side, Fraction(2)) for side in (left, right))
    _require_equal(ctx, right - left, surplus, "the difference of the sides and the certificate")
    facts = [*cited.facts, *(cited.strict if relation == "<" else ())]
    if not order.SHOWN[relation](ctx, surplus, facts):
        raise Rejected(f"the certificate is not visibly {_VISIBLY[relation]}: {text(surplus)}")


# ---- what a line may use ------------------------------------------------------------------------------------
# Exactly these: a subclass could compare equal to what it is not.
_REASONS = {
    Algebra,
    Differentiate,
    Unfold,
    Instance,
    Surplus,
    *LEMMAS,
    Equal,
    AtMost,
    SupBound,
    Interchange,
    Gaussian,
    Theorem,
}


class _Cited:
    """The reasons of one line, made ready: rewrites added to the context, identities, definitions, facts."""

    def __init__(self, ground: _Ground, ctx: Context, line: Line, given: tuple[Assumption, ...] = ()) -> None:
        self.ground, self.theorem, self.given = ground, ground.theorem, given
        self.identities: list[tuple[Term, Term]] = []
        self.definitions: frozenset[t.Definition] = frozenset()
        self.facts: list[order.Fact | order.SupFact] = []
        self.strict: list[order.Fact] = []  # for a line <
        self.certificate: Surplus | None = None
        for reason in line.reasons:
            self._take(ctx, reason)

    def _take(self, ctx: Context, reason: object) -> None:
        if type(reason) not in _REASONS:
            raise Rejected(f"{reason!r} is no reason that this checker knows")
        match reason:
            case Equal() | AtMost() | SupBound() | Interchange() | Gaussian():
                name = assumption_text(reason)
                assumed = (*self.theorem.assumptions, *self.given)
                known = next((own for own in assumed if type(own) is type(reason) and own == reason), None)
                if known is None:
                    raise Rejected(f"the line uses {name}, which the theorem does not assume")
                reason = known  # what is cited may be equal to it and say something else
                if isinstance(reason, Equal) and reason not in self.theorem.assumptions:
                    self._suppose(ctx, name, reason)
                elif isinstance(reason, Equal):
                    add_rule(ctx, name, reason.left, reason.right)
                elif isinstance(reason, Gaussian):
                    add_gaussian(ctx, name, reason)
                elif isinstance(reason, AtMost):
                    self.facts += order.loewner_facts(ctx, name, reason.left, reason.right)
                    self.strict += order.strict_facts(ctx, name, reason.left, reason.right)
                elif isinstance(reason, SupBound):
                    self.facts.append(order.SupFact(name, reason.function, reason.order, reason.bound))
            case Unfold(definitions):
                self.definitions |= frozenset(definitions)
            case Surplus():
                if self.certificate is not None:
                    raise Rejected("a line has one certificate, this one brings several; add them up, or cut the line")
                self.certificate = reason
            case SteinIdentity():
                self._by_parts(ctx, reason)
            case Lemma():
                lemma = self._of_its_arguments(ctx, reason)
                self.ground.require_defined(lemma.gap)
                self.facts.append(order.Fact(type(lemma).premise, lemma.gap))
            case Theorem():
                self._cite(ctx, Instance(reason))
            case Instance():
                self._cite(ctx, reason)

    def _suppose(self, ctx: Context, name: str, hypothesis: Equal) -> None:
        """A hypothesis is used where its left side stands as it is written; it is a rewrite, if it has a direction."""
        self.identities.append((hypothesis.left, hypothesis.right))
        with suppress(CannotDecide):
            add_rule(ctx, name, hypothesis.left, hypothesis.right, turn=True)

    def _of_its_arguments(self, ctx: Context, lemma: Lemma) -> Lemma:
        """The lemma, of whose arguments what it asks for is shown. ExpTangent is of every number."""
        match lemma:
            case CauchySchwarz(metric=metric):
                if not order.semidefinite(ctx, metric, self.facts):
                    raise Rejected(f"Cauchy-Schwarz needs a positive semidefinite metric; not visible: {text(metric)}")
            case DeterminantBound(left, right):
                for matrix in (left, right):
                    if not order.definite(ctx, matrix):
                        raise Rejected(f"a bound of determinants needs definite matrices; not visible: {text(matrix)}")
            case MeanValue():
                return self._bounded(ctx, lemma)
            case RootBound():
                self._require_root(ctx, lemma)
            case LipschitzBound():
                self._require_slope(ctx, lemma)
        return lemma

    def _bounded(self, ctx: Context, reason: MeanValue) -> MeanValue:
        """The lemma with a bound that is assumed on the whole line, or known of a function that has a slope there."""
        function, derivative, bound = reason.function, reason.order, reason.bound
        if not is_plain_function(function):
            raise Rejected("the mean value theorem is of no function of this calculus, or of a subclass")
        for own in (*self.theorem.assumptions, *self.given):
            if type(own) is SupBound and (own.function, own.order, own.bound) == (function, derivative, bound):
                ctx.used.add(assumption_text(own))
                return replace(reason, function=own.function, order=own.order, bound=own.bound)
        if derivative == 1 and function.name in STEEPEST and bound == STEEPEST[function.name]:
            return replace(reason, function=plain(function), order=1, bound=STEEPEST[function.name])
        raise Rejected(
            f"the mean value theorem needs |{function.name}{chr(39) * derivative}| <= {text(bound)}, which the theorem "
            "does not assume, and which is not known"
        )

    def _require_root(self, ctx: Context, reason: RootBound) -> None:
        """upper^2 - lower^2 is the certificate; upper and the certificate are visibly >= 0 by the facts so far, and all
        three are defined: then |lower| <= upper."""
        for term in (reason.lower, reason.upper, reason.term):
            self.ground.require_defined(term)
        squares = [t.power(side, Fraction(2)) for side in (reason.upper, reason.lower)]
        _require_equal(ctx, squares[0] - squares[1], reason.term, "the difference of the squares and its certificate")
        for term in (reason.upper, reason.term):
            if not order.nonnegative(ctx, term, self.facts):
                raise Rejected(f"a bound by squares needs what is >= 0; not visible: {text(term)}")

    def _require_slope(self, ctx: Context, reason: LipschitzBound) -> None:
        """c^2 |u|^2 - |J(z) u|^2 is the certificate, visibly >= 0 by the facts so far, for every z and every u: plain
        columns of which no assumption speaks, nor the bound, nor the map of u. f and J are shown to be defined at every
        z. f holds no derivative, in which terms may be held fixed, and no mean, under which derivatives are taken by an
        assumption alone. So f is differentiable on the line from b to a, with a slope of at most |c|."""
        z, u = reason.letter, reason.direction
        assumed = {
            symbol
            for own in (*self.theorem.assumptions, *self.given)
            for term in assumption_terms(own)
            for symbol in rewrite.free_symbols(term)
        }
        for letter in (z, u):
            if type(letter) is not Symbol or letter.properties or letter.bound or letter in assumed:
                raise Rejected(f"{letter.name} is no plain column that nothing is said of")
        if rewrite.free_symbols(reason.bound) & {z, u} or u in rewrite.free_symbols(reason.body):
            raise Rejected(f"a bound of a map holds for every {z.name} and {u.name}, and speaks of neither")
        if any(isinstance(node, t.Derivative | t.Expectation) for node in t.walk(rewrite.unfold(reason.body))):
            raise Rejected("the mean value inequality is of a map without derivatives and means in it")
        for term in (reason.body, reason.slope, reason.term):
            self.ground.require_defined(term)
        own = Context(differentiate=carry_out)
        _require_equal(own, reason.beneath(u, reason.slope), reason.term, "c^2 |u|^2 - |J u|^2 and its certificate")
        if not order.nonnegative(ctx, reason.term, self.facts):
            raise Rejected(f"the mean value inequality needs what is >= 0; not visible: {text(reason.term)}")

    def _by_parts(self, ctx: Context, reason: SteinIdentity) -> None:
        """E[g x'] becomes E[g] mu' + E[dg/dx] S. The law is assumed of this very x, which is not declared to be other
        than 0, where a g that is differentiable elsewhere may jump; no assumption speaks of the values of what is
        random. g is made of x, of nothing else that is random, and of no mean, in which x would be another; all is
        defined, at each x the derivative too. No known function in g grows as the density falls: of such a g the
        three means are infinite, and may cancel in what is finite.

        A g that is differentiable everywhere, with a derivative of finite mean, is the integral of its derivative along
        almost every line in a direction of S: by parts on each.
        """
        wanted, assumed = (reason.over, reason.mean, reason.covariance), self.theorem.assumptions
        laws = [own for own in assumed if type(own) is Gaussian and (own.over, own.mean, own.covariance) == wanted]
        if not laws:
            raise Rejected(f"Stein's identity needs the assumed normal law of {reason.over.name}, as it is assumed")
        law, g = laws[0], reason.argument
        stein, name = SteinIdentity(g, law.over, law.mean, law.covariance), assumption_text(law)
        if law.over.properties != {Property.RANDOM}:
            raise Rejected(f"Stein's identity needs an x of which nothing is known but its law, not {law.over.name}")
        for term in (g, *stein.sides, law.mean, law.covariance):
            self.ground.require_defined(term)
        spoken = rewrite.free_symbols(g)
        means = any(isinstance(node, t.Expectation) for node in t.walk(g))
        random = {symbol for symbol in spoken if symbol.has(Property.RANDOM)}
        if rewrite.has_calls(g) or means or random != {law.over} or stein.plain in spoken:
            raise Rejected(f"Stein's identity is of what is written out, of {law.over.name} and nothing else random")
        if not is_tame(g, law.over):
            raise Rejected(
                f"Stein's identity needs finite means; {text(g)} may grow as the density of {law.over.name} falls"
            )
        for left, right in filter(None, (stein.sides, stein.traces)):
            add_rule(ctx, stein.premise, left, right)
        ctx.used |= {name, stein.premise}

    def _cite(self, ctx: Context, instance: Instance) -> None:
        """Instantiate a theorem: its symbols' properties and its assumptions must hold here."""
        cited, values = instance.theorem, dict(instance.values)
        # an erratum is false; a theorem on numbers holds on its ranges only
        if type(cited) is not Theorem or type(cited.setting) is not Matrices:
            raise Rejected(f"{cited.id} is no theorem that a line of this calculus may cite")
        if not is_plain_theorem(cited):
            raise Rejected(f"{cited.id} has parts or assumptions of a class of somebody's own")
        if not all(_are_plain(part.claim.left, part.claim.right) for part in cited.parts):
            raise Rejected(f"{cited.id} has a part that is no node of this calculus, or a subclass of one")
        ctx.used.add(cited.id)
        for symbol, value in values.items():
            if symbol not in cited.symbols:
                raise Rejected(f"{cited.id} has no symbol {symbol.name}")
            self.ground.require_defined(value)
            self.ground.require_properties(value, symbol)
        for assumption in cited.assumptions:
            if _instantiate(assumption, values) not in self.theorem.assumptions:
                raise Rejected(f"{cited.id} assumes {assumption_text(assumption)}, which this theorem does not")
            ctx.used.add(assumption_text(assumption))
        for part in (p for p in cited.parts if instance.part in (None, p.label)):
            left, right = (rewrite.substitute(side, values) for side in (part.claim.left, part.claim.right))
            if part.claim.relation == "=":
                self.identities.append((left, right))
            else:
                self.facts.append(order.Fact(cited.id, right - left, strict=part.claim.relation == "<"))

    def apply(self, term: Term) -> Term:
        """Rewrite by the cited identities, then unfold the named definitions."""
        constrained = frozenset[Symbol]().union(
            *(rewrite.free_symbols(x) for a in self.theorem.assumptions for x in assumption_terms(a))
        )
        for left, right in self.identities:
            term = _rewrite(term, left, right, constrained)
        return rewrite.unfold(term, self.definitions) if self.definitions else term


def _instantiate(assumption: Assumption, values: dict[Symbol, Term]) -> Assumption:
    if isinstance(assumption, Interchange):
        if assumption.over in values:
            raise Rejected(f"{assumption.over.name} stands under E and cannot be instantiated")
        return assumption
    if isinstance(assumption, SupBound):
        if assumption.bound in values:
            raise Rejected(f"the bound {assumption.bound.name} of {assumption.function.name} cannot be instantiated")
        return assumption
    if isinstance(assumption, Gaussian):
        if assumption.over in values:
            raise Rejected(f"{assumption.over.name} stands under E and cannot be instantiated")
        mean, covariance = (rewrite.substitute(term, values) for term in (assumption.mean, assumption.covariance))
        return replace(assumption, mean=mean, covariance=covariance)
    return replace(
        assumption, left=rewrite.substitute(assumption.left, values), right=rewrite.substitute(assumption.right, values)
    )


def _rewrite(term: Term, left: Term, right: Term, constrained: frozenset[Symbol]) -> Term:
    """Replace `left` by `right` everywhere.

    Under a derivative in v the identity is used at the bound v: it holds for every v of the declared kind, hence in a
    neighbourhood, unless an assumption ties v down or its declared properties are not open.
    """
    if term == left:
        return right
    if isinstance(term, t.Derivative):
        variable = term.variable
        free = replace(variable, bound=0)
        inner_left, inner_right = left, right
        if free not in constrained and free.properties <= rewrite.OPEN:
            values: dict[Symbol, Term] = {free: variable}
            inner_left, inner_right = rewrite.substitute(left, values), rewrite.substitute(right, values)
        body = _rewrite(term.body, inner_left, inner_right, constrained)
        return t.Derivative(body, variable, _rewrite(term.at, left, right, constrained), term.kind)
    return rewrite.rebuild(term, lambda child: _rewrite(child, left, right, constrained))


# ---- definedness --------------------------------------------------------------------------------------------
class _Ground:
    """What every line of a theorem stands on: one context with all its assumptions, which shows that terms are defined
    and nothing else."""

    def __init__(self, theorem: Theorem) -> None:
        self.theorem = theorem
        self.missing: dict[
            Term, Obligation | None
        ] = {}  # of each term that was asked about, what is not shown; None: all is

    @cached_property
    def context(self) -> Context:
        ctx = Context(differentiate=carry_out, interchange=interchanged(self.theorem.assumptions))
        for term in (x for assumption in self.theorem.assumptions for x in assumption_terms(assumption)):
            _require_well_formed(term)
        for assumption in self.theorem.assumptions:
            if isinstance(assumption, SupBound) and not is_plain_function(assumption.function):
                raise Rejected(f"{assumption_text(assumption)} is of no function of this calculus, or of a subclass")
            if type(assumption) is Gaussian:
                add_gaussian(ctx, assumption_text(assumption), assumption)
            if isinstance(assumption, Equal):
                add_rule(ctx, assumption_text(assumption), assumption.left, assumption.right)
        return ctx

    @cached_property
    def facts(self) -> list[order.Fact | order.SupFact]:
        """What the assumed inequalities say of definedness."""
        return [
            fact
            for a in self.theorem.assumptions
            if isinstance(a, AtMost)
            for fact in order.definedness_facts(
                self.context, assumption_text(a), rewrite.unfold(a.left), rewrite.unfold(a.right)
            )
        ]

    def require_defined(self, term: Term) -> None:
        """Every power, root and inverse in the term as it stands is defined, and every derivative exists."""
        _require_well_formed(term)  # first: what is no plain term may be equal to anything
        if term not in self.missing:
            self.context.restart()
            self.missing[term] = first_undefined(term, self.context, self.facts)
        if (missing := self.missing[term]) is not None:
            raise Rejected(f"{text(term)} may be undefined: it is not shown that {spoken(missing.term)} is {missing}")

    def require_properties(self, value: Term, symbol: Symbol) -> None:
        """What is put for a symbol has the properties that the symbol is declared to have."""
        self.context.restart()
        form = normal_form(self.context, rewrite.unfold(value))
        for prop in sorted(symbol.properties, key=lambda p: p.value):
            if not properties.has_property(self.context, form, prop):
                raise Rejected(f"{symbol.name} is declared {prop.value}; this is not shown of {text(value)}")


def _require_well_formed(term: Term) -> None:
    """The term is what the calculus's own constructors make of it, and no bound variable is used as if it were free."""
    if not isinstance(term, Term) or any(not _is_plain(node) for node in _nodes(term)):
        raise Rejected(f"{term!r} has a part that is no node of this calculus, or a subclass of one")
    if rewrite.rebuilt(term) != term:
        raise Rejected(f"{text(term)} was not built by the calculus's own constructors")
    for symbol in rewrite.stray(term):
        raise Rejected(f"{text(term)} speaks of {text(symbol)}, a bound variable, where no derivative binds it")


def _nodes(term: Term) -> Iterator[Term]:
    """Every node of a term and of the bodies of its definitions."""
    for node in t.walk(term):
        yield node
        if isinstance(node, t.Call):
            yield from _nodes(node.definition.body)


def _is_plain(node: Term) -> bool:
    """A node that the normal form knows, over symbols and functions of exactly these types; derivatives bind copies."""
    counts = (node.count,) if isinstance(node, t.Iterate) else ()
    sizes = [size for size in (*node.shape, *counts) if type(size) is not int]
    parts: list[object]
    match node:
        case t.Derivative():
            parts = [node.variable, *sizes]
            bound = node.variable.bound > 0
        case t.Iterate():
            parts, bound = [*node.variables, *sizes], all(variable.bound > 0 for variable in node.variables)
        case t.Expectation():
            parts, bound = [node.over, *sizes], True
        case t.Elementwise():
            parts, bound = [*sizes], type(node.function) is t.Activation
        case t.FieldValue():
            parts, bound = [*sizes], type(node.field) is t.ScalarField
        case t.Call():
            parts, bound = [*node.definition.parameters, *sizes], type(node.definition) is t.Definition
        case _:
            parts, bound = [*sizes], True
    made = [size for size in sizes if type(size) is Size]
    symbols = [part for part in parts if type(part) is not Size] + [*dimensions_in(made)]
    named = all(type(part) is Symbol for part in symbols) and all(map(is_plain, made))
    return has_row(node) and bound and named and holds_plain(node)

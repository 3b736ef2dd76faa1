"""Ways to a false proof that an attacker found or tried: each is refused, at the door or by the line checker."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import theory as c
from theory import DIFFERENTIATE, Bound, CauchySchwarz, Identity, Part, Theorem, at_most, start, surplus
from theory import terms as t
from theory.statements.claims import SupBound
from theory.statements.derivation import Derivation, Unfold
from theory.statements.theorem import TheoremError
from verify.proof import lines_on_numbers
from verify.proof.kernel import EvidenceError, Verdict, conclude, establish
from verify.proof.lines_on_matrices import observe
from verify.proof.observations import DerivationTrace, LineTrace, PartTrace
from verify.proof.plain import holds_plain, is_plain_function

d = c.dimension("d")
r, s, nonneg = c.real("r"), c.real("s"), c.nonnegative("n")
u, v = c.vector("u", d), c.vector("v", d)
A, S, P = c.matrix("A", d), c.positive_definite("S", d), c.projector("P", d)
ZERO, ONE = c.zero(), c.number(1)


def theorem(claim, derivation, assumptions=(), name="case"):
    return Theorem(
        f"wicked.{name}",
        parts=(Part("", claim, derivation),),
        near_misses={"itself": claim},
        assumptions=assumptions,
        docstring="a case",
    )


def equality(left, right, *by, assumptions=(), name="case"):
    return theorem(Identity(left, right), start(left).equals(right, *by), assumptions, name)


def inequality(left, right, *by, assumptions=(), name="case"):
    return theorem(Bound(left, right), start(left).at_most(right, *by), assumptions, name)


def refusal(case: Theorem) -> str:
    trace = observe(case)
    assert establish(trace).verdict is not Verdict.PROVED
    return " | ".join(line.problem for part in trace.parts for line in part.lines if not line.accepted)


# ---- derivatives where nothing can move freely --------------------------------------------------------------
@pytest.mark.parametrize("variable", [c.symmetric("M", d), S, P, nonneg], ids=repr)
def test_no_derivative_in_what_is_no_open_set(variable):
    """u'Sv = v'Su, yet its gradients in S would be uv' and vu': any two columns would commute."""
    body = variable**2 if variable.is_scalar else u.T @ variable @ v
    with pytest.raises(c.CalculusError, match="cannot move in every direction"):
        c.gradient(body, variable)
    bound = replace(variable, bound=1)
    node = t.Derivative(bound**2 if variable.is_scalar else u.T @ bound @ v, bound, variable, "gradient")
    assert "cannot move in every direction" in refusal(equality(node, node + 0 * node, DIFFERENTIATE))


# ---- terms that are undefined where they hide ---------------------------------------------------------------
def test_a_cited_theorem_is_not_instantiated_at_what_may_be_undefined():
    """0 <= s^2 at s = r^(1/2) would read 0 <= r."""
    square = inequality(ZERO, s**2, surplus(s**2), name="square")
    assert establish(observe(square)).verdict is Verdict.PROVED
    assert "r^(1/2) may be undefined" in refusal(inequality(ZERO, r, surplus(r), square.at({s: c.sqrt(r)})))
    size = equality(abs(s**2), s**2, name="size")
    assert "r^(1/2) may be undefined" in refusal(equality(abs(r), r, size.at({s: c.sqrt(r)})))


def test_cauchy_schwarz_is_not_used_on_what_may_be_undefined():
    """|r^(1/2)u| |-r^(1/2)u| - (r^(1/2)u)'(-r^(1/2)u) >= 0 would read 2r u'u >= 0."""
    lemma = CauchySchwarz(c.sqrt(r) * u, -c.sqrt(r) * u, c.eye(d))
    assert "may be undefined" in refusal(inequality(ZERO, 2 * r * (u.T @ u), surplus(2 * r * (u.T @ u)), lemma))


def test_a_matrix_is_not_invertible_because_a_number_is_positive():
    left = c.inverse(A + r * c.eye(d)) @ (A + r * c.eye(d)) @ u
    case = equality(left, left + 0 * u, assumptions=(at_most(ONE, r),))
    assert "invertible" in refusal(case)


def test_a_node_not_made_by_the_constructors_is_refused():
    raw = t.Power(t.Power(r, Fraction(3)), Fraction(2))
    assert "constructors" in refusal(inequality(ZERO, r**6, surplus(raw)))
    assert "may be undefined" in refusal(inequality(ZERO, r, surplus(c.sqrt(r) ** 2)))
    misshapen = t.Product((u, u))
    assert "cannot multiply" in refusal(equality(misshapen, misshapen + 0 * misshapen))


def test_a_term_changed_after_it_was_compared_is_refused():
    term = 2 * (u.T @ v)
    assert hash(term)
    object.__setattr__(term, "scalar", c.number(1))
    assert refusal(equality(term, u.T @ v))


# ---- at the door --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [0, -1, True, r, c.number(2)], ids=repr)
def test_a_size_is_a_dimension_or_a_whole_number(size):
    for make in (c.ones, c.eye, lambda n: c.vector("y", n), lambda n: c.zero(n, 3), lambda n: c.scalar_field("L", n)):
        with pytest.raises(c.CalculusError, match="expected a size"):
            make(size)


def test_a_claim_cannot_hide_behind_the_parts():
    true = Identity(u.T @ v, v.T @ u)
    with pytest.raises(TheoremError, match="either a claim or parts"):
        Theorem(
            "wicked.both",
            claim=Identity(u.T @ v, 2 * (u.T @ v)),
            parts=(Part("", true, start(true.left).equals(true.right)),),
            near_misses={"n": Identity(u, v)},
            docstring="both",
        )


# ---- evidence -----------------------------------------------------------------------------------------------
REFUSED = DerivationTrace((PartTrace("", True, (LineTrace(1, "=", False, problem="no"),)),))


def test_evidence_cannot_be_copied_with_another_verdict():
    evidence = establish(REFUSED)
    with pytest.raises(ValueError, match="verdict"):
        replace(evidence, verdict=Verdict.PROVED)
    assert replace(evidence, seconds=1.0).verdict is Verdict.UNDECIDED


def test_evidence_changed_by_force_is_not_believed():
    evidence = establish(REFUSED)
    object.__setattr__(evidence, "verdict", Verdict.PROVED)
    with pytest.raises(EvidenceError, match="does not say what its observation says"):
        conclude([evidence], [], {})


# ---- numbers that do not end --------------------------------------------------------------------------------
@pytest.mark.parametrize("inner", [c.number(2), c.number(Fraction(2, 3)), c.det(S)], ids=repr)
def test_a_power_too_large_to_write_out_stays_an_exponential(inner):
    """exp(c log 2) is 2^c; with 10^12 for c that number alone would fill the memory."""
    few, many = (c.exp(power * c.log(inner)) for power in (1_000, 10**12))
    proved = [(few * r, r * inner**1_000), (many * r, r * c.exp(10**12 * c.log(inner)))]
    assert all(observe(equality(*sides)).parts[0].lines[0].accepted for sides in proved)
    assert refusal(equality(many * r, r * few)) != ""


# ---- terms of a class of somebody's own ---------------------------------------------------------------------
class _SlySymbol(t.Symbol):
    """Equal to whatever it is held against."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(r)


class _SlySum(t.Sum):
    """The same of a sum."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(u.T @ u + u.T @ v)


@pytest.mark.parametrize(
    ("plain", "sly", "right"),
    [
        (r, _SlySymbol("s"), r + 0 * r),
        (u.T @ u + u.T @ v, _SlySum((u.T @ u, 5 * (u.T @ v))), u.T @ (u + v)),
    ],
    ids=["s = r", "u'u + 5 u'v = u'(u + v)"],
)
def test_a_claim_is_not_what_was_derived_because_it_says_so(plain, sly, right):
    derivation = start(plain).equals(right, c.ALGEBRA)
    for left, proved in ((plain, True), (sly, False)):
        case = Theorem(
            "wicked.sly",
            parts=(Part("", Identity(left, right), derivation),),
            near_misses={"itself": Identity(plain, right)},
            docstring="a case",
        )
        trace = observe(case)
        assert trace.parts[0].lines[0].accepted
        assert trace.parts[0].complete is proved
        assert (establish(trace).verdict is Verdict.PROVED) is proved
        turned = Part("", Identity(right, left), start(right).equals(plain, c.ALGEBRA))
        case = Theorem(
            "wicked.turned", parts=(turned,), near_misses={"itself": Identity(plain, right)}, docstring="a case"
        )
        assert (establish(observe(case)).verdict is Verdict.PROVED) is proved


def test_nor_is_a_theorem_cited_that_says_so():
    """On either side, and beside a part in which all is plain."""
    sly, plain, right = _SlySum((u.T @ u, 5 * (u.T @ v))), u.T @ u + u.T @ v, u.T @ (u + v)
    beside = Part("beside", Identity(r, r + 0 * r))
    for left, proved in ((plain, True), (sly, False)):
        for claim in (Identity(left, right), Identity(right, left)):
            for parts in ((Part("", claim),), (Part("a", claim), beside), (beside, Part("a", claim))):
                cited = Theorem("wicked.sly", parts=parts, near_misses={"itself": Identity(right, r)},
                                docstring="a case")  # fmt: skip
                case = equality(plain, right, cited)
                assert (establish(observe(case)).verdict is Verdict.PROVED) is proved
                assert proved or "no node of this calculus" in refusal(case)


def test_numbers_are_of_this_calculus_too():
    """Each part of a line: a side, a certificate, and what a sly symbol is given or stands for."""

    def verdict(claim, derivation):
        case = Theorem("wicked.numbers", parts=(Part("", claim, derivation),), setting=c.Numbers((c.between(r, 1, 2),)),
                       near_misses={"itself": Identity(r, 2 * r)}, docstring="a case")  # fmt: skip
        return establish(lines_on_numbers.observe(case)).verdict

    for other, proved in ((r, True), (_SlySymbol("s"), False)):
        reached = start(r + s).equals(s + other, c.ALGEBRA)
        assert (verdict(Identity(r + s, s + other), reached) is Verdict.PROVED) is proved
        reached = start(r).equals(r + 0 * r, c.ALGEBRA)
        assert (verdict(Identity(other, r + 0 * r), reached) is Verdict.PROVED) is proved
        reached = start(ZERO).at_most(r, surplus(other))
        assert (verdict(Bound(ZERO, r), reached) is Verdict.PROVED) is proved
        reached = start(r).equals(r + 0 * r, c.Written(other, r + 0 * r))
        assert (verdict(Identity(r, r + 0 * r), reached) is Verdict.PROVED) is proved
    for side, proved in ((r + s, True), (_SlySum((r, 5 * s)), False)):
        assert (verdict(Identity(side, s + r), start(r + s).equals(s + r)) is Verdict.PROVED) is proved
        assert (verdict(Identity(s + r, side), start(s + r).equals(r + s)) is Verdict.PROVED) is proved


# ---- what a theorem is made of, put there by a plug-in after the door ----------------------------------------
def _own(kind):
    """A class of somebody's own: it may show one thing to whoever checks it, and another to whoever reads it."""
    return type(f"Own{kind.__name__}", (kind,), {"__slots__": ()} if kind is str else {})


def _forced(thing, **values):
    for name, value in values.items():
        object.__setattr__(thing, name, value)
    return thing


def _remade(thing):
    """The same of a class of somebody's own."""
    if isinstance(thing, tuple | str):
        return _own(type(thing))(thing)
    return _forced(object.__new__(_own(type(thing))), **vars(thing))


SETTINGS = {
    "matrices": (observe, c.Matrices()),
    "numbers": (lines_on_numbers.observe, c.Numbers((c.between(r, 1, 2),))),
}
MADE_OF = {
    "nothing of somebody's own": lambda case: None,
    "the parts": lambda case: _forced(case, parts=_remade(case.parts)),
    "a part": lambda case: _forced(case, parts=(case.parts[0], _remade(case.parts[1]))),
    "a claim": lambda case: _forced(case.parts[1], claim=_remade(case.parts[1].claim)),
    "a relation": lambda case: _forced(case.parts[1].claim, relation=_remade("=")),
    "an assumption": lambda case: _forced(case, assumptions=(c.equal(r, ONE), _remade(c.equal(s, ONE)))),
    "the assumptions": lambda case: _forced(case, assumptions=_remade(())),
}
CHAINS = {
    "nothing of somebody's own": lambda chain: chain,
    "a derivation": _remade,
    "the lines": lambda chain: _forced(chain, lines=_remade(chain.lines)),
    "a line": lambda chain: _forced(chain, lines=(chain.lines[0], _remade(chain.lines[1]))),
    "a line's relation": lambda chain: _forced(chain.lines[1], relation=_remade("=")) and chain,
    "reasons": lambda chain: _forced(chain.lines[1], reasons=_remade((c.ALGEBRA,))) and chain,
}


def _of_two_parts(name, setting, *by):
    parts = tuple(
        Part(label, Identity(r + r, 2 * r), start(r + r).equals(2 * r, *by).equals(2 * r)) for label in ("a", "b")
    )
    return Theorem(name, parts=parts, setting=setting, near_misses={"itself": Identity(r, 2 * r)}, docstring="a case")


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("what", MADE_OF)
def test_nothing_is_derived_of_what_is_made_of_classes_of_somebodys_own(what, setting):
    seen, placed = SETTINGS[setting]
    case = _of_two_parts("wicked.own", placed)
    MADE_OF[what](case)
    assert [part.complete for part in seen(case).parts] == [what.startswith("nothing")] * 2


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("what", CHAINS)
def test_nor_by_a_derivation_that_is(what, setting):
    seen, placed = SETTINGS[setting]
    case = _of_two_parts("wicked.own", placed)
    _forced(case.parts[1], derivation=CHAINS[what](case.parts[1].derivation))
    assert [part.complete for part in seen(case).parts] == [True, what.startswith("nothing")]


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("what", MADE_OF)
def test_nor_is_such_a_theorem_cited(what, setting):
    seen, placed = SETTINGS[setting]
    cited = _of_two_parts("wicked.cited", placed)
    case = _of_two_parts("wicked.citing", placed, cited)
    MADE_OF[what](cited)
    assert (establish(seen(case)).verdict is Verdict.PROVED) is what.startswith("nothing")


def _sly_instance(**values):
    return replace(c.Theorem.at(_of_two_parts("wicked.cited", SETTINGS["numbers"][1]), {r: s}), **values)


def _sly_claim(**sides):
    case = _of_two_parts("wicked.cited", SETTINGS["numbers"][1])
    _forced(case.parts[1].claim, **sides)
    return case


SLY, PLAIN = _SlySymbol("s"), c.real("q")
TWICE = t.Definition("twice", (r,), 2 * r)
_SlyDefinition = type("_SlyDefinition", (t.Definition,), {})
REASONS = {  # what holds a symbol, given one
    "a certificate": lambda symbol: surplus(symbol),
    "what is written": lambda symbol: _forced(c.Written(r, r), term=symbol),
    "the form in which": lambda symbol: _forced(c.Written(r, r), form=symbol),
    "an antiderivative": lambda symbol: _forced(c.Antiderivative(r, r), term=symbol),
    "its variable": lambda symbol: _forced(c.Antiderivative(r, r), variable=symbol),
    "an extension": lambda symbol: _forced(c.Extension(r, r, 1, 1), term=symbol),
    "the variable of one": lambda symbol: _forced(c.Extension(r, r, 1, 1), variable=symbol),
    "the first number of a known integral": lambda symbol: c.KnownIntegral("gamma", (symbol, r, r)),
    "the last one": lambda symbol: c.KnownIntegral("gamma", (r, r, symbol)),
    "the body of a definition": lambda symbol: Unfold((TWICE, t.Definition("other", (r,), r + symbol))),
    "a parameter of one": lambda symbol: Unfold(
        (_forced(t.Definition("other", (r, s), r + s), parameters=(r, symbol)),)
    ),
    "what is replaced": lambda symbol: _sly_instance(values=((r, s), (symbol, s))),
    "what it is replaced by": lambda symbol: _sly_instance(values=((r, symbol),)),
    "the theorem of an instance": lambda symbol: replace(_sly_instance(), theorem=_sly_claim(left=symbol)),
    "the left side of a theorem": lambda symbol: _sly_claim(left=symbol),
    "the right side": lambda symbol: _sly_claim(right=symbol),
    "a sum": lambda symbol: surplus(r + symbol),
    "a derivative": lambda symbol: surplus(t.Derivative(r, symbol, r, "gradient")),
    "an integral": lambda symbol: surplus(t.Integral(r, symbol, ZERO, ONE)),
    "a limit": lambda symbol: surplus(t.Limit(r, symbol, ZERO)),
    "an argument of a call": lambda symbol: surplus(t.Call(TWICE, (symbol,))),
    "a parameter of what is called": lambda symbol: surplus(
        t.Call(_forced(t.Definition("other", (r,), 2 * r), parameters=(symbol,)), (r,))
    ),
    "a definition that is called": lambda symbol: surplus(
        t.Call((t.Definition if symbol is PLAIN else _SlyDefinition)("other", (r,), 2 * r), (r,))
    ),
}


@pytest.mark.parametrize("where", REASONS)
def test_nor_does_a_line_of_numbers_rest_on_what_says_that_it_is_equal(where):
    case = _of_two_parts("wicked.reasons", SETTINGS["numbers"][1])
    for symbol in (PLAIN, SLY):
        line = start(r).equals(r + 0 * r, REASONS[where](symbol)).lines[0]
        found = lines_on_numbers.check_line(case, 1, r, line)
        assert ("no node of this calculus" in found.problem) is (symbol is SLY)
        assert not (found.accepted and symbol is SLY)


def test_nor_of_ranges_that_are():
    for remade, proved in ((lambda x: x, True), (_remade, False)):
        placed = c.Numbers((c.between(r, 1, 2),))
        case = Theorem("wicked.ranges", parts=(Part("", Bound(ZERO, r), start(ZERO).at_most(r, surplus(r))),),
                       setting=placed, near_misses={"turned": Bound(r, ZERO)}, docstring="a case")  # fmt: skip
        _forced(placed, ranges=tuple(map(remade, placed.ranges)))
        assert (establish(lines_on_numbers.observe(case)).verdict is Verdict.PROVED) is proved


def test_so_nothing_shows_one_derivation_to_the_checker_and_another_to_the_reader():
    class Liar(Derivation):
        """Begins at 0 for whoever compares it to the claim, and at 1 the first time it is asked."""

        asked = 0

        @property
        def start(self):
            Liar.asked += 1
            return ONE if Liar.asked == 1 else ZERO

    case = theorem(Identity(ZERO, ONE), start(ZERO).equals(ONE))
    liar = _forced(object.__new__(Liar), lines=case.parts[0].derivation.lines)
    object.__setattr__(case.parts[0], "derivation", liar)
    trace = observe(case)
    assert not trace.parts[0].complete
    assert establish(trace).verdict is not Verdict.PROVED


class _SlyInt(int):
    """An order that is equal to every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(0)


class _SlyName(str):
    """A name that is equal to every other."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("r")


class _SlyFunction(t.Activation):
    """An activation that is equal to every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(PSI)


PSI, K = c.activation("psi"), c.nonnegative("K")


@pytest.mark.parametrize(
    ("plain", "sly"),
    [(PSI(r), t.Elementwise(PSI, _SlyInt(1), r)), (r + 0, c.real(_SlyName("s")))],
    ids=["psi'(r) = psi(r)", "s = r"],
)
def test_names_and_orders_are_plain_too(plain, sly):
    for left, proved in ((plain, True), (sly, False)):
        sides = left + s, plain + s + 0 * s
        case = equality(*sides, c.ALGEBRA)
        assert (establish(observe(case)).verdict is Verdict.PROVED) is proved


def test_so_they_are_in_theorems_on_numbers():
    for other, proved in ((r, True), (c.real(_SlyName("s")), False)):
        claim = Identity(other + s, r + s + 0 * s)
        derivation = start(claim.left).equals(claim.right, c.ALGEBRA)
        case = Theorem("wicked.numbers", claim, derivation, near_misses={"itself": Identity(r + s, 2 * r)},
                       setting=c.Numbers(), docstring="a case")  # fmt: skip
        assert (establish(lines_on_numbers.observe(case)).verdict is Verdict.PROVED) is proved


@pytest.mark.parametrize(
    ("node", "plain"),
    [
        (PSI(r), True),
        (t.Elementwise(_SlyFunction("phi"), 0, r), False),
        (t.Elementwise(t.Activation(_SlyName("phi")), 0, r), False),
        (t.Elementwise(t.Activation("phi", tex=_SlyName("q")), 0, r), False),
        (u, True),
        (t.Symbol("s", (_SlyInt(3), 1)), False),
        (t.Abs(r), True),
        (t.Abs(_SlySymbol("s")), False),
        (t.Abs(_SlySum((u.T @ u, r))), True),
    ],
    ids=["psi(r)", "another class", "its name", "its letters", "u", "a size", "r", "a symbol", "a node"],
)
def test_what_a_node_holds_is_plain_all_the_way_down(node, plain):
    """But for other nodes, which are looked at themselves."""
    assert holds_plain(node) is plain


@pytest.mark.parametrize(
    ("function", "plain"),
    [
        (PSI, True),
        (_SlyFunction("phi"), False),
        (t.Activation(_SlyName("phi")), False),
        (c.scalar_field("L", d), False),
    ],
    ids=["psi", "another class", "its name", "a field"],
)
def test_a_plain_function_is_an_activation_with_a_plain_name(function, plain):
    assert is_plain_function(function) is plain


def test_a_bound_is_of_the_function_that_it_names():
    for function, proved in ((PSI, True), (_SlyFunction("phi"), False)):
        bound = SupBound(function, 0, K)
        case = inequality(PSI(r) ** 2, K**2, bound, surplus(K**2 - PSI(r) ** 2), assumptions=(bound,))
        assert (establish(observe(case)).verdict is Verdict.PROVED) is proved


def test_an_assumption_is_of_the_functions_that_it_names():
    """Of a class that is equal to every other, phi(r) = 0 would read psi(r) = 0."""
    for function, proved in ((PSI, True), (_SlyFunction("phi"), False)):
        vanishes = c.equal(t.Elementwise(function, 0, r), ZERO)
        case = equality(PSI(r) * (u.T @ v), ZERO, vanishes, assumptions=(vanishes,))
        assert (establish(observe(case)).verdict is Verdict.PROVED) is proved

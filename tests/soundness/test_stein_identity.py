"""Stein's identity for a normal law that is assumed: what follows by it in one line, and each of its conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import theory as c
from tests.gaussian_setting import (
    BY_PARTS,
    CENTRED,
    NEARLY_BY_PARTS,
    OTHER,
    SHIFTED,
    WHITE,
    A,
    E,
    H,
    S,
    T,
    a,
    b,
    d,
    f,
    m,
    mu,
    phi,
    q,
    s,
    x,
    y,
)
from tests.soundness.test_line_checker import one_line, theorem
from theory import DIFFERENTIATE, Identity, SteinIdentity, start
from theory.statements.claims import Gaussian, assumption_text
from theory.terms import CalculusError, Term
from verify.exact.assumptions import check
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.exact.outcomes import Outcome
from verify.proof.lines_on_matrices import check_line, observe
from verify.proof.matrices.tame import is_tame

tanh, sigmoid, r = c.activation("tanh"), c.activation("sigmoid"), c.real("r")
erf, softplus, falls = c.activation("erf"), c.activation("softplus"), sigmoid(-(x.T @ x))


def stein(g: Term, law: Gaussian = CENTRED) -> SteinIdentity:
    return SteinIdentity(g, law.over, law.mean, law.covariance)


@pytest.mark.parametrize("name", BY_PARTS)
def test_it_follows_where_the_law_is_assumed_and_the_identity_cited(name: str) -> None:
    left, right, law, parts = BY_PARTS[name]
    cited = [stein(g, law) for g in parts]
    assert one_line(left, right, DIFFERENTIATE, *cited, assumptions=(law,)) == ""
    assert one_line(right, left, DIFFERENTIATE, *cited, assumptions=(law,)) == ""
    assert one_line(left, right, DIFFERENTIATE, law, assumptions=(law,)) != ""
    assert one_line(left, right, *cited, assumptions=(law,)) != ""  # the derivative is not carried out


@pytest.mark.parametrize("name", NEARLY_BY_PARTS)
def test_what_is_nearly_so_does_not_follow(name: str) -> None:
    left, _, law, parts = BY_PARTS[name]
    assert one_line(left, NEARLY_BY_PARTS[name], DIFFERENTIATE, *map(stein, parts, [law] * 9), assumptions=(law,)) != ""


def test_the_law_and_the_identity_are_premises() -> None:
    left, right, law, parts = BY_PARTS["a number"]
    claim = Identity(left, right)
    derivation = start(left).equals(right, DIFFERENTIATE, stein(parts[0]))
    [part] = observe(theorem(claim, derivation, (law,))).parts
    assert set(part.lines[0].used) == {"Stein's identity", assumption_text(law)}


def test_of_two_laws_on_a_line_both_are_premises() -> None:
    other = c.E(phi(a.T @ y) * y, y), T @ a * c.E(phi.prime(a.T @ y), y), OTHER, [phi(a.T @ y)]
    both = [BY_PARTS["a number"], other]
    left, right = (both[0][side] + both[1][side] for side in (0, 1))
    cited = [stein(parts[0], law) for _, _, law, parts in both]
    for order in (cited, cited[::-1]):
        derivation = start(left).equals(right, DIFFERENTIATE, *order)
        [part] = observe(theorem(Identity(left, right), derivation, (CENTRED, OTHER))).parts
        assert part.lines[0].accepted
        assert set(part.lines[0].used) == {"Stein's identity", assumption_text(CENTRED), assumption_text(OTHER)}


# ---- its conditions, from both sides ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cited", "assumed"),
    [
        (stein(phi(s)), ()),
        (stein(phi(s)), (SHIFTED,)),
        (stein(phi(s), SHIFTED), (CENTRED,)),
        (stein(phi(s)), (WHITE,)),
        (stein(phi(s)), (c.equal(E(x), c.zero(d)), c.equal(E(x @ x.T), S))),
        (SteinIdentity(phi(s), x, c.zero(d), T), (CENTRED,)),
        (stein(phi(a.T @ y), OTHER), (CENTRED,)),
    ],
)
def test_the_law_is_assumed_with_this_mean_and_this_covariance(
    cited: SteinIdentity, assumed: tuple[c.Term, ...]
) -> None:
    left, right, _, _ = BY_PARTS["a number"]
    assert "needs the assumed normal law" in one_line(left, right, DIFFERENTIATE, cited, assumptions=assumed)


def test_a_law_of_another_vector_says_nothing() -> None:
    left, right, _, _ = BY_PARTS["a number"]
    assert one_line(left, right, DIFFERENTIATE, stein(phi(a.T @ y), OTHER), assumptions=(OTHER,)) != ""


plain = c.vector("x", d)
twofold = c.define("twofold", (a,), phi(2 * s))
OF_SOMETHING_ELSE = {
    "nothing random": phi(a.T @ b),
    "another beside it": phi(s) * (a.T @ y),
    "another's mean": phi(s) * c.E(a.T @ y, y),
    "its own mean": phi(s) * E(s),
    "its own mean within": phi(s + E(s)),
    "another x": phi(s) * (a.T @ plain),
    "a definition": twofold(b),
}


@pytest.mark.parametrize("name", OF_SOMETHING_ELSE)
def test_it_is_of_what_is_made_of_the_vector_alone(name: str) -> None:
    """Both sides of the line are one term, so that nothing else is wrong with it."""
    zero = c.zero(d)
    of = theorem(Identity(zero, zero), None, (CENTRED, OTHER))
    found = check_line(of, 1, zero, start(zero).equals(zero, DIFFERENTIATE, stein(OF_SOMETHING_ELSE[name])).lines[0])
    assert "Stein's identity is of what is written out" in found.problem
    assert check_line(of, 1, zero, start(zero).equals(zero, DIFFERENTIATE, stein(phi(s))).lines[0]).accepted


def test_of_the_values_of_the_vector_nothing_else_is_known() -> None:
    """Of one entry, x/|x| is the sign of x: its slope is 0 wherever x is not 0, and E[x sign(x)] = E|x| is not."""
    away = c.random_vector("x", d, nonzero=True)
    law = replace(CENTRED, over=away)
    sign, zero = away / c.norm(away), c.zero(d)
    assert "nothing is known" in one_line(zero, zero, DIFFERENTIATE, stein(sign, law), assumptions=(law,))
    assert "nothing is known" in one_line(zero, zero, DIFFERENTIATE, stein(phi(a.T @ away), law), assumptions=(law,))
    for known in (c.equal(b.T @ x, c.number(1)), c.at_most(c.number(1), x.T @ x)):
        with pytest.raises(CalculusError, match="outside of any"):
            theorem(Identity(zero, zero), None, (CENTRED, known))
    of_means = (CENTRED, c.equal(E(x), c.zero(d)), c.at_most(E(x.T @ x), c.number(1)), c.interchange(x))
    assert one_line(zero, zero, DIFFERENTIATE, stein(phi(s)), assumptions=of_means) == ""


WITHOUT_A_SLOPE = {
    "a kink": abs(s),
    "a length": c.norm(x),
    "a pole": 1 / s,
    "a root": c.sqrt(s),
    "a kink far out": abs(1 + s),
    "the largest entry": c.largest_entry(x),
}


@pytest.mark.parametrize("name", WITHOUT_A_SLOPE)
def test_it_is_of_what_has_a_derivative_everywhere(name: str) -> None:
    zero = c.zero(d)
    g = WITHOUT_A_SLOPE[name]
    assert one_line(zero, zero, DIFFERENTIATE, stein(g), assumptions=(CENTRED,)) != ""
    smooth = c.sqrt(1 + s**2) if name == "a root" else s**2
    assert one_line(zero, zero, DIFFERENTIATE, stein(smooth), assumptions=(CENTRED,)) == ""


OUTGROWS = {  # with what is like it and does not
    "exp of a square": (c.exp(s**2), c.exp(s)),
    "exp of a length": (c.exp(x.T @ x / 2) * phi(s), c.exp(b.T @ x) * phi(x.T @ x)),
    "exp of exp": (c.exp(c.exp(s)), c.exp(softplus(s))),
    "exp of a sum": (c.exp(softplus(1 + s**2)), c.exp(softplus(1 + s))),
    "exp of what grows as its argument": (c.exp(softplus(s**2)), c.exp(softplus(softplus(s)))),
    "exp of another function": (c.exp(c.activation("square")(s)), c.exp(c.activation("gelu")(s))),
    "exp of a product that varies": (c.exp(s * phi(s)), c.exp(phi(s) + f(x))),
    "exp of what is bounded, times a number": (c.exp(x.T @ x * tanh(s)), c.exp(s + tanh(x.T @ x))),
    "entries": (c.activation("exp")((a.T @ x) * x), c.activation("exp")(A @ x)),
    "within a function": (phi(c.exp(x.T @ x)), phi(c.exp(s))),
    "divided by what tends to 0": (1 / sigmoid(x.T @ x), 1 / sigmoid(s)),
    "a root of that": (c.sqrt(1 / sigmoid(x.T @ x)), 1 / c.sqrt(sigmoid(s))),
    "its rsqrt": (c.activation("rsqrt")(sigmoid(x.T @ x)), c.activation("rsqrt")(1 + x.T @ x)),
    "an inverse": (c.inverse(c.diag(sigmoid((x.T @ x) * a))) @ b, c.inverse(c.eye(d) + x @ x.T) @ b),
    "a root, which its slope is divided by": (c.sqrt(1 + erf(s) ** 2), erf(s) ** 0 * erf(s) ** 2),
    "a logarithm": (c.log(1 + erf(s) ** 2), c.log(1 + s**2)),
    "entries of a logarithm": (c.activation("log").prime(falls), c.activation("log").prime(sigmoid(s))),
    "a logarithm of each entry": (c.activation("log")(1 + erf(s) ** 2), tanh(erf(s))),
    "entries of a root": (c.activation("sqrt").prime(falls), c.activation("sqrt").prime(sigmoid(s))),
    "divided by a normal tail": (1 / (1 + erf(s) ** 2), 1 / (1 + c.activation("sin")(s) ** 2)),
    "divided by what varies so": (1 / (1 + erf(s) ** 2), phi(s / (1 + erf(b.T @ b) ** 2))),
    "divided by a function that is known": (1 / (1 + tanh(x.T @ x) ** 2), 1 / (1 + phi(x.T @ x) ** 2)),
    "divided by a derivative": (1 / (1 + c.derivative(erf(r), r, at=s) ** 2), c.derivative(erf(r), r, at=s)),
    "the root of what a derivative is taken of": (
        c.derivative(c.sqrt(sigmoid(x.T @ x) + r), r, at=c.number(0)),
        c.derivative(c.sqrt(sigmoid(s) + r), r, at=c.number(0)),
    ),
    "at the point of a derivative": (
        c.derivative(c.exp(r), r, at=x.T @ x), c.derivative(c.exp(r), r, at=s),
    ),
    "by the letter of a derivative": (
        c.derivative(c.exp(r * (x.T @ x)), r, at=c.number(0)), c.derivative(c.exp(r * s), r, at=c.number(0)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTGROWS)
def test_no_known_function_in_it_grows_as_the_density_falls(name: str) -> None:
    fast, slow = OUTGROWS[name]
    zero = c.zero(d)
    assert "needs finite means" in one_line(zero, zero, DIFFERENTIATE, stein(fast), assumptions=(CENTRED,))
    assert one_line(zero, zero, DIFFERENTIATE, stein(slow), assumptions=(CENTRED,)) == ""


@pytest.mark.parametrize(
    ("varies", "says"),
    [
        (c.iterate(r * s, r, c.number(1), 2), False),
        (c.iterate(r**2, r, s, 2), False),
        (c.iterate(r * c.exp(b.T @ b), r, c.number(1), 2), True),
    ],
)
def test_no_recursion_that_varies_is_looked_at(varies: Term, says: bool) -> None:
    assert is_tame(varies, x) is says


def test_means_that_are_infinite_do_not_cancel_in_the_slope_of_a_logarithm() -> None:
    """log'(sigmoid(-z^2/2)) is 1 + exp(z^2/2), and for r = 1 the line says that E[exp(z^2/2) erf'(z)] is 0."""
    z = c.random_vector("z", 1)
    law, grown = c.gaussian(z, mean=c.zero(), covariance=c.number(1)), c.activation("log").prime(sigmoid(-(z**2) / 2))
    exp = c.exp(r * z)
    left = c.E(z * exp, z) - r * c.E(grown * erf.prime(z), z)
    right = r * c.E(exp, z) - r * c.E(erf.prime(z), z)
    cited = [stein(erf(z), law), stein(r * grown * erf(z) + exp, law)]
    assert "needs finite means" in one_line(left, right, DIFFERENTIATE, *cited, assumptions=(law,))


def test_means_that_are_infinite_do_not_cancel() -> None:
    """For r = 0 and z ~ N(0, 1) the left side is 2/pi^(1/2) E[exp(-z^2/2)] > 0, and the right side is 0."""
    z = c.random_vector("z", 1)
    law, grown = c.gaussian(z, mean=c.zero(), covariance=c.number(1)), c.exp(z**2 / 2)
    left, right = c.E(grown * erf.prime(z), z), -2 * r * c.E(grown * erf.prime(2 * z), z)
    g = grown * (erf(z) + r * erf(2 * z))
    assert "needs finite means" in one_line(left, right, DIFFERENTIATE, stein(g, law), assumptions=(law,))


@pytest.mark.parametrize("g", [c.activation("relu"), c.activation("psi", smoothness=0), c.activation("abs")])
def test_what_is_not_declared_to_have_a_derivative_has_none(g: c.terms.Activation) -> None:
    zero = c.zero(d)
    assert one_line(zero, zero, DIFFERENTIATE, stein(g(s)), assumptions=(CENTRED,)) != ""
    rough = c.activation("psi", smoothness=1)
    assert one_line(zero, zero, DIFFERENTIATE, stein(rough(s)), assumptions=(CENTRED,)) == ""
    assert one_line(zero, zero, DIFFERENTIATE, stein(rough.prime(s)), assumptions=(CENTRED,)) != ""


@pytest.mark.parametrize(
    "made",
    [
        lambda: SteinIdentity("g", x, c.zero(d), S),
        lambda: SteinIdentity(A, x, c.zero(d), S),
        lambda: SteinIdentity(phi(s), a, c.zero(d), S),
        lambda: SteinIdentity(phi(s), "x", c.zero(d), S),
        lambda: SteinIdentity(phi(s), c.random_vector("x", m), c.zero(d), S),
        lambda: SteinIdentity(phi(s), x, c.zero(m), S),
        lambda: SteinIdentity(phi(s), x, 0, S),
        lambda: SteinIdentity(phi(s), x, c.zero(d), c.matrix("S", d, m)),
        lambda: SteinIdentity(phi(s), x, c.zero(d), "S"),
    ],
)
def test_what_is_no_such_identity_is_refused_in_words(made: Callable[[], object]) -> None:
    with pytest.raises(CalculusError, match=r"expected .* for Stein's identity, got .*Remedy: SteinIdentity"):
        made()


def test_its_gap_is_0_by_it_and_not_by_itself() -> None:
    gap = stein(phi(s)).gap
    assert one_line(gap, 0 * gap, DIFFERENTIATE, stein(phi(s)), assumptions=(CENTRED,)) == ""
    assert one_line(gap, 0 * gap, DIFFERENTIATE, assumptions=(CENTRED,)) != ""


def test_it_is_told_in_words() -> None:
    assert stein(phi(s)).words == "Stein's identity for phi(a' x) and x"


def test_what_an_author_made_equal_to_the_law_changes_nothing() -> None:
    """The law in the theorem is what is used, not what is cited and says that it is equal."""

    class Anything(c.terms.Zero):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = c.terms.Zero.__hash__

    left, right, _, _ = BY_PARTS["a number"]
    claim = Identity(left, right)
    cited = replace(stein(phi(s)), mean=Anything((d, 1)))
    found = check_line(
        theorem(claim, None, (SHIFTED,)), 1, left, start(left).equals(right, DIFFERENTIATE, cited).lines[0]
    )
    assert not found.accepted


# ---- random functions ---------------------------------------------------------------------------------------
numbers = st.sampled_from([s, b.T @ x, x.T @ x, q(H), phi(s), phi.prime(s), f(x), phi(b.T @ x), a.T @ b, s**2])
columns = st.sampled_from([x, A @ x, phi(x), f.gradient(x), phi(A @ x), a, x - mu, H @ mu])


@st.composite
def functions(draw_: st.DrawFn) -> Term:
    """A number or a column made of x."""
    whole: Term = draw_(numbers)
    if draw_(st.booleans()):
        whole = whole * draw_(numbers) if draw_(st.booleans()) else whole + draw_(numbers)
    return whole * draw_(columns) if draw_(st.booleans()) else whole


@settings(max_examples=60, deadline=None)
@given(functions(), st.sampled_from([CENTRED, SHIFTED, WHITE]), st.integers(0, 10**6))
def test_it_holds_at_instances(g: Term, law: Gaussian, seed: int) -> None:
    """Of polynomials, which finite laws with the moments of the normal one decide."""
    claim = Identity(*stein(g, law).sides)
    instance = draw(claim, (law,), {"d": 1 + seed % 2}, Random(seed), "small")
    if instance is not None and check(instance, claim, (law,)).holds:
        assert decide(claim, (law,), instance).outcome is Outcome.AGREE


def test_enough_of_them_are_decided() -> None:
    decided = 0
    for seed, (g, law) in enumerate(
        (g, law) for g in (phi(s), f(x), phi(A @ x), phi(s) * x) for law in (CENTRED, SHIFTED)
    ):
        claim = Identity(*stein(g, law).sides)
        instance = draw(claim, (law,), {"d": 2}, Random(seed), "small")
        decided += instance is not None and decide(claim, (law,), instance).outcome is Outcome.AGREE
    assert decided >= 6

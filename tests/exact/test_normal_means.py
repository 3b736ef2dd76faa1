"""Means over the normal law of one number: against closed forms and mpmath's quadrature, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

import mpmath
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import theory as c
from tests.gaussian_setting import CENTRED, OTHER, SHIFTED, E, S, T, a, f, mu, phi, s, x, y
from theory import Below, Bound, Identity
from theory.statements.claims import Assumption, Claim, Gaussian
from theory.terms import Term
from verify.exact import growing, normal_means
from verify.exact.activations import ACTIVATIONS, CONSTANTS, TOO_TALL
from verify.exact.agreement import decide_fully, decide_suspect
from verify.exact.assumptions import check, definitions_of, scope_of
from verify.exact.balls import Balls
from verify.exact.components import Matrix, evaluate
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.exact.gaussian_laws import MOST_ORDER, ORDER, gaussian_law, integrated, to_integrate
from verify.exact.instances import Instance, InstanceError, scalar
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.outcomes import Outcome
from verify.exact.told_exactly import exactly

tanh, exp, r = c.activation("tanh"), c.activation("exp"), c.real("r")
NAMED = sorted({*normal_means.FUNCTIONS, "exp", "square", "cube"} - {"sin2"})
MEAN, VARIANCE, W = Fraction(1, 3), Fraction(9, 4), Fraction(-2, 3)


def instance(mean: Fraction = MEAN, variance: Fraction = VARIANCE, order: int = ORDER, **functions: str) -> Instance:
    law = gaussian_law(((mean,),), ((variance,),), order)
    assert law is not None
    values = {"mu": scalar(mean), "S": scalar(variance), "a": scalar(W), "b": scalar(2)}
    known = {name: name for name in ACTIVATIONS}
    return Instance({"d": 1, "m": 1}, values, {"x": law}, {**known, "phi": "identity", "f": "quadratic", **functions})


def value(term: Term, at: Instance, law: Gaussian = SHIFTED, bits: int = 128) -> Matrix:
    """The entries of a term at an instance, means integrated."""
    means = normal_means.NormalMeans({law.over.name: law}, at.functions)
    with Balls(bits, {}).active():
        return evaluate(term, scope_of(at, definitions_of((law,)), bits, means=means))


def by_mpmath(g: Callable[[mpmath.mpf], mpmath.mpf], mean: Fraction, variance: Fraction) -> mpmath.mpf:
    with mpmath.workdps(30):
        middle, deviation = (
            mpmath.mpf(mean.numerator) / mean.denominator,
            mpmath.sqrt(mpmath.mpf(variance.numerator) / variance.denominator),
        )
        breaks = sorted({-40, 40, 0, float(-middle / deviation), *((k - middle) / deviation for k in (-1.5, 1.5))})
        return mpmath.quad(lambda t: g(middle + deviation * t) * mpmath.npdf(t), breaks)


def near(found: object, expected: mpmath.mpf, digits: int = 15) -> bool:
    with mpmath.workdps(30):
        ball = arb(found)
        return bool(
            abs(mpmath.mpf(ball.mid().str(30, radius=False)) - expected)
            <= mpmath.mpf(10) ** -digits * max(1, abs(expected))
        )


PLAIN = {
    "tanh": mpmath.tanh,
    "exp": mpmath.exp,
    "sin": mpmath.sin,
    "erf": mpmath.erf,
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "softplus": lambda u: mpmath.log1p(mpmath.exp(u)),
    "gelu": lambda u: u * mpmath.ncdf(u),
    "silu": lambda u: u / (1 + mpmath.exp(-u)),
    "relu": lambda u: max(u, mpmath.mpf(0)),
    "leaky_relu": lambda u: max(u, u / 100),
    "hardtanh": lambda u: max(-1, min(1, u)),
    "abs": abs,
    "square": lambda u: u**2,
    "cube": lambda u: u**3,
}


@pytest.mark.parametrize("name", NAMED)
def test_means_are_those_of_another_quadrature(name: str) -> None:
    g = c.activation(name)
    [[found]] = value(E(g(s) * s), instance())
    w = mpmath.mpf(-2) / 3
    assert near(found, by_mpmath(lambda u: PLAIN[name](w * u) * w * u, MEAN, VARIANCE))


@pytest.mark.parametrize("name", [n for n in NAMED if ACTIVATIONS[n].smooth])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_so_are_those_of_derivatives(name: str, order: int) -> None:
    """By mpmath's numeric derivative, of which fewer digits are right."""
    g = c.activation(name)
    derivative = [g.prime, g.second, lambda u: c.gradient(g.second(u), u)][order - 1]
    point = c.real("u")
    term = derivative(s) if order < 3 else c.derivative(g.second(point), point, at=s)
    try:
        [[found]] = value(E(term * s), instance())
    except UnsupportedError:
        assert (name, order) == ("gelu", 3) or (name, order) == ("silu", 3)  # of which no bound is known
        return
    w = mpmath.mpf(-2) / 3
    with mpmath.workdps(30):
        assert near(found, by_mpmath(lambda u: mpmath.diff(PLAIN[name], w * u, order) * w * u, MEAN, VARIANCE), 9)


CLOSED = {
    "exp": (E(exp(s)), c.exp(a.T @ mu + (a.T @ S @ a) / 2)),
    "exp of a number": (E(c.exp(s)), c.exp(a.T @ mu + (a.T @ S @ a) / 2)),
    "two of them": (E(c.exp(s) * c.exp(2 * s)), c.exp(3 * (a.T @ mu) + 9 * (a.T @ S @ a) / 2)),
    "by parts": (E(tanh(s) * (x - mu)), S @ a * E(1 - tanh(s) ** 2)),
    "a gradient": (c.gradient(E(tanh(s)), a), E(tanh.prime(s) * x)),
    "a hessian": (c.hessian(E(tanh(s)), a), E(tanh.second(s) * x @ x.T)),
    "a derivative within": (E(c.gradient(tanh(s), a) * s), E(tanh.prime(s) * s * x)),
    "softplus": (c.gradient(E(c.activation("softplus")(s)), a), E(c.activation("sigmoid")(s) * x)),
    "beside a polynomial": (E(tanh(s) + x.T @ x), E(tanh(s)) + c.trace(S) + mu.T @ mu),
}


@pytest.mark.parametrize("name", CLOSED)
def test_what_is_true_agrees_and_what_is_nearly_so_differs(name: str) -> None:
    left, right = CLOSED[name]
    for variance in (VARIANCE, Fraction(1, 100), Fraction(0)):
        at = instance(variance=variance)
        assert decide(Identity(left, right), (SHIFTED,), at).outcome is Outcome.AGREE
    wrong = Identity(left, right * Fraction(1001, 1000))
    assert decide(wrong, (SHIFTED,), instance()).outcome is Outcome.DIFFERENT


def test_a_bound_is_decided() -> None:
    """Jensen's inequality for exp, and its contrary."""
    below, above = c.exp(a.T @ mu), E(c.exp(s))
    assert decide(Bound(below, above), (SHIFTED,), instance()).outcome is Outcome.AGREE
    assert decide(Bound(above, below), (SHIFTED,), instance()).outcome is Outcome.DIFFERENT
    strict = Below(below, above)
    assert decide(strict, (SHIFTED,), instance()).outcome is Outcome.AGREE
    assert decide(Below(above, above), (SHIFTED,), instance()).outcome is Outcome.UNKNOWN


# ---- who integrates, and over which vectors -------------------------------------------------------------------
def test_whoever_does_not_integrate_is_told_that_it_is_left_open() -> None:
    claim, at = Identity(*CLOSED["by parts"]), instance()
    assert check(at, claim, (SHIFTED,)).holds is None
    assert check(at, claim, (SHIFTED,), {"x"}).holds is True
    assert set(integrated(claim, (SHIFTED,), at)) == {"x"}


def test_only_what_is_no_polynomial_is_integrated() -> None:
    at = instance()
    assert not integrated(Identity(E(phi(s) * s), E(s)), (SHIFTED,), at)
    assert integrated(Identity(E(phi(s) * s), E(s)), (SHIFTED,), instance(phi="tanh"))
    assert not integrated(Identity(E(tanh(s)), s), (), at)


def test_of_longer_vectors_nothing_is_said() -> None:
    claim = Identity(E(tanh(s)), E(tanh(s)) + 1)
    at = draw(claim, (CENTRED,), {"d": 2}, Random(1), "small")
    assert at is not None
    assert decide(claim, (CENTRED,), at).outcome is Outcome.UNKNOWN
    assert to_integrate(claim, (CENTRED,)) == {x}
    assert to_integrate(Identity(E(phi(s)), E(f(x))), (CENTRED,)) == frozenset()


def test_means_in_what_is_assumed_are_not_integrated() -> None:
    """kappa = E[tanh(a'x)] would be computed from points that do not stand for the law."""
    kappa = c.real("kappa")
    claim: Claim = Identity(E(tanh(s)), kappa)
    assumed: tuple[Assumption, ...] = (SHIFTED, c.equal(kappa, E(tanh(s))))
    found = draw(claim, assumed, {"d": 1}, Random(0), "small")
    assert found is None or decide(claim, assumed, found).outcome is Outcome.UNKNOWN


def test_a_mean_within_another_is_left_open() -> None:
    both = (CENTRED, OTHER)
    nested = c.E(tanh(s) * c.E(tanh(a.T @ y + s), y), x)
    at = draw(Identity(nested, nested + 1), both, {"d": 1}, Random(3), "small")
    assert at is not None
    assert decide(Identity(nested, nested + 1), both, at).outcome is Outcome.UNKNOWN
    apart = Identity(E(tanh(s)) * c.E(tanh(a.T @ y), y), E(tanh(s) * c.E(tanh(a.T @ y), y)))
    assert decide(apart, both, at).outcome in (Outcome.UNKNOWN, Outcome.AGREE)


REFUSED = {
    "a pole": 1 / s,
    "a root": c.sqrt(s),
    "a quotient that is defined": 1 / (1 + s**2),
    "exp of a square": c.exp(s**2 / 100),
    "exp of a product": c.exp(s * tanh(s) * s),
    "exp of exp": c.exp(c.exp(s)),
    "a logarithm": c.log(s),
    "a kink's slope": c.gradient(abs(r * s), r),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_be_infinite_or_undefined_is_not_integrated(name: str) -> None:
    body = REFUSED[name]
    at = Instance({**instance().sizes}, {**instance().values, "r": scalar(1)}, instance().laws, instance().functions)
    with pytest.raises((UnsupportedError, UncertainError, UndefinedError)):
        value(E(body * tanh(s)), at)


CONSTANT = {  # of what does not vary although it is written of x, with its value
    "a quotient": (1 / (1 + phi.prime(s) ** 2), Fraction(1, 2)),
    "a quotient of a second derivative": (1 / c.activation("square").second(s), Fraction(1, 2)),
    "a root": (c.sqrt(3 + phi.prime(s) ** 2), Fraction(2)),
    "a power 0": (1 / (1 + s**0), Fraction(1, 2)),
    "a third derivative": (1 / (1 + c.activation("identity").second(s)), Fraction(1)),
}


@pytest.mark.parametrize("name", CONSTANT)
def test_what_is_a_constant_to_the_bound_is_one_to_the_quadrature(name: str) -> None:
    """A false ball was there: of 1 in the place of 1/2, for complex balls took it for what varies."""
    body, number = CONSTANT[name]
    at = instance()
    claim = Identity(E(tanh(s) * body), number * E(tanh(s)))
    assert decide(claim, (SHIFTED,), at).outcome is Outcome.AGREE
    assert decide(Identity(claim.left, 2 * claim.right), (SHIFTED,), at).outcome is Outcome.DIFFERENT


def test_a_logarithm_of_a_constant_is_a_logarithm() -> None:
    body = c.log(1 + phi.prime(s) ** 2)
    claim = Identity(E(tanh(s) * body), c.log(c.number(2)) * E(tanh(s)))
    assert decide(claim, (SHIFTED,), instance()).outcome is Outcome.AGREE


def test_a_root_that_varies_is_left_open_and_no_fault() -> None:
    body = c.activation("rsqrt")(1 + phi.prime(s) ** 2)
    at = instance(phi="cube")
    claim = Identity(E(tanh(s) * body), E(tanh(s)))
    assert decide(claim, (SHIFTED,), at).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("g", [tanh, c.activation("sigmoid")])
def test_a_function_near_its_limit_asks_for_bits(g: c.terms.Activation) -> None:
    """tanh(sin(a'x) + 10^4) is 1 but for 10^-8686."""
    claim = Identity(E(g(c.activation("sin")(s) + 10_000)), c.number(1))
    assert decide_fully(claim, (SHIFTED,), instance()).outcome is Outcome.UNKNOWN


def test_what_grows_too_fast_for_the_precision_is_left_open() -> None:
    at = instance(variance=Fraction(10**8))
    with pytest.raises(UncertainError):
        value(E(c.exp(s)), at)


@pytest.mark.parametrize("name", ["exp", "by parts"])
def test_whoever_decides_integrates(name: str) -> None:
    """The points of the law would say otherwise, in rationals too."""
    claim, at = Identity(*CLOSED[name]), instance()
    assert decide_fully(claim, (SHIFTED,), at).outcome is Outcome.AGREE
    assert decide_suspect(claim, (SHIFTED,), at).outcome is Outcome.AGREE
    assert exactly(claim, (SHIFTED,), at) is None


def test_a_degree_beyond_that_of_the_law_is_not_told_from_its_points() -> None:
    """Of rationals all through: the tenth moment of the points is not that of the normal law."""
    centred = instance(mean=Fraction(0), order=MOST_ORDER)
    for factor, outcome in ((945, Outcome.AGREE), (944, Outcome.DIFFERENT)):
        claim = Identity(E(s**10), factor * (a.T @ S @ a) ** 5)
        assert decide_fully(claim, (CENTRED,), centred).outcome is outcome
        assert exactly(claim, (CENTRED,), centred) is None
        assert exactly(claim, (), centred) is not None


def test_a_high_power_of_what_is_bounded_is_left_open() -> None:
    """Its bound was that of the 65th power."""
    with pytest.raises(UnsupportedError, match="a power above 64"):
        value(E((2 * tanh(s)) ** 65), instance())
    assert decide(Identity(E((2 * tanh(s)) ** 64), 2**64 * E(tanh(s) ** 64)), (SHIFTED,), instance()).outcome is (
        Outcome.AGREE
    )


def test_an_instance_without_the_law_is_refused_in_words() -> None:
    without = Instance(instance().sizes, instance().values, {}, instance().functions)
    with pytest.raises(InstanceError, match=r"laws\.x"):
        decide(Identity(*CLOSED["exp"]), (SHIFTED,), without)


# ---- how fast it grows ----------------------------------------------------------------------------------------
def test_every_function_that_has_a_bound_is_integrated_and_no_other() -> None:
    assert {*growing.BOUNDED, *growing.LINES} == {*normal_means.FUNCTIONS}
    assert {*normal_means.FUNCTIONS, "exp"} | {
        "identity",
        "square",
        "cube",
        "quartic",
        *TOO_TALL,
        *CONSTANTS,
        "log",
        "sqrt",
        "rsqrt",
    } >= {*ACTIVATIONS}


softplus, gelu, relu = map(c.activation, ("softplus", "gelu", "relu"))
leaves = [s, a.T @ x + 1, c.number(2), tanh(s), c.exp(s), softplus(s), gelu(2 * s), abs(s), relu(s - 1)]
bodies = st.recursive(
    st.sampled_from(leaves),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        inner.map(lambda u: u**2),
        inner.map(lambda u: -3 * u),
        inner.map(tanh),
        inner.map(c.activation("sin")),
        inner.map(c.activation("silu")),
    ),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None)
@given(bodies, st.integers(-60, 60))
def test_no_value_is_above_the_bound_of_its_growth(body: Term, eighths: int) -> None:
    at, balls, t = instance(), Balls(128, instance().functions), Fraction(eighths, 8)
    deviation = Fraction(3, 2)
    with balls.active():
        scope = normal_means._over(scope_of(at, {}, 128), growing.Growing(balls))
        point = growing.along(fmpq(1, 3), fmpq(3, 2))
        try:
            grown = growing.of(evaluate(body, scope.inside({x: [[point]]}, over=x))[0][0])
        except UnsupportedError:
            return
        position = MEAN + deviation * t
        plain = scope_of(at, {}, 128).inside({x: [[fmpq(position.numerator, position.denominator)]]}, over=x)
        size, far = abs(arb(evaluate(body, plain)[0][0])), arb(fmpq(abs(t).numerator, abs(t).denominator))
        bound = grown.size * (1 + far) ** grown.degree * (grown.rate * far).exp()
        assert not size > bound * (1 + arb(2) ** -100)


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("degree", [0, 1, 7])
@pytest.mark.parametrize("rate", [0, 3])
@pytest.mark.parametrize("far", [8, 20])
def test_the_rest_is_no_more_than_is_said(size: int, degree: int, rate: int, far: int) -> None:
    said = growing.beyond(growing.Growth(arb(size), degree, arb(rate)), far)
    with mpmath.workdps(40):
        true = (
            2
            * size
            * mpmath.quad(
                lambda t: (1 + t) ** degree * mpmath.exp(rate * t) * mpmath.npdf(t), [far, far + 2, far + 8, far + 40]
            )
        )
        least = mpmath.mpf(said.lower().str(30, radius=False))
        assert true <= least
        assert least <= 3 * true
    assert growing.beyond(growing.Growth(arb(size), degree, arb(far)), far) is None


def test_what_takes_too_much_work_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normal_means, "EACH", 20)
    assert decide(Identity(*CLOSED["by parts"]), (SHIFTED,), instance()).outcome is Outcome.UNKNOWN


def test_two_laws_are_integrated_one_by_one() -> None:
    both = (CENTRED, OTHER)
    claim = Identity(E(tanh(s)) + c.E(exp(a.T @ y), y), c.exp(a.T @ T @ a / 2))
    at = draw(claim, both, {"d": 1}, Random(5), "small")
    assert at is not None
    assert set(integrated(claim, both, at)) == {"x", "y"}
    assert decide(claim, both, at).outcome is Outcome.AGREE
    assert to_integrate(claim, both) == {x, y}

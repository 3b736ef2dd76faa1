"""Bound variables stay bound, binders capture nothing, a node that no constructor makes is refused where it is made.

Each of these was once a way to a false proof.
"""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

import theory as c
from tests.soundness.test_wicked import ONE, ZERO, A, d, equality, inequality, r, refusal, s, u, v
from theory import DIFFERENTIATE, at_most, equal, gaussian, interchange, start, surplus
from theory import terms as t
from theory import unfold as by_definition
from theory.terms.rewrite import stray, substitute, unfold
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_matrices import Rejected, _instantiate, _require_well_formed, observe

p, q = c.positive("p"), c.real("q")
BOUND = replace(r, bound=1)
TIMES = c.define("times", (q,), c.derivative(r * q, r, at=ONE))  # times(q) = q, with a bound r in its body
LAW = equality(TIMES.body, q, DIFFERENTIATE, name="law")


def proved(case) -> bool:
    return establish(observe(case)).verdict is Verdict.PROVED


def test_unfolding_under_a_derivative_captures_nothing():
    """d times(r)/dr is 1; unfolded carelessly it would read d(2r at r = 1)/dr = 0."""
    left = c.derivative(TIMES(r), r, at=s)
    reasons = (DIFFERENTIATE, by_definition(TIMES))
    assert proved(equality(left, ONE, *reasons))
    assert "differ" in refusal(equality(left, ZERO, *reasons))


def test_a_renamed_binder_means_the_same():
    inner = unfold(TIMES(BOUND + p))
    assert isinstance(inner, t.Derivative)
    assert inner.variable.bound == 2
    assert stray(inner) == {BOUND}
    assert substitute(TIMES.body, {q: s * r}).variable == BOUND
    deep = replace(r, bound=5)
    assert unfold(TIMES(deep * BOUND)).variable.bound == 6


def test_a_theorem_is_not_instantiated_at_a_bound_variable():
    """times(r) = r inside a derivative in r would make 0 = 1."""
    assert proved(LAW)
    inner = t.Derivative(BOUND * BOUND, BOUND, ONE, "gradient")
    left, middle = (t.Derivative(body, BOUND, s, "gradient") for body in (inner, BOUND))
    chain = start(left).equals(middle, LAW.at({q: BOUND})).equals(ONE, DIFFERENTIATE)
    case = replace(equality(left, ONE), parts=(replace(equality(left, ONE).parts[0], derivation=chain),))
    assert "bound variable" in refusal(case)


@pytest.mark.parametrize("depth", [1, -2])
def test_a_bound_variable_is_no_free_symbol(depth):
    """p r >= 0 because p r = r^(1/2) r^(1/2) p, and nobody asked whether r^(1/2) is defined."""
    stray = replace(r, bound=depth)
    root = c.sqrt(stray)
    assert "bound variable" in refusal(inequality(ZERO, p * stray, surplus(root * (root * p))))
    assert "bound variable" in refusal(equality(stray * s, s * stray))
    assert proved(equality(r * s, s * r))


def test_an_assumption_does_not_speak_of_a_bound_variable():
    """From r^2 = 1 about the variable of a derivative, d(r^2)/dr would be 0."""
    square = c.derivative(r**2, r, at=s)
    for assumption in (equal(BOUND**2, ONE), equal(ONE * s, BOUND * s)):
        assert "bound variable" in refusal(equality(square, ZERO, DIFFERENTIATE, assumption, assumptions=(assumption,)))
    unused = at_most(ZERO, BOUND)
    assert "bound variable" in refusal(equality(q * s, s * q, assumptions=(unused,)))


def test_a_definition_does_not_speak_of_a_bound_variable_that_it_does_not_bind():
    loose = t.Definition("loose", (q,), q * BOUND)
    for term in (loose(s), t.Derivative(loose(s) + BOUND, BOUND, s, "gradient")):
        assert "bound variable" in refusal(equality(term, term + 0 * term))


@pytest.mark.parametrize(
    "make",
    [
        lambda: t.Abs(u),
        lambda: t.Expectation(u.T @ v, u),
        lambda: t.Derivative(BOUND * u, BOUND, s, "gradient"),
        lambda: t.Derivative(BOUND * u, BOUND, s, "hessian"),
        lambda: t.Derivative(BOUND * A, BOUND, s, "jacobian"),
        lambda: t.Derivative(BOUND**2, BOUND, u, "gradient"),
        lambda: t.Derivative(BOUND**2, BOUND, s, "laplacian"),
        lambda: t.Derivative(ONE, replace(A, bound=1), A, "hessian"),
        lambda: t.Derivative(u, replace(A, bound=1), A, "jacobian"),
        lambda: t.Elementwise(c.activation("phi", smoothness=1), 2, r),
        lambda: t.Elementwise(c.activation("phi", smoothness=1), -1, r),
        lambda: t.FieldValue(c.scalar_field("L", d), 3, u),
        lambda: t.FieldValue(c.scalar_field("L", d), -1, u),
        lambda: t.FieldValue(c.scalar_field("L", d), 1, s),
    ],
)
def test_a_misshapen_node_is_refused_where_it_is_made(make):
    with pytest.raises(c.CalculusError):
        make()


def test_a_node_that_was_misshapen_afterwards_is_refused():
    for node, name, value in ((abs(r), "body", u), (c.derivative(r**2, r, at=s), "kind", "laplacian")):
        left = node * s
        object.__setattr__(node, name, value)
        assert refusal(equality(left, left + ZERO * left))


def made_otherwise(kind):
    """The same thing, of a subclass of its type."""
    return type("Other", (type(kind),), {})(**{f.name: getattr(kind, f.name) for f in fields(kind)})


x, phi, field = c.random_vector("x", d), c.activation("phi"), c.scalar_field("L", d)
SQUARE = c.define("f", (r,), r * r)
OTHER = made_otherwise(r)
OTHER_BOUND = made_otherwise(BOUND)
OTHER_SIZE = made_otherwise(d)
FORGED = {
    "no term": "r",
    "a symbol": OTHER,
    "one of two factors": s * OTHER,
    "a size": c.eye(OTHER_SIZE),
    "a size of a vector": t.Symbol("u", (OTHER_SIZE, 1)),
    "the variable of a derivative": t.Derivative(s, OTHER_BOUND, s, "gradient"),
    "a variable that is not bound": t.Derivative(r * r, r, s, "gradient"),
    "a variable bound below 0": t.Derivative(r * r, replace(r, bound=-1), s, "gradient"),
    "a random vector": t.Expectation(u, made_otherwise(x)),
    "an activation": made_otherwise(phi)(r),
    "a field": made_otherwise(field)(u),
    "a definition": made_otherwise(SQUARE)(s),
    "a parameter": t.Definition("f", (OTHER,), s)(s),
    "in the body of a definition": t.Definition("f", (r,), r * OTHER)(s),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_part_of_a_subclass_is_refused(name):
    with pytest.raises(Rejected, match="no node of this calculus, or a subclass of one"):
        _require_well_formed(FORGED[name])


def test_what_the_constructors_make_is_well_formed():
    for term in (s * r, c.eye(2), c.eye(d), c.derivative(r * r, r, at=s), c.E(x), phi(u), field(u), SQUARE(s)):
        _require_well_formed(term)


def test_nothing_is_put_for_a_random_vector_of_which_something_is_assumed():
    """Such a value is refused before as well: nothing is shown to be random."""
    assert _instantiate(interchange(x), {u: v}) == interchange(x)
    with pytest.raises(Rejected, match="stands under E"):
        _instantiate(interchange(x), {x: x})
    normal = gaussian(x, mean=u, covariance=c.eye(d))
    assert _instantiate(normal, {u: v}) == gaussian(x, mean=v, covariance=c.eye(d))
    with pytest.raises(Rejected, match="stands under E"):
        _instantiate(normal, {x: x})


def test_an_oblique_projector_is_no_projector():
    """u'Pu >= 0 holds for orthogonal projectors, not for P = y z' / z'y."""
    P, y, z = c.projector("P", d), c.vector("y", d), c.vector("z", d)
    bare = t.Symbol("P", (d, d), frozenset({t.Property.PROJECTOR}))
    apart = at_most(ONE, z.T @ y)
    oblique = y @ z.T / (z.T @ y)
    for symbol in (P, bare):
        lemma = inequality(ZERO, u.T @ symbol @ u, surplus(u.T @ symbol @ u), name="lemma")
        assert proved(lemma)
        form = u.T @ oblique @ u
        case = inequality(ZERO, form, surplus(form), lemma.at({symbol: oblique}), assumptions=(apart,))
        assert "this is not shown of" in refusal(case)

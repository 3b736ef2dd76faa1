"""Definedness, obligation by obligation: what is shown, and what is refused because nothing shows it."""

from __future__ import annotations

from fractions import Fraction

import pytest

import theory as c
from theory import ALGEBRA, Identity, Part, Theorem, at_most, interchange, start
from theory.definitions.batch_norm import NOT_CONSTANT, deviation, eps, normalised, y
from theory.statements.claims import Equal, has_inverse, not_zero
from theory.terms import Symbol, rewrite
from verify.proof import lines_on_matrices
from verify.proof.lines_on_matrices import check_line

HALF, THREE_HALVES = Fraction(1, 2), Fraction(3, 2)
d = c.dimension("d")
r, s, t = c.real("r"), c.real("s"), c.real("t")
nz = c.real("nz", nonzero=True)
p, q, k = c.positive("p"), c.nonnegative("q"), c.negative("k")
u, v, w = c.vector("u", d), c.vector("v", d), c.vector("w", d, nonzero=True)
A, S, N = c.matrix("A", d), c.positive_definite("S", d), c.positive_semidefinite("N", d)
T, G = c.positive_definite("T", d), c.invertible("G", d)
x = c.random_vector("x", d)
phi = c.activation("phi", smoothness=2)
L = c.scalar_field("L", d)
z = c.real("z")
root = c.define("root", (z,), c.sqrt(z))
ignored = c.define("ignored", (z,), 3 + 0 * z)
LOG = c.log(u)
D, ONE = c.derivative, c.number(1)
ABOVE, BETWEEN = at_most(p, r), at_most(p, r * r - s)


def refusal(term, *assumptions):
    """Why the line term = term + 0 term is refused; empty if it is accepted."""
    case = Theorem(
        "soundness.definedness",
        parts=(Part("", Identity(term, term + 0 * term), None),),
        near_misses={"another": Identity(term, 2 * term)},
        assumptions=assumptions,
        docstring="a case",
    )
    trace = check_line(case, 1, term, start(term).equals(term + 0 * term, ALGEBRA).lines[0])
    return "" if trace.accepted else trace.problem


# name -> (defined, not defined, what the refusal names)
ROWS = {
    "1/x": (1 / nz, 1 / r, "r is nonzero"),
    "1/x of a sign": (1 / k, 1 / q, "q is nonzero"),
    "x^-2": (nz**-2, r**-2, "r is nonzero"),
    "x^2": (r**2, (1 / r) ** 2, "r is nonzero"),
    "x^0": (r**0, (1 / r) ** 0, "r is nonzero"),
    "x^(1/2)": (q**HALF, r**HALF, "r is nonnegative"),
    "x^(1/2) of a negative": ((-k) ** HALF, k**HALF, "k is nonnegative"),
    "x^(-1/2)": (p**-HALF, q**-HALF, "q is nonzero"),
    "log of a column": (c.log(c.exp(u)), c.log(u), "each entry of u is positive"),
    "log of a sum": (c.log(c.hadamard(u, u) + p * c.ones(d)), c.log(c.hadamard(u, u) + q * c.ones(d)), "is positive"),
    "a root of a column": (c.sqrt(c.exp(u) + c.hadamard(v, v)), c.sqrt(c.exp(u) - c.exp(v)), "is positive"),
    "a root in a row": (c.sqrt(c.exp(u).T) @ v, c.sqrt(u.T) @ v, "is positive"),
    "a root of every entry": (c.activation("rsqrt")(c.exp(A)), c.activation("rsqrt")(A), "is positive"),
    "a derivative of a log": (c.jacobian(c.log(c.exp(u)), u), c.jacobian(c.log(u), u), "is positive"),
    "a log at a point": (c.gradient(v.T @ LOG, u, at=c.exp(v)), c.gradient(v.T @ LOG, u, at=v), "is positive"),
    "x^(3/2)": ((r**2) ** THREE_HALVES, (r**3) ** THREE_HALVES, "r^3 is nonnegative"),
    "a sum in a denominator": (1 / (1 + r**2), 1 / (1 + r), "1 + r is nonzero"),
    "a length": (1 / c.norm(w), 1 / c.norm(u), "is nonzero"),
    "a length in a metric": (1 / c.norm_in(w, S), 1 / c.norm_in(w, N), "is nonzero"),
    "the root of a quadratic form": (c.norm_in(u, N), c.sqrt(u.T @ A @ u), "is nonnegative"),
    "a part times 0": (0 * (1 / nz), 0 * (1 / r), "r is nonzero"),
    "the inverse of a matrix": (c.inverse(S), c.inverse(N), "N is invertible"),
    "the inverse of what is declared so": (c.inverse(G), c.inverse(A), "A is invertible"),
    "its transpose": (c.inverse(G.T), c.inverse(A.T), "A' is invertible"),
    "products with it": (c.inverse(nz * G @ S @ G.T), c.inverse(nz * G @ N @ G.T), "is invertible"),
    "the inverse of an orthogonal matrix": (c.inverse(c.orthogonal("R", d) @ S), c.inverse(A @ S), "is invertible"),
    "a sum with it": (c.inverse(G.T @ G + N), c.inverse(G + N), "is invertible"),
    "its length": (1 / c.norm(G @ w), 1 / c.norm(A @ w), "is nonzero"),
    "its determinant": (1 / c.det(G), 1 / c.det(A), "is nonzero"),
    "the sign of its determinant": (c.sqrt(c.det(G) ** 2), c.sqrt(c.det(G)), "is nonnegative"),
    "the slope of its determinant": (c.gradient(c.det(G), G), c.gradient(c.det(A), A, at=N), "is invertible"),
    "the inverse of a sum": (c.inverse(N + p * c.eye(d)), c.inverse(N + q * c.eye(d)), "is invertible"),
    "the inverse of a sum with S": (c.inverse(N + S), c.inverse(A + S), "is invertible"),
    "the inverse of a product": (c.inverse(S @ S), c.inverse(S @ A), "is invertible"),
    "a palindrome around a square": (c.inverse(c.eye(d) + A.T @ A), c.inverse(c.eye(d) + A @ A), "is invertible"),
    "a palindrome around S": (c.inverse(S + A @ S @ A.T), c.inverse(S + A @ S @ A), "is invertible"),
    "a palindrome around N": (c.inverse(S + A @ N @ A.T), c.inverse(N + A @ S @ A.T), "is invertible"),
    "a palindrome with a sign": (c.inverse(S + q * A @ A.T), c.inverse(S + r * A @ A.T), "is invertible"),
    "a palindrome of definite factors": (c.inverse(S @ T @ S + N), c.inverse(S @ N @ S + N), "is invertible"),
    "the inverse of a sum within": (c.inverse(N + c.inverse(S + T)), c.inverse(N + c.inverse(S - T)), "is invertible"),
    "one over a determinant": (1 / c.det(S), 1 / c.det(N), "is nonzero"),
    "one over a determinant of a product": (1 / c.det(S @ T), 1 / c.det(S @ A), "is nonzero"),
    "one over a determinant of a sum": (1 / c.det(S + A.T @ A), 1 / c.det(S + A), "is nonzero"),
    "one over a determinant of a multiple": (1 / c.det(nz * S), 1 / c.det(r * S), "is nonzero"),
    "a logarithm": (c.log(p), c.log(q), "q is positive"),
    "the logarithm of a sum": (c.log(1 + r**2), c.log(1 + r), "is positive"),
    "the logarithm of a square": (c.log(nz**2), c.log(r**2), "is positive"),
    "log-sum-exp": (c.log(c.ones(d).T @ c.exp(u)), c.log(u.T @ c.exp(u)), "is positive"),
    "softmax": (c.exp(u) / (c.ones(d).T @ c.exp(u)), c.exp(u) / (u.T @ c.exp(u)), "is nonzero"),
    "log det": (c.log(c.det(S)), c.log(c.det(G)), "is positive"),
    "log det of a square": (c.log(c.det(G) ** 2), c.log(c.det(A) ** 2), "is positive"),
    "the slope of a logarithm": (D(c.log(t), t, at=p), D(c.log(t), t, at=q), "is positive"),
    "one over exp": (1 / c.exp(r), 1 / (c.exp(r) - 1), "is nonzero"),
    "the root of a determinant": (c.sqrt(c.det(N)), c.sqrt(c.det(A)), "is nonnegative"),
    "the root of a determinant of a sum": (c.sqrt(c.det(N + A @ A.T)), c.sqrt(c.det(N - A @ A.T)), "is nonnegative"),
    "the root of a determinant of a multiple": (c.sqrt(c.det(q * N)), c.sqrt(c.det(k * N)), "is nonnegative"),
    "Jacobi": (c.gradient(c.det(A), A, at=S), c.gradient(c.det(A), A), "is invertible"),
    "Jacobi along a line": (D(c.det(S + t * N), t, at=q), D(c.det(S + t * N), t, at=r), "is invertible"),
    "the inverse of a multiple": (c.inverse(nz * S), c.inverse(r * S), "is invertible"),
    "the inverse of a number": (c.inverse(nz), c.inverse(r), "r is nonzero"),
    "a folded root": (root(q), root(r), "r is nonnegative"),
    "an argument that nothing depends on": (ignored(1 / nz), ignored(1 / r), "r is nonzero"),
    "a root in a root": (c.sqrt(1 + c.sqrt(q)), c.sqrt(2 + c.sqrt(r)), "is nonnegative"),
    "inside a function": (phi(1 / nz), phi(1 / r), "r is nonzero"),
    "inside a field": (L(u / nz), L(u / r), "r is nonzero"),
    "under E": (c.E((x.T @ u) / nz), c.E((x.T @ u) / r), "r is nonzero"),
    "a random denominator": (c.E(1 / (1 + (x.T @ u) ** 2)), c.E(1 / (x.T @ u)), "is nonzero"),
    "the point of a derivative": (D(t**2, t, at=1 / nz), D(t**2, t, at=1 / r), "r is nonzero"),
    "the point of a constant's derivative": (D(ONE, t, at=c.sqrt(q)), D(ONE, t, at=c.sqrt(r)), "r is nonnegative"),
    "the body around the point": (D(1 / t, t, at=nz), D(1 / t, t, at=r), "is nonzero"),
    "a root around the point": (D(c.sqrt(t), t, at=p), D(c.sqrt(t), t, at=q), "is nonnegative"),
    "a root to a high power": (D(t**THREE_HALVES, t, at=p), D(t**THREE_HALVES, t, at=q), "is nonnegative"),
    "a root of what is never negative": (D((t**2 + 1) ** HALF, t, at=r), D((t**2) ** HALF, t, at=r), "is nonzero"),
    "a kink": (D(abs(t), t, at=nz), D(abs(t), t, at=r), "is nonzero"),
    "a power of a kink": (D(abs(t) * t, t, at=nz), D(abs(t) * t, t, at=r), "is nonzero"),
    "a length at 0": (c.gradient(c.norm(v), v, at=w), c.gradient(c.norm(v), v, at=u), "is nonzero"),
    "a length squared": (c.gradient(c.norm(v) ** 2, v, at=u), c.gradient(c.norm(v), v, at=0 * w), "is nonzero"),
    "a second derivative": (c.hessian(c.norm(v), v, at=w), c.hessian(c.norm(v) ** 3, v, at=u), "is nonzero"),
    "a declared variable": (c.gradient(c.norm(w), w), c.gradient(w.T @ w, w, at=u), "u is nonzero"),
    "a positive variable": (D(p**2, p), D(p**2, p, at=q), "q is positive"),
    "a negative variable": (D(k**2, k), D(k**2, k, at=p), "p is negative"),
    "a nonzero variable": (D(nz**2, nz, at=p), D(nz**2, nz, at=q), "q is nonzero"),
    "a derivative in a derivative": (
        D(D(abs(t), t, at=1 + s**2), s),
        D(D(abs(t), t, at=s**2), s),
        "is nonzero",
    ),
    "a point that moves": (D(root(1 + s**2), s), D(root(s), s), "is nonnegative"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_it_is_asked_and_shown(name):
    defined, undefined, what = ROWS[name]
    assert refusal(defined) == ""
    assert what in refusal(undefined)


# ---- by an assumed inequality -------------------------------------------------------------------------------
def test_what_lies_above_something_positive_is_positive():
    assert refusal(1 / r)
    assert refusal(1 / r, ABOVE) == ""
    assert refusal(c.sqrt(r), ABOVE) == ""
    assert refusal(c.sqrt(r + q), ABOVE) == ""
    assert refusal(1 / c.sqrt(2 * r + q), ABOVE) == ""
    assert refusal(1 / (r - q), ABOVE)
    assert refusal(1 / (r * r - s), BETWEEN) == ""
    assert refusal(1 / r, at_most(q, r))
    assert refusal(c.sqrt(r), at_most(q, r)) == ""
    assert refusal(c.sqrt(r), at_most(r, p))
    assert refusal(c.sqrt(r), at_most(k, r))


def test_a_square_that_is_assumed_to_be_positive_says_that_its_number_is_not_0():
    assert refusal(1 / r, at_most(p, r * r)) == ""
    assert refusal(1 / r, not_zero(r, p)) == ""
    assert refusal(1 / r, at_most(q, s), not_zero(r, p)) == ""
    assert refusal(1 / r, at_most(q, r * r))
    assert refusal(1 / (1 + r), not_zero(r, p))
    assert refusal(c.sqrt(r), not_zero(r, p))
    assert refusal(1 / c.norm(u), not_zero(u, p)) == ""
    assert refusal(1 / c.norm(A @ u - u), not_zero(A @ u - u, p)) == ""
    assert refusal(1 / c.norm(A @ u + u), not_zero(A @ u - u, p))
    assert refusal(c.gradient(c.norm(u), u, at=A @ u), not_zero(A @ u, p)) == ""
    assert refusal(c.gradient(c.norm(u), u, at=A @ u), not_zero(u, p))


def test_a_determinant_that_is_not_0_is_that_of_an_invertible_matrix():
    unit = c.eye(d)
    assert refusal(c.inverse(unit + A), has_inverse(unit + A, p)) == ""
    assert refusal(c.inverse(unit + A.T), has_inverse(unit + A, p)) == ""
    assert refusal(c.inverse(S @ A), has_inverse(A @ S, p)) == ""
    assert refusal(c.inverse(unit - A), has_inverse(unit + A, p))
    assert refusal(c.inverse(unit + A), has_inverse(unit + A, q))
    assert refusal(c.inverse(unit + A), not_zero(unit + A, p))
    assert refusal(c.inverse(unit + A @ N), has_inverse(unit + N @ A, p)) == ""
    assert refusal(c.inverse(unit + A @ N), has_inverse(unit + N @ A.T, p)) == ""  # of the transposed matrix
    assert refusal(c.inverse(unit + A @ N), has_inverse(unit + A @ A @ N, p))
    assert refusal(c.inverse(S + u @ w.T), not_zero(1 + w.T @ c.inverse(S) @ u, p)) == ""
    assert refusal(c.inverse(S + u @ w.T), not_zero(1 - w.T @ c.inverse(S) @ u, p))
    assert refusal(c.gradient(c.det(A), A, at=unit + N @ A), has_inverse(unit + N @ A, p)) == ""


def test_it_serves_around_a_point_only_if_what_is_bounded_is_continuous():
    slope = phi.second(r)
    assert refusal(D(c.sqrt(t), t, at=r), ABOVE) == ""
    assert refusal(D(c.sqrt(t), t, at=r), at_most(q, r))
    assert refusal(c.sqrt(slope), at_most(p, slope)) == ""
    assert refusal(D(1 / phi(t), t, at=r), at_most(p, phi(r))) == ""
    assert refusal(D(1 / phi.second(t), t, at=r), at_most(p, slope))


def along(value):
    """A quadratic form of a field's gradient or Hessian along the line through u."""
    return lambda z: u.T @ value(z * u) @ (u if value == L.hessian else c.number(1))


@pytest.mark.parametrize(
    ("value", "continuous"),
    [
        (c.activation("f_1", smoothness=1), True),
        (c.activation("f_1", smoothness=1).prime, False),
        (phi.prime, True),
        (phi.second, False),
        (c.activation("f_3", smoothness=3).second, True),
        (along(L.gradient), True),
        (along(L.hessian), False),
    ],
)
def test_a_last_derivative_is_not_continuous(value, continuous):
    """1/value is bound to exist at the point; the power 0 keeps it from being differentiated."""
    term = D(t * (1 / value(t)) ** 0, t, at=r)
    assert refusal(term)
    assert (refusal(term, at_most(p, value(r))) == "") is continuous


def test_a_batch_that_is_not_constant_has_a_deviation():
    assert refusal(normalised(y, eps), NOT_CONSTANT) == ""
    assert refusal(normalised(y, c.zero()), NOT_CONSTANT) == ""
    assert "is nonzero" in refusal(normalised(y, c.zero()))
    assert refusal(deviation(y, c.zero())) == ""
    assert refusal(normalised(y, p)) == ""


def test_an_assumed_equality_serves():
    assert refusal(1 / r, Equal(r, p)) == ""
    assert "is invertible" in refusal(c.inverse(A))
    assert refusal(c.inverse(A), Equal(A, S)) == ""


def test_a_derivative_under_E_needs_its_premise():
    slope = c.gradient(c.E(phi(x.T @ u)), u)
    assert "interchange" in refusal(slope)
    assert refusal(slope, interchange(x)) == ""
    kink = c.gradient(c.E(abs(x.T @ u)), u)
    assert "is nonzero" in refusal(kink, interchange(x))


# ---- one context for all lines of a theorem -----------------------------------------------------------------
class _Sly(Symbol):
    """No plain symbol, and equal to any term that is asked after."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(KNOWN)


KNOWN = p


def _ground() -> lines_on_matrices._Ground:
    claim = Identity(KNOWN, KNOWN)
    return lines_on_matrices._Ground(Theorem("user.ground", claim, near_misses={"n": claim}, docstring="A case."))


def test_what_is_equal_to_a_defined_term_is_looked_at_itself():
    ground = _ground()
    ground.require_defined(KNOWN)
    sly = _Sly("p")
    assert sly in ground.missing
    with pytest.raises(lines_on_matrices.Rejected, match="is no node of this calculus"):
        ground.require_defined(sly)


def test_what_was_refused_once_is_refused_again():
    ground, undefined = _ground(), 1 / r
    for _ in range(2):
        with pytest.raises(lines_on_matrices.Rejected, match="may be undefined"):
            ground.require_defined(undefined)
    assert ground.missing[undefined] is not None


def test_each_term_may_take_as_many_steps_as_if_it_were_alone():
    norm = v.T @ v
    assumed, claim = c.equal(norm, c.number(1)), Identity(norm, norm)
    case = Theorem("user.steps", claim, near_misses={"n": claim}, docstring="A case.", assumptions=(assumed,))
    for put in ("steps", "depth"):
        ground = lines_on_matrices._Ground(case)
        setattr(ground.context, put, 10**9)
        ground.require_defined(1 / norm)
        setattr(ground.context, put, 10**9)
        ground.require_properties((u + v).T @ v, r)


def test_what_lies_above_something_definite_in_loewners_order_is_invertible():
    gram = A.T @ A
    assert not refusal(c.inverse(gram), at_most(p * c.eye(d), gram))
    assert not refusal(c.inverse(gram + N), at_most(S, gram))
    assert not refusal(c.inverse(A), at_most(S, A))
    for weaker in ((), (at_most(q * c.eye(d), gram),), (at_most(p * c.eye(d), A @ A.T),), (at_most(N, gram),)):
        assert "is invertible" in refusal(c.inverse(gram), *weaker)
    assert "is invertible" in refusal(c.inverse(gram - N), at_most(S, gram))
    assert "is invertible" in refusal(c.inverse(gram), at_most(gram, S))


def test_a_largest_eigenvalue_is_defined_of_what_is_symmetric():
    M, B = c.symmetric("M", d), c.matrix("B", d)
    for body in (M, B + B.T, B @ B.T, B.T @ M @ B, c.inverse(c.eye(d) + B @ B.T)):
        assert not refusal(c.largest_eigenvalue(body))
    for body in (B, B @ M, B - B.T, c.hadamard(B, M), c.inverse(c.eye(d) + B @ B.T) @ M):
        assert "symmetric" in refusal(c.largest_eigenvalue(body))


def test_a_derivative_needs_a_matrix_that_is_symmetric_around_the_point():
    """At a symmetric point alone it is not enough; the power 0 keeps the eigenvalue from being differentiated."""
    M, B = c.symmetric("M", d), c.matrix("B", d)
    for body in (B + B.T, B.T @ B, v @ v.T):
        assert not refusal(c.gradient(c.largest_eigenvalue(body) ** 0, B, at=M))
    for body in (B, B @ S, B - B.T, B @ v @ v.T):
        for at in (M, S):
            assert "is symmetric" in refusal(c.gradient(c.largest_eigenvalue(body) ** 0, B, at=at))
    assert "is symmetric" in refusal(c.gradient(c.largest_eigenvalue(u @ v.T) ** 0, v, at=u))


def test_what_a_derivative_does_not_show_must_be_smooth_too():
    """Points and bodies of derivatives, unused arguments, what comes to 0: a derivative around them asks for them."""
    plain = c.define("plain", (z,), 1 + 0 * z)

    def unseen(term):
        yield D(t, t, at=term)
        yield D(term + t, t)
        yield D(term * t, t, at=ONE) - D(term * t, t, at=ONE)
        yield 0 * term + D(t * r, t, at=ONE)
        yield D(plain(term), t)

    for place in (abs(1 + r * r), 1 / (1 + r * r), c.sqrt(1 + r * r)):
        assert [refusal(D(body, r, at=s)) for body in unseen(place)] == [""] * 5
    for place, reason in ((abs(r), "nonzero"), (c.sqrt(q * r * r), "nonzero")):
        for body in unseen(place):
            assert not refusal(body)
            assert reason in refusal(D(body, r, at=s))


def test_nor_is_smooth_what_is_gone_once_definitions_and_moments_are_worked_out():
    plain = c.define("plain", (z,), 1 + z**0)

    def gone(term):
        yield r * plain(term)
        yield r * c.E(term * (x.T @ u) - (term * (x.T @ u)) ** 1 + r)

    for body in gone(abs(1 + r * r)):
        assert not refusal(D(body, r, at=s), interchange(x))
    for body in gone(abs(r)):
        assert not refusal(body)
        assert "nonzero" in refusal(D(body, r, at=s), interchange(x))
        assert not refusal(D(body, r, at=nz), interchange(x))


def test_what_is_smooth_in_a_recursion_is_so_at_every_state():
    """Where |g + h| is at the point of a derivative further out, whose variable has the letter's name and depth, tells
    nothing of the states, of which one is 0."""
    g, h, n = c.real("g"), c.real("h"), c.steps("n")
    plain = c.define("plain", (z,), 1 + z**0)

    def hidden(body):
        return c.define("hidden", (z,), D(c.iterate(plain(body) + 0 * g, g, z, n) ** 0, h, at=c.zero()))

    for body, smooth in ((abs(1 + g * g + h), True), (abs(g + h), False)):
        for term in (hidden(body)(ONE), D(g * hidden(body)(ONE), g, at=p)):
            assert refusal(term) == "" if smooth else "g~ + h~~| is nonzero" in refusal(term)


def test_a_step_is_defined_at_every_state_and_not_at_the_point_of_a_derivative_in_the_letter():
    g, n = c.real("g"), c.steps("n")
    for step, defined in ((c.sqrt(1 + g * g), True), (c.sqrt(g), False)):
        for term in (c.iterate(step, g, ONE, n), D(g * c.iterate(step, g, ONE, n) ** 0, g, at=p)):
            assert refusal(term) == "" if defined else "g~ is nonnegative" in refusal(term)


def test_a_parameter_is_not_fixed_in_a_definition_that_is_used():
    inner = c.define("inner", (r,), r + z)
    assert rewrite.unfold(c.define("outer", (r,), inner(2 * r))(s)) == 2 * s + z
    deeper = c.define("deeper", (r,), 2 * inner(r))
    for used in (inner, deeper):
        with pytest.raises(c.CalculusError, match="z is a parameter of outer, and fixed inside the definition"):
            c.define("outer", (z,), used(z))

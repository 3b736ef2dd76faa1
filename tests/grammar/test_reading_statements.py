"""What is typed is read as mathematics is read: shapes by unification, conventions where nothing is said."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import E, dimension, eye, gradient, matrix, norm_in, number, ones, positive_definite, real, sqrt, vector
from theory.grammar.misread import MisreadError
from theory.grammar.stating import read
from theory.statements.claims import AtMost, Below, Bound, Equal, Identity, Interchange, SupBound
from theory.terms import Property, Symbol, Term, diag, hadamard, inverse, trace
from theory.terms.text import text

d, m = dimension("d"), dimension("m")
x, y, A, S = vector("x", d), vector("y", d), matrix("A", m, d), matrix("S", d, d)
a, gamma = real("a"), real("gamma")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("|A x|^2 + 0 x'x", (A @ x).T @ (A @ x) + 0 * (x.T @ x)),
        ("2 A'A x", 2 * (A.T @ A @ x)),
        ("x'x y'y", x.T @ x @ y.T @ y),
        ("(x'y) x + (A'A) x", (x.T @ y) * x + A.T @ A @ x),
        ("1/2 x'S x", Fraction(1, 2) * (x.T @ S @ x)),
        ("x'S x / x'x", x.T @ S @ x / (x.T @ x)),
        ("x'S x / 2", x.T @ S @ x / 2),
        ("1 / gamma S x", 1 / gamma * (S @ x)),
        ("1 / gamma^2 A'A", 1 / gamma ** 2 * (A.T @ A)),
        ("x'y / x'x x", x.T @ y / (x.T @ x) * x),
        ("x / gamma y'", x / gamma @ y.T),
        ("(1 - gamma^2) / (1 - gamma) x", (1 - gamma**2) / (1 - gamma) * x),
        ("1/gamma |x|^2", 1 / gamma * (x.T @ x)),
        ("gamma/2 S x", gamma / 2 * (S @ x)),
        ("1/2|x|^2", Fraction(1, 2) * (x.T @ x)),
        ("0.25 gamma x", Fraction(1, 4) * gamma * x),
        ("x o y + S x", hadamard(x, y) + S @ x),
        ("tr(S' S)", trace(S.T @ S)),
        ("Diag(x) y", diag(x) @ y),
        ("S^-1 x", inverse(S) @ x),
        ("S^2 x", S @ S @ x),
        ("S^T x", S.T @ x),
        ("(S + 2 I) x", (S + 2 * eye(d)) @ x),
        ("1'x", ones(d).T @ x),
        ("x - 1", x - ones(d)),
        ("sum(x)", ones(d).T @ x),
        ("grad(x'S x, x)", gradient(x.T @ S @ x, x)),
        ("sqrt(x'x) (x'y)", sqrt(x.T @ x) * (x.T @ y)),
        ("|x'y|", abs(x.T @ y)),
        ("-x + y", -x + y),
        ("x - (y - x)", x - (y - x)),
    ],
)  # fmt: skip
def test_a_term_as_it_is_meant(typed: str, meant: Term) -> None:
    found = read(typed, let=["A: m x d; S: d x d; x, y: d"], known={}).term
    assert text(found) == text(meant)
    assert found == meant


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("γ² x'Σ x", "gamma^2 x' Sigma x"),
        ("‖x‖² ≤ 1", "|x|^2 <= 1"),
        ("xᵀ A⁻¹ x", "x' A^-1 x"),
        ("x₁ − x₂", "x_1 - x_2"),
        ("x ∘ y", "x o y"),
        ("2 · γ · x", "2 * gamma * x"),
        ("{x + y}'x", "(x + y)'x"),
        ("γx", "gamma x"),
        ("tr (A'A)", "tr(A'A)"),
        ("tanh' (x)", "tanh'(x)"),
        ("A.T @ A @ x", "A'A x"),
        ("gamma**2 * x", "gamma^2 * x"),
        ("A^{-T} x + A^{T} x", "(A')^-1 x + A'x"),
        ("A^-T x", "(A')^-1 x"),
        ("I_d x", "I[d] x"),
        ("1_m' y", "1[m]' y"),
        ("|x|_2", "|x|"),
        ("|A|_F^2", "tr(A'A)"),
        ("||x - y||_2^2", "|x - y|^2"),
        ("xᵀAᵀA x", "x'A'A x"),
        ("∇(x'x, x)", "grad(x'x, x)"),
        ("∇L(x)", "grad L(x)"),
    ],
)
def test_unicode_and_ascii_are_one(typed: str, plain: str) -> None:
    assert text(read(typed, known={}).term) == text(read(plain, known={}).term)


def test_the_matrix_of_a_length_is_positive_definite_if_nothing_else_is_said() -> None:
    found = read("gamma x / |x|_S^3", known={})
    assert found.term == gamma * x / norm_in(x, positive_definite("S", d)) ** 3
    assert read("|x|_S", let=["S: d x d"], known={}).term == norm_in(x, S)


def test_a_claim_with_all_that_is_said_of_it() -> None:
    found = read(
        "E[|A x|^2] <= tr(A'A S) + gamma",
        let=["A: m x d; gamma: nonnegative", "S: positive semidefinite"],
        law=["x: E[x] = 0, E[x x'] = S"],
        assume=["gamma <= 1"],
        known={},
    )
    assert isinstance(found.claim, Bound)
    kinds = [type(assumption) for assumption in found.assumptions]
    assert kinds[:2] == [Equal, Equal]
    by_name = {symbol.name: symbol for symbol in found.symbols}
    assert by_name["x"].has(Property.RANDOM)
    assert by_name["S"].has(Property.POSITIVE_SEMIDEFINITE)
    assert by_name["gamma"].has(Property.NONNEGATIVE)
    assert [str(size) for size in by_name["A"].shape] == ["m", "d"]


def test_greater_or_equal_is_turned_round() -> None:
    found = read("x'x >= 0", known={})
    assert found.claim is not None
    assert (text(found.claim.left), found.claim.relation, text(found.claim.right)) == ("0", "<=", "x' x")


@pytest.mark.parametrize(
    ("typed", "left", "relation", "right"),
    [
        ("x'x > 0", "0", "<", "x' x"),
        ("0 < x'x", "0", "<", "x' x"),
        ("|x| < |x| + 1", "(x' x)^(1/2)", "<", "(x' x)^(1/2) + 1"),
        ("1 > 2", "2", "<", "1"),
        ("A'A < B", "u' A' A u", "<", "u' B u"),
        ("A > 0", "0", "<", "u' A u"),
    ],
)
def test_a_strict_inequality_is_a_claim_below(typed: str, left: str, relation: str, right: str) -> None:
    found = read(typed, let=["A, B: square"], known={})
    assert isinstance(found.claim, Below)
    assert (text(found.claim.left), found.claim.relation, text(found.claim.right)) == (left, relation, right)


def test_the_column_of_a_strict_order_of_matrices_is_not_zero_and_said() -> None:
    strict, weak = (read(typed, let=["A, B: square"], known={}) for typed in ("A < B", "A <= B"))
    assert strict.by_convention[-1] == weak.by_convention[-1] == "u"
    assert next(s for s in strict.symbols if s.name == "u").has(Property.NONZERO)
    assert not next(s for s in weak.symbols if s.name == "u").has(Property.NONZERO)


def test_a_size_that_is_spoken_of_is_the_one_without_a_name() -> None:
    found = read("I - 1 1'/m = (I - 1 1'/m)^2", known={})
    assert found.claim == Identity(
        eye(m) - ones(m) @ ones(m).T / m,
        (eye(m) - ones(m) @ ones(m).T / m) @ (eye(m) - ones(m) @ ones(m).T / m),
    )


def test_derivatives_under_an_expectation_are_assumed_and_said() -> None:
    found = read("grad(E_x[phi(x'w)], w) = E_x[phi'(x'w) x]", known={})
    [exchange] = found.assumptions
    assert isinstance(exchange, Interchange)
    assert exchange.over.name == "x"


def test_a_bound_on_an_activation() -> None:
    found = read("phi(a)^2 <= K^2", let=["a: scalar; phi: activation"], assume=["|phi| <= K"], known={})
    [bound] = found.assumptions
    assert isinstance(bound, SupBound)
    assert bound.bound.has(Property.NONNEGATIVE)


def test_what_is_assumed_of_one_name_declares_it() -> None:
    found = read("a / a = 1", let=["a: scalar"], assume=["a > 0"], known={})
    assert found.symbols[0].properties == {Property.POSITIVE}


@pytest.mark.parametrize(
    ("said", "properties"),
    [
        ("S > 0", {Property.SYMMETRIC, Property.POSITIVE_DEFINITE}),
        ("0 <= S", {Property.SYMMETRIC, Property.POSITIVE_SEMIDEFINITE}),
        ("0 < c", {Property.POSITIVE}),
        ("c < 0", {Property.NEGATIVE}),
        ("c >= 0", {Property.NONNEGATIVE}),
        ("x != 0", {Property.NONZERO}),
        ("x > 0", {Property.POSITIVE}),
        ("0 <= x", {Property.NONNEGATIVE}),
        ("x >= 0; x != 0", {Property.NONNEGATIVE, Property.NONZERO}),
    ],
)
def test_a_sign_is_a_property(said: str, properties: set[Property]) -> None:
    found = read("c x'S x = 1", let=["c: scalar"], assume=[said], known={})
    assert found.assumptions == ()
    assert properties in [set(symbol.properties) for symbol in found.symbols]


@pytest.mark.parametrize(
    ("words", "shape", "properties"),
    [
        ("positive column", "d", {Property.POSITIVE}),
        ("column of positive", "d", {Property.POSITIVE}),
        ("d, positive", "d", {Property.POSITIVE}),
        ("d x 1 positive", "d", {Property.POSITIVE}),
        ("nonnegative vector", "d", {Property.NONNEGATIVE}),
        ("3, nonnegative, nonzero", 3, {Property.NONNEGATIVE, Property.NONZERO}),
        ("positive, nonnegative column", "d", {Property.POSITIVE}),
        ("positive column, nonzero", "d", {Property.POSITIVE}),
        ("positive", 1, {Property.POSITIVE}),
        ("1 x 1, positive", 1, {Property.POSITIVE}),
        ("1, positive column", 1, {Property.POSITIVE}),
    ],
)
def test_a_column_of_positive_entries(words: str, shape: str | int, properties: set[Property]) -> None:
    """`p: positive` alone is a number."""
    found = read("p'p = 1", let=[f"p: {words}"], known={})
    [p] = [symbol for symbol in found.symbols if symbol.name == "p"]
    assert p.properties == properties
    assert str(p.rows) == str(shape)
    assert p.columns == 1


@pytest.mark.parametrize(
    "words", ["S: d, positive", "S: m x d, positive", "S: matrix, positive", "S: square, nonnegative"]
)
def test_no_matrix_has_positive_entries(words: str) -> None:
    with pytest.raises(MisreadError, match="what can be true of S at once"):
        read("S = 1", let=[words], known={})


def test_definitions_are_known_by_name_and_bring_their_symbols() -> None:
    found = read("f_BN(w, gamma)", wrt="w")
    assert text(found.term) == "f_BN(w, gamma, 0)"
    assert found.variable is not None
    assert found.variable.has(Property.NONZERO)
    assert any(isinstance(assumption, Interchange) for assumption in found.assumptions)


def test_statements_on_numbers_have_the_functions_of_analysis() -> None:
    found = read("log(exp(t)) = t", let=["t: scalar"], known={})
    assert found.scalars
    assert text(found.term) == "log(exp(t))"


def test_a_mean_takes_its_vector_from_its_index() -> None:
    found = read("E_z[z z'] = I", known={})
    assert isinstance(found.claim, Identity)
    assert found.claim.left == E(found.symbols[1] @ found.symbols[1].T)
    assert found.claim.right == eye(d)


def test_numbers_are_exact() -> None:
    assert read("0.1 a + 0.2 a", let=["a: scalar"], known={}).term == Fraction(1, 10) * a + Fraction(1, 5) * a
    assert read("2^-1 + 3/4", known={}).term == number(Fraction(1, 2)) + number(Fraction(3, 4))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("softmax(x)", "exp(x) / sum(exp(x))"),
        ("mean(x)", "sum(x) / d"),
        ("var(x)", "|x - (sum(x) / d) 1|^2 / d"),
        ("|x|_1", "sum(abs(x))"),
        ("|x'|_1", "sum(abs(x))"),
    ],
)
def test_words_for_what_is_made_of_entries(short: str, long: str) -> None:
    assert read(short, let=["x: d"]).term == read(long, let=["x: d"]).term


@pytest.mark.parametrize("text", ["mean(A)", "softmax(gamma)", "var(x, y)", "|A|_1"])
def test_entries_are_those_of_one_column(text: str) -> None:
    with pytest.raises(MisreadError):
        read(text)


def test_what_stands_below_an_inverse_and_is_a_product_with_its_transpose_has_full_rank() -> None:
    found = read("A (A'A)^-1 A' = (A (A'A)^-1 A')^2", let=["A: m x d"])
    [assumed] = found.assumptions
    assert isinstance(assumed, Equal)
    assert (text(assumed.left), text(assumed.right)) == ("A' A", "G")
    assert isinstance(assumed.right, Symbol)
    assert assumed.right.properties == {Property.SYMMETRIC, Property.POSITIVE_DEFINITE}
    assert "G" in found.by_convention


def test_the_metric_of_a_product_is_definite_and_its_name_is_free() -> None:
    found = read("G'(X'S X)^-1 G = (G'(X X')^-1 G) 2", let=["S: positive definite", "X: d x d"])
    assert [text(side) for a in found.assumptions if isinstance(a, Equal) for side in (a.left, a.right)] == [
        "X' S X", "H", "X X'", "K",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {"assume": ["A'A = T"], "let": ["T: positive definite"]},
        {"let": ["A: invertible"]},
        {"let": ["A: orthogonal"]},
    ],
)
def test_of_what_more_is_said_nothing_is_assumed(options: dict[str, list[str]]) -> None:
    found = read("(A'A)^-1 A'A = I", **options)
    assert "G" not in found.names.known


def test_a_product_that_is_no_square_is_left_alone() -> None:
    assert read("(A'S A)^-1 B = 0", let=["S: symmetric"]).assumptions == ()
    assert read("(A'B)^-1 C = 0").assumptions == ()


def test_an_inequality_of_matrices_is_one_of_their_quadratic_forms() -> None:
    found = read("0 <= A'A", known={})
    assert found.claim is not None
    assert (text(found.claim.left), found.claim.relation, text(found.claim.right)) == ("0", "<=", "u' A' A u")
    assert "u" in found.by_convention
    found = read("u u' <= |u|^2 I", known={})
    assert found.claim is not None
    assert text(found.claim.left) == "v' u u' v"


@pytest.mark.parametrize(
    ("assumed", "said"),
    [
        ("A x != b", "c <= (A x - b)' (A x - b)"),
        ("1 + u'v != 0", "c <= (1 + u' v)^2"),
        ("det(A'A) != 0", "c <= det(A' A)^2"),
        ("u'v > 1", "c <= u' v - 1"),
        ("|A x| > 0", "c <= (A x)' A x"),
        ("0 < opnorm(A)", "c <= lambda_max(A' A)"),
        ("|x| > 1", "c <= (x' x)^(1/2) - 1"),
        ("|x| |u| > 0", "c <= (x' x)^(1/2) * (u' u)^(1/2)"),
        ("u'v < 1", "c <= 1 - u' v"),
    ],
)
def test_what_is_not_0_is_above_a_positive_number(assumed: str, said: str) -> None:
    found = read("A x = b + u o u", let=["u, v, b: m"], assume=[assumed], known={})
    assert [text(a.left) + " <= " + text(a.right) for a in found.assumptions if isinstance(a, AtMost)] == [said]
    assert next(s for s in found.symbols if s.name == "c").properties == {Property.POSITIVE}


def test_a_letter_that_is_taken_is_not_taken_again() -> None:
    found = read("c x = r x", let=["c, r: scalar"], assume=["c != r", "c + r > 0"], known={})
    assert [text(a.left) for a in found.assumptions if isinstance(a, AtMost)] == ["l", "c_1"]


@pytest.mark.parametrize(
    ("typed", "random"),
    [
        ("E[x x'] >= E[x] E[x]'", {"x"}),
        ("E[|A z|^2] >= 0", {"z"}),
        ("E[(x'a)^2] >= E[x'a]^2", {"x"}),
        ("E[u] + E[v] = E[v + 0 v] + E[u]", {"u", "v"}),
        ("E[x'y] = E[x]'y", {"x"}),
        ("grad(E[phi(w'x)], w) = E[phi'(w'x) x]", {"x"}),
    ],
)
def test_what_is_random_under_e_of_which_nothing_is_said(typed: str, random: set[str]) -> None:
    """The one column there, or x; and it is said that this was guessed."""
    found = read(typed)
    assert {s.name for s in found.symbols if s.has(Property.RANDOM)} == random
    assert random <= {*found.by_convention}


@pytest.mark.parametrize("typed", ["E[x'y] = 0", "E[u'v] = 0", "x'x <= E[x'x]", "E[1] = 1"])
def test_what_is_random_is_not_guessed_among_several(typed: str) -> None:
    with pytest.raises(MisreadError):
        read(typed)


def test_what_is_declared_random_is_so_alone() -> None:
    found = read("E[x'z] = E[z]'x", let=["z: random"])
    assert {s.name for s in found.symbols if s.has(Property.RANDOM)} == {"z"}


def test_a_letter_of_a_definitions_laws_means_what_it_does_there() -> None:
    """S beside f_BN is the second moment of the inputs, unless it is declared to be something else, or cannot be it."""
    moments = [str(a) for a in read("f_BN(w, gamma) + w'S w", let=["w: nonzero"]).assumptions]
    assert any("right=S" in a for a in moments)
    for let, typed in (("w: nonzero; S: symmetric", "w'S w"), ("w: nonzero; a: m", "a'S a")):
        assert not any("right=S" in str(a) for a in read(f"f_BN(w, gamma) + {typed}", let=[let]).assumptions)


@pytest.mark.parametrize(
    ("typed", "bound"), [("|phi'| <= 1", 1), ("|phi'| <= 1/2", Fraction(1, 2)), ("|phi'| <= 0.25", Fraction(1, 4))]
)
def test_the_bound_of_an_activation_may_be_a_number(typed: str, bound: Fraction) -> None:
    supremum, equality = read("phi(x) - phi(y)", assume=[typed]).assumptions
    assert isinstance(supremum, SupBound)
    assert isinstance(equality, Equal)
    assert (supremum.order, equality.left, equality.right) == (1, supremum.bound, number(bound))
    taken = read("phi(K x)", let=["K: scalar"], assume=[typed]).assumptions[0]
    assert isinstance(taken, SupBound)
    assert taken.bound.name == "M"


def test_the_bound_of_an_activation_is_no_quotient_by_nought() -> None:
    with pytest.raises(MisreadError):
        read("phi(x) - phi(y)", assume=["|phi'| <= 1/0"])

"""Terms as LaTeX: golden formulas written by hand, and a small parser that reads random ones back."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    E,
    activation,
    at_most,
    define,
    derivative,
    diag,
    dimension,
    equal,
    eye,
    gradient,
    hadamard,
    hessian,
    inverse,
    jacobian,
    matrix,
    norm,
    norm_in,
    number,
    ones,
    orthogonal,
    permutation,
    positive,
    real,
    scalar_field,
    sqrt,
    sup_bound,
    trace,
    unfold,
    vector,
    zero,
)
from theory import terms as t
from theory.definitions.bn_unit import S, beta, bn_unit, gamma, phi, s_norm, w, x
from theory.statements.lemmas import LEMMAS
from theory.terms.known_functions import KNOWN
from theory.typeset import latex_letters
from theory.typeset.breaking import latex_lines, plain
from theory.typeset.formulas import latex, latex_breakable, latex_relation, metric_tex, metrics
from theory.typeset.known_formulas import FORMULAS
from theory.typeset.lemmas_in_words import SPOKEN
from theory.typeset.names import name_tex
from theory.typeset.statements import latex_assumption, latex_declaration, latex_reason
from theory.typeset.widths import width

THEORY = Path(t.__file__).parents[1]
d, m = dimension("d"), dimension("m")
a, b = positive("a"), real("b")
A, v, u = matrix("A", d), vector("v", d), vector("u", d)
L = scalar_field("L", d)
z = gamma * x.T @ w / norm_in(w, S)
Z = r"\frac{\gamma\, x^\top w}{\lVert w \rVert_S}"
F = r"f_{\mathrm{BN}}"
hat = define("hat", (v,), v / norm(v), tex=r"\hat{#1}")
inner = define("inner", (v, w), v.T @ w, tex=r"\langle #1, #2 \rangle")
star = vector("w", d, tex="w^*")

GOLDEN = [
    (z, Z),
    (bn_unit(w, gamma, 0), F + r"(w, \gamma, 0)"),
    (E(phi(z)), rf"\mathbb{{E}}_x\!\left[\phi\!\left({Z}\right)\right]"),
    (
        gamma / norm_in(w, S) * (eye(d) - S @ w @ w.T / (w.T @ S @ w)) @ E(phi.prime(z) * x),
        r"\frac{\gamma}{\lVert w \rVert_S} \left(I - \frac{S w w^\top}{w^\top S w}\right)\, "
        rf"\mathbb{{E}}_x\!\left[\phi'\!\left({Z}\right)\, x\right]",
    ),
    (gradient(bn_unit(w, gamma, 0), w), rf"\nabla_w {F}(w, \gamma, 0)"),
    (gradient(bn_unit(w, gamma, 0), w, at=a * w), rf"(\nabla_w {F})(a w, \gamma, 0)"),
    (gradient(bn_unit(a * w, gamma, 0), w), rf"\nabla_w \,[{F}(a w, \gamma, 0)]"),
    (gradient(bn_unit(v, gamma, 0), v, at=a * w), rf"\nabla_v {F}(v, \gamma, 0)\Big|_{{v = a w}}"),
    (derivative(bn_unit(w, gamma, beta), gamma, at=a), rf"\frac{{\partial {F}}}{{\partial \gamma}}(w, a, \beta)"),
    (
        derivative(bn_unit(w, a * gamma, beta), gamma),
        rf"\frac{{\partial}}{{\partial \gamma}}\, [{F}(w, a \gamma, \beta)]",
    ),
    (gradient(L(a * v), v), r"\nabla_v \,[L(a v)]"),
    (gradient(L(v), v, at=w), r"\nabla_v L(v)\Big|_{v = w}"),
    (derivative(phi(a * b), a), r"\frac{\partial}{\partial a}\, [\phi(a b)]"),
    (hessian(bn_unit(w, gamma, 0), w, at=a * w), rf"(\nabla^2_w {F})(a w, \gamma, 0)"),
    (derivative(bn_unit(w, gamma, beta), gamma), rf"\frac{{\partial {F}(w, \gamma, \beta)}}{{\partial \gamma}}"),
    (gradient(v.T @ A @ v, v), r"\nabla_v \,[v^\top A v]"),
    (gradient(v.T @ A @ v, v, at=a * v), r"\nabla_u \,[u^\top A u]\Big|_{u = a v}"),
    (gradient(L(v), v), r"\nabla_v L(v)"),
    (derivative(a**2 * b, a), r"\frac{\partial}{\partial a}\, [a^2 b]"),
    (jacobian(A @ v, v), r"\frac{\partial}{\partial v^\top}\, [A v]"),
    (w.T @ gradient(bn_unit(w, gamma, 0), w), rf"w^\top\, \nabla_w {F}(w, \gamma, 0)"),
    (
        derivative(bn_unit(w, gamma, 0), gamma) ** 2,
        rf"\left(\frac{{\partial {F}(w, \gamma, 0)}}{{\partial \gamma}}\right)^2",
    ),
    (-w, "-w"),
    (w - v, "w - v"),
    (-(w - v), "-(w - v)"),
    (a - (a - b), "a - (a - b)"),
    (a + (-b), "a - b"),
    (-a - b, "-a - b"),
    (a * (-b), "-a b"),
    ((-a) * (-b), "a b"),
    (-(w.T @ v), r"-w^\top v"),
    ((w.T @ v) * v, r"(w^\top v)\, v"),
    ((w.T @ v) * (v.T @ v), r"(w^\top v) (v^\top v)"),
    (2 * a, "2 a"),
    (a / 2, r"\frac{1}{2}\, a"),
    (Fraction(3, 4) * a / norm(w), r"\frac{3 a}{4\, \lVert w \rVert}"),
    (number(2) * sqrt(number(3)), r"2\, \sqrt{3}"),
    (number(-2) ** 3 * a, "-8 a"),
    ((w - v).T @ (w + v), r"(w - v)^\top (w + v)"),
    (A.T, r"A^\top"),
    (inverse(A), "A^{-1}"),
    (inverse(A).T, r"A^{-\top}"),
    (inverse(A @ A.T), r"(A A^\top)^{-1}"),
    ((A @ w).T, r"(A w)^\top"),
    (trace(A.T @ A), r"\operatorname{tr}(A^\top A)"),
    (trace(A) ** 2, r"(\operatorname{tr}(A))^2"),
    (abs(gamma), r"\lvert \gamma \rvert"),
    (abs(gamma - 1) ** 2, r"\lvert \gamma - 1 \rvert^2"),
    (activation("phi", smoothness=4).derivative(3, a), r"\phi^{(3)}(a)"),
    (phi.second(a) ** 2, r"\phi''(a)^2"),
    (E(x.T @ w) ** 2, r"(\mathbb{E}_x[x^\top w])^2"),
    (hadamard(w + v, v), r"(w + v) \odot v"),
    (a * hadamard(w, v), r"a\, (w \odot v)"),
    (hadamard(w, v) + v, r"w \odot v + v"),
    (diag(w) @ v, r"\operatorname{Diag}(w)\, v"),
    (s_norm(w) ** 2, r"\lVert w \rVert_S^2"),
    (s_norm(w + v), r"\lVert w + v \rVert_S"),
    (norm_in(w, S) ** 4, r"\lVert w \rVert_S^4"),
    (a / norm(w) ** 3, r"\frac{a}{\lVert w \rVert^3}"),
    (s_norm(-w), r"\lVert -w \rVert_S"),
    (2 * inner(w + v, -v), r"2\, \langle w + v, -v \rangle"),
    (hat(v).T @ hat(v), r"\hat{v}^\top\, \hat{v}"),
    (1 / a, r"\frac{1}{a}"),
    (a**-2, r"\frac{1}{a^2}"),
    ((a + 1) ** 2, "(a + 1)^2"),
    ((a * b) ** 2, "(a b)^2"),
    ((a / b) ** 2, r"\left(\frac{a}{b}\right)^2"),
    (number(Fraction(1, 2)) ** 2 * sqrt(number(Fraction(1, 2))), r"\frac{1}{4}\, \sqrt{\frac{1}{2}}"),
    (a * (a * b), "a^2 b"),
    (ones(m).T @ ones(m), r"\mathbf{1}_m^\top \mathbf{1}_m"),
    (ones(m) / m, r"\frac{1}{m}\, \mathbf{1}_m"),
    (eye(d) - w @ w.T / norm(w) ** 2, r"I - \frac{w w^\top}{w^\top w}"),
    (w.T @ (A + eye(d)) @ v, r"w^\top (A + I) v"),
    (star.T @ star, r"{w^*}^\top w^*"),
    (L.gradient(w), r"\nabla L(w)"),
    (vector("w_2", d).T @ w, r"w_2^\top w"),
    (real("loss") * a, r"\mathrm{loss}\, a"),
    (zero(d), "0"),
]


@pytest.mark.parametrize(("term", "expected"), GOLDEN, ids=[text for _, text in GOLDEN])
def test_golden(term: t.Term, expected: str) -> None:
    assert latex(term) == expected


def test_equal_factors_are_written_once() -> None:
    """(w'Sw)^{1/2} (w'Sw)^{1/2} is w'Sw, and three of them are a cube; what stands below the line is not cancelled."""
    length = t.Power(w.T @ S @ w, Fraction(1, 2))
    assert latex(t.scale(length, length)) == r"w^\top S w"
    assert latex(t.scale(length, w.T @ S @ w)) == r"\lVert w \rVert_S^3"
    assert latex(t.scale(t.Power(b, Fraction(1, 2)), t.Power(b, Fraction(1, 2)))) == "b"
    assert latex(t.scale(length, 1 / length)) == r"\frac{\lVert w \rVert_S}{\lVert w \rVert_S}"


@pytest.mark.parametrize("kind", [gradient, hessian])
def test_a_gradient_at_a_point_is_not_printed_as_the_gradient_of_a_composition(kind: Callable[..., t.Term]) -> None:
    """They differ by a factor a for gradients, a^2 for Hessians: no two of the three may look the same."""
    f = bn_unit
    terms = [kind(f(w, gamma, 0), w), kind(f(w, gamma, 0), w, at=a * w), kind(f(a * w, gamma, 0), w)]
    assert len({latex(term) for term in terms}) == 3


def test_a_norm_is_one_only_where_its_matrix_is_declared_so() -> None:
    assert latex(t.Power(w.T @ A @ w, Fraction(1, 2))) == r"\sqrt{w^\top A w}"
    assert latex(t.Power(w.T @ S @ v, Fraction(1, 2))) == r"\sqrt{w^\top S v}"
    assert latex(norm(A @ w)) == r"\lVert A w \rVert"
    assert metrics(norm_in(A @ w, S)) == {S}
    assert metrics(norm(w)) == frozenset()
    assert metric_tex(S) == r"\lVert u \rVert_S = \sqrt{u^\top S u}"


def test_known_functions_have_the_names_that_people_give_them() -> None:
    assert latex(activation("tanh", smoothness=2).prime(a)) == r"\tanh'(a)"
    assert latex(activation("erf", smoothness=2).prime(a)) == r"\operatorname{erf}'(a)"


def test_every_known_function_has_its_formula_in_latex() -> None:
    assert list(FORMULAS) == list(KNOWN)


def test_every_lemma_has_its_words() -> None:
    assert tuple(SPOKEN) == LEMMAS


def test_terms_and_statements_hold_no_latex() -> None:
    """No command of it stands in their texts; what may be one is said by the typesetter, which is hung in."""
    files = [path for room in ("terms", "statements") for path in sorted((THEORY / room).glob("*.py"))]
    assert len(files) > 30
    for path in files:
        for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                assert not re.search(r"\\[A-Za-z]{2,}", item.value), f"{path.name}, line {item.lineno}"
    assert t.Term._lettering is latex_letters


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gamma", r"\gamma"),
        ("w_2", "w_2"),
        ("w12", "w_{12}"),
        ("L_S", "L_S"),
        ("mu_S", r"\mu_S"),
        ("tau_max", r"\tau_{\mathrm{max}}"),
        ("mean", r"\mathrm{mean}"),
        ("w'", "w'"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert name_tex(name) == expected


def test_relations_assumptions_and_reasons() -> None:
    bound = at_most(S, positive("L_S") * eye(d))
    assert latex_relation(w.T @ w, "<=", a) == r"w^\top w \le a"
    assert latex_assumption(bound) == r"S \preceq L_S I"
    assert latex_assumption(sup_bound(phi, 1, positive("Phi"))) == r"\sup_t \lvert \phi'(t) \rvert \le \Phi"
    assert latex_reason(equal(E(x), zero(d))) == r"$\mathbb{E}_x[x] = 0$"
    assert latex_reason(ALGEBRA) == "algebra"
    assert latex_reason(DIFFERENTIATE) == "differentiation"
    assert latex_reason(unfold(bn_unit)) == r"definition of $f_{\mathrm{BN}}$"
    assert latex_declaration(permutation("P", d)) == r"$P \in \mathbb{R}^{d \times d}$ a permutation matrix"
    assert latex_declaration(permutation("P", 1)) == "$P = 1$"
    assert latex_declaration(orthogonal("Q", 1)) == r"$Q = \pm 1$"
    assert latex_declaration(S) == r"$S \in \mathbb{R}^{d \times d}$ symmetric positive definite"


# ---- reading back -------------------------------------------------------------------------------------------
VALUES = {"a": Fraction(2, 3), "b": Fraction(-5, 7), "c": Fraction(3)}
TOKEN = re.compile(r"\\(?:left|right|[Bb]ig+[lr])|\\[a-z]+|\d+|[a-z]|[-+^{}()/]")


class Reader:
    """Evaluates the scalar LaTeX that `latex` writes, by precedence alone."""

    def __init__(self, tex: str) -> None:
        sizes = r"\\(?:left|right|[Bb]igg?[lr]?)(?![a-z])|\\[,!]|\\q?quad"
        self.tokens = TOKEN.findall(re.sub(sizes, " ", tex))

    def read(self) -> Fraction:
        value = self.sum()
        assert not self.tokens, self.tokens
        return value

    def take(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def sum(self) -> Fraction:
        value = -self.product() if self.take("-") else self.product()
        while self.tokens and self.tokens[0] in "+-":
            value = value + self.product() if self.tokens.pop(0) == "+" else value - self.product()
        return value

    def product(self) -> Fraction:
        value = self.power()
        while self.tokens and self.tokens[0] not in {"+", "-", ")", "}", r"\rvert"}:
            if self.take("/"):
                value /= self.power()
                continue
            self.take(r"\cdot")
            value *= self.power()
        return value

    def power(self) -> Fraction:
        value = self.atom()
        if self.take("^"):
            braced = self.take("{")
            value **= int(self.tokens.pop(0))
            assert not braced or self.take("}")
            assert self.tokens[:1] != ["^"], "two superscripts in a row"
        return value

    def atom(self) -> Fraction:
        token = self.tokens.pop(0)
        if token.isdigit():
            return Fraction(int(token))
        if token == r"\frac":
            return self.braces() / self.braces()
        if token in ("(", r"\lvert"):
            value = self.sum()
            assert self.take(")" if token == "(" else r"\rvert")
            return value if token == "(" else abs(value)
        return VALUES[token]

    def braces(self) -> Fraction:
        assert self.take("{")
        value = self.sum()
        assert self.take("}")
        return value


def evaluate(term: t.Term) -> Fraction:
    match term:
        case t.Number(value):
            return value
        case t.Symbol(name=name):
            return VALUES[name]
        case t.Sum(terms):
            return sum((evaluate(x) for x in terms), Fraction(0))
        case t.Scale(scalar, body):
            return evaluate(scalar) * evaluate(body)
        case t.Power(base, exponent):
            return evaluate(base) ** int(exponent)
        case t.Abs(body):
            return abs(evaluate(body))
    raise TypeError(type(term).__name__)


leaves = st.sampled_from([real(n) for n in VALUES]) | st.fractions(-4, 4, max_denominator=3).map(number)
scalars = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(inner, inner).map(lambda p: t.scale(p[0], p[1])),
        st.tuples(inner, st.sampled_from([-2, -1, 2, 3])).map(lambda p: t.Power(p[0], Fraction(p[1]))),
        inner.map(abs),
        inner.map(lambda x: -x),
    ),
    max_leaves=9,
)


@given(scalars)
def test_what_is_printed_reads_back_as_the_same_number(term: t.Term) -> None:
    try:
        expected = evaluate(term)
    except ZeroDivisionError:
        assume(False)
    assert Reader(latex(term)).read() == expected


@given(scalars, st.floats(4, 30))
def test_broken_lines_say_what_the_whole_formula_says(term: t.Term, limit: float) -> None:
    try:
        expected = evaluate(term)
    except ZeroDivisionError:
        assume(False)
    assert Reader(" ".join(latex_lines(term, limit))).read() == expected
    assert Reader(plain(latex_breakable(term))).read() == expected


@given(st.floats(4, 60))
def test_no_line_is_cut_inside_a_fraction(limit: float) -> None:
    term = norm(w) / (norm_in(w + v, S) * norm_in(w - v, S) * (1 + phi(z))) + E(phi(z))
    assert all(line.count("{") == line.count("}") for line in latex_lines(term, limit))


def test_lines_are_cut_at_the_outermost_sum_first() -> None:
    term = E(phi(z) * x) + E(phi.prime(z) * x)
    lines = latex_lines(term, width(latex(term)) - 1)
    assert len(lines) == 2
    assert lines[1].startswith("+ ")

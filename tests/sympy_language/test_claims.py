"""Theorems stated in SymPy: relations that it has not evaluated, pairs of sides, and every line printed back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

import normproof as npf
import theory as c
from tests.sympy_language.letters import A, Own, S, d, gamma, p, phi, u, v, w, x
from theory import ALGEBRA, DIFFERENTIATE, Below, Bound, Identity, NearMiss, Part, Theorem, start
from theory.sympy import E, Gradient, claim_from_sympy, from_sympy, lines, prime, relation, to_sympy
from theory.terms import CalculusError, Term
from verify.loading import loader
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_matrices import observe
from verify.settings import Settings

o = Own
LEFT, RIGHT = (gamma * u).T * (gamma * u), gamma**2 * u.T * u
MISS = Identity(from_sympy(LEFT), from_sympy(gamma * u.T * u))


def stated(claim: Any, *lines_of: Any, **more: Any) -> Theorem:
    more.setdefault("near_misses", {"once": MISS})
    return Theorem("user.stated", claim, *lines_of, docstring="Lengths scale.", **more)


@pytest.mark.parametrize(
    "claim",
    [
        sp.Eq(LEFT, RIGHT, evaluate=False),
        (LEFT, RIGHT),
        (from_sympy(LEFT), RIGHT),
        Identity(LEFT, RIGHT),
    ],
)
def test_a_claim_in_four_ways(claim: Any) -> None:
    theorem = stated(claim, start(LEFT).equals(RIGHT, ALGEBRA))
    assert theorem.claim == Identity(from_sympy(LEFT), from_sympy(RIGHT))
    assert establish(observe(theorem, Settings())).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("made", "claim"),
    [
        (sp.Le(gamma, p, evaluate=False), Bound(o.gamma, o.p)),
        (sp.Ge(gamma, p, evaluate=False), Bound(o.p, o.gamma)),
        (sp.Lt(gamma, p, evaluate=False), Below(o.gamma, o.p)),
        (gamma > p, Below(o.p, o.gamma)),
        (sp.Eq(gamma, p), Identity(o.gamma, o.p)),
        (sp.Eq(sp.Derivative(sp.Trace(u.T * v), u), v, evaluate=False), Identity(c.gradient(o.u.T @ o.v, o.u), o.v)),
    ],
)
def test_relations(made: Any, claim: Any) -> None:
    assert claim_from_sympy(made) == claim
    assert claim_from_sympy(relation(claim)) == claim


def test_near_misses_and_parts() -> None:
    theorem = Theorem(
        "user.parts",
        parts=(Part("scaled", sp.Eq(LEFT, RIGHT, evaluate=False), start(LEFT).equals(RIGHT)),),  # type: ignore[arg-type]
        near_misses={
            "once": sp.Eq(LEFT, gamma * u.T * u, evaluate=False),
            "twice": (LEFT, 2 * RIGHT),
            "dropped": NearMiss((LEFT, 3 * RIGHT)),  # type: ignore[arg-type]
        },
        docstring="Lengths scale.",
    )
    assert all(isinstance(miss.claim, Identity) for _, miss in theorem.near_miss_list())
    assert theorem.near_misses["once"] == MISS


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "True": (lambda: stated(sp.Eq(LEFT, LEFT)), "evaluate=False"),
    "a bound that SymPy decided": (lambda: stated(p >= 0), "already evaluated"),
    "another relation": (lambda: stated(sp.Ne(gamma, p)), r"expected an Eq, <= or <"),
    "no relation": (lambda: stated(gamma), r"expected an Eq, <= or <"),
    "a near miss": (lambda: stated((LEFT, RIGHT), near_misses={"n": sp.true}), "already evaluated"),
    "three sides": (lambda: stated((LEFT, RIGHT, RIGHT)), "expected Identity or Bound"),
    "two things of one name": (
        lambda: stated(sp.Eq(sp.Trace(S), sp.Trace(sp.MatrixSymbol("S", d, d)), evaluate=False)), "two different"),
    "sides of two shapes": (lambda: stated((u, gamma)), "has shape d x 1"),
    "a bound on matrices": (lambda: stated(sp.Le(A, A, evaluate=False)), "compares scalars"),
    "a function of analysis": (
        lambda: stated((sp.sin(gamma), RIGHT)), "expected terms of vectors, matrices and numbers"),
    "declared on one side alone": (
        lambda: stated(Identity(sp.Trace(S), sp.Trace(sp.MatrixSymbol("S", d, d)))), "S is declared twice"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_claim(name: str) -> None:
    build, message = REFUSED[name]
    with pytest.raises(CalculusError, match=message) as error:
        build()
    assert "Remedy" in str(error.value) or "shape" in str(error.value)


# ---- derivations --------------------------------------------------------------------------------------------
def derivations() -> list[Any]:
    """Of every theorem of the catalogue that has some."""
    theorems = [theorem for theorem in loader.load([]) if not hasattr(theorem, "comparisons")]
    return [part.derivation for theorem in theorems for part in theorem.parts if part.derivation is not None]


@pytest.mark.slow
def test_every_line_of_the_catalogue_prints() -> None:
    count = 0
    for derivation in derivations():
        above: Term = derivation.start
        for line, printed in zip(derivation.lines, lines(derivation), strict=True):
            kind = {"=": sp.Eq, "<=": sp.Le}[line.relation]
            assert type(printed) is kind  # and no truth value
            assert (printed.lhs, printed.rhs) == (to_sympy(above), to_sympy(line.term))
            latex = sp.latex(printed)
            assert {"=": " = ", "<=": r" \leq "}[line.relation] in latex
            assert not {"Entry", "Expectation", "Shaped", "Dummy", "Holding"} & set(latex.replace("{", " ").split())
            above = line.term
            count += 1
    assert count > 250


@pytest.mark.parametrize(
    ("term", "latex"),
    [
        ((o.u.T @ o.v) ** 2, r"\left(u^{T} v\right)^{2}"),
        ((o.u.T @ o.v) * (o.v.T @ o.v), r"\left(u^{T} v\right) \left(v^{T} v\right)"),
        (o.phi.second(o.u.T @ o.v) ** 2, r"\phi''^{2}\left(u^{T} v\right)"),
        (c.E(o.phi(o.x.T @ o.w)), r"\mathbb{E}_{x}\left[\phi\left(x^{T} w\right)\right]"),
        (c.gradient(o.u.T @ o.v, o.u), r"\nabla_{u} \left[u^{T} v\right]"),
        (c.gradient(o.u.T @ o.v, o.u, at=o.v), r"\nabla_{u} \left[u^{T} v\right]\Big|_{u = v}"),
        (c.hessian(o.L(o.A @ o.u), o.u), r"\nabla^2_{u} \left[L\left(A u\right)\right]"),
        (c.jacobian(o.A @ o.u, o.u), r"\frac{\partial}{\partial u^{T}} \left[A u\right]"),
        (c.derivative(o.t**2, o.t, at=o.p), r"\frac{d}{d t} \left[t^{2}\right]\Big|_{t = p}"),
        (c.hessian(o.t**2, o.t, at=o.p), r"\frac{d^{2}}{d t^{2}} \left[t^{2}\right]\Big|_{t = p}"),
        (c.growth_rate(c.activation("phi"), o.p), r"\lambda_{\phi}\left(p\right)"),
        (c.activation("g", tex=r"\hat g")(o.p), r"\hat g\left(p\right)"),
    ],
)
def test_brackets_stand_where_a_reader_needs_them(term: Term, latex: str) -> None:
    assert sp.latex(to_sympy(term)) == latex


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (o.u.T @ o.v, "(u.T*v)"),
        (c.E(o.x), "E(x, x)"),
        (c.E(o.phi(o.x.T @ o.w)), "E(phi((x.T*w)), x)"),
        (c.gradient(o.u.T @ o.v, o.u, at=o.v), "Gradient((u.T*v), u, v)"),
    ],
)
def test_on_a_terminal(term: Term, text: str) -> None:
    assert str(to_sympy(term)) == text


# ---- end to end ---------------------------------------------------------------------------------------------
def test_a_gradient_under_an_expectation_is_proved_for_every_dimension() -> None:
    length = sp.sqrt((w.T * S * w)[0, 0])
    z = gamma * (x.T * w)[0, 0] / length
    claimed = gamma / length * (sp.Identity(d) - S * w * w.T / length**2) * E(prime(phi)(z) * x, x)
    for gradient in (Gradient(E(phi(z), x), w), sp.Derivative(E(phi(z), x), w)):
        theorem = Theorem(
            "user.slope", sp.Eq(gradient, claimed, evaluate=False), start(gradient).equals(claimed, DIFFERENTIATE),
            near_misses={"no projection": (gradient, gamma / length * E(prime(phi)(z) * x, x))},
            assumptions=(c.interchange(o.x),), docstring="The gradient in the weights.",
        )  # fmt: skip
        assert establish(observe(theorem, Settings())).verdict is Verdict.PROVED
        wrong = Theorem(
            "user.wrong", (gradient, 2 * claimed), start(gradient).equals(2 * claimed, DIFFERENTIATE),
            near_misses=theorem.near_misses, assumptions=theorem.assumptions, docstring="Wrong.",
        )  # fmt: skip
        assert establish(observe(wrong, Settings())).verdict is not Verdict.PROVED


def test_derivatives_carried_out_by_the_calculus_are_handed_to_sympy() -> None:
    body = c.E(o.phi(o.x.T @ o.w / c.norm_in(o.w, o.S)))
    gradient = npf.carried_out(c.gradient(body, o.w), interchange=[o.x])
    assert not any(type(node).__name__ == "Derivative" for node in c.terms.walk(gradient))
    assert from_sympy(to_sympy(gradient)) == gradient
    with pytest.raises(CalculusError, match="under E over x"):
        npf.carried_out(c.gradient(body, o.w))
    plain = c.define("plain", (o.u,), o.u.T @ o.S @ o.u)
    assert npf.carried_out(o.p * c.gradient(plain(o.u), o.u)) == o.p * (2 * o.S @ o.u)

"""Everyday expressions of matrix calculus: which are read, as what, and which are refused, and why.

`docs/sympy.md` shows the table; it is printed from here (`python -m tests.sympy_language.test_everyday`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

import theory as c
from tests.sympy_language import letters
from tests.sympy_language.letters import A, Own, S, X, d, gamma, m, one_m, phi, u, v, w, x, y
from theory.sympy import E, Gradient, prime
from theory.terms import CalculusError, Term
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

o, hadamard = Own, c.hadamard


@dataclass(frozen=True)
class Row:
    """An expression as one types it, and the term that it is, or why it is none (a part of the message)."""

    what: str
    typed: str
    term: Term | None = None
    refused: str = ""


ROWS = (
    Row("a linear form", "(u.T*v)[0, 0]", o.u.T @ o.v),
    Row("a quadratic form", "(u.T*S*u)[0, 0]", o.u.T @ o.S @ o.u),
    Row("a length", "sqrt((v.T*v)[0, 0])", c.norm(o.v)),
    Row("Mahalanobis' distance", "sqrt(((u - v).T*S.I*(u - v))[0, 0])", c.norm_in(o.u - o.v, c.inverse(o.S))),
    Row("least squares", "((X*u - y).T*(X*u - y))[0, 0]", (o.X @ o.u - o.y).T @ (o.X @ o.u - o.y)),
    Row("a squared Frobenius norm", "Trace(A.T*A)", c.trace(o.A.T @ o.A)),
    Row("ridge regression", "(X.T*X + p*Identity(d)).I*X.T*y",
        c.inverse(o.X.T @ o.X + o.p * c.eye(o.d)) @ o.X.T @ o.y),
    Row("a projector", "Identity(d) - w*w.T/(w.T*w)[0, 0]", c.eye(o.d) - (o.w @ o.w.T) / (o.w.T @ o.w)),
    Row("the mean of a batch", "(one_m.T*y)[0, 0]/m", o.one_m.T @ o.y / o.m),
    Row("the variance of a batch", "(y.T*(Identity(m) - one_m*one_m.T/m)*y)[0, 0]/m",
        o.y.T @ (c.eye(o.m) - o.one_m @ o.one_m.T / o.m) @ o.y / o.m),
    Row("a sum of squares, entry by entry", "(one_d.T*HadamardPower(v, 2))[0, 0]",
        o.one_d.T @ hadamard(o.v, o.v)),
    Row("a diagonal form", "(u.T*DiagMatrix(v)*u)[0, 0]", o.u.T @ c.diag(o.v) @ o.u),
    Row("phi of a number", "phi(gamma)", o.phi(o.gamma)),
    Row("a sum of activations", "(one_m.T*(X*u).applyfunc(phi))[0, 0]", o.one_m.T @ o.phi(o.X @ o.u)),
    Row("relu of each entry", "(X*u).applyfunc(lambda z: Max(0, z))", c.activation("relu")(o.X @ o.u)),
    Row("a loss", "L(A*u)", o.L(o.A @ o.u)),
    Row("a batch-normalised unit", "E(phi(gamma*(x.T*w)[0, 0]/sqrt((w.T*S*w)[0, 0])), x)",
        c.E(o.phi(o.gamma * (o.x.T @ o.w) / c.norm_in(o.w, o.S)))),
    Row("log det", "log(Determinant(S))", c.log(c.det(o.S))),
    Row("softmax", "v.applyfunc(exp)/(one_d.T*v.applyfunc(exp))[0, 0]", c.exp(o.v) / (o.one_d.T @ c.exp(o.v))),
    Row("log-sum-exp", "log((one_d.T*v.applyfunc(exp))[0, 0])", c.log(o.one_d.T @ c.exp(o.v))),
    Row("one entry", "A[0, 1]", refused="the calculus has no word for an entry at a number"),
)  # fmt: skip
READ = [row for row in ROWS if row.term is not None]
NAMES = {**vars(sp), **vars(letters), "E": E}


def built(typed: str) -> Any:
    return eval(typed, NAMES)


def markdown() -> str:
    """The table as the page shows it."""
    lines = ["| what | in SymPy | as a term |", "|---|---|---|"]
    for row in ROWS:
        read = f"`{c.from_sympy(built(row.typed))!r}`" if row.term is not None else f"refused: {row.refused}"
        lines.append(f"| {row.what} | `{row.typed}` | {read} |".replace("||", "\\|\\|"))
    return "\n".join(lines)


def test_there_are_twenty_one_and_the_page_shows_them() -> None:
    assert len({row.typed for row in ROWS}) == 21
    page = (Path(__file__).parents[2] / "docs" / "sympy.md").read_text(encoding="utf-8")
    assert markdown() in page, "remedy: python -m tests.sympy_language.test_everyday > docs/sympy.md, at the table"


@pytest.mark.parametrize("row", READ, ids=lambda row: row.what)
def test_what_is_read_is_what_is_meant(row: Row) -> None:
    read = c.from_sympy(built(row.typed))
    assert equal(read, row.term) is Answer.EQUAL
    assert equal(read, 2 * row.term) is not Answer.EQUAL


@pytest.mark.parametrize("row", [row for row in ROWS if row.refused], ids=lambda row: row.what)
def test_what_is_refused_is_named_with_the_remedy(row: Row) -> None:
    with pytest.raises(CalculusError, match=row.refused) as error:
        c.from_sympy(built(row.typed))
    assert "cannot read" in str(error.value)
    assert "Remedy: " in str(error.value)


GRADIENTS = {
    "a linear form": (u, v),
    "a quadratic form": (u, 2 * S * u),
    "a length": (v, v / sp.sqrt((v.T * v)[0, 0])),
    "least squares": (u, 2 * X.T * (X * u - y)),
    "a squared Frobenius norm": (A, 2 * A),
    "the mean of a batch": (y, one_m / m),
    "the variance of a batch": (y, 2 * (y - one_m * one_m.T * y / m) / m),
    "a sum of squares, entry by entry": (v, 2 * v),
    "a diagonal form": (u, 2 * sp.DiagMatrix(v) * u),
    "a sum of activations": (u, X.T * (X * u).applyfunc(prime(phi))),
    "a batch-normalised unit": (
        w,
        gamma / sp.sqrt((w.T * S * w)[0, 0])
        * (sp.Identity(d) - S * w * w.T / (w.T * S * w)[0, 0])
        * E(prime(phi)(gamma * (x.T * w)[0, 0] / sp.sqrt((w.T * S * w)[0, 0])) * x, x),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", GRADIENTS)
def test_their_gradients_are_those_of_the_textbook(what: str) -> None:
    (row,) = (row for row in ROWS if row.what == what)
    variable, known = GRADIENTS[what]
    context = Context(differentiate=carry_out, interchange=frozenset({o.x}))
    for body in (Gradient(built(row.typed), variable), sp.Derivative(built(row.typed), variable)):
        assert equal(c.from_sympy(body), c.from_sympy(known), context) is Answer.EQUAL
        assert equal(c.from_sympy(body), c.from_sympy(2 * known), context) is not Answer.EQUAL


if __name__ == "__main__":
    print(markdown())

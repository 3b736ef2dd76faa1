"""What no line derives is named wherever a theorem is printed: terminal, JSON, LaTeX, Markdown, HTML, weakest links."""

from __future__ import annotations

import io
import json
from html import unescape

import pytest
from rich.console import Console

import theory as c
from tests.press_samples import result
from theory import Bound, Identity, Theorem, det, dimension, positive_definite, positive_semidefinite, start, surplus
from theory.statements.claims import Assumption, Claim, Interchange
from theory.statements.derivation import Derivation
from theory.statements.lemmas import CauchySchwarz, DeterminantBound
from theory.statements.premises import CALCULUS, DETERMINANTS, FINITE, LOEWNER, axioms, premises
from theory.terms import Term
from theory.theorems.decoupling import euclidean_gradient_bound, gradient, s_norm, scale_invariance, variance
from theory.theorems.explosion import identity_rate, sine_rate
from verify.press.pages import build, hypotheses
from verify.press.pages.unicode_text import unicode_text
from verify.press.pages.weakest import weakest_links
from verify.press.printers import html, latex_page, markdown
from verify.press.printers import json as jsonout
from verify.press.printers.terminal import show
from verify.proof import lines_on_matrices as derivation
from verify.proof import lines_on_numbers as scalar_lines
from verify.settings import Settings

EXCHANGED = "derivatives under E over x, as assumed"
PRINTED = {
    gradient.THEOREM: {EXCHANGED, FINITE},
    euclidean_gradient_bound.THEOREM: {EXCHANGED, FINITE, CauchySchwarz.premise, LOEWNER},
    variance.THEOREM: {FINITE},
    sine_rate.THEOREM: {
        "Euler's integral for the Gamma function (DLMF 5.9.1)",
        "the Fourier transform of the Gaussian (DLMF 7.7.1)",
    },
}
each = pytest.mark.parametrize("theorem", PRINTED, ids=lambda t: t.id)


@each
def test_premises_are_those_of_the_theorem_and_of_all_that_it_cites(theorem):
    assert set(premises(theorem)) == PRINTED[theorem]


@each
def test_they_are_printed_everywhere(theorem, tmp_path):
    seen = result(theorem)
    (written,) = json.loads(json.dumps(jsonout.document([seen], Settings(), seconds=0)))["results"]
    assert set(written["premises"]) == PRINTED[theorem]
    terminal = io.StringIO()
    show(Console(file=terminal, width=400), build.of(seen))
    tex = latex_page.page_tex(build.of(seen))
    marked = markdown.page_text(build.of(seen), str)
    html.write([seen], tmp_path)
    page = unescape((tmp_path / "theorems" / f"{theorem.id}.html").read_text(encoding="utf-8"))
    for premise in PRINTED[theorem]:
        assert premise in terminal.getvalue()
        words = premise.partition(" E ")[0]  # which is set as a formula there
        assert all(words in " ".join(text.split()) for text in (tex, marked, page))
        assert any(premise == words for link in weakest_links([seen]) for words, _ in link.items)
    for note in (a.note for a in theorem.assumptions if isinstance(a, Interchange)):
        assert note in terminal.getvalue()
        assert all("integrable function" in " ".join(text.split()) for text in (tex, marked, page))


def test_a_line_names_the_axiom_that_it_uses():
    lines = [line for part in derivation.observe(s_norm.THEOREM).parts for line in part.lines]
    assert any(CauchySchwarz.premise in line.used for line in lines)
    used = {name for part in scalar_lines.observe(sine_rate.THEOREM).parts for line in part.lines for name in line.used}
    assert "the Fourier transform of the Gaussian (DLMF 7.7.1)" in used


def test_a_theorem_without_expectations_rests_on_none_that_it_does_not_use():
    assert set(premises(scale_invariance.THEOREM)) == {FINITE}
    assert CALCULUS not in premises(s_norm.THEOREM)


def test_what_is_used_passes_on_what_is_assumed_in_words() -> None:
    """A rate that cites the moments on the sphere rests on what these assume."""
    assert "explosion.sphere-moments" in {item.theorem for item in hypotheses.inherited(identity_rate.THEOREM)}
    assert hypotheses.inherited(s_norm.THEOREM) == ()


def test_a_hat_is_no_part_of_a_word() -> None:
    assert unicode_text("what that yhat is") == "what that ŷ is"


def test_an_order_of_determinants_is_printed():
    """A line may rest on it, and on the trace above logarithms, and cite neither."""
    n = dimension("n")
    S, N = positive_definite("S", n), positive_semidefinite("N", n)
    claim = Bound(det(S), det(S + N))
    chain = start(claim.left).at_most(claim.right, surplus(claim.right - claim.left))
    theorem = Theorem(
        "sandbox.det", claim, chain, docstring="a case", near_misses={"turned": Bound(claim.right, claim.left)}
    )
    [line] = derivation.observe(theorem).parts[0].lines
    assert line.accepted
    assert {DETERMINANTS, DeterminantBound.premise} <= {*premises(theorem)} <= {*axioms()}
    same = Identity(det(S) + det(S), 2 * det(S))
    alike = Theorem(
        "sandbox.same", same, start(same.left).equals(same.right), docstring="a case", near_misses={"turned": claim}
    )
    assert premises(alike) == ()


# ---- what is compared under another name ----------------------------------------------------------------------
d = dimension("d")
a, k, r, one = c.real("a"), c.real("k"), c.real("r"), c.ones(d)
p, q = c.positive("p"), c.positive("q")
P, S, T = positive_semidefinite("P", d), positive_definite("S", d), positive_definite("T", d)
B, C = c.symmetric("B", d), c.symmetric("C", d)
I = c.eye(d)  # noqa: E741 - the field's notation
u, v = c.vector("u", d), c.vector("v", d)
y, z = c.vector("y", d, positive=True), c.vector("z", d, positive=True)
log, rsqrt = c.activation("log"), c.activation("rsqrt")
ROWS, NUMBERS, DYADS = c.at_most(c.diag(y), c.diag(z)), c.at_most(p * I, q * I), c.at_most(I + u @ u.T, I + v @ v.T)
BELOW, NAMED = c.at_most(S, T), (c.equal(B, c.inverse(S)), c.equal(C, c.inverse(T)))
COUNTED = (c.equal(k, det(S)), c.equal(r, det(T)))
SHIFTED = det(S + P) - det(S)


def inverse_of_squares(column: Term) -> Term:
    return c.diag(c.hadamard(rsqrt(column), rsqrt(column)))


def inverse_of_a_dyad(column: Term) -> Term:
    return I - column @ column.T / (1 + column.T @ column)


def accepted(claim: Claim, chain: Derivation, assumptions: tuple[Assumption, ...]) -> Theorem:
    theorem = Theorem(
        "sandbox.another-name", claim, chain, docstring="a case", near_misses={"itself": claim}, assumptions=assumptions
    )
    assert all(line.accepted for line in derivation.observe(theorem).parts[0].lines)
    return theorem


def one_bound(left: Term, right: Term, *cited: Assumption, certificate: Term | None = None) -> Theorem:
    gap = right - left if certificate is None else certificate
    return accepted(Bound(left, right), start(left).at_most(right, surplus(gap), *cited), cited)


@pytest.mark.parametrize(
    "theorem",
    [
        one_bound(c.number(1), c.exp(d * c.log(1 + a**2))),
        one_bound(c.exp(d * c.log(p)), c.exp(d * c.log(p + q))),
        one_bound(c.exp(d * c.log(p)), c.exp(d * c.log(q)), NUMBERS),
        one_bound(c.exp(one.T @ log(y)), c.exp(one.T @ log(z)), ROWS),
        one_bound(k, r, BELOW, *COUNTED),
        accepted(Identity(c.sqrt(SHIFTED) ** 2, SHIFTED), start(c.sqrt(SHIFTED) ** 2).equals(SHIFTED), ()),
    ],
    ids=["a power", "two powers", "assumed", "products of entries", "by their names", "under a root"],
)
def test_determinants_that_are_written_otherwise_are_compared_by_a_premise(theorem: Theorem) -> None:
    assert DETERMINANTS in premises(theorem)


@pytest.mark.parametrize(
    "theorem",
    [
        one_bound(
            u.T @ inverse_of_squares(z) @ u, u.T @ inverse_of_squares(y) @ u, ROWS,
            certificate=u.T @ (inverse_of_squares(y) - inverse_of_squares(z)) @ u,
        ),
        one_bound(u.T @ u / q, u.T @ u / p, NUMBERS, certificate=u.T @ ((1 / p) * I - (1 / q) * I) @ u),
        one_bound(u.T @ C @ u, u.T @ B @ u, BELOW, *NAMED, certificate=u.T @ (B - C) @ u),
        one_bound(
            z.T @ inverse_of_a_dyad(v) @ z, z.T @ inverse_of_a_dyad(u) @ z, DYADS,
            certificate=z.T @ (inverse_of_a_dyad(u) - inverse_of_a_dyad(v)) @ z,
        ),
    ],
    ids=["by roots", "multiples of I", "by their names", "of rank one"],
)  # fmt: skip
def test_inverses_that_are_written_otherwise_are_compared_by_a_premise(theorem: Theorem) -> None:
    assert LOEWNER in premises(theorem)


def test_what_compares_neither_rests_on_neither() -> None:
    cases = [
        one_bound(u.T @ S @ u, u.T @ T @ u, BELOW, certificate=u.T @ (T - S) @ u),
        one_bound(c.number(0), c.exp(a) + c.exp(d * a)),
        accepted(Identity(det(S) / det(S), c.number(1)), start(det(S) / det(S)).equals(c.number(1)), ()),
        accepted(Identity(c.exp(d * c.log(p)), det(p * I)), start(c.exp(d * c.log(p))).equals(det(p * I)), ()),
    ]
    assert [premises(theorem) for theorem in cases] == [()] * len(cases)


def test_a_mean_that_is_assumed_or_stands_in_a_certificate_alone_is_finite() -> None:
    x, w = c.random_vector("x", d), c.vector("w", d)
    moment = c.equal(c.E(x @ x.T, x), B)
    assert premises(one_bound(c.number(0), w.T @ B @ w, moment, certificate=c.E((w.T @ x) ** 2, x))) == (FINITE,)
    assert premises(one_bound(c.number(0), w.T @ S @ w)) == ()

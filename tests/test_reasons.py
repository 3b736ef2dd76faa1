"""The reasons beside a line name what the line used, and no more: each of them is asked for by leaving it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import press_samples
import pytest
from test_typesetting import every_theorem

from theory import Theorem, activation, define, dimension, norm, positive_definite, random_vector, real, vector, zero
from theory.statements.derivation import Algebra, Line, Surplus, Unfold
from theory.statements.lemmas import (
    LEMMAS,
    CauchySchwarz,
    DeterminantBound,
    ExpTangent,
    Lemma,
    LipschitzBound,
    MeanValue,
    RootBound,
    SteinIdentity,
)
from theory.statements.setting import Matrices, Numbers
from theory.terms import Term, as_term
from theory.typeset.formulas import latex
from verify.press.pages import reasons, sections
from verify.proof.lines_on_matrices import checker

CATALOGUE = [theorem for theorem in every_theorem() if theorem.module.startswith("theory.")]


def lines(theorem: Theorem) -> Iterator[tuple[int, Term, Line]]:
    """Every line with its number and the term before it."""
    for part in theorem.parts:
        before = part.derivation.start if part.derivation else None
        for number, line in enumerate(part.derivation.lines if part.derivation else (), 1):
            assert before is not None
            yield number, before, line
            before = line.term


def shorter(line: Line) -> Iterator[tuple[object, Line]]:
    """The line without one reason or one definition, and which."""
    for k, reason in enumerate(line.reasons):
        rest = (*line.reasons[:k], *line.reasons[k + 1 :])
        if isinstance(reason, Unfold) and len(reason.definitions) > 1:
            for d in reason.definitions:
                less = Unfold(tuple(x for x in reason.definitions if x is not d))
                yield d, replace(line, reasons=(*rest, less))
        elif not isinstance(reason, Algebra):
            yield reason, replace(line, reasons=rest)


@pytest.mark.parametrize(
    "theorem",
    [t for t in CATALOGUE if type(t.setting) is Matrices and any(p.derivation for p in t.parts)],
    ids=lambda t: t.id,
)
def test_no_line_is_accepted_without_one_of_its_reasons(theorem: Theorem) -> None:
    check = checker(theorem)
    needless = [
        (number, reason)
        for number, before, line in lines(theorem)
        for reason, less in shorter(line)
        if check(number, before, less).accepted
    ]
    assert needless == []


@pytest.mark.parametrize("theorem", [t for t in CATALOGUE if type(t.setting) is Numbers], ids=lambda t: t.id)
def test_definitions_that_are_named_stand_in_the_line(theorem: Theorem) -> None:
    """On numbers the checker unfolds under a derivative by itself, so that leaving one out shows nothing."""
    for _, before, line in lines(theorem):
        for reason in line.reasons:
            if isinstance(reason, Unfold):
                assert reasons.unfolded(reason, before, line) == reason.definitions


@pytest.mark.parametrize(
    ("name", "number", "signs"),
    [
        ("decoupling.gradient-bound", 4, "a square times the mean of a square"),
        ("decoupling.s-norm", 1, r"a quadratic form of $S - \mu_S I \succeq 0$, as $\mu_S I \preceq S$"),
        ("explosion.degree-weights", 1, r"$B - 3 > 0$, $k - 1 \ge 0$ and $k + B - 2 \ge 0$"),
        ("smoothness.gradient-norm", 2, "a square times a sum of squares"),
        ("smoothness.projector", 1, "each term is a square"),
    ],
)
def test_a_certificate_says_why_each_term_is_not_negative(name: str, number: int, signs: str) -> None:
    theorem = next(t for t in CATALOGUE if t.id == name)
    found = [
        reasons.signs(reason, line)
        for k, _, line in lines(theorem)
        for reason in line.reasons
        if k == number and isinstance(reason, Surplus)
    ]
    assert signs in found


def test_of_many_definitions_those_are_named_that_a_reader_sees() -> None:
    theorem = next(t for t in CATALOGUE if t.id == "smoothness.hessian")
    [chain] = sections.derivation(press_samples.result(theorem)).chains
    said = chain.steps[0].because[0].words.marked
    assert said.endswith(" and of what stands in them")
    assert r"\hat L_{\varepsilon}(y)" in said
    assert r"\mu(y)" not in said


def test_the_gap_of_a_lemma_is_told_by_the_lemma() -> None:
    a, d = real("a"), dimension("d")
    w, x = vector("w", d), random_vector("x", d)
    tangent, products = ExpTangent(a), CauchySchwarz(w.T @ x, a, as_term(1), x)
    line = Line("<=", a, (Surplus(2 * tangent.gap + 3 * products.gap), tangent, products))
    certificate = line.reasons[0]
    assert isinstance(certificate, Surplus)
    first, second = reasons.signs(certificate, line).split("; ")
    assert first == rf"the first term is ${latex(tangent.gap)} \ge 0$, as $1 + t \le \exp(t)$"
    assert second.endswith(r" \ge 0$, by the Cauchy-Schwarz inequality")
    assert "exp" not in second
    alone = replace(line, reasons=(certificate, products))
    assert "as $1 + t" not in reasons.signs(certificate, alone)


def test_of_each_lemma_a_page_says_why_its_gap_is_nonnegative() -> None:
    a, d = real("a"), dimension("d")
    w, x, S, z = vector("w", d), vector("x", d), positive_definite("S", d), random_vector("z", d)
    known: dict[Lemma, str] = {
        CauchySchwarz(w, x, S): "by the Cauchy-Schwarz inequality",
        ExpTangent(a): r"as $1 + t \le \exp(t)$",
        DeterminantBound(S, S): "as the trace lies above logarithms of determinants",
        MeanValue(activation("tanh"), 1, as_term(1), a, as_term(0)): "by the mean value theorem",
        LipschitzBound(2 * w, w, x, as_term(2), as_term(0), x, zero(d)): "by the mean value inequality",
        RootBound(w.T @ x, norm(w) * norm(x), as_term(0)): "by their squares",
        SteinIdentity(activation("phi")(w.T @ z), z, zero(d), S): "by Stein's identity",
    }
    assert {*map(type, known)} == {*LEMMAS}
    for lemma, words in known.items():
        certificate = Surplus(2 * lemma.gap)
        assert words in reasons.signs(certificate, Line("<=", a, (certificate, lemma)))


def test_a_definition_in_a_lemma_is_unfolded_in_its_line() -> None:
    a = real("a")
    double = define("double", (a,), 2 * a)
    reason = Unfold((double,))
    line = Line("<=", a, (reason, ExpTangent(double(a))))
    assert reasons.unfolded(reason, a, line) == (double,)
    assert reasons.unfolded(reason, a, Line("<=", a, (reason, ExpTangent(a)))) == ()


def test_a_root_of_a_squared_length_is_a_length():
    from theory.theorems.decoupling import euclidean_gradient_bound

    (line,) = euclidean_gradient_bound.THEOREM.parts[1].derivation.lines
    (certificate,) = (reason for reason in line.reasons if isinstance(reason, Surplus))
    assert reasons.signs(certificate, line).startswith("a length, with $")

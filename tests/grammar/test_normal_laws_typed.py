"""`--law "x: normal(mu, S)"`: what it declares, what follows, what is refuted, and what is marked as a mistake."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.grammar.test_commands import call
from theory import dimension, eye, gaussian, positive_definite, positive_semidefinite, random_vector, real, vector, zero
from theory.grammar.misread import MisreadError
from theory.grammar.stating import read
from theory.statements.claims import Assumption, assumption_text
from theory.terms import Property
from theory.typeset.python_source import python_assumption, python_declarations
from theory.typeset.statements import latex_assumption

d = dimension("d")
x, mu, s = random_vector("x", d), vector("mu", d), real("s")
S = positive_semidefinite("S", d)


@pytest.fixture(autouse=True)
def _no_file_of_another_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    sys.modules.pop("check", None)


@pytest.mark.parametrize(
    ("law", "let", "meant"),
    [
        ("x: normal(mu, S)", [], gaussian(x, mean=mu, covariance=S)),
        ("x: N(mu, S)", [], gaussian(x, mean=mu, covariance=S)),
        ("x: ~ N(mu, S)", [], gaussian(x, mean=mu, covariance=S)),
        ("x: Gaussian( mu , S )", [], gaussian(x, mean=mu, covariance=S)),
        ("x: normal(0, S)", [], gaussian(x, mean=zero(d), covariance=S)),
        ("x: normal(0, I)", [], gaussian(x, mean=zero(d), covariance=eye(d))),
        ("x: normal(0, s^2 I)", ["s: scalar"], gaussian(x, mean=zero(d), covariance=s**2 * eye(d))),
        ("x: normal(2 mu, S)", ["mu: column"], gaussian(x, mean=2 * mu, covariance=S)),
        ("x: normal(mu, S)", ["S: symmetric"], gaussian(x, mean=mu, covariance=S)),
        (
            "x: normal(0, S)",
            ["S: positive definite"],
            gaussian(x, mean=zero(d), covariance=positive_definite("S", d)),
        ),
    ],
)
def test_a_normal_law_as_it_is_meant(law: str, let: list[str], meant: Assumption) -> None:
    found = read("E[x'x] = 3", law=[law], let=["x: d", *let])
    assert found.assumptions == (meant,)


def test_names_of_which_nothing_is_said_are_a_column_and_a_covariance() -> None:
    found = {symbol.name: symbol for symbol in read("E[x] = mu", law=["x: normal(mu, S)"]).symbols}
    assert found["mu"].shape[1] == 1
    assert found["S"].properties == {Property.SYMMETRIC, Property.POSITIVE_SEMIDEFINITE}


def test_it_is_printed_in_words_as_latex_and_as_python() -> None:
    law = gaussian(x, mean=mu, covariance=S)
    assert assumption_text(law) == "x ~ N(mu, S)"
    assert latex_assumption(law) == r"x \sim \mathcal{N}(\mu,\, S)"
    assert python_assumption(law) == "gaussian(x, mean=mu, covariance=S)"
    assert any("random_vector" in line for line in python_declarations([law.over, law.mean, law.covariance]))


TWO = "E[(x'A x)(x'B x)] = {} tr(A S B S) + tr(A S) tr(B S)"
PROVED = [
    (TWO.format(2), "x: normal(0, S)", "A, B: symmetric"),
    ("E[(x'A x)(x'B x)] = tr(A S B S) + tr(A S B'S) + tr(A S) tr(B S)", "x: normal(0, S)", "A, B: square"),
    ("E[|x|^4] = d^2 + 2 d", "x: normal(0, I)", "x: d"),
    ("E[|x - mu|^4] = (d^2 + 2 d) s^4", "x: normal(mu, s^2 I)", "x: d; s: scalar"),
    ("E[x'A x] = tr(A S) + mu'A mu", "x: normal(mu, S)", "A: square"),
    ("E[x x'A x] = (tr(A S) + mu'A mu) mu + S (A + A') mu", "x: normal(mu, S)", "A: square"),
    ("E_x[E_y[(x'y)^4]] = 3 tr(S T)^2 + 6 tr(S T S T)", "x: normal(0, S); y: normal(0, T)", "w: column"),
    ("E[(w'x)^4] >= (w'S w)^2", "x: normal(0, S)", "w: column"),
    ("grad(E[(w'x)^4], w) = 12 (w'S w) S w", "x: normal(0, S)", "w: column"),
    ("S >= 0", "x: normal(0, S)", "w: column"),
    ("E[phi(w'x) x] = E[phi'(w'x)] S w", "x: normal(0, S)", "w: column"),
    ("E[(x - mu) f(x)] = S E[grad(f(x), x)]", "x: normal(mu, S)", "w: column"),
    ("E[x f(x)] = S E[f'(x)]", "x: normal(0, S)", "w: column"),
    ("E[x x' phi(w'x)] = S E[phi(w'x)] + S w w'S E[phi''(w'x)]", "x: normal(0, S)", "w: column"),
    ("E[phi(W x) x'] = E[Diag(phi'(W x))] W S", "x: normal(0, S)", "w: column"),
    ("E[x phi(x)] = s^2 E[phi'(x)]", "x: normal(0, s^2)", "w: column"),
    ("E[x^3 phi(x)] = 2 E[phi'(x)] + E[x^2 phi'(x)]", "x: normal(0, 1)", "w: column"),
    ("E[x^2] = s^2 + mu^2", "x: normal(mu, s^2)", "w: column"),
    ("E[x^4] = 3 sigma^4", "x: normal(0, sigma^2)", "w: column"),
    ("E[x^2] = c", "x: normal(0, c)", "x: number; c: nonnegative"),
    ("E[exp(w'x)] = exp(w'S w / 2)", "x: normal(0, S)", "w: column"),
    ("E[exp(2 x)] = exp(2 mu + 2 s^2)", "x: normal(mu, s^2)", "w: column"),
    ("E[x exp(w'x)] = exp(w'S w / 2) S w", "x: normal(0, S)", "w: column"),
    ("E[x tanh(w'x)] = S w E[1 - tanh(w'x)^2]", "x: normal(0, S)", "w: column"),
    ("E[x'grad f(x)] = E[tr(Hess f(x))]", "x: normal(0, I)", "w: column"),
    ("grad(E[f(u + s x)], s) = s E[tr(Hess f(u + s x))]", "x: normal(0, I)", "u: d; s: number"),
]
REFUTED = [
    (TWO.format(3), "x: normal(0, S)", "A, B: symmetric"),
    (TWO.format(2), "x: normal(0, S)", "A, B: square"),
    ("E[|x|^4] = d^2 + d", "x: normal(0, I)", "x: d"),
    ("E[|x|^4] = d^2 + 2 d", "x: E[x] = 0, E[x x'] = I", "x: d"),
    ("E[x'A x] = tr(A S)", "x: normal(mu, S)", "A: square"),
    ("E[(w'x)^6] = 14 (w'S w)^3", "x: normal(0, S)", "w: column"),
    ("E[(w'x)^4] <= 2 (w'S w)^2", "x: normal(0, S)", "w: column"),
    ("E[phi(w'x)] = phi(0)", "x: normal(0, S)", "w: column"),
    ("E[phi(w'x) x] = E[phi'(w'x)] w", "x: normal(0, S)", "w: column"),
    ("E[x phi(x)] = s E[phi'(x)]", "x: normal(0, s^2)", "w: column"),
    ("E[x f(x)] = S E[f'(x)]", "x: normal(mu, S)", "w: column"),
    ("E[(w'x)^10] = 944 (w'S w)^5", "x: normal(0, S)", "w: column"),
    ("E[relu(w'x)] <= 0", "x: normal(0, S)", "w: column"),
    ("E[exp(w'x)] = exp(w'S w)", "x: normal(0, S)", "w: column"),
    ("E[x tanh(w'x)] = w E[tanh'(w'x)]", "x: normal(0, S)", "w: column"),
]
NEITHER = [
    ("E[1 / (1 + |x|^2)] = 1", "x: normal(0, S)", "w: column"),
    ("E[1 / (1 + |x|^2)] = 1 / (1 + tr(S))", "x: normal(0, S)", "w: column"),
    ("E[sqrt(1 + |x|^2)] <= 1", "x: normal(0, S)", "w: column"),
]


@pytest.mark.parametrize(("statement", "law", "let"), PROVED)
def test_what_is_true_is_proved(statement: str, law: str, let: str) -> None:
    output = call("check", statement, "--law", law, "--let", let).output
    assert "derived by the program" in output
    assert "~ N(" in output


@pytest.mark.parametrize(("statement", "law", "let"), REFUTED)
def test_what_is_false_is_refuted_by_a_witness_that_replays(statement: str, law: str, let: str, tmp_path: Path) -> None:
    said = (statement, "--law", law, "--let", let)
    output = call("check", *said, code=1).output
    assert ("have all moments of the normal law up to order" in output) == ("normal" in law)
    witness = output.split("check.py '")[1].split("'\n")[0]
    assert json.loads(witness)["instance"]["laws"]
    file = tmp_path / "check.py"
    file.write_text(call("check", *said, "--to", "python", code=1).stdout, encoding="utf-8")
    assert "the claim fails" in call("replay", "--from", str(file), witness).output


def test_a_witness_with_another_law_refutes_nothing(tmp_path: Path) -> None:
    """A coin has mean 0 and variance 1, and E x^4 = 1."""
    said = ("E[|x|^4] = d^2 + d", "--law", "x: normal(0, I)", "--let", "x: d")
    witness = json.loads(call("check", *said, code=1).output.split("check.py '")[1].split("'\n")[0])
    witness["instance"] = {**witness["instance"], "sizes": {"d": 1}}
    witness["instance"]["laws"] = {"x": {"points": [["1"], ["-1"]], "weights": ["1/2", "1/2"]}}
    file = tmp_path / "check.py"
    file.write_text(call("check", *said, "--to", "python", code=1).stdout, encoding="utf-8")
    output = call("replay", "--from", str(file), json.dumps(witness), code=3).output
    assert "this fails on it: the assumption x ~ N(0, I[d])" in output


@pytest.mark.parametrize(("statement", "law", "let"), NEITHER)
def test_of_what_is_not_integrated_nothing_is_said(statement: str, law: str, let: str) -> None:
    """But at the law of one point, at which all that is typed here agrees."""
    output = call("check", statement, "--law", law, "--let", let, code=2).output
    assert "undecided  enclosure:" in output
    assert "could not be decided" in output


@pytest.mark.parametrize(
    ("law", "marked"),
    [
        ("x: normal", "normal"),
        ("x: normal(0)", "normal(0)"),
        ("x: normal(0, S, T)", "normal(0, S, T)"),
        ("x: normal(0, 1)", " 1"),
        ("x: normal(0, c)", " c"),
        ("x: normal(0, B)", " B"),
        ("x: normal(x'x, I)", "x'x"),
        ("x: normal(y, S); y: normal(0, T)", "normal(y, S)"),
        ("x: uniform(0, 1)", "uniform(0, 1)"),
        ("x: normal(0, gama)", "gama"),
        ("x: normal(0 = 0, I)", "0 = 0"),
    ],
)
def test_a_mistake_is_marked_in_its_own_text(law: str, marked: str) -> None:
    with pytest.raises(MisreadError) as caught:
        read("E[x'x] = 3", law=[law], let=["x: d; c: scalar; B: d x m"])
    assert caught.value.source == law
    assert law[caught.value.start : caught.value.end].strip() == marked.strip()


@pytest.mark.parametrize(
    ("statement", "let"), [("E[x^2] = 1", ""), ("E[x x'] = I", "x: d"), ("E[x^2] >= 0", "x: number, random")]
)
def test_a_random_number_is_one_by_its_law_or_as_it_is_declared(statement: str, let: str) -> None:
    law = ["x: normal(0, I)" if let == "x: d" else "x: normal(0, 1)"]
    [symbol] = [s for s in read(statement, law=law, let=[let] if let else []).symbols if s.name == "x"]
    assert symbol.is_scalar == (let != "x: d")
    assert symbol.has(Property.RANDOM)


@pytest.mark.parametrize("statement", ["E[grad(E[f(x)], x)] = 0", "E[grad(f(w), x)] = 0", "grad(f(x), x) = 0"])
def test_a_slope_at_a_random_column_is_under_a_mean_and_of_what_moves_with_it(statement: str) -> None:
    with pytest.raises(MisreadError, match="random"):
        read(statement, law=["x: normal(0, S)"], let=["w: d"])


@pytest.mark.parametrize(
    ("statement", "law"),
    [
        ("E[(x - mu) f(x)] = S E[grad(f(x), x)]", "x: normal(mu, S)"),
        ("E[x phi(x)] = s^2 E[phi'(x)]", "x: normal(0, s^2)"),
    ],
)
def test_the_code_to_paste_is_accepted_line_by_line(statement: str, law: str, tmp_path: Path) -> None:
    file = tmp_path / f"pasted_{len(statement)}.py"  # no two modules of one name in one process
    file.write_text(call("check", statement, "--law", law, "--to", "python").stdout, encoding="utf-8")
    assert "SteinIdentity(" in file.read_text()
    call("check-lines", str(file))


def test_another_law_is_not_known_by_its_name() -> None:
    output = call("check", "E[x'x] = 3", "--law", "x: uniform(0, 1)", code=3).output
    assert re.search(r"remedy: normal\(0, I\), or E\[x\] = 0", output)


@pytest.mark.parametrize(
    ("statement", "law", "let"),
    [
        ("grad(E[x'x], s) = 2 d s", "x: normal(0, s^2 I)", "x: d; s: scalar"),
        ("grad(E[x'x], s) = 0", "x: normal(0, s^2 I)", "x: d; s: scalar"),
        ("grad(E[x'x], mu) = 2 mu", "x: normal(mu, I)", "x: d"),
        ("grad(E[(x'mu)^2], mu) = 2 mu", "x: normal(mu, I)", "x: d"),
        ("s + 1'grad(E_x[E_y[(x'y)^2]], w) = s", "x: normal(0, I); y: normal(w, I)", "x: d; s: scalar; w: column"),
        ("grad(E[x'x], s) = 0", "x: E[x x'] = s^2 I", "x: d; s: scalar"),
        ("grad(E[|x|^2], u) = 2 u", "x: E[x] = u, E[x x'] = S", "x: d; u: d"),
    ],
)
def test_no_derivative_is_taken_in_what_a_law_is_made_of(statement: str, law: str, let: str) -> None:
    """The law does not move with it: of x ~ N(0, s^2 I) the slope of E[x'x] in s would be 0."""
    with pytest.raises(MisreadError, match="is not made of") as caught:
        read(statement, law=[law], let=let.split("; "))
    assert caught.value.source == law


def test_nor_by_wrt() -> None:
    with pytest.raises(MisreadError, match="is not made of"):
        read("E[x'x]", law=["x: normal(0, s^2 I)"], let=["x: d", "s: scalar"], wrt="s")
    assert read("E[(w'x)^2]", law=["x: normal(0, s^2 I)"], let=["w: column", "s: scalar"], wrt="w").variable is not None


@pytest.mark.parametrize(
    ("statement", "law", "let"),
    [
        ("grad(E[|mu + s z|^2], s) = 2 d s", "z: normal(0, I)", "mu: d; s: scalar"),
        ("grad(E[|z - u|^2], u) = 2 (u - mu)", "z: E[z] = mu", "u: d"),
        ("grad(E[|mu + s z|^2], mu) = 2 mu", "z: normal(0, I)", "mu: d; s: scalar"),
        ("grad(s^4, s) E[x'x] = 4 d s^5", "x: normal(0, s^2 I)", "x: d; s: scalar"),
    ],
)
def test_a_derivative_in_what_stands_under_e_or_of_no_mean_is_taken(statement: str, law: str, let: str) -> None:
    assert "derived by the program" in call("check", statement, "--law", law, "--let", let).output

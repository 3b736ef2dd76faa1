"""`normproof check` and `normproof derive` as a user meets them: exit codes, one message a mistake, code that runs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from theory import dimension, vector
from theory.grammar.stating import read
from theory.statements.claims import Identity
from verify.command.cli import cli
from verify.loading import loader
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict
from verify.running import answering


@pytest.fixture(autouse=True)
def _no_file_of_another_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    sys.modules.pop("check", None)


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


PROVED = [
    "hess(|x|^4, x) = 4 |x|^2 I + 8 x x'",
    "(A B)' = B' A'",
    "tr(A B) = tr(B A)",
    "|x + y|^2 + |x - y|^2 = 2 |x|^2 + 2 |y|^2",
    "grad(x'A x, x) = (A + A') x",
    "hess(x'A x, x) = A + A'",
    "jac(A x + c, x) = A",
    "grad(tr(A' X), X) = A",
    "grad(|x - y|^2, x) = 2 (x - y)",
    "E_z[|z - E_z[z]|^2] = E_z[|z|^2] - |E_z[z]|^2",
    "Diag(x) y = x o y",
    "1'(x o y) = x'y",
    "grad(L(A x + c), x) = A' grad L(A x + c)",
    "jac(phi(x), x) = Diag(phi'(x))",
    "s_norm(w)^2 = w'S w",
    "2 x'y <= |x|^2 + |y|^2",
    "|x + y| <= |x| + |y|",
    "x'y <= |x| |y|",
    "|x| < |x| + 1",
    "x'y < |x|^2 + |y|^2 + 1",
    "A'A < A'A + I",
    "var([x; x]) = var(x)",
    "[A, B] [I[m]; 0] = A",
    "exp(mean([x; y])) <= mean(exp([x; y]))",
    "-|x|^2 <= 0",
]
REFUTED = [
    "|x|^2 > 0",
    "-x'x > 1",
    "|x| < |x| + |y|",
    "(A B)' = A' B'",
    "grad(x'A x, x) = 2 A x",
    "|x + y|^2 = |x|^2 + |y|^2",
    "x y' = y x'",
    "E_z[z z'] = E_z[z] E_z[z]'",
    "|x| <= x'x",
    "x'y <= 0",
    "jac(phi(x), x) = Diag(phi(x))",
    "S S = S",
    "tr(A B) = tr(A) tr(B)",
]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("E[x] = x", ("--let", "x: random")),
        ("x'x <= E[x'x]", ("--law", "x: E[x] = 0")),
        ("E_x[x'y] = x'E_y[y]", ("--let", "x: random; y: random")),
        ("E[x'x] = 1", ("--let", "x: random", "--assume", "x'x = 1")),
        ("E[1 / x'x] <= 1", ("--law", "x: 1 <= x'x")),
    ],
)
def test_a_random_column_has_no_value_outside_of_an_expectation(statement: str, said: tuple[str, ...]) -> None:
    """It was a crash, and Python's own exit code is that of what is refuted."""
    output = call("check", statement, *said, code=3).output
    assert re.search(r"expected a random vector under an expectation over it\n  got:    \w outside of any, in", output)
    assert "^" in output


def test_a_crash_is_no_refutation(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(answering, "answer", crash)
    result = CliRunner().invoke(cli, ["check", "x'x >= 0"])
    assert result.exit_code == 2
    assert "a fault of normproof, not of what it was given: KeyError: 'x'" in result.stderr


@pytest.mark.parametrize("statement", PROVED)
def test_what_is_true_is_proved(statement: str) -> None:
    assert "derived by the program" in call("check", statement).output


@pytest.mark.parametrize("statement", REFUTED[5:])
def test_what_is_false_is_refuted(statement: str) -> None:
    assert re.search(r"^ +at .*=", call("check", statement, code=1).output, flags=re.M)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("S^2 <= T^2", ("--let", "S, T: positive definite", "--assume", "S <= T")),
        ("S^3 <= T^3", ("--let", "S, T: positive semidefinite", "--assume", "S <= T")),
        ("t <= 10", ("--let", "t: steps")),
        ("t^2 <= 6 t", ("--let", "t: steps")),
    ],
)
def test_what_fails_a_little_above_or_far_out_is_refuted(statement: str, said: tuple[str, ...]) -> None:
    assert re.search(r"^ +at .*=", call("check", statement, *said, code=1).output, flags=re.M)


@pytest.mark.parametrize("statement", REFUTED[:5])
def test_its_witness_replays_with_the_file_to_paste(statement: str, tmp_path: Path) -> None:
    output = call("check", statement, code=1).output
    assert re.search(r"^ +at .*=", output, flags=re.M)
    witness = output.split("check.py '")[1].split("'\n")[0]
    file = tmp_path / "check.py"
    file.write_text(call("check", statement, "--to", "python", code=1).stdout, encoding="utf-8")
    assert "the claim fails" in call("replay", "--from", str(file), witness).output


def test_what_is_neither_is_neither() -> None:
    found = call("check", "det(S + T) >= det(S) + det(T)", "--let", "S, T: positive definite", code=2).output
    assert "supported" in found
    assert "nothing found" in found


def test_equal_sides_refute_a_strict_claim_and_are_shown() -> None:
    output = call("check", "|x'y| < |x| |y|", "--let", "x, y: nonzero", code=1).output
    assert re.search(r"^ +left +1$\n^ +>= right +1$", output, flags=re.M)


@pytest.mark.parametrize(("to", "said"), [
    ("latex", "0 & < x^\\top S x"),
    ("latex", "by $x^\\top S x > 0$: a squared length, not 0."),
    ("python", "Below(number(0), x.T @ S @ x)"),
    ("python", ".below(CLAIM.right, surplus(x.T @ S @ x))"),
    ("sympy", "left = sp.Integer(0)"),
    ("torch", "right"),
])  # fmt: skip
def test_a_strict_claim_is_printed_for_other_programs(to: str, said: str) -> None:
    assert said in call("check", "x'S x > 0", "--let", "S: positive definite; x: nonzero", "--to", to).stdout


def test_a_file_to_paste_runs_and_is_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORMPROOF_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "check.py"
    printed = call("check", "E[|A x|^2] = tr(A'A S)", "--law", "x: E[x x'] = S", "--to", "python").stdout
    file.write_text(printed, encoding="utf-8")
    assert "1 proved" in call("run", str(file), "--budget", "quick", "--device", "cpu").output


PASTED = [
    ("check", "w' grad(f_BN(w, gamma), w) = 0"),
    ("check", "log(t) <= 2", "--let", "t: positive", "--assume", "t <= 1/2"),
    ("check", "|x + y| <= |x| + |y|"),
    ("check", "x'S x <= K x'x", "--let", "K: scalar", "--assume", "S <= K I"),
    ("check", "x'S x >= 0", "--let", "S: positive semidefinite"),
    ("check", "x'S x > 0", "--let", "S: positive definite; x: nonzero"),
    ("check", "x'y < |x|^2 + |y|^2 + c", "--let", "c: positive"),
    ("check", "cos(t) < 2", "--let", "t: scalar"),
    ("derive", "yhat(y, eps)", "--wrt", "y", "--assume", "eps > 0"),
    ("derive", "L(W phi(V x))", "--wrt", "V"),
    ("check", "lambda_1 x'x = x'(lambda_1 I) x"),
]


@pytest.mark.parametrize("arguments", PASTED)
def test_every_file_to_paste_says_what_was_proved(arguments: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "check.py"
    file.write_text(call(*arguments, "--to", "python").stdout, encoding="utf-8")
    [theorem] = loader.load([str(file)])
    assert establish(check(theorem)).verdict is Verdict.PROVED
    assert theorem.near_misses


@pytest.mark.parametrize("to", ["latex", "python", "sympy", "torch"])
def test_code_goes_to_stdout_and_the_verdict_beside_it(to: str) -> None:
    result = call("check", "grad(|A x|^2, x) = 2 A'A x", "--to", to)
    assert result.stderr.startswith("proved: ")
    assert "read as" not in result.stdout
    assert result.stdout.strip()


def test_a_second_derivative_of_a_number() -> None:
    call("check", "hess(exp(2 t), t) = 4 exp(2 t)", "--let", "t: scalar")


def test_derive_proves_what_comes_out() -> None:
    output = call("derive", "x'A x / 2 + c'x", "--wrt", "x").output
    assert "A' x / 2" in output
    assert "proved" in output


def test_derive_without_a_name_carries_out_what_is_in_it() -> None:
    assert "proved" in call("derive", "grad(x'x, x)").output
    assert "nothing is to be carried out" in call("derive", "x'x").output


def test_derive_of_a_file_prints_the_lines_that_are_found(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        '"""A gradient."""\n'
        "from theory import Identity, Theorem, dimension, gradient, vector\n"
        'x = vector("x", dimension("d"))\n'
        "CLAIM = Identity(gradient(x.T @ x, x), 2 * x)\n"
        'THEOREM = Theorem(__name__, CLAIM, near_misses={"n": Identity(CLAIM.left, x)})\n',
        encoding="utf-8",
    )
    assert "differentiation" in call("derive", str(file)).stdout
    assert call("derive", str(file), "--to", "python").stdout.startswith("DERIVATION = start(CLAIM.left).equals(")
    assert r"\nabla" in call("derive", str(file), "--to", "latex").stdout
    call("derive", str(file), "--to", "torch", code=3)
    call("derive", str(tmp_path / "none.py"), code=3)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "x'x"),
        ("check", ""),
        ("check", "x = gama"),
        ("check", "x = y", "--let", "x: scaler"),
        ("check", "x = y", "--using", "nothing"),
        ("check", "S = S'", "--let", "S: positive"),
        ("check", "cos(x'x) = 1"),
        ("derive", "x'x = 1", "--wrt", "x"),
        ("derive", "x'x", "--wrt", "gama"),
        ("derive", "x'x", "--wrt", "x y"),
        ("derive", "S x", "--wrt", "S"),
        ("derive", "E[x'x]", "--wrt", "x", "--let", "x: random"),
        ("check", "f_BN(w) = 0"),
        ("check", "f_BN(A, gamma) = 0"),
        ("check", "x'x = 1", "--assume", "x'x"),
    ],
)
def test_a_mistake_is_one_message(arguments: tuple[str, ...]) -> None:
    assert call(*arguments, code=3).stderr.count("error:") == 1


def test_assumptions_are_used_and_needed() -> None:
    call("check", "S x = 2 x", "--assume", "S = 2 I")
    call("check", "S x = 2 x", code=1)
    call("check", "a / a = 1", "--let", "a: scalar", "--assume", "a > 0")


def test_what_is_put_into_a_definition_may_be_more_than_it_asks() -> None:
    jacobian = ("derive", "BN(y, gamma, beta, eps)", "--wrt", "y")
    assert "it is not shown that sigma" in call(*jacobian, code=2).output
    output = call(*jacobian, "--assume", "eps > 0").output
    assert "eps: positive" in output
    assert (
        "gamma * y y' / (m * (batch_var(y) + eps)^(3/2))" in output
    )  # as the definition writes it, not multiplied out
    assert "fixed" in call("check", "f_BN(u, gamma) = x'x", "--assume", "x != 0", code=3).stderr


@pytest.mark.parametrize(
    ("statement", "bounds"), [("exp(t) <= 21", ("t <= 3", "t <= 5")), ("exp(t) >= 20", ("3 <= t", "1 <= t"))]
)
def test_all_bounds_of_a_number_hold(statement: str, bounds: tuple[str, str]) -> None:
    """The last one counted: what is true was refuted at t = 4."""
    for assumed in (bounds, bounds[::-1]):
        call("check", statement, "--let", "t: scalar", "--assume", "; ".join(assumed))
    call("check", statement, "--let", "t: scalar", "--assume", bounds[1], code=1)
    declared = call("check", "exp(t) <= 1", "--let", "t: negative", "--assume", "t <= 0").output
    assert "every real t < 0" in declared


def test_bounds_of_numbers_are_ranges() -> None:
    call("check", "log(t) <= 2", "--let", "t: positive", "--assume", "t <= 1/2")
    call("check", "log(t) <= 2", "--let", "t: positive", code=1)
    found = call("check", "grad(log(t), t) = 1/t", "--let", "t: scalar", "--assume", "1 <= t").output
    assert "1 <= t" in found or "t >= 1" in found


def test_a_false_line_of_whoever_asks_is_not_believed() -> None:
    x = vector("x", dimension("d"))
    claim = Identity(x.T @ x, 2 * (x.T @ x))
    lines = answering.start(claim.left).equals(claim.right)
    found = answering.answer(answering.stated(claim, title="False.", lines=lines))
    assert found.verdict is Verdict.REFUTED


def test_a_statement_without_instances_is_not_proved() -> None:
    found = read("x'x = x'x + 0 x'x", assume=["x'x <= -1"], known={})
    assert found.claim is not None
    theorem = answering.stated(found.claim, found.assumptions, title="Empty.")
    assert answering.answer(theorem).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("of", ["tr", "lambda_max", "lambda_min"])
def test_loewners_order_is_one_of_traces_and_eigenvalues(of: str) -> None:
    given = ("--let", "A, B: symmetric", "--assume", "A <= B")
    assert "proved" in call("check", f"{of}(A) <= {of}(B)", *given).output
    call("check", f"{of}(B) <= {of}(A)", *given, code=1)
    call("check", f"{of}(A) <= {of}(B)", "--let", "A, B: symmetric", code=1)


def test_derivatives_of_the_largest_entry_are_refuted_or_supported() -> None:
    """No instance of these was evaluated, so they "may be vacuous"."""
    refuted = call("check", "grad(max(x), x) = 1", code=1).output
    assert "at d = 2, x = (0, 1)\n           left   0\n        != right  1\n" in refuted
    assert re.search("^supported", call("check", "1'grad(max(x), x) = 1", code=2).output, flags=re.M)


def test_what_no_instance_evaluates_says_why() -> None:
    said = call("check", "grad(lambda_max(x x'), x) = 2 x", code=2).output
    assert (
        "undecided  at no instance evaluated: derivatives of a largest eigenvalue are not evaluated, but for a diagonal"
        in said
    )


@pytest.mark.parametrize(
    ("command", "typed", "option", "said", "marked"),
    [
        ("check", "x'x = 3", "--law", "x: E[x] = gama", "gama"),
        ("check", "x'x = 3", "--law", "y: E[y] = 0, E[y y'] = 1", "1"),
        ("check", "E[x'x] = 3", "--law", "x: E[x] = 0, E[x]", " E[x]"),
        ("check", "E[x'x] = 3", "--law", "x: E[x] = 0, x'x = 1", "x'x = 1"),
        ("check", "E[x'x] = 3", "--law", "2x: E[x] = 0", "2x"),
        ("check", "E[x'x] = 3", "--law", "x E[x] = 0", "x E[x] = 0"),
        ("check", "x = 3", "--let", "y: column; x: scalra, nonzero", "scalra"),
        ("check", "x = 3", "--let", "y: column; x: 0", "x: 0"),
        ("check", "x = 3", "--let", "x y: scalar", "x y"),
        ("check", "x = 3", "--let", "x: scalar; : column", " : column"),
        ("check", "x = 3", "--let", "x: column; x: 2 x 2", "x: 2 x 2"),
        ("check", "x = 3", "--let", "  ", "  "),
        ("check", "x'x = 3", "--assume", "y'y <= 1; x'x <= gama", "gama"),
        ("check", "x'x = 3", "--assume", "y'y <= 1; x'x <= x", "x"),
        ("check", "x'x = 3", "--using", "bn_units", "bn_units"),
        ("derive", "x'x", "--wrt", "2", "2"),
        ("derive", "A x", "--wrt", "A", "A"),
        ("derive", "x'x", "--let", "x: scalra", "scalra"),
    ],
)
def test_a_mistake_in_an_option_is_marked_in_its_own_text(
    command: str, typed: str, option: str, said: str, marked: str
) -> None:
    output = call(command, typed, option, said, code=3).output
    [[shown, carets]] = re.findall(r"^  where:  (.*)\n {10}( *\^+)$", output, flags=re.M)
    assert shown == said
    assert shown[carets.index("^") : len(carets)] == marked

"""`normproof check-lines`: each line with a mark; of one that is refused, where, what is missing, what would help."""

from __future__ import annotations

from pathlib import Path

import files
import pytest
from click.testing import CliRunner

from verify.command.cli import cli
from verify.running.refusals import LONGEST, Refusal

HEAD = '''"""Lines for a test."""
from theory import *
d = dimension("d")
w, a, b = vector("w", d), real("a"), real("b")
A, B, S, x = matrix("A", d), matrix("B", d), symmetric("S", d), random_vector("x", d)
phi, L = activation("phi"), scalar_field("L", d)
f = define("f", (w,), w.T @ S @ w)
MOMENT = equal(E(x @ x.T), S, note="the second moment")
'''
TAIL = """
lie = type(CLAIM)(CLAIM.left + CLAIM.left, CLAIM.right + CLAIM.right + CLAIM.right)
THEOREM = Theorem(__name__, CLAIM, LINES, near_misses={"n": lie}, assumptions=ASSUMED)
"""
# what is wrong with a line -> the file's own lines, the rows that say it
CASES = {
    "an assumption is not named": (
        "CLAIM = Identity(w.T @ E(x @ x.T) @ w, w.T @ S @ w); ASSUMED = (MOMENT,)\n"
        "LINES = start(CLAIM.left).equals(CLAIM.right)",
        (
            "could not be shown equal",
            "left over  w' E_x[x x'] w - w' S w",
            "with the assumption E_x[x x'] = S beside it",
        ),
    ),
    "a definition is not unfolded": (
        "CLAIM = Identity(f(w), w.T @ S @ w); ASSUMED = ()\nLINES = start(CLAIM.left).equals(CLAIM.right)",
        ("could not be shown equal", "it follows with unfold(f) beside it"),
    ),
    "a derivative is not carried out": (
        "CLAIM = Identity(gradient(w.T @ w, w), 2 * w); ASSUMED = ()\nLINES = start(CLAIM.left).equals(CLAIM.right)",
        ("it follows with DIFFERENTIATE beside it",),
    ),
    "a symbol is not nonzero": (
        "CLAIM = Identity(b * (a * w / a), b * w); ASSUMED = ()\nLINES = start(CLAIM.left).equals(CLAIM.right)",
        (
            "refused    it is not shown that a is nonzero",
            "in         1 / a",
            'it is defined if a is declared nonzero: real("a", nonzero=True)',
        ),
    ),
    "a length may vanish under a derivative": (
        "CLAIM = Identity(gradient(norm(w), w), w / norm(w)); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).equals(CLAIM.right, DIFFERENTIATE)",
        ("it is not shown that w' w is nonzero", 'if w is declared nonzero: vector("w", d, nonzero=True)'),
    ),
    "a matrix is not invertible": (
        "CLAIM = Identity(inverse(A) @ A @ w, w); ASSUMED = ()\nLINES = start(CLAIM.left).equals(CLAIM.right)",
        ("in         A^-1", 'if A is declared invertible: invertible("A", d)'),
    ),
    "a sum is not invertible": (
        "CLAIM = Identity(inverse(A - B) @ (A - B) @ w, w); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).equals(CLAIM.right)",
        ("it is not shown that A - B is invertible", "under the assumption c * I[d] <= A - B with c > 0"),
    ),
    "no factor is invertible": (
        "CLAIM = Identity(inverse(A @ B) @ w, inverse(B) @ inverse(A) @ w); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).equals(CLAIM.right)",
        ("it is not shown that A B is invertible", "it is defined if A and B are declared invertible"),
    ),
    "a matrix is not symmetric": (
        "CLAIM = Identity(A @ w, A.T @ w); ASSUMED = ()\nLINES = start(CLAIM.left).equals(CLAIM.right)",
        ("left over  A w - A' w", 'it follows if A is declared symmetric: symmetric("A", d)'),
    ),
    "a term of a certificate has no sign": (
        "CLAIM = Bound(-(a * (w.T @ w)), (w.T @ w) * b**2); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).at_most(CLAIM.right, surplus((w.T @ w) * b**2 + a * (w.T @ w)))",
        ("the certificate is not visibly nonnegative", "in         a * w' w", 'nonnegative("a")'),
    ),
    "one term has no sign beside the gap of a lemma": (
        "LEMMA = ExpTangent(b)\nCLAIM = Bound(0, 2 * LEMMA.gap + a * (w.T @ w)); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).at_most(CLAIM.right, surplus(CLAIM.right), LEMMA)",
        (
            "the certificate is not visibly nonnegative",
            "in         a * w' w\n",
            "unseen     the sign of a\n",
            'declared nonnegative: nonnegative("a")',
        ),
    ),
    "one term has no sign beside the gap of a lemma under E": (
        "LEMMA = CauchySchwarz(x, A @ x, eye(d), x)\nCLAIM = Bound(0, 2 * LEMMA.gap + a * (w.T @ w)); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).at_most(CLAIM.right, surplus(CLAIM.right), LEMMA)",
        (
            "the certificate is not visibly nonnegative",
            "in         a * w' w\n",
            "unseen     the sign of a\n",
            'declared nonnegative: nonnegative("a")',
        ),
    ),
    "two factors have no sign": (
        "CLAIM = Bound(0, a * b * (w.T @ w)); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).at_most(CLAIM.right, surplus(CLAIM.right))",
        (
            "in         a * b * w' w\n",
            "unseen     the sign of a, of b\n",
            "nearest    it follows if a is declared nonnegative and b nonnegative",
        ),
    ),
    "a difference has no sign": (
        "CLAIM = Bound(0, (a - b) * (w.T @ w)); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).at_most(CLAIM.right, surplus(CLAIM.right))",
        ("unseen     the sign of a - b\n", "nearest    it follows under the assumption 0 <= a - b"),
    ),
    "a certificate is another": (
        "CLAIM = Bound(a * b, a**2 + b**2); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).at_most(CLAIM.right, surplus((a - b)**2))",
        ("the difference of the sides and the certificate", "left over  -a * b"),
    ),
    "there is no certificate": (
        "CLAIM = Bound(a * b, a**2 + b**2); ASSUMED = ()\nLINES = start(CLAIM.left).at_most(CLAIM.right)",
        ("a line <= needs surplus(...) or squares(...)",),
    ),
    "the mean is not assumed to vanish": (
        "CLAIM = Identity(E(w.T @ x), 0 * a); ASSUMED = ()\nLINES = start(CLAIM.left).equals(CLAIM.right)",
        ("under the assumption equal(E(x), zero(d))",),
    ),
    "derivatives may not be taken under E": (
        "CLAIM = Identity(gradient(E(phi(x.T @ w), x), w), E(phi.prime(x.T @ w) * x, x)); ASSUMED = ()\n"
        "LINES = start(CLAIM.left).equals(CLAIM.right, DIFFERENTIATE)",
        ("interchange(x)",),
    ),
}


def called(path: Path | str, code: int) -> str:
    done = CliRunner().invoke(cli, ["check-lines", str(path)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize("wrong", CASES)
def test_a_refused_line_says_where_what_and_what_would_help(wrong: str, tmp_path: Path) -> None:
    body, rows = CASES[wrong]
    output = called(files.write(tmp_path, HEAD + body + TAIL), 2)
    told = output.split("✗", 1)[1].splitlines()[1:-1]
    assert 1 <= len(told) <= 6, told
    assert all(len(row) <= LONGEST + 40 for row in told)
    for row in rows:
        assert row in "\n".join(told)


def test_every_line_that_follows_has_its_mark(tmp_path: Path) -> None:
    output = called(files.write(tmp_path), 0)
    assert "  ✓  = a^2 * w' w   (algebra)" in output
    assert output.splitlines()[-1] == "1 of 1 line accepted"
    assert "2 of 2 lines accepted" in called("smoothness.smoothness-bound", 0)


def test_what_helps_does_help(tmp_path: Path) -> None:
    body, _ = CASES["a matrix is not symmetric"]
    helped = (HEAD + body + TAIL).replace('matrix("A", d)', 'symmetric("A", d)')
    assert "1 of 1 line accepted" in called(files.write(tmp_path, helped), 0)


def test_a_line_on_numbers_is_told_as_well(tmp_path: Path) -> None:
    text = '''"""A line on numbers."""
from theory import ALGEBRA, Identity, Numbers, Theorem, above, derivative, real, start
x = real("x")
CLAIM = Identity(derivative(x**3, x), 3 * x**2)
LINES = start(CLAIM.left).equals(CLAIM.right, ALGEBRA)
LIE = Identity(CLAIM.left, x)
THEOREM = Theorem(__name__, CLAIM, LINES, near_misses={"n": LIE}, setting=Numbers((above(x, 0),)))
'''
    output = called(files.write(tmp_path, text), 2)
    assert "it follows with DIFFERENTIATE beside it" in output


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("nowhere.py", "no such file"),
        ("no.such", "no.such"),
        ("errata.rate-of-the-norm", "expected a theorem with lines"),
    ],
)
def test_what_has_no_lines_is_one_message(what: str, words: str) -> None:
    output = called(what, 3)
    assert words in output
    assert "Traceback" not in output


def test_a_statement_alone_is_told_who_seeks_its_lines(tmp_path: Path) -> None:
    text = files.GOOD.format(imports="", by="", more="").replace("CLAIM, DERIVATION,", "CLAIM,")
    output = called(files.write(tmp_path, text), 2)
    assert "  no lines: normproof derive " in output


def test_rows_are_few_and_short() -> None:
    rows = list(Refusal("wrong", "w " * 500, "left", "near", "sign").rows())
    assert [word for word, _ in rows] == ["refused", "in", "unseen", "left over", "nearest"]
    assert all(len(said) <= LONGEST + 4 for _, said in rows)
    assert list(Refusal("wrong").rows()) == [("refused", "wrong")]

"""A file that is its statement alone, from the command line: what is found is proved and marked, and exit codes obey
one rule: what the file expects, proved unless it says otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import files
import pytest
from click.testing import CliRunner, Result

from theory import Bound, norm
from theory.statements.doors import TheoremError
from verify.adversary.deciding.by_deriving import derived
from verify.command.cli import cli
from verify.loading import loader
from verify.running.completing import completed

ALONE = '''"""The length of a sum."""
from theory import Bound, Identity, Theorem, dimension, norm, vector
d = dimension("d")
u, v = vector("u", d), vector("v", d)
THEOREM = Theorem(__name__, {claim}, near_misses={{"no product": Identity({left}, u.T @ u + v.T @ v)}}{more})
'''
SQUARED = "(u + v).T @ (u + v)"
TRUE = f"Identity({SQUARED}, u.T @ u + 2 * (u.T @ v) + v.T @ v)"
OUT_OF_REACH = (
    "Bound(norm(u + v) ** 3, 4 * norm(u) ** 3 + 4 * norm(v) ** 3)"  # true: a power mean, and no lemma says so
)


def run(folder: Path, claim: str, more: str = "") -> tuple[Result, dict[str, object]]:
    file = files.write(folder, ALONE.format(claim=claim, left=SQUARED, more=more))
    target = folder / "out.json"
    ran = CliRunner().invoke(cli, ["run", str(file), "--budget", "quick", "--no-cache", "--json", str(target)])
    return ran, json.loads(target.read_text(encoding="utf-8"))


def test_a_statement_alone_is_proved_and_marked(tmp_path: Path) -> None:
    ran, document = run(tmp_path, TRUE)
    assert ran.exit_code == 0, ran.output
    (result,) = document["results"]  # type: ignore[misc]
    assert result["verdict"] == "proved"
    assert result["derived_by_program"] is True
    assert result["sought"] == [{"part": "", "words": "derived by the program: 1 step"}]
    assert "1 derived by the program" in ran.output


@pytest.mark.slow
@pytest.mark.parametrize(("expects", "code"), [("", 2), (', expects="supported"', 0)])
def test_a_statement_that_is_only_supported_says_so(tmp_path: Path, expects: str, code: int) -> None:
    ran, document = run(tmp_path, OUT_OF_REACH, expects + ', survivors={"none": "a docket that excuses nothing"}')
    (result,) = document["results"]  # type: ignore[misc]
    assert (result["verdict"], ran.exit_code) == ("supported", code)
    assert result["derived_by_program"] is False
    assert result["sought"][0]["words"].startswith("derivation sought: ")
    if code:
        assert "supported, expected proved" in ran.output
        assert "derivation sought: " in ran.output


def test_pages_name_who_wrote_the_lines(tmp_path: Path) -> None:
    file = files.write(tmp_path, ALONE.format(claim=TRUE, left=SQUARED, more=""))
    shown = CliRunner().invoke(cli, ["show", str(file), "--all"], env={"NORMPROOF_CACHE": str(tmp_path)})
    assert "Derived by the program: 1 step." in shown.output
    assert "✓" in shown.output


@pytest.mark.parametrize(("kind", "suffix"), [("latex", "tex"), ("markdown", "md"), ("html", "html")])
def test_what_is_typeset_names_them_too(tmp_path: Path, kind: str, suffix: str) -> None:
    file = files.write(tmp_path, ALONE.format(claim=TRUE, left=SQUARED, more=""))
    target = tmp_path / "out"
    ran = CliRunner().invoke(
        cli, ["export", str(file), "--to", kind, "-o", str(target)], env={"NORMPROOF_CACHE": str(tmp_path / "cache")}
    )
    assert ran.exit_code == 0, ran.output
    pages = [path.read_text(encoding="utf-8") for path in target.rglob(f"*.{suffix}")]
    assert any("Derived by the program" in page for page in pages)


def test_what_an_author_wrote_is_not_completed(tmp_path: Path) -> None:
    theorem = files.theorem(tmp_path)
    assert completed(theorem) is theorem


def test_other_expectations_are_refused(tmp_path: Path) -> None:
    theorem = files.theorem(tmp_path)
    with pytest.raises(TheoremError, match="'proved' or 'supported' as what it expects, got 'refuted'"):
        type(theorem)(theorem.module, theorem.parts[0].claim, near_misses=theorem.near_misses, expects="refuted")


ON_NUMBERS = '''"""A parabola lies above its tangent."""
from theory import Bound, Numbers, Theorem, at_least, positive, real
n, a, b, c = real("n"), positive("a"), positive("b"), positive("c")
CUBES = Bound(3 * a * b * c, a**3 + b**3 + c**3)
THEOREM = Theorem(__name__, {claim}, near_misses={{"turned": Bound(({claim}).right, ({claim}).left)}},
                  setting=Numbers((at_least(n, 3),)){more})
'''


@pytest.mark.parametrize(
    ("claim", "more", "verdict", "code"),
    [
        ("Bound(3 * n, n**2)", "", "proved", 0),
        ("Bound(3 * n, n**2)", ', expects="supported"', "proved", 0),  # better than it expects
        ("CUBES", "", "supported", 2),
        ("CUBES", ', expects="supported"', "supported", 0),
    ],
)
def test_numbers_obey_the_same_rule(tmp_path: Path, claim: str, more: str, verdict: str, code: int) -> None:
    file = files.write(tmp_path, ON_NUMBERS.format(claim=claim, more=more))
    target = tmp_path / "out.json"
    ran = CliRunner().invoke(cli, ["run", str(file), "--budget", "quick", "--no-cache", "--json", str(target)])
    (result,) = json.loads(target.read_text(encoding="utf-8"))["results"]
    assert (result["verdict"], ran.exit_code) == (verdict, code), ran.output
    assert result["derived_by_program"] is (verdict == "proved")


def test_a_mutant_that_is_true_is_derived(tmp_path: Path) -> None:
    claim = "Bound(norm(u + v), norm(u) + norm(v))"
    file = files.write(tmp_path, ALONE.format(claim=claim, left=SQUARED, more=""))
    theorem = completed(loader.load([str(file)])[0])
    u, v = (s for s in theorem.symbols if s.name in "uv")
    assert derived(theorem, Bound(norm(u - v), norm(u) + norm(v)), ())
    assert derived(theorem, Bound(norm(u + v), 2 * norm(u) + norm(v)), ())
    assert not derived(theorem, Bound(norm(u + v), norm(u)), ())

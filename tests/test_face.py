"""`import normproof`: the same theorems, verdicts and witnesses as on the command line, from Python."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import normproof as npf
import theory
from verify.errors import EXIT_USAGE, UserError
from verify.own_packages import PACKAGES

d = npf.dimension("d")
w, a = npf.vector("w", d), npf.real("a")
CLAIM = npf.Identity((a * w).T @ (a * w), a**2 * (w.T @ w))
MISS = npf.Identity(CLAIM.left, a * (w.T @ w))
ROOT = Path(__file__).parent.parent


def test_a_theorem_is_verified_shown_and_typeset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                 capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.setenv("NORMPROOF_CACHE", str(tmp_path))
    proof = npf.start(CLAIM.left).equals(CLAIM.right, npf.ALGEBRA)
    stated = npf.Theorem("mine.length", CLAIM, proof, near_misses={"a once": MISS}, docstring="Lengths scale.")
    result = npf.verify(stated, budget="quick", device="cpu")
    assert str(result) == "mine.length: proved, derivation: 1 line accepted, for all dimensions"
    assert result.witness is None
    assert r"\begin{theorem}[{Lengths scale}]" in result.latex()
    result.show()
    assert "✓  = a^2 * w' w" in capsys.readouterr().out
    assert "mine.length" in result._repr_html_()


class Sly(npf.Theorem):
    """Says on [1, 2] what is stated on [-5, 5]."""

    @property
    def domain(self):
        return {a: npf.between(a, 1, 2)}


def test_a_class_of_ones_own_is_no_theorem() -> None:
    claim = npf.Identity(abs(a), a)
    sly = Sly("mine.sly", claim, npf.start(abs(a)).equals(a), near_misses={"n": npf.Identity(abs(a), a + 1)},
              setting=npf.Numbers((npf.between(a, -5, 5),)), docstring="Sly.")  # fmt: skip
    with pytest.raises(UserError, match="a Theorem, an Erratum or an Experiment itself"):
        npf.verify(sly, budget="quick", cache=False)


def test_a_false_statement_has_a_witness_that_replays() -> None:
    wrong = npf.Theorem("mine.wrong", MISS, None, near_misses={"0": npf.Identity(MISS.left, 0 * a)}, docstring="No.")
    result = npf.verify(wrong, budget="quick", device="cpu", cache=False)
    assert result.verdict == "refuted"
    assert result.witness is not None
    assert json.loads(result.witness)["claim"] == "mine.wrong"
    assert "the claim fails" in npf.replay(result.witness, wrong)


def test_rates_and_trends() -> None:
    assert npf.rate("relu").shown().startswith("1.46")
    assert [stretch.direction for stretch in npf.trend("relu")] == ["falls"]


def test_a_budget_that_there_is_not() -> None:
    with pytest.raises(UserError, match="quick, standard, thorough"):
        npf.verify(npf.Theorem("m", CLAIM, None, near_misses={"1": MISS}, docstring="No."), budget="large")


def test_it_has_the_names_of_theory_and_no_others() -> None:
    assert set(theory.__all__) < set(dir(npf))
    assert npf.Identity is theory.Identity
    with pytest.raises(AttributeError, match="no attribute 'identity'"):
        npf.identity  # noqa: B018


def started(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Python's answer where somebody works in this folder, which comes first on its path."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def another(folder: Path, name: str, kind: str) -> Path:
    """A file or a package of somebody's own, with the name of one of ours."""
    place = folder / f"{name}.py" if kind == "file" else folder / name / "__init__.py"
    place.parent.mkdir(exist_ok=True)
    place.touch()
    return place


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("name", PACKAGES)
def test_a_folder_that_shadows_a_package_is_named(tmp_path: Path, name: str, kind: str) -> None:
    place = another(tmp_path, name, kind)
    ran = started(tmp_path, "-c", "import normproof")
    assert ran.returncode == 1
    assert f"ShadowedError: expected normproof's own package '{name}' in {ROOT}, got {place}. Remedy: " in ran.stderr


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize(
    ("name", "program"), [(n, p) for n in PACKAGES for p in ("module", "script") if (n, p) != ("verify", "module")]
)
def test_the_program_names_what_shadows_a_package(tmp_path: Path, name: str, program: str, kind: str) -> None:
    """As `python -m verify`, which is not ours to answer where `verify` is another, and as the console script."""
    place = another(tmp_path, name, kind)
    script = tmp_path / "bin" / "normproof"
    script.parent.mkdir()
    script.write_text("import sys\nfrom normproof import main\nsys.exit(main())\n")
    ran = started(tmp_path, *(["-m", "verify"] if program == "module" else [str(script)]), "list")
    assert (ran.returncode, ran.stdout) == (EXIT_USAGE, "")
    assert ran.stderr.splitlines() == [
        f"error: expected normproof's own package {name!r} in {ROOT}",
        f"  got:    {place}",
        f"  remedy: give what is called {name!r} there another name, or start in another folder",
    ]


def test_a_folder_without_modules_shadows_nothing(tmp_path: Path) -> None:
    (tmp_path / "theory").mkdir()
    ran = started(tmp_path, "-m", "verify", "list")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "decoupling.variance" in ran.stdout


@pytest.mark.parametrize("notebook", sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_notebooks_of_the_documentation_run(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cell by cell, and what a cell ends with shows itself."""
    monkeypatch.setenv("NORMPROOF_CACHE", str(tmp_path))
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    names: dict[str, object] = {}
    shown = []
    for cell in cells:
        if cell["cell_type"] == "code":
            assert not cell["outputs"]  # what it prints is not kept, so it cannot be out of date
            *body, last = ast.parse("".join(cell["source"])).body
            exec(compile(ast.Module(body if isinstance(last, ast.Expr) else [*body, last], []), "cell", "exec"), names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
                html = getattr(value, "_repr_html_", None)
                shown.append(html() if html else repr(value))
    assert "the claim fails" in capsys.readouterr().out
    assert any("proved" in text and "<math" in text for text in shown)
    assert not any(text.startswith("$") for text in shown), "a formula needs no script to be set"

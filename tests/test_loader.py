"""Each thing that a theorem file can do wrong gets one message with what was expected, what came, where, remedy."""

from __future__ import annotations

from pathlib import Path

import files
import pytest

from verify import catalogue, loader
from verify.errors import UserError, did_you_mean

HEAD = '"""A title."""\nfrom theory.calculus import *\nfrom theory.claims import Identity\n'
HEAD += "from theory.theorem import Theorem\n"
HEAD += 'd = dimension("d")\nw = vector("w", d)\n'


def refusal(*selectors: object) -> UserError:
    with pytest.raises(UserError) as caught:
        loader.load([str(s) for s in selectors])
    return caught.value


def test_good_file(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    [theorem] = loader.load([str(path)])
    assert theorem.id == f"user.{path.stem.replace('_', '-')}"
    assert theorem.title == "A square of a multiple"


def test_package_gives_the_topic(tmp_path: Path) -> None:
    package = tmp_path / files.fresh("my_topic")
    package.mkdir()
    (package / "__init__.py").touch()
    path = files.write(package)
    [theorem] = loader.load([str(package)])
    assert theorem.id == f"{package.name}.{path.stem}".replace("_", "-")


def test_folder_skips_helpers_and_loads_siblings(tmp_path: Path) -> None:
    (tmp_path / f"{files.fresh('helper')}.py").write_text("x = 1\n")
    used = files.write(tmp_path)
    user = files.using(tmp_path, used)
    theorems = {t.module: t for t in loader.load([str(tmp_path)])}
    assert set(theorems) == {used.stem, user.stem}
    assert theorems[user.stem].uses == (theorems[used.stem],)


def test_syntax_error(tmp_path: Path) -> None:
    path = files.write(tmp_path, HEAD + "x = (1 +\ny = 2)))\n")
    error = refusal(path)
    assert "SyntaxError" in error.got
    assert f"{path}:8" in error.where
    assert error.where.endswith("^")


def test_shape_error_names_the_users_line(tmp_path: Path) -> None:
    path = files.write(tmp_path, HEAD + "bad = w @ w\n")
    error = refusal(path)
    assert "d x 1" in error.got
    assert error.where == f"{path}:7\nbad = w @ w"


def test_undeclared_symbol(tmp_path: Path) -> None:
    path = files.write(tmp_path, HEAD + "claim = Identity(v, w)\n")
    error = refusal(path)
    assert "'v'" in error.got
    assert f"{path}:7" in error.where
    assert 'v = vector("v", d)' in error.remedy


def test_no_theorem(tmp_path: Path) -> None:
    assert "no THEOREM" in refusal(files.write(tmp_path, HEAD)).got


def test_theorem_of_another_type(tmp_path: Path) -> None:
    assert "int" in refusal(files.write(tmp_path, HEAD + "THEOREM = 3\n")).got


def test_no_near_miss(tmp_path: Path) -> None:
    path = files.write(tmp_path, HEAD + "THEOREM = Theorem(__name__, Identity(w, w))\n")
    error = refusal(path)
    assert "near miss" in error.got
    assert f"{path}:7" in error.where
    assert "near_misses=" in error.remedy


def test_wrong_module_name(tmp_path: Path) -> None:
    text = HEAD + 'THEOREM = Theorem("other", Identity(w, w), near_misses={"n": Identity(w, 2 * w)}, docstring="T.")\n'
    assert "__name__" in refusal(files.write(tmp_path, text)).expected


@pytest.mark.parametrize("claim", ["sympy.Eq(x, x)", "sympy.true", "True"])
def test_claim_that_sympy_has_evaluated(tmp_path: Path, claim: str) -> None:
    text = HEAD + f'import sympy\nx = sympy.Symbol("x")\nTHEOREM = Theorem(__name__, {claim}, near_misses={{"n": w}})\n'
    error = refusal(files.write(tmp_path, text))
    assert "True" in error.got or "true" in error.got.lower()
    assert ":9" in error.where


def test_side_that_sympy_has_evaluated(tmp_path: Path) -> None:
    text = HEAD + 'import sympy\nx = sympy.Symbol("x")\nc = Identity(sympy.Eq(x, x), w)\n'
    error = refusal(files.write(tmp_path, text))
    assert "already evaluated" in error.got
    assert error.remedy


def test_near_miss_that_python_has_evaluated(tmp_path: Path) -> None:
    text = HEAD + 'THEOREM = Theorem(__name__, Identity(w, w), near_misses={"n": True})\n'
    assert "near miss" in refusal(files.write(tmp_path, text)).expected


def test_circular_use(tmp_path: Path) -> None:
    first, second = files.fresh("round"), files.fresh("round")
    files.write(tmp_path, f'"""A."""\nfrom {second} import THEOREM as other\nTHEOREM = other\n', stem=first)
    files.write(tmp_path, f'"""B."""\nfrom {first} import THEOREM as other\nTHEOREM = other\n', stem=second)
    error = refusal(tmp_path / f"{first}.py")
    assert "circular" in error.got
    assert f"{first} -> {second} -> {first}" in error.got


def test_duplicate_id(tmp_path: Path) -> None:
    stem = files.fresh()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        files.write(tmp_path / name, stem=stem)
    error = refusal(tmp_path / "one", tmp_path / "two")
    assert "twice" in error.got
    assert str(tmp_path / "one") in error.where
    assert str(tmp_path / "two") in error.where


def test_name_of_a_library(tmp_path: Path) -> None:
    error = refusal(files.write(tmp_path, stem="fractions"))
    assert "fractions" in error.got
    assert "rename" in error.remedy


def test_missing_import_and_other_exceptions(tmp_path: Path) -> None:
    assert "no_such_module" in refusal(files.write(tmp_path, HEAD + "import no_such_module\n")).got
    error = refusal(files.write(tmp_path, HEAD + "1 / 0\n"))
    assert error.got.startswith("ZeroDivisionError")
    assert ":7" in error.where


@pytest.mark.parametrize("word", ["decopling", "nothing-like-it", "*.zzz"])
def test_unknown_selector(word: str) -> None:
    error = refusal(word)
    assert repr(word) in error.got
    assert error.remedy


def test_missing_path_and_empty_folder(tmp_path: Path) -> None:
    assert "nothing there" in refusal(tmp_path / "absent.py").got
    assert "no .py file" in refusal(tmp_path).got


def test_close_words() -> None:
    assert "decoupling" in did_you_mean("decopling", ["decoupling", "errata"])
    assert did_you_mean("zzz", ["decoupling"]) == ""


def test_catalogue_ids_come_from_file_names() -> None:
    for entry in catalogue.catalogue():
        assert entry.id == f"{entry.path.parent.name}.{entry.path.stem}".replace("_", "-")


def test_shipped_path_is_the_shipped_theorem() -> None:
    for entry in catalogue.catalogue()[:1]:
        assert catalogue.select([str(entry.path)]) == (entry,)

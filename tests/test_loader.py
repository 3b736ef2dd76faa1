"""Each thing that a theorem file can do wrong gets one message with what was expected, what came, where, remedy."""

from __future__ import annotations

from pathlib import Path

import files
import pytest

from verify.errors import UserError, did_you_mean
from verify.loading import catalogue, loader
from verify.loading.bibliography import references_of

HEAD = '"""A title."""\nfrom theory import *\nfrom theory import Identity\n'
HEAD += "from theory import Theorem\n"
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


def test_what_cannot_be_read_of_sympy_is_shown_where_it_was_written(tmp_path: Path) -> None:
    text = HEAD + 'import sympy\nA = sympy.MatrixSymbol("A", 2, 2)\nc = Identity(sympy.Trace(sympy.Adjoint(A)), 1)\n'
    error = refusal(files.write(tmp_path, text))
    assert "Adjoint(A)" in error.got
    assert ":9\nc = Identity" in error.where
    assert "A.T" in error.remedy


def test_near_miss_that_python_has_evaluated(tmp_path: Path) -> None:
    text = HEAD + 'THEOREM = Theorem(__name__, Identity(w, w), near_misses={"n": True})\n'
    assert (
        "near miss 'n': expected Identity or Bound or Below or NearMiss, got True"
        in refusal(files.write(tmp_path, text)).got
    )


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


@pytest.mark.parametrize(
    "line", ["import sys; sys.exit(0)", 'raise SystemExit("done")', "class X(BaseException): ...\nraise X()"]
)
def test_a_file_cannot_end_the_program(tmp_path: Path, line: str) -> None:
    error = refusal(files.write(tmp_path, HEAD + line + "\n"))
    assert error.expected.startswith("expected a theorem file that runs")
    assert ":7" in error.where or ":8" in error.where
    assert error.remedy


def test_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / f"{files.fresh()}.py"
    path.write_bytes(b"\0\1\2")
    error = refusal(path)
    assert "null bytes" in error.got
    assert error.where == str(path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / path.name).write_bytes(b"\0\1\2")
    assert error.where in refusal(tmp_path).where


def test_empty_selector_and_another_kind_of_file(tmp_path: Path) -> None:
    assert "''" in refusal("").got
    (tmp_path / "notes.txt").write_text("hello")
    assert "another kind of file" in refusal(tmp_path / "notes.txt").got


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("Identity(w, w), None, near_misses=[Identity(w, 2 * w)]", "near misses by name"),
        ('Identity(w, w), {"a": 1}, near_misses={"n": Identity(w, 2 * w)}', "expected a derivation"),
        ('Identity(w, w), near_misses={"n": Identity(w, 2 * w)}, assumptions=equal(w, 2 * w)', "tuple of assumptions"),
        (
            'Identity(w, w), near_misses={"n": Identity(w, 2 * w)}, assumptions=(Identity(w, 2 * w),)',
            "tuple of assumpt",
        ),
    ],
)
def test_slips_of_the_keyboard(tmp_path: Path, arguments: str, words: str) -> None:
    text = HEAD.replace("import Identity", "import Identity, equal") + f"THEOREM = Theorem(__name__, {arguments})\n"
    error = refusal(files.write(tmp_path, text))
    assert words in error.got
    assert ":7" in error.where
    assert error.remedy


def test_certificate_that_speaks_of_another_symbol_of_that_name(tmp_path: Path) -> None:
    text = HEAD.replace("import Identity", "import Bound, Identity") + (
        "from theory import start, surplus\n"
        'r, p = real("r"), positive("r")\n'
        "CHAIN = start(zero()).at_most(r, surplus(p))\n"
        'THEOREM = Theorem(__name__, Bound(zero(), r), CHAIN, near_misses={"n": Bound(r, r)})\n'
    )
    assert "another r than the claim" in refusal(files.write(tmp_path, text)).got


# ---- sources ------------------------------------------------------------------------------------------------
def test_a_source_that_no_bibtex_file_has(tmp_path: Path) -> None:
    path = files.citing(tmp_path, "kohler2091")
    error = refusal(path)
    assert "BibTeX" in error.expected
    assert error.got == f"Source('kohler2091') in user.{path.stem.replace('_', '-')}"
    assert error.where == str(path)
    assert error.remedy.startswith("did you mean kohler2019")
    assert error.remedy.endswith("write the entry into references.bib beside that file")


def test_a_source_of_ones_own(tmp_path: Path) -> None:
    path = files.citing(tmp_path, "mine2026")
    (tmp_path / "references.bib").write_text("@misc{mine2026, author = {Own, A.}, title = {Mine}, year = {2026}}\n")
    [theorem] = loader.load([str(path)])
    assert references_of(theorem)["mine2026"].line == "A. Own (2026). Mine."
    assert "kohler2019" in references_of(theorem)


@pytest.mark.parametrize(
    "text", ["@misc{mine2026, title = ", "@misc{mine2026, title = {Mine", '@misc{m, title = "Mine']
)
def test_a_bibtex_file_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "references.bib").write_text(text)
    error = refusal(files.citing(tmp_path, "mine2026"))
    assert "BibTeX file that can be read" in error.expected
    assert error.where == str(tmp_path / "references.bib")


def test_a_topic_brings_the_errata_on_it_and_nothing_else_does() -> None:
    ids = [theorem.id for theorem in loader.load(["explosion"])]
    assert {i for i in ids if i.startswith("errata.")} == {
        "errata.forward-eigenvalues-with-v",
        "errata.rate-decreases-for-every-activation",
        "errata.rate-independent-of-the-batch",
        "errata.rate-of-the-norm",
    }
    assert len(ids) == len(set(ids))
    assert [t.id for t in loader.load(["explosion.relu-rate", "decoupling"]) if t.topic == "errata"] == []
    both = [theorem.id for theorem in loader.load(["explosion", "errata"])]
    assert len(both) == len(set(both))
    assert "errata.lipschitz-bound-with-root-m" in both


def test_random_vector_outside_of_an_expectation(tmp_path: Path) -> None:
    """It came out as an internal error of every rule: the instance gives no value for x."""
    text = HEAD + 'x = random_vector("x", d)\nNEAR = {"m": Identity(E(x.T @ w), 2 * (w.T @ w))}\n'
    for last in ("Identity(x.T @ w, w.T @ x)", "Identity(E(x.T @ w), w.T @ w), assumptions=(equal(x, w),)"):
        path = files.write(
            tmp_path, text + f"from theory import equal\nTHEOREM = Theorem(__name__, {last}, near_misses=NEAR)\n"
        )
        error = refusal(path)
        assert "expected a random vector under an expectation over it, got x outside of any" in error.got
        assert error.remedy.startswith("E(..., over=x)")


@pytest.mark.parametrize(("name", "remedy"), [("tr", "import trace"), ("Fraction", "from fractions import Fraction")])
def test_a_name_of_another_program_is_told_what_there_is_for_it(name: str, remedy: str, tmp_path: Path) -> None:
    path = files.write(tmp_path, f'"""A name."""\nfrom theory import Identity\nCLAIM = {name}(1)\n')
    with pytest.raises(UserError) as caught:
        loader.load([str(path)])
    assert remedy in caught.value.remedy

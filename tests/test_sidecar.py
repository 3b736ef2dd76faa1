"""The docket of survivors beside a theorem's file: read, refused where it is none, and held to what texts may be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import files
import pytest

import theory
from theory.statements import sidecar
from theory.statements.theorem import Theorem
from verify.errors import UserError
from verify.loading import loader

TWO = """
[[survivors]]
why = "true: a^2 is no less than 0"
mutants = ["one", "two"]

[[survivors]]
why = \"\"\"
true, and \\
long\"\"\"
mutants = ["three"]
"""
READ = {"one": "true: a^2 is no less than 0", "two": "true: a^2 is no less than 0", "three": "true, and long"}
ENTRY = '[[survivors]]\nwhy = "{}"\nmutants = ["{}"]\n'


def loaded(folder: Path, docket: str | bytes, more: str = "") -> Theorem:
    path = files.write(folder, more=more)
    path.with_suffix(".toml").write_bytes(docket.encode() if isinstance(docket, str) else docket)
    return loader.load([str(path)])[0]


def refusal(folder: Path, docket: str | bytes, more: str = "") -> UserError:
    with pytest.raises(UserError) as caught:
        loaded(folder, docket, more)
    error = caught.value
    assert error.expected
    assert error.got
    assert ".py:" in error.where
    assert error.remedy
    return error


def test_a_docket_beside_the_file_is_read(tmp_path: Path) -> None:
    theorem = loaded(tmp_path, TWO)
    assert dict(theorem.survivors) == READ
    assert dict(replace(theorem, docstring="Another.").survivors) == READ
    assert sidecar.place(theorem.module) == f"{theorem.module}.toml"


def test_files_with_the_argument_run_as_before(tmp_path: Path) -> None:
    assert dict(files.theorem(tmp_path, more=", survivors={'one': 'true'}").survivors) == {"one": "true"}
    assert dict(files.theorem(tmp_path).survivors) == {}
    (tmp_path / "other.toml").write_text("[tool]\n")
    assert dict(files.theorem(tmp_path).survivors) == {}


def test_a_theorem_has_one_docket(tmp_path: Path) -> None:
    error = refusal(tmp_path, TWO, ", survivors={'one': 'true'}")
    assert "expected its survivors in one place, got 1 in survivors= and 3 in" in error.got
    assert error.remedy.startswith("leave survivors= out")


@pytest.mark.parametrize(
    ("docket", "words"),
    [
        ("[[survivors]\n", "expected a TOML file that can be read, got"),
        (b"# \xff\n", "expected a TOML file that can be read"),
        ("x = " + "[" * 100_000, "expected a TOML file that can be read"),
        ("#" * (sidecar.LARGEST + 1), "expected a TOML file that can be read, got 1,000,001 bytes"),
        ("", "expected survivors, got nothing"),
        (ENTRY.format("true", "one").replace("survivors", "survivor"), "expected survivors, got 'survivor'"),
        (ENTRY.format("true", "one") + "[tool]\n", "expected survivors, got 'survivors', 'tool'"),
        ('"a\\u001bb" = 1\n', r"got 'a\x1bb'"),
        ('[survivors]\n"one" = "true"\n', "survivors: expected list, got"),
        ("survivors = [1]\n", "survivors, number 1: expected dict, got 1"),
        ('[[survivors]]\nwhy = "true"\n', "survivors, number 1: expected mutants and why, got 'why'"),
        ('[[survivors]]\nwhy = "true"\nmutants = "one"\n', "mutants: expected list"),
        ('[[survivors]]\nwhy = "true"\nmutants = []\n', "expected the name of a mutant, got none"),
        ('[[survivors]]\nwhy = "true"\nmutants = [1]\n', "mutants: expected str, got 1"),
        ('[[survivors]]\nwhy = 1\nmutants = ["one"]\n', "survivors['one']: expected str, got 1"),
        (ENTRY.format(" ", "one"), "expected a sentence that gives the reason"),
        (TWO + ENTRY.format("false", "one"), "expected each mutant once, got 'one' twice"),
        (ENTRY.format(r"true \u001b[2J", "one"), "survivors, 'one': expected a text that can be printed"),
        (ENTRY.format("true", r"\u202e"), "survivors, a name: expected a text that can be printed"),
        (ENTRY.format(r"true\nfalse", "one"), "expected a text that can be printed"),
        ("[[survivors]]\nwhy = 'true'\nmutants = [" + ",".join(f"'{k}'" for k in range(501)) + "]", "at most 500"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_is_no_docket_is_refused_with_the_remedy(tmp_path: Path, docket: str | bytes, words: str) -> None:
    error = refusal(tmp_path, docket)
    assert words in error.got
    assert "\x1b" not in str(error)


def test_every_docket_of_the_catalogue_belongs_to_a_theorem() -> None:
    folder = Path(theory.__file__).parent
    found = set(folder.rglob("*.toml"))
    assert found
    assert all(path.with_suffix(".py").is_file() for path in found)
    assert found == {path for t in loader.load([]) if (path := sidecar.beside(t.module)) and t.survivors}


def test_no_theorem_of_the_catalogue_has_its_docket_in_its_file() -> None:
    folder = Path(theory.__file__).parent
    files_of = [path for part in ("theorems", "errata") for path in (folder / part).rglob("*.py")]
    assert not [path.name for path in files_of if "survivors=" in path.read_text(encoding="utf-8")]

"""What depends on a setting is said by the setting, or is a row in a table: whoever adds one is told which are missing.

Files are read and not run: a table is a dictionary that has the class of a setting in a key, wherever one stands.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from theory.statements.claims import Identity
from theory.statements.setting import SETTINGS, Networks, Setting

ROOT = Path(__file__).parent.parent
PACKAGES = ("theory", "numerics", "verify")
NAMES = {"Setting", *(kind.__name__ for kind in SETTINGS)}
TRUSTED = "verify/proof/"  # asks for the exact class, again and again, whatever it was promised at its door

# Tables without a row for what is measured, and why it needs none; all others have one for every setting.
WITHOUT_MEASURED = {
    "verify/proof/door.py: _CHECKERS": "it has no lines",
    "verify/deriving/asking.py: _CHECKERS": "it has no lines",
    "verify/deriving/proposing_lines.py: _WAYS": "it has no lines",
    "verify/rules/second_opinion.py: _ROWS": "it has no lines",
    "verify/running/refusals.py: _REFUSED": "it has no lines",
    "verify/running/answering.py: _WAYS": "nobody types an experiment as a statement",
    "verify/adversary/by_setting.py: _ROWS": "what is measured is no witness",
    "verify/testing.py: _ROWS": "a property test is of a theorem",
}


def files() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the packages by its path, read."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_bytes())


def classes(node: ast.expr | None) -> set[str]:
    """The classes of settings that an expression names, alone, among others or in a union; not where it calls one."""
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return {name} & NAMES
        case ast.Tuple(parts):
            return set[str]().union(*map(classes, parts))
        case ast.BinOp(left, ast.BitOr(), right):
            return classes(left) | classes(right)
    return set()


def a_class(node: ast.expr) -> bool:
    """Is it the class of the setting of something?"""
    match node:
        case ast.Call(ast.Name("type"), [inner]) | ast.Attribute(inner, "__class__"):
            return a_setting(inner)
    return False


def a_setting(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "setting"


def questions(tree: ast.Module) -> Iterator[int]:
    """The lines at which it is asked of which class a setting is."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name("isinstance" | "issubclass"), [what, kinds]):
                asked = a_setting(what) or a_class(what) or classes(kinds)
            case ast.Compare(left, _, others):
                asked = any(classes(side) or a_class(side) for side in (left, *others))
            case ast.MatchClass(kind):
                asked = classes(kind)
            case ast.Match(subject):
                asked = a_setting(subject) or a_class(subject)
            case _:
                asked = False
        if asked:
            yield node.lineno


def tables(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Every table that is keyed by settings: the name it is given, and the settings that have a row."""
    for statement in tree.body:
        match statement:
            case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
                pass
            case _:
                name = f"line {statement.lineno}"
        for node in ast.walk(statement):
            keys = set[str]().union(*map(classes, node.keys)) if isinstance(node, ast.Dict) else set()
            if keys:
                yield name, keys


def missing(found: Mapping[str, set[str]], settings: Sequence[type[Setting]]) -> list[str]:
    """In words: which tables lack a row for which of these settings."""
    return [
        f"{table} has no row for {kind.__name__}"
        for table, keys in found.items()
        for kind in settings
        if kind.__name__ not in keys and (kind.claims or table not in WITHOUT_MEASURED)
    ]


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    return {f"{path}: {name}": keys for path, tree in files() for name, keys in tables(tree)}


def test_nobody_asks_for_the_class_of_a_setting() -> None:
    asked = [f"{path}:{line}" for path, tree in files() if not path.startswith(TRUSTED) for line in questions(tree)]
    assert not asked, "let the setting say what is meant, or make it a row in a table"


def test_every_setting_has_its_row_in_every_table(found: Mapping[str, set[str]]) -> None:
    assert set(SETTINGS) == {kind for kind in Setting.__subclasses__() if kind.__module__.startswith("theory.")}
    lacking = missing(found, SETTINGS)
    assert not lacking, "add the rows:\n" + "\n".join(lacking)
    assert WITHOUT_MEASURED.keys() == {table for table, keys in found.items() if Networks.__name__ not in keys}


def test_a_new_setting_is_told_which_rows_it_lacks(found: Mapping[str, set[str]]) -> None:
    claiming = type("Rotations", (Setting,), {"claims": (Identity,)})
    measured = type("Corpora", (Setting,), {})
    assert missing(found, [claiming]) == [f"{table} has no row for Rotations" for table in found]
    assert missing(found, [measured]) == [
        "verify/results/ranges.py: _OVER has no row for Corpora",
        "verify/running/rulebook.py: _ROWS has no row for Corpora",
    ]


def test_contributing_lists_the_tables(found: Mapping[str, set[str]]) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = page.partition("## Add a setting")[2].partition("\n## ")[0]
    unlisted = [table for table in found if f"`{table.partition(':')[0]}`" not in listed]
    assert not unlisted


@pytest.mark.parametrize(
    "question",
    [
        "isinstance(theorem.setting, Setting)",
        "isinstance(found, Numbers | Matrices)",
        "isinstance(found, (int, setting.Networks))",
        "issubclass(type(theorem.setting), kind)",
        "type(theorem.setting) is not Matrices",
        "kind in (Numbers, Networks)",
        "theorem.setting.__class__ is kind",
        "match theorem.setting:\n    case _: pass",
        "match found:\n    case Numbers(): pass",
    ],
)
def test_a_question_is_noticed(question: str) -> None:
    assert list(questions(ast.parse(question)))


@pytest.mark.parametrize(
    "other",
    [
        "theorem.setting.claims",
        "theorem.setting != Matrices()",
        "ROWS[type(theorem.setting)]",
        "isinstance(found, Theorem)",
        "Numbers(ranges)",
    ],
)
def test_what_is_no_question_is_not(other: str) -> None:
    assert not list(questions(ast.parse(other)))


def test_a_table_is_found_wherever_it_stands() -> None:
    text = "A: dict = Proxy({Matrices: 1, Numbers: 2})\nB = {(Theorem, Networks): 1}\nC = {Theorem: 1}\n"
    text += "def f(setting):\n    return {s.Numbers: 1}[setting]\n"
    assert list(tables(ast.parse(text))) == [
        ("A", {"Matrices", "Numbers"}), ("B", {"Networks"}), ("line 4", {"Numbers"})
    ]  # fmt: skip

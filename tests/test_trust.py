"""The room that a proof rests on is the one that `docs/trust.md` describes, and no imports go in a circle."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from click.testing import CliRunner

from theory import Theorem
from theory.statements.premises import axioms, premises
from theory.theorems.decoupling import gradient
from theory.theorems.explosion import relu_limit
from verify.command import trust
from verify.command.cli import cli
from verify.loading import loader
from verify.proof import door
from verify.proof.kernel import EvidenceError, Verdict

ROOT = Path(__file__).parent.parent
PACKAGES = ("theory", "numerics", "verify")


def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the house that a file imports, inside its functions too; not those for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    only_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in only_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else str(node.module) for name in names)


def test_no_imports_go_in_a_circle() -> None:
    known = modules()
    graph = {name: {m for m in imports(path, known) if m in known and m != name} for name, path in known.items()}
    assert len(graph) > 300
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_the_page_is_what_the_house_says() -> None:
    written = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    assert written == trust.page(trust.theorems()), "remedy: python -m verify.command.trust > docs/trust.md"


def test_what_a_theorem_rests_on_is_among_the_axioms() -> None:
    for theorem in loader.load([]):
        assert set(premises(theorem)) - axioms().keys() <= {
            name for name in premises(theorem) if name.startswith("derivatives under E over ")
        }


@pytest.mark.parametrize(
    ("identifier", "printed"),
    [
        ("decoupling.s-norm", "the Cauchy-Schwarz inequality\n"),
        ("decoupling.length-and-direction", "definitions and algebra alone\n"),
    ],
)
def test_axioms_of_one_theorem(identifier: str, printed: str) -> None:
    assert CliRunner().invoke(cli, ["show", identifier, "--axioms"]).output == printed


FILES = {"replay", "testing", "pytest_plugin"}  # rooms of one file


def test_the_picture_of_the_rooms_is_the_one_that_is_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    rooms = [room.strip().removeprefix("verify.") for layer in layers for room in re.split("[:|]", layer)]
    drawn = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]
    assert [word for word in re.findall(r"│ (\w+)  ", drawn) if word in rooms] == rooms
    assert {p.name for p in (ROOT / "verify").iterdir() if (p / "__init__.py").exists()} == set(rooms) - FILES


def test_the_door_hands_out_what_judges_and_nothing_else() -> None:
    assert door.__all__ == ["check", "conclude", "conclude_denial", "establish"]
    for theorem in (gradient.THEOREM, relu_limit.THEOREM):  # one of each setting
        assert door.establish(door.check(theorem)).verdict is Verdict.PROVED
    with pytest.raises(EvidenceError, match="a Theorem or an Erratum itself"):
        door.check(Mine(gradient.THEOREM.module, parts=gradient.THEOREM.parts, near_misses=gradient.THEOREM.near_misses,
                        assumptions=gradient.THEOREM.assumptions))  # fmt: skip


class Mine(Theorem):
    """A theorem that says of itself what it likes."""

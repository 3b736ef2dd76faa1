"""The room that a proof rests on is the one that `docs/trust.md` describes, and no imports go in a circle."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from click.testing import CliRunner

from theory import Theorem
from theory.statements.premises import ENCLOSED, axioms, premises
from theory.theorems.decoupling import gradient
from theory.theorems.explosion import relu_limit
from verify.command import trust
from verify.command.cli import cli
from verify.command.imported import imports, modules, reached
from verify.loading import loader
from verify.proof import door
from verify.proof.kernel import EvidenceError, Verdict

ROOT = Path(__file__).parent.parent


def test_no_imports_go_in_a_circle() -> None:
    known = modules()
    graph = {name: {m for m in imports(path, known) if m in known and m != name} for name, path in known.items()}
    assert len(graph) > 300
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


# All that these may import beside Python's standard library and themselves. Contracts of lint-imports name what is
# forbidden, and know nothing of what comes later.
ALLOWED = {
    "verify.proof": "flint theory.terms theory.statements verify.settings",
    "verify.proof.kernel": "verify.proof.observations",
    "verify.proof.observations": "",
    "verify.press": "theory.terms theory.statements theory.typeset theory.grammar theory.definitions.meanings jinja2 "
    "latex2mathml markupsafe networkx rich verify.errors verify.plural verify.settings verify.exact.instances "
    "verify.loading.bibliography verify.loading.catalogue verify.proof.kernel verify.proof.observations "
    "verify.rates.named verify.results",
}


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_what_it_is_allowed_and_nothing_else(room: str) -> None:
    allowed, known = {room, *ALLOWED[room].split()}, modules()
    within = {name: path for name, path in known.items() if name == room or name.startswith(f"{room}.")}
    assert within
    for name, path in within.items():
        for imported in imports(path, known):
            parts = imported.split(".")
            prefixes = {".".join(parts[: end + 1]) for end in range(len(parts))}
            assert parts[0] in sys.stdlib_module_names or prefixes & allowed, f"{name} imports {imported}"


# Modules that compute, and the files of the press that may: each to lay out what it is given.
COMPUTING = {"cmath", "decimal", "fractions", "math", "random", "statistics"}
LAYING_OUT = {
    "verify.press.pages.curves": {"math"},  # where a value stands on an axis, and where the ticks do
    "verify.press.printers.html.svg": {"math"},  # how high a bar is
    "verify.press.pages.counterexamples": {"decimal", "fractions"},  # an exact number in few letters
    "verify.press.pages.docket": {"fractions"},  # an exact number as it is read
}
MEASURED = {"standard_error", "critical", "errors", "slope", "slope_error"}  # what an interval or a band is made of


def test_the_press_computes_where_it_lays_out_and_nowhere_else() -> None:
    known = modules()
    press = {name: path for name, path in known.items() if name.startswith("verify.press")}
    found = {name: {m.split(".")[0] for m in imports(path, known)} & COMPUTING for name, path in press.items()}
    assert {name: used for name, used in found.items() if used} == LAYING_OUT


def test_the_press_is_given_intervals_and_bands() -> None:
    for name, path in modules().items():
        if name.startswith("verify.press"):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            read = {node.attr for node in nodes if isinstance(node, ast.Attribute)} & MEASURED
            assert not read, f"{name} reads {', '.join(sorted(read))}: what is made of them comes in the results"


def test_what_boxes_prove_is_not_said_to_be_derived() -> None:
    boxed = [t for t in trust.theorems() if t.by_boxes]
    assert len(boxed) > 2
    assert all(ENCLOSED in premises(t) for t in boxed)
    assert not any(ENCLOSED in premises(t) for t in trust.theorems() if any(part.derivation for part in t.parts))
    beyond = reached(trust.BOXES).keys() - reached(["verify.proof.door"]).keys()
    assert {"verify.rules.boxes", "verify.rates.pieces"} <= beyond


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
        ("explosion.rates-decreasing", f"{ENCLOSED}\n"),
        ("explosion.mean-field", f"{trust.MEASURED}\n"),
        ("errata.rate-decreases-for-every-activation", f"{trust.DENIED}\n"),
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

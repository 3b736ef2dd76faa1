"""A file's name stands once in the packages, or in places that play the same part; those are the rows of a table."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("theory", "numerics", "verify")

# The part that all places of a name play, each place for another medium, setting or side of the wall.
SAME_PART = {
    "activations": "the functions that stand for a generic phi: in torch, in balls",
    "differential": "derivatives: of terms in matrices, of terms in numbers",
    "display": "what a notebook shows: of terms and statements, of results",
    "lines_on_matrices": "what a deriver says of a line on matrices: the one that is trusted, SymPy",
    "lines_on_numbers": "what a deriver says of a line on numbers: the one that is trusted, SymPy",
    "mean_field": "the mean-field picture of a batch: defined, computed in floats, measured against one another",
    "ranges": "which numbers a symbol ranges over: as data, as formulas, in words",
    "rate": "the growth of squared gradients a layer: as a theorem, as a certified number",
    "signs": "which sign a thing has: forms over matrices, expressions on an interval",
    "solving": "values moved until the assumptions hold: in rationals and balls, in floats",
    "trainability": "which depths learn: as a statement, as an experiment",
}


def places(root: Path) -> dict[str, set[str]]:
    """The folders in which a file of each name lies."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for path in (root / package).rglob("*.py"):
            if not path.stem.startswith("__"):
                found[path.stem].add(path.parent.relative_to(root).as_posix())
    return found


def doubles(root: Path) -> dict[str, set[str]]:
    return {name: where for name, where in places(root).items() if len(where) > 1}


def test_a_name_stands_once_or_for_one_part() -> None:
    found = doubles(ROOT)
    accidental = {name: sorted(where) for name, where in found.items() if name not in SAME_PART}
    assert not accidental, "rename one of them, or say in SAME_PART which part both play"
    assert not SAME_PART.keys() - found.keys(), "these stand once by now: take the rows out"


def test_a_new_double_is_noticed(tmp_path: Path) -> None:
    for folder, name in (("theory/terms", "nodes"), ("verify/exact", "nodes"), ("numerics", "layers")):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        for file in (name, "__init__"):
            (tmp_path / folder / f"{file}.py").touch()
    assert doubles(tmp_path) == {"nodes": {"theory/terms", "verify/exact"}}

"""Libraries: what is declared, what is imported, what the doctor looks for and what the page tells of are the same."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from verify.command import doctor

ROOT = Path(__file__).parent.parent
OURS = {"theory", "numerics", "verify", "normproof"}
NOT_IMPORTED = {"psutil", "scikit-learn"}  # loky asks for the one; of the other one file of images is read
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=~!\[; ]", line)[0] for line in requirements}


def declared() -> set[str]:
    return names(PROJECT["dependencies"])


def imported() -> set[str]:
    """The distributions that the three packages import, inside functions too."""
    files = [ROOT / "normproof.py", *(path for package in OURS for path in (ROOT / package).rglob("*.py"))]
    modules = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add(str(node.module).partition(".")[0])
    known = packages_distributions()
    return {known.get(m, [m])[0].lower() for m in modules - OURS - set(sys.stdlib_module_names)}


def test_what_is_imported_is_declared() -> None:
    extras = set().union(*map(names, PROJECT["optional-dependencies"].values()))
    assert imported() - extras == declared() - NOT_IMPORTED


def test_what_is_declared_is_pinned_and_looked_for() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0].lower() for line in lines if "==" in line and not line.startswith("#")}
    assert declared() <= pinned
    assert set(doctor.REQUIRED) == declared()


def test_the_page_tells_of_each() -> None:
    page = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.*) \| .* \| (.*) \|$", page.split("## Who does what")[1].split("## ")[0], flags=re.M)[2:]
    assert {name for name, _ in rows} == declared()
    paths = [path for _, where in rows for path in re.findall(r"`([\w/.]+)`", where)]
    assert len(paths) >= len(rows)
    assert [path for path in paths if not (ROOT / path).exists()] == []

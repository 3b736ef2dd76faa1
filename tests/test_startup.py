"""What starts at once must not import what is slow; and the arrows between the packages hold."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import NoReturn

import files
import pytest

from theory.statements.theorem import theorem_id
from verify.loading import catalogue, glance

SLOW = ("torch", "sympy", "rich", "numpy", "hypothesis", "networkx", "scipy", "lark")


# The names of theorems stand in their files: whoever lists them needs no term and no records of packages.
NOT_FOR_A_LIST = (
    "theory",
    "numerics",
    "importlib.metadata",
    "difflib",
    "json",
    "verify.loading.loader",
    "verify.rules",
)


def imported(folder: Path, *arguments: str) -> set[str]:
    """The modules that `normproof ARGUMENTS` imports."""
    environment = {**os.environ, "NORMPROOF_CACHE": str(folder / "cache")}
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "verify", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    return set(re.findall(r"\|\s+([a-zA-Z_][\w.]*)$", ran.stderr, flags=re.M))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "--help"],
        ["list"],
        ["list", "--json"],
        ["rate", "--help"],
        ["trend", "--help"],
        ["check", "--help"],
        ["derive", "--help"],
    ],
)
def test_start_without_slow_imports(tmp_path: Path, arguments: list[str]) -> None:
    modules = imported(tmp_path, *arguments)
    assert "click" in modules
    assert not modules & set(SLOW)


def test_a_list_reads_names_and_imports_no_theory(tmp_path: Path) -> None:
    assert not imported(tmp_path, "list") & set(NOT_FOR_A_LIST)
    assert "theory" in imported(tmp_path, "list", "--help") | imported(tmp_path, "graph", "decoupling.variance")


def test_a_list_parses_no_file_that_comes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(path: Path) -> NoReturn:
        raise AssertionError(path)

    entries = [entry for entry in catalogue.catalogue() if entry.module.startswith("theory.")]
    parsed_titles = [glance.title(entry.path) for entry in entries]
    parsed_kinds = [kind(entry.path) for entry in entries]
    monkeypatch.setattr(glance, "parse", parsed)
    assert len(entries) > 50
    assert [entry.title for entry in entries] == parsed_titles
    assert [entry.kind for entry in entries] == parsed_kinds


def kind(path: Path) -> str:
    """The class of what the file assigns to THEOREM or ERRATUM."""
    calls = {target.id: ast.unparse(node.value.func) for node in ast.parse(path.read_bytes()).body
             if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
             for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
    return calls.get("ERRATUM", calls.get("THEOREM", "")).lower()


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        ("THEOREM = Experiment(1)\n", True),
        ('"""One."""\nTHEOREM = Experiment(\n    1\n)\n', True),
        ("THEOREM = theory.Experiment(1)\n", True),
        ("THEOREM=Experiment(1)\n", True),
        ("THEOREM = \uff25xperiment(1)\n", True),
        ("THEOREM = Theorem(1)\nOTHER = Experiment(1)\n", False),
        ('"""Of an Experiment\nTHEOREM = Experiment(1)\n"""\nTHEOREM = Theorem(1)\n', False),
        ("A = '''\nTHEOREM = Experiment(1)\n'''\nTHEOREM = Theorem(1)\n", False),
        ("THEOREM = Experiment\n", False),
        ("# THEOREM = Experiment(1)\nTHEOREM = made(Experiment)\n", False),
        ("", False),
    ],
)
def test_an_experiment_is_seen_without_running_its_file(tmp_path: Path, content: str, is_one: bool) -> None:
    path = tmp_path / "stated.py"
    path.write_text(content, encoding="utf-8")
    assert glance.builds(path, "THEOREM", "Experiment") is is_one


@pytest.mark.parametrize(
    "content",
    [
        '"""Plain."""\n', 'r"""Raw \\beta.\n\nMore."""\n', '"""Of \\\nlines."""\n', '"""A tab\\tin it."""\n',
        "'''Other.'''\n",
        '"""One""" """two."""\n', '"""Not the docstring""".upper()\n', '"""Grün."""\n', '# first\n"""Later."""\n',
        "x = 1\n",
        "", '"""One.\nTwo.""" % 3\n', '"""One.\n\\"""Two."""\n', '"""One."""; x = 1\n', '"""One.""" # why\n',
        '"""\nNext line."""\n', '"""A ""quote"" in it."""\n', 'b"""Bytes."""\n', '"""Ends\\""" here."""\n',
        '""""Four."""\n',
        '"""Dots..."""\n', '"""  """\n', '"""Carriage\r\nreturn."""\n', '"""Format {x}."""\n', '"""One.""", 2\n',
    ],
)  # fmt: skip
def test_a_title_that_is_seen_is_the_one_that_python_reads(tmp_path: Path, content: str) -> None:
    path = tmp_path / "stated.py"
    path.write_bytes(content.encode())
    assert glance.title_of_ours(path) == glance.title(path)


@pytest.mark.parametrize(
    ("content", "is_there"),
    [("ERRATUM = 1", True), ("\uff25RRATUM = 1", True), ("# ERRATUM = 1", False),
     ("x = 1", False), ("ERRATUM: int = 1", False)],
)  # fmt: skip
def test_a_name_is_assigned_where_python_says_so(tmp_path: Path, content: str, is_there: bool) -> None:
    path = tmp_path / "stated.py"
    path.write_bytes(content.encode())
    assert glance.assigns(path, "ERRATUM") is is_there


@pytest.mark.parametrize("module", ["theory.theorems.covariate_shift.a_b", "theory.errata.x", "alone", "p.q_r"])
def test_an_id_is_the_same_to_the_list_and_to_the_theorem(module: str) -> None:
    assert catalogue.theorem_id(module) == theorem_id(module)


def test_a_package_that_registers_theorems_is_never_overlooked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", [PathFinder])
    assert not catalogue._may_register()
    described = tmp_path / "others-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[normproof.theorems]\nothers = others\n")
    assert catalogue._may_register()
    importlib.invalidate_caches()  # a folder is looked into again where its time has changed, to some milliseconds
    assert [point.name for point in importlib.metadata.entry_points(group=catalogue.GROUP)] == ["others"]


def test_where_packages_may_lie_elsewhere_they_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "packages.zip"
    archive.write_bytes(b"")
    monkeypatch.setattr(sys, "path", [str(archive)])
    assert catalogue._may_register()


def test_a_rate_needs_scipy_and_nothing_else_that_is_slow(tmp_path: Path) -> None:
    modules = imported(tmp_path, "rate", "relu", "--batch", "4,inf")
    assert modules & set(SLOW) == {"numpy", "scipy"}


def test_cached_run_needs_neither_torch_nor_sympy(tmp_path: Path) -> None:
    path = str(files.write(tmp_path))
    arguments = ("run", path, "--budget", "quick", "--device", "cpu")
    assert "torch" in imported(tmp_path, *arguments)
    assert not imported(tmp_path, *arguments) & {"torch", "sympy"}


def test_arrows() -> None:
    root = Path(__file__).parent.parent
    forbidden = {"theory": ("numerics", "verify", "torch"), "numerics": ("theory", "verify", "sympy")}
    for package, names in forbidden.items():
        pattern = re.compile(rf"^\s*(?:from|import)\s+(?:{'|'.join(names)})\b", flags=re.M)
        for path in (root / package).rglob("*.py"):
            assert not pattern.search(path.read_text()), f"{path} imports one of {names}"

"""What starts at once must not import what is slow; and the arrows between the packages hold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import files
import pytest

SLOW = ("torch", "sympy", "rich", "numpy", "hypothesis", "networkx", "scipy")


def imported(folder: Path, *arguments: str) -> set[str]:
    """The top-level packages that `normproof ARGUMENTS` imports."""
    environment = {**os.environ, "NORMPROOF_CACHE": str(folder / "cache")}
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "verify", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    return set(re.findall(r"\|\s+([a-zA-Z_]\w*)$", ran.stderr, flags=re.M))


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["list"], ["list", "--json"], ["rate", "--help"], ["trend", "--help"]]
)
def test_start_without_slow_imports(tmp_path: Path, arguments: list[str]) -> None:
    modules = imported(tmp_path, *arguments)
    assert "click" in modules
    assert not modules & set(SLOW)


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

"""What the README shows is what the commands print: its files are written, its console blocks run and compared."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.S)


def words(text: str) -> str:
    """The words on one line; counts and seconds, which vary from machine to machine, as #."""
    return re.sub(r"\b\d[\d,]*[.,]\d+\b", "#", " ".join(text.split()))


def test_every_console_block_prints_what_it_shows(tmp_path: Path) -> None:
    (theorem,) = blocks("python")
    (tmp_path / "centring.py").write_text(theorem, encoding="utf-8")
    fresh = {"NORMPROOF_CACHE": str(tmp_path / "cache"), "COLUMNS": "140", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **fresh}
    consoles = blocks("console")
    assert len(consoles) == 7
    for console in consoles:
        command, _, expected = console.partition("\n")
        arguments = shlex.split(command.removeprefix("$ normproof "))
        done = subprocess.run(
            [sys.executable, "-m", "verify", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode in (0, 1), done.stderr
        assert words(done.stderr + done.stdout) == words(expected), command


def test_the_files_it_points_to_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_targets_it_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, flags=re.M), target

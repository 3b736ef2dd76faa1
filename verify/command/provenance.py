"""When a run was made, and from which state of normproof's own files."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
PATIENCE = 10.0  # seconds that git may take to say where it is


def made() -> dict[str, str]:
    """The date to the minute in UTC, the version, and the commit where normproof runs from a checkout."""
    found = {"date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), "normproof": _version(), "commit": commit()}
    return {name: value for name, value in found.items() if value}


@lru_cache(maxsize=4)
def commit(home: Path = HOME) -> str:
    """The commit of the checkout at `home`, with "and changes" where its files differ; nothing outside a checkout."""
    if not (home / ".git").exists() or shutil.which("git") is None:
        return ""
    head = _git(home, "rev-parse", "--short=12", "HEAD")
    return f"{head} and changes" if head and _git(home, "status", "--porcelain", "--untracked-files=no") else head


def _git(home: Path, *words: str) -> str:
    try:
        ran = subprocess.run(
            ["git", "-C", str(home), *words], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.strip() if ran.returncode == 0 else ""


def _version() -> str:
    try:
        return version("normproof")
    except PackageNotFoundError:
        return ""

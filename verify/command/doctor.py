"""What this machine has and lacks, in one list: each row a state, what it is for, and the remedy if it is missing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from verify.plural import plural
from verify.results.store import NAME, Store, cache_folder

REQUIRED = (
    "torch", "sympy", "mpmath", "python-flint", "numpy", "scipy", "scikit-learn", "hypothesis", "click", "rich",
    "jinja2", "markupsafe", "latex2mathml", "lark", "networkx", "loky", "psutil", "jaxtyping",
)  # fmt: skip
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class Finding:
    """state: "ok", "missing" (something works less well) or "broken" (normproof cannot run)."""

    name: str
    state: str
    detail: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Every finding, the ones that matter most first."""
    version = platform.python_version()
    good = sys.version_info >= (3, 11)
    yield Finding("Python", "ok" if good else "broken", version, "" if good else "install Python 3.11 or later")
    for name in REQUIRED:
        yield _library(name)
    yield from _torch()
    yield _cache()
    yield _tex()
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    yield Finding(
        "Chromium", "ok" if chromium else "missing", chromium or "not found; only the tests of the report need it",
        "" if chromium else "make system, or install chromium",
    )  # fmt: skip


def _library(name: str) -> Finding:
    try:
        return Finding(name, "ok", importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "broken", "not installed", f"pip install {name}")


def _torch() -> Iterator[Finding]:
    if importlib.util.find_spec("torch") is None:
        return
    import torch

    if torch.cuda.is_available():
        names = ", ".join(torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count()))
        yield Finding("CUDA", "ok", f"{torch.version.cuda}: {names}")
    else:
        build = f"built for CUDA {torch.version.cuda}" if torch.version.cuda else "a build without CUDA"
        yield Finding("CUDA", "missing", f"torch is {build}; no device in use, everything runs on the CPU")
    yield Finding(
        "CPU", "ok", f"{plural(os.cpu_count() or 1, 'core')}, torch uses {plural(torch.get_num_threads(), 'thread')}"
    )


def _cache() -> Finding:
    folder = cache_folder()
    problems: list[str] = []
    if not (folder / NAME).exists():
        parent = next(p for p in (folder, *folder.resolve().parents) if p.exists())
        if parent.is_dir() and os.access(parent, os.W_OK):
            return Finding("cache", "ok", f"{folder}: empty, made when needed")
        return Finding(
            "cache", "missing", f"{folder} cannot be made", "set NORMPROOF_CACHE to a folder you can write to"
        )
    with Store(folder, problems.append) as store:
        if problems:
            return Finding("cache", "missing", problems[0], "set NORMPROOF_CACHE to a folder you can write to")
        size = Path(folder / NAME).stat().st_size
        return Finding("cache", "ok", f"{folder}: {plural(store.count(), 'result')}, {size / 1024:.0f} KiB")


def _tex() -> Finding:
    engine = next(filter(None, map(shutil.which, ("latexmk", "pdflatex", "lualatex", "xelatex", "tectonic"))), None)
    if engine:
        return Finding("LaTeX", "ok", engine)
    return Finding(
        "LaTeX", "missing", "no engine found; normproof export --to pdf needs one", "make system, or TeX Live"
    )

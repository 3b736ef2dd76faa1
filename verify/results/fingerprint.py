"""What evidence depends on, as one sha256: statement, rule, settings, library versions, and the project's own code.

Two processes compute the same key for the same thing: terms are hashed by structure (properties of symbols included),
never by Python's hash or object identity. A docstring or a citation is no part of a key.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, Generic, TypeVar

from theory.statements import sidecar
from theory.statements.erratum import Erratum
from theory.statements.experiment import Experiment
from theory.statements.theorem import NearMiss, Theorem
from theory.terms import Term
from verify.settings import Settings

Kept = TypeVar("Kept")
LIBRARIES = ("torch", "sympy", "python-flint", "numpy", "scipy", "hypothesis")
# These only read, start, load, show or keep: what a rule sees cannot depend on them. The kernel is asked each time.
PRESENTATION = (
    "theory/former.py",
    "theory/grammar",  # what it reads is a statement, and that is in the key
    "theory/theorems",
    "theory/errata",
    "theory/definitions",
    "theory/typeset",
    "verify/__init__.py",
    "verify/__main__.py",
    "verify/beside.py",
    "verify/errors.py",
    "verify/own_packages.py",
    "verify/patience.py",  # what it stops is not kept
    "verify/pytest_plugin.py",
    "verify/testing.py",
    "verify/ticker.py",
    "verify/bench",
    "verify/command",
    "verify/loading",
    "verify/press",
    "verify/results",
    "verify/running",  # a unit's key names the rule as it is called
    "verify/proof/kernel.py",
    "verify/proof/observations.py",
)


def statement(theorem: Theorem) -> str:
    """The digest of what is claimed under which assumptions, without the derivation."""
    claims = tuple((part.label, part.claim) for part in theorem.parts)
    more = ""
    if isinstance(theorem, Erratum) and theorem.suspects:
        more = f"|{digest(theorem.suspects)}"
    if isinstance(theorem, Erratum) and theorem.setting.from_lines:  # which are those of the truth
        more += f"|{argument(theorem.true_theorem)}"
    if isinstance(theorem, Experiment):
        more = f"|{digest(theorem.comparisons)}|{theorem.false_alarm}"
    return _sha(f"{theorem.id}|{digest(claims)}|{digest(theorem.assumptions)}|{digest(theorem.setting)}{more}")


def argument(theorem: Theorem) -> str:
    """The digest of a theorem with its derivation; theorems that it cites are hashed with theirs."""
    return _argument(_Same(theorem))


class _Same(Generic[Kept]):
    """Frozen data as the key of what was found out about it: this object, and not one that is equal to it."""

    def __init__(self, value: Kept) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


@functools.lru_cache(maxsize=1_024)
def _argument(same: _Same[Theorem]) -> str:
    theorem = same.value
    chains = tuple((part.label, part.derivation) for part in theorem.parts)
    return _sha(f"{statement(theorem)}|{digest(chains)}")


def whole(theorem: Theorem) -> str:
    """The digest of a theorem with its derivation, its near misses, and what lies beside its file about them."""
    return _sha(f"{argument(theorem)}|{digest(theorem.near_misses)}|{findings(theorem)}")


def near_miss(stated: str, name: str, miss: NearMiss) -> str:
    """The digest of a near miss, of the theorem whose statement has the digest `stated`."""
    return _sha(f"{stated}|{name}|{digest(miss)}")


def findings(theorem: Theorem) -> str:
    """The digest of what lies beside the theorem's file about its false neighbours; "" where nothing does."""
    path = sidecar.findings(theorem.module)
    found = sidecar.content(path) if path is not None else None
    return "" if found is None else hashlib.sha256(found).hexdigest()


def key(subject: str, rule: str, variant: str, settings: Settings | None) -> str:
    """The key of one unit of work. `settings=None` for a rule whose outcome cannot depend on them."""
    chosen = ""
    if settings is not None:
        chosen = f"{settings.budget.value}|{settings.seed}|{settings.device}|{_device(settings)}{settings.data}"
        chosen += "|search" if settings.search else ""
    return _sha("|".join((subject, rule, variant, chosen, surroundings(), source_code())))


def digest(value: object) -> str:
    """A digest of plain data, frozen dataclasses and terms, by structure."""
    if type(value) in _PLAIN:  # as most are
        return _plain(value)
    if isinstance(value, (tuple, list)) and not isinstance(value, Enum):
        return _sha("[" + ",".join([digest(item) for item in value]) + "]")
    if isinstance(value, Term):
        return _term(value)
    if isinstance(value, Theorem):
        return argument(value)
    if isinstance(value, Enum):
        return _sha(f"{type(value).__name__}.{value.name}")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _record(_Same(value))
    if isinstance(value, (frozenset, set)):
        return _sha("{" + ",".join(sorted(digest(item) for item in value)) + "}")
    if isinstance(value, Mapping):
        return _sha("<" + ",".join(f"{digest(k)}:{digest(v)}" for k, v in value.items()) + ">")
    if value is None or isinstance(value, (str, int, Fraction)):
        return _sha(f"{type(value).__name__}:{value}")
    raise TypeError(f"no digest for {type(value).__name__}: its content cannot be told apart")


_PLAIN = frozenset({str, int, bool, type(None)})


@functools.lru_cache(maxsize=2**12, typed=True)  # the catalogue has 700, each many times
def _plain(value: Any) -> str:
    return _sha(f"{type(value).__name__}:{value}")


@functools.lru_cache(maxsize=512)
def _deciding(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of frozen data but those that say how it is printed."""
    return tuple(field.name for field in dataclasses.fields(kind) if field.name not in ("tex", "source", "note"))


@functools.lru_cache(maxsize=2**12)  # the catalogue has 2,300; what experiments measure stands at every budget
def _record(same: _Same[Any]) -> str:
    kind: Any = type(same.value)
    fields = "|".join([f"{name}={digest(getattr(same.value, name))}" for name in _deciding(kind)])
    return _sha(f"{kind.__name__}({fields})")


@functools.lru_cache(maxsize=2**15)  # the catalogue has 14,000
def _term(term: Term) -> str:
    kind: Any = type(term)
    fields = "|".join([f"{name}={digest(getattr(term, name))}" for name in _deciding(kind)])
    return _sha(f"{type(term).__name__}({fields})")


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ---- surroundings -------------------------------------------------------------------------------------------
@functools.lru_cache(maxsize=1)
def versions() -> Mapping[str, str]:
    """Python and the libraries that compute, without importing them."""
    found = {"python": platform.python_version()}
    for name in ("normproof", *LIBRARIES):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def surroundings() -> str:
    """Versions, machine and the environment variables that change how SymPy and torch compute."""
    parts = [f"{name}={version}" for name, version in sorted(versions().items()) if name != "normproof"]
    ground = os.environ.get("SYMPY_GROUND_TYPES", "auto")
    return ";".join([*parts, f"ground={ground}", platform.machine(), sys.implementation.name])


def source_files() -> list[tuple[str, Path]]:
    """The project's files that decide what a rule sees, by name: all but theorems, definitions and presentation."""
    found: list[tuple[str, Path]] = []
    for package in ("theory", "numerics", "verify"):
        spec = importlib.util.find_spec(package)
        found += _sources(next(iter(spec.submodule_search_locations or ())), package) if spec else ()
    return found


def _sources(folder: str, name: str) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        inside = f"{name}/{entry.name}"
        if inside in PRESENTATION:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _sources(entry.path, inside)
        elif entry.name.endswith(".py"):
            yield inside, Path(entry.path)


@functools.lru_cache(maxsize=1)
def source_code() -> str:
    """A digest of the files that decide what a rule sees."""
    total = hashlib.sha256()
    for name, path in source_files():
        total.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


@functools.lru_cache(maxsize=1)
def typography() -> str:
    """A digest of the files that decide how a formula is set, for what is kept of typesetting."""
    total = hashlib.sha256()
    for package, below in (("theory", "typeset"), ("verify", "press/pages")):
        spec = importlib.util.find_spec(package)
        for path in (
            sorted((Path(next(iter(spec.submodule_search_locations or ()))) / below).glob("*.py")) if spec else ()
        ):
            total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


@functools.lru_cache(maxsize=4)
def _device_name(device: str) -> str:
    import torch

    return str(torch.cuda.get_device_name(device))


def _device(settings: Settings) -> str:
    return "" if settings.device == "cpu" else _device_name(settings.device)

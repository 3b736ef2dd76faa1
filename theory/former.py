"""Names that modules had in version 0.1, for theorem files written then: each is found where it is now, and said once.

Only what the documentation of 0.1 gave to authors is here; everything else has no promise.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import Loader

NOW = {
    "theory.calculus": "theory",
    "theory.calculus.build": "theory.terms.symbols",
    "theory.calculus.interop": "theory.sympy",
    "theory.calculus.latex": "theory.typeset.formulas",
    "theory.calculus.rewrite": "theory.terms.rewrite",
    "theory.calculus.terms": "theory.terms",
    "theory.calculus.text": "theory.terms.text",
    "theory.claims": "theory.statements.claims",
    "theory.derivation": "theory.statements.derivation",
    "theory.erratum": "theory.statements.erratum",
    "theory.experiment": "theory.statements.experiment",
    "theory.scalar": "theory",
    "theory.scalar.build": "theory.terms.special_functions",
    "theory.scalar.erratum": "theory.statements.former_kinds",
    "theory.scalar.known": "theory.statements.known_integrals",
    "theory.scalar.proposing": "theory.statements.proposing",
    "theory.scalar.ranges": "theory.statements.ranges",
    "theory.scalar.theorem": "theory.statements.former_kinds",
    "theory.terms.sympy_door": "theory.sympy",
    "theory.theorem": "theory.statements.theorem",
}


class FormerName(FutureWarning):
    """A module is imported by the name that it had."""


class _Finder:
    """A finder and a loader, without the classes that say so: Python asks for their methods alone, and they are slow to
    load."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in NOW:
            return None
        inside = any(other.startswith(f"{name}.") for other in NOW)
        return ModuleSpec(name, cast("Loader", self), is_package=inside)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None  # Python makes it

    def exec_module(self, module: ModuleType) -> None:
        now = importlib.import_module(NOW[module.__name__])
        vars(module).update({name: value for name, value in vars(now).items() if not name.startswith("__")})
        _say(module.__name__, now.__name__)


_said: list[str] = []  # the first former name of this process


def _say(former: str, now: str) -> None:
    """Once a process, and not in those that work for another."""
    if _said:
        return
    from multiprocessing import parent_process  # slow to load, and few files say such a name

    if parent_process() is not None:
        return
    _said.append(former)
    door = now if now in ("theory.terms", "theory.terms.rewrite", "theory.terms.text") else "theory"
    message = f"{former} is the name of version 0.1. Remedy: from {door} import ...; so with what else a theorem needs"
    if now == "theory.statements.former_kinds":
        message += "; a ScalarTheorem is a Theorem with setting=Numbers(ranges), a ScalarErratum an Erratum with it"
    warnings.warn(message, FormerName, stacklevel=3)


def install() -> None:
    """Let imports of former names be found."""
    sys.meta_path.insert(0, _Finder())  # before folders that an older checkout left behind

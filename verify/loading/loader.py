"""Loads theorems from their files, and turns whatever a theorem file does wrong into one clear message."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, TracebackType

from theory.statements.claims import Claim
from theory.statements.erratum import Erratum, stated
from theory.statements.experiment import Experiment
from theory.statements.theorem import NearMiss, Theorem
from theory.terms import CalculusError
from verify.errors import UserError, did_you_mean, place
from verify.loading.bibliography import require_sources
from verify.loading.catalogue import Entry, catalogue, select
from verify.loading.glance import syntax_error
from verify.patience import LOADING, OutOfTime, within

_THEORY = Path(importlib.import_module("theory").__path__[0]).resolve()
# frames of a theorem file are what the user can mend; frames of these are how the calculus found out
_MACHINERY = (_THEORY / "terms", _THEORY / "statements", _THEORY / "__init__.py")


def load(selectors: Sequence[str]) -> list[Theorem]:
    """The theorems that SELECT names, loaded; a topic brings the errata on it. Raises UserError."""
    found = [load_entry(entry) for entry in select(selectors)]
    return [*found, *(erratum for erratum in _errata_on(set(selectors)) if erratum not in found)]


def _errata_on(selectors: set[str]) -> list[Theorem]:
    """The errata in the catalogue whose true form belongs to a topic among the selectors."""
    entries = catalogue()
    if not selectors & {entry.topic for entry in entries if entry.kind != "erratum"}:
        return []
    errata = [load_entry(entry) for entry in entries if entry.kind == "erratum"]
    return [e for e in errata if isinstance(e, Erratum) and e.true_theorem.topic in selectors]


def find(identifier: str) -> Theorem:
    """One theorem by id. Raises UserError with close matches."""
    entries = {entry.id: entry for entry in catalogue()}
    if identifier not in entries:
        raise UserError(
            "expected the id of a theorem",
            got=repr(identifier),
            remedy=did_you_mean(identifier, entries)
            or "normproof list shows the ids; a file of your own goes by its path",
        )
    return load_entry(entries[identifier])


# Exactly these: what a file derives from them may say one thing here and another to the checkers.
KINDS = (Theorem, Experiment, Erratum)


def load_entry(entry: Entry) -> Theorem:
    """Import the file and take its THEOREM."""
    if entry.root is not None and str(entry.root) not in sys.path:
        sys.path.append(str(entry.root))  # at the end: a user's file must not stand in for a library
    module = _import(entry)
    theorem = stated(module)
    wanted = "ERRATUM = Erratum" if entry.kind == "erratum" else "THEOREM = Theorem"
    if not isinstance(theorem, Theorem) or type(theorem) not in KINDS:
        name = wanted.split(" ")[0]
        raise UserError(
            f"expected the file to end with {wanted}(__name__, ...)",
            got=f"no {name}" if theorem is None else f"{name} of type {type(theorem).__name__}",
            where=str(entry.path),
            remedy="normproof new shows a complete file",
        )
    if isinstance(theorem, Erratum) != (entry.kind == "erratum"):
        raise UserError(
            f"expected {wanted}(__name__, ...) in this file",
            got=f"{type(theorem).__name__}, under another name or in the wrong folder",
            where=str(entry.path),
            remedy="a theorem is named THEOREM; an erratum is named ERRATUM, and only errata lie in theory/errata/",
        )
    if theorem.module != entry.module:
        raise UserError(
            "expected the first argument of Theorem to be __name__",
            got=f"{theorem.module!r}, in the module {entry.module!r}",
            where=str(entry.path),
            remedy="THEOREM = Theorem(__name__, ...): the file name is the id",
        )
    for name, miss in theorem.near_miss_list():
        if isinstance(miss, NearMiss) and not isinstance(miss.claim, Claim):
            raise UserError(
                "expected every near miss to be an Identity or a Bound",
                got=f"{name!r}: {miss.claim!r}, which Python or SymPy has already evaluated",
                where=str(entry.path),
                remedy="pass the two sides: Identity(left, almost_right)",
            )
    require_sources(theorem)
    _require_expressions(theorem, entry)
    return theorem


def _require_expressions(theorem: Theorem, entry: Entry) -> None:
    """What activations stand for must be what `normproof rate` reads. Raises UserError as it does."""
    from verify.rates.parsing import parse

    meant = theorem.suspects if isinstance(theorem, Erratum) else theorem.functions
    for name, formulas in meant.items():
        for formula in formulas:
            place = f"{entry.path}\n{name} = {formula!r:.80}"
            if not isinstance(formula, str):
                raise UserError("expected an expression in z as text", got=repr(formula)[:80], where=place)
            try:
                parse(formula)
            except UserError as problem:
                spot = problem.where.removeprefix("PHI").removeprefix(", ")
                where = f"{place}, {spot}" if spot else place
                raise UserError(problem.expected, got=problem.got, where=where, remedy=problem.remedy) from None


def _import(entry: Entry) -> ModuleType:
    importlib.invalidate_caches()
    try:
        with within(LOADING):
            module = importlib.import_module(entry.module)
    except OutOfTime as error:
        raise UserError(
            f"expected a theorem file that is loaded within {LOADING:.0f} s of processor time",
            got="one that was still at work",
            where=place(error.__traceback__, [entry.path]),
            remedy="a theorem file only states a theorem: take the computation out, or put its result in",
        ) from None
    except SyntaxError as error:
        raise syntax_error(error, entry.path) from None
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # sys.exit() in a theorem file must not end the program as if all were well
        raise _explain(error, entry) from None
    origin = getattr(module, "__file__", None)
    if origin is None or Path(origin).resolve() != entry.path.resolve():
        raise UserError(
            "expected a file name that no other module has",
            got=f"{entry.module} is also {origin or 'built into Python'}",
            where=str(entry.path),
            remedy="rename your file",
        )
    return module


def _explain(error: BaseException, entry: Entry) -> UserError:
    where = _user_frame(error.__traceback__) or str(entry.path)
    text = str(error)
    if "partially initialized module" in text:
        cycle = _files_of(error.__traceback__)
        return UserError(
            "expected theorems that use one another in one direction",
            got="a circular import: " + " -> ".join([*cycle, cycle[0]] if cycle else [entry.module]),
            where=where,
            remedy="a theorem cannot rest on itself; move what both need into a third file",
        )
    if isinstance(error, NameError) and error.name:
        return UserError(
            "expected every symbol to be declared before it is used",
            got=f"{error.name!r} is not defined",
            where=where,
            remedy=_import_of(error.name)
            or f'declare it, for instance {error.name} = vector("{error.name}", d), or import it',
        )
    if isinstance(error, CalculusError):
        message, _, remedy = text.partition(" Remedy: ")
        return UserError("expected a well-formed statement", got=message, where=where, remedy=remedy)
    if isinstance(error, ModuleNotFoundError):
        return UserError(
            "expected a module that can be imported",
            got=text,
            where=where,
            remedy="install it, or put the file beside this one",
        )
    if isinstance(error, SystemExit):
        return UserError(
            "expected a theorem file that runs to its end",
            got=f"it ends the program: SystemExit({error.code!r})",
            where=where,
            remedy="take that call out; a theorem file only states THEOREM",
        )
    got = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return UserError("expected a theorem file that runs", got=got, where=where, remedy="mend the line")


ELSEWHERE = {  # what a newcomer writes, and what a theorem file has for it
    "Fraction": "from fractions import Fraction",
    **{
        written: f"from theory import {name}; it is called {name}"
        for written, name in (
            ("tr", "trace"), ("inv", "inverse"), ("I", "eye"), ("grad", "gradient"), ("jac", "jacobian"),
            ("hess", "hessian"), ("Diag", "diag"), ("symbol", "real"), ("scalar", "real"), ("Vector", "vector"),
        )
    },
}  # fmt: skip


def _import_of(name: str) -> str:
    """The line that imports a name which theorem files use; nothing for any other name."""
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    return f"from theory import {name}" if name in importlib.import_module("theory").__all__ else ""


def _user_frame(trace: TracebackType | None) -> str:
    """file:line of the innermost frame in a theorem file, or in anything that is not the machinery."""
    for frame in reversed(traceback.extract_tb(trace)):
        path = Path(frame.filename)
        if frame.filename.startswith("<") or path.name == "loader.py" or {"importlib", "sympy"} & {*path.parts}:
            continue
        if not any(path.resolve().is_relative_to(part) for part in _MACHINERY):
            return f"{frame.filename}:{frame.lineno}" + (f"\n{frame.line}" if frame.line else "")
    return ""


def _files_of(trace: TracebackType | None) -> list[str]:
    names = [
        Path(f.filename).stem
        for f in traceback.extract_tb(trace)
        if f.name == "<module>" and not f.filename.startswith("<")
    ]
    return names[:-1] if len(names) > 1 and names[0] == names[-1] else names

"""How a reader sees a counterexample again: the line for a shell and the line for Python."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from theory.statements.theorem import Theorem
from verify.loading.catalogue import catalogue
from verify.press.pages.parts import Again


def source_of(theorem: Theorem) -> str | None:
    """The file that `replay` must be told of, relative if it can be; None for theorems of the catalogue."""
    if theorem.module.startswith(("theory.theorems.", "theory.errata.")):
        return None
    file = getattr(sys.modules.get(theorem.module), "__file__", None)
    if file is None or any(entry.module == theorem.module for entry in catalogue()):
        return None
    path, here = Path(file).resolve(), Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def lines(theorem: Theorem, witness: str | None) -> Again | None:
    """How a witness is seen again, if there is one."""
    if not witness:
        return None
    source = source_of(theorem)
    return Again(shell_line(witness, source), python_line(witness, source))


def verified(theorem: Theorem) -> Again:
    """How a reader verifies a theorem himself: the command, and the lines of Python; none if it stands in no file."""
    source, name = source_of(theorem), _variable(theorem)
    if source is not None:
        found = f"from verify.loading import loader\n\n[THEOREM] = loader.load([{source!r}])"
    else:
        found = f"from {theorem.module} import {name}{'' if name == 'THEOREM' else ' as THEOREM'}"
    python = f'import normproof as npf\n{found}\n\nprint(npf.verify(THEOREM, budget="quick"))'
    return Again(f"normproof run {shlex.quote(source or theorem.id)} --budget quick", python if name else "")


def _variable(theorem: Theorem) -> str:
    """The name of a theorem in its module; nothing where it has none."""
    held = vars(sys.modules[theorem.module]).items() if theorem.module in sys.modules else ()
    return next((name for name, value in held if value is theorem and name.isidentifier()), "")


def shell_line(witness: str, source: str | None = None) -> str:
    """The command that shows a witness again, quoted for a shell; `source` as `source_of` gives it."""
    own = f"--from {shlex.quote(source)} " if source else ""
    return f"normproof replay {own}{shlex.quote(witness)}"


def python_line(witness: str, source: str | None = None) -> str:
    """The line of Python that shows a witness again."""
    own = f", {source!r}" if source else ""
    return f"from verify.replay import replay; print(replay({witness!r}{own}))"

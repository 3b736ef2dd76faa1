"""What is trusted, for whoever doubts: the sentence that every index prints, the room of the checkers, the axioms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from theory.statements.premises import axioms, integrals, premises, where
from verify.press.pages.parts import Relation
from verify.proof import kernel
from verify.results.records import TheoremResult

ROOM = Path(kernel.__file__).parent
_FIRST = re.compile(r'r?"""(.*?)(?:"""|$)', re.M)  # the first line of a docstring
PROVED = (
    "Proved: every line of the derivation was accepted by a small checker, for all dimensions; or, where a statement "
    'says "not derived but enclosed", boxes in ball arithmetic cover its whole range. Single instances, in balls or in '
    "floats, support a claim and never prove it."
)
EXCHANGE = "derivatives under E over "  # how a theorem's own assumption begins, whatever the random vector is


@dataclass(frozen=True)
class File:
    """A file of the room where proofs are checked: its name, its lines, and what it says it is."""

    name: str
    lines: int
    about: str


@dataclass(frozen=True)
class Axiom:
    """What no line derives: its name, what it says, and the theorems of the run that rest on it.

    `integral` is what a known integral says, as terms; its `meaning` is then where it holds.
    """

    name: str
    meaning: str
    users: tuple[str, ...]
    integral: Relation | None = None


def files() -> tuple[File, ...]:
    """Each file of the room, those at its top first."""
    found = []
    for path in sorted(ROOM.rglob("*.py"), key=lambda p: (len(p.relative_to(ROOM).parts), p)):
        code = path.read_text(encoding="utf-8")
        if code.strip():
            about = _FIRST.match(code)
            found.append(File(path.relative_to(ROOM).as_posix(), len(code.splitlines()), about[1] if about else ""))
    return tuple(found)


def rested_on(results: Sequence[TheoremResult]) -> tuple[Axiom, ...]:
    """Every axiom there is, the most used ones first; those of the theorems that a theorem cites count as its own."""
    users: dict[str, list[str]] = {}
    for result in results:
        for premise in dict.fromkeys(map(_known, premises(result.theorem))):
            users.setdefault(premise, []).append(result.theorem.id)
    known = integrals()
    found = []
    for name, meaning in axioms().items():
        who = tuple(users.get(_known(name), ()))
        if name in known:
            sides = Relation(known[name].left, "=", known[name].right)
            found.append(Axiom(name, where(known[name]), who, sides))
        else:
            found.append(Axiom(name, meaning, who))
    return tuple(sorted(found, key=lambda axiom: -len(axiom.users)))


def _known(premise: str) -> str:
    return EXCHANGE if premise.startswith(EXCHANGE) else premise

"""What the false neighbours of a theorem state, as one types it and as it is typeset: written once, then kept as
results are.

Every mutant is made again for it, which takes as long as all else of a run in which nothing changed. What is kept was
written by the same code for the same theorem and near misses, or it is written again: all of it is in its key.
"""

from __future__ import annotations

import functools
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from theory import terms as t
from theory.statements.theorem import Part, Theorem
from verify.results import fingerprint
from verify.results.records import Said
from verify.results.store import Store
from verify.running.completing import completed
from verify.running.executors import MUTANTS, Outcome, Unit, found_again, problem_of
from verify.running.rulebook import RULES, rules_of
from verify.running.storing import remembered

if TYPE_CHECKING:
    from verify.adversary.mutating.mutants_of_theorems import Mutant

Rows = tuple[tuple[str, str, str, tuple[str, ...]], ...]
KEPT = "said=verify.running.saying:spelled"
LETTERS = 60.0  # of mathematics in the column of a table; what cannot be cut there scrolls
_SLIP = re.compile(r"(the sign of |the power of |)(.+?)( left out| squared| transposed| doubled)?")
_PLACE = re.compile(r"(.*?)(, on the (?:left|right))(?: with (.+) written out)?( \(\d+\))?")


def kept(theorem: Theorem, mutants: bool, store: Store) -> Mapping[str, Said]:
    """As `spelled`, from the store or written now."""
    rows, variant = functools.partial(_rows, theorem, mutants), MUTANTS if mutants else ""
    found = remembered(store, _label(theorem.id), _subject(theorem), KEPT, variant, rows, _are_rows)
    return {name: Said(typed, marked, lines) for name, typed, marked, lines in found}


@dataclass(frozen=True)
class Formulas:
    """What a theorem's mutants state as an errand: written wherever the units of a run are, for the pages that come."""

    module: str
    theorem_id: str
    search_path: tuple[str, ...]
    subject: str

    @property
    def label(self) -> str:
        return _label(self.theorem_id)

    def performed(self) -> Outcome:
        """The rows that are kept. What goes wrong is told by whoever asks for them again: the page."""
        begin = time.perf_counter()
        try:
            theorem = found_again(self.module, self.search_path)
            if _subject(theorem) != self.subject:
                raise RuntimeError(f"{self.module} states another theorem by now")
            return Outcome(_rows(theorem, mutants=True), time.perf_counter() - begin)
        except Exception as error:
            return Outcome(None, time.perf_counter() - begin, problem_of(error))


def beforehand(theorems: Sequence[Theorem], store: Store) -> tuple[Unit, ...]:
    """What the mutants of these theorems state and the store does not have, as units beside a run."""
    if not store.usable:
        return ()
    path, units = tuple(sys.path), []
    for theorem in map(completed, theorems):
        if MUTANTS in rules_of(theorem, RULES):
            errand = Formulas(theorem.module, theorem.id, path, _subject(theorem))
            units.append(Unit(errand, errand.performed, fingerprint.key(errand.subject, KEPT, MUTANTS, None)))
    return tuple(unit for unit in units if not store.has(unit.key))


def _label(theorem: str) -> str:
    return f"{theorem} / formulas"


def _subject(theorem: Theorem) -> str:
    """What they are kept under."""
    return fingerprint.argument(theorem) + fingerprint.digest(theorem.near_misses) + fingerprint.typography()


def _rows(theorem: Theorem, mutants: bool) -> Rows:
    return tuple((name, said.typed, said.marked, said.rows) for name, said in spelled(theorem, mutants).items())


def _are_rows(value: object) -> TypeGuard[Rows]:
    """Is it what is kept here: rows of text?"""
    return isinstance(value, tuple) and all(
        isinstance(row, tuple)
        and len(row) == 4
        and isinstance(row[3], tuple)
        and all(isinstance(text, str) for text in (*row[:3], *row[3]))
        for row in value
    )


def spelled(theorem: Theorem, mutants: bool) -> Mapping[str, Said]:
    """The same, written now: of each near miss, and of each mutant if asked for, by its id."""
    from verify.adversary.replaying import mutants_by_id
    from verify.adversary.what_lies_state import formulas

    made = mutants_by_id(theorem) if mutants else {}
    found = {name: Said(typed) for name, typed in formulas(theorem, made).items()}
    return {**found, **_typeset(theorem, made, found)}


def _typeset(theorem: Theorem, made: Mapping[str, Mutant], found: Mapping[str, Said]) -> Mapping[str, Said]:
    from theory.typeset.breaking import relation_lines
    from theory.typeset.formulas import Pieces

    words = {part.label: _Words(theorem, part) for part in theorem.parts} if made else {}
    out, known = {}, Pieces()
    for name, mutant in made.items():
        claim = mutant.lie.claim
        rows = tuple(relation_lines(claim.left, claim.relation, claim.right, LETTERS, known))
        out[name] = Said(found[name].typed, words[mutant.part].of(name), rows)
    return out


class _Words:
    """The names of a part's mutants with formulas: a term that a name speaks of is looked up in what the part claims,
    where it stands whole even if the name has cut it."""

    def __init__(self, theorem: Theorem, part: Part) -> None:
        from theory.statements.claims import assumption_text
        from theory.terms import rewrite
        from theory.typeset.formulas import latex
        from theory.typeset.statements import definition_head, latex_assumption
        from verify.adversary.mutating.slips import short

        sides = (part.claim.left, part.claim.right)
        called = frozenset(n.definition for side in sides for n in t.walk(side) if isinstance(n, t.Call))
        opened = (*sides, *(rewrite.unfold(side, called) for side in sides))
        self.theorem, self.latex, self.terms = theorem, latex, {short(n): n for side in opened for n in t.walk(side)}
        self.heads = {d.name: f"${definition_head(d)}$" for d in called}
        self.dropped = {
            f"without {assumption_text(a)}": f"without ${latex_assumption(a)}$" for a in theorem.assumptions
        }

    def of(self, identifier: str) -> str:
        from verify.press.pages.wording import sentence, worded
        from verify.results.records import MUTANT

        place, _, name = identifier.partition(MUTANT)
        label = place.partition("#")[2]
        said = self.dropped.get(name) or self._slip(name)
        return f"{worded(self.theorem, sentence(label))}: {said}" if label else sentence(said)

    def _slip(self, name: str) -> str:
        from verify.press.pages.wording import worded

        placed = _PLACE.fullmatch(name)
        what, side, opened, again = placed.groups() if placed else (name, "", "", "")
        named = ", ".join(self.heads.get(n, n) for n in (opened or "").split(", "))
        told = side + (f" with {named} written out" if opened else "") + (again or "")
        slip = _SLIP.fullmatch(what)
        if slip is None or slip[2] not in self.terms or not (slip[1] or slip[3]):
            return worded(self.theorem, what) + told
        return f"{slip[1]}${self.latex(self.terms[slip[2]])}${slip[3] or ''}{told}"

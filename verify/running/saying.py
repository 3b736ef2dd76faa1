"""What the false neighbours of a theorem state, as one types it and as it is typeset: written once, then kept as
results are.

Every mutant is made again for it, which takes as long as all else of a run in which nothing changed. What is kept was
written by the same code for the same theorem and near misses, or it is written again: all of it is in its key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from theory import terms as t
from theory.statements.theorem import Part, Theorem
from verify.results import fingerprint
from verify.results.store import Store
from verify.running.storing import remembered

Rows = tuple[tuple[str, str, str, tuple[str, ...]], ...]
KEPT = "said=verify.running.saying:spelled"
LETTERS = 60.0  # of mathematics in the column of a table; what cannot be cut there scrolls
_SLIP = re.compile(r"(the sign of |the power of |)(.+?)( left out| squared| transposed| doubled)?")
_PLACE = re.compile(r"(.*?)(, on the (?:left|right))(?: with (.+) written out)?( \(\d+\))?")


@dataclass(frozen=True)
class Said:
    """What a false neighbour states as one types it; of a mutant also its name as text with formulas in dollars, and
    the formula in LaTeX, row by row."""

    typed: str = ""
    marked: str = ""
    rows: tuple[str, ...] = ()


NOTHING = Said()


def kept(theorem: Theorem, mutants: bool, store: Store) -> Mapping[str, Said]:
    """As `spelled`, from the store or written now."""
    subject = fingerprint.argument(theorem) + fingerprint.digest(theorem.near_misses) + fingerprint.typography()

    def rows() -> Rows:
        return tuple((name, said.typed, said.marked, said.rows) for name, said in spelled(theorem, mutants).items())

    variant = "mutants" if mutants else ""
    found = remembered(store, f"{theorem.id} / formulas", subject, KEPT, variant, rows, _are_rows)
    return {name: Said(typed, marked, lines) for name, typed, marked, lines in found}


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
    from verify.adversary.what_lies_state import formulas

    found = {name: Said(typed) for name, typed in formulas(theorem, mutants=mutants).items()}
    return {**found, **_typeset(theorem, found)} if mutants else found


def _typeset(theorem: Theorem, found: Mapping[str, Said]) -> Mapping[str, Said]:
    from theory.typeset.breaking import relation_lines
    from theory.typeset.formulas import Pieces
    from verify.adversary.replaying import mutants_by_id

    words = {part.label: _Words(theorem, part) for part in theorem.parts}
    out, known = {}, Pieces()
    for name, mutant in mutants_by_id(theorem).items():
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

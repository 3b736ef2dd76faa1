"""What a proof rests on, as a page: the files that check, the axioms that they may use, and which theorem uses which.

`python -m verify.command.trust` prints it; `docs/trust.md` is that, and a test holds it to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from theory.statements.erratum import Erratum
from theory.statements.experiment import Experiment
from theory.statements.premises import axioms, premises
from theory.statements.theorem import Theorem
from verify.command.imported import reached
from verify.loading import loader
from verify.press.pages.trusted import files

HEAD = """# What a proof rests on

*Proved* means: each line of the derivation was accepted by a line checker, and the kernel judged what that checker saw.
Both are in one room, `verify/proof/`. It knows terms, statements, Python's standard library and the balls of
python-flint: no SymPy, no torch, no typesetting, no search (`lint-imports` and a test hold that). Whatever proposes,
simplifies, searches or prints is outside, and a fault there proves nothing. `make mutation` breaks every file of the
room one slip at a time and sees that the tests notice.

A few statements about a whole range of numbers are proved in another way, without lines: boxes in ball arithmetic cover
the range, and the claim holds on each ([which](#which-theorem-uses-which)). The kernel judges that they do; what is
computed on a box lies beyond the room, and is [counted apart](#what-else-is-reached).

This page is printed by `python -m verify.command.trust`.
"""
BOXES = ("verify.rules.boxes", "verify.rules.batches")
DENIED = "nothing is proved: a counterexample, or a proof of what the statement denies, shows that it is false"
MEASURED = "nothing is proved: it is measured, at a stated rate of false alarms"


def page(theorems: Sequence[Theorem]) -> str:
    """The page in Markdown."""
    return "\n".join([HEAD, *_room(), "", *_reached(), "", *_axioms(), "", *_uses(theorems)]) + "\n"


def rests_on(stated: Theorem | Experiment) -> tuple[str, ...]:
    """The axioms in words, also where there are none, and of what is never proved that it is not."""
    if isinstance(stated, Experiment):
        return (MEASURED,)
    if isinstance(stated, Erratum):
        return (DENIED, *premises(stated))
    return premises(stated) or ("definitions and algebra alone",)


def _room() -> Iterator[str]:
    found = files()
    yield f"## The room: {len(found)} files, {sum(file.lines for file in found):,} lines"
    yield ""
    yield "| file | lines | what it is |"
    yield "| --- | ---: | --- |"
    for file in found:
        yield f"| `{file.name}` | {file.lines} | {file.about.replace('|', chr(92) + '|')} |"


def _reached() -> Iterator[str]:
    room = reached(["verify.proof.door"])
    yield "## What else is reached"
    yield ""
    yield "Files that these import, and those that they import, and so on, in functions too; `__init__.py` left out."
    yield ""
    yield "| from | package | files | lines |"
    yield "| --- | --- | ---: | ---: |"
    yield from _packages(
        "the line checkers", {name: path for name, path in room.items() if not name.startswith("verify.proof")}
    )
    beyond = {name: path for name, path in reached(BOXES).items() if name not in room}
    yield from _packages("boxes, beside all above", beyond)


def _packages(start: str, files: Mapping[str, Path]) -> Iterator[str]:
    """A row for each package, of the names of its files and their lines."""
    found: dict[str, list[int]] = {}
    for name, path in files.items():
        if path.name != "__init__.py":
            found.setdefault(".".join(name.split(".")[:2]), []).append(len(path.read_text("utf-8").splitlines()))
    for package, lines in found.items():
        yield f"| {start} | `{package}` | {len(lines)} | {sum(lines):,} |"


def _axioms() -> Iterator[str]:
    yield "## Axioms"
    yield ""
    yield "What no line derives. A theorem prints those that its proof uses as *Rests on*."
    yield ""
    yield from (f"- **{name}**: {meaning}" for name, meaning in axioms().items())


def _uses(theorems: Sequence[Theorem]) -> Iterator[str]:
    yield "## Which theorem uses which"
    yield ""
    yield "Axioms of the theorems that it cites included. `normproof show ID --axioms` prints one row."
    yield ""
    yield "| theorem | rests on |"
    yield "| --- | --- |"
    for theorem in sorted(theorems, key=lambda t: t.id):
        yield f"| `{theorem.id}` | {'; '.join(rests_on(theorem))} |"


def theorems() -> list[Theorem]:
    """Those of the catalogue that are proved."""
    return [t for t in loader.load([]) if not isinstance(t, Erratum | Experiment)]


def main() -> None:
    """Print the page for the theorems that come along."""
    sys.stdout.write(page(theorems()))


if __name__ == "__main__":
    main()

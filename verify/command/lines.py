"""The command that checks the lines of a theorem file and nothing else, for whoever is writing them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.command.command_group import say, tell
from verify.command.document_numbers import as_ids
from verify.errors import EXIT_OK, EXIT_UNDECIDED, UserError
from verify.plural import plural

if TYPE_CHECKING:
    from theory.statements.theorem import Part, Theorem
    from verify.proof.observations import PartTrace


@click.command("check-lines")
@click.argument("file", metavar="FILE|ID", callback=as_ids)
def check_lines(file: str) -> int:
    """Check the derivation in FILE line by line, at once, without a run.

    Of a line that is refused it is said where, what is missing and what would help. Exit code 0 if every line is
    accepted and the lines lead from one side of the claim to the other, 2 otherwise.
    """
    from theory.statements.theorem import Theorem
    from verify.loading import loader
    from verify.proof.door import check

    if file.endswith(".py") and not Path(file).is_file():
        raise UserError("expected a theorem file", got="no such file", where=file)
    theorem = loader.load([file])[0] if file.endswith(".py") else loader.find(file)
    if type(theorem) is not Theorem or theorem.by_boxes:
        raise UserError(
            "expected a theorem with lines", got=f"{theorem.id}, which has none", remedy=f"normproof run {file}"
        )
    seen = check(theorem)
    for part, trace in zip(theorem.parts, seen.parts, strict=True):
        for row in _rows(theorem, part, trace, file):
            tell(row)
    lines = [line for trace in seen.parts for line in trace.lines]
    refused = sum(not line.accepted for line in lines)
    complete = all(trace.complete for trace in seen.parts)
    say(
        f"{len(lines) - refused} of {plural(len(lines), 'line')} accepted"
        + ("" if complete or refused else "; not complete")
    )
    return EXIT_OK if complete and not refused else EXIT_UNDECIDED


def _rows(theorem: Theorem, part: Part, trace: PartTrace, file: str) -> Iterator[str]:
    """A part's claim, its lines with a mark on each, and what is wrong under those that are refused."""
    from theory.terms.text import text
    from verify.command.stated import reason_in_short
    from verify.running.refusals import refusal

    label = f" ({part.label})" if part.label else ""
    yield f"{theorem.id}{label}: {text(part.claim.left)} {part.claim.relation} {text(part.claim.right)}"
    derivation = part.derivation
    if derivation is None:
        yield f"  no lines: normproof derive {file} seeks them"
        return
    yield f"       {text(derivation.start)}"
    before = derivation.start
    for line, found in zip(derivation.lines, trace.lines, strict=True):
        because = "; ".join(reason_in_short(reason, line.relation) for reason in line.reasons)
        yield f"  {'✓' if found.accepted else '✗'} {line.relation:>2} {text(line.term)}   ({because})"
        if not found.accepted:
            for word, said in refusal(theorem, before, line, found).rows():
                yield f"          {word:<10} {said}"
        before = line.term

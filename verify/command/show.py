"""One theorem on the terminal: statement, assumptions, derivation with a mark on each line, evidence, near misses."""

from __future__ import annotations

from rich.console import Console

from theory.statements.experiment import Experiment
from theory.statements.premises import premises
from theory.terms.text import text
from verify.command import experiment
from verify.command.page import (
    derivation,
    heading,
    mutants,
    near_misses,
    setting,
    sources,
    title,
    traces,
    verdict,
    write,
)
from verify.press.prose import underived
from verify.results.records import TheoremResult


def show(out: Console, result: TheoremResult) -> None:
    """Print everything that is known about one theorem."""
    theorem = result.theorem
    if isinstance(theorem, Experiment):
        experiment.show(out, result, theorem)
        return
    title(out, theorem)
    setting(out, theorem)
    seen = traces(result)
    for number, part in enumerate(theorem.parts):
        heading(out, f"Statement{f' ({part.label})' if part.label else ''}")
        write(out, f"  {text(part.claim.left)}  {part.claim.relation}  {text(part.claim.right)}")
        derivation(out, part, seen.get(part.label), underived(result, number))
    rests = premises(theorem)
    if rests:
        heading(out, "Rests on")
        for premise in rests:
            write(out, f"  {premise}")
    verdict(out, result)
    near_misses(out, theorem, result)
    mutants(out, result)
    sources(out, theorem)
    if theorem.uses:
        heading(out, "Uses")
        for used in theorem.uses:
            write(out, f"  {used.id}")

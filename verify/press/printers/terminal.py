"""A whole page on the terminal: formulas as one types them, a mark on each line, lines to paste under each witness."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from theory.terms import Term
from theory.terms.text import text
from verify.press.pages import docket, hypotheses, parts
from verify.press.pages.parts import Page
from verify.press.pages.prose import without_lead
from verify.press.printers.terminal_brief import MARKS, NOT_DERIVED, verdict
from verify.press.printers.terminal_lines import again, heading, write


def show(out: Console, page: Page) -> None:
    """Print everything that a page says, the verdict first."""
    heading(out, f"{page.id}  {page.title.typed}")
    verdict(out, page)
    for _, lines in page.findings:
        again(out, lines, 12)
    body = page.docstring.strip().partition("\n")[2].strip("\n")
    for row in _told(body) if out.is_terminal else body.splitlines():
        write(out, row, 8 if row.startswith("    ") else 0)
    for section in page.sections:
        SECTIONS[type(section)](out, page, section)


def _told(body: str) -> Iterator[str]:
    """A docstring's rows: formulas as they were typed, set in; a paragraph in one row, to be broken where it must."""
    for formula, rows in itertools.groupby(body.split("\n") if body else (), lambda row: row.startswith("    ")):
        if formula:
            yield from rows
        else:
            for _, lines in itertools.groupby(rows, bool):
                yield " ".join(lines).strip()


# ---- statement ----------------------------------------------------------------------------------------------
def _statement(out: Console, page: Page, part: parts.Statement) -> None:
    if part.accused:
        _sources(out, page)
    setting = part.setting
    named = [
        f"{text(d(*d.parameters))} := {text(d.body)}{f'   ({d.source})' if d.source else ''}"
        for d in setting.definitions
    ]
    named += [setting.growth.typed] if setting.growth else []
    _list(out, "Symbols", setting.typed)
    taken = () if part.accused else page.assumed
    assumed = [f"{a.formula.typed}{NOT_DERIVED if a.premise else ''}" for a in setting.assumptions]
    assumed += [f"assumed, not derived: {without_lead(words.typed)}" for words in taken]
    assumed += [
        f"assumed, not derived, {hypotheses.whose(item).typed}: {without_lead(item.words.typed)}"
        for item in page.inherited
    ]
    _list(out, "Assumptions", assumed)
    _list(out, "Definitions", named)
    heading(out, part.said if part.accused else part.heading)
    _claims(out, part.claims)
    if part.reads:
        write(out, f"  that is, {part.reads.typed}", 4)
    _list(out, "Rests on", part.premises)


def _claims(out: Console, claims: Sequence[parts.Relation]) -> None:
    for claim in claims:
        label = f"{claim.label.typed}: " if claim.label else ""
        write(out, f"  {label}{_relation(claim.left, claim.sign, claim.right)}")


def _relation(left: Term, sign: str, right: Term) -> str:
    return f"{text(left)}  {sign}  {text(right)}"


def _sources(out: Console, page: Page) -> None:
    for title, found in ((page.told, page.sources), ("See also", page.see_also)):
        _list(out, title, [f"{s.line}{f' ({s.where})' if s.where else ''}" for s in found])


# ---- derivation ---------------------------------------------------------------------------------------------
def _derivation(out: Console, page: Page, part: parts.Derivation) -> None:
    for chain in part.chains:
        heading(out, f"{part.heading}{f' ({chain.label.typed})' if chain.label else ''}")
        if chain.start is None:
            write(out, f"  {chain.instead}")
            continue
        if chain.origin:
            write(out, f"  {chain.origin}")
        write(out, f"       {text(chain.start)}", 9)
        for step in chain.steps:
            _step(out, step)


def _step(out: Console, step: parts.Step) -> None:
    mark, style = MARKS[step.accepted]
    row = Text("  ")
    row.append(mark, style=style)
    row.append(f" {step.sign:>2} {text(step.term)}")
    write(out, row, 8)
    said = f" ({step.second.words})" if step.second and step.second.agrees else ""
    write(out, Text(f"        by {'; '.join(b.words.typed for b in step.because)}{said}", style="dim"), 11)
    if step.used:
        write(out, Text(f"        used {'; '.join(u.typed for u in step.used)}", style="dim"), 11)
    if step.problem:
        write(out, Text(f"        {step.problem}", style="red"), 10)
    if step.second and not step.second.agrees:
        write(out, Text(f"        {step.second.words}", style="red" if step.second.mark == "no" else "yellow"), 10)


# ---- evidence -----------------------------------------------------------------------------------------------
def _evidence(out: Console, page: Page, part: parts.Evidence) -> None:
    """The verdict, its ranges, and every piece of evidence."""
    heading(out, "Evidence")
    if not part.looks:
        write(out, f"  none yet: normproof run {page.named}")
    else:
        write(out, f"  it covers  {page.covered.typed}", 13)
    for look in part.looks:
        spent = f"{look.seconds:.2f} s{', cached' if look.cached else ''}"
        write(out, f"  {look.rule:<11}{look.verdict:<10}{look.reason}  ({spent})", 23)
        covered = ", ".join(f"{name}: {value}" for name, value in look.ranges)
        write(out, Text(f"             {covered}", style="dim"), 13)
        if look.again:
            again(out, look.again, 13)


def _misses(out: Console, page: Page, part: parts.Misses) -> None:
    """Each near miss with what was found."""
    if part.lies or part.untried:
        heading(out, part.heading)
    for lie in part.lies + part.untried:
        dropped = "; ".join(a.formula.typed for a in lie.without)
        claim = _relation(lie.claim.left, lie.claim.sign, lie.claim.right) if lie.claim else ""
        write(out, f"  {lie.name.typed}: {claim}{f'   (without {dropped})' if dropped else ''}")
        if lie in part.untried:
            write(out, f"    not tried yet: normproof run {page.named}")
            continue
        sides = f": {lie.left} against {lie.right}" if lie.right else f": {lie.left}" if lie.left else ""
        write(out, f"    {lie.verdict}{sides}")
        if lie.again:
            again(out, lie.again, 4)


def _mutants(out: Console, page: Page, part: parts.Mutants) -> None:
    """What each assumption is for, how many mutants were found out, and which were not."""
    if not part.mutants:
        return
    fails = [f": fails at {p.instance.typed}" if p.instance else "" for p in part.purposes]
    rows = [f"{p.given_up.typed}: {p.outcome.typed}{where}" for p, where in zip(part.purposes, fails, strict=True)]
    _list(out, "What each assumption is for", rows)
    stale = [f"in the docket, but not a survivor: {name}" for name in part.stale]
    _list(out, "Mutants", [part.counted, *(_survivor(one) for one in part.survivors), *stale])


def _survivor(one: parts.Survivor) -> str:
    known = f"; {one.known}" if one.known else ""
    return f"survived: {one.stated}   ({one.name}{known})"


# ---- errata and experiments ---------------------------------------------------------------------------------
def _wrong(out: Console, page: Page, part: parts.Wrong) -> None:
    heading(out, "Why it is wrong")
    write(out, f"  {part.why.typed}", 2)


def _failure(out: Console, page: Page, part: parts.Failure) -> None:
    heading(out, "Smallest counterexample found")
    if part.instance:
        write(out, f"  at     {part.instance.typed}")
    for step in part.steps:
        rounded = f", rounded to {step.executed}" if docket.inexact(step) else ""
        write(out, f"         {step.operation} = {step.exact}{rounded}")
    write(out, f"  left   {part.left}")
    write(out, f"  right  {part.right}")
    again(out, part.again, 2)


def _truth(out: Console, page: Page, part: parts.Truth) -> None:
    heading(out, "What is true")
    write(out, f"  {part.theorem}{f' ({part.part.typed})' if part.part else ''}")
    _claims(out, [parts.Relation(c.left, c.sign, c.right) for c in part.claims])


def _comparisons(out: Console, page: Page, part: parts.Comparisons) -> None:
    heading(out, "Fixed before looking")
    write(out, f"  margins: {part.margins}")
    write(out, f"  rate of false alarms: {part.false_alarm} for all comparisons of a budget together")
    for budget, expected, chosen in part.declared:
        write(out, f"  {budget}: expected {expected}")
        for comparison in chosen:
            write(out, f"    {comparison}", 6)
    if part.because:
        write(out, f"  why: {part.because}")
    measured = [f"{c.label}: {c.estimate:.4g} +/- {c.half:.2g}, runs: {c.runs}" for c in part.measured]
    _list(out, "Measured", measured)


def _others(out: Console, page: Page, part: parts.Others) -> None:
    rows = [f"{o.name}: {o.verdict}: claimed {o.predicted}; {o.measured}" for o in part.others]
    _list(
        out,
        "Near misses: other predictions for the same measurements",
        rows or [f"not tried yet: normproof run {page.named}"],
    )


def _neighbours(out: Console, page: Page, part: parts.Neighbours) -> None:
    _sources(out, page)
    _list(out, "Uses", part.uses)
    _list(out, "Speaks of what is said in", part.speaks_of)
    _list(out, "Speak of the same", [f"{s.what.typed}: {', '.join(s.theorems)}" for s in part.alike])


def _left_out(out: Console, page: Page, part: object) -> None:
    """A curve needs a picture."""


SECTIONS: Mapping[type, Callable[[Console, Page, Any], None]] = {
    parts.Statement: _statement,
    parts.Wrong: _wrong,
    parts.Failure: _failure,
    parts.Derivation: _derivation,
    parts.Truth: _truth,
    parts.Comparisons: _comparisons,
    parts.Figures: _left_out,
    parts.Evidence: _evidence,
    parts.Misses: _misses,
    parts.Others: _others,
    parts.Mutants: _mutants,
    parts.Neighbours: _neighbours,
}


# ---- lines --------------------------------------------------------------------------------------------------
def _list(out: Console, title: str, rows: Sequence[str]) -> None:
    """Lines under a heading; nothing if there is none."""
    if rows:
        heading(out, title)
    for row in rows:
        write(out, f"  {row}")

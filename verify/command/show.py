"""One theorem on the terminal: statement, assumptions, derivation with a mark on each line, evidence, near misses."""

from __future__ import annotations

import shlex

from rich.console import Console
from rich.text import Text

from theory import derivation as d
from theory.calculus.text import text
from theory.claims import Assumption, AtMost, Equal, SupBound
from theory.theorem import NearMiss, Part, Theorem
from verify import ranges
from verify.observations import DerivationTrace, LineTrace, PartTrace
from verify.replay import python_line
from verify.results import TheoremResult

MARKS = {True: ("✓", "green"), False: ("✗", "red")}


def show(out: Console, result: TheoremResult) -> None:
    """Print everything that is known about one theorem."""
    theorem = result.theorem
    _heading(out, f"{theorem.id}  {theorem.title}")
    body = theorem.docstring.strip().split("\n", 1)
    if len(body) > 1 and body[1].strip():
        for row in body[1].strip("\n").split("\n"):
            _print(out, row, 8 if row.startswith("    ") else 0)
    _heading(out, "Symbols")
    for symbol in theorem.symbols:
        _print(out, f"  {ranges.symbols_in_words(symbol)}")
    if theorem.assumptions:
        _heading(out, "Assumptions")
        for assumption in theorem.assumptions:
            _print(out, f"  {assumption_text(assumption)}")
    traces = _traces(result)
    for part in theorem.parts:
        _part(out, part, traces.get(part.label))
    _heading(out, "Verdict")
    _print(out, f"  {result.verdict.value}: {result.reason}")
    _print(out, f"  claim speaks of    {result.claim_range}")
    _print(out, f"  evidence covers    {result.evidence_range}")
    _evidence(out, result)
    _near_misses(out, theorem, result)
    if theorem.sources:
        _heading(out, "Sources")
        for source in theorem.sources:
            _print(out, f"  {source.key}{', ' + source.place if source.place else ''}")
    if theorem.uses:
        _heading(out, "Uses")
        for used in theorem.uses:
            _print(out, f"  {used.id}")


def assumption_text(assumption: Assumption) -> str:
    """An assumption in symbols, with its note."""
    match assumption:
        case Equal(left, right, note):
            words = f"{text(left)} = {text(right)}"
        case AtMost(left, right, note):
            words = f"{text(left)} <= {text(right)}"
        case SupBound(function, order, bound, note):
            words = f"|{function.name}{chr(39) * order}(t)| <= {bound.name} for every t"
    return f"{words}   ({note})" if note else words


def reason_text(reason: d.Reason) -> str:
    """Why a line follows, in words."""
    match reason:
        case d.Algebra(label) | d.Differentiate(label):
            return label
        case d.Unfold(definitions):
            return "definition of " + ", ".join(f.name for f in definitions)
        case d.Instance(theorem, values, part):
            where = " at " + ", ".join(f"{s.name} := {text(v)}" for s, v in values) if values else ""
            return theorem.id + (f" ({part})" if part else "") + where
        case d.Surplus(term, squared):
            return f"{'the squares differ by' if squared else 'the difference is'} {text(term)} >= 0"
        case Equal() | AtMost() | SupBound():
            return assumption_text(reason)
        case d.CauchySchwarz(left, right, metric):
            return f"Cauchy-Schwarz for {text(left)} and {text(right)} in {text(metric)}"
        case Theorem():
            return reason.id


def _part(out: Console, part: Part, trace: PartTrace | None) -> None:
    _heading(out, f"Statement{f' ({part.label})' if part.label else ''}")
    _print(out, f"  {text(part.claim.left)}  {part.claim.relation}  {text(part.claim.right)}")
    if part.derivation is None:
        _print(out, "  (no derivation is given)")
        return
    _heading(out, f"Derivation{f' ({part.label})' if part.label else ''}")
    _print(out, f"       {text(part.derivation.start)}")
    seen = {line.number: line for line in trace.lines} if trace else {}
    for number, line in enumerate(part.derivation.lines, 1):
        checked = seen.get(number)
        mark, style = MARKS[checked.accepted] if checked else ("?", "yellow")
        row = Text("  ")
        row.append(mark, style=style)
        row.append(f" {line.relation:>2} {text(line.term)}")
        _print(out, row, 8)
        _print(out, Text(f"        by {'; '.join(map(reason_text, line.reasons))}", style="dim"), 11)
        if checked:
            _line_detail(out, checked)


def _line_detail(out: Console, checked: LineTrace) -> None:
    if checked.used:
        _print(out, Text(f"        used {'; '.join(checked.used)}", style="dim"), 11)
    if checked.problem:
        _print(out, Text(f"        {checked.problem}", style="red"), 10)


def _traces(result: TheoremResult) -> dict[str, PartTrace]:
    for item in result.evidence:
        if isinstance(item.observation, DerivationTrace):
            return {part.label: part for part in item.observation.parts}
    return {}


def _evidence(out: Console, result: TheoremResult) -> None:
    _heading(out, "Evidence")
    if not result.evidence:
        _print(out, f"  none yet: normproof run {result.theorem.id}")
    for item in result.evidence:
        spent = f"{item.seconds:.2f} s{', cached' if item.cached else ''}"
        _print(out, f"  {item.rule.value:<11}{item.verdict.value:<10}{item.reason}  ({spent})")
        covered = ", ".join(f"{name}: {value}" for name, value in ranges.of(result.theorem, item).items())
        _print(out, Text(f"             {covered}", style="dim"), 13)
        if item.witness:
            _again(out, item.witness, 13)


def _near_misses(out: Console, theorem: Theorem, result: TheoremResult) -> None:
    _heading(out, "Near misses")
    known = {miss.id: miss for miss in result.near_misses}
    for name, miss in theorem.near_miss_list():
        _print(out, f"  {name}: {near_miss_text(miss)}")
        found = known.get(f"{theorem.id}/{name}")
        if found is None:
            _print(out, f"    not tried yet: normproof run {theorem.id}")
            continue
        sides = f": {found.left} against {found.right}" if found.right else f": {found.left}" if found.left else ""
        _print(out, f"    {found.verdict}{sides}")
        if found.witness:
            _again(out, found.witness, 4)


def _again(out: Console, witness: str, indent: int) -> None:
    """How to see a counterexample again, from a shell and from Python; never broken, so that it can be pasted."""
    for line in (f"normproof replay {shlex.quote(witness)}", python_line(witness)):
        out.print(Text(f"{' ' * indent}{line}"), soft_wrap=True)


def near_miss_text(miss: NearMiss) -> str:
    """The false claim in symbols, and what it does without."""
    words = f"{text(miss.claim.left)}  {miss.claim.relation}  {text(miss.claim.right)}"
    dropped = "; ".join(map(assumption_text, miss.without))
    return f"{words}   (without {dropped})" if dropped else words


def _heading(out: Console, words: str) -> None:
    out.print()
    _print(out, Text(words, style="bold"), 4)


def _print(out: Console, words: str | Text, hang: int = 4) -> None:
    """One line; on a terminal too narrow for it, broken between words with the rest set in by `hang`."""
    row = Text(words) if isinstance(words, str) else words
    if not out.is_terminal or len(row) <= out.width:
        out.print(row, soft_wrap=True)
        return
    start = len(row.plain) - len(row.plain.lstrip())
    while len(row) > out.width:
        cut = row.plain.rfind(" ", max(start, hang) + 1, out.width + 1)
        if cut < 0:
            break
        head, rest = row.divide([cut])
        out.print(head, soft_wrap=True)
        row = Text(" " * hang) + rest[1:]
    out.print(row, soft_wrap=True)

"""What a page about a theorem, an erratum or an experiment is made of on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from theory.statements import derivation as d
from theory.statements.claims import Assumption, AtMost, Equal, Interchange, SupBound, functions_of, interchange_name
from theory.statements.premises import known_integral
from theory.statements.theorem import NearMiss, Part, Theorem
from theory.terms.text import text
from verify.press.again import python_line, shell_line, source_of
from verify.press.prose import definitions, growth_rate
from verify.proof.observations import DerivationTrace, LineTrace, PartTrace
from verify.results import ranges
from verify.results.records import TheoremResult

GROWTH = (
    "lambda(phi, B) := E[(B - 1 - y_1^2) phi'(y_1)^2 + (1 + y_1 y_2) phi'(y_1) phi'(y_2)] / ((B - 3) u)   (the rate of "
    "explosion.rate, with u = E[phi(y_1)^2] - E[phi(y_1) phi(y_2)] and y uniform on the sphere 1'y = 0, |y|^2 = B)"
)
MARKS = {True: ("✓", "green"), False: ("✗", "red")}


def title(out: Console, theorem: Theorem) -> None:
    """Id, title, and the docstring as it was typed."""
    heading(out, f"{theorem.id}  {theorem.title}")
    body = theorem.docstring.strip().split("\n", 1)
    if len(body) > 1 and body[1].strip():
        for row in body[1].strip("\n").split("\n"):
            write(out, row, 8 if row.startswith("    ") else 0)


def setting(out: Console, theorem: Theorem) -> None:
    """Symbols, functions, assumptions and definitions."""
    heading(out, "Symbols")
    known = theorem.domain
    for symbol in theorem.symbols:
        write(out, f"  {known[symbol] if symbol in known else ranges.symbols_in_words(symbol)}")
    for line in _functions(theorem):
        write(out, f"  {line}")
    if theorem.assumptions:
        heading(out, "Assumptions")
        for assumption in theorem.assumptions:
            write(out, f"  {assumption_text(assumption)}")
    named = [
        f"{text(d(*d.parameters))} := {text(d.body)}{f'   ({d.source})' if d.source else ''}"
        for d in definitions(theorem)
    ]
    if growth_rate(theorem):
        named.append(GROWTH)
    if named:
        heading(out, "Definitions")
    for line in named:
        write(out, f"  {line}")


def _functions(theorem: Theorem) -> list[str]:
    """What each function may be; those of near misses as well."""
    stated = {f.name for part in theorem.parts for f in functions_of(part.claim)}
    named = theorem.functions
    others = [
        f"{name} in near misses: {', '.join(known)}" for name, known in sorted(named.items()) if name not in stated
    ]
    return [*ranges.functions(theorem), *others]


def verdict(out: Console, result: TheoremResult) -> None:
    """The verdict, its ranges, and every piece of evidence."""
    heading(out, "Verdict")
    write(out, f"  {result.verdict.value}: {result.reason}")
    for caveat in result.caveats:
        write(out, f"  but                {caveat}")
    for found in result.findings:
        write(out, f"  code disagrees     {found}")
        again(out, result.theorem, found.witness, 21)
    write(out, f"  claim speaks of    {result.claim_range}")
    write(out, f"  evidence covers    {result.evidence_range}")
    _evidence(out, result)


def assumption_text(assumption: Assumption) -> str:
    """An assumption in symbols, with its note."""
    match assumption:
        case Equal(left, right, note):
            words = f"{text(left)} = {text(right)}"
        case AtMost(left, right, note):
            words = f"{text(left)} <= {text(right)}"
        case SupBound(function, order, bound, note):
            words = f"|{function.name}{chr(39) * order}(t)| <= {bound.name} for every t"
        case Interchange(over, note):
            words = interchange_name(over)
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
        case Equal() | AtMost() | SupBound() | Interchange():
            return assumption_text(reason)
        case d.CauchySchwarz(left, right, metric):
            return f"Cauchy-Schwarz for {text(left)} and {text(right)} in {text(metric)}"
        case d.Antiderivative(term, variable):
            return f"the antiderivative {text(term)} in {variable.name}"
        case d.KnownIntegral():
            return known_integral(reason)
        case d.Written(term, form):
            return f"{text(term)} = {text(form)}"
        case d.Extension(term, variable, offset, _):
            return f"at {offset} + 1/{variable.name} this is {text(term)}, continuous at {variable.name} = 0"
        case Theorem():
            return reason.id


def derivation(out: Console, part: Part, trace: PartTrace | None, instead: str) -> None:
    """A part's derivation with the checker's mark on each line; `instead` stands where there is none."""
    if part.derivation is None:
        write(out, f"  ({instead[:1].lower()}{instead[1:].rstrip('.')})")
        return
    heading(out, f"Derivation{f' ({part.label})' if part.label else ''}")
    write(out, f"       {text(part.derivation.start)}")
    seen = {line.number: line for line in trace.lines} if trace else {}
    for number, line in enumerate(part.derivation.lines, 1):
        checked = seen.get(number)
        mark, style = MARKS[checked.accepted] if checked else ("?", "yellow")
        row = Text("  ")
        row.append(mark, style=style)
        row.append(f" {line.relation:>2} {text(line.term)}")
        write(out, row, 8)
        write(out, Text(f"        by {'; '.join(map(reason_text, line.reasons))}", style="dim"), 11)
        if checked:
            _line_detail(out, checked)


def _line_detail(out: Console, checked: LineTrace) -> None:
    if checked.used:
        write(out, Text(f"        used {'; '.join(checked.used)}", style="dim"), 11)
    if checked.problem:
        write(out, Text(f"        {checked.problem}", style="red"), 10)


def traces(result: TheoremResult) -> dict[str, PartTrace]:
    """What the checker left of each part."""
    for item in result.evidence:
        if isinstance(item.observation, DerivationTrace):
            return {part.label: part for part in item.observation.parts}
    return {}


def _evidence(out: Console, result: TheoremResult) -> None:
    heading(out, "Evidence")
    if not result.evidence:
        write(out, f"  none yet: normproof run {result.theorem.id}")
    for item in result.evidence:
        spent = f"{item.seconds:.2f} s{', cached' if item.cached else ''}"
        write(out, f"  {item.rule.value:<11}{item.verdict.value:<10}{item.reason}  ({spent})")
        covered = ", ".join(f"{name}: {value}" for name, value in ranges.of(result.theorem, item).items())
        write(out, Text(f"             {covered}", style="dim"), 13)
        if item.witness:
            again(out, result.theorem, item.witness, 13)


def near_misses(out: Console, theorem: Theorem, result: TheoremResult, words: str = "Near misses") -> None:
    """Each near miss with what was found."""
    heading(out, words)
    known = {miss.id: miss for miss in result.near_misses}
    for name, miss in theorem.near_miss_list():
        write(out, f"  {name}: {near_miss_text(miss)}")
        found = known.get(f"{theorem.id}/{name}")
        if found is None:
            write(out, f"    not tried yet: normproof run {theorem.id}")
            continue
        sides = f": {found.left} against {found.right}" if found.right else f": {found.left}" if found.left else ""
        write(out, f"    {found.verdict}{sides}")
        if found.witness:
            again(out, theorem, found.witness, 4)


def mutants(out: Console, result: TheoremResult) -> None:
    """What each assumption is for, how many mutants were found out, and which were not."""
    from verify.press.mutants import counted, outcome, stale, survivors
    from verify.press.prose import counterexample

    if not result.mutants:
        return
    if result.purposes:
        heading(out, "What each assumption is for")
    for purpose in result.purposes:
        where = f" ({purpose.part.label})" if purpose.needed and purpose.part.label else ""
        fails = f"{where}: fails at {counterexample(purpose.miss.witness)}" if purpose.needed else ""
        write(out, f"  {purpose.given_up}: {outcome(purpose)}{fails}")
    heading(out, "Mutants")
    write(out, f"  {counted(result.mutants)}")
    for name, known in survivors(result):
        write(out, f"  survived: {name}{f': {known}' if known else ''}")
    for name in stale(result):
        write(out, f"  in the docket, but not a survivor: {name}")


def sources(out: Console, theorem: Theorem) -> None:
    """Where it is stated, and apart from that what else bears on it."""
    for title, found in (("Sources", theorem.sources), ("See also", theorem.see_also)):
        if found:
            heading(out, title)
        for source in found:
            write(out, f"  {source.key}{', ' + source.where if source.where else ''}")


def again(out: Console, theorem: Theorem, witness: str, indent: int) -> None:
    """How to see a counterexample again, from a shell and from Python; never broken, so that it can be pasted."""
    source = source_of(theorem)
    for line in (shell_line(witness, source), python_line(witness, source)):
        out.print(Text(f"{' ' * indent}{line}"), soft_wrap=True)


def near_miss_text(miss: NearMiss) -> str:
    """The false claim in symbols, and what it does without."""
    words = f"{text(miss.claim.left)}  {miss.claim.relation}  {text(miss.claim.right)}"
    dropped = "; ".join(map(assumption_text, miss.without))
    return f"{words}   (without {dropped})" if dropped else words


def heading(out: Console, words: str) -> None:
    """A blank line and a bold one."""
    out.print()
    write(out, Text(words, style="bold"), 4)


def write(out: Console, words: str | Text, hang: int = 4) -> None:
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

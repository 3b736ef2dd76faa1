"""A page on one screen of a terminal: the verdict first, then what is claimed, by which lines, and what was tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from theory.terms.text import text
from verify.plural import plural
from verify.press.pages import hypotheses, parts
from verify.press.pages.evidence import lines_now
from verify.press.pages.parts import Page
from verify.press.pages.prose import without_lead
from verify.press.printers.terminal_lines import heading, write

MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}
COLOURS = {"proved": "green", "supported": "cyan", "undecided": "yellow", "refuted": "red"}
FEW = 6  # lines of a derivation that are shown here; of a longer one the reasons alone
NOT_DERIVED = "   (assumed, not derived)"
NAMED = 5  # near misses that are named


def brief(out: Console, page: Page) -> None:
    """Print what matters most of a page, and how to see the rest."""
    write(out, Text(page.id, style="bold"))
    write(out, page.title.typed)
    verdict(out, page)
    for section in page.sections:
        match section:
            case parts.Statement():
                _statement(out, page, section)
            case parts.Derivation():
                _derivation(out, section)
            case parts.Failure():
                heading(out, "Refuted by")
                write(out, f"  {section.left} {section.sign} {section.right}", 4)
                if section.instance:
                    write(out, f"  at {section.instance.typed}", 5)
            case parts.Truth():
                heading(out, "What is true")
                write(
                    out, f"  {section.theorem}{f' ({section.part.typed})' if section.part else ''}: {section.verdict}"
                )
            case parts.Comparisons():
                _comparisons(out, section)
            case parts.Misses():
                _misses(out, section)
    out.print()
    write(out, Text(f"normproof show {page.named} --all   {_rest(page)}", style="dim"), 4)


def verdict(out: Console, page: Page) -> None:
    """What came out, or, where nothing has run, what the checker says of the lines just now."""
    out.print()
    if not page.examined:
        write(out, _row("not run", "yellow", lines_now(page)), 12)
        write(out, f"            normproof run {page.named} attacks it and gives the verdict", 12)
    else:
        good = page.kind == "erratum" and page.as_expected
        write(out, _row(page.verdict, "green" if good else COLOURS[page.verdict], page.reason), 12)
        if not page.as_expected:
            write(out, f"  {'expected':<10}{page.expected}", 12)
    if page.underived:
        write(out, _row("under", "yellow", page.underived.typed), 12)
    for caveat in page.caveats:
        write(out, _row("but", "yellow", caveat), 12)
    for found, _ in page.findings:
        write(out, _row("code", "red", f"disagrees: {found}"), 12)
    write(out, f"  {'claimed':<10}{page.claimed.typed}", 12)
    premises = next((s.premises for s in page.sections if isinstance(s, parts.Statement)), ())
    if premises:
        write(out, f"  {'rests on':<10}{'; '.join(premises)}", 12)


def _row(word: str, style: str, rest: str) -> Text:
    return Text.assemble("  ", (f"{word:<10}", style), rest)


def _statement(out: Console, page: Page, part: parts.Statement) -> None:
    heading(out, part.said if part.accused else part.heading)
    for assumed in part.setting.assumptions:
        formula = assumed.formula.typed.partition("   (")[0]
        write(out, f"  if {formula}{NOT_DERIVED if assumed.premise else ''}", 5)
    for words in () if part.accused else page.assumed:
        write(out, f"  assumed, not derived: {without_lead(words.typed)}", 5)
    for item in page.inherited:
        said = f"assumed, not derived, {hypotheses.whose(item).typed}: {without_lead(item.words.typed)}"
        write(out, f"  {said}", 5)
    for claim in part.claims:
        label = f"{claim.label.typed}: " if claim.label else ""
        write(out, f"  {label}{relation(claim)}", 6)
    if part.reads:
        write(out, f"  that is, {part.reads.typed}", 4)


def relation(claim: parts.Relation) -> str:
    return f"{text(claim.left)}  {claim.sign}  {text(claim.right)}"


def _derivation(out: Console, part: parts.Derivation) -> None:
    """Its lines where they are few; of one line, which says the claim again, and of many, the reasons alone."""
    heading(out, part.heading)
    whole = sum(len(chain.steps) for chain in part.chains) <= FEW
    for chain in part.chains:
        label = f"{chain.label.typed}: " if chain.label else ""
        if chain.start is None:
            write(out, f"  {label}{chain.instead}", 2)
        elif whole and len(chain.steps) > 1:
            write(out, f"  {label:<4} {text(chain.start)}", 7)
            for step in chain.steps:
                write(out, _marks([step]) + Text(f" {step.sign:>2} {text(step.term)}"), 8)
                write(out, Text(f"        {_because(step)}", style="dim"), 11)
        else:
            reasons = "; ".join(dict.fromkeys(why for step in chain.steps for why in _reasons(step)))
            lines = "by" if len(chain.steps) == 1 else f"{plural(len(chain.steps), 'line')} by"
            write(out, _marks(chain.steps) + Text(f" {label}{lines} {reasons}"), 6)


def _marks(steps: Sequence[parts.Step]) -> Text:
    """A mark a line, in its colour."""
    return Text.assemble("  ", *(MARKS[step.accepted] for step in steps))


def _because(step: parts.Step) -> str:
    """The reasons in few words: a certificate is named and not written out, and notes are left out."""
    return f"by {'; '.join(_reasons(step))}"


def _reasons(step: parts.Step) -> list[str]:
    return ["a certificate" if b.certificate else b.words.typed.partition("   (")[0] for b in step.because]


def _comparisons(out: Console, part: parts.Comparisons) -> None:
    heading(out, f"Measured, false alarms {part.false_alarm} together")
    for row in part.measured[:FEW]:
        write(out, f"  {row.label}: {row.estimate:.4g} +/- {row.half:.2g}; claimed {row.sign} {row.predicted:.4g}", 6)
    if not part.measured:
        write(out, "  nothing yet")
    elif len(part.measured) > FEW:
        write(out, f"  and {plural(len(part.measured) - FEW, 'comparison')} more")


def _misses(out: Console, part: parts.Misses) -> None:
    lies = [*part.lies, *part.untried]
    if not lies and not part.counted:
        return
    heading(out, part.heading)
    fates = [*dict.fromkeys(lie.verdict for lie in lies)]
    for fate in fates:
        names = [lie.name.typed for lie in lies if lie.verdict == fate]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        write(out, f"  {len(names)} {fate}: {'; '.join(names[:NAMED])}{more}", 4)
    if part.counted:
        write(out, f"  {part.counted}", 4)


def _rest(page: Page) -> str:
    return ", ".join(_left_out(page))


def _left_out(page: Page) -> Iterator[str]:
    """What the whole page has beside this."""
    kinds = {type(section) for section in page.sections}
    if parts.Statement in kinds:
        yield "symbols and definitions"
    if parts.Derivation in kinds:
        yield "every line with what it used"
    if parts.Evidence in kinds:
        yield "evidence"
    yield "counterexamples with their replay, sources"

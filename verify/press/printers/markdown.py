"""Pages as Markdown with formulas in dollars, as GitHub and most viewers show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from theory.typeset.breaking import latex_lines, relation_lines
from theory.typeset.formulas import latex, relation_tex
from verify.errors import writable_file, writable_folder
from verify.press.pages import build, docket, hypotheses, parts, prose, tally, trusted
from verify.press.pages.parts import Page
from verify.press.pages.wording import DOLLAR, bound_tex, cited, literal, rendered, sentence_tex
from verify.results.drawn_lines import NO_PLOTS, Plots
from verify.results.records import TheoremResult

LINE = 80.0
MARKS = {True: "✓", False: "✗ **not accepted**", None: "· not checked"}
Link = Callable[[str], str]


@dataclass(frozen=True)
class Sheet:
    """What a section is printed for: its page, how theorems are linked, and the mark of its headings."""

    page: Page
    link: Link
    mark: str

    def text(self, marked: str) -> str:
        return text(marked, self.link)


# ---- files --------------------------------------------------------------------------------------------------
def write(
    results: Sequence[TheoremResult],
    path: Path | str,
    about: Mapping[str, object] | None = None,
    plots: Plots = NO_PLOTS,
) -> Path:
    """Write Markdown and return the main file. A path ending in .md: one file; otherwise a folder, a file a theorem."""
    target = Path(path)
    pages = [build.of(r, results) for r in results]
    if target.suffix.lower() in (".md", ".markdown"):
        writable_file(target, "the Markdown file")
        body = "\n".join(page_text(p, lambda name: f"[{name}](#{anchor(name)})") for p in pages)
        target.write_text(f"{_contents(results, pages, lambda name: '#' + anchor(name))}\n{body}", encoding="utf-8")
        return target
    writable_folder(target, "the Markdown files")
    known = {p.id for p in pages}
    for found in pages:
        whole = page_text(found, lambda name: f"[{name}]({name}.md)" if name in known else f"`{name}`", level=1)
        (target / f"{found.id}.md").write_text(whole, encoding="utf-8")
    main = target / "index.md"
    main.write_text(_contents(results, pages, lambda name: f"{name}.md"), encoding="utf-8")
    return main


def _contents(results: Sequence[TheoremResult], pages: Sequence[Page], where: Link) -> str:
    errata = [p for p in pages if p.kind == "erratum"]
    theorems = [p for p in pages if p not in errata]
    out = ["# Theorems", "", f"{tally.words(tally.of(results))}.", "", *_index("theorem", theorems, where)]
    out += ["", trusted.PROVED] if theorems else []
    if errata:
        out += ["", f"# {docket.HEADING}", "", *_index("erratum", errata, where)]
    return "\n".join([*out, ""])


def _index(kind: str, pages: Sequence[Page], where: Link) -> list[str]:
    stands = {p.id: "; ".join(filter(None, (p.verdict, p.underived.typed, *p.caveats))) for p in pages}
    rows = (f"| [{cell(p.title.typed)}]({where(p.id)}) | `{p.id}` | {cell(stands[p.id])} |" for p in pages)
    return [f"| {kind} | id | verdict |", "|---|---|---|", *rows]


# ---- pages --------------------------------------------------------------------------------------------------
def page_text(page: Page, link: Link, *, level: int = 2) -> str:
    """One page; `link` prints the id of a theorem, `level` is that of its heading."""
    sheet = Sheet(page, link, "#" * level)
    out = [f'<a id="{anchor(page.id)}"></a>', "", f"{sheet.mark} {text(page.title.marked)}", ""]
    out += [f"`{page.id}`: **{page.verdict}**, {spoken(page.reason)}", ""]
    out += [f"As expected: {spoken(page.because)}.", ""] if page.because else []
    out += [f"Under {text(page.underived.marked, link)}.", ""] if page.underived else []
    out += [f"But: {spoken('; '.join(page.caveats))}.", ""] if page.caveats else []
    for found, again in page.findings:
        out += [f"The code disagrees: {spoken(found)}.", "", *shell(again)]
    out += [page.promise, ""] if page.promise else []
    out += [f"Claimed for {text(page.claimed.marked)}. Evidence: {text(page.covered.marked)}.", ""]
    out += [line for words in page.paragraphs for line in (text(words.marked), "")]
    for section in page.sections:
        out += SECTIONS[type(section)](sheet, section)
    return "\n".join(out) + "\n"


def _statement(sheet: Sheet, part: parts.Statement) -> list[str]:
    out = [f"{sheet.mark}# {part.heading}", ""]
    out += _sources(sheet.page) if part.accused else []
    out += setting(part.setting)
    taken = () if part.accused else sheet.page.assumed
    for words in taken:
        out += [f"**[assumed, not derived]** {text(prose.without_lead(words.marked))}", ""]
    for item in sheet.page.inherited:
        whose = sheet.text(hypotheses.whose(item).marked)
        out += [f"**[assumed, not derived]** ({whose}) {text(prose.without_lead(item.words.marked))}", ""]
    out += [part.said, "", *_claims(part.claims)]
    out += [f"That is, {sheet.text(part.reads.marked)}.", ""] if part.reads else []
    return out + ([f"Rests on: {spoken('; '.join(part.premises))}.", ""] if part.premises else [])


def setting(part: parts.Setting) -> list[str]:
    out = [f"Let {'; '.join(map(text, part.declared))}.", ""] if part.declared else []
    if part.assumptions:
        assumed = (
            text(a.formula.marked)
            + (" **[assumed, not derived]**" if a.premise else "")
            + (f" ({text(a.note.marked)})" if a.note else "")
            for a in part.assumptions
        )
        out += [f"Assume {'; '.join(assumed)}.", ""]
    if part.definitions:
        out += ["Write", "", *display([f"{latex(d(*d.parameters))} := {latex(d.body)}" for d in part.definitions])]
    if part.growth:
        out += ["Write", "", *display([part.growth.tex]), f"{text(part.growth.words)}.", ""]
    return out


def _claims(claims: Sequence[parts.Relation]) -> list[str]:
    out = []
    for claim in claims:
        label = f"{claim.letter} {text(claim.label.marked)}".strip()
        out += [f"**{label}**", ""] if label else []
        out += display(relation_lines(claim.left, claim.sign, claim.right, LINE))
    return out


def _derivation(sheet: Sheet, part: parts.Derivation) -> list[str]:
    return [f"{sheet.mark}# {part.heading}", "", *(line for chain in part.chains for line in _chain(sheet, chain))]


def _chain(sheet: Sheet, chain: parts.Chain) -> list[str]:
    """The derivation of one part, with the checker's mark on each line."""
    label = f"{chain.letter} {text(chain.label.marked)}".strip()
    out = [f"**{label}**", ""] if label else []
    if chain.start is None:
        return [*out, spoken(chain.instead), ""]
    out += [spoken(chain.origin), ""] if chain.origin else []
    out += display(latex_lines(chain.start, LINE))
    for step in chain.steps:
        head, *rest = latex_lines(step.term, LINE)
        out += display([f"{relation_tex(step.sign, step.term)} {head}", *(rf"\qquad {r}" for r in rest)])
        reason = "; ".join(
            sheet.text(b.words.marked) + (f" ({sheet.text(b.signs)})" if b.signs else "") for b in step.because
        )
        problem = f" ({spoken(step.problem)})" if step.problem else ""
        used = f"; used: {', '.join(sheet.text(u.marked) for u in step.used)}" if step.used else ""
        out += [f"{step.number}. {MARKS[step.accepted]}{problem} {reason}{used}{_second(step)}", ""]
    return out


def _second(step: parts.Step) -> str:
    return f"; {spoken(step.second.words)}" if step.second else ""


def _wrong(sheet: Sheet, part: parts.Wrong) -> list[str]:
    return [f"{sheet.mark}# Why it is wrong", "", text(part.why.marked), ""]


def _failure(sheet: Sheet, part: parts.Failure) -> list[str]:
    out = [f"{sheet.mark}# Smallest counterexample found", ""]
    out += [f"{text(part.sides)}{text(docket.where(part))}.", ""]
    if part.steps:
        out += ["| operation | exact | float |", "|---|---|---|"]
        out += [f"| {' | '.join(dollars(tex) for tex in docket.step_tex(step))} |" for step in part.steps]
        out.append("")
    return out + shell(part.again)


def _truth(sheet: Sheet, part: parts.Truth) -> list[str]:
    where = f" {part.part.marked}" if part.part else ""
    head = f"{sheet.text(cited(part.theorem))}{where}: {part.verdict}"
    return [f"{sheet.mark}# What is true", "", head, "", *_claims(part.claims)]


def _evidence(sheet: Sheet, part: parts.Evidence) -> list[str]:
    out = [f"{sheet.mark}# Evidence", "", "| rule | verdict | reason | satisfying | range |", "|---|---|---|---|---|"]
    for look in part.looks:
        stored = " (stored)" if look.cached else ""
        cells = (look.rule + stored, look.verdict, look.reason, look.counts, look.covered.typed)
        out.append(f"| {' | '.join(map(cell, cells))} |")
    for look in part.looks:
        if look.details:
            rows = [f"- {text(name.marked)}: {spoken(value)}" for name, value in look.details]
            out += ["", f"Drawn for {look.rule}, {spoken(look.covered.typed)}:", "", *rows]
    return [*out, ""]


def _misses(sheet: Sheet, part: parts.Misses) -> list[str]:
    if not part.lies:
        return []
    out = [f"{sheet.mark}# {part.heading}", ""]
    for lie in part.lies:
        dropped = " and ".join(text(a.formula.marked) for a in lie.without)
        out += [f"**{text(lie.name.marked)}**{f', without {dropped}' if dropped else ''}: {lie.verdict}", ""]
        if lie.claim:
            out += display(relation_lines(lie.claim.left, lie.claim.sign, lie.claim.right, LINE))
        if lie.again:
            how = f" with {text(lie.sides)}" if lie.sides else ""
            where = f" at {text(lie.instance.marked)}" if lie.instance else ""
            out += [f"Fails{how}{where}.", "", *shell(lie.again)]
    return [*out, f"Made from the statement automatically: {part.counted}.", ""] if part.counted else out


def _comparisons(sheet: Sheet, part: parts.Comparisons) -> list[str]:
    out = [f"{sheet.mark}# What is compared", ""]
    fixed = f"Fixed beforehand: {spoken(part.margins)}; false alarms {part.false_alarm} for all comparisons together."
    out += [fixed, "", "| quantity | claimed | measured | runs |", "|---|---|---|---|"]
    for c in part.measured:
        margin = f" +/- {c.margin:.3g}" if c.sign == "=" else ""
        claimed = text(bound_tex(f"{c.sign} {c.predicted:.4g}{margin}"))
        measured = text(bound_tex(f"{c.estimate:.4g} +/- {c.half:.2g}"))
        out.append(f"| {cell(c.label)} | {claimed} | {measured} | {c.runs} |")
    return [*out, ""]


def _others(sheet: Sheet, part: parts.Others) -> list[str]:
    out = []
    for o in part.others:
        claimed = text(bound_tex(o.predicted))
        out.append(f"- **{spoken(o.name.capitalize())}**: {o.verdict}. {spoken(o.measured)}, claimed {claimed}.")
    return [f"{sheet.mark}# Near misses", "", *out, ""]


def _neighbours(sheet: Sheet, part: parts.Neighbours) -> list[str]:
    rows = [("Uses", part.uses), ("Speaks of what is said in", part.speaks_of)]
    rows += [(f"Of {text(shared.what.marked)} speak as well", shared.theorems) for shared in part.alike]
    said = (f"{head} {prose.listed([sheet.link(name) for name in names])}." for head, names in rows if names)
    return [*_sources(sheet.page), *(line for sentence in said for line in (sentence, ""))]


def _left_out(sheet: Sheet, part: object) -> list[str]:
    """Curves need a picture; of mutants, the near misses give the count."""
    return []


SECTIONS: Mapping[type, Callable[[Sheet, Any], list[str]]] = {
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
    parts.Mutants: _left_out,
    parts.Neighbours: _neighbours,
}


def _sources(page: Page) -> list[str]:
    """Where it is stated, and apart from that what else bears on it; nothing of what there is nothing."""
    out = []
    for title, found in ((page.told, page.sources), ("See also", page.see_also)):
        lines = [f"- {escape(s.line)} {escape(s.where)}".rstrip() for s in found]
        out += [f"{title}:", "", *lines, ""] if lines else []
    return out


# ---- text ---------------------------------------------------------------------------------------------------
def text(marked: str, link: Link = lambda name: f"`{name}`") -> str:
    """Text with formulas, code and theorems cited. GitHub needs its own quotes where a formula holds what Markdown
    reads as markup."""
    rows = {"": _letters, "$": dollars, "`": lambda code: f"`{code.replace(DOLLAR, '$')}`", "cited": link}
    out = re.sub(r"^(\s*)([-+=])", r"\1\\\2", rendered(marked, rows), flags=re.M)  # no list and no heading begins
    return re.sub(r"^(\s*\d+)([.)])(?=\s|$)", r"\1\\\2", out, flags=re.M)


def _letters(plain: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#$~&])", r"\\\1", plain).replace(DOLLAR, r"\$")


def escape(plain: str) -> str:
    """Plain text, code in backticks left alone; a dollar is a dollar."""
    return text(literal(plain))


def spoken(plain: str) -> str:
    """Text that speaks of no one theorem, its formulas typeset."""
    return text(sentence_tex(plain))


def cell(plain: str) -> str:
    """Plain text in a table: no bar ends its cell, not even one inside code."""
    return re.sub(r"(?<!\\)\|", r"\|", spoken(plain))


def dollars(tex: str) -> str:
    """A formula inside a sentence."""
    return f"$`{tex.replace(DOLLAR, '$')}`$"


def display(lines: Sequence[str]) -> list[str]:
    """A displayed formula of one or more lines."""
    body = lines[0] if len(lines) == 1 else "\\begin{aligned}\n& " + " \\\\\n& ".join(lines) + "\n\\end{aligned}"
    return ["```math", body, "```", ""]


def shell(again: parts.Again) -> list[str]:
    """The line that shows a counterexample again."""
    return ["```sh", again.shell, "```", ""]


def anchor(name: str) -> str:
    """The name of a place inside one file."""
    return name.replace(".", "-")

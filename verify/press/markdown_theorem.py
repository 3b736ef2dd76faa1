"""One theorem as Markdown, and the pieces that pages of errata and experiments are made of as well."""

from __future__ import annotations

import re
from collections.abc import Sequence

from theory.statements.premises import premises
from theory.statements.theorem import Source, Theorem
from theory.typeset.breaking import latex_lines, relation_lines
from theory.typeset.formulas import latex, relation_tex
from theory.typeset.statements import Cite, latex_assumption, latex_reasons
from verify.loading.bibliography import listed
from verify.press import prose
from verify.press.mutants import counted
from verify.press.wording import DOLLAR, literal, sentence, worded
from verify.results.records import TheoremResult

LINE = 80.0
MARKS = {True: "✓", False: "✗ **not accepted**", None: "· not checked"}


def markdown(result: TheoremResult, cite: Cite, *, level: int = 2) -> str:
    """One theorem with its derivation, evidence and near misses."""
    theorem, mark = result.theorem, "#" * level
    out = [f'<a id="{anchor(theorem.id)}"></a>', "", f"{mark} {words(theorem, theorem.title)}", ""]
    out += [f"`{theorem.id}`: **{result.verdict.value}**, {escape(result.reason)}", ""]
    out += [f"But: {escape('; '.join(result.caveats))}.", ""] if result.caveats else []
    for found, replay in prose.findings(result):
        out += [f"The code disagrees: {escape(found)}.", "", "```sh", replay, "```", ""]
    claimed, covered = (words(theorem, text) for text in (result.claim_range, result.evidence_range))
    out += [f"Claimed for {claimed}. Evidence: {covered}.", ""]
    for text in prose.paragraphs(theorem):
        out += [words(theorem, text), ""]
    declared = prose.declarations(theorem)
    out += [f"Let {'; '.join(inline(d) for d in declared)}.", ""] if declared else []
    if theorem.assumptions:
        assumed = []
        for assumption in theorem.assumptions:
            note = f" ({words(theorem, assumption.note)})" if assumption.note else ""
            assumed.append(dollars(latex_assumption(assumption)) + note)
        out += [f"Assume {'; '.join(assumed)}.", ""]
    named = prose.definitions(theorem)
    if named:
        out += ["Write", "", *display([f"{latex(d(*d.parameters))} := {latex(d.body)}" for d in named])]
    out += growth(theorem)
    out += ["Then", ""]
    for number, part in enumerate(theorem.parts):
        label = prose.part_label(number, part, theorem)
        out += [f"**{words(theorem, label)}**", ""] if label else []
        out += display(relation_lines(part.claim.left, part.claim.relation, part.claim.right, LINE))
    out += rests_on(theorem)
    out += [f"{mark}# Derivation", ""]
    for number, _ in enumerate(theorem.parts):
        out += chain(result, number, cite)
    out += [f"{mark}# Evidence", "", "| rule | verdict | reason | satisfying | range |", "|---|---|---|---|---|"]
    for item in result.evidence:
        stored = " (stored)" if item.cached else ""
        cells = (
            item.rule.value + stored,
            item.verdict.value,
            item.reason,
            prose.counts(item),
            prose.range_parts(item)[0],
        )
        out.append(f"| {' | '.join(cell(c) for c in cells)} |")
    for item in result.evidence:
        covered, details = prose.range_parts(item)
        if details:
            rows = [f"- {words(theorem, name)}: {escape(value)}" for name, value in details]
            out += ["", f"Drawn for {item.rule.value}, {escape(covered)}:", "", *rows]
    out += ["", *misses(result, mark), *_sources(theorem)]
    return "\n".join(out) + "\n"


def rests_on(theorem: Theorem) -> list[str]:
    """The named axioms that the statement and its proof rest on, in a sentence; nothing if there is none."""
    found = premises(theorem)
    return [f"Rests on: {escape('; '.join(found))}.", ""] if found else []


def growth(theorem: Theorem) -> list[str]:
    """What the growth rate is that the claims speak of; nothing if they speak of none."""
    phi = prose.growth_rate(theorem)
    if not phi:
        return []
    return ["Write", "", *display([prose.growth_tex(phi)]), f"{inline(marked(prose.growth_words(phi)))}.", ""]


def escape(text: str) -> str:
    """Plain text for Markdown, code in backticks left alone; a dollar is a dollar."""
    return _dollars_back(marked(literal(text)))


def marked(text: str) -> str:
    """As `escape`, with formulas in dollars left alone: of text that `worded` made."""
    pieces = re.split(r"(\$[^$]+\$|`[^`]+`)", text)
    out = "".join(p if k % 2 else re.sub(r"([\\`*_\[\]<>|#$~&])", r"\\\1", p) for k, p in enumerate(pieces))
    out = re.sub(r"^(\s*)([-+=])", r"\1\\\2", out, flags=re.M)  # no list and no heading, where a line begins
    return re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", out, flags=re.M)


def _dollars_back(text: str) -> str:
    return "".join(
        p.replace(DOLLAR, "$" if k % 2 else r"\$")
        for k, p in enumerate(re.split(r"(\$`[^`]+`\$|(?<!\\)`[^`]+`)", text))
    )


def cell(text: str) -> str:
    """Plain text in a table: no bar ends its cell, not even one inside code."""
    return re.sub(r"(?<!\\)\|", r"\|", escape(text))


def words(theorem: Theorem, text: str) -> str:
    """Text that speaks of the theorem's symbols, with the symbols as formulas."""
    return inline(marked(worded(theorem, text)))


def inline(text: str) -> str:
    """Text with `$...$`: GitHub needs its own quotes where a formula holds what Markdown reads as markup."""
    return _dollars_back(re.sub(r"\$([^$]+)\$", lambda m: dollars(m[1]), text))


def dollars(tex: str) -> str:
    """A formula inside a sentence."""
    return f"$`{tex}`$"


def display(lines: Sequence[str]) -> list[str]:
    """A displayed formula of one or more lines."""
    body = lines[0] if len(lines) == 1 else "\\begin{aligned}\n& " + " \\\\\n& ".join(lines) + "\n\\end{aligned}"
    return ["```math", body, "```", ""]


def chain(result: TheoremResult, number: int, cite: Cite) -> list[str]:
    """The derivation of one part, with the checker's mark on each line."""
    part = result.theorem.parts[number]
    label = prose.part_label(number, part, result.theorem)
    out = [f"**{words(result.theorem, label)}**", ""] if label else []
    if part.derivation is None:
        return [*out, escape(prose.underived(result, number)), ""]
    traces = prose.line_traces(result, number)
    out += display(latex_lines(part.derivation.start, LINE))
    for k, line in enumerate(part.derivation.lines, 1):
        trace = traces.get(k)
        head, *rest = latex_lines(line.term, LINE)
        out += display([f"{relation_tex(line.relation, line.term)} {head}", *(rf"\qquad {r}" for r in rest)])
        reason = inline(latex_reasons(line.reasons, cite))
        problem = f" ({escape(trace.problem)})" if trace and trace.problem else ""
        items = prose.used_beyond(result.theorem, line, trace) if trace else []
        used = f"; used: {', '.join(inline(i) for i in items)}" if items else ""
        out += [f"{k}. {MARKS[trace.accepted if trace else None]}{problem} {reason}{used}", ""]
    return out


def misses(result: TheoremResult, mark: str, title: str = "Near misses") -> list[str]:
    """The near misses under a heading; nothing if there is none."""
    found = prose.misses(result)
    if not found:
        return []
    out = [f"{mark}# {title}", ""]
    for miss in found:
        dropped = " and ".join(dollars(latex_assumption(a)) for a in miss.without)
        without = f", without {dropped}" if dropped else ""
        name = words(result.theorem, sentence(miss.name))
        out += [f"**{name}**{without}: {miss.result.verdict}", ""]
        if miss.claim:
            out += display(relation_lines(*miss.claim, LINE))
        if miss.result.witness:
            sides = prose.sides_tex(miss)
            how = f" with {inline(sides)}" if sides else ""
            where = f" at {inline(miss.instance_tex)}" if miss.instance_tex else ""
            out += [f"Fails{how}{where}.", ""]
        if miss.replay:
            out += ["```sh", miss.replay, "```", ""]
    mutants = counted(result.mutants)
    return [*out, f"Made from the statement automatically: {mutants}.", ""] if mutants else out


def _sources(theorem: Theorem) -> list[str]:
    return sources("Sources", theorem, theorem.sources) + see_also(theorem)


def see_also(theorem: Theorem) -> list[str]:
    """What else bears on the statement, apart from where it is stated."""
    return sources("See also", theorem, theorem.see_also)


def sources(title: str, theorem: Theorem, found: Sequence[Source]) -> list[str]:
    """A list of sources with their qualifiers, under its title; nothing if there is none."""
    lines = [f"- {escape(line)} {escape(where)}".rstrip() for line, where in listed(theorem, found)]
    return [f"{title}:", "", *lines, ""] if lines else []


def anchor(name: str) -> str:
    """The name of a place inside one file."""
    return name.replace(".", "-")

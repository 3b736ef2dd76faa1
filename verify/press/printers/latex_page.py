r"""One page as LaTeX: the statement in an environment of its kind, its proof as an aligned chain with its reasons at
the side, and what a paper would print of the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from theory import terms as t
from theory.statements.derivation import Surplus
from theory.typeset.breaking import latex_lines
from theory.typeset.formulas import excess_tex, latex, relation_tex
from theory.typeset.statements import definition_head
from theory.typeset.widths import upright as text_width
from theory.typeset.widths import width
from verify.press.pages import docket, hypotheses, parts, prose, wording
from verify.press.pages.evidence import lines_now
from verify.press.pages.parts import Page
from verify.press.printers.latex_display import (
    INLINE,
    ITEM,
    LINE,
    QUAD,
    SIGN,
    cite,
    display,
    escape,
    relations,
    rows,
    spoken,
    text,
    upright,
)
from verify.press.printers.tikz import figure_tex

BARRIER = r"\FloatBarrier"  # what floats stays with its own page
ASSUMED = r"\npassumed{}"  # in front of a hypothesis that is assumed and not derived
TIGHT = r"\setlength{\itemsep}{2pt}\setlength{\parsep}{0pt}"
ROWS = 36  # of a table, on a page
SIDE = 34.0  # a longer reason goes below the chain
TOLD = {"undecided", "refuted"}  # verdicts of a rule that are told in the footnote
TITLED = {"sympy": "SymPy", "dense": "Components"}


@dataclass(frozen=True)
class Sheet:
    """What a section is printed for: its page, the ids with a label in the same document, and the definitions that an
    earlier theorem of the document wrote out, and which; they are not repeated. `evidence` is told or not; `line` is
    how many letters a line of the document holds; `words` name theorems that are not in it; `entry`: its id stands in
    the margin and its title in the contents."""

    page: Page
    known: frozenset[str]
    defined: Mapping[t.Definition, str]
    evidence: bool = True
    line: float = LINE
    words: Mapping[str, str] = field(default_factory=dict)
    entry: bool = False

    @property
    def item(self) -> float:
        """Letters on a line inside a list."""
        return self.line - (LINE - ITEM)

    @property
    def inline(self) -> float:
        """A wider formula does not stand inside a sentence."""
        return min(INLINE, 0.6 * self.line)

    def text(self, marked: str) -> str:
        return text(marked, self.known, self.words)


def page_tex(
    page: Page,
    known: frozenset[str] = frozenset(),
    defined: Mapping[t.Definition, str] = MappingProxyType({}),
    *,
    evidence: bool = True,
    line: float = LINE,
    words: Mapping[str, str] = MappingProxyType({}),
    entry: bool = False,
) -> str:
    """All that is printed of a page; without `evidence` no footnote on it, but how the statement stands is said. Curves
    of an experiment come last: they float."""
    sheet = Sheet(page, known, defined, evidence, line, words, entry)
    ordered = sorted(page.sections, key=lambda s: page.kind == "experiment" and isinstance(s, parts.Figures))
    return "\n".join([*(x for s in ordered for x in SECTIONS[type(s)](sheet, s)), r"\medskip", ""])


# ---- statement ----------------------------------------------------------------------------------------------
def _environment(sheet: Sheet, body: Sequence[str], premises: Sequence[str] = ()) -> list[str]:
    """What is stated, with its sources and a footnote on its evidence; then how it stands, if that is to be said."""
    page = sheet.page
    title, id_ = text(page.title.marked), re.sub(r"[.-]", r"\g<0>\\allowbreak ", escape(page.id))
    entry = [rf"\npentry{{{page.kind}}}{{{id_}}}{{{title}}}"] if sheet.entry else []
    out = [rf"\begin{{{page.kind}}}[{{{title}}}]\label{{{page.id}}}", *entry, *body]
    out.append(_cited(page) + (_footnote(page) if sheet.evidence else ""))
    out += [f"Rests on: {spoken('; '.join(premises))}."] if premises else []
    out.append(rf"\end{{{page.kind}}}")
    if not page.examined:
        return [*out, f"% not run; {lines_now(page)}"]
    if page.status:
        because = f" As expected: {spoken(page.because)}." if page.because else ""
        out.append(rf"\noindent\textbf{{{page.status}.}} {spoken(page.reason)}.{because}\par")
    out += [rf"\noindent\textbf{{But:}} {spoken('; '.join(page.caveats))}.\par"] if page.caveats else []
    return out + [rf"\noindent\textbf{{The code disagrees:}} {spoken(found)}.\par" for found, _ in page.findings]


def _statement(sheet: Sheet, part: parts.Statement) -> list[str]:
    taken = [] if part.accused else _taken(sheet)
    body = [*setting(part.setting, sheet), *taken, part.said + _written_before(part.setting, sheet.defined)]
    reads = [f"That is, {sheet.text(part.reads.marked)}."] if part.reads else []
    return _environment(sheet, [*body, *_claims(part.claims, sheet.line), *reads], part.premises)


def _taken(sheet: Sheet) -> list[str]:
    """What is assumed in words and not derived, its own first."""
    own = [rf"{ASSUMED} {_hypothesis(words.marked)}" for words in sheet.page.assumed]
    return own + [
        rf"{ASSUMED} ({sheet.text(hypotheses.whose(item).marked)}) {_hypothesis(item.words.marked)}"
        for item in sheet.page.inherited
    ]


def _hypothesis(marked: str) -> str:
    """What a docstring says is assumed and not derived, without saying so again."""
    return text(prose.hypothesis(marked))


def setting(part: parts.Setting, sheet: Sheet) -> list[str]:
    """What every symbol is, what is assumed, and the definitions not yet written out."""
    out = ["Let " + "; ".join(map(text, part.declared)) + "."] if part.declared else []
    if part.assumptions:
        out += ["Assume " + ";\n".join(_assumption(a, sheet.line) for a in part.assumptions) + "."]
    fresh = [d for d in part.definitions if d not in sheet.defined]
    if fresh:
        out += ["Write", *relations([("", d(*d.parameters), ":=", d.body) for d in fresh], sheet.line)]
        noted = [f"${definition_head(d)}$: {sheet.text(wording.sentence_tex(d.source))}" for d in fresh if d.source]
        out += [f"({'; '.join(noted)}.)"] if noted else []
    if part.growth:
        shown = [part.growth.tex] if width(part.growth.tex) <= sheet.line else part.growth.rows
        out += ["Write", *display([[f"& {row}" for row in shown]]), f"{sheet.text(part.growth.words)}."]
    return out


def _written_before(part: parts.Setting, defined: Mapping[t.Definition, str]) -> str:
    """`, with f as in Theorem 5,` for what the theorem speaks of and an earlier one wrote out; else nothing."""
    places: dict[str, list[str]] = {}
    for definition in part.definitions:
        if definition in defined and definition in part.spoken:
            places.setdefault(defined[definition], []).append(f"${definition_head(definition)}$")
    clauses = [rf"{prose.listed(heads)} as in \cref{{{place}}}" for place, heads in places.items()]
    return f", with {' and '.join(clauses)}," if clauses else ""


def _claims(claims: Sequence[parts.Relation], line: float) -> list[str]:
    """Claims in one display, with their letters where the theorem has several."""
    return relations([(c.letter, c.left, relation_tex(c.sign, c.left), c.right) for c in claims], line)


def _assumption(assumed: parts.Assumed, line: float) -> str:
    formula, relation = assumed.formula.marked, assumed.relation
    if width(formula) > line - (LINE - ITEM) and relation:
        sign = relation_tex(relation.sign, relation.left)
        formula = "\n".join(display([rows(relation.left, sign, relation.right, line)]))
    badge = rf" {ASSUMED}" if assumed.premise else ""
    return formula + badge + (f" ({text(assumed.note.marked)})" if assumed.note else "")


def _assumed(assumed: parts.Assumed) -> str:
    """An assumption where it is used or dropped: its formula if that is short, else its note."""
    formula = assumed.formula.marked
    return (
        formula
        if width(formula[1:-1]) <= INLINE or not assumed.note
        else (f"the assumption that {text(assumed.note.marked)}")
    )


def _cited(page: Page) -> str:
    """Where it is stated, and what else bears on it."""
    told = "Source: " if page.told == "Source" else f"{page.told} "
    pairs = ((told, page.sources), ("See also ", page.see_also))
    return " ".join(f"{head}{', '.join(map(_source, found))}." for head, found in pairs if found)


def _source(source: parts.Source) -> str:
    place = re.sub(r"(?<=\d)-(?=\d)", "--", escape(source.place)).replace(". ", ".~")
    place = re.sub(r"[\[\]]", r"{\g<0>}", place)  # hyperref takes the braces off: a bracket would end the argument
    found = rf"\cite[{{{place}}}]{{{source.key}}}" if place else rf"\cite{{{source.key}}}"
    return f"{found} ({escape(source.qualifier)})" if source.qualifier else found


def _footnote(page: Page) -> str:
    """What is claimed and what was covered; a rule is named only where it fell short. The report has the rest."""
    claimed, covered = text(page.claimed.marked), text(page.covered.marked)
    if not page.examined:
        return rf"\footnote{{Not run; {lines_now(page)}. Claimed for {claimed}.}}"
    said = [f"{page.verdict.capitalize()}. Claimed for {claimed}. Evidence: {covered}."]
    for look in (look for s in page.sections if isinstance(s, parts.Evidence) for look in s.looks):
        if look.verdict in TOLD:
            drawn = ", ".join(f"{text(name.marked)}: {spoken(value)}" for name, value in look.details)
            more = f" ({drawn})" if drawn else ""
            said.append(
                f"{TITLED.get(look.rule, look.rule.capitalize())}: {look.verdict}, {spoken(look.reason)}{more}."
            )
    return rf"\footnote{{{' '.join(said)}}}"


# ---- proof --------------------------------------------------------------------------------------------------
def _derivation(sheet: Sheet, part: parts.Derivation) -> list[str]:
    return [line for chain in part.chains for line in _proof(sheet, chain)]


def _proof(sheet: Sheet, chain: parts.Chain) -> list[str]:
    """One part's derivation as an aligned chain, with its reasons."""
    if chain.start is None:
        label = f"{chain.letter} {chain.label.typed}".strip()
        head = f"Part {escape(label)}. " if label else ""
        return [rf"\noindent {head}{spoken(chain.instead)}\par"]
    refused = any(step.accepted is False for step in chain.steps)
    whole = chain.checked and not refused
    head = "Proof" if whole else "Derivation, not accepted" if refused else "Derivation, not checked"
    title = head + (f" of part {chain.letter}" if chain.letter else "")
    title += f", {text(chain.label.marked)}" if chain.label else ""
    origin = [rf"\noindent {spoken(chain.origin)}\par"] if chain.origin else []
    first = latex(chain.start)
    alone = width(first) > 0.3 * sheet.line
    shown: list[str] = []
    if alone:
        head, *rest = latex_lines(chain.start, sheet.line, sheet.line - 2 * QUAD)
        shown = [f"& {head}", *(rf"& \qquad {x}" for x in rest)]
    below: list[str] = []
    for step in chain.steps:
        tag, note = _reason(sheet, step, len(below) + 1 if len(chain.steps) > 1 else 0)
        below += [note] if note else []
        sign = relation_tex(step.sign, step.term)
        room = sheet.line - SIGN - (QUAD if alone else width(first))
        cut = latex_lines(step.term, room, room + SIGN - 2 * QUAD)
        start = rf"& \quad {sign} " if alone else f"{first if step.number == 1 else ''} & {sign} "
        onward = r"& \quad\qquad " if alone else r"& \qquad "
        block = [start + cut[0], *(onward + x for x in cut[1:])]
        block[-1] += rf" \tag*{{{tag}}}" if tag else ""
        shown += block
    if not below and whole:  # the box stands at the end of the last line, not on a line of its own
        shown[-1] = shown[-1][:-1] + r"\quad\normalsize\qedsymbol}"
    out = [
        *origin,
        rf"\begin{{proof}}[{title}]\leavevmode" + (r"\renewcommand{\qed}{}" if not below or not whole else ""),
    ]
    out += display([shown])
    if below:
        last = below[-1] + (r"\qedhere" if whole and below[-1][-1] == "." else "")
        many = len(chain.steps) > 1
        margin = r"\sloppy" if sheet.line >= LINE else r"\raggedright"  # a narrow column would tear a line apart
        out += [r"\begin{itemize}" + TIGHT + margin, *below[:-1], last, r"\end{itemize}"] if many else [last]
    return [*out, r"\end{proof}"]


def _reason(sheet: Sheet, step: parts.Step, number: int) -> tuple[str, str]:
    """What stands beside a line, and the item below the chain when that is too long."""
    certificates = [(b.certificate, sheet.text(b.signs)) for b in step.because if b.certificate]
    words = [
        _assumed(b.assumed) if b.assumed else sheet.text(b.words.marked) for b in step.because if not b.certificate
    ]
    beside = "; ".join(words)
    mark = r"\textbf{not accepted} " if step.accepted is False else ""
    if not certificates and _beside(beside) <= min(SIDE, 0.56 * sheet.line) and not mark:
        return rf"\small {beside}", ""
    found = [rf"\item[({number})] " if number else ""]
    found += [f"{mark}({spoken(step.problem)}). "] if mark else []
    found += [_certificate(sheet, step.sign, certificate, signs) for certificate, signs in certificates]
    told = " ".join(signs for _, signs in certificates)
    words = [each for each in words if each not in told]  # a sign has named it
    if words:
        why = re.sub(r"(\\cref\{[^}]*\}) \(", r"\1~(", prose.listed(words))
        found.append((" By " if certificates else "By ") + why + ".")
    return rf"\small ({number})" if number else "", "".join(found)


def _certificate(sheet: Sheet, relation: str, certificate: Surplus, signs: str) -> str:
    """What a comparison rests on, inside the sentence if it is short, else as a display; and why it has its sign."""
    what = "The squares of the two sides differ by" if certificate.squared else "The right side exceeds the left by"
    sign = excess_tex(relation, certificate.term)
    whole = latex(certificate.term)
    if width(whole) <= sheet.inline:
        return f"{what} ${upright(whole)}{sign}$: {signs}."
    lines = latex_lines(certificate.term, sheet.item - 3)
    lines[-1] += sign
    return "\n".join([what, *display([[f"& {line}" for line in lines]]), f"{wording.sentence(signs)}."])


def _beside(reason: str) -> float:
    """How wide a reason is beside a line, in letters: words and formulas, both small."""
    pieces = re.sub(r"\\cref\{[^}]*\}", "Theorem 00", reason).split("$")
    return 0.92 * sum(width(piece) if k % 2 else text_width(piece) for k, piece in enumerate(pieces))


# ---- near misses --------------------------------------------------------------------------------------------
def _misses(sheet: Sheet, part: parts.Misses) -> list[str]:
    """The near misses as a remark; nothing if there is none."""
    if not part.lies:
        return []
    made = f" Made from the statement automatically: {part.counted}." if part.counted else ""
    out = [rf"\begin{{remark}}[{part.heading}]", part.words + made, r"\begin{itemize}" + TIGHT + r"\small\raggedright"]
    return [*out, *(line for lie in part.lies for line in _lie(sheet, lie)), r"\end{itemize}", r"\end{remark}"]


def _lie(sheet: Sheet, lie: parts.Lie) -> list[str]:
    """Name, claim and counterexample in one sentence; a claim too wide for that is displayed."""
    head = rf"\item \emph{{{text(lie.name.marked)}}}"
    dropped = prose.listed([_assumed(a) for a in lie.without]) if lie.without else ""
    without = f", without {dropped}" if dropped else ""
    out = [f"{head}."]
    if lie.stated is not None:
        out = [f"{head}: {f'part {lie.stated}' if lie.stated else 'the statement'} without {dropped}."]
    elif lie.claim is not None:
        left, sign = latex(lie.claim.left), relation_tex(lie.claim.sign, lie.claim.left)
        whole = f"{left} {sign} {latex(lie.claim.right)}"
        if width(whole) <= max(sheet.inline, sheet.item - len(lie.name.typed)):  # the name stands on the same line
            out = [f"{head}{without}: ${upright(whole)}$."]
        else:
            out = [f"{head}{without}:", *display([rows(lie.claim.left, sign, lie.claim.right, sheet.item)])]
    if lie.verdict != "refuted":
        return [*out, rf"\textbf{{{escape(lie.verdict.capitalize())}.}}"]
    how = f" with {text(lie.sides)}" if lie.sides else ""  # in front: a formula that ends in dots ends no sentence
    where = f" at {text(lie.instance.marked)}" if lie.instance else ""
    return [*out, f"Fails{how}{where}."]


# ---- errata -------------------------------------------------------------------------------------------------
def _wrong(sheet: Sheet, part: parts.Wrong) -> list[str]:
    return [rf"\noindent {text(part.why.marked)}\par"]


def _failure(sheet: Sheet, part: parts.Failure) -> list[str]:
    shown = f"{text(part.sides)}{text(docket.where(part))}"  # a formula in it may leave its line no good break
    out = [rf"{{\raggedright\noindent\emph{{Smallest counterexample found:}} {shown}."]
    if part.steps:
        out[-1] += " Step by step, an arrow where something is rounded away:"
        lines = []
        for step in part.steps:
            operation, exact, rounded = docket.step_tex(step)
            lines.append([f"{operation} & = {exact}" + (rf" \to {rounded}" if docket.inexact(step) else "")])
        out += display(lines)
    return [*out, r"\par}"]


def _truth(sheet: Sheet, part: parts.Truth) -> list[str]:
    """The true statement: where it is proved, and its formula if one part of it is meant."""
    where = cite(part.theorem, sheet.known, sheet.words) + (f"~{part.part.marked}" if part.part else "")
    claims = part.claims if not part.part else [parts.Relation(c.left, c.sign, c.right) for c in part.claims]
    return [rf"\noindent\emph{{True is}} {where}:", *_claims(claims, sheet.line)]


# ---- experiments --------------------------------------------------------------------------------------------
def _comparisons(sheet: Sheet, part: parts.Comparisons) -> list[str]:
    said = (words.marked.partition(" Source: ")[0] for words in sheet.page.paragraphs)  # cited below, by its key
    out = _environment(sheet, [*(sheet.text(words) + "\n" for words in said), *_taken(sheet)])
    if not part.measured:
        return out
    fixed = (
        rf"\noindent Fixed beforehand: {spoken(part.margins)}; false alarms {part.false_alarm} for all comparisons "
        r"together.\par"
    )
    return [*out, fixed, *(_tables(sheet, part.measured) if sheet.line >= LINE else _items(part.measured))]


def _tables(sheet: Sheet, measured: Sequence[parts.Compared]) -> list[str]:
    """Tables that fit on a page each."""
    where = rf" in \cref{{{sheet.page.id}}}" if sheet.entry else ""
    out: list[str] = []
    for begin in range(0, len(measured), ROWS):
        more = ", continued" if begin else ""
        rows = (
            rf"\raggedright {spoken(case.label)} & \({_claimed(case)}\) & \({_measured(case)}\) & {case.runs} \\"
            for case in measured[begin : begin + ROWS]
        )
        out += [
            r"\begin{table}[!htb]\centering\small",
            rf"\caption{{What was claimed and measured{where}{more}.}}",
            r"\begin{tabular}{@{}p{0.42\linewidth}lll@{}}",
            r"quantity & claimed & measured & runs \\ \hline\noalign{\vskip 2pt}",
            *rows,
            r"\end{tabular}\end{table}",
        ]
    return out


def _items(measured: Sequence[parts.Compared]) -> list[str]:
    """The same where a table would be wider than a column."""
    items = (
        rf"\item {spoken(case.label)}: claimed \({_claimed(case)}\), measured \({_measured(case)}\) in {case.runs} run"
        + "s" * (case.runs != "1")
        for case in measured
    )
    return [r"\begin{itemize}" + TIGHT + r"\small\raggedright", *items, r"\end{itemize}"]


def _claimed(case: parts.Compared) -> str:
    margin = rf" \pm {_scientific(case.margin, 3)}" if case.sign == "=" else ""
    return f"{case.sign} {_scientific(case.predicted)}{margin}"


def _measured(case: parts.Compared) -> str:
    return rf"{_scientific(case.estimate)} \pm {_scientific(case.half, 2)}"


def _scientific(value: float, digits: int = 4) -> str:
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _figures(sheet: Sheet, part: parts.Figures) -> list[str]:
    return [line for figure, words in part.figures for line in figure_tex(figure, words)]


def _others(sheet: Sheet, part: parts.Others) -> list[str]:
    if not part.others:
        return []
    found = [
        rf"\item \emph{{{spoken(wording.sentence(o.name))}}}: {escape(o.verdict)}. {spoken(o.measured)}, "
        rf"claimed {text(wording.bound_tex(o.predicted))}."
        for o in part.others
    ]
    head = r"\begin{remark}[Near misses] Other predictions for the same measurements; the data must refute each."
    return [
        head,
        r"\begin{itemize}" + TIGHT + r"\small\raggedright",
        *found,
        r"\end{itemize}",
        r"\end{remark}",
    ]


def _left_out(sheet: Sheet, part: object) -> list[str]:
    """What the footnote, the remark on near misses and the references say in short."""
    return []


SECTIONS: Mapping[type, Callable[[Sheet, Any], list[str]]] = {
    parts.Statement: _statement,
    parts.Wrong: _wrong,
    parts.Failure: _failure,
    parts.Derivation: _derivation,
    parts.Truth: _truth,
    parts.Comparisons: _comparisons,
    parts.Figures: _figures,
    parts.Evidence: _left_out,
    parts.Misses: _misses,
    parts.Others: _others,
    parts.Mutants: _left_out,
    parts.Neighbours: _left_out,
}

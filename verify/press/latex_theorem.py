r"""One theorem as LaTeX: statement, proof as an aligned chain with its reasons at the side, evidence, near misses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Equal
from theory.statements.derivation import Line, Surplus
from theory.statements.premises import premises
from theory.statements.theorem import Part, Source, Theorem
from theory.typeset.breaking import latex_lines, width
from theory.typeset.formulas import latex, relation_tex
from theory.typeset.statements import definition_head, latex_assumption, latex_reason
from verify.press import prose
from verify.press.mutants import counted
from verify.press.wording import DOLLAR, sentence, worded
from verify.proof.kernel import Evidence, Verdict
from verify.proof.observations import LineTrace
from verify.results.records import TheoremResult

LINE = 61.0  # letters that fit on a line of display mathematics: 444 pt of text, 7 pt a letter, a little air
ITEM = 55.0  # the same inside a list
INLINE = 32.0  # a wider formula does not stand inside a sentence
TIGHT = r"\setlength{\itemsep}{2pt}\setlength{\parsep}{0pt}"
SIDE = 34.0  # a longer reason goes below the chain
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}",
}  # fmt: skip
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "λ": "lambda", "μ": "mu", "σ": "sigma", "φ": "phi", "ε": "epsilon"}


def escape(text: str) -> str:
    """Plain text for LaTeX. Letters that the fonts lack are spelled out, never dropped."""
    out = "".join(_SPECIAL.get(c, c) for c in text.replace(DOLLAR, "$"))
    out = "".join(rf"\(\{_GREEK[c]}\)" if c in _GREEK else c for c in out)
    return "".join(c if ord(c) < 0x250 or c in "–—‘’“”…" else f"[U+{ord(c):04X}]" for c in out)


def text_tex(text: str) -> str:
    """Text with formulas in dollars for LaTeX: the formulas stay, the rest is escaped."""
    pieces = re.split(r"(\$[^$]+\$)", text)
    return "".join(p if k % 2 else escape(p) for k, p in enumerate(pieces))


def theorem_tex(
    result: TheoremResult, known: frozenset[str], defined: Mapping[t.Definition, str] = MappingProxyType({})
) -> str:
    r"""The theorem, its proof and its near misses. `known` are the ids that have a label in the same document.

    `defined`: the definitions that an earlier theorem of the document wrote out, and which; they are not repeated.
    """
    theorem = result.theorem
    title = text_tex(worded(theorem, theorem.title))
    out = [rf"\begin{{theorem}}[{{{title}}}]\label{{{theorem.id}}}", *_statement(result, defined)]
    out.append(r"\end{theorem}")
    if result.verdict is not Verdict.PROVED:
        out.append(rf"\noindent\textbf{{Status: {result.verdict.value}.}} {escape(result.reason)}.\par")
    if result.caveats:
        out.append(rf"\noindent\textbf{{But:}} {escape('; '.join(result.caveats))}.\par")
    for found, _ in prose.findings(result):
        out.append(rf"\noindent\textbf{{The code disagrees:}} {escape(found)}.\par")
    for words in prose.assumed_in_words(theorem):
        out += [r"\begin{remark}", text_tex(worded(theorem, words)), r"\end{remark}"]
    for number, part in enumerate(theorem.parts):
        out += proof(result, number, part, known)
    out += misses(result)
    return "\n".join(out) + "\n"


# ---- statement ----------------------------------------------------------------------------------------------
def _statement(result: TheoremResult, defined: Mapping[t.Definition, str]) -> list[str]:
    theorem = result.theorem
    out = [*setting(theorem, defined), f"Then{written_before(theorem, defined)}"]
    claims = [(part, part.claim.left, part.claim.relation, part.claim.right) for part in theorem.parts]
    out += claimed(theorem, claims)
    out.append(cited(theorem) + footnote(result))
    return out + rests_on(theorem)


def rests_on(theorem: Theorem) -> list[str]:
    """The named axioms that the statement and its proof rest on, in a sentence; nothing if there is none."""
    found = premises(theorem)
    return [f"Rests on: {escape('; '.join(found))}."] if found else []


def setting(theorem: Theorem, defined: Mapping[t.Definition, str]) -> list[str]:
    """What every symbol is, what is assumed, and the definitions not yet written out."""
    declared = prose.declarations(theorem)
    out = ["Let " + "; ".join(declared) + "."] if declared else []
    if theorem.assumptions:
        out += ["Assume " + ";\n".join(_assumption(theorem, a) for a in theorem.assumptions) + "."]
    named = prose.definitions(theorem)
    fresh = [d for d in named if d not in defined]
    if fresh:
        out.append("Write")
        out += _relations([("", latex(d(*d.parameters)), ":=", d.body) for d in fresh])
    return out + growth(theorem)


def growth(theorem: Theorem) -> list[str]:
    """What the growth rate is that the claims speak of; nothing if they speak of none."""
    phi = prose.growth_rate(theorem)
    if not phi:
        return []
    words = re.sub(r"`([^`]+)`", r"\\texttt{\1}", prose.growth_words(phi))
    return ["Write", *display([["& " + prose.growth_tex(phi)]]), f"{words}."]


def written_before(theorem: Theorem, defined: Mapping[t.Definition, str]) -> str:
    """`, with f as in Theorem 5,` for what the theorem speaks of and an earlier one wrote out; else nothing."""
    spoken = prose.spoken_of(theorem)
    old = [d for d in prose.definitions(theorem) if d in defined and d in spoken]
    return f", with {_earlier(old, defined)}," if old else ""


def claimed(theorem: Theorem, claims: Sequence[tuple[Part, t.Term, str, t.Term]]) -> list[str]:
    """Claims `left relation right` of some parts in one display, with their letters where the theorem has several."""
    letters = {part: prose.part_label(k, part, theorem).split(" ")[0] for k, part in enumerate(theorem.parts)}
    return _relations(
        [(letters[part], latex(left), relation_tex(sign, left), right) for part, left, sign, right in claims]
    )


def _earlier(definitions: Sequence[t.Definition], defined: Mapping[t.Definition, str]) -> str:
    """`$f$ and $v$ as in Theorem 5`, one clause for each theorem that introduced some."""
    places: dict[str, list[str]] = {}
    for definition in definitions:
        places.setdefault(defined[definition], []).append(f"${definition_head(definition)}$")
    return " and ".join(rf"{prose.listed(heads)} as in \cref{{{place}}}" for place, heads in places.items())


def _assumption(theorem: Theorem, assumption: Assumption) -> str:
    formula = f"${latex_assumption(assumption)}$"
    if width(formula) > ITEM and isinstance(assumption, Equal | AtMost):
        rows = _rows(latex(assumption.left), relation_tex(_sign(assumption), assumption.left), assumption.right)
        formula = "\n".join(display([rows]))
    return formula + (f" ({text_tex(worded(theorem, assumption.note))})" if assumption.note else "")


def _assumed(theorem: Theorem, assumption: Assumption) -> str:
    """An assumption where it is used or dropped: its formula if that is short, else its note."""
    formula = latex_assumption(assumption)
    if width(formula) <= INLINE or not assumption.note:
        return f"${formula}$"
    return f"the assumption that {text_tex(worded(theorem, assumption.note))}"


def _sign(assumption: Equal | AtMost) -> str:
    return "=" if isinstance(assumption, Equal) else "<="


def cite_tex(source: Source) -> str:
    place = re.sub(r"(?<=\d)-(?=\d)", "--", escape(source.place)).replace(". ", ".~")
    place = re.sub(r"[\[\]]", r"{\g<0>}", place)  # hyperref takes the braces off: a bracket would end the argument
    cite = rf"\cite[{{{place}}}]{{{source.key}}}" if place else rf"\cite{{{source.key}}}"
    return f"{cite} ({escape(source.qualifier)})" if source.qualifier else cite


def cited(theorem: Theorem, words: str = "Source: ") -> str:
    """Where it is stated, after these words, and what else bears on it."""
    pairs = ((words, theorem.sources), ("See also ", theorem.see_also))
    return " ".join(f"{head}{', '.join(map(cite_tex, found))}." for head, found in pairs if found)


def footnote(result: TheoremResult) -> str:
    """What is claimed and what was covered; a rule is named only where it fell short. The report has the rest."""
    claimed, covered = (worded(result.theorem, text) for text in (result.claim_range, result.evidence_range))
    said = [
        f"{result.verdict.value.capitalize()}. Claimed for {claimed}. Evidence: {covered}.",
        *(
            f"{e.rule.value.capitalize()}: {e.verdict.value}, {e.reason}{_where(e)}{_stored(e)}."
            for e in result.evidence
            if e.verdict in (Verdict.UNDECIDED, Verdict.REFUTED)
        ),
    ]
    return rf"\footnote{{{text_tex(' '.join(said))}}}"


def _stored(evidence: Evidence) -> str:
    return " (from the store)" if evidence.cached else ""


def _where(evidence: Evidence) -> str:
    seen = dict(getattr(evidence.observation, "ranges", ()))
    return f" ({', '.join(f'{k}: {v}' for k, v in seen.items())})" if seen else ""


# ---- display mathematics ------------------------------------------------------------------------------------
def _rows(left: str, sign: str, right: t.Term, limit: float = LINE, *, alone: bool = False) -> list[str]:
    """`left sign right` as rows of an aligned display; a long left side gets a row of its own.

    `alone`: the relation is not aligned with that of other rows, because one of those has a left side of its own row.
    """
    fits = width(left) + width(latex(right)) + 2 <= limit
    if alone and fits:
        return [f"& {left} {sign} {latex(right)}"]
    if alone or _stands_alone(left, right, limit):
        head, *rest = latex_lines(right, limit - 6)
        return [
            "& " + fit(left, limit),
            rf"& \quad {sign} {fit(head, limit - 4)}",
            *(rf"& \quad\qquad {fit(x, limit - 5)}" for x in rest),
        ]
    room = limit - width(left) - 2
    head, *rest = latex_lines(right, room if width(latex(right)) <= room else room - 2)
    return [f"{left} & {sign} {fit(head, room)}", *(rf"& \qquad {fit(x, room - 2)}" for x in rest)]


def _stands_alone(left: str, right: t.Term, limit: float) -> bool:
    return width(left) + width(latex(right)) + 2 > limit and width(left) > 0.3 * limit


def _relations(claims: Sequence[tuple[str, str, str, t.Term]], limit: float = LINE) -> list[str]:
    """Several relations `label left sign right` in one display, aligned at the sign where all of them can be."""
    labelled = any(label for label, *_ in claims)
    limit -= 4 if labelled else 0
    widest = max(width(left) for _, left, _, _ in claims)
    reach = max(width(latex(right)) for *_, right in claims)
    alone = len(claims) > 1 and (any(_stands_alone(x, y, limit) for _, x, _, y in claims) or widest + reach + 2 > limit)
    blocks = []
    for label, left, sign, right in claims:
        head, *rest = _rows(left, sign, right, limit, alone=alone)
        if labelled:
            head, rest = rf"& \text{{{escape(label)}}}\quad & {head}", [f"& & {row}" for row in rest]
        blocks.append([head, *rest])
    return display(blocks, "alignat*}{2" if labelled else "align*")


def fit(line: str, room: float = LINE) -> str:
    """A line that cannot be cut and is still too long is set smaller."""
    if width(line) <= room + 0.5:
        return line
    return rf"\scalebox{{{max(0.4, room / width(line)):.2f}}}{{$\displaystyle {line}$}}"


def display(blocks: Sequence[Sequence[str]], environment: str = "align*") -> list[str]:
    """Blocks of rows as one aligned display."""
    rows = [row for block in blocks for row in block]
    name = environment.split("}")[0]
    return [rf"\begin{{{environment}}}", " \\\\\n".join(rows), rf"\end{{{name}}}"]


# ---- proof --------------------------------------------------------------------------------------------------
def proof(result: TheoremResult, number: int, part: Part, known: frozenset[str]) -> list[str]:
    """One part's derivation as an aligned chain, with its reasons; `number` counts the parts from 0."""
    label = prose.part_label(number, part, result.theorem)
    if part.derivation is None:
        head = f"Part {escape(label)}. " if label else ""
        return [rf"\noindent {head}{escape(prose.underived(result, number))}\par"]
    traces = prose.line_traces(result, number)
    refused = [k for k, line in traces.items() if not line.accepted]
    head = "Proof" if traces and not refused else "Derivation, not accepted" if refused else "Derivation, not checked"
    letter, _, words = label.partition(" ")
    words = text_tex(worded(result.theorem, words))
    title = head + (f" of part {letter}" if label else "") + (f", {words}" if words else "")
    first = latex(part.derivation.start)
    alone = width(first) > 0.3 * LINE
    rows = ["& " + fit(first)] if alone else []
    below: list[str] = []
    for k, line in enumerate(part.derivation.lines, 1):
        number_in_text = k if len(part.derivation.lines) > 1 else 0
        tag, note = _reason(result.theorem, line, number_in_text, traces.get(k), known)
        if note:
            below.append(note)
        sign = relation_tex(line.relation, line.term)
        room = LINE - (5 if alone else width(first) + 4)
        cut = latex_lines(line.term, room)
        start = rf"& \quad {sign} " if alone else f"{first if k == 1 else ''} & {sign} "
        onward = r"& \quad\qquad " if alone else r"& \qquad "
        block = [start + fit(cut[0], room), *(onward + fit(x, room) for x in cut[1:])]
        block[-1] += rf" \tag*{{{tag}}}" if tag else ""
        rows += block
    whole = bool(traces) and not refused
    if not below and whole:  # the box stands at the end of the last line, not on a line of its own
        rows[-1] = rows[-1][:-1] + r"\quad\normalsize\qedsymbol}"
    out = [rf"\begin{{proof}}[{title}]\leavevmode" + (r"\renewcommand{\qed}{}" if not below or not whole else "")]
    out += display([rows])
    if below:
        last = below[-1] + (r"\qedhere" if whole and below[-1][-1] == "." else "")
        if len(part.derivation.lines) == 1:
            out.append(last)
        else:
            out += [r"\begin{itemize}" + TIGHT + r"\sloppy", *below[:-1], last, r"\end{itemize}"]
    return [*out, r"\end{proof}"]


def _reason(
    theorem: Theorem, line: Line, number: int, trace: LineTrace | None, known: frozenset[str]
) -> tuple[str, str]:
    """What stands beside a line, and the item below the chain when that is too long."""

    def cite(theorem: object) -> str:
        name = str(getattr(theorem, "id", ""))
        return rf"\cref{{{name}}}" if name in known else rf"\texttt{{{escape(name)}}}"

    certificates = [r for r in line.reasons if isinstance(r, Surplus)]
    others = [r for r in line.reasons if not isinstance(r, Surplus)]
    words = [_assumed(theorem, r) if isinstance(r, Equal | AtMost) else latex_reason(r, cite) for r in others]
    text = "; ".join(words)
    mark = "" if trace is None or trace.accepted else r"\textbf{not accepted} "
    if not certificates and width(_visible(text)) <= SIDE and not mark:
        return rf"\small {text}", ""
    parts = [rf"\item[({number})] " if number else ""]
    if mark:
        parts.append(rf"{mark}({escape(trace.problem if trace else '')}). ")
    for certificate in certificates:
        parts.append(_certificate(certificate, bool(others)))
    if others:
        why = prose.listed(words)
        parts.append(("by " if certificates else "By ") + re.sub(r"(\\cref\{[^}]*\}) \(", r"\1~(", why) + ".")
    return rf"\small ({number})" if number else "", "".join(parts)


def _certificate(certificate: Surplus, more: bool) -> str:
    """What a comparison rests on: inside the sentence if it is short, else as a display."""
    what = "The squares of the two sides differ by" if certificate.squared else "The right side exceeds the left by"
    sign = r" \ge 0" if certificate.term.is_scalar else r" \succeq 0"
    end = ", " if more else "."
    whole = latex(certificate.term)
    if width(whole) <= INLINE:
        return f"{what} ${_upright(whole)}{sign}${end}"
    rows = latex_lines(certificate.term, ITEM - 3)
    rows[-1] += sign
    return "\n".join([what, *display([[f"& {fit(r, ITEM)}" for r in rows]])])


def _visible(text: str) -> str:
    return re.sub(r"\\cref\{[^}]*\}", "Theorem 00", text.replace("$", ""))


def _upright(formula: str) -> str:
    """A formula inside a sentence, with its fractions as large as in a display."""
    return rf"\displaystyle {formula}" if r"\frac" in formula else formula


# ---- near misses --------------------------------------------------------------------------------------------
def misses(
    result: TheoremResult,
    title: str = "Near misses",
    words: str = "False neighbours of this statement, and where each one fails.",
) -> list[str]:
    """The near misses as a remark with this title; nothing if there is none."""
    found = prose.misses(result)
    if not found:
        return []
    mutants = counted(result.mutants)
    if mutants:
        words = f"{words} Made from the statement automatically: {mutants}."
    out = [rf"\begin{{remark}}[{title}]", words]
    out.append(r"\begin{itemize}" + TIGHT + r"\small")
    out += [line for miss in found for line in _miss(miss, result.theorem)]
    return [*out, r"\end{itemize}", r"\end{remark}", r"\medskip"]


def _miss(miss: prose.Miss, theorem: Theorem) -> list[str]:
    """Name, claim and counterexample in one sentence; a claim too wide for that is displayed."""
    name = text_tex(worded(theorem, sentence(miss.name)))
    head, out = rf"\item \emph{{{name}}}", []
    same = prose.stated_before(miss, theorem)
    if same is not None:
        dropped = prose.listed([_assumed(theorem, a) for a in miss.without])
        out.append(f"{head}: {f'part {same}' if same else 'the statement'} without {dropped}.")
    elif miss.claim is not None:
        lhs, relation, rhs = miss.claim
        whole = f"{latex(lhs)} {relation_tex(relation, lhs)} {latex(rhs)}"
        if width(whole) <= max(INLINE, ITEM - len(miss.name)):  # the name stands on the same line
            out.append(f"{head}{_without(miss, theorem)}: ${_upright(whole)}$.")
        else:
            out += [
                f"{head}{_without(miss, theorem)}:",
                *display([_rows(latex(lhs), relation_tex(relation, lhs), rhs, ITEM)]),
            ]
    else:
        out.append(f"{head}.")
    if miss.result.verdict != "refuted":
        return [*out, rf"\textbf{{{escape(miss.result.verdict.capitalize())}.}}"]
    sides = prose.sides_tex(miss)
    found = f" with {text_tex(sides)}" if sides else ""  # in front: a formula that ends in dots ends no sentence
    where = f" at {miss.instance_tex}" if miss.instance_tex else ""
    return [*out, f"Fails{found}{where}."]


def _without(miss: prose.Miss, theorem: Theorem) -> str:
    dropped = [_assumed(theorem, a) for a in miss.without]
    return f", without {prose.listed(dropped)}" if dropped else ""

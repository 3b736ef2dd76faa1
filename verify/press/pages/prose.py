"""Results in words, shared by LaTeX, Markdown and the report: settings, near misses, evidence, counterexamples."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from theory import terms as t
from theory.statements.claims import functions_of
from theory.statements.derivation import Line
from theory.statements.theorem import Part, Theorem, smoothness
from theory.terms import rewrite
from theory.typeset.formulas import latex
from theory.typeset.names import name_tex, symbol_tex
from theory.typeset.ranges import latex_range
from theory.typeset.statements import latex_declaration, latex_function
from verify.exact.instances import Instance, InstanceError, Rows, display, from_json
from verify.press.pages import wording
from verify.proof.kernel import Evidence
from verify.proof.observations import (
    BoxPart,
    BoxTrace,
    DenseTrace,
    DerivationTrace,
    EnclosureTrace,
    LineTrace,
    RoundingTrace,
    SamplingTrace,
    StatisticsTrace,
)
from verify.results import ranges
from verify.results.records import TheoremResult

LONGEST = 12  # characters of a number that a page prints exactly


def declarations(theorem: Theorem) -> list[str]:
    """What every symbol and function of a theorem is, dimensions first, as LaTeX text with formulas in dollars."""
    symbols = sorted(theorem.symbols, key=lambda s: (_order(s), s.name))
    functions = frozenset[t.Activation | t.ScalarField]().union(*(functions_of(p.claim) for p in theorem.parts))
    domain = theorem.domain
    declared = [f"${latex_range(domain[s])}$" if s in domain else latex_declaration(s) for s in symbols]
    ordered = sorted(functions, key=lambda f: f.name)
    return declared + [one_of(theorem, f) or latex_function(f, smoothness(theorem, f)) for f in ordered]


def one_of(theorem: Theorem, function: t.Activation | t.ScalarField) -> str:
    """The functions that an activation stands for where a theorem names them all, as text with formulas."""
    named = theorem.functions.get(function.name, ())
    name = name_tex(function.name, function.tex)
    formulas = [f"${wording.expression_tex(formula)}$" for formula in named if not formula.isidentifier()]
    words = [formula.replace("_", " ") for formula in named if formula.isidentifier()]
    return f"${name}$ one of {len(named)}: {listed([*words, *formulas])}" if named else ""


def _order(symbol: t.Symbol) -> int:
    if symbol.has(t.Property.DIMENSION):
        return 0
    if symbol.has(t.Property.RANDOM):
        return 1
    return 4 if symbol.is_scalar else 3 if symbol.shape[1] == 1 else 2


def definitions(theorem: Theorem) -> list[t.Definition]:
    """The definitions that the claims and the derivations speak of, by name, without those whose notation says all."""
    found: frozenset[t.Definition] = frozenset()
    for part in theorem.parts:
        terms = [part.claim.left, part.claim.right]
        terms += [line.term for line in part.derivation.lines] if part.derivation else []
        for term in terms:
            found |= rewrite.definitions_in(term)
    return sorted((d for d in found if latex(d(*d.parameters)) != latex(d.body)), key=lambda d: d.name)


def spoken_of(theorem: Theorem) -> frozenset[t.Definition]:
    """The definitions that stand in the claims and the derivations themselves, not only inside other definitions."""
    terms = [side for part in theorem.parts for side in (part.claim.left, part.claim.right)]
    terms += [line.term for part in theorem.parts if part.derivation for line in part.derivation.lines]
    return frozenset(node.definition for term in terms for node in t.walk(term) if isinstance(node, t.Call))


def growth_rate(theorem: Theorem) -> str:
    """The growth rate that the claims speak of, as the left side of its definition in LaTeX; empty if none does."""
    terms = [side for part in theorem.parts for side in (part.claim.left, part.claim.right)]
    found = {node.function for term in terms for node in t.walk(term) if isinstance(node, t.GrowthRate)}
    return min((name_tex(f.name, f.tex) for f in found), default="")


def growth_tex(phi: str) -> str:
    """What the growth rate of the activation `phi` is, as a formula."""
    slope = rf"(B - 1 - y_1^2)\, {phi}'(y_1)^2 + (1 + y_1 y_2)\, {phi}'(y_1)\, {phi}'(y_2)"
    return rf"\lambda_{{{phi}}}(B) := \frac{{\operatorname{{E}}[{slope}]}}{{(B - 3)\, u}}"


def growth_words(phi: str) -> str:
    """The rest of that definition, as text with formulas."""
    u = rf"u = \operatorname{{E}}[{phi}(y_1)^2] - \operatorname{{E}}[{phi}(y_1)\, {phi}(y_2)]"
    ball = r"y_1 + \cdots + y_B = 0$, $y_1^2 + \cdots + y_B^2 = B"
    return f"the rate of `explosion.rate`, with ${u}$ and $y$ uniform on the sphere ${ball}$"


def topic_title(theorem: Theorem) -> str:
    """The heading of a theorem's topic: the first line of its folder's docstring, else its name in words."""
    folder = sys.modules.get(theorem.module.rpartition(".")[0])
    first = (getattr(folder, "__doc__", None) or "").strip().split("\n")[0].rstrip(".")
    return first or theorem.topic.replace("-", " ").capitalize()


def paragraphs(theorem: Theorem) -> list[str]:
    """The docstring's paragraphs after the title, without the line that names the source.

    Indented blocks are formulas as one types them, for the terminal: a page typesets the statement instead.
    """
    blocks = re.split(r"\n\s*\n", inspect.cleandoc(theorem.docstring))
    kept = (block for block in blocks[1:] if not block.startswith("    "))
    rest = [re.sub(r"\s+", " ", block).strip() for block in kept]
    return [block for block in rest if block and not block.lower().startswith("source")]


def assumed_in_words(theorem: Theorem) -> list[str]:
    """What the docstring says is assumed and not derived, from there to the end of its paragraph."""
    found = (re.search(r"(?:^|(?<=[.:] ))Assumed\b.*", text) for text in paragraphs(theorem))
    return [match[0] for match in found if match]


def part_label(number: int, part: Part, theorem: Theorem) -> str:
    """`(a) in w`, or nothing when the theorem has one unnamed part."""
    if len(theorem.parts) == 1 and not part.label:
        return ""
    return f"({chr(ord('a') + number)}) {part.label}".rstrip()


def line_traces(result: TheoremResult, number: int) -> dict[int, LineTrace]:
    """What the checker left of each line of a part, by line number; empty if the derivation was not checked."""
    for item in result.evidence:
        if isinstance(item.observation, DerivationTrace) and number < len(item.observation.parts):
            return {line.number: line for line in item.observation.parts[number].lines}
    return {}


def underived(result: TheoremResult, number: int) -> str:
    """What stands in the place of a derivation that a part does not have."""
    for item in result.evidence:
        if isinstance(item.observation, BoxTrace) and number < len(item.observation.parts):
            parts = item.observation.parts
            if parts[number].whole:
                return _every_batch(parts)
            seen = parts[number]
            held = sum(box.outcome == "holds" for box in seen.boxes)
            return (
                f"Not derived but enclosed: it holds on {held} of {plural(len(seen.boxes), 'box')} of {seen.variable} "
                f"that cover [{seen.start}, {seen.stop}], in balls of {item.observation.bits} bits."
            )
    return "No derivation is given."


def _every_batch(parts: Sequence[BoxPart]) -> str:
    held = sum(all(box.outcome == "holds" for box in part.boxes) for part in parts if part.boxes)
    last = max((box.start for part in parts for box in part.boxes if box.stop == "oo"), key=int, default="")
    return (
        f"Not derived but enclosed: it holds for {held} of {plural(len(parts), 'function')} at every whole "
        f"{parts[0].variable} from {parts[0].start} on. Balls lie apart at each of the smaller ones; for all others at "
        f"once, from {last} on at the latest, the slope in 1/(B - 1) is enclosed."
    )


def used_beyond(theorem: Theorem, line: Line, trace: LineTrace) -> list[tuple[str, str]]:
    """What the checker used for a line that its reasons do not name: as it says it, and as text with formulas."""
    named = {wording.reason_name(reason) for reason in line.reasons}
    return [(item, wording.used(theorem, item)) for item in trace.used if item not in named]


# ---- evidence -----------------------------------------------------------------------------------------------
def range_parts(evidence: Evidence) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What one piece of evidence covered, in a word, and its details by name."""
    match evidence.observation:
        case DerivationTrace(parts):
            lines = sum(len(p.lines) for p in parts)
            return f"all dimensions; {plural(lines, 'line')} in {plural(len(parts), 'part')}", ()
        case DenseTrace(cases):
            sizes = dict.fromkeys(", ".join(f"{k} = {v}" for k, v in c.sizes) for c in cases)
            return "; ".join(sizes) if sizes else "no case", ()
        case EnclosureTrace() as seen:
            return f"{seen.bits} bits", seen.ranges
        case SamplingTrace() as seen:
            return f"{seen.dtype} on {seen.device}", seen.ranges
        case BoxTrace(bits, boxed):
            return f"{bits} bits", tuple(dict.fromkeys((p.variable, f"all {ranges.covered(p)}") for p in boxed))
        case RoundingTrace() as executed:
            return f"{executed.dtype} on {executed.device}", executed.ranges
        case StatisticsTrace() as measured:
            rate = ("false alarms", f"{measured.false_alarm:g} for all comparisons together")
            return f"{measured.dtype} on {measured.device}", (rate, *measured.ranges)
    raise TypeError(f"range_parts: no row for {type(evidence.observation).__name__}")


def counts(evidence: Evidence) -> str:
    """How many instances were asked for, satisfied the assumptions, and agreed."""
    seen = evidence.observation
    if isinstance(seen, EnclosureTrace | SamplingTrace):
        return f"{seen.satisfied:,} of {seen.requested:,}"
    if isinstance(seen, DenseTrace):
        return f"{sum(c.outcome == 'equal' for c in seen.cases)} of {plural(len(seen.cases), 'case')}"
    if isinstance(seen, RoundingTrace):
        return plural(len(seen.steps), "operation")
    if isinstance(seen, BoxTrace):
        boxes = [box for part in seen.parts for box in part.boxes]
        return f"{sum(box.outcome == 'holds' for box in boxes)} of {plural(len(boxes), 'box')}"
    if isinstance(seen, StatisticsTrace):
        return plural(sum(case.count for case in seen.cases), "run")
    return ""


def listed(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("x") else "s")


# ---- near misses --------------------------------------------------------------------------------------------
def instance(witness: str | None) -> Instance | None:
    """The instance of a witness; None if it is in no known form."""
    try:
        return from_json(json.loads(witness or "")["instance"])
    except (ValueError, KeyError, TypeError, InstanceError):
        return None


def counterexample(witness: str | None) -> str:
    """The instance of a witness on one line; the witness itself if it is in no known form."""
    found = instance(witness)
    return (witness or "") if found is None else display(found)


def witness_tex(theorem: Theorem, witness: str | None) -> str:
    """The instance of a witness as text with formulas in dollars."""
    found = instance(witness)
    if found is None:
        return witness or ""
    names = {s.name: symbol_tex(s) for s in theorem.symbols}

    def tex(name: str) -> str:
        return names.get(name) or name_tex(name)

    parts = [f"${tex(k)} = {v}$" for k, v in sorted(found.sizes.items())]
    parts += [
        f"${tex(k)} = {_rows_tex(v)}$".replace(r"= {\approx}", r"\approx ") for k, v in sorted(found.values.items())
    ]
    for name, law in sorted(found.laws.items()):
        even = len(set(law.weights)) == 1
        points = [
            _column_tex(p) + ("" if even else f"\\colon {w}") for p, w in zip(law.points, law.weights, strict=True)
        ]
        words = " equally likely" if even and len(points) > 1 else ""
        listed = r",\, ".join(points)
        parts.append(rf"${tex(name)} \in \{{{listed}\}}${words}")
    parts += [f"${wording.function_tex(tex(k), v)}$" for k, v in sorted(found.functions.items())]
    return ", ".join(parts)


def _rows_tex(rows: Rows) -> str:
    if all(len(row) == 1 for row in rows):
        return _column_tex(tuple(row[0] for row in rows))
    body = r" \\ ".join(" & ".join(map(_number_tex, row)) for row in rows)
    return rf"\bigl(\begin{{smallmatrix}}{body}\end{{smallmatrix}}\bigr)"


def _column_tex(entries: tuple[Fraction, ...]) -> str:
    shown = [_number_tex(e) for e in entries]
    return shown[0] if len(shown) == 1 else f"({', '.join(shown)})"


def _number_tex(value: Fraction) -> str:
    """A number exactly if it is short, else rounded and marked so; the witness itself has all digits."""
    exact = str(value)
    if len(exact) <= LONGEST:
        return exact
    mantissa, power = f"{Decimal(value.numerator) / Decimal(value.denominator):.2e}".split("e")
    return rf"{{\approx}}{mantissa}\cdot 10^{{{int(power)}}}" if int(power) else rf"{{\approx}}{mantissa}"


def sides_tex(left: str, sign: str, right: str) -> str:
    """How two sides differ at a counterexample, as text with formulas."""
    return wording.sides_tex(shorten(left), sign, shorten(right))


def shorten(enclosure: str, digits: int = 8) -> str:
    """An enclosure with its digits cut for reading: `[0.81237119 +/- ...]` becomes `0.81237119...`."""

    def cut(match: re.Match[str]) -> str:
        mantissa, exponent = match[1], match[2] or ""
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        short = mantissa[: mantissa.find(".") + 1 + digits] if "." in mantissa else mantissa
        return short + ("..." if len(short) < len(mantissa) else "") + exponent

    enclosure = re.sub(r"\[\+/- ([\d.]+(?:e[+-]?\d+)?)\]", r"0 (within \1)", enclosure)
    return re.sub(r"\[(-?[\d.]+)(e[+-]?\d+)? \+/- [^\]]*\]", cut, enclosure)

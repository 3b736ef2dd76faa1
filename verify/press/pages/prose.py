"""A theorem in words: what its symbols are, which definitions it speaks of, what its docstring says."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Sequence

from theory import terms as t
from theory.statements.claims import functions_of
from theory.statements.derivation import Line
from theory.statements.theorem import Part, Theorem, smoothness
from theory.terms import rewrite
from theory.typeset.formulas import latex, metric_tex, metrics
from theory.typeset.names import name_tex
from theory.typeset.ranges import latex_range
from theory.typeset.statements import latex_declaration, latex_function
from verify.press.pages import wording
from verify.proof.observations import LineTrace


def declarations(theorem: Theorem) -> list[str]:
    """What every symbol and function of a theorem is, dimensions first, as LaTeX text with formulas in dollars."""
    symbols = sorted(theorem.symbols, key=lambda s: (_order(s), s.name))
    functions = frozenset[t.Activation | t.ScalarField]().union(*(functions_of(p.claim) for p in theorem.parts))
    domain = theorem.domain
    declared = [
        (f"${latex_range(domain[s])}$" if s in domain else latex_declaration(s)) + _meaning(theorem, s) for s in symbols
    ]
    declared += [f"${metric_tex(metric)}$" for metric in sorted(_metrics(theorem), key=lambda s: s.name)]
    ordered = sorted(functions, key=lambda f: f.name)
    introduced = (one_of(theorem, f) or latex_function(f, smoothness(theorem, f)) for f in ordered)
    return [*declared, *filter(None, introduced)]


def meaning(theorem: Theorem, symbol: t.Symbol) -> str:
    """What a symbol stands for in words, as its theorem says it, or the catalogue of all its theorems; or nothing."""
    from theory.definitions.meanings import MEANINGS

    said = theorem.meanings.get(symbol.name, "")
    return said or (MEANINGS.get(symbol, "") if theorem.module.startswith("theory.") else "")


def _meaning(theorem: Theorem, symbol: t.Symbol) -> str:
    """The same as text with formulas, behind a comma."""
    said = meaning(theorem, symbol)
    return f", {wording.worded(theorem, said)}" if said else ""


def _metrics(theorem: Theorem) -> frozenset[t.Symbol]:
    """The matrices whose norms stand in the statement, the derivations, or the definitions that they speak of."""
    terms = [side for part in theorem.parts for side in (part.claim.left, part.claim.right)]
    terms += [line.term for part in theorem.parts if part.derivation for line in part.derivation.lines]
    terms += [d.body for term in list(terms) for d in rewrite.definitions_in(term)]
    return frozenset[t.Symbol]().union(*map(metrics, terms))


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
    found = frozenset[t.Definition]().union(*map(rewrite.definitions_in, _terms(theorem)))
    return sorted((d for d in found if latex(d(*d.parameters)) != latex(d.body)), key=lambda d: d.name)


def spoken_of(theorem: Theorem) -> frozenset[t.Definition]:
    """The definitions that stand in the claims and the derivations themselves, not only inside other definitions."""
    return frozenset(node.definition for term in _terms(theorem) for node in t.walk(term) if isinstance(node, t.Call))


def _terms(theorem: Theorem) -> list[t.Term]:
    """The sides of the claims, the lines of the derivations, and the terms that their reasons name."""
    lines = [line for part in theorem.parts if part.derivation for line in part.derivation.lines]
    named = [x for line in lines for reason in line.reasons for x in vars(reason).values() if isinstance(x, t.Term)]
    return [*(side for part in theorem.parts for side in (part.claim.left, part.claim.right)),
            *(line.term for line in lines), *named]  # fmt: skip


def growth_rate(theorem: Theorem) -> str:
    """The growth rate that the claims speak of, as the left side of its definition in LaTeX; empty if none does."""
    terms = [side for part in theorem.parts for side in (part.claim.left, part.claim.right)]
    found = {node.function for term in terms for node in t.walk(term) if isinstance(node, t.GrowthRate)}
    return min((name_tex(f.name, f.tex) for f in found), default="")


def growth_tex(phi: str) -> str:
    """What the growth rate of the activation `phi` is, as a formula."""
    slope = rf"(B - 1 - y_1^2)\, {phi}'(y_1)^2 + (1 + y_1 y_2)\, {phi}'(y_1)\, {phi}'(y_2)"
    return rf"\lambda_{{{phi}}}(B) := \frac{{\mathbb{{E}}[{slope}]}}{{(B - 3)\, u}}"


def growth_rows(phi: str) -> tuple[str, ...]:
    """The same on two lines, for a column of a page."""
    first, second = rf"(B - 1 - y_1^2)\, {phi}'(y_1)^2", rf"(1 + y_1 y_2)\, {phi}'(y_1)\, {phi}'(y_2)"
    head = rf"\lambda_{{{phi}}}(B) := \frac{{1}}{{(B - 3)\, u}}\, \mathbb{{E}}\bigl["
    return f"{head}{first}", rf"\qquad + {second}\bigr]"


def growth_words(phi: str) -> str:
    """The rest of that definition, as text with formulas."""
    u = rf"u = \mathbb{{E}}[{phi}(y_1)^2] - \mathbb{{E}}[{phi}(y_1)\, {phi}(y_2)]"
    ball = r"y_1 + \cdots + y_B = 0$, $y_1^2 + \cdots + y_B^2 = B"
    return f"the rate of {wording.cited('explosion.rate')}, with ${u}$ and $y$ uniform on the sphere ${ball}$"


def topic_title(theorem: Theorem) -> str:
    """The heading of a theorem's topic: the first line of its folder's docstring, else its name in words."""
    first = _of_folder(theorem).split("\n")[0].rstrip(".")
    return first or theorem.topic.replace("-", " ").capitalize()


def topic_in_short(theorem: Theorem) -> str:
    """What its authors say of a topic: the folder's docstring after its first line; nothing if there is no more."""
    return re.sub(r"\s+", " ", _of_folder(theorem).partition("\n")[2]).strip()


def _of_folder(theorem: Theorem) -> str:
    folder = sys.modules.get(theorem.module.rpartition(".")[0])
    return (getattr(folder, "__doc__", None) or "").strip()


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


def without_lead(text: str) -> str:
    """What is assumed and not derived, without saying so again: a badge in front of it does."""
    return re.sub(r"^Assumed,? (?:and )?not derived: ", "", text)


def hypothesis(text: str) -> str:
    """The same as a sentence of its own."""
    said = without_lead(text)
    return said[:1].upper() + said[1:]


def part_label(number: int, part: Part, theorem: Theorem) -> str:
    """`(a) in w`, or nothing when the theorem has one unnamed part."""
    if len(theorem.parts) == 1 and not part.label:
        return ""
    return f"({chr(ord('a') + number)}) {part.label}".rstrip()


def used_beyond(theorem: Theorem, line: Line, trace: LineTrace) -> list[tuple[str, str]]:
    """What the checker used for a line that its reasons do not name: as it says it, and as text with formulas."""
    named = {wording.reason_name(reason) for reason in line.reasons}
    return [(item, wording.used(theorem, item)) for item in trace.used if item not in named]


def listed(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"

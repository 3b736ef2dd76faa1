r"""Words that speak of symbols, with the symbols as formulas: `gamma with its sign` -> `$\gamma$ with its sign`.

Names of near misses, notes, ranges and the sides of a witness are plain text, for the terminal; this is how pages
print them. Knows no LaTeX document and no HTML: formulas stand in dollars.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping

from theory.statements.claims import (
    FAILS,
    AtMost,
    Claim,
    Equal,
    Gaussian,
    Interchange,
    SupBound,
    assumption_text,
    functions_of,
    symbols_of,
)
from theory.statements.derivation import Instance, Reason
from theory.statements.experiment import Experiment
from theory.statements.theorem import Theorem
from theory.terms import Property, rewrite
from theory.typeset.names import GREEK, name_tex, symbol_tex
from theory.typeset.statements import latex_assumption
from verify.press.pages import typed_formulas
from verify.press.pages.parts import Words
from verify.rates.named import named

DOLLAR = "\ue002"  # of nobody's text: such characters are refused at the door (theory/statements/texts.py)
_OPEN, _CLOSE = "\ue000", "\ue001"
_PIECES = re.compile(rf"\$([^$]+)\$|`([^`]+)`|{_OPEN}([^{_CLOSE}]*){_CLOSE}|((?:(?!\$[^$]+\$|`[^`]+`)[^{_OPEN}])+)")
_ENGLISH = frozenset({"a", "A", "I", "mean"})
_ALONE = re.compile(r"(?<![\w$.(\\/'’-])(?<!\d )([b-zB-HJ-Z])(?![\w$)(/'’-]|\.\w)")  # a letter that is no English word
_EVERY = re.compile(r"(?<=\bevery real )([aAI])(?=[;,.]|$)")  # here they are no English words
_RELATIONS = {"!=": r"\ne", ">=": r"\ge", "<=": r"\le", ">": ">", "<": "<", "=": "="}
_FUNCTIONS = {
    "identity": "t", "square": "t^2", "cube": "t^3", "quartic": "t^4",
    "zero": "0", "one": "1", "none": "0", "level": "1",
    "tanh": r"\tanh(t)", "sin": r"\sin(t)", "sin2": r"\sin(2t)",
    "quadratic": r"\frac{1}{2} \sum_i t_i^2",
    "tilted": r"\sum_i i^2 t_i",
    "bowl": r"\sum_i i^2 t_i + \frac{1}{4} \sum_i t_i^2",
    "wells": r"\frac{1}{4} \sum_i i\, (t_i^2 - 1)^2",
    "cubic": r"\sum_i \frac{t_i}{i} + \frac{1}{2} \sum_i i\, t_i^2 + \frac{1}{3} (\sum_i t_i)^3",
    "sine": r"\sin(\sum_i i\, t_i) + \frac{1}{2} \sum_i t_i^2",
}  # fmt: skip
_TOKEN = re.compile(r"((?:(?:\*\*|\^) *)?\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(\S)")
_ENTRY = re.compile(r"(-?\d+)(?:/(\d+)|(\.\d+))?(\.\.\.)?(?:e([+-]?\d+))?( \(within (\d)[\d.]*e(-?\d+)\))?")


@functools.lru_cache(maxsize=256)  # asked for by every text of a page
def names(theorem: Theorem) -> Mapping[str, str]:
    """LaTeX of everything the theorem names: its symbols, generic functions and definitions. An experiment has none."""
    if isinstance(theorem, Experiment):
        return {}
    found = {s.name: symbol_tex(s) for _, miss in theorem.near_miss_list() for s in symbols_of(miss.claim)}
    found |= {s.name: symbol_tex(s) for s in theorem.symbols}
    for part in theorem.parts:
        found |= {f.name: name_tex(f.name, f.tex) for f in functions_of(part.claim)}
        found |= _heads(part.claim)
        for side in (part.claim.left, part.claim.right):
            used = (d for d in rewrite.definitions_in(side) if "#" not in d.tex)
            found |= {d.name: name_tex(d.name, d.tex) for d in used}
    return {name: tex for name, tex in found.items() if name not in _ENGLISH}


def _heads(claim: Claim) -> Mapping[str, str]:
    """What stands in front of the arguments of definitions with a notation of their own, of those that are no word."""
    used = (d for side in (claim.left, claim.right) for d in rewrite.definitions_in(side))
    heads = {
        d.name: re.split(r"_?\{?#|\(", d.tex)[0].strip()
        for d in used
        if "#" in d.tex and ("_" in d.name or len(d.name) == 1)
    }
    return {name: re.sub(r"_\{[^}]*$", "", head) for name, head in heads.items() if head}


@functools.lru_cache(maxsize=256)
def _patterns(theorem: Theorem) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What a short relation, a power or quotient, and a name of the theorem look like in a text."""
    name = "|".join(re.escape(n) for n in sorted(names(theorem), key=len, reverse=True)) or r"(?!)"
    one = rf"(?:{name}|\b[A-Z]\b)"
    sizes = r"-?\d+(?:, \d+)*"
    power = rf"(?:sqrt\((?:{name})\)|(?:{name})|\d+)(?:\^\d+)?"
    before, after = r"(?<![\w$'|/^-])", r"(?![\w'|(/^])"
    return (
        re.compile(rf"(?<![\w$'|]){one}(?:, {one})* (?:!=|>=|<=|=|<|>) (?:{sizes}|I|{name})(?![\w'(|])"),
        re.compile(rf"{before}-?{power}(?:/{power})+{after}|{before}(?:{name})(?:\^\d+| [-+] \d+){after}"),
        re.compile(rf"(?<![\w$'|/(\\])(?:{name})(?![\w'|(/^])"),
    )


def cited(name: str) -> str:
    """A theorem inside text, by its id; each medium prints it as its readers follow it."""
    return f"{_OPEN}{name}{_CLOSE}"


def rendered(text: str, of: Mapping[str, Callable[[str], str]]) -> str:
    """Text with formulas, code and cited theorems, each piece printed by its row: "$", "`", "cited", and "" for words.

    What was an author's dollar is still DOLLAR.
    """
    out = []
    for formula, code, name, plain in _PIECES.findall(text):
        kind, piece = ("$", formula) if formula else ("`", code) if code else ("cited", name) if name else ("", plain)
        out.append(of[kind](piece))
    return "".join(out)


def literal(text: str) -> str:
    """An author's text where formulas in dollars are printed as such: his dollars are letters."""
    return text.replace("$", DOLLAR)


def worded(theorem: Theorem, text: str) -> str:
    r"""Text with names of the theorem and short relations (`d >= 1`, `S = I`) as formulas in dollars.

    A dollar that the author wrote is no formula: it becomes DOLLAR, which each medium prints as the letter.
    """
    text = re.sub(r"(?<=\w)~", "", literal(text))  # a bound letter looks like the free one
    known = names(theorem)
    pattern, quotient, word = _patterns(theorem)

    def relation(match: re.Match[str]) -> str:
        left, sign, right = re.split(r" ([!<>=]+) ", match[0])
        side = ", ".join(known.get(n, n) for n in left.split(", "))
        return rf"${side} {_RELATIONS[sign]} {known.get(right, right)}$"

    def letters(match: re.Match[str]) -> str:
        roots = re.sub(r"sqrt\((\w+)\)", r"\\sqrt{\1}", match[0])
        return "$" + re.sub(r"(?<!\\)\b[A-Za-z_]\w*", lambda m: known.get(m[0], m[0]), roots) + "$"

    text = _outside(text, _named_in_words)
    text = _outside(text, lambda piece: typed_formulas.typeset(piece, known))
    text = _outside(text, lambda piece: pattern.sub(relation, piece))
    text = _outside(text, lambda piece: quotient.sub(letters, piece))
    text = _outside(text, lambda piece: word.sub(lambda m: f"${known[m[0]]}$", piece))
    return _outside(text, _letters_alone)


def _letters_alone(text: str) -> str:
    return _EVERY.sub(r"$\1$", _ALONE.sub(lambda m: r"$\mathbb{E}$" if m[1] == "E" else f"${m[1]}$", text))


def sentence_tex(text: str) -> str:
    """A sentence of ours, or of an author's, that speaks of no theorem: what is plainly a formula in dollars."""
    text = _outside(literal(text), _named_in_words)
    text = _outside(text, lambda piece: typed_formulas.typeset(piece, {}))
    return _outside(text, _letters_alone)


def words(theorem: Theorem, text: str) -> Words:
    """An author's text, and the same with the symbols of the theorem as formulas."""
    return Words(text, worded(theorem, text))


def bound_tex(bound: str) -> str:
    r"""What a measurement is held against, `> 0.5` or `= 0.21 +/- 1e-06`, as text with formulas."""
    number = re.sub(r"e([+-]?)0*(\d+)", lambda m: rf" \cdot 10^{{{m[1].strip('+')}{m[2]}}}", bound)
    return f"${number.replace('+/-', chr(92) + 'pm')}$"


def sentence(text: str) -> str:
    """The text as a sentence begins: a first word is capitalised, the name of a symbol is not."""
    first = re.match(r"(a|[a-z]{2,})(?=[ ,-]|$)", text)
    return text[:1].upper() + text[1:] if first and first[1] not in GREEK else text


def _named_in_words(text: str) -> str:
    """Activations of two words as words: leaky_relu is a name for programs."""
    for name in named():
        text = text.replace(name, name.replace("_", " ")) if "_" in name else text
    return text


def _outside(text: str, change: Callable[[str], str]) -> str:
    """The text with everything changed that is neither formula nor code."""
    pieces = re.split(r"(\$[^$]+\$|`[^`]+`)", text)
    return "".join(p if k % 2 else change(p) for k, p in enumerate(pieces))


def used(theorem: Theorem, item: str) -> str:
    """What a line used, as the checker names it, with formulas in dollars."""
    for assumption in theorem.assumptions:
        if item == assumption_text(assumption):
            return f"${latex_assumption(assumption)}$"
    definite = re.fullmatch(r"(\w+) positive (semi)?definite", item)
    tex = {s.name: symbol_tex(s) for s in theorem.symbols if not s.has(Property.DIMENSION)}
    if definite and definite[1] in tex:
        return f"${tex[definite[1]]} " + (r"\succeq 0$" if definite[2] else r"\succ 0$")
    sign = re.fullmatch(r"(\w+) (!=|>=|<=|>|<) 0", item)
    if sign and sign[1] in tex:
        return f"${tex[sign[1]]} {_RELATIONS[sign[2]]} 0$"
    return worded(theorem, item)


def reason_name(reason: Reason) -> str:
    """How the checker names what a reason says anyway."""
    match reason:
        case Equal() | AtMost() | SupBound() | Interchange() | Gaussian():
            return assumption_text(reason)
        case Instance(theorem):
            return theorem.id
        case Theorem():
            return reason.id
    return ""


def function_tex(symbol: str, name: str) -> str:
    r"""A concrete function as a formula: `\phi(t) = t^2`; one without a short formula by its name."""
    if name in _FUNCTIONS:
        return f"{symbol}(t) = {_FUNCTIONS[name]}"
    if name.isidentifier():
        word = name.replace("_", r"\ ")
        return rf"{symbol} = \mathrm{{{word}}}"
    return f"{symbol}(z) = {expression_tex(name)}"


def expression_tex(expression: str) -> str:
    r"""An expression in z of `normproof rate` as a formula: `0.6*tanh(z)` is `0.6\,\operatorname{tanh}(z)`."""
    out = []
    for before, name, sign in _TOKEN.findall(expression):
        power = "^{" + before.lstrip("*^ ") + "}" if before[:1] in "*^" and before else before
        word = name if len(name) < 2 else r"\pi" if name == "pi" else r"\operatorname{" + name.replace("_", r"\ ") + "}"
        out.append(power + word + {"*": r"\,"}.get(sign, sign))
    return "".join(out)


def side_tex(side: str) -> str:
    r"""A shortened enclosure as a formula, such as `-3/2` or `0.70710678\ldots`; empty if it is not one."""
    match = _ENTRY.fullmatch(side.strip())
    if match is None:
        return ""
    whole, below, digits, cut, power, near, lead, magnitude = match.groups()
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    out = sign + (f"{whole}/{below}" if below else whole + (digits or ""))
    out += r"\ldots" if cut else ""
    out += rf"\cdot 10^{{{int(power)}}}" if power else ""
    return out + (rf" \pm {int(lead) + 1}\cdot 10^{{{magnitude}}}" if near else "")


def sides_tex(left: str, relation: str, right: str) -> str:
    """What a counterexample shows, as text with formulas: the two sides and how they differ; empty if unknown."""
    place = re.search(r" in entry (\(\d+, \d+\))$", left)
    if place and right.endswith(place[0]):
        return f"{sides_tex(left[: place.start()], relation, right.removesuffix(place[0]))} in entry ${place[1]}$"
    first, second = side_tex(left), side_tex(right)
    if not left:
        return ""
    if first and second:
        return f"${first} {_RELATIONS[FAILS.get(relation, '!=')]} {second}$"
    return f"{left} against {right}" if right else left

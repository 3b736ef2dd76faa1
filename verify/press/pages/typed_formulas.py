r"""Formulas inside a sentence as one types them, found and typeset: `grows as lambda^L` -> `grows as $\lambda^{L}$`.

Titles, names of near misses and notes are plain text, for the terminal. A small grammar reads the longest formula
that begins at a word: letters, Greek names and the names that a theorem has, numbers, powers, quotients, calls, bars,
roots, transposes and relations. What has no sign of a formula in it, such as the word "a", stays a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from theory.terms.known_functions import known_function
from theory.typeset.names import GREEK, OPERATORS, name_tex

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:e([+-]?\d+))?(?!\.?\w)|(\d+)(?=[A-Za-z](?!\w))")
_NAME = re.compile(r"[A-Za-z]+(?:_(?:[A-Za-z0-9]{1,3}|\{[^{}]+\}))?")
_WORD = re.compile(r"[A-Za-z]\w*")
_TRANSPOSED = re.compile(r"([A-Za-z1])'([A-Za-z]{1,3})(?!\w|')")
_DIFFERENTIALS = re.compile(r"d([A-Z][a-z]*|[a-z])/d([A-Za-z]+)(?:\^(\w+|\{[^{}]*\}))?(?!\w)")
_RELATION = re.compile(r" (!=|>=|<=|=|<|>|->|~) ")
_ALONE = re.compile(r"(!=|>=|<=|=|<|>) (-?\d+(?:\.\d+)?)(?![\w.(^])")
_RELATIONS = {"!=": r"\ne", ">=": r"\ge", "<=": r"\le", "->": r"\to", "~": r"\sim", "<": "<", ">": ">", "=": "="}
_TIMES = re.compile(r" ?\* ?| ?/ ?| (x) (?=(?:[A-Za-z]|\d+)\b)| (o) | |(?=[A-Za-z(])")
_ROMAN = ("Diag", "abs", "asinh", "atan", "clip", "sigmoid", "sign", "softplus")
_CALLED = {
    "E": r"\mathbb{E}", "BN": r"\mathrm{BN}", "det": r"\det", "tr": r"\operatorname{tr}",
    "erf": r"\operatorname{erf}", "Var": r"\operatorname{Var}", "grad": r"\nabla", "max": r"\max", "min": r"\min",
    **{name: rf"\operatorname{{{name}}}" for name in _ROMAN},
}  # fmt: skip
_ALIASES = {"lam": r"\lambda", "infinity": r"\infty", "oo": r"\infty", "eps": r"\varepsilon"}
_OVER = frozenset({"max", "min", "sup", "inf"})
_WORDS = frozenset({"a", "A", "I"})  # letters that are English words
_CONTRACTED = frozenset({"s", "t", "d", "m", "re", "ve", "ll"})


_BASE = re.compile(r"(10|2) ?(?=[|(\w])")
_FIRST, _BEFORE = re.compile(r"[\w|(-]"), re.compile(r"[\w'\\^/.|)-]")  # what a formula may begin with, and not behind


@dataclass(frozen=True)
class _Read:
    """LaTeX read from a place, the place after it, and whether something in it is no word of prose."""

    tex: str
    end: int
    sign: bool = False


def typeset(text: str, known: Mapping[str, str]) -> str:
    """The text with the formulas in it in dollars; `known` gives the LaTeX of a theorem's names."""
    reader, out, at = _Reader(text, known), [], 0
    while at < len(text):
        if text.startswith("+/-", at):
            out.append(r"$\pm$")
            at += 3
            continue
        alone = _ALONE.match(text, at) if not at or text[at - 1] == " " else None  # a number < 0
        if alone:
            out.append(f"${_RELATIONS[alone[1]]} {alone[2]}$")
            at = alone.end()
            continue
        begins = at == 0 or not _BEFORE.match(text, at - 1)
        read = reader.relation(at) if begins and _FIRST.match(text, at) else None
        if read is not None and read.sign and not re.match(r"[\w^'|(]|/\w|-\w", text[read.end :]):
            out.append(f"${read.tex}$")
            at = read.end
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


@dataclass(frozen=True)
class _Reader:
    """One method a rule of the grammar, from the loosest to the tightest; None where the rule does not apply."""

    text: str
    known: Mapping[str, str]

    def relation(self, at: int) -> _Read | None:
        left = self.sum(at, inside=False)
        while left is not None:
            match = _RELATION.match(self.text, left.end)
            right = self.sum(match.end(), inside=False, after=True) if match else None
            if match is None or right is None:
                break
            left = _Read(f"{left.tex} {_RELATIONS[match[1]]} {right.tex}", right.end, True)
            more = re.compile(r"(?:, \d+)+(?![\w.])").match(self.text, left.end)  # d = 2, 3
            if more:
                left = _Read(left.tex + more[0], more.end(), True)
        return left

    def sum(self, at: int, *, inside: bool, after: bool = False) -> _Read | None:
        """`inside` brackets factors stand side by side freely, `after` a relation where they are no English words."""
        minus = self.text.startswith("-", at)
        left = self.product(at + minus, inside=inside, after=after)
        if left is None:
            return None
        if minus:
            left = _Read("-" + left.tex, left.end, left.sign or left.tex[0].isdigit())
        while match := re.compile(r" (\+/-|[+-]) |([+-])(?=\w)").match(self.text, left.end):
            if match[2] and not inside:  # a hyphen between words
                break
            right = self.product(match.end(), inside=inside, after=after)
            if right is None:
                break
            operator = match[1] or match[2]
            left = _Read(f"{left.tex} {operator.replace('+/-', chr(92) + 'pm')} {right.tex}", right.end, True)
        return left

    def product(self, at: int, *, inside: bool, after: bool) -> _Read | None:
        left = self.power(at)
        while left is not None:
            match = _TIMES.match(self.text, left.end)
            right = self.power(match.end()) if match else None
            if match is None or right is None:
                break
            word = self.text[match.end() : right.end] in _WORDS
            if match[0] == " " and not (inside or (left.sign and right.sign) or (after and not word)):
                break
            if match[0] == "" and not (left.tex[-1:].isdigit() or left.tex.endswith((r"\top", ")"))):
                break
            if match[0] == " / " and not (inside or (left.sign or right.sign) or left.tex.isdigit()):
                break
            if match[0] == " " and "/" in left.tex and not (inside or after):  # 1/v, and what stands behind it
                break
            if match[1] and not re.fullmatch(r"\w", left.tex[-1:]):
                break
            link = "/" if "/" in match[0] else r" \times " if match[1] else r" \odot " if match[2] else r"\, "
            left = _Read(left.tex + link + right.tex, right.end, left.sign or right.sign or match[0].strip() != "")
        return left

    def power(self, at: int) -> _Read | None:
        base = self.atom(at)
        if base is None or not self.text.startswith("^", base.end):
            return base
        nested = self.fenced(base.end + 1, ")", ("", "")) if self.text.startswith("(", base.end + 1) else None
        if nested:
            return _Read(f"{base.tex}^{{{nested.tex}}}", nested.end, True)
        exponent = re.compile(r"-?\d+|\{([^{}]+)\}|[A-Za-z]+").match(self.text, base.end + 1)
        if exponent is None:
            return None
        inner = exponent[1] or exponent[0]
        read = _Reader(inner, self.known).sum(0, inside=True)
        if read is None or read.end != len(inner):
            return None
        below = re.compile(r"_(\w{1,3})(?!\w)").match(self.text, exponent.end())
        index = f"_{{{below[1]}}}" if below and "_" not in base.tex else ""
        end = below.end() if below and index else exponent.end()
        return _Read(f"{base.tex}^{read.tex if len(read.tex) == 1 else f'{{{read.tex}}}'}{index}", end, True)

    def atom(self, at: int) -> _Read | None:
        transposed = _TRANSPOSED.match(self.text, at)
        if (
            transposed
            and (transposed[1] == "1" or transposed[2] not in _CONTRACTED)
            and (at == 0 or not self.text[at - 1].isalpha())
        ):
            first = r"\mathbf{1}" if transposed[1] == "1" else transposed[1]
            return _Read(rf"{first}^\top {' '.join(transposed[2])}", transposed.end(), True)
        if self.text.startswith("11'", at):
            return _Read(r"\mathbf{1} \mathbf{1}^\top", at + 3, True)
        alone = re.compile(r"([A-Za-z1])'(?=\()").match(self.text, at)  # e'(I + H) e
        if alone and alone[1] not in self.known.get(alone[1] + "'", "") and alone[1].islower():
            return _Read(rf"{alone[1]}^\top", alone.end(), True)
        before_hat = re.compile(r"([A-Za-z1])'(?=[A-Za-z]hat\b)").match(self.text, at)  # 1'yhat
        if before_hat:
            first = r"\mathbf{1}" if before_hat[1] == "1" else before_hat[1]
            return _Read(rf"{first}^\top", before_hat.end(), True)
        slope = _DIFFERENTIALS.match(self.text, at)
        if slope:
            above = slope[1] if len(slope[1]) == 1 else rf"\mathrm{{{slope[1]}}}"
            over = "^{" + slope[3].strip("{}") + "}" if slope[3] else ""
            return _Read(rf"\partial {above}/\partial {name_tex(slope[2])}{over}", slope.end(), True)
        number = _NUMBER.match(self.text, at)
        if number:
            return _number(number)
        for opening, closing, shown in (("(", ")", ("(", ")")), ("|", "|", (r"\lvert ", r" \rvert"))):
            if self.text.startswith(opening, at):
                return self.fenced(at, closing, shown)
        return self.name(at)

    def fenced(self, at: int, closing: str, shown: tuple[str, str]) -> _Read | None:
        inner = self.sum(at + 1, inside=True)
        word = re.compile(r"([a-z]{2,})\|\^").match(self.text, at + 1) if closing == "|" else None
        if inner is None and word:
            inner = _Read(rf"\text{{{word[1]}}}", word.end(1))
        if inner is None or not self.text.startswith(closing, inner.end):
            return None
        below = re.compile(r"_(\w)\b").match(self.text, inner.end + 1) if closing == "|" else None
        index = f"_{below[1]}" if below else ""
        if below:
            shown = (r"\lVert ", r" \rVert")
        end = below.end() if below else inner.end + 1
        return _Read(shown[0] + inner.tex + shown[1] + index, end, inner.sign or closing == "|")

    def name(self, at: int) -> _Read | None:
        match = _WORD.match(self.text, at)
        if match is None or match[0] not in self.known:
            match = _NAME.match(self.text, at)
        if match is None:
            return None
        word, end = match[0], match.end()
        primes = re.compile(r"'*(?!\w)").match(self.text, end)
        after = end + len(primes[0]) if primes else end
        called = self.text[after : after + 1]
        if word == "sqrt" and called == "(":
            inside = self.fenced(after, ")", ("", ""))
            return _Read(rf"\sqrt{{{inside.tex}}}", inside.end, True) if inside else None
        stem = word.partition("_")[0]
        tex = self.known.get(word, "") or _ALIASES.get(word, "")
        hat = re.fullmatch(r"([a-zA-Z])hat(_\w)?", word)  # that, what and chat are words
        if not tex and hat:
            primed = self.text.startswith("'", end)
            shown = rf"\hat {hat[1]}{hat[2] or ''}" + (r"^\top" if primed else "")
            return _Read(shown, end + primed, hat[1] not in "tTwWcC")
        if word == "E" and called == "|":
            mean = self.power(after)
            return _Read(rf"\mathbb{{E}}\, {mean.tex}", mean.end, True) if mean else None
        if word in ("E", "Var") and called == " ":
            return _Read(_CALLED[word], after, True)
        if not tex and (len(stem) == 1 or stem in GREEK):
            tex = re.sub(r"\{\\mathrm\{(\w\w)\}\}", r"{\1}", name_tex(word.replace("{", "").replace("}", "")))
        if called in ("(", "["):
            head = _CALLED.get(word) or _head(word, tex)
            read = self.arguments(after, called) if head else None
            if read:
                turned = re.match(r"'(?!\w)", self.text[read.end :])
                tex = head + self.text[end:after] + read.tex + (r"^\top" if turned else "")
                return _Read(tex, read.end + (1 if turned else 0), True)
        if "_" in word and stem in _OVER and called == " ":  # max_X |X'v|
            inside = self.power(after + 1)
            return _Read(rf"\{stem}_{{{word.partition('_')[2]}}} {inside.tex}", inside.end, True) if inside else None
        based = _BASE.match(self.text, end) if word == "log" else None
        if based:  # log10 |G|
            inside = self.power(based.end())
            return _Read(rf"\log_{{{based[1]}}} {inside.tex}", inside.end, True) if inside else None
        if word in OPERATORS and called == " ":  # log lambda
            inside = self.power(after + 1)
            return _Read(rf"\{word} {inside.tex}", inside.end, True) if inside and inside.sign else None
        sign = "_" in word or after > end or (word in GREEK and word.islower()) or word in ("oo", "eps")
        return _Read(tex + self.text[end:after], after, sign) if tex else None

    def arguments(self, at: int, opening: str) -> _Read | None:
        closing = {"(": ")", "[": "]"}[opening]
        shown: list[str] = []
        while True:
            read = self.sum(at + (1 if not shown else 2), inside=True)
            if read is None:
                return None
            shown.append(read.tex)
            at = read.end
            if self.text.startswith(closing, at):
                return _Read(opening + ", ".join(shown) + closing, at + 1, True)
            if not self.text.startswith(", ", at):
                return None


def _head(word: str, tex: str) -> str:
    """What stands before the brackets of a call; nothing for a word of prose."""
    if word in OPERATORS:
        return f"\\{word}"
    return tex or (rf"\operatorname{{{word}}}" if known_function(word) else "")


def _number(match: re.Match[str]) -> _Read:
    mantissa, power = match[1] or match[3], match[2]
    if power is None:
        return _Read(mantissa, match.end())
    ten = f"10^{{{int(power)}}}"
    return _Read(ten if mantissa == "1" else rf"{mantissa} \cdot {ten}", match.end(), True)


__all__ = ["typeset"]

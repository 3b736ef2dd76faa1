"""Letters to tokens.

Three things are decided here, where the letters are still to be seen: which bar opens a length and which closes it,
whether a name before a bracket is applied or multiplied, and what a letter beyond ASCII stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from theory.grammar.conventions import kind_of
from theory.grammar.misread import MisreadError

LONGEST, DEEPEST = 4_000, 40  # letters of a text; brackets within brackets

GREEK = {
    chr(code): unicodedata.name(chr(code)).split()[-1].lower().replace("lamda", "lambda").replace("final", "sigma")
    for code in (*range(0x3B1, 0x3C2), *range(0x3C3, 0x3CA))
} | {chr(code): unicodedata.name(chr(code)).split()[-1].capitalize() for code in (0x393, 0x394, 0x398, 0x3A0, 0x3A3)}
GREEK |= {"Λ": "Lambda", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "Ξ": "Xi", "ϕ": "phi", "ε": "epsilon", "ϵ": "epsilon"}
SIGNS = {
    "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "∗": "*", "∘": "o", "⊙": "o", "≤": "<=", "⩽": "<=", "≥": ">=",
    "⩾": ">=", "‖": "|", "∥": "|", "′": "'", "’": "'", "ᵀ": "'", "⊤": "'", "𝔼": "E", "√": "sqrt", "∞": "oo",
    "@": " ",
    "≠": "!=",
    "𝟏": "1", "𝟙": "1", "{": "(", "}": ")", "∇": "grad",
}  # fmt: skip
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9*]+)*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_OPENED = re.compile(r"(?P<kind>E|gradient|jacobian|hessian)(?:_(?P<over>[A-Za-z][\w*]*~*))?$")
_TAKEN = re.compile(r"(?P<kind>grad|Hess) +(?P<name>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9*]+)*)\(")
_TRANSPOSE = re.compile(r"\^ ?(?:(?P<minus>-)?T(?![A-Za-z0-9_])|\(T\)|(?P<minus_>\(-T\)))")
_SIZED = re.compile(r"(?P<what>[I1])_(?P<size>\d+|[A-Za-z][A-Za-z0-9]*)(?![\w(\[])")
_RELATIONS = {"=": "=", "==": "=", "<=": "<=", ">=": ">=", "=<": "<=", "<": "<", ">": ">", "!=": "!="}
_SIMPLE = {"+": "PLUS", "-": "MINUS", "*": "STAR", "/": "SLASH", "^": "POWER", ",": "COMMA", ";": "SEMICOLON"}
_CLOSED = {"(": ")", "[": "]", "|": "|"}


@dataclass(frozen=True)
class Piece:
    """One token: its kind, what it says, and the letters it was read from."""

    kind: str
    value: str
    start: int
    end: int


@dataclass
class _Text:
    """The text with its signs in ASCII, and for each letter the one of the user's text that it came from."""

    letters: str
    places: list[int]


def _plain(source: str) -> _Text:
    letters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(source):
        if character in RAISED:
            written = RAISED[character] if at and source[at - 1] in RAISED else "^" + RAISED[character]
        elif source[at : at + 2] == "**" or (at and source[at - 1 : at + 1] == "**"):
            written = "^" if source[at : at + 2] == "**" else ""
        elif source[at : at + 2] == ".T" and source[at + 2 : at + 3] not in _WORD:
            written = "'"
        elif character == "T" and at and source[at - 1] == "." and source[at + 1 : at + 2] not in _WORD:
            written = ""
        elif character in LOWERED:
            written = LOWERED[character] if at and source[at - 1] in LOWERED else "_" + LOWERED[character]
        elif character in GREEK:
            written = GREEK[character]
            if letters and letters[-1].isalnum() and (at and source[at - 1] != "_"):
                written = " " + written
            if at + 1 < len(source) and (source[at + 1].isalnum()) and source[at + 1] not in LOWERED:
                written += " " * (source[at + 1] not in RAISED)
        else:
            written = SIGNS.get(character, " " if character.isspace() else character)
            if character == "∇" and source[at + 1 : at + 2] != "(":
                written += " "  # ∇L(x), the gradient of a function; ∇(f, x) is taken
        letters += written
        places += [at] * len(written)
    return _Text("".join(letters), [*places, len(source)])


def plain_letters(text: str) -> str:
    """A text with its signs in ASCII."""
    return "".join(_plain(text).letters)


def in_ascii(name: str) -> str:
    """A name in the letters that terms have: `γ₁` is `gamma_1`."""
    return plain_letters(name.strip()).replace(" ", "")


@dataclass
class _Reader:
    """What is open at a place: each bracket with its kind, and where it stands."""

    source: str
    text: _Text
    applied: Callable[[str], bool]
    pieces: list[Piece] = field(default_factory=list)
    open: list[tuple[str, str, int]] = field(default_factory=list)

    def add(self, kind: str, value: str, start: int, end: int) -> None:
        self.pieces.append(Piece(kind, value, self.text.places[start], self.text.places[end - 1] + 1))

    def begin(self, bracket: str, kind: str, value: str, start: int, end: int) -> None:
        self.add(kind, value, start, end)
        self.open.append((bracket, kind, self.text.places[start]))
        if len(self.open) > DEEPEST:
            at = self.text.places[start]
            raise MisreadError(
                f"brackets at most {DEEPEST} deep", "one more", self.source, at, at + 1, "give a name to an inner part"
            )

    def close(self, bracket: str, at: int) -> int:
        """Close what is open; where the next token begins."""
        place = self.text.places[at]
        if not self.open:
            raise MisreadError(
                "brackets that are opened before they are closed", f"{bracket!r} which closes nothing", self.source,
                place, place + 1, "take it away, or open it",
            )  # fmt: skip
        opened, kind, begun = self.open.pop()
        if _CLOSED[opened] != bracket:
            raise MisreadError(
                f"{_CLOSED[opened]!r} to close {opened!r} of letter {begun + 1}", repr(bracket), self.source, place,
                place + 1, "close the inner bracket first",
            )  # fmt: skip
        self.add({"(": "RPAR", "[": "RSQ", "|": "CBAR"}[opened], bracket, at, at + 1)
        letters = self.text.letters
        if kind == "DERIVED" and letters[at + 1 : at + 2] == "(":
            self.begin("(", "AT", "(", at + 1, at + 2)
            return at + 2
        return at + 1

    def ends_a_factor(self) -> bool:
        """Is what stands before complete, so that a bar after it closes?"""
        return bool(self.pieces) and self.pieces[-1].kind in (
            "NAME", "NUMBER", "RPAR", "RSQ", "CBAR", "PRIME", "METRIC", "EXPONENT",
        )  # fmt: skip


def tokens(source: str, applied: Callable[[str], bool]) -> Iterator[Piece]:
    """The tokens of a text; `applied` says whether a name before a bracket is a function of what is in it.

    Raises MisreadError for letters that mean nothing here, brackets that do not match, and texts that are too long.
    """
    if not source.strip():
        raise MisreadError("a statement", "an empty text", source or " ", 0, 1, 'such as "grad(|A x|^2, x) = 2 A\'A x"')
    if len(source) > LONGEST:
        raise MisreadError(
            f"a text of at most {LONGEST:,} letters", f"{len(source):,}", source, LONGEST, len(source),
            "give names to its parts, in a theorem file: normproof new",
        )  # fmt: skip
    reader = _Reader(source, _plain(source), applied)
    at = 0
    while at < len(reader.text.letters):
        at = _step(reader, at)
    if reader.open:
        bracket, _, place = reader.open[-1]
        raise MisreadError(
            f"{_CLOSED[bracket]!r} to close {bracket!r}", "the end of the text", source, place, place + 1, "close it"
        )
    if not reader.pieces:
        raise MisreadError("a statement", repr(source.strip()), source, 0, len(source), "such as x'x >= 0")
    return iter(reader.pieces)


def _step(reader: _Reader, at: int) -> int:
    """Read one token; where the next begins."""
    letters = reader.text.letters
    character = letters[at]
    if character == " ":
        return at + 1
    if found := _TAKEN.match(letters, at):
        primes = {"grad": "1", "Hess": "2"}[found["kind"]]
        reader.begin("(", "APPLIED", f"{found['name']} {primes}", at, found.end())
        return found.end()
    if found := _SIZED.match(letters, at):
        return _sized(reader, found, at)
    if found := _NAME.match(letters, at):
        return _name(reader, found[0], at, found.end())
    if found := _NUMBER.match(letters, at):
        end = found.end()
        if found[0] == "1" and letters[end : end + 1] == "[":
            reader.begin("[", "ONES", "1", at, end + 1)
            return end + 1
        reader.add("NUMBER", found[0], at, end)
        return end
    if letters[at : at + 2] in _RELATIONS or character in _RELATIONS:
        sign = letters[at : at + 2] if letters[at : at + 2] in _RELATIONS else character
        reader.add("RELATION", _RELATIONS[sign], at, at + len(sign))
        return at + len(sign)
    if found := _TRANSPOSE.match(letters, at):
        reader.add("PRIME", "'", at, found.end())
        if found["minus"] or found["minus_"]:
            for kind, value in (("POWER", "^"), ("MINUS", "-"), ("NUMBER", "1")):
                reader.add(kind, value, at, found.end())
        return found.end()
    if character == "'":
        reader.add("PRIME", "'", at, at + 1)
        return at + 1
    if character in _SIMPLE and (character != ";" or (reader.open and reader.open[-1][1] == "LSQ")):
        reader.add(_SIMPLE[character], character, at, at + 1)
        return at + 1
    return _bracket(reader, character, at)


def _sized(reader: _Reader, found: re.Match[str], at: int) -> int:
    """`I_d` and `1_m`, as `I[d]` and `1[m]`."""
    reader.add("EYE" if found["what"] == "I" else "ONES", found["what"], at, at + 1)
    reader.add("NUMBER" if found["size"].isdigit() else "NAME", found["size"], found.start("size"), found.end())
    reader.add("RSQ", "]", found.end() - 1, found.end())
    return found.end()


def _bracket(reader: _Reader, character: str, at: int) -> int:
    letters = reader.text.letters
    if character in "([":
        reader.begin(character, {"(": "LPAR", "[": "LSQ"}[character], character, at, at + 1)
        return at + 1
    if character in ")]":
        return reader.close(character, at)
    if character == "|":
        inside = any(bracket == "|" for bracket, _, _ in reader.open[-1:])
        if not (inside and reader.ends_a_factor()):
            reader.begin("|", "OBAR", "|", at, at + 1)
            return at + 1
        reader.close("|", at)
        if found := re.compile(r"_([A-Za-z0-9]+)").match(letters, at + 1):
            reader.add("METRIC", found[1], at + 1, found.end())
            return found.end()
        return at + 1
    place = reader.text.places[at]
    raise MisreadError(
        "names, numbers, + - * / ^ ' | ( ) [ ] and relations", f"the letter {character!a}", reader.source, place,
        place + 1, "statements are mathematics in this grammar, and no program: docs/check-and-derive.md",
    )  # fmt: skip


def _name(reader: _Reader, name: str, at: int, end: int) -> int:
    """A name, alone, applied to what is in brackets, or over what is in square ones."""
    letters = reader.text.letters
    tildes = end
    while letters[tildes : tildes + 1] == "~":
        tildes += 1
    opened = _OPENED.match(letters[at:tildes])
    if opened and letters[tildes : tildes + 1] == "[":
        kind = "MEAN" if opened["kind"] == "E" else "DERIVED"
        if kind == "MEAN" or opened["over"]:
            value = (opened["over"] or "") if kind == "MEAN" else f"{opened['kind']} {opened['over']}"
            reader.begin("[", kind, value, at, tildes + 1)
            return tildes + 1
    if name == "I" and letters[end : end + 1] == "[":
        reader.begin("[", "EYE", "I", at, end + 1)
        return end + 1
    if name == "o":
        reader.add("ENTRYWISE", "o", at, end)
        return end
    if tildes > end:
        reader.add("NAME", letters[at:tildes], at, tildes)
        return tildes
    primes = end
    while letters[primes : primes + 1] == "'":
        primes += 1
    opens = primes
    while not kind_of(name) and letters[opens : opens + 1] == " ":  # tr (A B): a word multiplies nothing
        opens += 1
    if letters[opens : opens + 1] == "(" and reader.applied(name):
        reader.begin("(", "APPLIED", f"{name} {primes - end}", at, opens + 1)
        return opens + 1
    reader.add("NAME", name, at, end)
    return end

"""The words of a declaration, such as `positive definite` or `d, nonnegative`, and what they say of a name together."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping

from theory.grammar import conventions
from theory.grammar.misread import MisreadError
from theory.terms import Property, symbols

_P = Property
SQUARE: Mapping[str, frozenset[Property]] = {
    "positive definite": frozenset({_P.SYMMETRIC, _P.POSITIVE_DEFINITE}),
    "positive semidefinite": frozenset({_P.SYMMETRIC, _P.POSITIVE_SEMIDEFINITE}),
    "pd": frozenset({_P.SYMMETRIC, _P.POSITIVE_DEFINITE}),
    "psd": frozenset({_P.SYMMETRIC, _P.POSITIVE_SEMIDEFINITE}),
    "invertible": frozenset({_P.INVERTIBLE}),
    "symmetric": frozenset({_P.SYMMETRIC}),
    "orthogonal": frozenset({_P.ORTHOGONAL}),
    "permutation": frozenset({_P.ORTHOGONAL, _P.PERMUTATION}),
    "orthogonal projector": frozenset({_P.SYMMETRIC, _P.PROJECTOR}),
    "projector": frozenset({_P.SYMMETRIC, _P.PROJECTOR}),
    "square": frozenset(),
}
NUMBERS: Mapping[str, frozenset[Property]] = {
    "positive": frozenset({_P.POSITIVE}),
    "nonnegative": frozenset({_P.NONNEGATIVE}),
    "negative": frozenset({_P.NEGATIVE}),
    "steps": symbols.STEPS,
    "scalar": frozenset(),
    "real": frozenset(),
    "number": frozenset(),
}
_OTHERS = (
    "nonzero",
    "random",
    "independent",
    "basis vector",
    "column",
    "vector",
    "matrix",
    "dimension",
    "activation",
    "function",
)
_PROPERTIES: Mapping[str, frozenset[Property]] = {
    **SQUARE,
    **NUMBERS,
    "nonzero": frozenset({_P.NONZERO}),
    "random": frozenset({_P.RANDOM}),
    "independent": frozenset({_P.RANDOM}),
    "basis vector": frozenset({_P.BASIS}),
}
WORDS = (*SQUARE, *NUMBERS, *_OTHERS)
_SIZE = r"(?:\d+|[A-Za-z]\d*(?:_\w+)?)"
_SHAPE = re.compile(rf"(?P<rows>{_SIZE})(?:\s*(?:x|×|by)\s*(?P<columns>{_SIZE}))?$")
_KINDS: Mapping[str, frozenset[str]] = {  # what a name is, by words of which those of two kinds contradict each other
    "number": frozenset(NUMBERS),
    "matrix": frozenset({*SQUARE, "matrix"}),
    "column": frozenset({"column", "vector", "basis vector"}),
    **{word: frozenset({word}) for word in ("dimension", "activation", "function")},
}
_ENTRYWISE, _COLUMNS = frozenset({"positive", "nonnegative"}), frozenset({"column", "vector"})


# as in a paper, and as in code
_SPACE = re.compile(
    rf"(?:\bR|ℝ)(?:\^(?:\{{(?P<braced>[^{{}}]*)\}}|\((?P<bracketed>[^()]*)\)|(?P<bare>{_SIZE}(?:\s*[x×]\s*{_SIZE})?)))?(?!\w)"
)
_MADE = re.compile(rf"\bmatrix\s*\(\s*(?P<rows>{_SIZE})\s*,\s*(?P<columns>{_SIZE})\s*\)")
_PRODUCT = re.compile(rf"(?P<outer>{_SIZE})(?:\s*\*\s*|\s+)(?!x\b)(?P<inner>{_SIZE})$")
IN_SPACE = re.compile(r"(?P<names>[^:∈]*?)\s*(?:∈|\bin\b)\s*(?=R|ℝ)")
_DIAGONAL = "write Diag(v) in its place, of a column v"


def items(source: str, mark: str) -> Iterator[tuple[int, str]]:
    """The parts of a text between marks, with where each begins; empty ones are left out."""
    at = 0
    for item in source.split(mark):
        if item.strip():
            yield at, item
        at += len(item) + 1


def said_of(words: str, source: str, start: int, end: int) -> tuple[list[str], tuple[str, str] | None]:
    """The known words of a declaration, the longest first, and the shape that is left."""
    said, rest = [], f" {_MADE.sub(_in_one_way, _SPACE.sub(_in_words, words))} "
    for word in sorted(WORDS, key=len, reverse=True):
        if re.search(rf"(?<![\w-]){word}(?![\w-])", rest):
            said.append(word)
            rest = re.sub(rf"(?<![\w-]){word}(?![\w-])", " ", rest)
    rest = " ".join(re.sub(r"[,()]|\b(and|of|a|an|size)\b", " ", rest).split())
    found = _SHAPE.match(rest)
    if (rest and not found) or not (rest or said):
        close = difflib.get_close_matches(rest or words, WORDS, n=1)
        if rest and (at := source.find(rest, start, end)) >= 0:
            start, end = at, at + len(rest)
        raise MisreadError(
            "what a name is: a shape such as m x d, or known words", repr(rest or words), source, start, end,
            _remedy(rest, close),
        )  # fmt: skip
    return said, (found["rows"], found["columns"] or "") if found else None


def _in_words(space: re.Match[str]) -> str:
    """R^d is a column, R^(m x d) a matrix, R a number."""
    sizes = space["braced"] or space["bracketed"] or space["bare"] or ""
    return f" {sizes} " if re.search("[x×]", sizes) else f" vector {sizes} " if sizes.strip() else " scalar "


def _in_one_way(made: re.Match[str]) -> str:
    return f" matrix {made['rows']} x {made['columns']} "


def _remedy(rest: str, close: list[str]) -> str:
    if rest == "diagonal":
        return _DIAGONAL
    if product := _PRODUCT.match(rest):
        shape = f"{product['inner']} x {product['outer']}"
        return f'a column of so many entries is vec(X), --let "X: {shape}"'
    return f"did you mean {close[0]}" if close else "one of " + ", ".join(WORDS)


def properties_of(said: Iterable[str]) -> frozenset[Property]:
    """What the words say of a symbol besides its shape."""
    return frozenset[Property]().union(*(_PROPERTIES.get(word, frozenset()) for word in said))


def signed_column(name: str, said: set[str], shape: tuple[str, str] | None) -> bool:
    """Is it a column of which the entries are declared positive or nonnegative? `v: positive` alone is a number, and
    `S: d, positive` may be meant of a matrix."""
    if not said & _ENTRYWISE:
        return False
    rows, columns = shape or ("1", "1")
    sized = rows != "1" and (columns == "1" or (not columns and conventions.kind_of(name) != "matrix"))
    return sized or bool(said & _COLUMNS)


def at_once(name: str, said: set[str], shape: tuple[str, str] | None) -> bool:
    """Can a name be all that is said of it, with this shape? No word is left out of what is read."""
    if signed_column(name, said, shape):
        return said <= _ENTRYWISE | _COLUMNS | {"nonzero"} and (shape is None or shape[1] in {"", "1"})
    kinds = {kind for kind, words in _KINDS.items() if words & said}
    if "dimension" in kinds:  # which is positive
        kinds, said = (kinds - {"number"}, said - {"nonzero"}) if "negative" not in said else (kinds, said)
    rows, columns = shape or ("", "")
    fits = {
        "number": (rows, columns) in {("", ""), ("1", ""), ("1", "1")},
        "column": columns in {"", "1"},
        **dict.fromkeys(("dimension", "activation"), shape is None and not {"nonzero", "random", "independent"} & said),
        "function": not columns and not {"nonzero", "random", "independent"} & said,
    }
    return len(kinds) <= 1 and all(fits.get(kind, True) for kind in kinds)

"""What is said of the laws of random columns: moments, or the normal law, and of what a law is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate

from theory import terms as t
from theory.grammar import extents
from theory.grammar.contradicting import Said
from theory.grammar.conventions import kind_of
from theory.grammar.declaring import NAME, RESERVED, Names
from theory.grammar.meaning import reader
from theory.grammar.misread import MisreadError
from theory.grammar.tokens import in_ascii
from theory.statements.claims import Assumption, Equal, Gaussian, gaussian
from theory.terms import CalculusError, Property, Symbol, Term, rewrite

# The user's whole text, a part with the place where it begins, and of a law the name of the column.
Piece = tuple[str, tuple[int, str], str]


def pieces_of(source: str, mark: str, start: int = 0) -> list[tuple[int, str]]:
    """The parts of a text between marks that stand in no bracket."""
    depth, begin, found = 0, start, []
    for at in range(start, len(source)):
        depth += (source[at] in "([{") - (source[at] in ")]}")
        if source[at] == mark and depth == 0:
            found.append((begin, source[begin:at]))
            begin = at + 1
    found.append((begin, source[begin:]))
    return [(at, piece) for at, piece in found if piece.strip()] or [(start, source[start:])]


def as_written(source: str, blank: str) -> str:
    """The letters of one part where they stand in the user's text, so that marks point there."""
    return blank if len(blank) == len(source) else blank + " " * (len(source) - len(blank))


def law_of(names: Names, source: str) -> list[Piece]:
    """`x: E[x] = 0, E[x x'] = S`: x is random, and these are assumed. After a semicolon comes more of x, or another, or
    `x, y: independent`."""
    found: list[Piece] = []
    over, number = "", False
    for start, piece in pieces_of(source, ";"):
        head, colon, _ = piece.partition(":")
        if not colon and not found:
            raise MisreadError(
                "a name, a colon and what is known of its law", repr(piece.strip()), source, start,
                start + len(piece), "such as --law \"x: E[x] = 0, E[x x'] = S\"",
            )  # fmt: skip
        begin, end = start, start + len(piece)
        if colon and piece[len(head) + 1 :].strip() == "independent":
            said = as_written(source, " " * start + piece)
            names.typed[said] = source
            names.declare(said)
            continue
        if colon:
            at, over = start + len(head) - len(head.lstrip()), in_ascii(head.strip())
            number = _is_number(names, over, piece[len(head) + 1 :])
            names.declare_one(
                head.strip(), "random number" if number else "random", source, at, start + len(piece.rstrip())
            )
            begin += len(head) + 1
        pieces = [item for item in pieces_of(source[:end], ",", begin) if item[1].strip()]
        for at, words in pieces:
            if NORMAL.fullmatch(words):
                _declare_gaussian(names, source, at, words, number=number)
                continue
            _require_moments(source, at, words)
            if number:
                _declare_numbers(names, source, at, words)
                continue
            _declare_mean(names, source, at, words)
            _expect_moment(names, words)
        found += [(source, item, over) for item in pieces]
    return found


NORMAL = re.compile(r"\s*(?:~\s*)?(?:normal|gaussian|N)\s*\((?P<moments>.*)\)\s*", re.I)


def _moments(start: int, words: str) -> list[tuple[int, str]]:
    """The mean and the covariance in `normal(mu, S)`, with their places in the user's text."""
    found = NORMAL.fullmatch(words)
    assert found is not None
    begin = found.start("moments")
    return [(start + at, piece) for at, piece in pieces_of(words[: found.end("moments")], ",", begin)]


_VARIANCE = re.compile(r"(?P<number>\d+(/\d+)?)|(?P<name>\w+)\s*(\^|\*\*)\s*2")


def _is_number(names: Names, over: str, law: str) -> bool:
    """Is a random x a number: declared to be one, or with the law normal(mu, s^2) or normal(mu, 1)?"""
    known = names.known.get(over)
    if known is not None and known.kind == "symbol" and known.declared:
        return extents.is_scalar(known.extent)
    pieces = [words for _, words in pieces_of(law, ",") if NORMAL.fullmatch(words)]
    parts = [piece for words in pieces for _, piece in _moments(0, words)]
    found = _VARIANCE.fullmatch(in_ascii(parts[1].strip())) if len(parts) == 2 else None
    return found is not None and (found["name"] is None or kind_of(found["name"]) in ("scalar", "column"))


def _declare_gaussian(names: Names, source: str, start: int, words: str, *, number: bool) -> None:
    """`normal(mu, S)` alone says that mu is a column and S a covariance, if they are names of which nothing is said;
    of a number, that mu and the s of s^2 are numbers."""
    parts = _moments(start, words)
    if len(parts) != 2:
        raise MisreadError(
            "the mean and the covariance of the normal law", repr(words.strip()), source,
            start + len(words) - len(words.lstrip()), start + len(words.rstrip()), "such as normal(0, I)",
        )  # fmt: skip
    for (at, piece), kind in zip(
        parts, ("number", "number") if number else ("column", "positive semidefinite"), strict=True
    ):
        if number and (found := _VARIANCE.fullmatch(piece.strip())) is not None and found["name"] is not None:
            piece = found["name"]
        name = in_ascii(piece.strip())
        begin = at + len(piece) - len(piece.lstrip())
        if not NAME.match(name) or not kind_of(name) or name in names.dimensions or name in RESERVED:
            continue
        known = names.known.get(name)
        if known is None or (
            kind == "positive semidefinite" and known.kind == "symbol" and not known.properties & t.SEMIDEFINITE
        ):
            names.declare_one(piece.strip(), kind, source, begin, begin + len(piece.strip()))


_MOMENT = re.compile(r"\s*E(?:_\w+)?\[\s*(\w+|\(.+\))\s*\1'\s*\]\s*=\s*([^\W\d]\w*)\s*")


def _expect_moment(names: Names, words: str) -> None:
    """S is semidefinite where E[x x'] = S, or E[(x - u)(x - u)'] = S, as every such mean is; more may be said of it."""
    found = _MOMENT.fullmatch(in_ascii(words))
    if found is None or found[2] in names.known or found[2] in RESERVED or not _is_one_bracket(found[1]):
        return
    if kind_of(found[2]) == "matrix":
        names.meet_semidefinite(found[2])


def _is_one_bracket(text: str) -> bool:
    """Is it a name, or all within one pair of brackets?"""
    depths = list(accumulate((letter in "([{") - (letter in ")]}") for letter in text))
    return text[0] != "(" or 0 not in depths[:-1]


def normal_law(names: Names, source: str, start: int, piece: str, over: str) -> Callable[[], list[Assumption]]:
    """`normal(mu, S)`, of the column of that name."""
    rows, _ = extent = names.known[over].extent
    wanted = {"a mean that is a column": extent, "a covariance that is a square matrix": (rows, rows)}
    sides = []
    for (at, words), (expected, shape) in zip(_moments(start, piece), wanted.items(), strict=True):
        read_alone = as_written(source, " " * at + words)
        names.typed[read_alone] = source
        whole = reader(names, read_alone)
        read, relation = whole.text()
        if relation or not extents.same(read[0].extent, shape):
            got = repr(words.strip()) if relation else whole.said(read[0])
            raise MisreadError(expected, got, source, at, at + len(words), "such as normal(mu, S) or normal(0, s^2 I)")
        sides.append(read[0])

    def make() -> list[Assumption]:
        try:
            mean, covariance = (side.make() for side in sides)
            return [gaussian(names.symbol(over), mean=mean, covariance=covariance)]
        except MisreadError:
            raise
        except CalculusError as problem:
            words, _, remedy = str(problem).partition(" Remedy: ")
            raise MisreadError("a law that there is", words, source, start, start + len(piece), remedy) from None

    return make


_NAMED_LAW = re.compile(
    r"\s*(~.*|(standard )?(normal|gaussian)\b.*|(uniform|rademacher|bernoulli|poisson)\b.*|N\(.*)", re.I
)


def _require_moments(source: str, start: int, words: str) -> None:
    """A law is known by its moments of order one and two, not by its name, unless it is `normal(mean, covariance)`."""
    if _NAMED_LAW.fullmatch(words):
        raise MisreadError(
            "what is known of the moments", repr(words.strip()), source, start + len(words) - len(words.lstrip()),
            start + len(words), "normal(0, I), or E[x] = 0, E[x x'] = I; by another law's name nothing is known",
        )  # fmt: skip


_MEAN = re.compile(r"\s*E\[\s*(\w+)\s*\]\s*=\s*([^\W\d]\w*)\s*")


def _declare_mean(names: Names, source: str, start: int, words: str) -> None:
    """m is a column where the law of x says that E[x] = m, and nothing else is said of m."""
    found = _MEAN.fullmatch(words)
    if found is None or found[1] not in names.known:
        return
    mean = in_ascii(found[2])
    if kind_of(mean) and mean not in names.known and mean not in names.dimensions:
        names.declare_one(found[2], "column", source, start + found.start(2), start + found.end(2))


_NAMES = re.compile(r"[^\W\d]\w*")
_APPLIED = re.compile(r"([^\W\d]\w*)\s*['(\[]")  # a transpose, a function, E[...]
_ARGUMENT = re.compile(r"\w\s*\(\s*([^\W\d]\w*)\s*\)")


def _declare_numbers(names: Names, source: str, start: int, words: str) -> None:
    """What is said of a random number is said with numbers: mu and s in E[(x - mu)^2] = s^2, if they are names of which
    nothing is said, that are not transposed and no arguments of functions."""
    others = {*_APPLIED.findall(words), *_ARGUMENT.findall(words)}
    for found in _NAMES.finditer(words):
        name = in_ascii(found[0])
        if found[0] in others or name in names.known or name in names.dimensions or name in RESERVED:
            continue
        if kind_of(name) != "column":
            continue
        names.declare_one(found[0], "number", source, start + found.start(), start + found.end())


def require_still(law: Said, terms: Sequence[Term], variable: Symbol | None) -> None:
    """No derivative of a mean is asked for in what the law is made of: the law that is assumed stays what it is while
    the variable moves, which is hardly what is meant."""
    over, made = _made_of(law.assumption)
    for term in terms if made else ():
        whole = rewrite.unfold(term)
        asked = [(node.body, rewrite.free_symbols(node.at)) for node in t.walk(whole) if isinstance(node, t.Derivative)]
        if variable is not None and whole == rewrite.unfold(terms[0]):
            asked.append((whole, frozenset({variable})))
        for body, moved in asked:
            means = [n.over for n in t.walk(body) if isinstance(n, t.Expectation) and n.over in over]
            both = sorted(s.name for s in made & moved if not s.has(Property.DIMENSION))
            if means and both:
                raise MisreadError(
                    f"a derivative in what the law of {means[0].name} is not made of", both[0],
                    law.source, law.start, law.end,
                    f"the law would not move with {both[0]}; write what varies under E, mu + s z for z: normal(0, I)",
                )  # fmt: skip


def _made_of(assumed: Assumption) -> tuple[frozenset[Symbol], frozenset[Symbol]]:
    """The random letters of a law, and what the law is made of: the mean and covariance of a normal one; what moments
    are said to be, but for what stands beside x in them, as w does in E[(w'x)^2] = c."""
    if isinstance(assumed, Gaussian):
        return frozenset({assumed.over}), rewrite.free_symbols(assumed.mean) | rewrite.free_symbols(assumed.covariance)
    if isinstance(assumed, Equal):
        over = frozenset(n.over for n in t.walk(assumed.left) if isinstance(n, t.Expectation))
        return over, rewrite.free_symbols(assumed.right) - rewrite.free_symbols(assumed.left) if over else frozenset()
    return frozenset(), frozenset()

"""Tokens to a tree, by the grammar that stands here; lark parses by it.

Juxtaposition binds tighter than `o`, `o` tighter than `*` and `/`, these tighter than `+` and `-`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from lark import Lark, Token, Tree
from lark.common import LexerConf
from lark.exceptions import UnexpectedInput
from lark.lexer import Lexer

from theory.grammar.misread import MisreadError
from theory.grammar.tokens import Piece, tokens

GRAMMAR = r"""
statement: sum (RELATION sum)?
sum: [MINUS] scaled (sign scaled)*
!sign: PLUS | MINUS
scaled: entrywise (over entrywise)*
!over: STAR | SLASH
entrywise: product (_ENTRYWISE product)*
product: factor+
factor: atom suffix*
suffix: PRIME -> transposed
      | _POWER exponent -> raised
exponent: [MINUS] NUMBER -> whole
        | NAME -> letter
        | _LPAR sum _RPAR -> bracketed
?atom: NUMBER -> number
     | NAME -> name
     | _LPAR sum _RPAR -> group
     | _OBAR sum _CBAR [METRIC] -> length
     | APPLIED sum (_COMMA sum)* _RPAR -> applied
     | MEAN sum _RSQ -> mean
     | DERIVED sum _RSQ [_AT sum _RPAR] -> derived
     | _EYE size _RSQ -> eye
     | _ONES size _RSQ -> ones
     | LSQ row (_SEMICOLON row)* _RSQ -> blocks
row: sum (_COMMA sum)*
size: counted (PLUS counted)*
counted: (NUMBER | NAME) (STAR (NUMBER | NAME))*
%declare NUMBER NAME PLUS MINUS STAR SLASH RELATION PRIME METRIC APPLIED MEAN DERIVED
%declare _LPAR _RPAR _OBAR _CBAR _RSQ _AT _EYE _ONES _COMMA _SEMICOLON _POWER _ENTRYWISE LSQ
"""


SAYING = frozenset(
    (
        "NUMBER",
        "NAME",
        "PLUS",
        "MINUS",
        "STAR",
        "SLASH",
        "RELATION",
        "PRIME",
        "METRIC",
        "APPLIED",
        "MEAN",
        "DERIVED",
        "LSQ",
    )
)  # kinds of pieces that say more than that they are there


class _Given(Lexer):
    """lark's lexer, which is given pieces that have been read already."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        """There is nothing to configure: which tokens there are is decided where letters are read."""

    def lex(self, pieces: Any) -> Iterator[Token]:  # type: ignore[override]  # as lark calls one without a state
        for piece in pieces:
            kind = piece.kind if piece.kind in SAYING else f"_{piece.kind}"
            yield Token(kind, piece.value, start_pos=piece.start, end_pos=piece.end)


@cache
def _parser() -> Lark:
    return Lark(
        GRAMMAR, start="statement", parser="lalr", lexer=_Given, propagate_positions=True, maybe_placeholders=True
    )


def parse(source: str, applied: Callable[[str], bool]) -> Tree[Token]:
    """The tree of a text. Raises MisreadError where it follows no rule of the grammar."""
    pieces = list(tokens(source, applied))
    try:
        return _parser().parse(pieces)
    except UnexpectedInput as problem:
        raise _unexpected(source, pieces, problem) from None


def _unexpected(source: str, pieces: list[Piece], problem: UnexpectedInput) -> MisreadError:
    """What the parser stumbled over, in words, with the place."""
    start = getattr(problem, "pos_in_stream", None)
    found = getattr(problem, "token", None)
    token = next((piece for piece in pieces if piece.start == start), pieces[-1])
    if found is None or found.type == "$END":
        last = pieces[-1]
        return MisreadError(
            f"a name, a number or a bracket after {source[last.start : last.end]!r}", "the end of the text", source,
            last.start, last.end, "complete it, or take it away",
        )  # fmt: skip
    before = next((piece for piece in reversed(pieces) if piece.end <= token.start), None)
    where = f" after {source[before.start : before.end]!r}" if before else " at the beginning"
    got = repr(source[token.start : token.end])
    expected, remedy = f"a name, a number or a bracket{where}", "write one term there"
    if token.kind == "LSQ":
        expected, remedy = "E[...], I[d], 1[d] or a round bracket", "write ( and )"
    elif token.kind == "RELATION" and before and before.kind not in ("PLUS", "MINUS", "STAR", "SLASH", "RELATION"):
        expected, remedy = "one relation between two sides", "state one relation; another is a statement of its own"
    return MisreadError(expected, got, source, token.start, token.end, remedy)

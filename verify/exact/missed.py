"""Which assumption the instances drawn did not meet, how often, and a form of it for which instances are built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from theory.statements.claims import Assumption, AtMost, Equal
from theory.terms import Property, Symbol
from verify.exact.assumptions import in_symbols

ASSUMED = "the assumption "  # how a check begins that speaks of one
NO_VALUE = "what is assumed of one symbol, for which no value was found,"
MOST = 2  # assumptions that are named


def in_words(counts: Mapping[str, int], drawn: int, assumptions: Sequence[Assumption]) -> str:
    """`the assumption x' A x = 1 at 240 of 288 drawn (...)`: what failed most, by what was said of each instance."""
    known = {f"{ASSUMED}{in_symbols(a)}": a for a in assumptions}
    said = []
    for problem, count in sorted(counts.items(), key=lambda item: -item[1])[:MOST]:
        form = form_that_works(known[problem]) if problem in known else ""
        said.append(f"{problem} at {count} of {drawn} drawn" + (f" ({form})" if form else ""))
    return "; ".join(said)


def form_that_works(assumption: Assumption) -> str:
    """How the same may be assumed so that instances can be built; "" where there is nothing better to say."""
    match assumption:
        case Equal(left, right) if not _named(left) and not _named(right):
            return f"instances are built for {left!r} = c with a name c for the value, which is then computed"
        case AtMost(left, right) if left.is_scalar and not _named(left) and not _named(right):
            return f"instances are built for {left!r} <= c with a name c for the bound, which is then placed"
        case AtMost(left, right) if not left.is_scalar:
            return f"instances are built for {left!r} <= c I with a name c for the bound, which is then placed"
    return ""


def _named(side: object) -> bool:
    return isinstance(side, Symbol) and not side.has(Property.DIMENSION)

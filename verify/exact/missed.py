"""Which assumption the instances drawn did not meet, how often, and a form of it for which instances are built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from theory.statements.claims import Assumption, AtMost, Equal, assumption_terms
from theory.terms import Number, Property, Symbol, of_size
from theory.terms.rewrite import free_symbols
from verify.exact.assumptions import in_symbols
from verify.exact.full_rank import ranks
from verify.exact.sizes import least

ASSUMED = "the assumption "  # how a check begins that speaks of one
NO_VALUE = "what is assumed of one symbol, for which no value was found,"
MOST = 2  # assumptions that are named


def in_words(counts: Mapping[str, int], drawn: int, assumptions: Sequence[Assumption]) -> str:
    """`the assumption x' A x = 1 at 240 of 288 drawn (...)`: what failed most, by what was said of each instance."""
    known = {f"{ASSUMED}{in_symbols(a)}": a for a in assumptions}
    said = []
    for problem, count in sorted(counts.items(), key=lambda item: -item[1])[:MOST]:
        form = form_that_works(known[problem]) if problem in known and _possible(known[problem], assumptions) else ""
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


def _possible(assumption: Assumption, assumptions: Sequence[Assumption]) -> bool:
    """Do some sizes leave a product the rank that is assumed of it?"""
    wide = tuple(AtMost(of_size(value.shape[0]), of_size(most)) for most, value in ranks(assumption))
    symbols = {s for a in (*wide, *assumptions) for side in assumption_terms(a) for s in free_symbols(side)}
    names = tuple(sorted(s.name for s in symbols if s.has(Property.DIMENSION)))
    if any(isinstance(a.left, Number) and isinstance(a.right, Number) and a.left.value > a.right.value for a in wide):
        return False
    return not wide or least(names, (*assumptions, *wide)) is not None


def _named(side: object) -> bool:
    return isinstance(side, Symbol) and not side.has(Property.DIMENSION)

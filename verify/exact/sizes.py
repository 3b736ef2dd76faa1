"""Sizes for the dimensions of a claim: small ones that meet what is assumed of dimensions alone, such as 5 <= m."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from random import Random
from types import MappingProxyType

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Claim, Equal, assumption_terms, symbols_of
from theory.terms import Property, Symbol, walk
from theory.terms.limits import MOST_STEPS
from theory.terms.rewrite import definitions_in, free_symbols
from theory.terms.size_arithmetic import dimensions_in
from verify.exact.assumptions import CHECK_BITS, holds, scope_of
from verify.exact.balls import Balls
from verify.exact.instances import Instance
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError

LARGEST = {1: 64, 2: 24, 3: 12}  # tried at most, for so many dimensions
FEW = 8  # the largest for more dimensions than those
ATTEMPTS = 16
MOST, LEAST_FAR = 4_096, 1_000  # entries of a vector where nothing is a matrix
FEW_STEPS = tuple(range(1, MOST_STEPS + 1))
LARGE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 33, 64, 99, 100)


def dimensions_of(claim: Claim, assumptions: Sequence[Assumption]) -> tuple[str, ...]:
    """Names of the dimension symbols, sorted."""
    return tuple(sorted(s.name for s in symbols_of(claim, tuple(assumptions)) if s.has(Property.DIMENSION)))


@lru_cache(maxsize=256)
def counts(claim: Claim, assumptions: tuple[Assumption, ...]) -> frozenset[str]:
    """Names of the numbers of steps that a recursion takes; others are plain numbers, and may be large."""
    taken = (node.count for node in nodes_of(claim, assumptions) if isinstance(node, t.Iterate))
    return frozenset(size.name for size in dimensions_in(tuple(taken)) if size.has(Property.STEPS))


@lru_cache(maxsize=256)
def only_numbers(claim: Claim, assumptions: tuple[Assumption, ...]) -> tuple[str, ...]:
    """Names of the dimensions that nothing in the claim or the assumptions has as its size."""
    used = {size.name for node in nodes_of(claim, assumptions) for size in dimensions_in(node.shape)}
    used |= counts(claim, assumptions)
    return tuple(name for name in dimensions_of(claim, assumptions) if name not in used)


@lru_cache(maxsize=256)
def of_vectors(claim: Claim, assumptions: tuple[Assumption, ...]) -> Mapping[str, int]:
    """Dimensions that are sizes of vectors alone, with one size beyond every whole number that is written down.

    Empty where something is differentiated, averaged or inverted, or where an assumption speaks of a vector, which
    then has to be solved for: work there is more than one step for each entry.
    """
    assumed = [term for a in assumptions for term in assumption_terms(a)]
    if any(not symbol.is_scalar for term in assumed for symbol in free_symbols(term)):
        return {}
    nodes = nodes_of(claim, assumptions)
    if any(isinstance(n, t.Derivative | t.Expectation | t.Inverse | t.Iterate) for n in nodes):
        return {}
    if any(isinstance(n, Symbol) and n.has(Property.RANDOM) for n in nodes):
        return {}
    shapes = {node.shape for node in nodes}
    matrices = dimensions_in(size for shape in shapes if 1 not in shape for size in shape)
    multiplied = dimensions_in(size for size in made_sizes(claim, assumptions) if size.multiplied)
    vectors = dimensions_in(size for shape in shapes for size in shape) - matrices - multiplied
    return MappingProxyType(dict.fromkeys(sorted(s.name for s in vectors), max(beyond_written(nodes), LEAST_FAR)))


@lru_cache(maxsize=256)
def made_sizes(claim: Claim, assumptions: tuple[Assumption, ...]) -> frozenset[t.Size]:
    """The sizes in a claim and its assumptions that are made of others."""
    return frozenset(size for node in nodes_of(claim, assumptions) for size in node.shape if isinstance(size, t.Size))


def nodes_of(claim: Claim, assumptions: tuple[Assumption, ...]) -> frozenset[t.Term]:
    """Every term in a claim, its assumptions and the definitions in them, and every symbol."""
    terms = [claim.left, claim.right, *(term for a in assumptions for term in assumption_terms(a))]
    terms += [d.body for term in list(terms) for d in definitions_in(term)]
    return frozenset(node for term in terms for node in walk(term)) | symbols_of(claim, assumptions)


def beyond_written(nodes: Collection[t.Term]) -> int:
    """One more than the largest number up to `MOST` that is written down, 1 where there is none."""
    written = (abs(n.value).__ceil__() + 1 for n in nodes if isinstance(n, t.Number))
    return max((n for n in written if n <= MOST), default=1)


@lru_cache(maxsize=512)
def conditions(assumptions: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
    """The assumptions that speak of dimensions alone."""
    found = []
    for a in assumptions:
        if isinstance(a, Equal | AtMost):
            symbols = free_symbols(a.left) | free_symbols(a.right)
            if symbols and all(s.has(Property.DIMENSION) for s in symbols):
                found.append(a)
    return tuple(found)


def allowed(sizes: Mapping[str, int], assumptions: Sequence[Assumption]) -> bool:
    """Do these sizes meet every assumption on dimensions alone?"""
    wanted = conditions(tuple(assumptions))
    if not wanted:
        return True
    instance = Instance(sizes)
    with Balls(CHECK_BITS, {}).active():
        try:
            return all(holds(a, scope_of(instance, {}, CHECK_BITS), instance) is True for a in wanted)
        except (UndefinedError, UncertainError, UnsupportedError, KeyError):
            return False


@lru_cache(maxsize=512)
def least(names: tuple[str, ...], assumptions: tuple[Assumption, ...]) -> tuple[tuple[str, int], ...] | None:
    """The smallest sizes that are allowed, None if there are none up to `LARGEST`."""
    for sizes in _rising(names):
        if allowed(sizes, assumptions):
            return tuple(sizes.items())
    return None


def _rising(names: tuple[str, ...]) -> Iterator[dict[str, int]]:
    for largest in range(1, LARGEST.get(len(names), FEW) + 1):
        for sizes in product(range(1, largest + 1), repeat=len(names)):
            if max(sizes, default=1) == largest:
                yield dict(zip(names, sizes, strict=True))


def choose(
    names: tuple[str, ...],
    assumptions: Sequence[Assumption],
    rng: Random,
    choices: Sequence[int],
    numbers: Sequence[str] = (),
    far: int = 1,
    vectors: Mapping[str, int] = MappingProxyType({}),
    steps: Collection[str] = (),
) -> Mapping[str, int] | None:
    """Sizes from `choices` that are allowed, or near the least that are; None if none are found.

    `numbers` are dimensions that are the size of nothing, so that large ones cost nothing; they go up to `far`.
    `vectors` are dimensions that get the size given here, if that is allowed; `steps` are numbers of steps, which stay
    small.
    """
    given = tuple(assumptions)
    wide = {
        name: (*LARGE, *(far, far, far + 1) * (far > LARGE[-1])) if name in numbers and len(choices) > 1 else choices
        for name in names
    }
    wide |= {name: (size,) for name, size in vectors.items()}
    wide |= dict.fromkeys(steps, FEW_STEPS)
    if not conditions(given):
        return {name: rng.choice(wide[name]) for name in names}
    for _ in range(ATTEMPTS):
        sizes = {name: rng.choice(wide[name]) for name in names}
        if allowed(sizes, given):
            return sizes
    start = least(names, given)
    if start is None:
        return None
    for _ in range(ATTEMPTS):
        sizes = {n: size + rng.choice((0, 0, 1, 2, 4)) for n, size in start}
        sizes |= {n: min(sizes[n], max(MOST_STEPS, dict(start)[n])) for n in steps}
        if allowed(sizes, given):
            return sizes
    return dict(start)

"""Counterexamples to bounds that no draw has: plain matrices at larger sizes, and functions that are constant.

A constant that is too small fails from some size on, and there at the plainest matrices first, the identity, all ones,
unit vectors and mixtures of them: tr(A)^2 <= 3 tr(A A') at the identity of size 4. Sizes go one beyond the largest
whole number that is written down, up to `MOST`; what fails there is tried at smaller sizes, so that what is reported is
as small as it can be.
"""

from __future__ import annotations

from itertools import product
from random import Random

from theory import terms as t
from theory.statements.claims import Assumption, Claim, symbols_of
from theory.terms.known_functions import known_function
from theory.terms.size_arithmetic import dimensions_in
from verify.exact.activations import CONSTANT_FIELDS, CONSTANTS
from verify.exact.assumptions import functions_used
from verify.exact.deciding import decide
from verify.exact.drawing import MIXED, PLAIN, draw
from verify.exact.instances import Instance
from verify.exact.outcomes import Outcome
from verify.exact.sizes import allowed, beyond_written, choose, counts, dimensions_of, made_sizes, nodes_of

LEAST, MOST = 8, 32
DEAR = 16  # at most, where a matrix is inverted or a mean is taken
MIXTURES = 3  # in which each symbol is one of the plain ones, and sizes differ
BITS = (128,)
DRAWN = 3  # instances of each constant


def special_counterexample(claim: Claim, assumptions: tuple[Assumption, ...]) -> Instance | None:
    """A certified counterexample to a bound among the plainest instances, at the smallest size at which it fails so.

    None without a look where a size is made of others, or where something is differentiated or repeated: work there is
    more than one step for each entry. The same claim always gives the same answer.
    """
    nodes = nodes_of(claim, assumptions)
    sizes = {size.name for node in nodes for size in dimensions_in(node.shape)} - counts(claim, assumptions)
    if not claim.ordered or not sizes or made_sizes(claim, assumptions):
        return None
    if any(isinstance(node, t.Derivative | t.Iterate) for node in nodes):
        return None
    most = DEAR if any(isinstance(node, t.Inverse | t.Expectation) for node in nodes) else MOST
    largest = min(most, max(LEAST, beyond_written(nodes)))
    plain = PLAIN if any(1 not in s.shape for s in symbols_of(claim, assumptions)) else PLAIN[:2]
    for style, number in (*((style, 0) for style in plain), *((MIXED, number) for number in range(MIXTURES))):
        if _fails(claim, assumptions, style, number, largest) is not None:
            smallest = (_fails(claim, assumptions, style, number, size) for size in range(1, largest + 1))
            return next(found for found in smallest if found is not None)
    return None


def constant_counterexample(claim: Claim, assumptions: tuple[Assumption, ...]) -> Instance | None:
    """A certified counterexample to a bound at which all functions that may be any are the same constant: that of
    E[phi(x)^2] > 0 under a normal law, at which no other function vanishes wherever x is."""
    free = {name: f for name, f in functions_used(claim, assumptions).items() if known_function(name) is None}
    names = dimensions_of(claim, assumptions)
    if not claim.ordered or not free:
        return None
    for constants, number in product(zip(CONSTANTS, CONSTANT_FIELDS, strict=True), range(DRAWN)):
        chosen = {name: constants[isinstance(f, t.ScalarField)] for name, f in free.items()}
        rng = Random(number)
        sizes = choose(names, assumptions, rng, (1, 2), steps=counts(claim, assumptions))
        instance = draw(claim, assumptions, sizes, rng, "small", chosen) if sizes is not None else None
        if instance is not None and decide(claim, assumptions, instance).outcome is Outcome.DIFFERENT:
            return instance
    return None


def _fails(claim: Claim, assumptions: tuple[Assumption, ...], style: str, number: int, largest: int) -> Instance | None:
    """The instance of this style, where it is one and the claim is certified to fail there."""
    rng, names = Random(f"{style}/{number}"), dimensions_of(claim, assumptions)
    choices = (largest, (largest + 1) // 2, 1) if style == MIXED else (largest,)
    if not allowed(dict.fromkeys(names, largest), assumptions):
        choices = (*choices, max(1, largest - 1))
    sizes = choose(names, assumptions, rng, choices, steps=counts(claim, assumptions))
    instance = draw(claim, assumptions, sizes, rng, style) if sizes is not None else None
    if instance is None or decide(claim, assumptions, instance, BITS).outcome is not Outcome.DIFFERENT:
        return None
    return instance

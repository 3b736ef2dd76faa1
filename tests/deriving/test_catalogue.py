"""The catalogue stripped of its derivations: what the program finds again, and that it derives no near miss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from theory.statements.theorem import Theorem
from verify.deriving import propose
from verify.loading import loader
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict

HANDFUL = (
    "decoupling.euclidean-gradient-bound",
    "decoupling.orthogonality",
    "decoupling.reparametrisation",
    "decoupling.s-norm",
    "decoupling.variance",
    "explosion.degree-coefficients",
    "explosion.relu-limit",
    "explosion.share-beyond-linear",
    "explosion.weighted-series",
    "smoothness.closer-initialisation",
    "smoothness.jacobian",
    "smoothness.weight-gradient-bound",
)
AGAIN = 135  # of the catalogue's 156 derived parts; benchmarks/derived_again.py lists them


def stripped(theorem: Theorem) -> Theorem:
    return replace(theorem, derivation=None, parts=tuple(replace(part, derivation=None) for part in theorem.parts))


@pytest.mark.parametrize("name", HANDFUL)
def test_a_stripped_theorem_is_proved_again(name: str) -> None:
    theorem = loader.find(name)
    proposal = propose(stripped(theorem), cited=theorem.uses)
    assert proposal.complete, proposal.words
    assert establish(check(proposal.theorem)).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", HANDFUL)
def test_no_near_miss_is_derived(name: str) -> None:
    theorem = loader.find(name)
    for words, miss in theorem.near_miss_list():
        lie = Theorem(
            "lies.lie",
            miss.claim,
            near_misses={"none": miss.claim},
            assumptions=tuple(a for a in theorem.assumptions if a not in miss.without),
            docstring="A near miss.",
            setting=theorem.setting,
        )
        assert not propose(lie, limit=500, cited=(theorem, *theorem.uses)).complete, words


@pytest.mark.long
def test_most_of_the_catalogue_is_derived_again() -> None:
    found = 0
    for theorem in loader.load([]):
        if type(theorem) is Theorem and not theorem.by_boxes:
            proposal = propose(stripped(theorem), cited=theorem.uses)
            found += sum(part.derivation is not None for part in proposal.theorem.parts)
    assert found >= AGAIN

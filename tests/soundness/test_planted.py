"""Every planted false statement, by every rule: none is proved, none is supported, and balls refute it outright."""

from __future__ import annotations

import pytest

from tests.soundness.planted import PLANTED, as_theorem
from verify.proof import lines_on_matrices as derivation
from verify.proof.kernel import Verdict, conclude, establish
from verify.rules import dense, enclosure, sampling
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK, seed=7)


def test_there_are_at_least_forty():
    assert len(PLANTED) >= 40


@pytest.mark.parametrize("name", PLANTED)
def test_planted(name):
    theorem = as_theorem(name)
    evidence = [
        establish(derivation.observe(theorem, QUICK)),
        establish(dense.observe(theorem, QUICK)),
        establish(enclosure.observe(theorem, QUICK)),
    ]
    verdicts = {e.rule.value: e.verdict for e in evidence}
    assert Verdict.PROVED not in verdicts.values(), evidence
    assert Verdict.SUPPORTED not in verdicts.values(), evidence
    assert verdicts["enclosure"] is Verdict.REFUTED, evidence[-1].reason
    assert conclude(evidence, [], {}).verdict is Verdict.REFUTED


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", [name for name, (claim, _) in PLANTED.items() if claim.relation == "="])
def test_sampling_does_not_support_a_false_identity(name, dtype):
    evidence = establish(sampling.observe(as_theorem(name), QUICK, dtype))
    assert evidence.verdict is Verdict.REFUTED, evidence.reason

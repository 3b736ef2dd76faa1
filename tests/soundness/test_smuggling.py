"""What an author might try: false lemmas, contradictory assumptions, claims that are their own near miss."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import theory as c
from theory import ALGEBRA, Identity, Theorem, equal, start
from verify.proof.kernel import Verdict
from verify.results.store import Store
from verify.running.runner import run
from verify.settings import Budget, Settings

d = c.dimension("d")
u, v = c.vector("u", d), c.vector("v", d)
QUICK = Settings(budget=Budget.QUICK)
TRUE = Identity(u.T @ v, v.T @ u)


def verdicts(*theorems: Theorem) -> dict[str, Verdict]:
    return {r.theorem.id: r.verdict for r in run(list(theorems), QUICK, Store(None, warn=print))}


def theorem(name, left, right, *by, assumptions=(), near_misses=None):
    return Theorem(
        f"sandbox.{name}",
        claim=Identity(left, right),
        derivation=start(left).equals(right, *(by or (ALGEBRA,))),
        near_misses=near_misses or {"doubled": Identity(u.T @ v, 2 * (u.T @ v))},
        assumptions=assumptions,
        docstring=name,
    )


def test_a_true_one_is_proved():
    assert verdicts(theorem("true", u.T @ v, v.T @ u)) == {"sandbox.true": Verdict.PROVED}


def test_a_false_lemma_is_run_and_spoils_what_cites_it():
    lemma = theorem("lemma", u.T @ v, 2 * (u.T @ v))
    found = verdicts(theorem("cites", 3 * (u.T @ v), 6 * (u.T @ v), lemma))
    assert found["sandbox.lemma"] is Verdict.REFUTED
    assert found["sandbox.cites"] is Verdict.REFUTED


def test_a_false_lemma_spoils_even_what_happens_to_be_true():
    lemma = theorem("lemma", u.T @ v, 2 * (u.T @ v))
    assert verdicts(theorem("cites", u.T @ v, v.T @ u, lemma))["sandbox.cites"] is Verdict.UNDECIDED


def test_contradictory_assumptions_prove_nothing():
    impossible = equal(u.T @ u, c.number(-1))
    found = verdicts(theorem("impossible", u.T @ u + 1, c.zero(), impossible, assumptions=(impossible,)))
    assert found["sandbox.impossible"] is Verdict.UNDECIDED


def test_two_assumptions_that_exclude_each_other_prove_nothing():
    x = c.random_vector("x", d)
    centred, shifted = equal(c.E(x), c.zero(d)), equal(c.E(x.T @ u), u.T @ u + 1)
    found = verdicts(theorem("both", u.T @ u + 1, c.zero(), shifted, centred, assumptions=(shifted, centred)))
    assert found["sandbox.both"] is not Verdict.PROVED


def test_a_theorem_whose_near_miss_is_true_is_not_proved():
    found = verdicts(theorem("itself", u.T @ v, v.T @ u, near_misses={"the same": TRUE}))
    assert found["sandbox.itself"] is Verdict.SUPPORTED


def test_the_same_expression_twice_is_vacuous():
    found = verdicts(theorem("vacuous", u.T @ v, u.T @ v))
    assert found["sandbox.vacuous"] is Verdict.UNDECIDED


@pytest.mark.parametrize("value", ["proved", True, Verdict.PROVED])
def test_no_theorem_can_say_that_it_is_proved(value):
    with pytest.raises(TypeError):
        Theorem("sandbox.x", claim=TRUE, near_misses={"n": TRUE}, docstring="x", verdict=value)


def test_only_the_kernel_constructs_evidence():
    root = Path(__file__).parents[2]
    constructs = re.compile(r"(?<!\bparts\.)\bEvidence\(")  # `parts.Evidence` is a part of a page
    for package in ("verify", "theory", "numerics"):
        for file in (root / package).rglob("*.py"):
            if file.name != "kernel.py":
                assert not constructs.search(file.read_text(encoding="utf-8")), file

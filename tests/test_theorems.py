"""What every theorem of the catalogue must pass; a new file is tested as soon as it lies in its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from theory import Matrices, Theorem
from theory.statements.claims import Gaussian, assumption_text
from theory.statements.theorem import TheoremError
from verify.adversary.attack import refute
from verify.adversary.replaying import replay
from verify.loading import loader
from verify.proof import lines_on_matrices as derivation
from verify.proof.kernel import Verdict, establish
from verify.rules import dense, enclosure, sampling
from verify.settings import Budget, Settings

ROOT = Path(__file__).parent.parent
QUICK = Settings(budget=Budget.QUICK, seed=3)
# errata, experiments and scalar theorems have other rules, and tests of their own
THEOREMS = {t.id: t for t in loader.load([]) if t.kind == "theorem" and isinstance(t.setting, Matrices)}
each = pytest.mark.parametrize("name", THEOREMS)


def test_the_decoupling_theorems_are_there():
    assert sum(name.startswith("decoupling.") for name in THEOREMS) >= 13


@each
def test_the_file_is_one_board(name):
    theorem = THEOREMS[name]
    source = (ROOT / Path(*theorem.module.split(".")).with_suffix(".py")).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 120
    assert 10 <= len(theorem.title) <= 100
    assert theorem.sources


@each
def test_it_is_derived_for_all_dimensions(name):
    evidence = establish(derivation.observe(THEOREMS[name], QUICK))
    assert evidence.verdict is Verdict.PROVED, evidence.reason


@each
def test_every_assumption_is_needed_by_the_derivation(name):
    theorem = THEOREMS[name]
    for assumption in theorem.assumptions:
        kept = tuple(a for a in theorem.assumptions if a != assumption)
        misses = {n: replace(m, without=tuple(a for a in m.without if a in kept)) for n, m in theorem.near_miss_list()}
        try:
            weaker = Theorem(
                theorem.module, parts=theorem.parts, near_misses=misses, assumptions=kept, docstring=theorem.docstring
            )
        except TheoremError:
            continue  # a line speaks of a symbol that this assumption introduces
        evidence = establish(derivation.observe(weaker, QUICK))
        assert evidence.verdict is Verdict.UNDECIDED, f"{assumption_text(assumption)} is never used"


@each
def test_no_rule_disagrees(name):
    theorem = THEOREMS[name]
    assert establish(enclosure.observe(theorem, QUICK)).verdict is Verdict.SUPPORTED
    for dtype in ("float64", "float32"):
        evidence = establish(sampling.observe(theorem, QUICK, dtype))
        if any(isinstance(assumption, Gaussian) for assumption in theorem.assumptions):
            assert evidence.reason.endswith("no law of samples is normal")
        else:
            assert evidence.verdict is Verdict.SUPPORTED, evidence.reason
    assert establish(dense.observe(theorem, QUICK)).verdict in (Verdict.SUPPORTED, Verdict.UNDECIDED)


@each
def test_every_near_miss_is_refuted_by_a_witness_that_replays(name):
    theorem = THEOREMS[name]
    assert len(theorem.near_misses) >= 2
    for label, miss in theorem.near_miss_list():
        found = refute(theorem, label, miss, QUICK)
        assert found.verdict == "refuted", label
        assert found.witness is not None
        assert replay(found.witness, THEOREMS.__getitem__).outcome == "different"

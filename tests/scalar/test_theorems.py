"""What every scalar theorem must pass; a new file is tested as soon as it lies in its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from theory import Numbers
from verify.adversary import attack_on_numbers
from verify.adversary.replaying import WitnessError, replay
from verify.loading import loader
from verify.proof import lines_on_numbers as scalar_lines
from verify.proof.kernel import Verdict, conclude, establish
from verify.rules import boxes, scalar_points
from verify.settings import Budget, Settings

ROOT = Path(__file__).parent.parent.parent
QUICK = Settings(budget=Budget.QUICK, seed=3)
THEOREMS = {t.id: t for t in loader.load([]) if t.kind == "theorem" and isinstance(t.setting, Numbers)}
each = pytest.mark.parametrize("name", THEOREMS)


def test_the_explosion_theorems_are_there():
    wanted = "inverse-radius arc-cosine-kernel relu-rate relu-limit relu-decreasing identity-rate degree-weights"
    assert {f"explosion.{name}" for name in wanted.split()} <= set(THEOREMS)


@each
def test_the_file_is_one_board(name):
    theorem = THEOREMS[name]
    source = (ROOT / Path(*theorem.module.split(".")).with_suffix(".py")).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 120
    assert 10 <= len(theorem.title) <= 100
    assert theorem.sources


@each
def test_it_is_proved_and_no_point_disagrees(name):
    theorem = THEOREMS[name]
    rule = boxes if theorem.by_boxes else scalar_lines
    evidence = [establish(rule.observe(theorem, QUICK)), establish(scalar_points.observe(theorem, QUICK))]
    assert [e.verdict for e in evidence] == [Verdict.PROVED, Verdict.SUPPORTED], [e.reason for e in evidence]
    assert conclude(evidence, [], {}).verdict is Verdict.PROVED


@each
def test_every_near_miss_is_refuted_by_a_witness_that_replays(name):
    theorem = THEOREMS[name]
    assert len(theorem.near_misses) >= 2
    for label, miss in theorem.near_miss_list():
        found = attack_on_numbers.refute(theorem, label, miss, QUICK)
        assert found.verdict == "refuted", label
        assert found.witness is not None
        assert replay(found.witness, THEOREMS.__getitem__).outcome == "different"


def test_a_witness_outside_the_ranges_is_no_witness():
    theorem = THEOREMS["explosion.relu-rate"]
    found = attack_on_numbers.refute(theorem, "J for J'", dict(theorem.near_miss_list())["J for J'"], QUICK)
    data = json.loads(found.witness or "")
    data["instance"]["values"]["B"] = [["7/2"]]
    with pytest.raises(WitnessError, match="outside the domain"):
        replay(json.dumps(data), THEOREMS.__getitem__)
    data["instance"]["values"] = {}
    with pytest.raises(WitnessError, match="no number for B"):
        replay(json.dumps(data), THEOREMS.__getitem__)

"""Counterexamples shrink: greedily where one change helps, by Hypothesis where several are needed at once."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from exact_setting import FALSE, THEOREM

from theory import Bound, Identity, at_most, dimension, equal, number, ones, positive, real, sqrt, vector, zero
from theory.statements.claims import Assumption, Claim
from verify.adversary.lies import author_lie
from verify.adversary.shrinking.by_hypothesis import jump
from verify.adversary.shrinking.descent import descend, shrink
from verify.adversary.shrinking.judging import Judge
from verify.adversary.shrinking.small_instances import ENTRIES, Drawer
from verify.exact.assumptions import fit
from verify.exact.climbing import search
from verify.exact.coins import Coins
from verify.exact.deciding import decide
from verify.exact.drawing import complete, free_part
from verify.exact.instances import Instance, Law, column, scalar
from verify.exact.simplicity import measure

n = dimension("n")
a, b, v = real("a"), real("b"), vector("v", n)
p, q = positive("p"), positive("q")

# Two entries must change together, or the assumption fails; no equation here is solved for an entry.
OPPOSITE = (Identity(a, b), (equal(a**3 + b**3, zero(1)),), Instance({}, {"a": scalar(5), "b": scalar(-5)}))
# A coordinate can only be left out if the others make up for it.
BALANCED = (
    Identity(v.T @ v, zero()),
    (equal(sqrt(number(2)) * (ones(n).T @ v), zero()),),
    Instance({"n": 3}, {"v": column(1, 1, -2)}),
)
# Too small or too large alone; together they can be rescaled.
SCALED = (
    Bound(p, 2 * q),
    (at_most(p**2, 16 * q**2),),
    Instance({}, {"p": scalar(3 * 10**30), "q": scalar(10**30)}),
)
STUCK = {"opposite": OPPOSITE, "balanced": BALANCED}


def size(claim: Claim, assumptions: tuple[Assumption, ...], instance: Instance) -> tuple[int, int, int, int]:
    return measure(free_part(instance, claim, assumptions))


@pytest.mark.parametrize("name", STUCK)
def test_hypothesis_leaves_a_local_minimum_of_the_greedy_descent(name: str) -> None:
    claim, assumptions, start = STUCK[name]
    greedy, _ = shrink(claim, assumptions, start)
    assert greedy == start, "the planted counterexample is no local minimum any more"
    small, decision = shrink(claim, assumptions, start, thorough=True)
    assert decision.outcome == "different"
    assert size(claim, assumptions, small) < size(claim, assumptions, start)
    assert sorted(e for rows in small.values.values() for row in rows for e in row) == [-1, 1]


def test_entries_of_extreme_size_are_rescaled_together() -> None:
    small, decision = shrink(*SCALED)
    assert decision.outcome == "different"
    assert max(abs(e) for rows in small.values.values() for row in rows for e in row) <= 5


def test_equally_likely_points_share_one_weight() -> None:
    points = ((Fraction(1),), (Fraction(-1),))
    even = Instance({"d": 1}, {}, {"x": Law(points, (Fraction(1, 2), Fraction(1, 2)))})
    other = Instance({"d": 1}, {}, {"x": Law(points, (Fraction(1, 3), Fraction(2, 3)))})
    assert measure(even) < measure(other)


@pytest.mark.parametrize("name", ["Euclidean length", "sides swapped", "sign of gamma", "not centred"])
def test_each_stage_is_certified_and_no_larger(name: str) -> None:
    lie = author_lie(THEOREM, name, dict(THEOREM.near_miss_list())[name])
    found = search(lie.claim, lie.assumptions, Random(name), 300)
    assert found is not None
    greedy, first = shrink(lie.claim, lie.assumptions, found)
    small, second = shrink(lie.claim, lie.assumptions, found, thorough=True)
    assert {first.outcome, second.outcome} == {"different"}
    steps = [size(lie.claim, lie.assumptions, i) for i in (small, greedy, found)]
    assert steps == sorted(steps)


def test_nothing_is_found_where_nothing_is_smaller() -> None:
    claim, assumptions, _ = OPPOSITE
    assert jump(claim, assumptions, Instance({}, {"a": scalar(1), "b": scalar(-1)})) is None


def test_a_claim_that_holds_gives_nothing_however_small_the_instance() -> None:
    assert jump(Identity(v.T @ v, v.T @ v + zero()), (), Instance({"n": 3}, {"v": column(7, 5, 3)})) is None


def test_decisions_are_counted_and_made_once() -> None:
    claim, assumptions, start = BALANCED
    judge = Judge(claim, assumptions, 1)
    assert judge.finished(start) == start
    assert judge.trials == 0
    assert judge.finished(start) == start  # remembered
    assert judge.finished(Instance({"n": 2}, {"v": column(1, -1)})) is None  # nothing left to spend
    assert descend(claim, assumptions, start, 0) == start


REPEATED = """
import sys
{first}
sys.path[:0] = [{tests!r}]
from test_shrinking import BALANCED
from verify.adversary.shrinking.descent import shrink
print(shrink(*BALANCED, thorough=True)[0])
"""


def test_the_same_witness_everywhere_and_no_files(tmp_path: Path) -> None:
    """Whatever else is loaded: Hypothesis collects constants from modules and keeps them in a folder, if allowed."""
    (tmp_path / "loaded.py").write_text("NUMBERS = [" + ", ".join(str(k) for k in range(100, 900)) + "]\n")
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), str(tmp_path), str(root / "tests")])
    printed = {str(shrink(*BALANCED, thorough=True)[0])}
    folder = tmp_path / "here"
    folder.mkdir()
    for first in ("", "import loaded, random; random.seed(5)"):
        code = REPEATED.format(first=first, tests=str(Path(__file__).parent))
        ran = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        printed.add(ran.stdout.strip())
    assert len(printed) == 1
    assert list(folder.iterdir()) == []


# ---- what is drawn ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FALSE)
def test_drawn_instances_fit_their_claim(name: str) -> None:
    lie = author_lie(THEOREM, name, dict(THEOREM.near_miss_list())[name])
    found = search(lie.claim, lie.assumptions, Random(name), 300)
    assert found is not None
    drawer, rng = Drawer.of(lie.claim, lie.assumptions, found), Random(1)
    coins = Coins(lambda: rng.random() < 0.5)
    fitting = 0
    for draw in (drawer.fresh, drawer.near) * 10:
        finished = complete(draw(coins), lie.claim, lie.assumptions)
        if finished is not None:
            fit(finished, lie.claim, lie.assumptions)
            assert all(finished.sizes[k] <= found.sizes[k] for k in found.sizes)
            fitting += 1
    assert fitting >= 10


def test_a_whitened_law_drawn_small_is_white() -> None:
    from theory import E, eye, random_vector

    e = random_vector("e", n)
    claim, white = Identity(E(e.T @ e), zero()), (equal(E(e @ e.T), eye(n)),)
    rng = Random(2)
    coins = Coins(lambda: rng.random() < 0.5)
    for count in (1, 2, 3, 4):
        law = Law((*(((Fraction(1),) * count,) * 3),), (Fraction(1, 3),) * 3)
        drawer = Drawer.of(claim, white, Instance({"n": count}, {}, {"e": law}))
        for _ in range(6):
            assert decide(claim, white, drawer.fresh(coins)).outcome == "different"


def test_no_heads_draw_the_simplest_instance() -> None:
    claim, assumptions, start = BALANCED
    tails = Coins(lambda: False)
    assert Drawer.of(claim, assumptions, start).fresh(tails) == Instance({"n": 1}, {"v": column(0)})
    assert Drawer.of(claim, assumptions, start).near(tails) == start
    assert ENTRIES[:3] == (0, 1, -1)
    assert tails.choice(ENTRIES) == tails.early(ENTRIES) == 0
    assert tails.random() == 0 == tails.getrandbits(5)
    heads = Coins(lambda: True)
    assert heads.getrandbits(5) == 31

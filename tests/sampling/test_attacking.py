"""Hypothesis draws the batches: the same for the same seed whatever else is loaded, and what failed comes first."""

import importlib
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import hypothesis
import pytest
import torch
from hypothesis import HealthCheck, Phase, configuration, settings
from hypothesis.database import InMemoryExampleDatabase
from sampling.claims import FALSE, TRUE, theorem

from theory.definitions.bn_unit import CENTRED, SECOND_MOMENT
from verify.floating.attacking import MOST_KEPT, ROUND, Kept, attack
from verify.floating.needs import read
from verify.floating.strategy import Drawn, ensembles
from verify.rules.sampling import LEAST_BATCHES, observe
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK)
SETTING = read(TRUE["gradient"], (CENTRED, SECOND_MOMENT))
STRATEGY = ensembles(SETTING, torch.float64, "cpu")


def drawn(count: int, seed: int = 1) -> list[Drawn]:
    """What a test sees that fails nowhere."""
    seen: list[Drawn] = []
    attack(
        STRATEGY, lambda example: bool(seen.append(example)), lambda: count - len(seen), Random(seed), Kept(None, "a")
    )
    return seen


# ---- what is drawn ------------------------------------------------------------------------------------------
def test_the_same_seed_draws_the_same_and_another_draws_others() -> None:
    first = drawn(20)
    assert first == drawn(20)
    assert len(first) == 20
    assert len({example.ensemble.seed for example in (*first, *drawn(20, seed=2))}) == 40


def test_what_modules_are_loaded_changes_nothing_and_no_folder_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hypothesis collects constants from what is loaded, and keeps them in a folder; coins are no numbers."""
    home = tmp_path / "home"
    before = drawn(3 * ROUND)
    (tmp_path / "constants_of_mine.py").write_text(f"A = {tuple(range(101, 400))}\nB = (b'abcdefgh', b'ijkl', b'mn')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    importlib.import_module("constants_of_mine")
    configuration.set_hypothesis_home_dir(home)
    try:
        assert drawn(3 * ROUND) == before
    finally:
        configuration.set_hypothesis_home_dir(None)
        del sys.modules["constants_of_mine"]
    assert {path.name for path in tmp_path.iterdir()} <= {"constants_of_mine.py", "__pycache__"}


def test_no_profile_of_the_caller_changes_what_is_drawn() -> None:
    before, current = drawn(20), settings.get_current_profile_name()
    kept = InMemoryExampleDatabase()
    settings.register_profile("odd", max_examples=2, phases=[Phase.explicit], derandomize=False, database=kept)
    settings.load_profile("odd")
    try:
        assert drawn(20) == before
    finally:
        settings.load_profile(current)
    assert not kept.data


def test_a_test_of_somebody_elses_may_look_on() -> None:
    """The rule inside of a Hypothesis test, as in a suite of one's own: health checks about nesting say nothing."""
    before = drawn(5)

    @settings(max_examples=2, database=None, suppress_health_check=list(HealthCheck))
    @hypothesis.given(hypothesis.strategies.booleans())
    def inside(_: bool) -> None:
        assert drawn(5) == before

    inside()


def test_sizes_corners_functions_and_points_are_spread() -> None:
    """All of them are drawn, none twice as often as it should be, and each round has many functions."""
    seen = [example.ensemble for example in drawn(40 * ROUND)]
    sizes = Counter(ensemble.sizes["d"] for ensemble in seen)
    assert set(sizes) == {1, 2, 3, 5, 8, 16}
    assert max(sizes.values()) < 2 * len(seen) / len(sizes)
    functions = Counter(ensemble.functions["phi"] for ensemble in seen)
    assert set(functions) == set(dict(SETTING.functions)["phi"])
    assert max(functions.values()) < 2 * len(seen) / len(functions)
    assert len({ensemble.corner for ensemble in seen}) == 9
    rounds = [{e.functions["phi"] for e in seen[start : start + ROUND]} for start in range(0, len(seen), ROUND)]
    assert sum(map(len, rounds)) > 5.5 * len(rounds)  # independent draws have 5.3 on average


def test_the_attack_ends_when_nothing_is_left_and_raises_what_the_test_raises() -> None:
    assert drawn(0) == []
    calls: list[Drawn] = []

    def broken(example: Drawn) -> bool:
        calls.append(example)
        raise ZeroDivisionError("of the test's own")

    with pytest.raises(ZeroDivisionError, match="of the test's own"):
        attack(STRATEGY, broken, lambda: 5, Random(1), Kept(None, "a"))
    assert len(calls) == 1


# ---- what is kept -------------------------------------------------------------------------------------------
def until(kept: Kept, wanted: int, most: int = 60, seed: int = 1) -> list[Drawn]:
    """What a test sees that fails on every ensemble of this size."""
    seen: list[Drawn] = []

    def fails(example: Drawn) -> bool:
        seen.append(example)
        return example.ensemble.sizes["d"] == wanted

    attack(STRATEGY, fails, lambda: most - len(seen), Random(seed), kept)
    return seen


def test_what_failed_is_kept_and_comes_first(tmp_path: Path) -> None:
    first = until(Kept(tmp_path, "a"), 3)
    assert [example.ensemble.sizes["d"] == 3 for example in first] == [False] * (len(first) - 1) + [True]
    assert len(first) > 1
    assert until(Kept(tmp_path, "a"), 3, seed=7) == [first[-1]]
    assert len(until(Kept(tmp_path, "b"), 3)) == len(first), "of another test's failures nothing is known"


def test_a_seed_of_the_caller_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pytest --hypothesis-seed` is for the caller's own tests."""
    monkeypatch.setattr("hypothesis.core.global_force_seed", None)
    first = until(Kept(tmp_path, "a"), 3)
    monkeypatch.setattr("hypothesis.core.global_force_seed", 5)
    assert until(Kept(None, "a"), 3) == first
    assert until(Kept(tmp_path, "a"), 3, seed=7) == [first[-1]]


def test_what_fails_no_longer_is_forgotten_and_nothing_else_is_kept(tmp_path: Path) -> None:
    (failure,) = until(Kept(tmp_path, "a"), 3)[-1:]
    again = until(Kept(tmp_path, "a"), -1)
    assert again[0] == failure
    assert len(again) == 60
    assert failure not in until(Kept(tmp_path, "a"), -1, seed=9)


def test_what_crashes_or_is_stopped_is_no_failure(tmp_path: Path) -> None:
    from verify.patience import OutOfTime

    for error in (ZeroDivisionError(), OutOfTime()):

        def stopped(example: Drawn, error: BaseException = error) -> bool:
            raise error

        with pytest.raises(type(error)):
            attack(STRATEGY, stopped, lambda: 5, Random(1), Kept(tmp_path, "a"))
    assert list(tmp_path.iterdir()) == []


def test_a_corrupt_folder_is_as_good_as_an_empty_one(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "a")
    until(kept, 3)
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    for folder in folders:
        for path in folder.iterdir():
            path.write_bytes(b"\xff\xfe no choices of anybody's")
        for number in range(3 * MOST_KEPT):
            (folder / f"{number:016x}").write_bytes(bytes([number]) * 40)
        (folder / "long").write_bytes(b"x" * (1 << 20))
    assert until(Kept(tmp_path, "a"), 3)[-1].ensemble.sizes == {"d": 3}


def test_a_folder_that_cannot_be_used_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = until(Kept(tmp_path / "none", "a"), 3)
    (tmp_path / "file").write_text("no folder")
    assert until(Kept(tmp_path / "file", "a"), 3) == plain

    def refused(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    for name in ("mkdir", "is_dir", "unlink"):
        monkeypatch.setattr(Path, name, refused)
    assert until(Kept(tmp_path / "refused", "a"), 3) == plain


def test_a_refuted_claim_fails_at_once_the_next_time_and_a_true_one_keeps_nothing(tmp_path: Path) -> None:
    keeping = replace(QUICK, failures=str(tmp_path / "failures"))
    false, true = theorem(FALSE["bound reversed"]), theorem(TRUE["variance"])
    first = observe(false, keeping, "float64")
    assert first == observe(false, QUICK, "float64"), "where nothing is kept yet, the folder changes nothing"
    assert first.witness is not None
    again = observe(false, replace(keeping, seed=5), "float64")
    assert again.witness is not None
    assert again.requested <= 2**13 / LEAST_BATCHES[QUICK.budget]
    (tmp_path / "empty").mkdir()
    assert observe(true, replace(QUICK, failures=str(tmp_path / "empty")), "float64") == observe(true, QUICK, "float64")
    assert list((tmp_path / "empty").iterdir()) == []

"""What is measured, small: seeds, a real kill -9, trained networks, one batch norm and many."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import files
import pytest
import torch

from numerics.digits import digits
from numerics.experiments import trainability
from numerics.experiments.cells import ABREAST, Cell, Checkpoint, Result, run, table
from numerics.experiments.growth import BLOCK, Block, Growth, alike, measure, measure_together, network_seed
from numerics.experiments.insertion import Insertion, OneAndMany
from numerics.experiments.insertion import measure as insert
from numerics.experiments.measurements import measurement
from numerics.experiments.shares import ResidualShare
from numerics.experiments.sphere import Functional
from numerics.experiments.trainability import Trainability, Training

NOWHERE = Checkpoint(None)
SMALL = Growth("tanh", 8, (8, 16), (2, 4, 6), 32)
PROGRAM = """
import sys, time
from pathlib import Path
from numerics.experiments.cells import run
from numerics.experiments.growth import Growth
plan = [cell for batch in range(6, 11) for cell in Growth("tanh", batch, (32, 64), (2, 8), 128).plan(3, "cpu")]
def wait(step):
    if step.done == 3 and "wait" in sys.argv:
        time.sleep(3600)
print("begin", flush=True)
print([r.numbers for r in run(plan, Path(sys.argv[1]), version="1", progress=wait)])
"""


def results(growth: Growth, seed: int = 0) -> list[Result]:
    return run(growth.plan(seed, "cpu"), None)


# ---- growth -------------------------------------------------------------------------------------------------
def test_seeds_give_the_same_networks_and_others_give_others() -> None:
    first, again, other = results(SMALL), results(SMALL), results(SMALL, 1)
    assert [r.numbers for r in first] == [r.numbers for r in again]
    assert all(a.numbers != b.numbers for a, b in zip(first, other, strict=True))
    narrow, wide = (cell.settings for cell in SMALL.plan(0, "cpu"))
    assert network_seed(narrow, 0) != network_seed(wide, 0)
    assert network_seed(narrow, 0) == network_seed(replace(narrow, start=5, stop=9, device="cuda"), 0)


def test_networks_do_not_depend_on_the_block_they_are_in() -> None:
    whole = table(measure(Block("relu", 8, 6, (2, 5), 0, 6), NOWHERE)["logs"].tolist())
    later = table(measure(Block("relu", 8, 6, (2, 5), 4, 6), NOWHERE)["logs"].tolist())
    torch.testing.assert_close(whole[4:], later, rtol=0, atol=1e-4)
    assert [cell.settings.stop for cell in replace(SMALL, networks=BLOCK + 1).plan(0, "cpu")][:2] == [BLOCK, BLOCK + 1]


def test_the_slope_of_linear_networks_is_the_closed_form() -> None:
    """log((B-2)/(B-3)), by a fast experiment; half of it is far outside."""
    growth = Growth("identity", 8, (32, 64), (2, 6, 10), 512)
    estimate = growth.outcome(results(growth)).estimate
    assert abs(estimate.value - math.log(6 / 5)) < 5 * estimate.standard_error + 0.01
    assert abs(estimate.value - math.log(6 / 5) / 2) > 5 * estimate.standard_error + 0.01
    assert estimate.count == 512


def test_the_norm_grows_at_half_the_slope_of_its_square() -> None:
    squared, norm = (growth.outcome(results(SMALL)) for growth in (SMALL, replace(SMALL, power=1)))
    assert norm.estimate.value == pytest.approx(squared.estimate.value / 2, abs=0.1)
    assert [c.label for c in squared.curves] == ["width 8", "width 16"]
    assert squared.curves[0].x == (2.0, 4.0, 6.0)


@pytest.mark.parametrize("wrong", [{"widths": (8, 24)}, {"power": 3}, {"against": "width"}])
def test_settings_are_checked(wrong: dict[str, object]) -> None:
    good = {"activation": "relu", "batch": 8, "widths": (8,), "depths": (2, 4), "networks": 4}
    assert measurement("growth of the gradient", good)
    with pytest.raises(ValueError, match="expected"):
        measurement("growth of the gradient", {**good, **wrong})
    with pytest.raises(ValueError, match="unexpected keyword"):
        measurement("growth of the gradient", {**good, "colour": "red"})
    with pytest.raises(ValueError, match="a measurement of"):
        measurement("growth of the grass", good)


def test_a_killed_run_goes_on_and_ends_as_if_left_alone(tmp_path: Path) -> None:
    kept, alone = tmp_path / "kept", tmp_path / "alone"
    command = [sys.executable, "-c", PROGRAM]
    first = subprocess.Popen([*command, str(kept), "wait"], stdout=subprocess.PIPE, text=True)
    files.until(lambda: len(list(kept.glob("*.json"))) == 3 or first.poll() is not None)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    before = {path.name: path.stat().st_mtime_ns for path in kept.glob("*.json")}
    assert len(before) == 3, "the run was to be killed in the middle"
    resumed = subprocess.run([*command, str(kept)], capture_output=True, text=True, check=True).stdout
    for name, stamp in before.items():
        assert (kept / name).stat().st_mtime_ns == stamp, "a finished cell was computed again"
    undisturbed = subprocess.run([*command, str(alone)], capture_output=True, text=True, check=True).stdout
    assert resumed == undisturbed
    assert len(list(kept.glob("*.json"))) == 10
    assert not list(kept.glob("*.partial*")) or first.returncode == -signal.SIGKILL


@pytest.mark.parametrize("damage", ["", "{}", '{"numbers": {"logs": [[0]]}, "digest": "0"}', "\\x00"])
def test_a_damaged_cell_is_computed_again(tmp_path: Path, damage: str) -> None:
    plan = SMALL.plan(0, "cpu")
    good = run(plan, tmp_path)
    for path in tmp_path.glob("*.json"):
        path.write_text(damage)
    again = run(plan, tmp_path)
    assert [r.numbers for r in again] == [r.numbers for r in good]
    assert not any(r.kept for r in again)
    assert all(r.kept for r in run(plan, tmp_path))
    assert not any(r.kept for r in run(plan, tmp_path, version="another"))


def test_an_edited_number_is_noticed(tmp_path: Path) -> None:
    plan = SMALL.plan(0, "cpu")
    run(plan, tmp_path)
    path = next(tmp_path.glob("*.json"))
    document = json.loads(path.read_text())
    document["numbers"]["logs"][0][0] += 1.0
    path.write_text(json.dumps(document))
    assert sum(r.kept for r in run(plan, tmp_path)) == len(plan) - 1


def test_progress_says_what_is_left() -> None:
    told = []
    run(SMALL.plan(0, "cpu"), None, progress=told.append)
    assert [step.done for step in told] == [0, 1, 2]
    assert told[0].seconds_left is None
    assert told[1].seconds_left is not None
    assert told[1].seconds_left > 0
    assert told[2].seconds_left == pytest.approx(0, abs=1e-6)
    assert "width 16" in told[2].label


# ---- training -----------------------------------------------------------------------------------------------
TRAINING = Training("relu", 8, 16, 2, False, 0.1, 100, 2)


def test_digits_are_the_ones_expected() -> None:
    images, labels = digits()
    assert images.shape == (1797, 64)
    assert labels.bincount().tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert float(images.mean()) == pytest.approx(0, abs=1e-5)
    assert float(images.std()) == pytest.approx(1, abs=1e-5)


def test_shallow_networks_learn_the_digits() -> None:
    estimate = _trained(Trainability("relu", 16, 32, 2, False, ("0.1", "0.000001"), 100, 3))
    assert estimate.value > 0.6
    assert estimate.count == 3


def _trained(quantity: Trainability):
    return quantity.outcome(run(quantity.plan(0, "cpu"), None)).estimate


def test_a_diverged_network_is_counted_and_not_averaged() -> None:
    quantity = Trainability("identity", 8, 16, 1, True, ("1e30",), 50, 3)
    with pytest.raises(ValueError, match="two finite runs"):
        _trained(quantity)
    cells = quantity.plan(0, "cpu")
    spoiled = Result(cells[0], {"accuracy": [[0.5, 0.7, "nan"]]}, 0.0, kept=False)
    estimate = quantity.outcome([spoiled]).estimate
    assert (estimate.count, estimate.diverged) == (2, 1)
    assert estimate.value == pytest.approx(0.6)


class KilledError(Exception):
    pass


def test_training_goes_on_from_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = trainability.measure(TRAINING, NOWHERE)
    monkeypatch.setattr(trainability, "SAVE_EVERY", -1.0)
    step, taken = trainability._step, []

    def dying(*arguments: object) -> object:
        taken.append(1)
        if len(taken) == 60:
            raise KilledError
        return step(*arguments)

    monkeypatch.setattr(trainability, "_step", dying)
    place = Checkpoint(tmp_path / "cell.state")
    with pytest.raises(KilledError):
        trainability.measure(TRAINING, place)
    assert trainability.measure(TRAINING, place) == whole
    assert len(taken) == 60 + 100 - 59


def test_a_full_disk_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(trainability, "SAVE_EVERY", -1.0)
    monkeypatch.setattr(torch, "save", full)
    told: list[str] = []
    cell = Cell("numerics.experiments.trainability:measure", TRAINING)
    (result,) = run([cell], tmp_path, warn=told.append)
    assert len(told) == 1
    assert "No space left" in told[0]
    assert result.numbers == trainability.measure(TRAINING, NOWHERE)
    monkeypatch.setattr(Path, "write_text", full)
    (again,) = run([cell], tmp_path / "other", warn=told.append)
    assert again.numbers == result.numbers
    assert "No space left" in told[1]
    assert not list((tmp_path / "other").glob("*.partial"))


# ---- one and many, shares -----------------------------------------------------------------------------------
def test_every_batch_norm_obeys_theorem_4_1_and_the_further_one_changes_nothing() -> None:
    found = insert(Insertion("relu", 16, 6, 4, 3), NOWHERE)
    assert max(found["discrepancy"]) < 1e-12
    assert max(found["change"]) < 1e-12
    assert all(0 < ratio < 1 for ratio in found["ratio"])
    assert [len(row) for row in found["logs"]] == [3] * 3


def test_the_further_batch_norm_leaves_b_minus_2_of_b_minus_1() -> None:
    quantity = OneAndMany("ratio", "tanh", 64, 5, 6, 48)
    estimate = quantity.outcome(run(quantity.plan(0, "cpu"), None)).estimate
    assert abs(estimate.value - 3 / 4) < 5 * estimate.standard_error
    assert estimate.standard_error < 0.02
    with pytest.raises(ValueError, match="quantity of"):
        OneAndMany("size", "tanh", 64, 5, 6, 48)


def test_shares_fall_as_one_over_the_number_of_branches() -> None:
    quantity = ResidualShare("relu", 64, 16, 8, 24)
    outcome = quantity.outcome(run(quantity.plan(0, "cpu"), None))
    assert abs(outcome.estimate.value - 1) < 5 * outcome.estimate.standard_error
    assert outcome.curves[0].y[0] == pytest.approx(1 / 2, abs=0.05)
    assert outcome.curves[0].y[-1] == pytest.approx(1 / 8, abs=0.02)


def test_a_cell_returns_plain_numbers() -> None:
    with pytest.raises(TypeError, match="plain numbers"):
        run([Cell(f"{__name__}:nonsense", TRAINING)], None)


def nonsense(settings: Training, checkpoint: Checkpoint) -> object:
    return {"value": object()}


# ---- cells that have something in common ----------------------------------------------------------------------
TOGETHER = [
    Growth(phi, batch, (8,), (2, 5), 40, residual=residual)
    for phi, batch, residual in (("relu", 6, False), ("tanh", 6, True), ("relu", 12, True))
]
POINTS = [Functional("rate", phi, 5, 6000, 3) for phi in ("relu", "tanh")]


@pytest.mark.parametrize("measured", [TOGETHER, POINTS], ids=["growth", "sphere"])
def test_cells_computed_together_are_those_computed_alone(tmp_path: Path, measured: list[Growth | Functional]) -> None:
    """To the last bit, so that what is computed again after a kill, or elsewhere, changes nothing."""
    plan = [cell for one in measured for cell in one.plan(0, "cpu")]
    assert len({(cell.together, cell.common) for cell in plan}) == 1
    together = [r.numbers for r in run(plan, tmp_path)]
    alone = [run([cell], None)[0].numbers for cell in plan]
    assert together == alone
    assert len({json.dumps(numbers) for numbers in alone}) == len(plan)
    next(tmp_path.glob("*.json")).unlink()
    again = run(plan, tmp_path)
    assert [r.numbers for r in again] == alone
    assert sum(not r.kept for r in again) == 1


def test_a_group_of_cells_is_bounded() -> None:
    plan = [cell for batch in range(6, 6 + ABREAST + 1) for cell in Growth("relu", batch, (4,), (2,), 4).plan(0, "cpu")]
    told: list[int] = []
    found = run(plan, None, progress=lambda step: told.append(step.done))
    assert told == list(range(len(plan) + 1))
    assert [r.cell for r in found] == plan


def test_blocks_of_one_width_are_alike_and_others_are_refused() -> None:
    plain, residual, wider = (
        Growth("tanh", 6, (n,), (1,), 8, residual=skip).plan(0, "cpu")[0].settings
        for n, skip in ((8, False), (8, True), (9, False))
    )
    assert alike(plain) == alike(residual) != alike(wider)
    with pytest.raises(ValueError, match="one width and side"):
        measure_together([plain, wider])

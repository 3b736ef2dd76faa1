"""Batches on every device: drawn there, within the same bounds, asked for a dozen numbers however large they are."""

from __future__ import annotations

from random import Random

import pytest
import torch
from found_devices import DEVICES
from sampling.claims import TRUE

from numerics.ensembles import generator_on
from theory import Identity
from theory.definitions.bn_unit import CENTRED, LIPSCHITZ, SECOND_MOMENT, SPECTRUM_ABOVE
from verify.bench.gpu import moved
from verify.bench.traffic import traffic
from verify.floating import building
from verify.floating.building import Built, build
from verify.floating.ensembling import draw_ensemble
from verify.floating.halving import halving
from verify.floating.measure import Sides, measure
from verify.floating.needs import read

pytestmark = [pytest.mark.device, pytest.mark.parametrize("device", DEVICES)]
ASSUMPTIONS = (CENTRED, SECOND_MOMENT, SPECTRUM_ABOVE, LIPSCHITZ)
DTYPES = [torch.float32, torch.float64]
ASKED = 18  # numbers that Python asks a batch for; on a CPU, where nothing waits, also whether sums are finite


def drawn(claim, dtype, device, count=128, index=0) -> Built:
    setting = read(claim, ASSUMPTIONS)
    return build(setting, draw_ensemble(setting, Random(f"{claim!r}/{dtype}"), index), count, dtype, device)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TRUE)
def test_no_residual_leaves_its_bound(name: str, dtype: torch.dtype, device: str) -> None:
    for index in range(3):
        found = measure(Sides.of(TRUE[name]), drawn(TRUE[name], dtype, device, index=index), full=True)
        assert not found.suspects
        assert found.worst <= 1


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_wrong_factor_is_seen(dtype: torch.dtype, device: str) -> None:
    claim = Identity(TRUE["variance"].left, 2 * TRUE["variance"].right)
    found = measure(Sides.of(claim), drawn(claim, dtype, device), full=False)
    assert len(found.suspects) > 0.9 * found.satisfied > 0


@pytest.mark.parametrize("name", ["gradient", "inverse"])
def test_the_same_instances_stay_within_the_bound_elsewhere(name: str, device: str) -> None:
    built = drawn(TRUE[name], torch.float32, "cpu")
    there = moved(built, device)
    assert {value.device.type for value in (*there.inputs.symbols.values(), *there.inputs.laws.values())} == {device}
    here, elsewhere = (measure(Sides.of(TRUE[name]), b, full=True) for b in (built, there))
    assert here.satisfied == elsewhere.satisfied
    assert max(here.worst, elsewhere.worst) <= 1


def test_a_batch_is_drawn_where_it_stays(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[torch.Generator] = []
    monkeypatch.setattr(building, "generator_on", lambda *where: made.append(generator_on(*where)) or made[-1])
    first, again = (drawn(TRUE["gradient"], torch.float32, device) for _ in range(2))
    assert {g.device.type for g in made} == {device}
    for name, value in first.inputs.symbols.items():
        assert value.device.type == device
        assert torch.equal(value, again.inputs.symbols[name]), "a seed names the same instances on one device"


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("name", TRUE)
def test_a_batch_is_asked_for_a_dozen_numbers_however_large(name: str, wrong: bool, full: bool, device: str) -> None:
    claim = TRUE[name]
    if wrong and isinstance(claim, Identity):
        claim = Identity(claim.left, 2 * claim.right)
    sides = Sides.of(claim)
    asked = [
        traffic(lambda k=count: measure(sides, drawn(claim, torch.float32, device, k), full=full)).asked
        for count in (64, 512)
    ]
    assert asked[0] == asked[1] <= ASKED


def test_a_number_asked_for_each_instance_is_counted(device: str) -> None:
    values = torch.ones(7, device=device)
    counted = traffic(lambda: [float(value) for value in values])
    assert counted.asked == 7


def test_bytes_are_those_that_are_read_and_written(device: str) -> None:
    a = torch.ones(1000, device=device, dtype=torch.float64)
    assert traffic(lambda: a + a).moved == 3 * 8000
    assert traffic(lambda: a[:500].exp()).moved == 2 * 4000
    assert traffic(lambda: a[:1].expand(1000) * a).moved == 8 + 2 * 8000
    assert traffic(lambda: a.reshape(10, 100).mT).moved == 0


def test_where_memory_runs_out_half_as_many_are_tried(device: str) -> None:
    tried = []

    def work(count: int) -> int:
        tried.append(count)
        if count > 100:
            raise torch.OutOfMemoryError("planted")
        return len(drawn(TRUE["variance"], torch.float32, device, count).satisfied)

    assert halving(work, 512) == (64, 64)
    assert tried == [512, 256, 128, 64]
    with pytest.raises(torch.OutOfMemoryError):
        halving(lambda count: work(count + 100), 4)

"""Residuals in units of the derived bound: one scale for both precisions, and sixteen units are always found."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
import torch
from sampling.claims import TRUE

from theory import inverse, matrix, vector
from theory.definitions.bn_unit import CENTRED, SECOND_MOMENT
from theory.theorems.decoupling import length_and_direction
from theory.theorems.smoothness import normalised_batch
from verify.floating import measure as measuring
from verify.floating.building import build, errors_of
from verify.floating.ensembling import draw_ensemble
from verify.floating.measure import BUCKETS, Sides, measure
from verify.floating.needs import read
from verify.floating.tolerance import analyse, as_double
from verify.floating.torch_compile import compile_term
from verify.floating.torch_run import Inputs
from verify.rules.sampling import observe
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK, seed=5)
DTYPES = [torch.float32, torch.float64]
THEOREMS = [m.THEOREM for m in (length_and_direction, normalised_batch)]
IDENTITIES = {name: TRUE[name] for name in ("variance", "gradient", "in gamma", "inverse")}


def batches(claim, dtype, count=3):
    setting, rng = read(claim, (CENTRED, SECOND_MOMENT)), Random(f"{claim!r}/{dtype}")
    for index in range(count):
        yield build(setting, draw_ensemble(setting, rng, index), 128, dtype, "cpu")


def bound_of(sides, built):
    """The derived bound of both sides together, entry by entry."""
    inputs, errors = as_double(built.inputs), errors_of(built.setting, built.inputs)
    parts = [analyse(p, inputs, errors, built.inputs.dtype) for p in (sides.left_bound, sides.right_bound)]
    return parts[0][2] + parts[1][2]


def planted(monkeypatch, units):
    """Every left side is computed wrongly, by that many bounds in every entry."""
    honest = measuring.run_together

    def wrong(programs, inputs):
        values, good = honest(programs, inputs)
        slots = list(values)
        if programs[0] is wrong.sides.left:
            shift = units * bound_of(wrong.sides, wrong.built)
            slots[programs[0].result] = (slots[programs[0].result].double() + shift).to(inputs.dtype)
        return slots, good

    monkeypatch.setattr(measuring, "run_together", wrong)
    return wrong


@pytest.mark.parametrize(("full", "probe"), [(False, 0), (False, 16), (True, 16)])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", IDENTITIES)
def test_a_planted_discrepancy_of_sixteen_units_is_found(name, dtype, full, probe, monkeypatch):
    """Nearly every resolved instance, found without its bound computed (the screen lets none through) or with it."""
    sides, wrong, seen = Sides.of(IDENTITIES[name]), planted(monkeypatch, 16), 0
    for built in batches(IDENTITIES[name], dtype):
        wrong.sides, wrong.built = sides, built
        found = measure(sides, built, full=full, probe=probe)
        assert len(found.suspects) == found.satisfied
        assert found.satisfied == 0 or 8 < found.worst < 32
        seen += found.satisfied
    assert seen > 100


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_the_discrepancy_the_same_batches_have_no_suspect(dtype):
    for claim in IDENTITIES.values():
        for built in batches(claim, dtype):
            found = measure(Sides.of(claim), built, full=True)
            assert found.suspects == ()
            assert found.worst <= 1


def median_bucket(histogram):
    """The bucket of the median residual that is not exactly 0; one bucket is a factor 2."""
    nonzero, seen = sum(histogram[1:]), 0
    for bucket, count in enumerate(histogram[1:], 1):
        seen += count
        if 2 * seen >= nonzero > 0:
            return bucket
    return pytest.fail("no residual was measured")


@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda t: t.id)
def test_a_run_in_float32_and_one_in_float64_lie_on_one_scale(theorem):
    """The roundoffs differ by 2^29; the residuals in units of the bound by less than 2^4."""
    single, double = (observe(theorem, QUICK, dtype) for dtype in ("float32", "float64"))
    for trace in (single, double):
        assert trace.suspects == 0
        assert 2.0**-8 < trace.worst_residual <= 1
        assert sum(trace.histogram) > 500
        assert trace.histogram[BUCKETS - 1] == 0
    assert 1 / 16 < single.worst_residual / double.worst_residual < 16
    assert abs(median_bucket(single.histogram) - median_bucket(double.histogram)) <= 4


@pytest.mark.parametrize("name", ["variance", "gradient", "in gamma"])
def test_the_unit_follows_the_dtype(name):
    """The same formula at the same sizes: the bound relative to what is compared scales with the roundoff."""
    claim, medians = IDENTITIES[name], []
    setting, sides = read(claim, (CENTRED, SECOND_MOMENT)), Sides.of(claim)
    for dtype in DTYPES:
        ensemble = replace(draw_ensemble(setting, Random(1), 0), corner="generic")
        built = build(setting, ensemble, 128, dtype, "cpu")
        left = analyse(sides.left_bound, as_double(built.inputs), errors_of(setting, built.inputs), dtype)
        relative = (bound_of(sides, built) / left[1]).reshape(128, -1).amax(-1)
        medians.append(float(relative[built.satisfied].median()))
    assert 2.0**26 < medians[0] / medians[1] < 2.0**32


def bound_in_float32(term, **symbols):
    """(value, bound in units of the roundoff 2^-24) of a term at one instance."""
    inputs = Inputs({}, {name: value[None] for name, value in symbols.items()}, {}, {}, torch.float32, "cpu")
    value, _, bound = analyse(compile_term(term, "symbols"), as_double(inputs), {}, torch.float32)
    return value[0], bound[0] * 2.0**24


def test_the_unit_follows_the_length_of_the_sum():
    """v'v of n ones: n additions and multiplications."""
    for size in (16, 100):
        v = vector("v", size)
        value, bound = bound_in_float32(v.T @ v, v=torch.ones(size))
        assert (float(value), float(bound / value)) == (size, size)


def test_the_unit_follows_the_conditioning():
    """A^-1 b is bounded by the condition of A; where float32 cannot tell A from a singular matrix, by nothing."""
    A, b, worst = matrix("A", 2), vector("b", 2), []
    for small in (1.0, 2.0**-10, 2.0**-23):
        rows = torch.tensor([[1.0, 1.0], [1.0, 1.0 + small]])
        value, bound = bound_in_float32(inverse(A) @ b, A=rows, b=torch.ones(2))
        worst.append(float((bound / value.abs().amax()).amax()) * 2.0**-24)
    assert worst[0] < 1e-4
    assert worst[1] / worst[0] > 2.0**8
    assert worst[2] > 1

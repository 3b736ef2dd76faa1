"""The derived bound: never below the rounding seen, not far above it, and on one scale in both precisions."""

from random import Random

import pytest
import torch
from sampling.claims import TRUE

from theory.definitions.bn_unit import CENTRED, SECOND_MOMENT
from theory.terms.rewrite import unfold
from verify.floating.building import build, counts_of, errors_of
from verify.floating.ensembling import draw_ensemble
from verify.floating.measure import Sides, bucket_labels, histogram_of, measure
from verify.floating.needs import read
from verify.floating.screen import least_bound
from verify.floating.tolerance import analyse, as_double
from verify.floating.torch_compile import compile_term
from verify.floating.torch_run import run, run_slots

ASSUMPTIONS = (CENTRED, SECOND_MOMENT)


def batches(name: str, dtype: torch.dtype, count: int = 6):
    setting = read(TRUE[name], ASSUMPTIONS)
    rng = Random(f"{name}/{dtype}")
    for index in range(count):
        yield build(setting, draw_ensemble(setting, rng, index), 128, dtype, "cpu")


@pytest.mark.parametrize("name", TRUE)
def test_float32_against_float64_stays_within_the_bound(name: str) -> None:
    """The float64 value of the same inputs is the truth to a float32 program."""
    term = TRUE[name].right if name != "orthogonal" else TRUE[name].left
    reference, symbols = compile_term(term), compile_term(unfold(term), "symbols")
    for built in batches(name, torch.float32):
        exact, size, bound = analyse(symbols, as_double(built.inputs), {}, torch.float32)
        error = (run(reference, built.inputs).double() - exact).abs()
        good = built.satisfied.reshape((-1,) + (1,) * (error.dim() - 1)) & (bound < size)
        assert (error <= bound)[good.expand_as(error)].all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", TRUE)
def test_the_screen_is_never_above_the_bound(name: str, dtype: torch.dtype) -> None:
    for side in (TRUE[name].left, TRUE[name].right):
        reference, symbols = compile_term(side), compile_term(unfold(side), "symbols")
        for built in batches(name, dtype, 3):
            least = least_bound(
                reference, run_slots(reference, built.inputs), built.inputs, counts_of(built.setting, built.inputs)
            )
            _, size, bound = analyse(symbols, as_double(built.inputs), errors_of(built.setting, built.inputs), dtype)
            resolved = torch.isfinite(least) & (bound < 1e-3 * size)
            assert (least.double() <= 1.01 * bound)[resolved.expand_as(least)].all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_discrepancy_of_sixteen_bounds_is_found(dtype: torch.dtype) -> None:
    claim = TRUE["gradient"]
    sides = Sides.of(claim)
    for built in batches("gradient", dtype):
        left = analyse(sides.left_bound, as_double(built.inputs), errors_of(built.setting, built.inputs), dtype)
        right = analyse(sides.right_bound, as_double(built.inputs), errors_of(built.setting, built.inputs), dtype)
        discrepancy = 16 * (left[2] + right[2])
        worst = (discrepancy / torch.maximum(left[1], right[1])).flatten(1).amax(-1)
        # Relative to what is compared, sixteen bounds are small: the bound is not so lax that it hides errors.
        assert worst[built.satisfied].median() < (1e-2 if dtype is torch.float32 else 1e-10)


def test_planted_relative_error_is_a_suspect_in_each_precision() -> None:
    from fractions import Fraction

    from theory import Identity, number

    for dtype, error in ((torch.float32, Fraction(1, 2**8)), (torch.float64, Fraction(1, 2**30))):
        claim = TRUE["variance"]
        wrong = Identity(claim.left, number(1 + error) * claim.right)
        setting = read(wrong, ASSUMPTIONS)
        built = build(setting, draw_ensemble(setting, Random(1), 0), 256, dtype, "cpu")
        found = measure(Sides.of(wrong), built, full=False)
        assert len(found.suspects) > 0.9 * found.satisfied


def test_residuals_of_both_precisions_lie_on_one_scale() -> None:
    medians = []
    for dtype in (torch.float32, torch.float64):
        sides = Sides.of(TRUE["variance"])
        worst = [measure(sides, built, full=True).worst for built in batches("variance", dtype)]
        medians.append(sorted(worst)[len(worst) // 2])
    assert 1 / 16 < medians[0] / medians[1] < 16
    assert max(medians) < 1


def test_histogram_buckets() -> None:
    ratio = torch.tensor([0.0, 2.0**-40, 0.3, 0.5, 0.75, 1.0, 3.0], dtype=torch.float64)
    counts = dict(zip(bucket_labels(), histogram_of(ratio), strict=True))
    assert counts["0"] == 1
    assert counts["<= 2^-11"] == 1
    assert counts["<= 2^-1"] == 2
    assert counts["<= 1"] == 2
    assert counts["> 1"] == 1


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_matrix_that_cannot_be_told_from_a_singular_one_has_no_bound(dtype: torch.dtype) -> None:
    from theory import dimension, inverse, matrix
    from verify.floating.torch_run import Inputs

    d = dimension("d")
    program = compile_term(inverse(matrix("A", d)))
    eps = torch.finfo(dtype).eps
    for gap, known in ((4 * eps, False), (eps**0.25, True)):
        table = torch.tensor([[[1, 1], [1, 1 + gap]]], dtype=torch.float64)
        _, _, bound = analyse(program, Inputs({"d": 2}, {"A": table}, {}, {}, torch.float64, "cpu"), {}, dtype)
        assert bool(torch.isfinite(bound).all()) is known

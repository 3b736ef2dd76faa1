"""Float32 products are full where a rule runs, and what was set before is set again."""

from __future__ import annotations

import pytest
import torch

from numerics import precision
from verify.running import executors
from verify.settings import Settings


def switches() -> tuple[object, ...]:
    matmul, conv = torch.backends.cuda.matmul, torch.backends.cudnn.conv
    return (
        matmul.fp32_precision,
        conv.fp32_precision,
        matmul.allow_fp16_reduced_precision_reduction,
        matmul.allow_bf16_reduced_precision_reduction,
    )


def seen_by_a_rule(theorem: object, settings: Settings) -> tuple[object, ...]:
    return switches()


def test_switches_are_set_for_a_while() -> None:
    before = switches()
    assert before[1] == "tf32", "torch cuts what convolutions multiply, unless told"
    with precision.products(precision.FULL):
        assert switches() == ("ieee", "ieee", False, False)
        with precision.products(precision.REDUCED):
            assert switches() == ("tf32", "tf32", True, True)
        assert switches() == ("ieee", "ieee", False, False)
    assert switches() == before


def test_another_precision_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 'ieee' or 'tf32', got 'half'"), precision.products("half"):
        pass


def test_a_unit_on_a_gpu_computes_in_full() -> None:
    before = switches()
    work = executors.Work("m", "a.b", "sampling", "", f"{__name__}:seen_by_a_rule", Settings(device="cuda"))
    outcome = executors.perform(work, None)  # type: ignore[arg-type]
    assert outcome.value == ("ieee", "ieee", False, False), outcome.problem
    assert switches() == before

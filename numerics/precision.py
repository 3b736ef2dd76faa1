"""How a GPU multiplies float32 numbers: as they are, or cut to TensorFloat-32, as torch does in convolutions by itself.

Knows nothing of theory or verify.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

FULL, REDUCED = "ieee", "tf32"


@contextlib.contextmanager
def products(precision: str) -> Iterator[None]:
    """FULL or REDUCED products of float32 matrices and images, and sums of half-precision products, for a while.

    Of no effect on a CPU. Raises ValueError for another precision.
    """
    if precision not in (FULL, REDUCED):
        raise ValueError(f"expected {FULL!r} or {REDUCED!r}, got {precision!r}.")
    matmul, conv = torch.backends.cuda.matmul, torch.backends.cudnn.conv  # type: ignore[attr-defined]
    sums = ("allow_fp16_reduced_precision_reduction", "allow_bf16_reduced_precision_reduction")
    places = [(matmul, "fp32_precision"), (conv, "fp32_precision"), *((matmul, name) for name in sums)]
    before = [getattr(place, name) for place, name in places]
    wanted = [precision, precision, *(precision == REDUCED for _ in sums)]
    try:
        for (place, name), value in zip(places, wanted, strict=True):
            setattr(place, name, value)
        yield
    finally:
        for (place, name), value in zip(places, before, strict=True):
            setattr(place, name, value)

"""Real images without a download: the 1797 handwritten digits of 8 x 8 pixels in scikit-learn (Alpaydin & Kaynak).

Only their file is read; scikit-learn itself is not imported. Knows nothing of theory or verify.
"""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path

import torch
from jaxtyping import Float, Int
from torch import Tensor

IMAGES, SIDE, CLASSES = 1797, 8, 10


def digits() -> tuple[Float[Tensor, "images 64"], Int[Tensor, " images"]]:
    """Pixels less their mean over all images, divided by one common deviation, and labels 0 to 9.

    Raises FileNotFoundError if scikit-learn is not installed, ValueError if its file is not the one expected.
    """
    spec = importlib.util.find_spec("sklearn")
    folder = next(iter(spec.submodule_search_locations or ()), None) if spec else None
    if folder is None:
        raise FileNotFoundError(
            "expected scikit-learn, whose digits are the images here. Remedy: pip install scikit-learn."
        )
    path = Path(folder) / "datasets" / "data" / "digits.csv.gz"
    with gzip.open(path, "rt", encoding="ascii") as file:
        table = torch.tensor([[float(entry) for entry in line.split(",")] for line in file])
    if table.shape != (IMAGES, SIDE**2 + 1):
        raise ValueError(f"expected {IMAGES} rows of {SIDE**2 + 1} numbers, got {tuple(table.shape)} in {path}.")
    pixels = table[:, :-1] - table[:, :-1].mean(0)
    return pixels / pixels.std(), table[:, -1].long()

"""What the networks of the covariate-shift experiment learn: Gaussian regression, scikit-learn's digits, CIFAR-10.

A data set is named by a string, which is part of an experiment's settings:

    gaussian            1000 samples of 10 standard normal inputs, targets A x with a Gaussian A
    digits, digits32    1797 real images of 8 x 8 pixels, from scikit-learn; the same enlarged to 32 x 32
    cifar10:DIR#SUM     CIFAR-10 from a folder; SUM is the checksum of what was found there

Knows nothing of theory or verify.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from numerics.digits import SIDE, digits
from numerics.shift import cifar
from numerics.shift.four_networks import mixed


@dataclass(frozen=True)
class Regression:
    """inputs (samples, width), targets (samples, width)."""

    inputs: Tensor
    targets: Tensor


@dataclass(frozen=True)
class Images:
    """Pixels as they are stored, (images, channels, side, side), and labels; mean and deviation a channel."""

    pixels: Tensor
    labels: Tensor
    mean: Tensor
    deviation: Tensor

    def batch(self, chosen: Tensor, dtype: torch.dtype, device: str) -> tuple[Tensor, Tensor]:
        """Normalised images and their labels."""
        x = (self.pixels[chosen].to(dtype) - self.mean.to(dtype)) / self.deviation.to(dtype)
        return x.to(device), self.labels[chosen].to(device)


def gaussian(seed: int, *, samples: int = 1000, width: int = 10, dtype: torch.dtype = torch.float32) -> Regression:
    """x ~ N(0, I), targets A x, A with independent N(0, 1) entries. Santurkar et al. 2018, section 2.2."""
    generator = torch.Generator().manual_seed(mixed(seed, 3))
    x = torch.randn(samples, width, generator=generator)
    matrix = torch.randn(width, width, generator=generator)
    return Regression(x.to(dtype), (x @ matrix.T).to(dtype))


@functools.lru_cache(maxsize=1)
def images(name: str) -> Images:
    """The images of that name. Raises ValueError for an unknown name, DataError for a folder that lacks them."""
    if name.startswith(cifar.PREFIX):
        pixels, labels = cifar.read(cifar.folder_of(name))
    elif name in ("digits", "digits32"):
        flat, labels = digits()
        pixels = flat.reshape(-1, 1, SIDE, SIDE)
        if name == "digits32":
            pixels = functional.interpolate(pixels, size=(32, 32), mode="bilinear", align_corners=False)
    else:
        raise ValueError(f"expected the images digits, digits32 or cifar10:DIR; got {name!r}.")
    small = pixels[:10_000].double()
    return Images(pixels, labels, *(f(small, dim=(0, 2, 3), keepdim=True)[0] for f in (torch.mean, torch.std)))


def order(seed: int, epoch: int, count: int) -> Tensor:
    """The order in which `count` images come in one epoch; a function of its arguments, so a resumed run agrees."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(mixed(seed, 4, epoch)))

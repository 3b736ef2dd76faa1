"""The four networks of the covariate-shift experiment: real `torch.nn` layers, cut into blocks, one weight layer each.

A block is a weight layer and all that follows it up to the next one: normalisation, noise, activation, pooling. The
last block has no normalisation, so that the output is free. Knows nothing of theory or verify.

    deep linear   depth layers width x width without bias, Glorot's uniform initialisation
    VGG           3 x 3 convolutions, ReLU, 2 x 2 max pooling, one dense layer; He's normal initialisation

Sources: the deep linear network as in Santurkar et al. 2018, section 2.2; the plans A, B and D of Simonyan & Zisserman
2015 with one dense layer in place of three, as is usual for 32 x 32 images.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

NORMALISATIONS = ("none", "batch", "noisy")
PLANS = {
    "vgg8x8": (16, 16, "pool", 32, 32, "pool", 64, 64, "pool"),
    "vgg11": (64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"),
    "vgg13": (64, 64, "pool", 128, 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"),
    "vgg16": (
        64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool",
    ),
}  # fmt: skip


class DistributionalNoise(nn.Module):
    """Shifts and scales that change with every step, unit and sample: a' = s a + m after batch norm.

    Per unit j: mu ~ U(-shift, shift), sigma ~ U(1, scale); per sample and unit: m ~ U(mu - jitter, mu + jitter),
    s ~ N(sigma, jitter). The draws are a function of seed, layer and `step` alone, so one step sees one noise however
    often the block is computed. Algorithm and numbers are recalled from Santurkar et al. 2018, appendix A, not read.
    """

    def __init__(self, seed: int, layer: int, *, shift: float = 0.5, scale: float = 1.25, jitter: float = 0.1) -> None:
        super().__init__()
        self.seed, self.layer, self.step = seed, layer, 0
        self.shift, self.scale, self.jitter = shift, scale, jitter

    def forward(self, x: Tensor) -> Tensor:
        """x of shape (samples, units) or (samples, channels, height, width)."""
        generator = torch.Generator().manual_seed(mixed(self.seed, self.layer, self.step))
        samples, units = x.shape[:2]
        centre = (2 * torch.rand(units, generator=generator) - 1) * self.shift
        spread = 1 + (self.scale - 1) * torch.rand(units, generator=generator)
        moved = centre + (2 * torch.rand(samples, units, generator=generator) - 1) * self.jitter
        scaled = spread + self.jitter * torch.randn(samples, units, generator=generator)
        shape = (samples, units, *(1 for _ in x.shape[2:]))
        return scaled.to(x).reshape(shape) * x + moved.to(x).reshape(shape)


class Blocks(nn.Module):
    """A network as blocks; block i holds the weight layer i, which is its first module."""

    def __init__(self, blocks: Sequence[nn.Sequential]) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self._noises = [m for m in self.modules() if isinstance(m, DistributionalNoise)]
        self._own: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        return self.after(0, x)

    def after(self, start: int, x: Tensor) -> Tensor:
        """The blocks from number `start` (the first is 0) on."""
        for block in self.blocks[start:]:
            x = block(x)
        return x

    def weights(self) -> list[Tensor]:
        """The weight of each layer, without biases and without the parameters of batch norm."""
        return [block[0].weight for block in self.blocks]  # type: ignore[index]

    def own(self) -> list[Tensor]:
        """What `parameters()` gives, which walks through all modules each time it is asked: found once, where it is."""
        self._own = self._own or list(self.parameters())
        return self._own

    def at_step(self, step: int) -> None:
        """Tell the noise, if there is any, which step it is."""
        for noise in self._noises:
            noise.step = step


def mixed(*numbers: int) -> int:
    """One seed of several numbers: the multipliers of splitmix64, so that neighbours have nothing in common."""
    state = 0
    for number in numbers:
        state = (state + number + 0x9E3779B97F4A7C15) % 2**64
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB % 2**64
        state ^= state >> 31
    return state >> 1


def deep_linear(
    normalisation: str, seed: int, *, depth: int = 25, width: int = 10, dtype: torch.dtype = torch.float32
) -> Blocks:
    """`depth` linear layers. The same seed gives the same weights whatever the normalisation.

    Raises ValueError for a normalisation that is not known or fewer than two layers.
    """
    _check(normalisation, depth)
    generator = torch.Generator().manual_seed(mixed(seed, 1))
    blocks = []
    for layer in range(depth):
        linear = nn.Linear(width, width, bias=False, dtype=dtype)
        reach = math.sqrt(6 / (width + width))
        _fill(linear.weight, reach * (2 * torch.rand(width, width, generator=generator) - 1))
        last = layer == depth - 1
        blocks.append(
            nn.Sequential(linear, *([] if last else _normalised(normalisation, seed, layer, width, 1, dtype)))
        )
    return Blocks(blocks)


def vgg(
    plan: str,
    normalisation: str,
    seed: int,
    *,
    channels: int = 3,
    classes: int = 10,
    dtype: torch.dtype = torch.float32,
) -> Blocks:
    """A VGG network: "vgg8x8" for images of 8 x 8 pixels, "vgg11", "vgg13" and "vgg16" for 32 x 32.

    Raises ValueError for a plan or a normalisation that is not known.
    """
    if plan not in PLANS:
        raise ValueError(f"expected a network of {', '.join(PLANS)}; got {plan!r}.")
    _check(normalisation, len(PLANS[plan]))
    generator = torch.Generator().manual_seed(mixed(seed, 2))
    blocks: list[list[nn.Module]] = []
    before = channels
    for step in PLANS[plan]:
        if isinstance(step, str):
            blocks[-1].append(nn.MaxPool2d(2))
            continue
        conv = nn.Conv2d(before, step, 3, padding=1, dtype=dtype)
        _he(conv, before * 9, generator)
        blocks.append([conv, *_normalised(normalisation, seed, len(blocks), step, 2, dtype), nn.ReLU()])
        before = step
    blocks[-1].append(nn.Flatten())
    head = nn.Linear(before, classes, dtype=dtype)
    _he(head, before, generator)
    blocks.append([head])
    return Blocks([nn.Sequential(*modules) for modules in blocks])


def _he(layer: nn.Conv2d | nn.Linear, fan_in: int, generator: torch.Generator) -> None:
    _fill(layer.weight, math.sqrt(2 / fan_in) * torch.randn(layer.weight.shape, generator=generator))
    if layer.bias is not None:
        _fill(layer.bias, torch.zeros(layer.bias.shape))


def _fill(parameter: Tensor, values: Tensor) -> None:
    with torch.no_grad():
        parameter.copy_(values)


def _normalised(
    normalisation: str, seed: int, layer: int, units: int, axes: int, dtype: torch.dtype
) -> list[nn.Module]:
    if normalisation == "none":
        return []
    kind = nn.BatchNorm1d if axes == 1 else nn.BatchNorm2d
    found: list[nn.Module] = [kind(units, track_running_stats=False, dtype=dtype)]
    return [*found, DistributionalNoise(seed, layer)] if normalisation == "noisy" else found


def _check(normalisation: str, layers: int) -> None:
    if normalisation not in NORMALISATIONS:
        raise ValueError(f"expected a normalisation of {', '.join(NORMALISATIONS)}; got {normalisation!r}.")
    if layers < 2:
        raise ValueError(f"expected at least two layers, got {layers}: the shift of layer 1 is zero by definition.")

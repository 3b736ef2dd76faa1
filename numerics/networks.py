"""Deep networks with batch normalisation, many at once, and the gradients of their weights.

    plain      z^l = W^l phi(BN(z^{l-1}))            z^0 the input, independent N(0, 1)
    residual   x^l = x^{l-1} + W^l phi(BN(x^{l-1}))  after x^1 = W^1 phi(BN(x^0))

W^l has independent entries N(0, 1/fan-in); BN is torch's own, in training mode, with eps = 0. The loss of depth L is
sum r z^L with a Gaussian readout r whose mean over the batch is zero. Autograd finds its gradient at the output of each
layer; that of the weights is the product with what the layer saw, of which only the norm is computed. Gradients are
divided by powers of two on their way down and the exponents are kept, so no depth overflows. Weights that do not fit
into `memory` are drawn again on the way back, so memory does not grow with depth but for one activation a segment.
Knows nothing of theory or verify.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from numerics.activations import LIBRARY

MEMORY = 2**28  # bytes for weights and activations of the networks computed at once
NEAR = 2**25  # bytes of them on the CPU: more would be fetched from afar on the way back, and held for nothing
ROWS = 16  # samples from which on float32 takes them as columns just as fast
LONGEST = 16  # layers between two rescalings of the gradient
KERNEL = 3


@dataclass(frozen=True)
class Stack:
    """One architecture. `side` 0: dense layers of `width` units; else 3 x 3 convolutions with `width` channels on
    images of side x side pixels, padded in a circle (batch statistics then run over batch * side^2 entries)."""

    activation: str
    width: int
    batch: int
    residual: bool = False
    side: int = 0

    def __post_init__(self) -> None:
        if self.activation not in LIBRARY:
            raise ValueError(f"expected an activation of {', '.join(LIBRARY)}; got {self.activation!r}.")
        if self.width < 1 or self.samples < 3 or self.side < 0:
            raise ValueError(
                f"expected a width of at least 1 and at least 3 samples under every mean, got width {self.width}, "
                f"batch {self.batch}, side {self.side}. With 2 samples the gradient through batch norm is zero."
            )

    @property
    def samples(self) -> int:
        """How many numbers each mean of batch normalisation runs over."""
        return self.batch * max(1, self.side) ** 2

    @property
    def fan_in(self) -> int:
        return self.width * (KERNEL**2 if self.side else 1)


# ---- one layer ----------------------------------------------------------------------------------------------
# dense: activations (networks, width, batch), weights (networks, width, width);
# convolutional: activations (batch, networks * width, side, side), weights (networks, width, width, 3, 3)
def batch_norm(stack: Stack, x: Tensor) -> Tensor:
    """torch's batch normalisation of every unit of every network: instances are the channels of one call."""
    channels = x if stack.side else x.reshape(1, -1, stack.batch)
    out: Tensor = torch.native_batch_norm(channels, None, None, None, None, True, 0.0, 0.0)[0]
    return out.reshape(x.shape)


def linear(stack: Stack, weights: Tensor, x: Tensor) -> Tensor:
    """Every network's own linear layer.

    A few samples are multiplied as rows: as columns MKL takes up to four times as long, in float64 also for many.
    """
    if not stack.side:
        as_rows = stack.batch < ROWS or x.dtype == torch.float64
        return torch.bmm(x.mT, weights.mT).mT if as_rows else torch.bmm(weights, x)
    return functional.conv2d(_padded(x), weights.flatten(0, 1), groups=weights.shape[0])


def _padded(images: Tensor) -> Tensor:
    """In a circle, so that no pixel is at a border."""
    return functional.pad(images, (1, 1, 1, 1), mode="circular")


def hidden(stack: Stack, x: Tensor) -> Tensor:
    """phi(BN(x))."""
    return LIBRARY[stack.activation].function(batch_norm(stack, x))


def branch(stack: Stack, weights: Tensor, x: Tensor) -> Tensor:
    """W phi(BN(x))."""
    return linear(stack, weights, hidden(stack, x))


@dataclass(frozen=True)
class Layer:
    """A layer of all networks as it was computed: `out` is what `weights` made of `entry`."""

    weights: Tensor
    entry: Tensor
    out: Tensor


def layers(stack: Stack, weights: Sequence[Tensor], x: Tensor, *, first: bool) -> Iterator[tuple[Layer, Tensor]]:
    """The layers of `weights` after one another, each with the stream behind it.

    `first` says that the first of them is layer 1 of the network.
    """
    for index, own in enumerate(weights):
        entry = hidden(stack, x)
        out = linear(stack, own, entry)
        x = out if (index == 0 and first) or not stack.residual else x + out
        yield Layer(own, entry, out), x


def advance(stack: Stack, weights: Sequence[Tensor], x: Tensor, *, first: bool) -> Tensor:
    """The stream behind the layers of `weights`."""
    for _, behind in layers(stack, weights, x, first=first):
        x = behind
    return x


# ---- random parts -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Draws:
    """Every network draws from a generator of its own, in float32 where the generator lives: input, readouts, weights.

    So a seed names the same network in every dtype, on every device and in every chunk.
    """

    stack: Stack
    generators: tuple[torch.Generator, ...]
    dtype: torch.dtype
    device: str

    def activations(self) -> Tensor:
        """Independent standard normal activations of all networks."""
        s, count = self.stack, len(self.generators)
        if not s.side:
            return self._drawn((count, s.width, s.batch)).to(self.device, self.dtype)
        images = self._drawn((count, s.batch, s.width, s.side, s.side)).transpose(0, 1)
        return images.flatten(1, 2).to(self.device, self.dtype)

    def readout(self) -> Tensor:
        """Standard normal, less its mean over the samples of each unit."""
        r = self.activations()
        axes = (0, 2, 3) if self.stack.side else (2,)
        return r - r.mean(axes, keepdim=True)

    def weights(self, layers: int) -> list[Tensor]:
        """The next layers' weights."""
        s = self.stack
        kernel = (KERNEL, KERNEL) if s.side else ()
        shape = (len(self.generators), s.width, s.width, *kernel)
        return [self._drawn(shape).div_(math.sqrt(s.fan_in)).to(self.device, self.dtype) for _ in range(layers)]

    def states(self) -> list[Tensor]:
        return [g.get_state() for g in self.generators]

    def restore(self, states: list[Tensor]) -> None:
        for generator, state in zip(self.generators, states, strict=True):
            generator.set_state(state)

    def _drawn(self, shape: tuple[int, ...]) -> Tensor:
        """Standard normal numbers; each generator fills its own part of the first axis, where it stands."""
        whole = torch.empty(shape, dtype=torch.float32, device=self.generators[0].device)
        for part, generator in zip(whole, self.generators, strict=True):
            part.normal_(generator=generator)
        return whole


# ---- gradients ----------------------------------------------------------------------------------------------
@dataclass
class _Weights:
    """The weights of some networks by segments: kept for the way back and for the next stack, or drawn again."""

    draws: Draws
    kept: bool
    drawn: dict[int, list[Tensor]] = field(default_factory=dict)
    states: dict[int, list[Tensor]] = field(default_factory=dict)

    def between(self, start: int, stop: int) -> list[Tensor]:
        """Those of layers start+1 .. stop; the first time, segments are asked for in order."""
        if start in self.drawn:
            return self.drawn[start]
        if start in self.states:
            self.draws.restore(self.states[start])
        elif not self.kept:
            self.states[start] = self.draws.states()
        found = self.draws.weights(stop - start)
        if self.kept:
            self.drawn[start] = found
        return found


@dataclass
class _Segment:
    """Layers start+1 .. stop. `run` keeps the graph where memory allows; else it is made again on the way back."""

    start: int
    stop: int
    entry: Tensor
    run: tuple[list[Layer], Tensor] | None = None


@dataclass
class _Flow:
    """The gradient of one readout on its way down: `gradient * 2^exponent`, exponents a network."""

    column: int
    gradient: Tensor
    exponent: Tensor


def first_layer_gradients(
    stack: Stack,
    generators: Sequence[torch.Generator],
    depths: Sequence[int],
    *,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    memory: int = MEMORY,
) -> Float[Tensor, "networks depths"]:
    """log |dLoss_L/dW^1|^2 in float64 for every network and every depth L; the same weights serve all depths.

    Raises ValueError for depths that are not increasing and positive, OverflowError if a gradient is not finite.
    """
    return gradients_together((stack,), (generators,), generators, depths, dtype=dtype, device=device, memory=memory)[0]


def layer_gradients(
    stack: Stack,
    generators: Sequence[torch.Generator],
    depth: int,
    *,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    memory: int = MEMORY,
) -> Float[Tensor, "networks layers"]:
    """log |dLoss/dW^l|^2 in float64 for l = 1 .. depth in one network of that depth. Raises as above."""
    return gradients_together(
        (stack,), (generators,), generators, [depth], every=True, dtype=dtype, device=device, memory=memory
    )[0]


def gradients_together(
    stacks: Sequence[Stack],
    entries: Sequence[Sequence[torch.Generator]],
    weights: Sequence[torch.Generator],
    depths: Sequence[int],
    *,
    every: bool = False,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    memory: int = MEMORY,
) -> list[Float[Tensor, "networks columns"]]:
    """For each stack as `first_layer_gradients`, or with `every` as `layer_gradients` at the one depth.

    Network number i of all stacks, which have one width and one side, has the weights that generator i of `weights`
    draws, once for all of them: more than half of a dense layer's time goes into that. `entries` holds for each stack
    a generator a network, for inputs and readouts. Raises as above, and ValueError for stacks of several shapes.
    """
    if len({(stack.width, stack.side) for stack in stacks}) != 1:
        raise ValueError(f"expected stacks of one width and side, got {list(stacks)}.")
    if not weights:
        raise ValueError("expected at least one generator, one a network.")
    chosen = _checked(depths)
    most, least = (max(_bytes(s, layers, dtype) for s in stacks) for layers in (chosen[-1], 1))
    size = max(1, _at_once(memory, device) // most)
    found: list[list[Tensor]] = [[] for _ in stacks]
    for start in range(0, len(weights), size):
        part = slice(start, start + size)
        count = len(weights[part])
        kept = count * most <= memory
        longest = LONGEST if kept else max(1, min(LONGEST, memory // (count * least)))
        drawn = _Weights(Draws(stacks[0], tuple(weights[part]), dtype, device), kept)
        for stack, generators, rows in zip(stacks, entries, found, strict=True):
            draws = Draws(stack, tuple(generators[part]), dtype, device)
            rows.append(_gradients(draws, drawn, chosen, tuple(_cuts(chosen, longest)), every=every))
    return [torch.cat(rows) for rows in found]


def _at_once(memory: int, device: str) -> int:
    return min(memory, NEAR) if device == "cpu" else memory


def _checked(depths: Sequence[int]) -> tuple[int, ...]:
    if not depths or depths[0] < 1 or any(b <= a for a, b in pairwise(depths)):
        raise ValueError(f"expected increasing depths of at least 1, got {list(depths)}.")
    return tuple(depths)


def _bytes(stack: Stack, layers: int, dtype: torch.dtype) -> int:
    """What one network takes: weights, and about six activations a layer."""
    return layers * stack.width * (stack.fan_in + 6 * stack.samples) * dtype.itemsize


def _gradients(
    draws: Draws, weights: _Weights, depths: tuple[int, ...], cuts: Sequence[tuple[int, int]], *, every: bool
) -> Tensor:
    count, depth = len(draws.generators), depths[-1]
    entry = draws.activations()
    readouts = {at: draws.readout() for at in depths}
    segments: list[_Segment] = []
    for start, stop in cuts:
        segment = _Segment(start, stop, entry)
        with torch.set_grad_enabled(weights.kept):
            wanted, out = _forward(draws.stack, weights, segment, every=every)
        segment.run = (wanted, out) if weights.kept else None
        segments.append(segment)
        entry = out.detach()
    result = torch.empty(count, depth if every else len(depths), dtype=torch.float64, device=draws.device)
    flows: list[_Flow] = []
    while segments:
        segment = segments.pop()
        if segment.stop in readouts:
            zero = torch.zeros(count, dtype=torch.int64, device=draws.device)
            flows.append(_Flow(depths.index(segment.stop), readouts[segment.stop], zero))
        if segment.run is None:
            segment.run = _forward(draws.stack, weights, segment, every=every)
        for flow in flows:
            _descend(draws, segment, flow, result, every=every)
    return result


def _cuts(depths: tuple[int, ...], longest: int) -> Iterator[tuple[int, int]]:
    start = 0
    for depth in depths:
        while start < depth:
            stop = min(depth, start + longest)
            yield start, stop
            start = stop


def _forward(stack: Stack, weights: _Weights, segment: _Segment, *, every: bool) -> tuple[list[Layer], Tensor]:
    """The segment's layers whose weights' gradients are wanted, and the stream behind the segment."""
    first = segment.start == 0
    segment.entry.requires_grad_()
    wanted: list[Layer] = []
    x = segment.entry
    for layer, behind in layers(stack, weights.between(segment.start, segment.stop), x, first=first):
        x = behind
        if every or (first and not wanted):
            wanted.append(layer)
    return wanted, x


def _descend(draws: Draws, segment: _Segment, flow: _Flow, result: Tensor, *, every: bool) -> None:
    """One readout's gradient through one segment: the weights' squared norms into `result`, the rest back to `flow`."""
    if segment.run is None:
        raise RuntimeError("a segment was left before its forward pass")
    wanted, behind = segment.run
    targets = [*(layer.out for layer in wanted), *([segment.entry] if segment.start else [])]
    found = torch.autograd.grad(behind, targets, flow.gradient, retain_graph=True)
    for index, (layer, gradient) in enumerate(zip(wanted, found, strict=False)):
        squared = _squared_gradient(draws.stack, layer, gradient)
        _require_finite(squared, segment)
        column = segment.start + index if every else flow.column
        result[:, column] = squared.log() + 2 * math.log(2) * flow.exponent.double()
    if segment.start:
        gradient = found[-1]
        largest = by_network(draws.stack, gradient).abs().amax(1)  # nan where an entry is
        _require_finite(largest, segment)
        exponent = torch.frexp(largest).exponent
        scale = torch.ldexp(torch.ones_like(exponent, dtype=gradient.dtype), -exponent)
        flow.gradient, flow.exponent = _spread(draws.stack, scale) * gradient, flow.exponent + exponent


def _squared_gradient(stack: Stack, layer: Layer, gradient: Tensor) -> Float[Tensor, " networks"]:
    """|dLoss/dW|^2 in float64 from the gradient at the layer's output, which autograd found.

    dLoss/dW = G H', columns of G and H being that gradient and what the weights saw, one a sample (and a pixel). Its
    squared norm is the sum of (G'G) * (H'H): matrices of samples, not of units, and nothing is rounded to float32.
    """
    seen = layer.entry.detach()
    if stack.side:
        networks = layer.weights.shape[0]
        gradient, seen = (
            _columns(x, networks) for x in (gradient.flatten(2), functional.unfold(_padded(seen), KERNEL))
        )
    g, h = gradient.double(), seen.double()
    squared: Tensor = (torch.bmm(g.mT, g) * torch.bmm(h.mT, h)).sum((1, 2))
    return squared


def _columns(x: Float[Tensor, "batch rows pixels"], networks: int) -> Float[Tensor, "networks rows samples"]:
    """Each network's own rows, with a column for every pixel of every image."""
    batch, _, pixels = x.shape
    return x.reshape(batch, networks, -1, pixels).permute(1, 2, 0, 3).flatten(2)


def by_network(stack: Stack, x: Tensor) -> Float[Tensor, "networks entries"]:
    """Activations of all networks, one row a network."""
    return (x.reshape(stack.batch, -1, stack.width * stack.side**2).transpose(0, 1) if stack.side else x).flatten(1)


def _spread(stack: Stack, values: Float[Tensor, " networks"]) -> Tensor:
    """A number a network, shaped to multiply its activations."""
    return values.repeat_interleave(stack.width)[:, None, None] if stack.side else values[:, None, None]


def _require_finite(values: Tensor, segment: _Segment) -> None:
    if not bool(torch.isfinite(values).all()):
        raise OverflowError(
            f"expected finite gradients, got some that are not in layers {segment.start + 1} to {segment.stop} "
            f"({str(values.dtype).removeprefix('torch.')}). Remedy: dtype=torch.float64, or a wider batch."
        )

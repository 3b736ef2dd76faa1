"""Batched random instances from a neutral description: K at once, on any device, from an explicit generator.

All is drawn on the device, by a generator that lives there: nothing is moved, and a seed names the same instances each
time on one kind of device, others on another. What can be exact is: centred point sets lie on a dyadic grid fine enough
that every partial sum of points is representable, orthogonal columns are integer combinations, projectors have dyadic
entries. Knows nothing of theory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

_SPECIAL = ("duplicates", "outlier", "tiny", "vanishing", "sparse", "equal", "axis", "offset")
CORNERS = ("generic", "generic", "generic", *_SPECIAL)
SCALE_EXPONENT = {torch.float32: 10, torch.float64: 20}
CONDITION_EXPONENT = {torch.float32: 3.0, torch.float64: 8.0}  # of S, in powers of ten
MOST_POINTS = 64
WHITE_SIZE, WHITE_POINTS = 16, 32  # largest white column, and how many points make one


@dataclass(frozen=True)
class SymbolSpec:
    """A symbol to draw: sizes of its rows and columns, and its declared properties in words.

    `axes` says what it is when sizes are 1: 0 a scalar, 1 a column or row, 2 a matrix.
    `shared`: one value for the whole batch, a scalar's out of those `choices` that have its properties, if any have.
    """

    name: str
    shape: tuple[int, int]
    properties: frozenset[str] = frozenset()
    axes: int = 0
    orthogonal_to: str = ""
    shared: bool = False
    choices: tuple[float, ...] = ()


@dataclass(frozen=True)
class LawSpec:
    """A random column as `points` equally weighted rows (repeats allowed), centred exactly if asked.

    white: E[x x'] = I exactly, with WHITE_POINTS points, at most WHITE_SIZE entries each; its mean is 0 if it is
    centred too, and on a third of the instances otherwise.
    """

    name: str
    size: int
    points: int
    centred: bool = False
    white: bool = False


@dataclass(frozen=True)
class Conditions:
    """What a whole batch shares: its degenerate corner. Scale and conditioning vary within the batch."""

    corner: str = "generic"


@dataclass(frozen=True)
class Batch:
    """K instances: scalars (K,), columns (K, n), matrices (K, r, c), laws (K, points, d)."""

    symbols: Mapping[str, Tensor]
    laws: Mapping[str, Tensor]


def draw(
    symbols: tuple[SymbolSpec, ...],
    laws: tuple[LawSpec, ...],
    conditions: Conditions,
    count: int,
    *,
    dtype: torch.dtype,
    device: str,
    generator: torch.Generator,
) -> Batch:
    """`count` instances. `generator` lives on the device (`generator_on`).

    Raises ValueError for a law of more than 64 points (its sums would not be exact).
    """
    source = Source(count, dtype, device, generator, conditions.corner)
    drawn: dict[str, Tensor] = {}
    for symbol in sorted(symbols, key=lambda s: bool(s.orthogonal_to)):
        other = drawn.get(symbol.orthogonal_to)
        drawn[symbol.name] = source.orthogonal(other) if other is not None else source.symbol(symbol)
        if any(s.orthogonal_to == symbol.name for s in symbols):
            drawn[symbol.name] = coarse(drawn[symbol.name])
    return Batch(drawn, {law.name: source.law(law) for law in laws})


def generator_on(device: str, seed: int) -> torch.Generator:
    """A generator that lives on the device, at this seed."""
    return torch.Generator(device).manual_seed(seed)


@dataclass(frozen=True)
class Source:
    """Random tensors of one batch."""

    count: int
    dtype: torch.dtype
    device: str
    generator: torch.Generator
    corner: str

    def normal(self, *shape: int) -> Tensor:
        return torch.randn((self.count, *shape), generator=self.generator, dtype=self.dtype, device=self.device)

    def uniform(self, *shape: int) -> Tensor:
        return torch.rand((self.count, *shape), generator=self.generator, dtype=self.dtype, device=self.device)

    def scale(self) -> Float[Tensor, " K"]:
        """A power of two per instance, 1e-3..1e3 in float32, 1e-6..1e6 in float64, most of them near 1.

        The exponent is a cube of a uniform number: half of all scales lie within a factor of 2 (float32) or 6 of 1,
        for activations say little where they are saturated.
        """
        signed = 2 * self.uniform() - 1
        power: Tensor = torch.pow(2.0, torch.round(SCALE_EXPONENT[self.dtype] * signed**3))
        return power

    def spectrum(self, size: int, power: float) -> Float[Tensor, "K n"]:
        """Falling from 1 to 10^-(power * e), e uniform up to the dtype's largest condition exponent."""
        exponent = self.uniform(1) * (CONDITION_EXPONENT[self.dtype] * power)
        place = torch.linspace(0, 1, size, dtype=self.dtype, device=self.device) if size > 1 else exponent * 0
        base = torch.full_like(exponent, 10.0)
        powers: Tensor = torch.pow(base, -exponent * place)
        return powers

    def unit(self, size: int) -> Float[Tensor, "K n"]:
        """A random direction."""
        v = self.normal(size)
        length: Tensor = torch.linalg.vector_norm(v, dim=-1, keepdim=True)
        return v / length

    def reflection(self, size: int) -> Float[Tensor, "K n n"]:
        """A random reflection I - 2vv'/v'v: orthogonal to rounding, without a factorisation per instance."""
        v = self.unit(size)
        eye = torch.eye(size, dtype=self.dtype, device=self.device)
        return eye - 2 * v[:, :, None] * v[:, None, :]

    # -- symbols --------------------------------------------------------------------------------------------
    def symbol(self, spec: SymbolSpec) -> Tensor:
        value = self.free(spec)
        if not spec.shared:
            return value
        choices = [c for c in spec.choices if spec.axes == 0 and _admits(spec.properties, c)]
        if choices:
            place = torch.randint(len(choices), (1,), generator=self.generator, device=self.device)
            return torch.tensor(choices, dtype=self.dtype, device=self.device)[place].expand_as(value).clone()
        return value[:1].expand_as(value).clone()

    def free(self, spec: SymbolSpec) -> Tensor:
        """A value for every instance."""
        rows, columns = spec.shape
        if "standard basis vector" in spec.properties:
            return self.basis_vector(rows) if spec.axes else torch.ones_like(self.scale())
        if spec.axes == 1:
            return self.column(max(rows, columns), spec.properties)
        if spec.axes == 0:
            return self.scalar(spec.properties)
        return self.matrix(rows, columns, spec.properties)

    def scalar(self, properties: frozenset[str]) -> Float[Tensor, " K"]:
        value = self.normal() * self.scale()
        if properties & {"positive", "negative", "nonzero"}:
            value = torch.where(value == 0, torch.ones_like(value), value)
        elif self.corner == "vanishing":
            value = torch.zeros_like(value)
        if self.corner == "equal":
            value = torch.where(value == 0, value, value.sign())
        if properties & {"positive", "nonnegative"}:
            return value.abs()
        return -value.abs() if "negative" in properties else value

    def column(self, size: int, properties: frozenset[str]) -> Float[Tensor, "K n"]:
        nonzero, positive = "nonzero" in properties, "positive" in properties
        value = self.normal(size)
        if self.corner == "sparse":
            value = value * (self.uniform(size) < 0.5)
        if self.corner == "equal":
            value = torch.ones_like(value)
        if self.corner == "axis":
            value = torch.zeros_like(value)
            value[:, 0] = 1
        if self.corner == "duplicates":
            value = value[:, torch.arange(size, device=value.device) % ((size + 1) // 2)]
        if self.corner == "outlier":
            value = torch.cat([value[:, :1] * 2.0**8, value[:, 1:]], dim=1)
        if self.corner == "offset":  # nearly equal entries: what is left of them after centring has lost digits
            value = value + (self.scale() * 2.0 ** (SCALE_EXPONENT[self.dtype] / 2))[:, None]
        if self.corner == "vanishing" and not nonzero and not positive:
            return torch.zeros_like(value)
        if nonzero:
            first = torch.where((value == 0).all(-1), torch.ones_like(value[:, 0]), value[:, 0])
            value = torch.cat([first[:, None], value[:, 1:]], dim=-1)
        if positive or "nonnegative" in properties:
            value = value.abs()
        if positive:
            value = torch.where(value == 0, torch.ones_like(value), value)
        shrink = 2.0 ** -(2 * SCALE_EXPONENT[self.dtype]) if self.corner == "tiny" else 1.0
        return value * (self.scale() * shrink)[:, None]

    def matrix(self, rows: int, columns: int, properties: frozenset[str]) -> Float[Tensor, "K r c"]:
        if "permutation matrix" in properties:
            return self.permutation(rows)
        if "orthogonal" in properties:
            return self.rotation(rows)
        if "orthogonal projector" in properties:
            return self.projector(rows)
        scale = self.scale()[:, None, None]
        if properties & {"positive definite", "positive semidefinite"}:
            spectrum = self.spectrum(rows, 1.0)
            if "positive definite" not in properties:
                spectrum = spectrum * (self.uniform(rows) < 0.7)
            turn = self.reflection(rows)
            value = (turn * spectrum[:, None, :]) @ turn.mT
        else:
            value = self.normal(rows, columns)
        if properties & _MATRIX_PROPERTIES:
            value = (value + value.mT) / 2
        return value * scale

    def basis_vector(self, size: int) -> Float[Tensor, "K n"]:
        place = torch.randint(size, (self.count,), generator=self.generator, device=self.device)
        return torch.nn.functional.one_hot(place, size).to(self.dtype)

    def permutation(self, size: int) -> Float[Tensor, "K n n"]:
        """The columns of the identity in a random order."""
        order = torch.argsort(self.uniform(size), dim=-1)
        return torch.nn.functional.one_hot(order, size).to(self.dtype)

    def rotation(self, size: int) -> Float[Tensor, "K n n"]:
        """An exactly orthogonal matrix with entries 0, 1, -1, 1/2, -1/2: blocks of size 1 and 4, their rows and columns
        in a random order and with random signs."""
        block = torch.tensor([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]], dtype=self.dtype)
        value = torch.eye(size, dtype=self.dtype, device=self.device).expand(self.count, size, size).clone()
        for start in range(0, size - 3, 4):
            whole = torch.where(self.uniform() < 0.5, 1.0, 0.0).to(self.dtype)[:, None, None]
            inner = value[:, start : start + 4, start : start + 4]
            value[:, start : start + 4, start : start + 4] = whole * block.to(self.device) / 2 + (1 - whole) * inner
        value = value * torch.where(self.uniform(size) < 0.5, 1.0, -1.0).to(self.dtype)[:, :, None]
        order = torch.argsort(self.uniform(size), dim=-1)
        value = torch.take_along_dim(value, order[:, :, None], dim=1)
        order = torch.argsort(self.uniform(size), dim=-1)
        return torch.take_along_dim(value, order[:, None, :], dim=2)

    def projector(self, size: int) -> Float[Tensor, "K n n"]:
        """An exact projector with entries 0, 1, 1/2, -1/2: blocks of size 1 and 2 in a random order."""
        value = torch.zeros((self.count, size, size), dtype=self.dtype, device=self.device)
        for start in range(0, size - 1, 2):
            plane = self.uniform() < 0.5
            sign = torch.where(self.uniform() < 0.5, 0.5, -0.5).to(self.dtype)
            for i in (0, 1):
                line = (self.uniform() < 0.5).to(self.dtype)
                value[:, start + i, start + i] = torch.where(plane, 0.5, line)
                value[:, start + i, start + 1 - i] = torch.where(plane, sign, 0.0)
        if size % 2:
            value[:, -1, -1] = (self.uniform() < 0.5).to(self.dtype)
        order = torch.argsort(self.uniform(size), dim=-1)
        value = torch.take_along_dim(value, order[:, :, None], dim=1)
        return torch.take_along_dim(value, order[:, None, :], dim=2)

    def orthogonal(self, other: Float[Tensor, "K n"]) -> Float[Tensor, "K n"]:
        """Exactly orthogonal to `other`: an integer skew-symmetric matrix times it, exact for a coarse column."""
        size = other.shape[-1]
        shape = (self.count, size, size)
        a = torch.randint(-7, 8, shape, generator=self.generator, device=self.device).to(self.dtype)
        value = torch.einsum("kij,kj->ki", a.triu(1) - a.triu(1).mT, other)
        return value * self.scale()[:, None]

    # -- laws -----------------------------------------------------------------------------------------------
    def law(self, spec: LawSpec) -> Float[Tensor, "K N d"]:
        """Points of every conditioning up to the dtype's limit; the corner "duplicates" repeats rows."""
        if spec.points > MOST_POINTS:
            raise ValueError(f"expected a law of at most {MOST_POINTS} points, got {spec.points} for {spec.name}.")
        if spec.white:
            return self.white(spec)
        spread = self.spectrum(spec.size, 0.5) * self.scale()[:, None]
        points = self.uniform(spec.points, spec.size).sub_(0.5).mul_(2 * spread[:, None, :])
        mirror = self.unit(spec.size)
        points.baddbmm_((points @ (-2 * mirror[:, :, None])), mirror[:, None, :])
        if self.corner == "duplicates":
            distinct = max(2, min(spec.points - 1, spec.size + 1))
            pick = torch.arange(spec.points, device=points.device) % distinct
            points = points[:, pick]
        if self.corner == "outlier":
            points = torch.cat([points[:, :1] * 30, points[:, 1:]], dim=1)
        return centre(points) if spec.centred else points

    def white(self, spec: LawSpec) -> Float[Tensor, "K N d"]:
        """Columns of a Hadamard matrix, chosen and signed at random for each instance, and their mirror image."""
        if spec.size > WHITE_SIZE or spec.points != WHITE_POINTS:
            raise ValueError(
                f"expected a white law of {WHITE_POINTS} points and at most {WHITE_SIZE} entries, got {spec.points} "
                f"points and {spec.size} entries for {spec.name}."
            )
        hadamard = self.hadamard(WHITE_SIZE)
        chosen = self.uniform(WHITE_SIZE).argsort(dim=1)[:, : spec.size]
        flips = (self.uniform(WHITE_SIZE) - 0.5).sign()
        # Half of a larger Hadamard matrix, and those columns turned, which have odd moments: with its constant column
        # the mean is not 0, without it it is.
        start = int(spec.centred)
        signs = (self.uniform(WHITE_SIZE) - 0.5).sign()
        columns = self.hadamard(WHITE_POINTS)[:, start : start + WHITE_SIZE]
        others = 1 + self.uniform(WHITE_SIZE - 1).argsort(dim=1)
        first = torch.cat([torch.zeros_like(chosen[:, :1]), others], dim=1)[:, : spec.size]
        # Each instance is one of three kinds, made with an entry's points side by side: (K, d, points).
        which = torch.floor(3 * self.uniform())
        value = torch.empty((self.count, spec.size, WHITE_POINTS), dtype=self.dtype, device=self.device)
        mirrored, plain, turned = ((which == kind).nonzero().flatten() for kind in range(3))
        rows = hadamard[chosen[mirrored]] * flips[mirrored][:, None, :]
        value[mirrored] = torch.cat([rows, -rows], dim=2)
        value[plain] = columns.T[first[plain]] * signs[plain].gather(1, first[plain])[:, :, None]
        value[turned] = (hadamard[chosen[turned]] * signs[turned][:, None, :] / WHITE_SIZE**0.5) @ columns.T
        return value.mT.contiguous()

    def hadamard(self, size: int) -> Float[Tensor, "n n"]:
        """Orthogonal columns of entries 1 and -1, the first constant; `size` is a power of two."""
        matrix = torch.ones(1, 1, dtype=self.dtype, device=self.device)
        while len(matrix) < size:
            matrix = torch.cat([torch.cat([matrix, matrix], 1), torch.cat([matrix, -matrix], 1)])
        return matrix


_MATRIX_PROPERTIES = frozenset({"symmetric", "positive definite", "positive semidefinite", "orthogonal projector"})


def _admits(properties: frozenset[str], value: float) -> bool:
    """May a scalar with these properties have this value?"""
    return not (
        ("positive" in properties and value <= 0)
        or ("negative" in properties and value >= 0)
        or ("nonzero" in properties and value == 0)
        or ("nonnegative" in properties and value < 0)
    )


def centre(points: Float[Tensor, "K N d"]) -> Float[Tensor, "K N d"]:
    """Points with mean exactly zero, every partial sum of them exact in their dtype.

    They are moved to a grid of 2^-(digits - 8) of their largest entry; what rounding left of the mean is taken off the
    first point. With at most 64 points no sum needs more digits than the dtype has.
    """
    points = points - points.mean(dim=1, keepdim=True)
    grid = _grid(points, bits=_digits(points.dtype) - 8)
    points = (points * grid.reciprocal()).round_().mul_(grid)
    points[:, 0] = -points[:, 1:].sum(dim=1)
    return points


def coarse(column: Float[Tensor, "K n"]) -> Float[Tensor, "K n"]:
    """A nonzero column rounded to half of its dtype's digits, so that small integer combinations of it are exact."""
    grid = _grid(column, bits=_digits(column.dtype) // 2)
    return torch.round(column / grid) * grid


def _grid(value: Tensor, bits: int) -> Tensor:
    """A power of two per instance, `bits` binary places below the largest entry."""
    largest = value.abs().flatten(1).amax(dim=1)
    exponent = torch.where(largest > 0, torch.frexp(largest)[1], 0) - bits
    one = torch.ones_like(largest)
    return torch.ldexp(one, exponent).reshape((-1,) + (1,) * (value.dim() - 1))


def _digits(dtype: torch.dtype) -> int:
    return {torch.float32: 24, torch.float64: 53}[dtype]

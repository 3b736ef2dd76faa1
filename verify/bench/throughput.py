"""How many instances a second the sampling rule checks, next to two other ways to do the same work, in one run.

The work: draw an instance, evaluate both sides of a claim (one of them autograd through torch's own batch norm),
compare them against a rounding bound. The other ways, both written by hand for the one claim: a batched loop, and a
property-based test in which Hypothesis draws the entries of one instance per example. And what it costs that Hypothesis
draws the rule's batches. Ratios are taken within one run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import Tensor

from numerics import fields
from numerics.reference import batch_norm
from theory import E, eye, gradient, sqrt, zero
from theory.definitions import batch_norm as bn
from theory.definitions import bn_unit as unit
from theory.statements.claims import Assumption, Claim, Identity
from verify.floating.attacking import attack, kept_in
from verify.floating.building import Ensemble, build
from verify.floating.ensembling import entries
from verify.floating.measure import Sides, measure
from verify.floating.memory import keep_freed_memory
from verify.floating.needs import read
from verify.floating.strategy import Drawn, ensembles
from verify.rules.sampling import ENTRIES

BATCH_SIZE, SIZE, POINTS, BATCH = 16, 4, 8, 16384  # m of S6; d and points of D6; instances at once
HAND_BOUND = 1e-6  # of the hand-written loop only: it has no derived bound, which is part of what it saves


@dataclass(frozen=True)
class Row:
    """Instances a second of the rule and of the others; ratios with their targets."""

    name: str
    rule: float
    by_hand: float
    per_example: float

    @property
    def over_per_example(self) -> float:
        """How many times faster than one Hypothesis example per instance; target 500."""
        return self.rule / self.per_example

    @property
    def over_by_hand(self) -> float:
        """Share of the hand-written loop's speed; target 0.5."""
        return self.rule / self.by_hand


def throughput(device: str = "cpu", seconds: float = 1.0) -> list[Row]:
    """Both subjects in float64, each way for about `seconds`."""
    rows = []
    keep_freed_memory()  # as the rule does; the other ways profit as well
    for name, claim, assumptions, sizes, by_hand in (
        (f"batch-norm backward norm (S6), m = {BATCH_SIZE}", *backward_norm(), BACKWARD_NORM),
        (f"gradient of the unit (D6), d = {SIZE}, {POINTS} points", *unit_gradient(), UNIT_GRADIENT),
    ):
        check = screening(claim, assumptions, sizes, device)
        rule = _rate(lambda f=check: f(BATCH, 1), BATCH, seconds)  # type: ignore[misc]
        hand = _rate(lambda f=by_hand: _loop(f, BATCH, device), BATCH, seconds)  # type: ignore[misc]
        rows.append(Row(name, rule, hand, _hypothesis_rate(by_hand, seconds)))
    return rows


def gradcheck_rate(seconds: float = 1.0) -> float:
    """Instances a second of `torch.autograd.gradcheck`, which holds autograd against differences, one at a time.

    The unit with tanh at d = 4 and 8 points, as in the second subject; no formula is checked.
    """

    def unit_of(x: Tensor, w: Tensor, gamma: Tensor) -> Tensor:
        y = torch.einsum("knd,kd->kn", x - x.mean(1, keepdim=True), w)
        return torch.tanh(batch_norm(y, gamma, torch.zeros_like(gamma))).mean(-1)

    generator = _generator(1)

    def once() -> None:
        x, w, gamma = (
            torch.randn(1, *shape, dtype=torch.float64, generator=generator) for shape in UNIT_GRADIENT.shapes
        )
        torch.autograd.gradcheck(unit_of, (x, w.requires_grad_(), gamma))

    return _rate(once, 1, seconds)


def drawn(device: str = "cpu", batches: int = 54) -> tuple[float, float]:
    """Instances a second of batches that Hypothesis draws, sized as the rule does, and of the same in a plain loop."""
    claim, assumptions, _ = unit_gradient()
    setting, sides = read(claim, assumptions), Sides.of(claim)
    seen: list[Drawn] = []
    counts: list[int] = []

    def fails(example: Drawn) -> bool:
        count = min(BATCH, ENTRIES // entries(example.ensemble, setting))
        measure(sides, build(setting, example.ensemble, count, torch.float64, device), full=False)
        seen.append(example)
        counts.append(count)
        return False

    def by_hypothesis() -> None:
        seen.clear()
        counts.clear()
        attack(
            ensembles(setting, torch.float64, device), fails, lambda: batches - len(seen), Random(0), kept_in("", "")
        )

    def by_loop() -> None:
        for example in seen[:batches]:
            fails(example)

    clock = time.process_time if device == "cpu" else time.perf_counter  # what else a machine does is no cost of either
    times: dict[Callable[[], None], list[float]] = {by_hypothesis: [], by_loop: []}
    for way in (by_hypothesis, by_loop) * 3:
        start = clock()
        way()
        times[way].append(clock() - start)
    total = sum(counts[:batches])
    return total / min(times[by_hypothesis]), total / min(times[by_loop])


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _rate(work: Callable[[], object], count: int, seconds: float) -> float:
    """Instances a second, best of three shares of the time: the machine has other things to do."""
    work()
    best = 0.0
    for _ in range(3):
        start, done = time.perf_counter(), 0
        while time.perf_counter() - start < seconds / 3:
            work()
            done += count
        best = max(best, done / (time.perf_counter() - start))
    return best


@dataclass(frozen=True)
class ByHand:
    """A claim checked by hand: the shapes of one instance's tensors, and the check of a batch of them."""

    shapes: tuple[tuple[int, ...], ...]
    check: Callable[..., None]


def _loop(by_hand: ByHand, count: int, device: str) -> None:
    generator = _generator(1)
    by_hand.check(
        *(torch.randn(count, *s, dtype=torch.float64, generator=generator).to(device) for s in by_hand.shapes)
    )


def _hypothesis_rate(by_hand: ByHand, seconds: float) -> float:
    """Examples a second of the test one would write: every entry drawn by Hypothesis, one instance per example."""
    examples = max(20, int(200 * seconds))
    entries = st.floats(-3, 3, allow_subnormal=False)
    drawn = [arrays(np.float64, (1, *shape), elements=entries) for shape in by_hand.shapes]

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(*drawn))
    def check(instance: tuple[np.ndarray, ...]) -> None:
        first = instance[0].reshape(len(instance[0][0]), -1)
        assume(bool((first.std(axis=0) > 0.1).all()) and all(bool(np.abs(a).max() > 0.1) for a in instance))
        by_hand.check(*(torch.from_numpy(a.copy()) for a in instance))

    check()
    start = time.perf_counter()
    check()
    return examples / (time.perf_counter() - start)


def screening(
    claim: Claim, assumptions: tuple[Assumption, ...], sizes: dict[str, int], device: str = "cpu"
) -> Callable[[int, int], object]:
    """The sampling rule on (count, seed)."""
    setting, sides = read(claim, assumptions), Sides.of(claim)
    points = {x.name: POINTS for x in setting.laws}
    functions = {name: ("sine" if "sine" in choices else "tanh") for name, choices in setting.functions}

    def once(count: int, seed: int) -> object:
        ensemble = Ensemble(sizes, points, functions, "generic", seed)
        found = measure(sides, build(setting, ensemble, count, torch.float64, device), full=False)
        if found.suspects:
            raise RuntimeError(f"a true claim has {len(found.suspects)} suspects among {count}: the bound is too small")
        return found

    return once


# ---- the subjects -------------------------------------------------------------------------------------------
def backward_norm() -> tuple[Claim, tuple[Assumption, ...], dict[str, int]]:
    """|dL/dy|^2 = gamma^2/sigma^2 (|g|^2 - (1'g)^2/m - (g'yhat)^2/m)."""
    z = bn.batch_norm(bn.y, bn.gamma, bn.beta, zero())
    sigma, yhat = bn.deviation(bn.y, zero()), bn.normalised(bn.y, zero())
    left, g = gradient(bn.loss(z), bn.y), bn.loss.gradient(z)
    inner = g.T @ g - (bn.one.T @ g) ** 2 / bn.m - (g.T @ yhat) ** 2 / bn.m
    return Identity(left.T @ left, bn.gamma**2 / sigma**2 * inner), (), {"m": BATCH_SIZE}


def unit_gradient() -> tuple[Claim, tuple[Assumption, ...], dict[str, int]]:
    """grad_w f_BN = (gamma/|w|_S)(I - Sww'/|w|_S^2) E[phi'(z) x]."""
    w, gamma, s = unit.w, unit.gamma, unit.S
    q = sqrt(w.T @ s @ w)
    slope = E(unit.phi.prime(gamma * (unit.x.T @ w) / q) * unit.x)
    right = gamma / q * (eye(unit.d) - s @ w @ w.T / q**2) @ slope
    claim = Identity(gradient(unit.bn_unit(w, gamma, zero()), w), right)
    return claim, (unit.CENTRED, unit.SECOND_MOMENT), {"d": SIZE}


def _agree(left: Tensor, right: Tensor, size: Tensor) -> None:
    if not bool(((left - right).abs() <= HAND_BOUND * size).all()):
        raise RuntimeError("the hand-written loop of a true claim disagrees")


def _check_backward_norm(y: Tensor, gamma: Tensor, beta: Tensor) -> None:
    """The same work in a dozen lines of torch for this one claim."""
    y = y.requires_grad_()
    z = batch_norm(y, gamma, beta)
    (left,) = torch.autograd.grad(fields.value("sine", z).sum(), y)
    with torch.no_grad():
        g = fields.gradient("sine", z)
        sigma = y.std(-1, unbiased=False, keepdim=True)
        yhat = (y - y.mean(-1, keepdim=True)) / sigma
        square = (g * g).sum(-1)
        inner = square - g.sum(-1) ** 2 / BATCH_SIZE - (g * yhat).sum(-1) ** 2 / BATCH_SIZE
        factor = (gamma / sigma[:, 0]) ** 2
        _agree((left * left).sum(-1), factor * inner, factor * square)


def _check_unit_gradient(x: Tensor, w: Tensor, gamma: Tensor) -> None:
    """The same work in a dozen lines of torch for this one claim."""
    x = x - x.mean(1, keepdim=True)
    w = w.requires_grad_()
    y = torch.einsum("knd,kd->kn", x, w)
    (left,) = torch.autograd.grad(torch.tanh(batch_norm(y, gamma, torch.zeros_like(gamma))).mean(-1).sum(), w)
    with torch.no_grad():
        s = torch.einsum("kni,knj->kij", x, x) / POINTS
        sw = torch.einsum("kij,kj->ki", s, w)
        q = (w * sw).sum(-1).sqrt()
        z = gamma[:, None] * y / q[:, None]
        v = torch.einsum("kn,knd->kd", 1 - torch.tanh(z) ** 2, x) / POINTS
        right = (gamma / q)[:, None] * (v - sw * (w * v).sum(-1, keepdim=True) / q[:, None] ** 2)
        size = (gamma.abs() / q)[:, None] * (v.abs() + sw.abs() * (w * v).abs().sum(-1, keepdim=True) / q[:, None] ** 2)
        _agree(left, right, size + 1e-300)


BACKWARD_NORM = ByHand(((BATCH_SIZE,), (), ()), _check_backward_norm)
UNIT_GRADIENT = ByHand(((POINTS, SIZE), (SIZE,), ()), _check_unit_gradient)

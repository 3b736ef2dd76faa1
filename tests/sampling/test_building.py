"""Instances are made for what is assumed: in its interior, at its ends and far from them, never at one place alone."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import pytest
import torch

from theory import (
    Bound,
    E,
    Identity,
    Theorem,
    activation,
    at_most,
    dimension,
    equal,
    eye,
    matrix,
    number,
    ones,
    positive,
    positive_definite,
    positive_semidefinite,
    random_vector,
    real,
    sup_bound,
    symmetric,
    variance,
    vector,
    zero,
)
from theory.statements.claims import Assumption
from verify.exact.standing import STANDINGS
from verify.floating.building import build, errors_of
from verify.floating.ensembling import NoEnsembleError, draw_ensemble, find_ensemble
from verify.floating.needs import read
from verify.floating.tolerance import as_double
from verify.floating.torch_compile import compile_term
from verify.floating.torch_run import run
from verify.proof.kernel import Verdict, establish
from verify.rules import enclosure
from verify.rules.sampling import observe
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK, seed=11)
DTYPES = [torch.float64, torch.float32]
d, n = dimension("d"), dimension("n")
a, b, c, s = real("a"), real("b"), real("c"), positive("s")
u, v, w = vector("u", d), vector("v", d, nonzero=True), vector("w", d)
A, B, S, P = symmetric("A", d), positive_definite("B", d), positive_definite("S", d), positive_semidefinite("P", d)
x, y, z = random_vector("x", d), random_vector("y", d), random_vector("z", 1)
phi, L = activation("phi"), positive("L")
U, V = matrix("U", d, n), matrix("V", n, d)
one = ones(d)

MET: dict[str, tuple[Assumption, ...]] = {
    "a number below": (at_most(a, number(1)),),
    "a number above": (at_most(number(3), s),),
    "positive and below": (at_most(s, number(Fraction(1, 8))),),
    "between": (at_most(number(1), a), at_most(a, number(2))),
    "a chain": (at_most(a, b), at_most(b, c)),
    "a computed end": (at_most(B, L * eye(d)), at_most(s, L + 1)),
    "both ends of a spectrum": (at_most(s * eye(d), B), at_most(B, L * eye(d))),
    "a symbol in a linear inequality": (at_most(2 * a + b, number(5)),),
    "a Lipschitz constant": (sup_bound(phi, 1, L),),
    "the variance of an activation": (at_most(s, variance(phi(x.T @ w))),),
    "a length": (at_most(v.T @ v, number(1)),),
    "a length above": (at_most(number(1), v.T @ v),),
    "one length and another": (at_most(u.T @ u, w.T @ w),),
    "matrices in order": (at_most(P, B),),
    "a centred vector": (equal(one.T @ v, zero()),),
    "a mean": (equal(one.T @ v / d, number(3)),),
    "a unit vector": (equal(v.T @ v, number(1)), at_most(number(2), d)),
    "orthonormal columns of a vector's length": (equal(U.T @ U, eye(n)), at_most(n, d)),
    "orthonormal rows of a vector's length": (equal(V @ V.T, eye(n)), at_most(n, d)),
    "two equations": (equal(one.T @ v, zero()), equal(v.T @ u, number(2)), at_most(number(3), d)),
    "a linear equation of numbers": (equal(a + 2 * b - c, number(7)),),
    "a scaled white law": (equal(E(x @ x.T), 2 * eye(d) / d),),
    "a white law with a factor": (equal(E(x @ x.T), s * eye(d)),),
    "a second moment": (equal(E(x @ x.T), S),),
    "a small second moment": (equal(E(x @ x.T), s * eye(d)), at_most(s, number(Fraction(1, 100)))),
    "a law of given mean and covariance": (equal(E(x), 2 * w), equal(E((x - 2 * w) @ (x - 2 * w).T), s * eye(d))),
    "a law of given mean": (equal(E(x), 2 * w), equal(E((x - 2 * w) @ (x - 2 * w).T), S)),
    "a law of the mean and covariance of another": (
        equal(E(x), w),
        equal(E((x - w) @ (x - w).T), B),
        equal(E(y), w),
        equal(E((y - w) @ (y - w).T), B),
    ),
    "sizes": (at_most(number(5), d),),
    "a size": (equal(d, number(2)),),
    "two sizes": (equal(d, 2 * n), at_most(number(2), n)),
}


def built(assumptions: tuple[Assumption, ...], dtype: torch.dtype, batches: int = 4, count: int = 64):
    parts = (a, b, c, s, L, one.T @ u, one.T @ v, one.T @ w, (A @ u).T @ u, (B + S + P).T @ u @ one.T @ u, n * d)
    claim = Identity(sum((p for p in parts if p.is_scalar), E(z) + E(x.T @ w) + phi(a)), zero())
    setting, rng = read(claim, assumptions), Random(repr(assumptions))
    for index in range(batches):
        ensemble, _ = find_ensemble(setting, rng, index, dtype, "cpu")
        yield build(setting, ensemble, count, dtype, "cpu")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", MET)
def test_what_is_assumed_is_met_and_spread(name: str, dtype: torch.dtype) -> None:
    good = total = 0
    seen: dict[int, set[int]] = {}
    for batch in built(MET[name], dtype):
        good, total = good + int(batch.satisfied.sum()), total + len(batch.satisfied)
        for place, row in enumerate(batch.standings):
            seen.setdefault(place, set()).update(row[batch.satisfied].tolist())
    assert good > 0.6 * total
    for place, standings in seen.items():
        assert len(standings - {0}) >= 2, (place, [STANDINGS[k] for k in standings])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in MET if "law" in name or "vector" in name or "mean" in name])
def test_what_is_left_of_an_equation_is_within_the_error_that_values_carry(name: str, dtype: torch.dtype) -> None:
    """The residual, evaluated in float64, is at most what the errors of the values account for."""
    for assumption in MET[name]:
        if not hasattr(assumption, "left") or type(assumption).__name__ != "Equal":
            continue
        gap = compile_term(assumption.left - assumption.right)
        for batch in built(MET[name], dtype, 2):
            residual = (
                run(gap, as_double(batch.inputs)).abs().flatten(1)
                if not assumption.left.is_scalar
                else (run(gap, as_double(batch.inputs)).abs()[:, None])
            )
            size = max(1.0, float(max(v.abs().max() for v in errors_of(batch.setting, batch.inputs).values())))
            unit = torch.finfo(dtype).eps
            scale = max(float(t.abs().max()) for t in (*batch.inputs.symbols.values(), *batch.inputs.laws.values()))
            assert float(residual[batch.satisfied].max()) <= 64 * unit * (size + 1) * max(1.0, scale) ** 2


def test_a_centred_vector_is_centred_exactly() -> None:
    for dtype in DTYPES:
        for batch in built(MET["a centred vector"], dtype):
            assert bool((batch.inputs.symbols["v"][batch.satisfied].double().sum(-1) == 0).all())


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_holds_at_an_end_alone_is_refuted(dtype: str) -> None:
    """Each is true where its assumption is met with equality, and only there."""
    for claim, assumptions in (
        (Identity(a, number(1)), (at_most(a, number(1)),)),
        (Bound(L, 1 * number(3)), (sup_bound(phi, 1, L),)),
        (Identity(c, a), (at_most(a, b), at_most(b, c))),
    ):
        theorem = Theorem(
            "user.planted",
            claim,
            assumptions=assumptions,
            near_misses={"no": type(claim)(claim.left, claim.right + 1)},
            docstring="Planted.",
        )
        assert establish(observe(theorem, QUICK, dtype)).verdict is Verdict.REFUTED, claim


def test_a_second_moment_leaves_the_mean_open() -> None:
    """The variance is the second moment of centred laws alone: both kinds of instances must see it."""
    for moment in (s * eye(d), eye(d), S):
        false = Identity(variance(x.T @ w), w.T @ moment @ w)
        assumed = (equal(E(x @ x.T), moment),)
        theorem = Theorem(
            "user.planted",
            false,
            assumptions=assumed,
            near_misses={"no": Identity(false.left, s)},
            docstring="Planted.",
        )
        for rule in (lambda t: observe(t, QUICK, "float64"), lambda t: enclosure.observe(t, QUICK)):
            assert establish(rule(theorem)).verdict is Verdict.REFUTED, moment


@pytest.mark.parametrize(
    ("assumptions", "words"),
    [
        ((at_most(a, b), at_most(b, a)), "equality"),
        ((at_most(v.T @ v, -number(1)),), "satisfied the assumptions"),
        ((at_most(u.T @ u, zero()),), "0 at every instance|equality|satisfied"),
    ],
)
def test_instances_at_one_place_alone_are_vacuous(assumptions: tuple[Assumption, ...], words: str) -> None:
    claim = Identity((a + b) ** 2 + one.T @ u, a**2 + 2 * a * b + b**2 + u.T @ one)
    claim = Identity(claim.left + one.T @ v, claim.right + one.T @ v)
    theorem = Theorem(
        "user.planted",
        claim,
        assumptions=assumptions,
        near_misses={"no": Identity(claim.left, a)},
        docstring="Planted.",
    )
    judged = establish(observe(theorem, QUICK, "float64"))
    assert judged.verdict is Verdict.UNDECIDED
    assert re.search(words, judged.reason), judged.reason


def test_sizes_that_nothing_meets_are_named() -> None:
    setting = read(Identity(d * a, a * d), (at_most(d, number(Fraction(1, 2))),))
    with pytest.raises(NoEnsembleError, match="assumed of the dimensions"):
        draw_ensemble(setting, Random(1), 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_changes_tried_together_are_those_tried_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype
) -> None:
    curved = at_most(v.T @ A @ v, a + u.T @ A @ u)
    setting = read(Identity(w.T @ u, u.T @ w), (curved, at_most(number(1), u.T @ v)))
    for index in range(4):
        ensemble = draw_ensemble(setting, Random(index), index)
        together = build(setting, ensemble, 200, dtype, "cpu")
        with monkeypatch.context() as patch:
            patch.setattr("verify.floating.building.TOGETHER", 1)
            alone = build(setting, ensemble, 200, dtype, "cpu")
        first = build(setting, ensemble, 200, dtype, "cpu", again=False)
        assert bool((first.satisfied <= together.satisfied).all())
        assert torch.equal(together.satisfied, alone.satisfied)
        assert torch.equal(together.standings, alone.standings)
        for name, value in together.inputs.symbols.items():
            torch.testing.assert_close(value, alone.inputs.symbols[name])  # a matrix product adds up as its size asks

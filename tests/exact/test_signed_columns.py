"""Instances of columns of positive and of nonnegative entries: each entry is asked, drawn and moved with its sign."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
import torch

from theory import (
    Bound,
    Identity,
    Theorem,
    activation,
    at_most,
    basis_vector,
    diag,
    dimension,
    equal,
    gradient,
    hadamard,
    inverse,
    log,
    norm,
    number,
    ones,
    vector,
    zero,
)
from theory.statements.claims import Assumption
from theory.terms import Symbol
from verify.adversary.deciding.where_defined import undefined_beyond
from verify.adversary.mutating.mutants_of_theorems import mutants_of
from verify.adversary.shrinking.small_instances import Drawer
from verify.exact.assumptions import check
from verify.exact.coins import Coins
from verify.exact.deciding import decide
from verify.exact.drawing import CORNER, ZERO, draw
from verify.exact.instances import Instance
from verify.floating.building import build
from verify.floating.ensembling import find_ensemble
from verify.floating.needs import read

d = dimension("d")
p, q = vector("p", d, positive=True), vector("q", d, positive=True)
h, u, x = vector("h", d, nonnegative=True), vector("u", d), vector("x", d)
one, e = ones(d), basis_vector("e", d)
CLAIM = Identity(one.T @ (p + h), number(1))
MET: dict[str, tuple[Assumption, ...]] = {
    "a distribution": (equal(one.T @ p, number(1)),),
    "two distributions": (equal(one.T @ p, number(1)), equal(one.T @ q, number(1))),
    "weights that may be 0": (equal(one.T @ h, number(3)),),
    "a mean": (equal(p.T @ x, number(2)),),
    "a sum that is small": (at_most(one.T @ p, number(Fraction(1, 100))),),
}


def at(**columns: tuple[int, ...]) -> Instance:
    values = {name: tuple((Fraction(entry),) for entry in entries) for name, entries in columns.items()}
    return Instance({"d": len(next(iter(columns.values())))}, values, {}, {})


@pytest.mark.parametrize(
    ("positive", "nonnegative", "holds"),
    [
        ((1, 2), (0, 3), True),
        ((1, 0), (0, 3), False),
        ((1, -1), (0, 3), False),
        ((0, 1), (0, 3), False),
        ((1, 1), (0, -1), False),
        ((1, 1), (-1, 0), False),
        ((1, 1), (0, 0), True),
    ],
)
def test_each_entry_is_asked(positive: tuple[int, ...], nonnegative: tuple[int, ...], holds: bool) -> None:
    found = check(at(p=positive, h=nonnegative), CLAIM, ())
    assert found.holds is holds
    assert found.holds or "declared" in found.problem


@pytest.mark.parametrize("style", ["small", "general", "even", "edge", ZERO, CORNER])
def test_what_is_drawn_is_of_the_kind(style: str) -> None:
    rng = Random(style)
    for size in (1, 2, 3, 4):
        for _ in range(20):
            instance = draw(CLAIM, (), {"d": size}, rng, style)
            assert instance is not None
            assert check(instance, CLAIM, ()).holds


def test_what_is_made_smaller_stays_of_the_kind() -> None:
    drawer = Drawer.of(CLAIM, (), at(p=(3, 7, 5), h=(0, 2, 9)))
    for seed in range(60):
        rng = Random(seed)
        coins = Coins(lambda rng=rng: rng.random() < 0.5)
        for instance in (drawer.near(coins), drawer.fresh(coins)):
            assert check(instance, CLAIM, ()).holds


@pytest.mark.parametrize("name", MET)
def test_equations_are_met_with_the_signs(name: str) -> None:
    claim = Identity((p + q + h).T @ (x + one), number(0))
    rng, met = Random(name), 0
    for size in (1, 2, 3) * 8:
        instance = draw(claim, MET[name], {"d": size}, rng, "small")
        met += instance is not None and check(instance, claim, MET[name]).holds is True
    assert met > 14


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("name", MET)
def test_equations_are_met_in_floats(name: str, dtype: torch.dtype) -> None:
    setting, rng = read(Identity((p + q + h).T @ (x + one), zero()), MET[name]), Random(name)
    good = total = 0
    for index in range(4):
        ensemble, _ = find_ensemble(setting, rng, index, dtype, "cpu")
        built = build(setting, ensemble, 64, dtype, "cpu")
        good, total = good + int(built.satisfied.sum()), total + len(built.satisfied)
        for column in ("p", "q"):
            assert bool((built.inputs.symbols[column][built.satisfied] > 0).all())
        assert bool((built.inputs.symbols["h"][built.satisfied] >= 0).all())
    assert good > 0.6 * total


def test_a_derivative_has_no_value_where_its_variable_may_not_be() -> None:
    claim = Identity(gradient(one.T @ p, p, at=u), one)
    assert decide(claim, (), at(u=(1, 2))).outcome == "agree"
    for entries in ((1, 0), (1, -1), (-1, 1)):
        assert decide(claim, (), at(u=entries)).outcome == "unsatisfied"


def mutants(claim: Identity | Bound, symbol: Symbol) -> dict[str, bool]:
    """The mutants that declare less of a symbol, and whether a side is undefined wherever they say more."""
    case = Theorem("exact.signed", claim, near_misses={"another": claim}, docstring="a case")
    return {m.lie.id: undefined_beyond(m) for m in mutants_of(case) if m.old == symbol}


def test_what_is_declared_is_given_up() -> None:
    assert len(mutants(Bound(number(0), one.T @ p), p)) == 2
    assert not any(mutants(Bound(number(0), one.T @ p), p).values())
    assert all(mutants(Identity(one.T @ log(p), one.T @ (log(p) + 0 * u)), p).values())
    inverted = mutants(Identity(one.T @ inverse(diag(p)) @ u, one.T @ (u + 0 * p)), p)
    assert sorted(inverted.values()) == [False, True]
    assert "p nonnegative" in max(inverted, key=lambda name: inverted[name])
    assert not any(mutants(Identity(one.T @ log(p + one), one.T @ (p + 0 * u)), p).values())
    assert not any(mutants(Identity(norm(h), one.T @ hadamard(h, one)), h).values())
    assert not any(mutants(Identity(activation("abs")(h), h), h).values())
    assert not any(mutants(Bound(number(0), e.T @ h), h).values())

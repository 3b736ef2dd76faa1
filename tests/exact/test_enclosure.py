"""True claims agree and are never called different; planted false ones are certified; vacuous ones are seen."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from exact_setting import BOUNDED, BOUNDS, SETTING, THEOREM, TRUE, d, f, phi, w

from theory import (
    Bound,
    Identity,
    Part,
    Theorem,
    basis_vector,
    diag,
    dimension,
    equal,
    eye,
    hadamard,
    inverse,
    invertible,
    largest_eigenvalue,
    matrix,
    norm,
    number,
    ones,
    orthogonal,
    permutation,
    projector,
    real,
    sqrt,
    symmetric,
    trace,
    vector,
    zero,
)
from theory.statements.claims import Claim
from verify.exact.agreement import decide_fully, decide_suspect
from verify.exact.deciding import decide
from verify.exact.drawing import complete, draw, satisfied
from verify.exact.instances import Instance, InstanceError, Law, column, scalar
from verify.exact.outcomes import Decision
from verify.exact.spectra import largest_eigenvalue_bound, simplest_between, smallest_eigenvalue_bound
from verify.proof.kernel import Verdict, establish
from verify.rules import enclosure
from verify.rules.enclosure import observe
from verify.settings import Budget, Settings

QUICK = Settings(Budget.QUICK)


def one(claim: Claim, assumptions: tuple[object, ...] = ()) -> Theorem:
    return Theorem(
        "user.one",
        parts=(Part("", claim, None),),
        near_misses={"no": claim},
        assumptions=assumptions,
        docstring="One.",  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("name", TRUE | BOUNDS)
def test_true_claims_agree_everywhere(name: str) -> None:
    trace = observe(one((TRUE | BOUNDS)[name], BOUNDED), QUICK)
    assert trace.requested == trace.satisfied == trace.agreeing >= 24  # and where parts of it vanish
    assert trace.unknown == 0
    assert trace.witness is None
    assert establish(trace).verdict is Verdict.SUPPORTED
    assert dict(trace.ranges)["d"] == "1..6"


def test_counts_of_parts_add_up_and_repeat() -> None:
    some = replace(THEOREM, parts=THEOREM.parts[::5])
    assert len(some.parts) >= 3
    trace = observe(some, QUICK)
    assert trace.requested == trace.agreeing >= 24 * len(some.parts)
    assert trace == observe(some, QUICK)


def test_a_false_claim_is_refuted_by_a_witness() -> None:
    trace = observe(one(Identity(f, zero()), SETTING), QUICK)
    assert trace.witness is not None
    assert establish(trace).verdict is Verdict.REFUTED


def test_an_assumption_that_no_instance_satisfies_is_vacuous() -> None:
    trace = observe(one(Identity(norm(w), zero()), (equal(w.T @ w, number(-1)),)), QUICK)
    assert trace.satisfied == 0
    assert establish(trace).reason.startswith("vacuous")


def test_one_expression_on_both_sides_is_vacuous() -> None:
    assert "same expression" in observe(one(Identity(norm(w), norm(w))), QUICK).vacuous


def test_magnitudes_are_those_of_the_instances(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Fraction] = []

    def noted(claim: Claim, assumptions: object, instance: Instance) -> Decision:
        decision = decide_fully(claim, assumptions, instance)  # type: ignore[arg-type]
        if decision.outcome != "unsatisfied":
            tables = [*instance.values.values(), *(law.points for law in instance.laws.values())]
            seen.extend(abs(entry) for table in tables for row in table for entry in row if entry)
        return decision

    monkeypatch.setattr(enclosure, "decide_fully", noted)
    for claim, assumptions in ((Identity(t + t, 2 * t), ()), (Identity(f, f + 0 * norm(w)), SETTING)):
        seen.clear()
        reported = dict(observe(one(claim, assumptions), QUICK).ranges)["magnitudes"]
        low, high = (int(end.removeprefix("10^")) for end in reported.split(".."))
        assert Fraction(10) ** low <= min(seen) < Fraction(10) ** (low + 1)
        assert Fraction(10) ** (high - 1) < max(seen) <= Fraction(10) ** high


def test_magnitudes_that_were_not_seen_are_not_reported() -> None:
    P = projector("P", n)
    assert dict(observe(one(Identity(P @ P, P)), QUICK).ranges)["magnitudes"].endswith("..10^0")
    assert "magnitudes" not in dict(observe(one(Identity(sqrt(number(4)), number(2))), QUICK).ranges)


# ---- decide -------------------------------------------------------------------------------------------------
n = dimension("n")
a, b = vector("a", n), vector("b", n)
t = real("t")


def at(**values: object) -> Instance:
    sizes = (
        {"n": max(len(v) for v in values.values() if isinstance(v, tuple))} if "a" in values or "c" in values else {}
    )
    return Instance(sizes, {k: column(*v) if isinstance(v, tuple) else scalar(v) for k, v in values.items()})  # type: ignore[arg-type]


CAUCHY = Bound(abs(a.T @ b), norm(a) * norm(b))
TRIANGLE = Bound(norm(a + b), norm(a) + norm(b))


@pytest.mark.parametrize("claim", [CAUCHY, TRIANGLE])
@pytest.mark.parametrize("scale", [Fraction(1), Fraction(10) ** 150, Fraction(10) ** -150])
def test_equality_cases_of_true_bounds_agree(claim: Claim, scale: Fraction) -> None:
    first = tuple(scale * k for k in (1, 2, 3))
    assert decide(claim, (), at(a=first, b=tuple(e * Fraction(7, 3) for e in first))).outcome == "agree"
    assert decide(claim, (), at(a=first, b=tuple(0 * e for e in first))).outcome == "agree"
    assert decide(claim, (), at(a=first, b=(0, 1, 0))).outcome == "agree"


def test_a_strict_excess_is_certified_however_small() -> None:
    small = Fraction(1, 10**60)
    decision = decide(Bound(sqrt(number(2)) + t, sqrt(number(2))), (), at(t=small))
    assert decision.outcome == "different"
    assert decide(Bound(sqrt(number(2)) - t, sqrt(number(2))), (), at(t=small)).outcome == "agree"
    assert decide(Identity(sqrt(number(2)) + t, sqrt(number(2))), (), at(t=small)).outcome == "different"


def test_nested_radicals_that_agree() -> None:
    left = sqrt(number(5) + 2 * sqrt(number(6)))
    assert decide(Identity(left, sqrt(number(2)) + sqrt(number(3))), (), Instance({})).outcome == "agree"
    assert (
        decide(Identity(left, sqrt(number(2)) + sqrt(number(3)) + t), (), at(t=Fraction(1, 10**35))).outcome
        == "different"
    )


def test_undefined_counts_as_not_satisfied() -> None:
    decision = decide(Identity(a.T @ a / (a.T @ a), number(1)), (), at(a=(0, 0)))
    assert decision.outcome == "unsatisfied"
    assert "0 to the power -1" in decision.detail
    assert decide(Identity(sqrt(t) * sqrt(t), t), (), at(t=-1)).outcome == "unsatisfied"
    assert (
        decide(Identity(norm(vector("c", n, nonzero=True)) ** 0, number(1)), (), at(c=(0, 0))).outcome == "unsatisfied"
    )


def test_a_difference_names_its_entry() -> None:
    decision = decide(Identity(a, b), (), at(a=(1, 2), b=(1, 3)))
    assert (decision.outcome, decision.entry, decision.left, decision.right) == ("different", (1, 0), "2", "3")


def test_an_instance_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(InstanceError, match="speaks of this symbol"):
        decide(Identity(a, b), (), at(a=(1, 2)))
    with pytest.raises(InstanceError, match="expected 2 x 1"):
        decide(Identity(a, b), (), Instance({"n": 2}, {"a": column(1, 2), "b": column(1)}))
    with pytest.raises(InstanceError, match="expected one of identity"):
        decide(Identity(phi(t), t), (), at(t=1))


# ---- drawing ------------------------------------------------------------------------------------------------
def test_draws_satisfy_their_assumptions() -> None:
    rng, kept = Random(5), 0
    for index in range(60):
        style = ("small", "general", "edge")[index % 3]
        instance = draw(BOUNDS["gradient bound"], BOUNDED, {"d": 1 + index % 4}, rng, style)
        assert instance is not None
        kept += satisfied(instance, BOUNDS["gradient bound"], BOUNDED).holds is True
    assert kept >= 50


def test_a_changed_instance_is_completed_again() -> None:
    claim = BOUNDS["gradient bound"]
    law = Law(((Fraction(1),), (Fraction(4),)), (Fraction(1, 3), Fraction(2, 3)))
    raw = Instance({"d": 1}, {"w": column(1), "gamma": scalar(1), "S": scalar(77)}, {"x": law}, {"phi": "tanh"})
    found = complete(raw, claim, BOUNDED)
    assert found is not None
    assert found.values["S"] == found.values["L"] == found.values["mu"] == scalar(2)
    assert found.values["Phi"] == scalar(1)
    assert satisfied(found, claim, BOUNDED).holds is True
    assert satisfied(raw, Identity(w, w), (*SETTING,)).problem == "the assumption E_x[x] = 0"


def test_properties_are_checked() -> None:
    Rot, Per = orthogonal("R", n), permutation("T", n)
    P, M, G, e = projector("P", n), symmetric("M", n), invertible("G", n), basis_vector("e", n)
    bad = {
        "e": ((Fraction(1),), (Fraction(1),)),
        "R": ((Fraction(3, 5), Fraction(4, 5)), (Fraction(4, 5), Fraction(3, 5))),
        "T": ((Fraction(0), Fraction(1)), (Fraction(-1), Fraction(0))),
        "G": ((Fraction(1), Fraction(1)), (Fraction(1), Fraction(1))),
        "P": ((Fraction(1), Fraction(1)), (Fraction(1), Fraction(1))),
        "M": ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(1))),
    }
    for symbol in (P, M, G, e, Rot, Per):
        instance = Instance({"n": 2}, {symbol.name: bad[symbol.name]})
        assert satisfied(instance, Identity(symbol.T @ symbol, symbol.T @ symbol), ()).holds is False
    rng = Random(1)
    for size in (1, 2, 3, 4):
        drawn = draw(Identity(P @ P, P), (), {"n": size}, rng)
        assert drawn is not None
        assert decide(Identity(P @ P, P), (), drawn).outcome == "agree"
        for _ in range(20):
            drawn = draw(Identity(Rot @ Rot.T, eye(n)), (), {"n": size}, rng)
            assert drawn is not None
            assert decide(Identity(Rot @ Rot.T, eye(n)), (), drawn).outcome == "agree"
            drawn = draw(Identity(hadamard(Per, Per), Per), (), {"n": size}, rng)
            assert drawn is not None
            assert sorted(map(sum, zip(*drawn.values["T"], strict=True))) == [1] * size
            assert decide(Identity(hadamard(Per, Per), Per), (), drawn).outcome == "agree"
            drawn = draw(Identity(e.T @ e, ones(n).T @ e), (), {"n": size}, rng)
            assert drawn is not None
            assert decide(Identity(e.T @ e, ones(n).T @ e), (), drawn).outcome == "agree"
            drawn = draw(Identity(inverse(G) @ G, eye(n)), (), {"n": size}, rng)
            assert drawn is not None
            assert decide(Identity(inverse(G) @ G, eye(n)), (), drawn).outcome == "agree"


def test_eigenvalue_bounds_are_certified_and_close() -> None:
    table = ((Fraction(2), Fraction(1)), (Fraction(1), Fraction(2)))
    assert largest_eigenvalue_bound(table) == 3
    assert smallest_eigenvalue_bound(table) == 1
    golden = ((Fraction(2), Fraction(1)), (Fraction(1), Fraction(1)))
    assert 0 < largest_eigenvalue_bound(golden) - Fraction(2618033988, 10**9) < Fraction(1, 10**5)
    assert simplest_between(Fraction(31, 100), Fraction(34, 100)) == Fraction(1, 3)


@pytest.mark.parametrize("bits", [64, 256])
def test_the_largest_eigenvalue_is_in_its_ball(bits: int) -> None:
    """Of R Diag(v) R' it is the largest entry of v, whether it stands there once or more often."""
    rng, n = Random(bits), dimension("n")
    Rot, v = orthogonal("R", n), vector("v", n)
    claim = Identity(largest_eigenvalue(Rot @ diag(v) @ Rot.T), real("r"))
    for entries in [(3,), (2, 2), (1, -5), (0, 0, 0), (7, 7, -1), (Fraction(1, 3), 0, Fraction(1, 3), -9)]:
        drawn = draw(Identity(Rot @ Rot.T, eye(n)), (), {"n": len(entries)}, rng)
        assert drawn is not None
        values = {
            "R": drawn.values["R"],
            "v": column(*entries),
            "r": scalar(max(entries)),
        }
        assert decide(claim, (), Instance({"n": len(entries)}, values), (bits,), bits).outcome == "agree"
        values["r"] = scalar(max(entries) + Fraction(1, 10**9))
        assert decide(claim, (), Instance({"n": len(entries)}, values), (bits,), bits).outcome == "different"


@pytest.mark.parametrize("tiny", [Fraction(0), Fraction(1, 10**50), Fraction(1, 10**400)])
def test_a_matrix_that_is_nearly_symmetric_has_no_largest_eigenvalue(tiny: Fraction) -> None:
    """Where it has one, the gap is 0; at fewer bits than tell its entries apart it must not be taken to have one."""
    n = dimension("n")
    M = matrix("M", n)
    largest = largest_eigenvalue(ones(n) @ ones(n).T + number(tiny) * M)
    gap = trace((M - M.T).T @ (M - M.T)) if tiny else number(0)
    instance = Instance({"n": 2}, {"M": ((Fraction(1), Fraction(2)), (Fraction(0), Fraction(1)))})
    for outcome in (decide, decide_fully, decide_suspect):
        assert outcome(Bound(largest + gap, largest), (), instance).outcome == ("unsatisfied" if tiny else "agree")


def test_whitened_laws() -> None:
    from theory import E, eye
    from theory.definitions.bn_unit import x

    white = (equal(E(x), zero(d)), equal(E(x @ x.T), eye(d)))
    claim = Identity(E((x.T @ w) ** 2), w.T @ w)
    assert observe(one(claim, white), QUICK).agreeing == 24

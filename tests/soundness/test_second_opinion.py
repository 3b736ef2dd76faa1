"""The second opinion alone stops false theorems: faults that the line checker once had are put back, and its proofs of
falsehoods are denied by SymPy. And an author's sentence excuses nothing that SymPy did not repeat."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from theory import ALGEBRA, Bound, Identity, Theorem, equal, inverse, matrix, number, positive_definite, real, start

from theory import surplus, trace  # isort: skip
from verify.proof import door
from verify.proof.kernel import Evidence, Verdict, conclude, conclude_denial, establish
from verify.proof.matrices import inverses, powers
from verify.proof.observations import EnclosureTrace, LineOutcome, RepeatedLine, RepeatedPart, RepeatedTrace
from verify.rules.second_opinion import observe
from verify.settings import Settings

x, y, a = real("x"), real("y"), real("a")
POINTS = establish(EnclosureTrace(bits=128, requested=4, satisfied=4, agreeing=4, unknown=0, exact=4))


def zero_to_the_zero() -> Theorem:
    """Every real number is at most 10^38."""
    unit, big = (x - y) ** 0, number(10**38)
    one = Theorem(__name__, Identity(unit, 1), start(unit).equals(1), near_misses={"two": Identity(unit, 2)})
    proof = start(a + 0 * x).equals(a * (x - x) ** 0 + 0 * x, one.at({y: x})).at_most(big, surplus(big))
    return Theorem(__name__, Bound(a + 0 * x, big), proof, near_misses={"minus one": Bound(a + 0 * x, -1)})


def inverse_of_a_thin_matrix() -> Theorem:
    """Every real number is at most 10^36, by the trace of a hat matrix with three rows."""
    thin, gram, big = matrix("X", 3, 2), positive_definite("G", 2), number(10**36)
    assumed = equal(thin.T @ thin, gram)
    rank = trace(thin @ inverse(thin.T @ thin) @ thin.T)
    proof = start(a).equals(a * (rank - 2), ALGEBRA).equals(0 * a, assumed).at_most(big, surplus(big))
    return Theorem(__name__, Bound(a, big), proof, assumptions=(assumed,), near_misses={"minus one": Bound(a, -1)})


def zero_first(patch: pytest.MonkeyPatch) -> None:
    sound = powers.power

    def power(ctx: Any, base: Any, exponent: Fraction) -> Any:
        return base if base.is_zero else sound(ctx, base, exponent)

    patch.setattr(powers, "power", power)


def every_factor_inverted(patch: pytest.MonkeyPatch) -> None:
    condition = "if all(ctx.factors[n].shape == form.shape for n in word):"
    source = inspect.getsource(inverses.inverse)
    assert condition in source
    made: dict[str, Callable[..., Any]] = {}
    exec(source.replace(condition, "if True:"), vars(inverses), made)
    patch.setattr(inverses, "inverse", made["inverse"])


FAULTS = {"0^0": (zero_to_the_zero, zero_first), "a thin matrix": (inverse_of_a_thin_matrix, every_factor_inverted)}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_line_checker_proves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    false, fault = FAULTS[name]
    theorem = false()
    assert establish(door.check(theorem)).verdict is Verdict.UNDECIDED  # as it is
    fault(monkeypatch)
    accepted = establish(door.check(theorem))
    assert conclude([accepted, POINTS], [], {}).verdict is Verdict.PROVED  # by the faulty checker alone
    second = establish(observe(theorem, Settings()))
    found = conclude([accepted, second, POINTS], [], {})
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason.startswith("sympy: SymPy disagrees with line")


# ---- what the kernel makes of it ----------------------------------------------------------------------------
def second(*outcomes: str) -> Evidence:
    lines = tuple(RepeatedLine(n, LineOutcome(outcome), "why") for n, outcome in enumerate(outcomes, 1))
    return establish(RepeatedTrace((RepeatedPart("", lines),)))


PROOF = establish(door.check(zero_to_the_zero().uses[0]))


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (("everywhere", "sizes", "points"), Verdict.SUPPORTED),
        (("everywhere", "open"), Verdict.UNDECIDED),
        (("differs", "everywhere"), Verdict.UNDECIDED),
        ((), Verdict.UNDECIDED),
    ],
)
def test_every_line_must_be_repeated(outcomes: tuple[str, ...], verdict: Verdict) -> None:
    assert second(*outcomes).verdict is verdict


def test_every_part_must_be_repeated_and_there_must_be_one() -> None:
    nothing = establish(RepeatedTrace(()))
    assert (nothing.verdict, nothing.reason) == (Verdict.UNDECIDED, "no line to repeat")
    half = RepeatedTrace((RepeatedPart("a", (RepeatedLine(1, LineOutcome.EVERYWHERE),)), RepeatedPart("b", ())))
    assert (establish(half).verdict, establish(half).reason) == (Verdict.UNDECIDED, "SymPy was not asked every line")


def test_it_says_how_many_lines_and_how() -> None:
    assert second("everywhere").reason == "SymPy says so of 1 line as well: 1 in general"
    found = second("points", "everywhere", "points")
    assert found.reason == "SymPy says so of 3 lines as well: 1 in general, 2 at points"


def test_nothing_is_proved_by_it_alone() -> None:
    assert conclude([second("everywhere"), POINTS], [], {}).verdict is Verdict.SUPPORTED
    assert conclude([second("everywhere")], [], {}).verdict is Verdict.UNDECIDED


def test_an_open_line_takes_nothing_from_a_proof_and_a_denied_one_takes_all() -> None:
    assert conclude([PROOF, second("open"), POINTS], [], {}).verdict is Verdict.PROVED
    assert conclude([PROOF, second("differs"), POINTS], [], {}).verdict is Verdict.UNDECIDED
    assert conclude([second("differs"), POINTS], [], {}).verdict is Verdict.UNDECIDED


def test_a_sentence_excuses_a_survivor_only_where_every_line_was_repeated() -> None:
    said = ["half the right side"]
    assert conclude([PROOF, second("everywhere"), POINTS], [], {}, excused=said).verdict is Verdict.PROVED
    for evidence in ([PROOF, POINTS], [PROOF, second("open"), POINTS], [PROOF, second(), POINTS]):
        found = conclude(evidence, [], {}, excused=said)
        assert found.verdict is Verdict.SUPPORTED
        assert "half the right side" in found.reason
    assert conclude([PROOF, POINTS], [], {}).verdict is Verdict.PROVED  # where there is nothing to excuse
    assert conclude([POINTS], [], {}, excused=said) == conclude([POINTS], [], {})  # nor a proof to weaken


def test_a_denial_hears_of_what_failed_and_of_what_is_excused() -> None:
    failed = conclude_denial([PROOF, POINTS], [], {}, failed=["a rule broke"])
    assert (failed.verdict, failed.reason) == (
        Verdict.UNDECIDED,
        "the identity that it denies is undecided: a rule broke",
    )
    excused = conclude_denial([PROOF, POINTS], [], {}, excused=["one"])
    assert excused.verdict is Verdict.UNDECIDED
    assert "supported: near miss excused in words alone: one" in excused.reason
    assert conclude_denial([PROOF, POINTS], [], {}).verdict is Verdict.REFUTED


def test_evidence_that_another_says_otherwise_is_not_outvoted() -> None:
    assert conclude([PROOF, second("everywhere"), second("open"), POINTS], [], {}, excused=["one"]).verdict is (
        Verdict.SUPPORTED
    )

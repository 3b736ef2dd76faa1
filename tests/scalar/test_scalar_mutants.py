"""Mutants of scalar theorems: refuted at points, equivalent by the line checker, or survivors that cost the grade."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from theory import (
    Below,
    Bound,
    Identity,
    Numbers,
    Theorem,
    above,
    activation,
    arccos,
    at_least,
    between,
    growth_rate,
    limit,
    number,
    oo,
    pi,
    real,
    start,
    surplus,
    whole_at_least,
    zero,
)
from verify.adversary.deciding.on_matrices import SAME, TRUE
from verify.adversary.deciding.on_numbers import ENCLOSED, observe, rateless, shown
from verify.adversary.mutating.mutants_of_theorems import slips_alone
from verify.adversary.replaying import lies_of, replay
from verify.command.summary import table
from verify.loading import loader
from verify.proof import lines_on_numbers as scalar_lines
from verify.proof.kernel import Verdict
from verify.proof.numbers.intervals import NotDefinedError, domain_of, enclose
from verify.results.records import MUTANT, NearMissResult, docket_name
from verify.results.store import Store
from verify.running.runner import run
from verify.settings import Budget, Settings

QUICK = Settings(Budget.QUICK)
x, y = real("x"), real("y")
SQUARE = x**2 + 2 * x + 1
MODULE = "theory.theorems.explosion.planted"


def planted(claim, derivation, ranges, **more) -> Theorem:
    return Theorem(
        MODULE, claim, derivation, near_misses={"none": Identity(claim.left + claim.right, claim.right)},
        docstring="A planted theorem.", setting=Numbers(ranges), **more,
    )  # fmt: skip


IDENTITY = planted(Identity((x + 1) ** 2, SQUARE), start((x + 1) ** 2).equals(SQUARE), (at_least(x, 0),))
EVEN = planted(Identity((-x) ** 2, x**2), start((-x) ** 2).equals(x**2), (at_least(x, 1),))
BOUND = planted(Bound(x, x + y), start(x).at_most(x + y, surplus(1 * y)), (at_least(x, 0), at_least(y, 0)))
HIDDEN = planted(Bound(2 * x, x**2 + 1), start(2 * x).at_most(x**2 + 1, surplus((x - 1) ** 2)), (above(x, 0),))


def results(theorem: Theorem, settings: Settings = QUICK) -> dict[str, NearMissResult]:
    found = [miss for part in theorem.parts for miss in observe(theorem, settings, part.label)]
    return {docket_name(miss.id): miss for miss in found}


def test_a_sign_under_a_square_is_equivalent_by_the_zero_test() -> None:
    found = results(EVEN)
    same = found["the sign of x, on the left"]
    assert (same.verdict, same.left) == ("equivalent", "true by itself: the sides are equal on the whole domain")
    assert found["the power of -x doubled, on the left"].verdict == "refuted"
    assert found["the power of x left out, on the right"].verdict == "refuted"


def test_what_is_refuted_is_replayed_from_its_text() -> None:
    for theorem in (IDENTITY, EVEN, BOUND, HIDDEN):
        refuted = [miss for miss in results(theorem).values() if miss.verdict == "refuted"]
        assert refuted
        for miss in refuted:
            again = replay(miss.witness, lambda _, found=theorem: found)
            assert (again.claim, again.outcome) == (miss.id, "different")


def test_every_slip_of_an_identity_is_found_out() -> None:
    assert Counter(miss.verdict for miss in results(IDENTITY).values()).keys() == {"refuted"}


def test_a_bound_is_true_by_itself_where_its_surplus_is_seen() -> None:
    theorem = planted(
        Bound(2 * x, x**2 + 1), start(2 * x).at_most(x**2 + 1, surplus((x - 1) ** 2)), (between(x, 0, 1),)
    )
    claim = theorem.parts[0].claim
    assert shown(theorem, claim, Bound(2 * x, x**2 + 4)) == TRUE
    assert shown(theorem, claim, Bound(2 * x, 1 + x * x)) == SAME
    assert shown(theorem, claim, Bound(2 * x, x**2)) == ""


def test_a_strict_claim_is_equivalent_only_where_boxes_enclose_it_over_the_whole_range() -> None:
    theorem = planted(Below(zero(), 1 + x), None, (between(x, 0, 1),))
    claim = theorem.parts[0].claim
    assert shown(theorem, claim, Below(zero(), 2 + x)) == ENCLOSED
    assert shown(theorem, claim, Below(zero(), x)) == "", "0 < 0 fails at the end of the range"
    assert shown(theorem, claim, Below(zero(), x - Fraction(1, 2))) == ""
    assert shown(theorem, claim, Below(zero(), 1 / x)) == "", "not defined at 0"
    unbounded = planted(Below(zero(), 1 + x), None, (at_least(x, 0),))
    assert shown(unbounded, claim, Below(zero(), 2 + x)) == "", "boxes cover no ray"
    reversed_one = next(m.lie for m in slips_alone(theorem) if m.lie.id.endswith("the inequality reversed"))
    assert reversed_one.claim == Below(1 + x, zero())


def test_what_is_said_of_a_limit_that_is_not_evaluated_survives() -> None:
    """One that is, is decided: tests/scalar/test_limits_at_points.py."""
    body = arccos(1 / x)
    found = results(planted(Identity(limit(body, x, oo), pi / 2), None, (at_least(x, 1),)))
    assert found
    assert "survived" in {miss.verdict for miss in found.values()}
    quotient = results(planted(Identity(limit((x + 1) / x, x, oo), number(1)), None, (at_least(x, 1),)))
    assert {miss.verdict for miss in quotient.values()} == {"refuted", "equivalent"}


def test_undefined_everywhere_is_not_equivalent() -> None:
    theorem = planted(Identity(x, x), None, (between(x, 2, 3),))
    assert shown(theorem, theorem.parts[0].claim, Identity(arccos(x), arccos(x))) == ""
    assert shown(theorem, theorem.parts[0].claim, Identity(x, x)) != ""


def test_a_rate_at_no_batch_size_claims_nothing() -> None:
    phi, B = activation("phi"), real("B")
    theorem = Theorem(
        MODULE,
        Below(growth_rate(phi, B + 1), growth_rate(phi, B)),
        near_misses={"none": Below(growth_rate(phi, B), growth_rate(phi, B + 1))},
        docstring="A planted theorem.",
        setting=Numbers((whole_at_least(B, 4),), functions={"phi": ("relu",)}),
    )
    found = results(theorem)
    for slip in ("B left out, on the left", "the sign of B, on the left"):
        assert slip not in found  # such a mutant is none
    assert found["the inequality reversed"].verdict == "refuted"
    for batch in (number(1), number(Fraction(9, 2)), 3 - 0 * B, 7 - B):
        assert rateless(theorem, Below(growth_rate(phi, batch), growth_rate(phi, B)))
    for batch in (number(4), B, 8 - B, B - 1, 1 / (B - 4), oo, real("A")):
        assert not rateless(theorem, Below(growth_rate(phi, B), growth_rate(phi, batch)))
    assert not rateless(theorem, Below(limit(growth_rate(phi, -B), B, oo), growth_rate(phi, B)))


def test_a_survivor_lowers_the_grade_until_the_docket_explains_it(tmp_path) -> None:
    [result] = run([HIDDEN], QUICK, Store(tmp_path / "a", print))
    alive = [docket_name(m.id) for m in result.mutants if m.verdict == "survived"]
    assert alive
    assert result.verdict is Verdict.SUPPORTED
    explained = planted(
        HIDDEN.parts[0].claim, HIDDEN.parts[0].derivation, (above(x, 0),), survivors=dict.fromkeys(alive, "true")
    )
    [result] = run([explained], QUICK, Store(tmp_path / "b", print))
    assert result.verdict is Verdict.PROVED
    assert {m.known for m in result.mutants if m.verdict == "survived"} == {"true"}


def test_an_entry_without_mutants_has_an_empty_cell(tmp_path, capsys) -> None:
    [result] = run([EVEN], QUICK, Store(tmp_path, print))
    table([result], 1.0)
    assert f"{len(result.mutants)} of {len(result.mutants)}" in capsys.readouterr().out
    table([replace(result, near_misses=result.authored)], 1.0)
    assert " 0 of 0 " not in capsys.readouterr().out


@pytest.mark.parametrize(
    "theorem", [t for t in loader.load([]) if isinstance(t.setting, Numbers) and t.survivors], ids=lambda t: t.id
)
def test_the_docket_holds_what_survives_and_no_more(theorem) -> None:
    alive = {name for name, miss in results(theorem).items() if miss.verdict == "survived"}
    assert alive == set(theorem.survivors)


def test_names_are_unique_found_again_and_the_same_each_time() -> None:
    for theorem in (IDENTITY, EVEN, BOUND, HIDDEN):
        names = [mutant.lie.id for mutant in slips_alone(theorem)]
        assert len(set(names)) == len(names)
        assert set(names) == {name for name in lies_of(theorem, mutants=True) if MUTANT in name}
        assert {n: (m.verdict, m.witness) for n, m in results(theorem).items()} == {
            n: (m.verdict, m.witness) for n, m in results(theorem).items()
        }


def test_a_number_next_to_the_end_of_arccos_is_refused_not_a_crash() -> None:
    from fractions import Fraction

    near = real("near")
    tiny = Fraction(1, 2**2000)
    domain = domain_of({near: between(near, -1 + tiny, 0)})
    with pytest.raises(NotDefinedError, match="is a number"):
        enclose(arccos(near), domain)
    theorem = planted(Identity(arccos(near), arccos(near)), None, (between(near, -1 + tiny, 0),))
    answer = scalar_lines.check_line(theorem, 1, arccos(near), start(near).equals(arccos(near)).lines[0])
    assert not answer.accepted

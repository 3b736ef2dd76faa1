"""Claims on every batch size: which are taken, and what becomes of true, false and undecided ones."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import (
    Below,
    Bound,
    Numbers,
    Part,
    Range,
    Theorem,
    activation,
    at_least,
    between,
    growth_rate,
    log,
    oo,
    real,
    sqrt,
    whole_at_least,
)
from theory.statements.theorem import TheoremError
from verify.adversary.replaying import WitnessError, replay
from verify.errors import UserError
from verify.proof.kernel import Verdict, establish
from verify.proof.observations import Box, BoxOutcome, BoxPart
from verify.rates.trend import Stretch
from verify.rules import batches, boxes, scalar_points
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK)
phi, psi, B = activation("phi"), activation("psi"), real("B")
FALLS = Below(growth_rate(phi, B + 1), growth_rate(phi, B))
EVERY = (whole_at_least(B, 4),)
RISES = Below(growth_rate(phi, B), growth_rate(phi, B + 1))


def theorem(claim=FALLS, functions=("relu",), ranges=EVERY) -> Theorem:
    return Theorem(
        "user.batches",
        claim,
        docstring="A claim on batch sizes.",
        near_misses={"none": RISES},
        setting=Numbers(ranges, functions=functions if isinstance(functions, dict) else {"phi": functions}),
    )


def seen(found: Theorem):
    return establish(boxes.observe(found, QUICK))


def test_a_true_claim_is_proved_for_every_function():
    evidence = seen(theorem(functions=("relu", "sin(z)")))
    assert evidence.verdict is Verdict.PROVED
    assert evidence.reason == "124 boxes enclosed, all of whole B in [4, oo]"
    assert [part.label for part in evidence.observation.parts] == ["relu", "sin(z)"]
    assert seen(theorem(RISES, ("z - z^3/6",), (whole_at_least(B, 8),))).verdict is Verdict.PROVED


def test_one_false_function_refutes_with_a_witness_that_replays():
    found = theorem(functions=("relu", "z^3 - 3*z"))
    evidence = seen(found)
    assert evidence.verdict is Verdict.REFUTED
    again = replay(evidence.witness, lambda _: found)
    assert again.outcome == "different"
    assert dict(again.instance.functions) == {"phi": "z^3 - 3*z"}
    assert again.instance.values["B"][0][0] == 4


def test_a_function_that_is_not_meant_is_no_counterexample():
    found = theorem(functions=("relu", "z^3 - 3*z"))
    witness = seen(found).witness
    with pytest.raises(WitnessError, match="is none of relu"):
        replay(witness, lambda _: theorem(functions=("relu",)))


def test_a_counterexample_counts_behind_what_is_not_known():
    assert seen(theorem(functions=("2", "z^3 - 3*z"))).verdict is Verdict.REFUTED


def test_a_claim_from_a_later_batch_size_on():
    for first, verdict in ((7, Verdict.PROVED), (6, Verdict.REFUTED)):
        evidence = seen(theorem(functions=("z^3 - 3*z",), ranges=(whole_at_least(B, first),)))
        assert evidence.verdict is verdict
        assert evidence.observation.parts[0].boxes[0].start == str(first)
    late = seen(theorem(functions=("z^3 - 3*z",), ranges=(whole_at_least(B, 1000),)))
    assert late.verdict is Verdict.PROVED
    assert [(b.start, b.stop) for b in late.observation.parts[0].boxes] == [("1000", "oo")]


@pytest.mark.parametrize(
    ("larger", "smaller", "first"), [(1 + B, B, 4), (B, B - 1, 5), (B + Fraction(4, 2), B + 1, 3), (B - 90, B - 91, 95)]
)
def test_neighbours_however_they_are_written(larger, smaller, first):
    for left, right, phis in ((larger, smaller, "relu"), (smaller, larger, "z^3 - 3*z")):
        claim = Below(growth_rate(phi, left), growth_rate(phi, right))
        evidence = seen(theorem(claim, functions=(phis,), ranges=(whole_at_least(B, first),)))
        [part] = evidence.observation.parts
        assert (part.boxes[0].start, part.boxes[-1].stop) == (str(first), "oo")
        assert evidence.verdict is (Verdict.PROVED if phis == "relu" else Verdict.REFUTED)
        assert len(part.boxes) == 62
        if phis != "relu":
            assert [box.outcome for box in part.boxes[:4]] == ["holds", "holds", "holds", "fails"]
    early = theorem(Below(growth_rate(phi, larger), growth_rate(phi, smaller)), ranges=(whole_at_least(B, first - 1),))
    assert seen(early).verdict is Verdict.UNDECIDED


def test_what_begins_late_asks_for_no_smaller_batch():
    constant_at_first = theorem(functions=("max(z - 3, 0)",), ranges=(whole_at_least(B, 60),))
    assert seen(constant_at_first).observation.parts[0].boxes[0].start == "60"


@pytest.mark.parametrize("formula", ["exp(z^2/8)", "2", "1/z"])
def test_what_cannot_be_enclosed_for_ever_is_not_proved(formula):
    assert seen(theorem(functions=("relu", formula))).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("formula", "problem"), [("sign(z)", "a jump from -1 to 1"), ("max(z-2,0)", "constant"), ("1/z", "near z = 0")]
)
def test_an_activation_without_a_rate_is_named_and_supports_nothing(formula, problem):
    found = theorem(functions=("relu", formula))
    evidence = seen(found)
    assert f"for phi = {formula} (expected" in evidence.reason
    assert problem in evidence.reason
    late = theorem(functions=(formula, "relu"))
    points = establish(scalar_points.observe(late, QUICK))
    assert points.verdict is Verdict.UNDECIDED
    trace, later = points.observation, formula.startswith("max")  # it has rates at larger batches
    assert (trace.requested, trace.satisfied, trace.unknown) == ((14, 14, 3) if later else (14, 6, 0))
    vacuous = f"vacuous: the claim was defined at no point tried for phi = {formula}; normproof rate says why"
    assert points.reason == ("3 of 14 points enclosed could not be decided" if later else vacuous)


@pytest.mark.parametrize(
    ("claim", "ranges"),
    [
        (Below(growth_rate(phi, B + 2), growth_rate(phi, B)), (whole_at_least(B, 4),)),
        (Below(growth_rate(phi, B + 1), 2 * growth_rate(phi, B)), (whole_at_least(B, 4),)),
        (FALLS, (at_least(B, 4),)),
        (FALLS, (whole_at_least(B, 3),)),
        (FALLS, (between(B, 4, 10),)),
        (FALLS, (Range(B, Fraction(4), Fraction(10), whole=True),)),
        (Below(growth_rate(phi, oo), growth_rate(phi, B)), (whole_at_least(B, 4),)),
    ],
)
def test_claims_of_another_kind_are_not_taken(claim, ranges):
    assert seen(theorem(claim, ranges=ranges)).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("gap", [0 * log(B - 10), 0 / (B - 10), 0 * sqrt(B - 10), (B - 10) / (B - 10) - 1])
def test_a_batch_size_that_is_no_number_somewhere_is_no_batch_size(gap):
    """The difference of the two is 1 wherever both are defined, which is not everywhere."""
    claim = Below(growth_rate(phi, B + 1), growth_rate(phi, B + gap))
    assert boxes.observe(theorem(claim), QUICK).parts[0].boxes == ()
    assert establish(boxes.observe(theorem(claim), QUICK)).verdict is Verdict.UNDECIDED
    assert establish(scalar_points.observe(theorem(claim), QUICK)).verdict is Verdict.UNDECIDED


def test_two_functions_are_not_compared():
    claim = Below(growth_rate(phi, B + 1), growth_rate(psi, B))
    found = theorem(claim, functions={"phi": ("relu",), "psi": ("tanh",)})
    assert seen(found).verdict is Verdict.UNDECIDED


def test_points_are_whole_batch_sizes_of_every_function_in_turn():
    trace = scalar_points.observe(theorem(functions=("relu", "id")), QUICK)
    assert (trace.requested, trace.satisfied, trace.agreeing) == (14, 14, 14)
    assert establish(scalar_points.observe(theorem(RISES), QUICK)).verdict is Verdict.REFUTED


@pytest.mark.parametrize("found", [whole_at_least(B, Fraction(9, 2)), Range(B, Fraction(4), low_open=True, whole=True)])
def test_whole_numbers_begin_at_one(found):
    with pytest.raises(TheoremError, match="expected whole numbers that begin and end at one"):
        theorem(ranges=(found,))


@pytest.mark.parametrize("functions", [{}, {"phi": ()}, {"phi": "z"}, {"phi": ("relu",), "chi": ("relu",)}])
def test_every_activation_is_named_and_no_other(functions):
    with pytest.raises(TheoremError, match="expected the functions that phi stands for"):
        theorem(functions=functions)


def test_no_function_is_left_out_however_many_there_are():
    found = theorem(functions=("id",) * 14 + ("sign(z)",))
    trace = scalar_points.observe(found, QUICK)
    assert (trace.requested, trace.satisfied, trace.agreeing) == (17, 16, 16)
    assert "phi = sign(z)" in establish(trace).reason


def test_points_try_the_second_function_too():
    found = theorem(functions=("relu", "z^3 - 3*z"), ranges=(whole_at_least(B, 5),))
    assert establish(scalar_points.observe(found, QUICK)).verdict is Verdict.REFUTED
    assert establish(scalar_points.observe(theorem(ranges=found.setting.ranges), QUICK)).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("names", "verdict"), [(("sin(3*z)", "id"), Verdict.REFUTED), (("id", "sin(3*z)"), Verdict.SUPPORTED)]
)
def test_each_activation_has_its_own_rate(names, verdict):
    claim = Below(growth_rate(phi, B), growth_rate(psi, B))
    found = theorem(claim, functions={"phi": names[:1], "psi": names[1:]})
    found = establish(scalar_points.observe(found, QUICK))
    assert found.verdict is verdict


# ---- without a rate: which batch sizes are asked for, and what is made of the answers ------------------------
a = real("a")


def asked(monkeypatch, answers):
    """In place of `steps_of`: each answer is how many batch sizes from the first on, and their direction."""
    starts = []

    def steps_of(formula, first):
        starts.append((formula, first))
        for count, direction in answers:
            yield Stretch(first, first + count - 1 if count else None, direction)
            first += count

    monkeypatch.setattr(batches, "steps_of", steps_of)
    return starts


def taken(left, right, *ranges, part=None) -> tuple[BoxPart, ...]:
    found = theorem(Below(growth_rate(phi, left), growth_rate(phi, right)), ranges=ranges)
    return batches.over_batches(found, part or found.parts[0])


@pytest.mark.parametrize(
    ("left", "right", "first", "shift", "wanted"),
    [
        (B + 1, B, 4, 0, "falls"),
        (B, B + 1, 5, 0, "rises"),
        (B, B - 1, 9, -1, "falls"),
        (B - 1, B, 5, -1, "rises"),
        (B + 5, B + 4, 0, 4, "falls"),
        (B + 1 + 0 * log(B - 3), B, 4, 0, "falls"),
    ],
)
def test_a_box_is_for_the_batch_sizes_that_the_claim_speaks_of(monkeypatch, left, right, first, shift, wanted):
    starts = asked(monkeypatch, [(1, wanted), (3, "unknown"), (0, wanted)])
    [part] = taken(left, right, whole_at_least(B, first))
    assert starts == [("relu", first + shift)]
    assert (part.label, part.variable, part.start, part.stop, part.whole) == ("relu", "B", str(first), "oo", True)
    middle = Box(str(first + 1), str(first + 3), BoxOutcome.UNKNOWN)
    assert part.boxes == (
        Box(str(first), str(first), BoxOutcome.HOLDS),
        middle,
        Box(str(first + 4), "oo", BoxOutcome.HOLDS),
    )
    assert part.witness is None


@pytest.mark.parametrize(
    ("left", "right", "ranges"),
    [
        (B + 2, B, EVERY),
        (B, B + 2, EVERY),
        (B, B, EVERY),
        (B + Fraction(3, 2), B, EVERY),
        (B + Fraction(3, 2), B + Fraction(1, 2), EVERY),
        (2 * B + 1, 2 * B, EVERY),
        (B + a + 1, B + a, (*EVERY, whole_at_least(a, 0))),
        (B + 1 + 0 * a, B, (*EVERY, whole_at_least(a, 0))),
        (B + 1, B + 0 * a, (*EVERY, whole_at_least(a, 0))),
        (B + 1 + 0 * log(B - 10), B, EVERY),
        (B + 1, B + 0 * log(B - 10), EVERY),
        (B + 1, B, (whole_at_least(B, 3),)),
        (B + 3, B + 2, (whole_at_least(B, 1),)),
        (B + 1, B, (at_least(B, 4),)),
        (B + 1, B, (Range(B, Fraction(4), Fraction(10), whole=True),)),
        (B + 1, B, (Range(B, None, None, whole=True),)),
    ],
)
def test_no_rate_is_asked_for_unless_the_claim_is_on_neighbours_from_four_on(monkeypatch, left, right, ranges):
    starts = asked(monkeypatch, [(0, "falls")])
    assert taken(left, right, *ranges) == ()
    assert starts == []


@pytest.mark.parametrize(
    "claim",
    [
        Bound(FALLS.left, FALLS.right),
        Below(2 * FALLS.left, FALLS.right),
        Below(FALLS.left, 2 * FALLS.right),
        Below(FALLS.left, growth_rate(psi, B)),
    ],
)
def test_a_claim_that_does_not_compare_two_rates_is_not_taken(monkeypatch, claim):
    asked(monkeypatch, [(0, "falls")])
    assert taken(B + 1, B, *EVERY, part=Part("", claim, None)) == ()


def test_the_witness_is_the_first_box_that_fails_and_is_certified_apart(monkeypatch):
    asked(monkeypatch, [(2, "unknown"), (1, "falls"), (0, "falls")])
    [part] = taken(B, B + 1, *EVERY)
    assert [box.outcome for box in part.boxes] == ["unknown", "fails", "fails"]
    assert '"B":[["6"]]' in part.witness
    assert '"phi":"relu"' in part.witness
    asked(monkeypatch, [(0, "rises")])  # of relu, whose rates fall
    [part] = taken(B + 1, B, *EVERY)
    assert part.boxes == (Box("4", "oo", BoxOutcome.FAILS),)
    assert part.witness is None


def test_a_function_without_a_rate_leaves_its_range_open(monkeypatch):
    def steps_of(formula, first):
        yield Stretch(first, first, "falls")
        raise UserError("expected what has a rate", got="none", where="PHI", remedy="another")

    monkeypatch.setattr(batches, "steps_of", steps_of)
    words = "B for phi = relu (expected what has a rate; got none)"
    assert taken(B + 1, B, whole_at_least(B, 5)) == (BoxPart("relu", words, "5", "oo", (), None, whole=True),)


def test_of_several_functions_the_one_that_is_named_is_taken() -> None:
    several = theorem(functions=("relu", "gelu"))
    [part] = batches.over_batches(several, several.parts[0], "gelu")
    assert part.label == "gelu"
    assert len(batches.over_batches(several, several.parts[0])) == 2

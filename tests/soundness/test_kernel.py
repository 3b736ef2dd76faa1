"""The kernel, case by case: which observation gives which verdict, and what a theorem is worth after all of them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from itertools import product
from statistics import NormalDist

import pytest

from verify.proof.kernel import Conclusion, Evidence, EvidenceError, Rule, Verdict, conclude, conclude_denial, establish
from verify.proof.observations import (
    Box,
    BoxOutcome,
    BoxPart,
    BoxTrace,
    CaseOutcome,
    CodeDisagreement,
    DenseCase,
    DenseTrace,
    DerivationTrace,
    EnclosureTrace,
    LineTrace,
    PartTrace,
    RoundedStep,
    RoundingTrace,
    SamplingTrace,
    StatisticsCase,
    StatisticsTrace,
)
from verify.running import display

YES, NO = LineTrace(1, "=", True), LineTrace(2, "=", False, problem="no")
PART = PartTrace("", True, (YES,))
PROOF = DerivationTrace((PART,))
EQUAL, UNKNOWN = (
    DenseCase("", (("d", 2),), CaseOutcome.EQUAL),
    DenseCase("", (("d", 3),), CaseOutcome.UNKNOWN, "too large"),
)
DIFFERENT = DenseCase("", (("d", 2), ("m", 3)), CaseOutcome.DIFFERENT, witness="W")
BALLS = EnclosureTrace(256, requested=8, satisfied=8, agreeing=8, unknown=0)
FLOATS = SamplingTrace(
    "float32", "cpu", requested=100, satisfied=80, suspects=3, rounding=3, unknown=0, worst_residual=2
)
BOXES = BoxTrace(128, (BoxPart("", "t", "0", "1", (Box("0", "1", BoxOutcome.HOLDS),)),))
CASE = StatisticsCase("a", "=", estimate=1, standard_error=0.01, predicted=1, margin=0.1, critical=4, count=9)
RUNS = StatisticsTrace(0.01, (CASE,), instances=9)
STEP = RoundedStep("a - b", exact="1/3", rounded="1/4", executed="1/4")
ROUNDED = RoundingTrace("float32", "cpu", (STEP,), truth="-1/3", witness="W")
PROVED, SUPPORTED, UNDECIDED, REFUTED = Verdict.PROVED, Verdict.SUPPORTED, Verdict.UNDECIDED, Verdict.REFUTED


def verdict(observation):
    return establish(observation).verdict


def conclusion(*observations, survivors=(), used=None):
    return conclude([establish(o) for o in observations], survivors, used or {})


# ---- evidence -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("observation", "rule", "found", "instances"),
    [
        (PROOF, Rule.DERIVATION, PROVED, 0),
        (DenseTrace((EQUAL,)), Rule.DENSE, SUPPORTED, 0),
        (BALLS, Rule.ENCLOSURE, SUPPORTED, 8),
        (FLOATS, Rule.SAMPLING, SUPPORTED, 80),
        (BOXES, Rule.ENCLOSURE, PROVED, 0),
        (RUNS, Rule.STATISTICS, SUPPORTED, 9),
    ],
    ids=lambda x: type(x).__name__,
)
def test_each_rule_has_its_best_verdict(observation, rule, found, instances):
    evidence = establish(observation, seconds=1.5, cached=True)
    assert (evidence.rule, evidence.verdict, evidence.instances) == (rule, found, instances)
    assert (evidence.seconds, evidence.cached, evidence.witness) == (1.5, True, None)
    assert (establish(observation).seconds, establish(observation).cached) == (0.0, False)


def test_evidence_is_made_by_one_door():
    for door in ((), (0.0, False), (0.0, False, object())):
        with pytest.raises(EvidenceError, match="by hand"):
            Evidence(PROOF, *door)
    for thing in ("proved", None, PART, PROVED):
        with pytest.raises(EvidenceError, match="expected an observation"):
            establish(thing)


def test_evidence_does_not_change_and_has_no_truth_value():
    evidence = establish(PROOF)
    with pytest.raises(EvidenceError, match="no truth value"):
        bool(evidence)
    with pytest.raises(FrozenInstanceError):
        evidence.verdict = PROVED
    with pytest.raises(FrozenInstanceError):
        conclusion(PROOF, BALLS).verdict = PROVED


def test_no_argument_of_evidence_is_a_verdict():
    door = establish(PROOF)._door
    for name in ("rule", "verdict", "reason", "instances", "witness"):
        with pytest.raises(TypeError):
            Evidence(PROOF, _door=door, **{name: None})


def test_the_door_is_neither_shown_nor_compared():
    assert "_door" not in repr(establish(PROOF))
    copied = replace(establish(PROOF))
    object.__setattr__(copied, "_door", None)
    assert copied == establish(PROOF)


# ---- derivations --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "parts",
    [
        (),
        (replace(PART, complete=False),),
        (replace(PART, lines=()),),
        (replace(PART, lines=(NO,)),),
        (replace(PART, lines=(YES, NO)),),
        (replace(PART, lines=(NO, YES)),),
        (PART, replace(PART, complete=False)),
        (replace(PART, lines=(NO,)), PART),
        (PART, replace(PART, lines=())),
    ],
)
def test_a_derivation_with_any_gap_is_undecided_and_never_refuted(parts):
    trace = DerivationTrace(parts)
    assert verdict(trace) is UNDECIDED
    assert conclusion(trace, BALLS).verdict is (UNDECIDED if trace.refused else SUPPORTED)
    assert conclusion(trace, BOXES).verdict is PROVED
    assert trace.refused is any(part.lines and part != PART for part in parts)
    if (
        trace.refused
    ):  # points support nothing beside a derivation that was refused; boxes over the whole range may prove
        assert conclusion(trace, BALLS).reason == f"derivation: {establish(trace).reason}"


def test_the_reason_names_the_line_and_the_part():
    trace = DerivationTrace((PART, PartTrace("below", True, (YES, NO))))
    assert establish(trace).reason == "line 2 of part 'below' is not accepted: no"
    assert establish(PROOF).reason == "1 line accepted, for all dimensions"
    assert establish(DerivationTrace((PART, PART))).reason == "2 lines accepted, for all dimensions"
    assert "part ''" not in establish(DerivationTrace((replace(PART, lines=()),))).reason


# ---- components ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cases", "found", "words"),
    [
        ((), UNDECIDED, "no case could be decided"),
        ((UNKNOWN,), UNDECIDED, "too large"),
        ((replace(UNKNOWN, outcome="equal"),), UNDECIDED, "malformed"),
        ((replace(UNKNOWN, detail=""),), UNDECIDED, "no case could be decided"),
        ((EQUAL, UNKNOWN), SUPPORTED, "equal in components in 1 of 2 cases"),
        ((EQUAL, replace(UNKNOWN, part="other")), UNDECIDED, "too large"),
        ((replace(EQUAL, detail="fine"), replace(UNKNOWN, part="other")), UNDECIDED, "too large"),
        ((EQUAL, DIFFERENT), REFUTED, "the two sides differ in components at d = 2, m = 3"),
        ((EQUAL, replace(DIFFERENT, witness=None)), UNDECIDED, "d = 2, m = 3, without a certified witness"),
    ],
)
def test_components(cases, found, words):
    evidence = establish(DenseTrace(cases))
    assert evidence.verdict is found
    assert words in evidence.reason
    assert evidence.witness == ("W" if found is REFUTED else None)


# ---- points -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "found", "words"),
    [
        ({}, SUPPORTED, "8 points enclosed"),
        ({"witness": "W", "agreeing": 7}, REFUTED, "certified counterexample at 256 bits"),
        ({"witness": "W"}, REFUTED, "certified"),
        ({"witness": "W", "vacuous": "one tree"}, REFUTED, "certified"),
        ({"vacuous": "one tree"}, UNDECIDED, "vacuous: one tree"),
        ({"satisfied": 0, "agreeing": 0}, UNDECIDED, "vacuous: none of 8"),
        ({"requested": 0}, UNDECIDED, ""),
        ({"requested": 0, "satisfied": 0, "agreeing": 0}, UNDECIDED, "vacuous"),
        ({"satisfied": 3, "agreeing": 3}, UNDECIDED, "only 3 of 8"),
        ({"satisfied": 4, "agreeing": 4}, SUPPORTED, "4 points"),
        ({"satisfied": 9, "agreeing": 9}, UNDECIDED, ""),
        ({"requested": 1, "satisfied": 1, "agreeing": 1}, SUPPORTED, "1 point"),
        ({"requested": -3, "satisfied": -1, "agreeing": -1}, UNDECIDED, ""),
        ({"agreeing": 7}, UNDECIDED, "1 of 8 points enclosed could not be decided"),
        ({"agreeing": 7, "unknown": 1}, UNDECIDED, "1 of 8"),
        ({"unknown": 1}, UNDECIDED, "could not be decided"),
        ({"agreeing": 9}, UNDECIDED, "could not be decided"),
        ({"bits": 0}, UNDECIDED, "8 of 8"),
        ({"exact": 9}, UNDECIDED, "8 of 8"),
        ({"exact": 2, "requested": 1, "satisfied": 1, "agreeing": 1}, UNDECIDED, "1 of 1"),
    ],
)
def test_points_in_balls(change, found, words):
    evidence = establish(replace(BALLS, **change))
    assert evidence.verdict is found
    assert words in evidence.reason
    assert evidence.witness == ("W" if found is REFUTED else None)


@pytest.mark.parametrize(
    ("exact", "digits", "words"),
    [
        (5, 30, ", sides agree to 10^-30 at 3"),
        (0, 30, ", sides agree to 10^-30 at 8"),
        (8, 30, ""),
        (8, None, ""),
        (0, None, ""),
        (0, 0, ""),
    ],
)
def test_balls_say_at_how_many_points_they_agree_and_no_more(exact, digits, words):
    evidence = establish(replace(BALLS, exact=exact, digits=digits))
    assert (evidence.verdict, evidence.reason) == (SUPPORTED, f"8 points enclosed{words}")


@pytest.mark.parametrize(
    ("change", "found", "words"),
    [
        ({}, SUPPORTED, "80 instances, float32 on cpu"),
        ({"witness": "W"}, REFUTED, "certified in balls"),
        ({"vacuous": "one tree"}, UNDECIDED, "vacuous"),
        ({"satisfied": 49}, UNDECIDED, "only 49 of 100"),
        ({"satisfied": 0, "suspects": 0, "rounding": 0}, UNDECIDED, "vacuous"),
        ({"rounding": 2}, UNDECIDED, "1 of 80 instances, float32 on cpu could not be decided"),
        ({"rounding": 2, "unknown": 1}, UNDECIDED, "1 of 80"),
        ({"suspects": 4}, UNDECIDED, "1 of 80"),
        ({"unknown": 1}, UNDECIDED, "80 of 80"),
        ({"rounding": 4}, UNDECIDED, "could not be decided"),
        ({"disagreements": 1}, UNDECIDED, "80 of 80"),
        ({"requested": 3, "satisfied": 3}, SUPPORTED, "3 instances"),
        ({"requested": 1, "satisfied": 1, "suspects": 2, "rounding": 2}, UNDECIDED, "1 of 1"),
    ],
)
def test_points_in_floats(change, found, words):
    evidence = establish(replace(FLOATS, **change))
    assert evidence.verdict is found
    assert words in evidence.reason
    assert evidence.witness == ("W" if found is REFUTED else None)


def test_a_float_alone_never_refutes():
    suspicious = replace(FLOATS, suspects=80, rounding=0, unknown=80, worst_residual=1e300)
    assert verdict(suspicious) is UNDECIDED


# ---- boxes --------------------------------------------------------------------------------------------------
def box(*pieces, start="0", stop="1", witness=None):
    return BoxPart("", "t", start, stop, tuple(Box(*piece, BoxOutcome.HOLDS) for piece in pieces), witness)


def test_a_range_of_one_point_needs_its_box():
    assert verdict(BoxTrace(64, (box(("1/2", "1/2"), start="1/2", stop="1/2"),))) is PROVED
    assert verdict(BoxTrace(64, (box(start="1/2", stop="1/2"),))) is UNDECIDED
    assert verdict(BoxTrace(64, (box(start="1", stop="0"),))) is UNDECIDED
    assert verdict(BoxTrace(64, (box(("1", "0"), start="1", stop="0"),))) is UNDECIDED


def test_every_range_counts_and_the_witness_is_the_first_there_is():
    whole, open_end = box(("0", "1")), box(("0", "1/2"))
    assert verdict(BoxTrace(64, (whole, whole))) is PROVED
    assert establish(BoxTrace(64, (whole, whole))).reason == "2 boxes enclosed, all of t in [0, 1]"
    for parts in ((whole, open_end), (open_end, whole)):
        assert verdict(BoxTrace(64, parts)) is UNDECIDED
        assert establish(BoxTrace(64, parts)).reason == "the boxes do not cover t in [0, 1]"
    found = establish(BoxTrace(64, (whole, box(("0", "1"), witness="W"), box(("0", "1"), witness="V"))))
    assert (found.verdict, found.witness) == (REFUTED, "W")
    assert verdict(BoxTrace(64, (open_end, box(("0", "1"), witness="W")))) is REFUTED  # whatever else is open
    undecided = BoxTrace(64, (replace(whole, boxes=(Box("0", "1", BoxOutcome.UNKNOWN),)),))
    assert establish(undecided).reason == "1 of 1 box of t could not be decided"


def batches(*pieces, start="4", stop="oo"):
    return BoxTrace(64, (replace(box(*pieces, start=start, stop=stop), variable="B", whole=True),))


def test_whole_numbers_may_be_taken_one_by_one_and_to_infinity():
    found = establish(batches(("4", "4"), ("5", "7"), ("8", "oo")))
    assert (found.verdict, found.reason) == (PROVED, "3 boxes enclosed, all of whole B in [4, oo]")
    assert verdict(batches(("4", "oo"))) is PROVED
    assert verdict(batches(("4", "4"), ("5", "6"), stop="6")) is PROVED
    assert verdict(BoxTrace(64, (box(("0", "1/2"), ("1/2", "oo"), stop="oo"),))) is PROVED


@pytest.mark.parametrize(
    "pieces",
    [
        (("4", "4"), ("6", "oo")),  # 5 is left out
        (("5", "oo"),),
        (("4", "4"), ("5", "1000")),  # not for ever
        (("4", "oo"), ("5", "9")),
        (("4", "6"), ("6", "oo")),  # 6 twice: not in order
        (("4", "3"), ("4", "oo")),
        (),
    ],
)
def test_no_whole_number_may_be_left_out(pieces):
    found = establish(batches(*pieces))
    assert (found.verdict, found.reason) == (UNDECIDED, "the boxes do not cover whole B in [4, oo]")


def test_a_range_that_begins_at_infinity_is_none():
    for start, pieces in (("oo", (("oo", "oo"),)), ("4", (("4", "oo"), ("oo", "oo")))):
        assert verdict(batches(*pieces, start=start)) is UNDECIDED
    assert verdict(BoxTrace(64, (box(("oo", "oo"), start="oo", stop="oo"),))) is UNDECIDED


def test_ends_that_are_no_whole_numbers_are_no_tiles():
    found = establish(batches(("4", "9/2"), ("5", "oo")))
    assert (found.verdict, found.reason) == (UNDECIDED, "malformed: expected a whole number, got '9/2'")
    assert found.instances == 0
    gap = BoxTrace(64, (box(("0", "1/3"), ("4/3", "2"), stop="2"),))
    assert verdict(gap) is UNDECIDED  # a step of one is for whole numbers only


# ---- experiments --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"count": 2}, SUPPORTED),
        ({"standard_error": 0, "margin": 0}, SUPPORTED),
        ({"estimate": 1.5, "standard_error": 0.0625, "margin": 0.25}, UNDECIDED),
        ({"estimate": 1.5, "standard_error": 0.0625, "margin": 0.125}, REFUTED),
        ({"estimate": 0.5, "standard_error": 0.0625, "margin": 0.75}, SUPPORTED),
        ({"relation": "<"}, UNDECIDED),
        ({"relation": ">"}, UNDECIDED),
        ({"relation": "<", "estimate": 1.02}, UNDECIDED),
        ({"relation": ">", "estimate": 0.98}, UNDECIDED),
        ({"relation": "<", "estimate": 0.98}, UNDECIDED),
        ({"relation": ">", "estimate": 1.02}, UNDECIDED),
        ({"relation": "<", "estimate": 0.9}, SUPPORTED),
        ({"relation": ">", "estimate": 1.1}, SUPPORTED),
        ({"relation": "<", "estimate": 1.1}, REFUTED),
        ({"relation": ">", "estimate": 0.9}, REFUTED),
    ],
)
def test_an_experiment_is_judged_by_its_whole_interval(change, found):
    assert verdict(StatisticsTrace(0.01, (replace(CASE, **change),))) is found


@pytest.mark.parametrize("rate", [0, 0.5, 1, -0.1, float("nan")])
def test_a_rate_of_false_alarms_is_stated_and_small(rate):
    evidence = establish(StatisticsTrace(rate, (CASE,)))
    assert evidence.verdict is UNDECIDED
    assert ("malformed" if rate != rate else "nothing was compared at a stated rate") in evidence.reason
    assert "nothing was compared" in establish(StatisticsTrace(0.01, ())).reason


def test_the_interval_is_as_wide_as_the_rate_asks():
    for cases in (1, 3):
        least = NormalDist().inv_cdf(1 - 0.01 / (2 * cases))
        for critical, found in ((least, SUPPORTED), (0.999 * least, UNDECIDED)):
            assert verdict(StatisticsTrace(0.01, cases * (replace(CASE, critical=critical),))) is found


def test_no_comparison_hides_another_of_its_name():
    far, wide = replace(CASE, estimate=2), replace(CASE, standard_error=1)
    for cases in ((far, CASE), (CASE, far), (wide, far)):
        assert verdict(StatisticsTrace(0.01, cases)) is REFUTED
    assert verdict(StatisticsTrace(0.01, (wide, CASE))) is UNDECIDED
    assert establish(StatisticsTrace(0.01, (far, CASE))).reason == "against: a (2 comparisons, false alarms 0.01)"


# ---- a formula in floats ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "found", "words"),
    [
        ({}, REFUTED, "float32 gives 1/4 for -1/3"),
        ({"steps": (replace(STEP, executed="0"),)}, UNDECIDED, "a - b was executed as 0, not as 1/4"),
        ({"steps": (replace(STEP, executed="0"), STEP)}, UNDECIDED, "was executed"),
        ({"steps": (STEP, replace(STEP, executed="0"))}, UNDECIDED, "was executed"),
        ({"steps": (STEP, replace(STEP, rounded="0", executed="0"))}, REFUTED, "gives 0 for -1/3"),
        ({"steps": ()}, UNDECIDED, "no batch was found on which float32 fails"),
        ({"witness": None}, UNDECIDED, "no batch was found"),
        ({"truth": "0"}, UNDECIDED, "1/4 has the sign of 0"),
        ({"truth": "1/3"}, UNDECIDED, "1/4 has the sign of 1/3"),
        ({"truth": "-1/5"}, REFUTED, "gives 1/4 for -1/5"),
        ({"steps": (replace(STEP, rounded="-1/4", executed="-1/4"),)}, UNDECIDED, "-1/4 has the sign of -1/3"),
    ],
)
def test_a_formula_in_floats_fails_only_by_its_sign(change, found, words):
    evidence = establish(replace(ROUNDED, **change))
    assert (evidence.rule, evidence.verdict) == (Rule.SAMPLING, found)
    assert words in evidence.reason
    assert evidence.witness == ("W" if found is REFUTED else None)


# ---- a theorem ----------------------------------------------------------------------------------------------
def test_a_proof_counts_once_an_instance_was_seen():
    assert conclusion().verdict is UNDECIDED
    assert conclusion(PROOF).verdict is UNDECIDED
    assert "may be vacuous" in conclusion(PROOF).reason
    assert conclusion(PROOF, DenseTrace((EQUAL,))).verdict is UNDECIDED
    for seen in (BALLS, FLOATS, BOXES, RUNS):
        for order in ((PROOF, seen), (seen, PROOF)):
            assert conclusion(*order).verdict is PROVED
    assert conclusion(PROOF, BALLS).reason == "derivation: 1 line accepted, for all dimensions"


@pytest.mark.parametrize("vacuous", [replace(BALLS, vacuous="one tree"), replace(FLOATS, satisfied=0)])
def test_one_vacuous_rule_is_enough(vacuous):
    for order in ((PROOF, BALLS, vacuous), (vacuous, FLOATS, PROOF), (PROOF, BOXES, vacuous)):
        found = conclusion(*order)
        assert found.verdict is UNDECIDED
        assert "vacuous" in found.reason


def test_an_undecided_rule_takes_nothing_away_but_does_not_stand_for_an_instance():
    open_points = replace(BALLS, agreeing=7)
    assert conclusion(PROOF, open_points).verdict is UNDECIDED
    assert conclusion(PROOF, open_points, FLOATS).verdict is PROVED
    assert conclusion(open_points).verdict is UNDECIDED
    assert conclusion(DerivationTrace(()), open_points, FLOATS).verdict is SUPPORTED


REFUTATIONS = (
    replace(BALLS, witness="W"),
    replace(FLOATS, witness="W"),
    DenseTrace((DIFFERENT,)),
    BoxTrace(128, (replace(BOXES.parts[0], witness="W"),)),
    StatisticsTrace(0.01, (replace(CASE, estimate=2),)),
)


@pytest.mark.parametrize("refutation", REFUTATIONS, ids=lambda x: type(x).__name__)
def test_any_refutation_refutes(refutation):
    for order in ((PROOF, BALLS, refutation), (refutation, PROOF, BALLS), (replace(BALLS, vacuous="v"), refutation)):
        found = conclusion(*order, survivors=["a lie"], used={"other": UNDECIDED})
        assert found.verdict is REFUTED
        assert found.reason == f"{establish(refutation).rule.value}: {establish(refutation).reason}"


def test_a_survivor_costs_the_proof_and_no_more():
    found = conclusion(PROOF, BALLS, survivors=["one", "two"])
    assert (found.verdict, found.reason) == (SUPPORTED, "near miss not refuted: one, two")
    found = conclusion(BALLS, survivors=["one"])
    assert (found.verdict, found.reason) == (SUPPORTED, "enclosure: 8 points enclosed")
    assert conclusion(survivors=["one"]).verdict is UNDECIDED


@pytest.mark.parametrize(("own", "other"), [*product([PROVED, SUPPORTED, UNDECIDED], Verdict)])
def test_no_theorem_is_better_than_what_it_uses(own, other):
    evidence = {PROVED: (PROOF, BALLS), SUPPORTED: (BALLS,), UNDECIDED: ()}[own]
    rank = [UNDECIDED, SUPPORTED, PROVED]
    worst = UNDECIDED if other is REFUTED else min(own, other, key=rank.index)
    for used in ({"fine": PROVED, "x.y": other}, {"x.y": other, "fine": PROVED}):
        found = conclusion(*evidence, used=used)
        assert found.verdict is worst
        if own is PROVED and other is not PROVED:
            assert "it uses x.y, which is" in found.reason


def test_a_reason_names_a_lemma_only_if_it_is_weaker():
    proof = establish(PROOF).reason
    assert conclusion(PROOF, BALLS, used={"x.y": PROVED}).reason == f"derivation: {proof}"
    assert conclusion(BALLS, used={"x.y": SUPPORTED}).reason == "enclosure: 8 points enclosed"
    assert conclusion(PROOF, BALLS, used={"x.y": SUPPORTED}).reason == "it uses x.y, which is only supported"


def test_a_denial_is_refuted_by_a_proof_alone():
    for observations, found in (
        ((PROOF, BALLS), REFUTED),
        ((BALLS,), UNDECIDED),
        ((), UNDECIDED),
        ((replace(BALLS, witness="W"),), SUPPORTED),
    ):
        identity = conclusion(*observations)
        denial = conclude_denial([establish(o) for o in observations], [], {})
        assert denial.verdict is found
        assert denial.reason == f"the identity that it denies is {identity.verdict.value}: {identity.reason}"
    evidence = [establish(PROOF), establish(BALLS)]
    assert conclude_denial(evidence, ["survivor"], {}).verdict is UNDECIDED
    assert conclude_denial(evidence, [], {"x.y": SUPPORTED}).verdict is UNDECIDED


def test_a_survivor_and_a_weak_lemma_leave_the_weaker_of_both():
    assert conclusion(PROOF, BALLS, survivors=["one"], used={"x.y": UNDECIDED}).verdict is UNDECIDED
    assert conclusion(PROOF, BALLS, survivors=["one"], used={"x.y": PROVED}).verdict is SUPPORTED


@pytest.mark.parametrize(
    ("name", "value"),
    [("rule", Rule.DENSE), ("verdict", PROVED), ("reason", "x"), ("instances", 9), ("witness", "w")],
)
def test_evidence_whose_fields_were_changed_is_refused(name, value):
    good, bad = establish(PROOF), establish(replace(BALLS, agreeing=7))
    object.__setattr__(bad, name, value)
    with pytest.raises(EvidenceError, match="does not say what its observation says"):
        conclude([good, bad], [], {})


def test_a_subclass_of_evidence_concludes_nothing():
    class Proof(Evidence):
        """Evidence in name."""

    item = Proof(PROOF, _door=establish(PROOF)._door)
    with pytest.raises(EvidenceError):
        conclude([item, establish(BALLS)], (), {})


def test_what_is_malformed_says_nothing_at_all():
    found = establish(replace(BALLS, agreeing="8", vacuous="one tree", witness="{}"))
    assert found.reason.startswith("malformed")
    assert (found.verdict, found.instances, found.vacuous, found.refused) == (UNDECIDED, 0, False, False)
    assert found.witness is None


def test_what_could_not_be_seen_leaves_nothing_but_a_refutation():
    failed = ["dense failed: ZeroDivisionError", "sampling failed: KeyError"]
    seen = [establish(PROOF), establish(BALLS)]
    assert conclude(seen, [], {}, failed) == Conclusion(UNDECIDED, "; ".join(failed))
    assert conclude(seen, [], {}, []).verdict is PROVED
    refuted = establish(replace(BALLS, witness="{}"))
    assert conclude([*seen, refuted], [], {}, failed).verdict is REFUTED
    assert conclude_denial(seen, [], {}, failed).verdict is UNDECIDED


def test_a_notebook_shows_rule_verdict_and_ranges_escaped():
    display.attach()
    shown = establish(replace(BALLS, ranges=(("d", "1..4"), ("<b>", "2")), vacuous="<script>"))._repr_html_()
    assert "<strong>enclosure</strong>: undecided" in shown
    assert "d: 1..4; &lt;b&gt;: 2" in shown
    assert "<script>" not in shown
    assert "<div></div>" in establish(PROOF)._repr_html_()


def test_undecided_instances_are_not_counted() -> None:
    seen = replace(FLOATS, satisfied=1000, requested=1000, suspects=990, rounding=0, unknown=990)
    assert establish(seen).instances == 10
    points = replace(BALLS, satisfied=24, requested=24, agreeing=4, unknown=20)
    assert establish(points).instances == 4


def test_a_finding_about_code_is_said_and_supports_nothing() -> None:
    code = CodeDisagreement("torch", "f(w)", "1", "2", 1e9, "d = 2", "{}")
    judged = establish(replace(FLOATS, disagreements=3, code=code))
    assert judged.verdict is UNDECIDED
    assert "torch computes 1 for f(w), which is 2" in judged.reason
    absent = establish(replace(FLOATS, not_evaluated="10^400 is no float64"))
    assert absent.verdict is UNDECIDED
    assert not absent.reason.startswith("vacuous")


def test_floats_say_to_what_they_agree_and_no_more() -> None:
    near = replace(FLOATS, agreement=3e-14)
    assert establish(near).reason.endswith("sides agree to about 10^-13")
    for silent in (0.0, 1.0, 2.0):
        assert "agree" not in establish(replace(FLOATS, agreement=silent)).reason
    assert "agree" not in establish(replace(near, rounding=2, unknown=1)).reason

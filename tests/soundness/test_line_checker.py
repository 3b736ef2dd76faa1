"""The line checker says no: to reasons not given, assumptions not made, certificates that are none, terms undefined."""

from __future__ import annotations

from dataclasses import replace

import pytest

import theory as c
from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    Bound,
    CauchySchwarz,
    Identity,
    Numbers,
    Part,
    Theorem,
    at_most,
    equal,
    gap,
    squares,
    start,
    sup_bound,
    sup_gap,
    surplus,
    unfold,
)
from theory.definitions.bn_unit import (
    CENTRED,
    SECOND_MOMENT,
    S,
    batch_variance,
    bn_unit,
    d,
    gamma,
    phi,
    plain_unit,
    w,
    x,
)
from theory.statements.derivation import Derivation, Line
from theory.statements.theorem import TheoremError
from theory.theorems.decoupling import gradient, reparametrisation, s_norm, scale_invariance, variance
from verify.proof import lines_on_numbers
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_matrices import check_line, checker, observe
from verify.proof.observations import PartTrace

u, v = c.vector("u", d), c.vector("v", d)
a, r, p = c.positive("a"), c.real("r"), c.positive("p")
T = c.positive_semidefinite("T", d)
Phi, L_S = c.nonnegative("Phi"), c.positive("L_S")


def theorem(claim, derivation, assumptions=()):
    return Theorem(
        "sandbox.case",
        parts=(Part("", claim, derivation),),
        near_misses={"itself": claim},
        assumptions=assumptions,
        docstring="a case",
    )


def problems(claim, derivation, assumptions=()):
    trace = observe(theorem(claim, derivation, assumptions))
    evidence = establish(trace)
    found = [line.problem for part in trace.parts for line in part.lines if not line.accepted]
    assert (evidence.verdict is Verdict.PROVED) == (not found)
    return " | ".join(found)


def one_line(left, right, *reasons, assumptions=(), relation="="):
    chain = start(left).equals(right, *reasons) if relation == "=" else start(left).at_most(right, *reasons)
    claim = Identity(left, right) if relation == "=" else Bound(left, right)
    return problems(claim, chain, assumptions)


# ---- it says yes where it should, so that its no means something --------------------------------------------
def test_the_flagship_is_accepted_line_by_line():
    for part in observe(reparametrisation.THEOREM).parts:
        assert part.complete
        assert all(line.accepted for line in part.lines)
    used = [line.used for line in observe(reparametrisation.THEOREM).parts[0].lines]
    assert "E_x[x] = 0" in used[3]
    assert "decoupling.variance" in used[4]


def test_a_cited_product_is_seen_behind_another_factor():
    a, b, p = c.real("a"), c.real("b"), c.positive("p")
    known = c.at_most(c.zero(), a * b)
    assert one_line(c.zero(), p * (a * b), surplus(p * (a * b)), known, assumptions=(known,), relation="<=") == ""
    for other in (a * (p * b), -p * (a * b), a * (a * b)):
        assert "not visibly" in one_line(c.zero(), other, surplus(other), known, assumptions=(known,), relation="<=")


# ---- reasons ------------------------------------------------------------------------------------------------
def test_an_assumption_that_the_line_does_not_cite_is_not_used():
    assert "could not be shown equal" in one_line(
        c.E((x.T @ w - c.E(x).T @ w) ** 2), c.E((x.T @ w) ** 2), ALGEBRA, assumptions=(CENTRED, SECOND_MOMENT)
    )


def test_an_assumption_that_the_theorem_does_not_make_is_refused():
    assert "which the theorem does not assume" in one_line(c.E(x.T @ w), c.zero(), CENTRED)


def test_a_definition_that_is_not_unfolded_stays_folded():
    assert "could not be shown equal" in one_line(
        batch_variance(w), w.T @ S @ w, CENTRED, SECOND_MOMENT, assumptions=(CENTRED, SECOND_MOMENT)
    )


def test_a_derivative_is_not_carried_out_unasked():
    assert "could not be shown equal" in one_line(c.gradient(w.T @ S @ w, w), 2 * S @ w)
    assert one_line(c.gradient(w.T @ S @ w, w), 2 * S @ w, DIFFERENTIATE) == ""


def test_a_cited_theorem_brings_its_assumptions():
    assert "assumes E_x[x] = 0, which this theorem does not" in one_line(
        batch_variance(w), w.T @ S @ w, variance.THEOREM, assumptions=(SECOND_MOMENT,)
    )


def test_an_instance_must_have_the_declared_properties():
    q = scale_invariance.THEOREM
    k = c.real("k", nonzero=True)
    left, right = bn_unit(k * w, gamma, c.zero()), bn_unit(w, gamma, c.zero())
    message = one_line(left, right, q.at({scale_invariance.a: k}), assumptions=(CENTRED, SECOND_MOMENT))
    assert "a is declared positive; this is not shown of k" in message


def test_an_instance_that_may_vanish_is_refused():
    message = one_line(
        batch_variance(u), u.T @ S @ u, variance.THEOREM.at({w: u}), assumptions=(CENTRED, SECOND_MOMENT)
    )
    assert "w is declared nonzero; this is not shown of u" in message


def test_capture_under_an_expectation_is_refused():
    from theory.terms.rewrite import substitute

    with pytest.raises(c.CalculusError, match="would capture x"):
        substitute(plain_unit.body, {plain_unit.parameters[0]: x})


def test_an_identity_is_not_used_under_a_derivative_in_a_variable_that_an_assumption_ties():
    """From w'w = 1 alone, the derivative of w'w is not the derivative of 1."""
    sphere = equal(w.T @ w, c.number(1))
    constant = Theorem(
        "sandbox.sphere",
        claim=Identity(w.T @ w * (w.T @ w), w.T @ w),
        derivation=start(w.T @ w * (w.T @ w)).equals(w.T @ w, sphere),
        near_misses={"itself": Identity(w.T @ w, c.number(2))},
        assumptions=(sphere,),
        docstring="on the sphere",
    )
    assert establish(observe(constant)).verdict is Verdict.PROVED
    left = c.gradient(w.T @ w * (w.T @ w), w)
    right = c.gradient(w.T @ w, w)
    assert "equal" in one_line(left, right, constant, assumptions=(sphere,))


# ---- orders -------------------------------------------------------------------------------------------------
def test_a_bound_needs_a_certificate():
    assert "needs surplus" in one_line(c.zero(), u.T @ u, relation="<=")


def test_a_certificate_must_be_the_difference():
    assert "could not be shown equal" in one_line(
        c.zero(), u.T @ u, surplus(v.T @ v), relation="<="
    ) or "differ" in one_line(c.zero(), u.T @ u, surplus(v.T @ v), relation="<=")


@pytest.mark.parametrize(
    "term",
    [r, u.T @ v, u.T @ c.matrix("A", d) @ u, -(u.T @ u), c.E(x.T @ u), r**3, phi(r), c.trace(c.symmetric("M", d))],
    ids=repr,
)
def test_what_is_not_visibly_nonnegative(term):
    assert "not visibly nonnegative" in one_line(c.zero(), term, surplus(term), relation="<=")


@pytest.mark.parametrize(
    "term",
    [r**2, u.T @ u, u.T @ T @ u, a * abs(r), c.E((x.T @ u) ** 2), (u - v).T @ S @ (u - v), c.trace(T), c.norm_in(u, T)],
    ids=repr,
)
def test_what_is(term):
    assert one_line(c.zero(), term, surplus(term), relation="<=") == ""


def test_squares_compare_only_with_a_nonnegative_side():
    assert "only if the right side is >= 0" in one_line(c.sqrt(p), r, squares(r**2 - p), relation="<=")


def test_an_inequality_of_matrices_is_a_fact_only_if_cited():
    bound = at_most(S, L_S * c.eye(d))
    term = w.T @ gap(bound) @ w
    assert "not visibly nonnegative" in one_line(c.zero(), term, surplus(term), assumptions=(bound,), relation="<=")
    assert one_line(c.zero(), term, surplus(term), bound, assumptions=(bound,), relation="<=") == ""


def test_a_sup_bound_is_a_fact_about_that_derivative_only():
    lipschitz = sup_bound(phi, 1, Phi)
    good = sup_gap(lipschitz, r)
    assert one_line(c.zero(), good, surplus(good), lipschitz, assumptions=(lipschitz,), relation="<=") == ""
    bad = Phi**2 - phi.second(r) ** 2
    assert "not visibly" in one_line(c.zero(), bad, surplus(bad), lipschitz, assumptions=(lipschitz,), relation="<=")


def test_cauchy_schwarz_needs_a_semidefinite_metric():
    lemma = CauchySchwarz(u, v, c.symmetric("M", d))
    term = c.norm(u) - c.norm(u)
    assert "needs a positive semidefinite metric" in one_line(c.zero(), term, surplus(term), lemma, relation="<=")


# ---- definedness --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("term", "what"),
    [
        (r / r, "r is nonzero"),
        (u.T @ u / c.norm(u) ** 2, "nonzero"),
        (c.sqrt(r) - c.sqrt(r), "r is nonnegative"),
        (u.T @ T @ u / (u.T @ T @ u), "nonzero"),
        (u.T @ c.inverse(T) @ T @ u, "T is invertible"),
        (c.norm_in(w, T) / c.norm_in(w, T), "nonzero"),
    ],
    ids=repr,
)
def test_a_term_that_may_be_undefined_is_refused(term, what):
    message = one_line(term, term + r - r)
    assert "may be undefined" in message
    assert what in message


def test_a_derivative_at_a_kink_is_refused():
    assert "may be undefined" in one_line(c.derivative(abs(r), r), r / abs(r), DIFFERENTIATE)


def test_a_derivative_taken_where_it_is_not_declared_is_refused():
    unit = bn_unit(w, gamma, c.zero())
    left = c.gradient(unit, w, at=u)
    message = one_line(left, left + c.zero(d), gradient.THEOREM, assumptions=(CENTRED, SECOND_MOMENT))
    assert "not shown" in message


# ---- chains -------------------------------------------------------------------------------------------------
def test_a_chain_must_start_and_end_at_the_claim():
    with pytest.raises(TheoremError, match="the derivation starts at"):
        theorem(Identity(u.T @ v, v.T @ u), start(v.T @ u).equals(v.T @ u))
    with pytest.raises(TheoremError, match="the derivation ends at"):
        theorem(Identity(u.T @ v, v.T @ u), start(u.T @ v).equals(2 * (u.T @ v)))


def test_an_inequality_does_not_prove_an_identity():
    chain = start(c.zero()).at_most(u.T @ u, surplus(u.T @ u))
    with pytest.raises(TheoremError, match="cannot prove an identity"):
        theorem(Identity(c.zero(), u.T @ u), chain)


def test_no_lines_prove_nothing():
    trace = observe(theorem(Identity(u.T @ v, u.T @ v), Derivation(u.T @ v)))
    assert establish(trace).verdict is Verdict.UNDECIDED


def test_one_bad_line_among_good_ones_spoils_the_chain():
    chain = start(u.T @ v).equals(v.T @ u).equals(2 * (v.T @ u)).equals(u.T @ v)
    assert "differ" in problems(Identity(u.T @ v, u.T @ v), chain)


def test_an_unknown_relation_is_not_an_equality():
    chain = Derivation(u.T @ v, (Line("!=", v.T @ u, (ALGEBRA,)),))
    trace = observe(theorem(Identity(u.T @ v, v.T @ u), chain))
    assert "a line is =, <= or <" in trace.parts[0].lines[0].problem
    assert establish(trace).verdict is not Verdict.PROVED


def test_unfolding_needs_the_name():
    left = plain_unit(u)
    assert "could not" in one_line(left, c.E(phi(x.T @ u)))
    assert one_line(left, c.E(phi(x.T @ u)), unfold(plain_unit)) == ""


def test_a_theorem_part_is_cited_alone():
    label = s_norm.THEOREM.part("from below")
    with pytest.raises(c.CalculusError, match="has no part"):
        s_norm.THEOREM.part("from the side")
    assert label.part == "from below"


def test_a_certificate_that_may_be_undefined_is_refused():
    term = r**2 * (u.T @ u) / r**2
    assert "may be undefined" in one_line(c.zero(), u.T @ u, surplus(term), relation="<=")


def test_a_huge_power_is_not_decided_rather_than_expanded():
    assert "too large to expand" in one_line((r + p) ** 5000, (p + r) ** 5000)
    assert one_line((r * p) ** 5000, p**5000 * r**5000) == ""


# ---- around the point of a derivative -----------------------------------------------------------------------
def test_a_body_must_be_defined_around_the_point_of_its_derivative():
    """sqrt(a) - sqrt(a) + a has a derivative at a = r^2 only where r is not 0: a may not pass below 0."""
    s = c.real("s")
    body = c.sqrt(s) - c.sqrt(s) + s
    assert "may be undefined" in one_line(c.derivative(body, s, at=r**2), c.number(1), DIFFERENTIATE)
    assert one_line(c.derivative(body, s, at=r**2 + 1), c.number(1), DIFFERENTIATE) == ""


def test_what_an_assumption_bounds_below_is_positive_there_and_nearby():
    y = c.vector("y", d)
    floor = at_most(p, y.T @ y)
    length = c.norm(y)
    right = y / length
    assert one_line(c.gradient(length, y), right, DIFFERENTIATE, assumptions=(floor,)) == ""
    assert "may be undefined" in one_line(c.gradient(length, y), right, DIFFERENTIATE)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (c.derivative(r**0, r), c.zero()),
        (c.gradient(c.norm(u) ** 2, u), 2 * u),
        (c.derivative(r**2 * r**3, r), 5 * r**4),
    ],
    ids=repr,
)
def test_a_slope_asks_for_no_more_than_its_body(left, right):
    """Also at 0, where a power written out term by term would ask for more."""
    assert one_line(left, right, DIFFERENTIATE) == ""


# ---- assumptions and settings -------------------------------------------------------------------------------
def test_a_line_may_use_two_inequalities_between_matrices():
    M, N, P, Q = (c.symmetric(name, d) for name in "MNPQ")
    one, two = at_most(M, N), at_most(P, Q)
    left, right = u.T @ M @ u + v.T @ P @ v, u.T @ N @ u + v.T @ Q @ v
    slack = u.T @ (N - M) @ u + v.T @ (Q - P) @ v
    for order, holds in (((one, two), True), ((two, one), True), ((one,), False), ((two,), False)):
        chain = start(left).at_most(right, *order, surplus(slack))
        trace = observe(theorem(Bound(left, right), chain, (one, two)))
        assert (establish(trace).verdict is Verdict.PROVED) is holds


def test_each_checker_takes_its_own_setting_alone():
    """As it stands the other's theorem has no complete part, whatever its lines say."""
    q = c.real("q")
    claim, chain = Identity(q + q, 2 * q), start(q + q).equals(2 * q, ALGEBRA)
    given = {"near_misses": {"n": Identity(q + q, q)}, "docstring": "A case."}
    matrices = Theorem("sandbox.matrices", claim, chain, **given)
    numbers = Theorem("sandbox.numbers", claim, chain, setting=Numbers(), **given)
    for check, own, other in ((observe, matrices, numbers), (lines_on_numbers.observe, numbers, matrices)):
        assert establish(check(own)).verdict is Verdict.PROVED
        assert establish(check(other)).verdict is Verdict.UNDECIDED
        assert check(other).parts == (PartTrace("", False, ()),)


@pytest.mark.parametrize("module", [gradient, reparametrisation, s_norm, scale_invariance, variance])
def test_a_checker_of_many_lines_says_of_each_what_is_said_of_it_alone(module):
    """What is shown to be defined, or not, is asked once; what was asked before decides nothing else."""
    stated, asked = module.THEOREM, []
    for part in stated.parts:
        before = part.derivation.start
        for line in part.derivation.lines:
            broken = ({"term": 2 * line.term}, {"term": line.term / r}, {"term": (r / r) * line.term}, {"reasons": ()})
            asked += [(before, line), *((before, replace(line, **change)) for change in broken)]
            asked += [(before / r, line), (line.term, replace(line, term=before))]
            before = line.term
    alone = [check_line(stated, 1, *pair) for pair in asked]
    assert {trace.accepted for trace in alone} == {True, False}
    assert any("may be undefined" in trace.problem for trace in alone)
    for numbers in (range(len(asked)), reversed(range(len(asked)))):
        check = checker(stated)
        for number in numbers:
            assert check(1, *asked[number]) == alone[number]

"""What a line may take from a cited theorem, an assumption or a certificate, and what it may not, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

import theory as c
from tests.soundness.test_wicked import ONE, ZERO, A, S, d, equality, inequality, r, refusal, s, u, v
from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    Bound,
    CalculusError,
    CauchySchwarz,
    Identity,
    Numbers,
    Part,
    Theorem,
    at_most,
    between,
    equal,
    gap,
    squares,
    start,
    sup_bound,
    surplus,
    unfold,
)
from theory import terms as t
from theory.statements.claims import assumption_text
from theory.statements.derivation import Derivation, Instance, Line
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_matrices import check_line, observe

p, q = c.positive("p"), c.real("q")
w = c.vector("w", d, nonzero=True)
phi, psi = c.activation("phi"), c.activation("psi")
Phi, Psi = c.nonnegative("Phi"), c.nonnegative("Psi")
UNIT = equal(u.T @ u, ONE)
TWO = c.number(2)
LEMMA = equality(u.T @ u + 1, TWO, UNIT, assumptions=(UNIT,), name="lemma")


def proved(case) -> bool:
    return establish(observe(case)).verdict is Verdict.PROVED


# ---- the chain ----------------------------------------------------------------------------------------------
def test_lines_are_checked_one_after_the_other():
    left, middle, right = u.T @ v, v.T @ u, 2 * (v.T @ u)
    trace = observe(equality(left, middle))
    assert [(x.number, x.relation, x.accepted, x.problem) for x in trace.parts[0].lines] == [(1, "=", True, "")]
    chain = start(left).equals(middle).equals(right).equals(right)
    case = replace(equality(left, right), parts=(Part("", Identity(left, right), chain),))
    assert [x.accepted for x in observe(case).parts[0].lines] == [True, False, True]
    assert [x.number for x in observe(case).parts[0].lines] == [1, 2, 3]


def test_one_line_alone_is_checked():
    case = equality(u.T @ v, v.T @ u)
    trace = check_line(case, 7, u.T @ v, case.parts[0].derivation.lines[0])
    assert (trace.number, trace.relation, trace.accepted, trace.problem) == (7, "=", True, "")
    assert not check_line(case, 7, 2 * u.T @ v, case.parts[0].derivation.lines[0]).accepted


def part_of(case, derivation):
    """A theorem whose derivation was changed after the door, as a plug-in could."""
    object.__setattr__(case, "parts", (replace(case.parts[0], derivation=derivation),))
    return observe(case).parts[0]


def test_a_chain_that_does_not_run_from_left_to_right_is_not_complete():
    left, right = u.T @ v, v.T @ u
    assert part_of(equality(left, right), start(left).equals(right)).complete
    assert not part_of(equality(left, right), start(right).equals(right)).complete
    assert not part_of(equality(left, right), start(left).equals(left)).complete
    assert not part_of(equality(left, right), start(2 * left).equals(2 * right)).complete
    assert not part_of(equality(left, left), Derivation(left)).complete
    assert part_of(equality(left, right), None) == replace(part_of(equality(left, right), None), complete=False)


def test_a_chain_with_a_line_at_most_is_complete_for_a_bound_alone():
    chain = start(ZERO).at_most(u.T @ u, surplus(u.T @ u))
    assert part_of(inequality(ZERO, u.T @ u), chain).complete
    assert not part_of(equality(ZERO, u.T @ u), chain).complete
    assert part_of(inequality(u.T @ v, v.T @ u), start(u.T @ v).equals(v.T @ u)).complete


def test_no_chain_proves_that_a_number_is_less():
    """u'v < v'u does not follow from u'v = v'u, nor 0 < u'u from 0 <= u'u."""
    equal_chain = start(u.T @ v).equals(v.T @ u)
    bound_chain = start(ZERO).at_most(u.T @ u, surplus(u.T @ u))
    for case, chain in (
        (inequality(u.T @ v, v.T @ u), equal_chain),
        (inequality(ZERO, u.T @ u), bound_chain),
    ):
        claim = replace(case.parts[0].claim)
        object.__setattr__(claim, "relation", "<")
        object.__setattr__(case, "parts", (Part("", claim, chain),))
        assert not observe(case).parts[0].complete


def test_every_part_is_checked():
    good, bad = Identity(u.T @ v, v.T @ u), Identity(u.T @ v, 2 * (v.T @ u))
    parts = tuple(Part(label, x, start(x.left).equals(x.right)) for label, x in (("a", good), ("b", bad)))
    trace = observe(replace(equality(u, u), parts=parts))
    assert [(x.label, x.complete, x.lines[0].accepted) for x in trace.parts] == [("a", True, True), ("b", True, False)]
    missing = replace(equality(u, u), parts=(parts[0], Part("c", bad, None)))
    assert (observe(missing).parts[1].complete, observe(missing).parts[1].lines) == (False, ())


def test_a_line_says_what_it_saw():
    assert "the two sides differ; their normal forms are u' v and 2 * u' v" in refusal(equality(u.T @ v, 2 * (u.T @ v)))
    assert "could not be shown equal; their normal forms are phi(r) and psi(r)" in refusal(equality(phi(r), psi(r)))


# ---- assumptions --------------------------------------------------------------------------------------------
def test_assumptions_are_written_beside_the_line():
    bound = at_most(ZERO, q)
    assert assumption_text(UNIT) == "u' u = 1"
    assert assumption_text(bound) == "0 <= q"
    assert assumption_text(sup_bound(phi, 2, Phi)) == "|phi''| <= Phi"
    [line] = observe(LEMMA).parts[0].lines
    assert line.used == ("u' u = 1",)


@pytest.mark.parametrize("other", [equal(u.T @ u, TWO), at_most(u.T @ u, ONE), equal(v.T @ v, ONE)])
def test_an_assumption_like_the_one_made_is_not_the_one_made(other):
    case = equality(u.T @ u + 1, TWO, other, assumptions=(UNIT,))
    assert "which the theorem does not assume" in refusal(case)


def test_a_bound_that_is_not_made_is_not_used():
    bound = at_most(ZERO, q)
    assert proved(inequality(ZERO, q, surplus(q), bound, assumptions=(bound,)))
    assert "does not assume" in refusal(inequality(ZERO, q, surplus(q), bound))
    assert "not visibly" in refusal(inequality(ZERO, q, surplus(q), assumptions=(bound,)))
    assert "not visibly" in refusal(inequality(ZERO, -q, surplus(-q), bound, assumptions=(bound,)))
    lipschitz = sup_bound(phi, 1, Phi)
    square = Phi**2 - phi.prime(r) ** 2
    assert proved(inequality(ZERO, square, surplus(square), lipschitz, assumptions=(lipschitz,)))
    assert "does not assume" in refusal(inequality(ZERO, square, surplus(square), lipschitz))
    for wrong in (Psi**2 - phi.prime(r) ** 2, Phi**2 - psi.prime(r) ** 2, Phi**2 - phi(r) ** 2, -square):
        case = inequality(ZERO, wrong, surplus(wrong), lipschitz, assumptions=(lipschitz,))
        assert "not visibly" in refusal(case)


def test_a_bound_of_matrices_bounds_the_inverses_the_other_way():
    bound = at_most(S, p * c.eye(d))
    term = u.T @ (c.inverse(S) - c.inverse(p * c.eye(d))) @ u
    assert proved(inequality(ZERO, term, surplus(term), bound, assumptions=(bound,)))
    assert "not visibly" in refusal(inequality(ZERO, -term, surplus(-term), bound, assumptions=(bound,)))
    below = u.T @ gap(bound) @ u
    assert proved(inequality(ZERO, below, surplus(below), bound, assumptions=(bound,)))


# ---- certificates -------------------------------------------------------------------------------------------
def test_a_line_at_most_has_its_direction():
    square = u.T @ u
    assert proved(inequality(v.T @ v, v.T @ v + square, surplus(square)))
    assert refusal(inequality(v.T @ v + square, v.T @ v, surplus(square)))
    assert refusal(inequality(v.T @ v + square, v.T @ v, surplus(-square)))
    assert refusal(inequality(square, v.T @ v, surplus(square + v.T @ v)))


def test_a_line_has_one_certificate():
    square, other = surplus(u.T @ u), surplus(v.T @ v)
    assert proved(inequality(ZERO, u.T @ u, square))
    for several in ((other, square), (square, other), (square, square), (squares(u.T @ u), square)):
        assert "one certificate, this one brings several" in refusal(inequality(ZERO, u.T @ u, *several))


def test_squares_have_their_direction():
    root = c.sqrt(u.T @ u)
    small, large = root, c.sqrt(u.T @ u + v.T @ v)
    assert proved(inequality(small, large, squares(v.T @ v)))
    assert refusal(inequality(large, small, squares(v.T @ v)))
    assert refusal(inequality(small, large, surplus(v.T @ v)))
    assert "only if the right side is >= 0" in refusal(inequality(small, -large, squares(v.T @ v)))
    assert "not visibly nonnegative" in refusal(inequality(large, small, squares(-(v.T @ v))))


def test_an_equality_needs_no_certificate_and_gets_nothing_from_one():
    assert "differ" in refusal(equality(ZERO, u.T @ u, surplus(u.T @ u)))
    assert "may be undefined" in refusal(equality(u.T @ v, v.T @ u, surplus(r / r)))


def test_cauchy_schwarz_is_what_it_says():
    lemma = CauchySchwarz(u, v, S)
    lengths = c.norm_in(u, S) * c.norm_in(v, S)
    assert proved(inequality(u.T @ S @ v, lengths, surplus(lengths - u.T @ S @ v), lemma))
    assert "not visibly" in refusal(inequality(u.T @ S @ v, lengths, surplus(lengths - u.T @ S @ v)))
    assert "not visibly" in refusal(inequality(lengths, u.T @ S @ v, surplus(u.T @ S @ v - lengths), lemma))
    for metric in (A, -S, c.symmetric("M", d)):
        assert "needs a positive semidefinite metric" in refusal(
            inequality(ZERO, u.T @ u, surplus(u.T @ u), CauchySchwarz(u, v, metric))
        )


def test_cauchy_schwarz_of_matrices_is_that_of_frobenius():
    X, Y = c.matrix("X", d, 3), c.matrix("Y", d, 3)
    lemma, product = CauchySchwarz(X, Y, S), c.trace(X.T @ S @ Y)
    lengths = c.sqrt(c.trace(X.T @ S @ X)) * c.sqrt(c.trace(Y.T @ S @ Y))
    assert proved(inequality(product, lengths, surplus(lengths - product), lemma))
    assert "not visibly" in refusal(inequality(product, lengths, surplus(lengths - product)))
    assert "not visibly" in refusal(inequality(lengths, product, surplus(product - lengths), lemma))
    assert "semidefinite metric" in refusal(inequality(ZERO, u.T @ u, surplus(u.T @ u), CauchySchwarz(X, Y, A)))
    with pytest.raises(CalculusError, match="square"):
        CauchySchwarz(X, c.matrix("Z", d, 2), S).gap  # noqa: B018 - a trace is asked for


def test_the_metric_may_come_from_an_assumption_of_the_same_line():
    bound = at_most(S, p * c.eye(d))
    lemma = CauchySchwarz(u, v, gap(bound))
    assert "semidefinite metric" in refusal(inequality(ZERO, u.T @ u, surplus(u.T @ u), lemma, assumptions=(bound,)))


# ---- citing -------------------------------------------------------------------------------------------------
def test_a_cited_identity_is_used_as_it_is():
    law = equality(u.T @ S @ v, v.T @ S @ u, name="law")
    assert proved(equality(phi(u.T @ S @ v), phi(v.T @ S @ u), law))
    used = observe(equality(phi(u.T @ S @ v), phi(v.T @ S @ u), law)).parts[0].lines[0].used
    assert used == ("wicked.law",)
    assert refusal(equality(phi(u.T @ S @ v), phi(2 * (v.T @ S @ u)), law))


def folded(name, body):
    return c.define(name, (u,), body)


def test_a_cited_theorem_speaks_of_its_own_terms():
    f, g = folded("f", u.T @ u), folded("g", u.T @ u)
    law = equality(f(u), g(u), unfold(f, g), name="law")
    assert proved(law)
    assert proved(equality(f(u), g(u), law))
    assert proved(equality(f(v), g(v), law.at({u: v})))
    assert proved(equality(phi(f(v)), phi(g(v)), law.at({u: v})))
    assert refusal(equality(f(v), g(v), law))
    assert refusal(equality(f(u), g(u), law.at({u: v})))
    assert refusal(equality(f(v), 2 * g(v), law.at({u: v})))


def test_a_cited_bound_is_a_fact_in_its_direction():
    law = inequality(r, r + u.T @ u, surplus(u.T @ u), name="law")
    f = c.define("f", (u,), u.T @ u)
    fold = inequality(ZERO, f(u), surplus(u.T @ u), unfold(f), name="fold")
    assert proved(law)
    assert proved(fold)
    assert proved(inequality(ZERO, f(v), surplus(f(v)), fold.at({u: v})))
    assert "not visibly" in refusal(inequality(ZERO, f(v), surplus(f(v)), fold))
    assert "not visibly" in refusal(inequality(ZERO, -f(u), surplus(-f(u)), fold))
    assert "differ" in refusal(equality(ZERO, u.T @ u, fold)) or "shown equal" in refusal(equality(ZERO, f(u), fold))


def test_two_reasons_unfold_two_definitions():
    f, g = folded("f", u.T @ u), folded("g", u.T @ u)
    assert proved(equality(f(u), g(u), unfold(f), unfold(g)))
    assert refusal(equality(f(u), g(u), unfold(g)))


def test_one_part_is_cited_without_the_others():
    f = c.define("f", (u,), u.T @ u)
    first, second = Identity(f(u), u.T @ u), Bound(ZERO, f(u))
    both = Theorem(
        "wicked.both_parts",
        parts=(
            Part("value", first, start(f(u)).equals(u.T @ u, unfold(f))),
            Part("sign", second, start(ZERO).at_most(f(u), surplus(u.T @ u), unfold(f))),
        ),
        near_misses={"itself": first},
        docstring="two parts",
    )
    assert proved(both)
    assert proved(equality(f(u), u.T @ u, both))
    assert proved(equality(f(u), u.T @ u, both.part("value")))
    assert refusal(equality(f(u), u.T @ u, both.part("sign")))
    assert proved(inequality(ZERO, f(u), surplus(f(u)), both.part("sign")))
    assert refusal(equality(f(u), u.T @ u, Instance(both, (), "nothing")))


def test_a_cited_theorem_brings_its_assumptions_with_the_values_put_in():
    there = equal(v.T @ v, ONE)
    assert proved(LEMMA)
    assert proved(equality(u.T @ u + 1, TWO, LEMMA, assumptions=(UNIT,)))
    assert proved(equality(v.T @ v + 1, TWO, LEMMA.at({u: v}), assumptions=(there,)))
    for citing in (LEMMA, LEMMA.at({u: v})):
        assert "assumes u' u = 1, which this theorem does not" in refusal(equality(v.T @ v + 1, TWO, citing))
    assert "which this theorem does not" in refusal(equality(v.T @ v + 1, TWO, LEMMA.at({u: v}), assumptions=(UNIT,)))
    [line] = observe(equality(u.T @ u + 1, TWO, LEMMA, assumptions=(UNIT,))).parts[0].lines
    assert line.used == ("u' u = 1", "wicked.lemma")


def test_a_cited_sup_bound_keeps_its_function_and_its_bound():
    lipschitz, other = sup_bound(phi, 1, Phi), sup_bound(phi, 1, Psi)
    square = Phi**2 - phi.prime(r) ** 2
    law = inequality(ZERO, square, surplus(square), lipschitz, assumptions=(lipschitz,), name="law")
    assert proved(inequality(ZERO, square, surplus(square), law, assumptions=(lipschitz,)))
    assert "does not" in refusal(inequality(ZERO, square, surplus(square), law, assumptions=(other,)))
    moved = Psi**2 - phi.prime(r) ** 2
    for assumptions in ((lipschitz,), (other,), (lipschitz, other)):
        case = inequality(ZERO, moved, surplus(moved), law.at({Phi: Psi}), assumptions=assumptions)
        assert "cannot be instantiated" in refusal(case)


def test_what_only_looks_like_a_theorem_is_not_cited():
    """An erratum is false, and whatever else is made of a theorem holds where it says."""

    class Other(Theorem):
        pass

    f = folded("f", u.T @ u)
    true = equality(f(u), u.T @ u, unfold(f))
    other = Other(true.module, parts=true.parts, near_misses=true.near_misses, docstring="other")
    assert proved(equality(f(u), u.T @ u, Instance(true)))
    assert "may cite" in refusal(equality(f(u), u.T @ u, Instance(other)))
    assert "no reason" in refusal(equality(f(u), u.T @ u, other))


def on_numbers(left, right, *ranges):
    return Theorem("sandbox.range", Identity(left, right), start(left).equals(right), setting=Numbers(ranges),
                   near_misses={"n": Identity(left, right + 1)}, docstring="On a range.")  # fmt: skip


def test_a_theorem_on_numbers_is_not_cited():
    """It holds on its ranges only."""
    law = on_numbers(abs(q), q, between(q, 1, 2))
    assert "may cite" in refusal(equality(abs(q), q, Instance(law)))


def test_values_are_for_symbols_of_the_cited_theorem():
    law = equality(u.T @ v, v.T @ u, name="law")
    assert "has no symbol w" in refusal(equality(u.T @ v, v.T @ u, Instance(law, ((w, v),))))


@pytest.mark.parametrize(
    ("symbol", "value", "good"),
    [
        (p, q, 1 + q**2),
        (c.nonnegative("n"), q, q**2),
        (c.negative("b"), q, -1 - q**2),
        (c.real("k", nonzero=True), q, -1 - q**2),
        (w, u, 2 * w),
        (c.symmetric("M", d), A, A + A.T),
        (S, c.symmetric("M", d), 2 * S),
        (c.positive_semidefinite("T", d), c.symmetric("M", d), 2 * S),
        (c.projector("P", d), S, c.eye(d)),
    ],
    ids=repr,
)
def test_a_value_needs_every_property_of_its_symbol(symbol, value, good):
    form = symbol * s if symbol.is_scalar else symbol.T @ u if symbol.columns == 1 else u.T @ symbol @ v
    law = equality(form, form + 0 * form, name="law")
    assert "this is not shown of" in refusal(equality(r * s, s * r, law.at({symbol: value})))
    assert proved(equality(r * s, s * r, law.at({symbol: good})))


def test_values_may_be_defined_by_definitions_and_assumptions():
    size = c.define("size", (u,), 1 + u.T @ u)
    law = equality(p * s, s * p, name="law")
    assert proved(equality(r * s, s * r, law.at({p: size(u)})))
    tied = equal(q, ONE)
    assert proved(equality(r * s, s * r, law.at({p: q}), assumptions=(tied,)))
    assert "not shown" in refusal(equality(r * s, s * r, law.at({p: r}), assumptions=(tied,)))


# ---- identities under derivatives ---------------------------------------------------------------------------
def test_an_identity_is_used_under_a_derivative_and_at_its_point():
    f, g = c.define("f", (u,), u.T @ u), c.define("g", (u,), u.T @ u)
    law = equality(f(u), g(u), unfold(f, g), name="law")
    left, right = (c.gradient(k(u), u) for k in (f, g))
    assert proved(equality(left, right, law))
    there, moved = (c.gradient(k(u), u, at=v) for k in (f, g))
    assert proved(equality(there, moved, law))
    point, shifted = (c.gradient(u.T @ S @ u, u, at=k(v) * v) for k in (f, g))
    assert proved(equality(point, shifted, law.at({u: v})))
    assert refusal(equality(point, shifted, law))
    hessian, jacobian = c.hessian(f(u), u), c.jacobian(f(u) * u, u)
    assert proved(equality(hessian, c.hessian(g(u), u), law))
    assert refusal(equality(hessian, c.gradient(g(u), u) @ u.T, law))
    assert proved(equality(jacobian, c.jacobian(g(u) * u, u), law))


def test_an_identity_about_one_vector_is_none_about_another_under_a_derivative():
    f, g = c.define("f", (u,), u.T @ u), c.define("g", (u,), u.T @ u)
    law = equality(f(v), g(v), unfold(f, g), name="law")
    assert refusal(equality(c.gradient(f(u), u), c.gradient(g(u), u), law))
    assert proved(equality(c.gradient(f(v) * (u.T @ u), u), c.gradient(g(v) * (u.T @ u), u), law))


def test_an_identity_under_an_assumption_is_not_differentiated_in_what_it_ties():
    f = c.define("f", (u,), u.T @ u)
    sphere = equal(u.T @ u, ONE)
    law = equality(f(u), ONE, unfold(f), sphere, assumptions=(sphere,), name="law")
    assert proved(law)
    left = c.gradient(f(u), u)
    assert refusal(equality(left, c.zero(d), law, DIFFERENTIATE, assumptions=(sphere,)))
    scaled = c.gradient(f(u) * (v.T @ v), v)
    assert proved(equality(scaled, c.gradient(v.T @ v, v), law, assumptions=(sphere,)))
    g, k = c.define("g", (v,), v.T @ v), c.define("k", (v,), v.T @ v)
    apart = equality(g(v), k(v), unfold(g, k), name="apart")
    first, second = (c.gradient(h(v) * (u.T @ S @ u), u) for h in (g, k))
    assert proved(equality(first, second, apart, assumptions=(sphere,)))


def test_an_identity_of_nonnegative_numbers_is_not_differentiated_at_the_edge():
    """|n| = n for n >= 0; 0 is no inner point."""
    n = c.nonnegative("n")
    law = equality(c.define("f", (q,), abs(q))(n), n, unfold(), name="law")
    f = law.parts[0].claim.left.definition
    law = equality(f(n), n, unfold(f), name="law")
    assert proved(law)
    bound = replace(n, bound=1)
    left = t.Derivative(f(bound), bound, n, "gradient")
    assert refusal(equality(left, ONE, law, DIFFERENTIATE))


# ---- definedness --------------------------------------------------------------------------------------------
def test_both_sides_of_a_line_must_be_defined():
    inverse = r**-1
    assert "may be undefined" in refusal(equality(r * inverse * s, s))
    assert "may be undefined" in refusal(equality(s, r * inverse * s))
    k = c.real("k", nonzero=True)
    assert proved(equality(k * k**-1 * s, s))


def test_definitions_hide_nothing_undefined():
    f = c.define("f", (q,), q * q**-1)
    assert "may be undefined" in refusal(equality(f(r), f(r) + 0 * r))
    assert proved(equality(f(p), ONE, unfold(f)))


def test_assumptions_show_that_a_term_is_defined():
    above, tied, loewner = at_most(ONE, q), equal(q, TWO), at_most(S, p * c.eye(d))
    left, right = s / q, s / q + 0 * s
    assert proved(equality(left, right, assumptions=(above,)))
    assert proved(equality(left, right, assumptions=(tied,)))
    for useless in (at_most(q, ONE), at_most(-ONE, q), at_most(ZERO, q), loewner, equal(r, TWO)):
        assert "may be undefined" in refusal(equality(left, right, assumptions=(useless,)))
    f = c.define("f", (q,), q)
    assert proved(equality(left, right, assumptions=(at_most(f(ONE), f(q)),)))


def test_a_derivative_is_taken_where_its_variable_may_lie():
    w_bound = c.gradient(c.norm(w), w, at=u)
    assert "not shown that u is nonzero" in refusal(equality(w_bound, w_bound + 0 * u))
    fine = c.gradient(c.norm(w), w, at=2 * w)
    assert proved(equality(fine, fine + 0 * u))
    f = c.define("f", (u,), c.gradient(c.norm(w), w, at=u))
    assert "not shown" in refusal(equality(f(u), f(u) + 0 * u))


def test_a_derivative_must_exist_even_where_it_is_not_carried_out():
    kink = c.derivative(abs(r), r)
    assert "may be undefined" in refusal(equality(kink * s, s * kink))
    smooth = c.derivative(abs(r), r, at=p)
    assert proved(equality(smooth * s, s * smooth))
    n = c.nonnegative("n")
    edge = t.Derivative(replace(n, bound=1) ** 2, replace(n, bound=1), n, "gradient")
    assert "cannot move in every direction" in refusal(equality(edge * s, s * edge))


def test_derivatives_are_carried_out_only_if_asked():
    left, right = c.gradient(u.T @ u, u), 2 * u
    assert proved(equality(left, right, DIFFERENTIATE))
    assert refusal(equality(left, right, ALGEBRA))


def test_what_is_no_reason_is_refused():
    for reason in ("because", None, Line("=", u, ())):
        chain = Derivation(u.T @ v, (Line("=", v.T @ u, (reason,)),))
        assert "no reason" in part_of(equality(u.T @ v, v.T @ u), chain).lines[0].problem


def test_a_reason_that_claims_to_equal_everything_is_refused():
    class Equals(type(at_most(ZERO, q))):
        def __eq__(self, other):
            return True

        __hash__ = None

    case = inequality(ZERO, q, surplus(q), Equals(ZERO, q), assumptions=(at_most(ZERO, s),))
    assert "no reason" in refusal(case)


# ---- what is declared of a symbol -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "taken"),
    [
        (c.permutation("R", d).T @ c.permutation("P", d), True),
        (c.eye(d), True),
        (c.orthogonal("Q", d), False),
        (2 * c.permutation("P", d), False),
        (A, False),
    ],
    ids=repr,
)
def test_a_theorem_on_permutations_is_cited_of_permutations(value, taken):
    P = c.permutation("P", d)
    lemma = equality(phi(P @ u), P @ phi(u), name="lemma")
    case = equality(phi(value @ u), value @ phi(u), lemma.at({P: value}))
    assert proved(case) is taken
    assert taken or "is declared" in refusal(case)


@pytest.mark.parametrize(("value", "taken"), [(c.permutation("P", d), True), (-c.eye(d), True), (A, False)], ids=repr)
def test_a_theorem_on_orthogonal_matrices_is_cited_of_those(value, taken):
    Q = c.orthogonal("Q", d)
    lemma = equality(Q.T @ Q @ u, u, name="lemma")
    case = equality(value.T @ value @ u, u, lemma.at({Q: value}))
    assert proved(case) is taken
    assert taken or "is declared" in refusal(case)

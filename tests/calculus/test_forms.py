"""The arithmetic of forms and the tables of a context, number by number."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from fractions import Fraction

import pytest

import theory as c
from theory.terms import Property
from theory.terms.size_arithmetic import plus
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import CannotDecide, Context, Form, GaussianLaw, Node, Rule
from verify.proof.matrices.normal_form import normal_form

m, n = c.dimension("m"), c.dimension("n")
A, S, u = c.matrix("A", m, n), c.symmetric("S", m), c.vector("u", m)
a = c.real("a")
x, y = c.random_vector("x", m), c.random_vector("y", m)
NOTHING = frozenset()
HALF = Fraction(1, 2)
P, Q = (((0, 1),), ()), (((1, 2),), ())  # the keys of p and q^2


def scalar_form(**values):
    return Form((1, 1), {{"p": P, "q": Q, "one": ((), ())}[name]: value for name, value in values.items()})


# ---- what is built once -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("built", "name"),
    [
        (Form((1, 1), {}), "shape"),
        (Form((1, 1), {}), "terms"),
        (Node(k.Prime(2), NOTHING), "varies"),
        (Rule("r", (), (), Form((1, 1), {})), "result"),
        (GaussianLaw("law", Form((1, 1), {}), Form((1, 1), {})), "covariance"),
    ],
)
def test_what_is_built_stays_as_it_is(built, name):
    with pytest.raises(FrozenInstanceError):
        setattr(built, name, getattr(built, name))


@pytest.mark.parametrize("value", [0.5, True, "1", None])
def test_a_coefficient_is_exact(value):
    with pytest.raises(TypeError, match="a coefficient is an int or a Fraction"):
        Form((1, 1), {((), ()): value})


def test_the_zero_form_has_no_terms():
    assert Form((2, 3), {}).is_zero
    assert not scalar_form(one=1).is_zero


def test_what_a_node_says_of_itself():
    named, prime = Node(k.Named(c.positive("p")), NOTHING), Node(k.Prime(2), NOTHING)
    assert (named.name, prime.name) == ("p", "")
    assert named.declared(Property.POSITIVE)
    assert not named.declared(Property.NEGATIVE)
    assert not prime.declared(Property.POSITIVE)
    assert prime.shape == (1, 1)
    assert not prime.transposed


# ---- a context ----------------------------------------------------------------------------------------------
def test_an_atom_has_one_number_and_only_some_have_rules_of_their_own():
    ctx = Context()
    assert [ctx.atom(k.Named(a)), ctx.atom(k.Prime(2)), ctx.atom(k.Named(a)), ctx.atom(k.Abs(0))] == [0, 1, 0, 2]
    assert ctx.atom(k.Named(a), frozenset({x})) == 3
    assert ctx.atom(k.Sum(f.freeze(scalar_form(p=1, one=1)))) == 4
    assert ctx.special == {1, 2, 4}
    assert ctx.atoms[2] == Node(k.Abs(0), NOTHING, (1, 1), transposed=False)


def test_a_factor_has_a_number_and_its_transpose_the_next():
    ctx = Context()
    numbers = [
        ctx.factor(k.Named(A), NOTHING, A.shape),
        ctx.factor(k.Named(S), NOTHING, S.shape, symmetric=True),
        ctx.factor(k.Named(A), NOTHING, A.shape),
        ctx.factor(k.Direction(A), frozenset({A}), A.shape),
        ctx.factor(k.Named(u), NOTHING, u.shape),
    ]
    assert numbers == [0, 2, 0, f.DIRECTION + 4, 6]
    assert [ctx.transpose_factor(i) for i in (0, 1, 2)] == [1, 0, 2]
    assert ctx.factors[1] == Node(k.Named(A), NOTHING, (n, m), transposed=True)
    assert set(ctx.factors) == {0, 1, 2, 6, 7, f.DIRECTION + 4, f.DIRECTION + 5}
    assert ctx.transpose_word((0, 1, 2, 6)) == (7, 2, 0, 1)


def test_which_factors_have_a_rule_of_their_own_on_each_side():
    ctx, column, matrix = Context(), f.freeze(Form((m, 1), {})), f.freeze(Form((m, n), {}))
    t, eye, t_eye = c.steps("t"), ((m, m), ((((), ()), 1),)), (c.eye(m),)

    def power(letter):
        return k.Iterate((A,), t, 0, (eye,), (eye,), t_eye, base=eye, letter=letter)

    ctx.factor(k.Named(A), NOTHING, A.shape)
    place = ctx.factor(k.Place(0, m, n), NOTHING, (n, m))
    stacked = ctx.factor(k.Vec((0,), (m, n)), NOTHING, (m * n, 1))
    assert ctx.composite == {place, place + 1, stacked, stacked + 1}
    steps = [ctx.factor(power(0), frozenset({over}), (m, m)) for over in (x, y)]
    ctx.factor(replace(power(None), index=1), NOTHING, (m, m))
    assert ctx.powers == {steps[0], steps[0] + 1, steps[1], steps[1] + 1}
    for function, found in ((c.activation("rsqrt"), ctx.roots), (c.activation("relu"), ctx.ramps)):
        value = ctx.factor(k.Elementwise(function, 0, column), NOTHING, (m, 1))
        ctx.factor(k.Elementwise(function, 0, matrix), NOTHING, (m, n))
        ctx.factor(k.Elementwise(function, 1, column), NOTHING, (m, 1))
        assert found == {value}
    assert not ctx.basis | ctx.permutations


def test_what_a_term_varies_with():
    ctx = Context()
    one, other = (ctx.atom(k.Named(a), frozenset({over})) for over in (x, y))
    fixed = ctx.factor(k.Named(A), NOTHING, A.shape)
    column, second = (ctx.factor(k.Named(over), frozenset({over}), (m, 1)) for over in (x, y))
    assert ctx.varies(()) == NOTHING
    assert ctx.varies(((one, 1), (other, 1))) == {x, y}
    assert ctx.varies((), (column, second, fixed)) == {x, y}
    assert ctx.varies(((one, 2),), (second,)) == {x, y}


def test_rewrites_are_counted_up_to_the_limit():
    ctx = Context()
    assert (ctx.steps, ctx.depth) == (0, 0)
    ctx.step()
    ctx.step()
    assert ctx.steps == 2
    ctx.steps = f.STEP_LIMIT - 1
    ctx.step()
    with pytest.raises(CannotDecide, match="Remedy: orient them"):
        ctx.step()
    ctx.restart()
    assert (ctx.steps, ctx.depth) == (0, 0)
    ctx.depth = f.DEPTH_LIMIT
    ctx.step()
    ctx.depth += 1
    with pytest.raises(CannotDecide, match="Remedy: orient them"):
        ctx.step()
    ctx.restart()
    assert (ctx.steps, ctx.depth) == (0, 0)


def test_so_are_roots_that_are_replaced_within_others():
    positive = c.ones(m) + c.hadamard(u, u)
    root = c.activation("rsqrt")(positive)
    whole = c.hadamard(c.hadamard(positive, root), root)
    assert normal_form(Context(), whole).terms == normal_form(Context(), c.ones(m)).terms
    ctx = Context()
    ctx.depth = f.DEPTH_LIMIT
    with pytest.raises(CannotDecide, match="Remedy: orient them"):
        normal_form(ctx, whole)


# ---- arithmetic ---------------------------------------------------------------------------------------------
def test_frozen_in_the_order_of_words_and_thawed():
    form = Form((m, m), {((), (2, 0)): 3, (((1, HALF),), (0,)): 1, (((0, 5),), (0,)): 2, ((), ()): -1})
    frozen = f.freeze(form)
    assert frozen == (
        (m, m),
        ((((), ()), -1), ((((0, 5),), (0,)), 2), ((((1, HALF),), (0,)), 1), (((), (2, 0)), 3)),
    )
    assert f.thaw(frozen) == form


def test_numbers_and_atoms_as_forms():
    assert f.scalar(0) == Form((1, 1), {})
    assert f.scalar(HALF) == Form((1, 1), {((), ()): HALF})
    assert f.of_atom(1) == Form((1, 1), {(((1, 1),), ()): 1})
    assert f.of_monomial(((1, 2),)) == Form((1, 1), {(((1, 2),), ()): 1})
    assert f.of_monomial((), -3) == f.scalar(-3)


def test_terms_are_gathered_and_zeros_dropped():
    terms = {P: 2}
    f.accumulate(terms, Q, 1)
    f.accumulate(terms, P, 3)
    assert terms == {P: 5, Q: 1}
    f.accumulate(terms, P, -5)
    f.accumulate(terms, ((), ()), 0)
    assert terms == {Q: 1}


def test_sums_and_multiples():
    left, right = scalar_form(p=2, one=1), scalar_form(p=1, q=4)
    assert f.add(left, right) == scalar_form(p=3, q=4, one=1)
    assert f.add(left, right, -2) == scalar_form(q=-8, one=1)
    assert (left, right) == (scalar_form(p=2, one=1), scalar_form(p=1, q=4))
    assert f.add(Form((m, 1), {}), Form((m, 1), {((), (0,)): 1})) == Form((m, 1), {((), (0,)): 1})
    assert f.times_number(left, HALF) == scalar_form(p=1, one=HALF)
    assert f.times_number(left, 0) == scalar_form()


@pytest.mark.parametrize(
    ("left", "right", "product"),
    [
        ((), (), ()),
        (((1, 2),), (), ((1, 2),)),
        ((), ((1, 2),), ((1, 2),)),
        (((1, 2),), ((0, 1),), ((0, 1), (1, 2))),
        (((0, 1), (1, 2)), ((1, 3), (2, 1)), ((0, 1), (1, 5), (2, 1))),
        (((0, 1), (1, HALF)), ((0, -1), (1, 1)), ((1, Fraction(3, 2)),)),
        (((0, HALF),), ((0, HALF),), ((0, 1),)),
        (((0, HALF),), ((0, -HALF),), ()),
    ],
)
def test_monomials_are_multiplied(left, right, product):
    merged = f.merge(left, right)
    assert merged == product
    assert [type(e) for _, e in merged] == [type(e) for _, e in product]


def test_a_size_as_a_form():
    ctx = Context()
    assert f.dimension_form(ctx, 3) == f.scalar(3)
    assert f.dimension_form(ctx, n) == f.of_atom(0)
    assert ctx.atoms == [Node(k.Named(n), NOTHING)]
    assert f.dimension_form(ctx, plus(n, 2)) == Form((1, 1), {(((0, 1),), ()): 1, ((), ()): 2})

"""Exact interpreters at the corners of every node's domain: balls, balls with heights and rational functions.

Where a term has no value, none of them gives one and no claim is decided there. Beyond the rows of
`tests.soundness.meanings`: points of derivatives, kinks, sizes 1 and 2, singular and rectangular matrices, laws.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from flint import arb, fmpq

import theory as c
from tests.soundness.meanings import ALGEBRA, MATRICES, SLOPES, Meaning, a
from theory import Identity, Theorem
from theory.terms import LargestEigenvalue, ShapeError, Term
from theory.terms.operations import walk
from verify.exact.activations import FIELDS
from verify.exact.agreement import decide_fully
from verify.exact.assumptions import scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.deciding import decide
from verify.exact.heights import Algebraic, Heights, Known
from verify.exact.instances import Instance, Law, Rows, scalar
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.told_exactly import scope_over
from verify.proof.kernel import Verdict, establish
from verify.rules.dense import observe
from verify.settings import Budget, Settings

REFUSALS = (UndefinedError, UncertainError, UnsupportedError)
ROWS = (*ALGEBRA, *SLOPES, *MATRICES)
t, p, q, k = c.real("t"), c.positive("p"), c.negative("q"), c.real("k", nonzero=True)
u, w = c.vector("u", 2), c.vector("w", 2, nonzero=True)
A, B = c.matrix("A", 2), c.matrix("B", 2, 3)
x = c.random_vector("x", 2)
loss = c.scalar_field("L", 2)
HALF, THREE_HALVES = Fraction(1, 2), Fraction(3, 2)


def in_balls(term: Term, instance: Instance) -> list[list[object]]:
    with Balls(128, {}).active():
        return evaluate(term, scope_of(instance, {}, 128))


def with_heights(term: Term, instance: Instance) -> list[list[object]]:
    numbers = Algebraic(Balls(512, instance.functions), Heights(instance.functions))
    with numbers.balls.active():
        scope = scope_over(instance, {}, numbers, lambda v: Known(v, v))
        return [[numbers.settled(e) for e in row] for row in evaluate(term, scope)]


SYSTEMS: dict[str, Callable[[Term, Instance], list[list[object]]]] = {"balls": in_balls, "heights": with_heights}


def place(value: Fraction) -> Instance:
    return Instance({}, {"a": scalar(value)})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.written)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_table_holds(row: Meaning, system: str) -> None:
    no_height = system == "heights" and any(isinstance(node, LargestEigenvalue) for node in walk(row.term))
    for value, wanted in row.values.items():
        if wanted is None or no_height:
            with pytest.raises(REFUSALS):
                SYSTEMS[system](row.term, place(value))
            continue
        got = SYSTEMS[system](row.term, place(value))[0][0]
        if isinstance(wanted, Fraction):
            assert arb(got).contains(fmpq(wanted.numerator, wanted.denominator))
        else:
            assert abs(arb(got) - arb(wanted)) < 1e-12


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.written)
def test_no_claim_is_decided_where_a_side_has_no_value(row: Meaning) -> None:
    for value, wanted in row.values.items():
        for other in (row.term, row.term + 1, 0 * a):
            if other == row.term or wanted is None:
                for deciding in (decide, decide_fully):
                    outcome = deciding(Identity(row.term, other), (), place(value)).outcome
                    assert outcome in ({"unsatisfied", "unknown"} if wanted is None else {"agree"}), (value, outcome)


# ---- points of derivatives ----------------------------------------------------------------------------------
POINTS: list[tuple[Term, Fraction, bool]] = [
    (c.derivative(p**2, p, at=a), Fraction(1), True),
    (c.derivative(p**2, p, at=a), Fraction(0), False),
    (c.derivative(p**2, p, at=a), Fraction(-1), False),
    (c.derivative(q**2, q, at=a), Fraction(-1), True),
    (c.derivative(q**2, q, at=a), Fraction(0), False),
    (c.derivative(k**2, k, at=a), Fraction(-1), True),
    (c.derivative(k**2, k, at=a), Fraction(0), False),
    (c.derivative(c.number(3) + 0 * p, p, at=a), Fraction(0), False),
    (c.derivative(t**0, t, at=1 / a), Fraction(0), False),
    (c.derivative(abs(t) ** 2, t, at=a), Fraction(0), False),
    (c.derivative(c.sqrt(t) ** 0, t, at=a), Fraction(0), False),
    (c.derivative(0 * c.sqrt(t), t, at=a), Fraction(0), False),
    (c.derivative(t**THREE_HALVES, t, at=a), Fraction(0), False),
    (c.derivative(t ** Fraction(7, 3), t, at=a), Fraction(0), False),
    (c.derivative(t ** Fraction(7, 3), t, at=a), Fraction(1), True),
    (c.derivative(c.define("f", (t, a), t + 0 * a)(t, c.sqrt(t)), t, at=a), Fraction(0), False),
    (c.derivative(c.derivative(t**THREE_HALVES, t), t, at=a), Fraction(0), False),
    (c.derivative(c.derivative(abs(t) ** 3, t), t, at=a), Fraction(0), False),
    (c.derivative(c.norm(t * c.ones(2)), t, at=a), Fraction(0), False),
    (c.derivative(c.sqrt(k**2), k, at=a), Fraction(-1), True),
]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(("term", "at", "defined"), POINTS, ids=lambda item: str(item)[:40])
def test_a_derivative_needs_its_point_and_a_neighbourhood(system: str, term: Term, at: Fraction, defined: bool) -> None:
    if defined:
        assert SYSTEMS[system](term, place(at))
        return
    with pytest.raises(REFUSALS):
        SYSTEMS[system](term, place(at))


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "abs", "hardtanh"])
def test_kinks_have_values_and_no_slopes(name: str) -> None:
    phi = c.activation(name)
    kink = Fraction(1) if name == "hardtanh" else Fraction(0)
    at_kink = Instance({}, {"a": scalar(kink)}, {}, {name: name})
    beside = Instance({}, {"a": scalar(kink + HALF)}, {}, {name: name})
    assert arb(in_balls(phi(a), at_kink)[0][0]).contains(fmpq(kink.numerator))
    jet_free = Identity(phi(a), phi(a) + 0 * a)
    assert decide_fully(jet_free, (), at_kink).digits is None
    with pytest.raises(c.CalculusError, match="0 times differentiable"):
        phi.prime(a)
    slope = c.derivative(phi(t), t, at=a)
    with pytest.raises(REFUSALS):
        in_balls(slope, at_kink)
    assert type(in_balls(slope, beside)[0][0]) is fmpq
    assert decide_fully(jet_free, (), beside).outcome == "agree"


# ---- matrices -----------------------------------------------------------------------------------------------
def rows(*table: tuple[int, ...]) -> Rows:
    return tuple(tuple(map(Fraction, r)) for r in table)


REGULAR, SINGULAR, NOTHING = rows((1, 2), (3, 4)), rows((1, 2), (2, 4)), rows((0, 0), (0, 0))
WIDE = rows((1, 2, 3), (4, 5, 6))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("table", [SINGULAR, NOTHING])
@pytest.mark.parametrize(
    "term",
    [
        c.inverse(A),
        0 * c.trace(c.inverse(A)),
        c.trace(c.inverse(A)) ** 0,
        c.inverse(c.sqrt(c.number(2)) * A),
        c.inverse(A @ A.T),
        c.inverse(c.inverse(A)),
        c.define("h", (A, a), a + 0 * c.trace(A))(c.inverse(A), a),
    ],
    ids=str,
)
def test_a_singular_matrix_has_no_inverse(system: str, table: Rows, term: Term) -> None:
    with pytest.raises(REFUSALS):
        SYSTEMS[system](term, Instance({}, {"A": table, "a": scalar(1)}))


def test_inverses_of_products_and_shapes() -> None:
    with pytest.raises(ShapeError):
        c.inverse(B)
    gram = c.inverse(B @ B.T) @ (B @ B.T)
    assert in_balls(gram, Instance({}, {"B": WIDE})) == [[1, 0], [0, 1]]
    with pytest.raises(UndefinedError):
        in_balls(c.inverse(B.T @ B), Instance({}, {"B": WIDE}))
    assert in_balls(c.inverse(A) @ A, Instance({}, {"A": REGULAR})) == [[1, 0], [0, 1]]


@pytest.mark.parametrize("size", [1, 2])
def test_every_node_has_a_row_at_small_sizes(size: int) -> None:
    n = c.dimension("n")
    v, M = c.vector("v", n), c.matrix("M", n)
    y, f = c.random_vector("y", n), c.scalar_field("f", n)
    phi = c.activation("phi")
    terms = [
        n + 0 * a,
        c.eye(n) @ v,
        c.ones(n).T @ v,
        c.zero(n, n) @ v if size > 1 else c.zero(n, n),
        v.T @ M @ v,
        M.T,
        c.trace(M),
        c.hadamard(M, M),
        c.diag(v),
        phi(v),
        f(v),
        f.gradient(v),
        f.hessian(v),
        c.E(y @ y.T),
        c.gradient(f(v), v),
        c.hessian(v.T @ M @ v, v),
        c.jacobian(M @ v, v),
        c.define("g", (v,), v.T @ v)(2 * v),
    ]
    column = tuple((Fraction(i + 1),) for i in range(size))
    square = tuple(tuple(Fraction(i + 2 * j + 1) for j in range(size)) for i in range(size))
    law = Law((tuple(e[0] for e in column), (Fraction(0),) * size), (HALF, HALF))
    for field in FIELDS:
        instance = Instance(
            {"n": size}, {"v": column, "M": square, "a": scalar(0)}, {"y": law}, {"phi": "cube", "f": field}
        )
        for term in terms:
            first = in_balls(term, instance)
            try:
                second = with_heights(term, instance)
            except UnsupportedError:
                assert field == "sine"  # its values have no height
                continue
            for left, right in zip(first, second, strict=True):
                assert all(arb(e).overlaps(arb(g)) for e, g in zip(left, right, strict=True))


# ---- what decides nothing and what refutes nothing ----------------------------------------------------------
TRUE_WHEREVER_DEFINED = [
    Identity(c.activation("relu")(t) - c.activation("relu")(-t), t),
    Identity(c.activation("abs")(t), abs(t)),
    Identity(c.activation("relu")(t), (t + abs(t)) / 2),
    Identity(c.activation("hardtanh")(t), (abs(t + 1) - abs(t - 1)) / 2),
    Identity(c.activation("square")(t), t**2),
    Identity(c.activation("leaky_relu")(t), c.activation("relu")(t) - c.activation("relu")(-t) / 100),
    Identity(c.activation("silu")(t), t * c.activation("sigmoid")(t)),
    Identity(c.activation("softplus")(t) - c.activation("softplus")(-t), t),
    Identity(c.sqrt(t) ** 2, t),
    Identity(abs(t) ** 2, t**2),
    Identity(t**0, c.number(1)),
    Identity(1 / (1 / t), t),
    Identity((t - t) ** 0, c.number(1)),
    Identity(c.sqrt(-1 - t**2), c.sqrt(-1 - t**2) + 1),
    Identity(1 / (t + abs(t)), 1 / (abs(t) + t)),
    Identity(c.ones(1), c.number(1)),
    Identity(c.derivative(abs(t), t) * abs(t), t),
    Identity(c.derivative((t**2) ** THREE_HALVES, t), 3 * t * abs(t)),
]


@pytest.mark.parametrize("claim", TRUE_WHEREVER_DEFINED, ids=str)
def test_what_is_true_wherever_it_is_defined_is_never_called_different(claim: Identity) -> None:
    from verify.rules.enclosure import observe as enclose

    theorem = Theorem("user.one", claim, near_misses={"no": Identity(t, 2 * t)}, docstring="One.")
    settings = Settings(budget=Budget.QUICK)
    assert all(case.outcome != "different" for case in observe(theorem, settings).cases)
    assert establish(enclose(theorem, settings)).verdict is not Verdict.REFUTED


def test_a_claim_that_is_defined_nowhere_is_supported_by_nothing() -> None:
    from verify.rules.enclosure import observe as enclose

    nowhere = Identity(c.sqrt(-1 - t**2) * abs(t), c.sqrt(-1 - t**2) * t)
    theorem = Theorem("user.one", nowhere, near_misses={"no": Identity(t, 2 * t)}, docstring="One.")
    assert establish(enclose(theorem, Settings(budget=Budget.QUICK))).verdict is Verdict.UNDECIDED

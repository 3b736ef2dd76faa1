"""What each node means to torch, at the corners of its domain, against the table of docs/semantics.md.

A row is a term, the values of its symbols, and what it is there: None where it has no value.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import torch

import theory as c
from theory import terms as t
from theory.terms.known_functions import KNOWN, of_positive
from verify.floating.torch_compile import CannotCompileError, compile_term
from verify.floating.torch_run import Inputs, NotRepresentableError, power, run_defined

x, y, p = c.real("x"), c.real("y"), c.positive("p")
n = c.dimension("n")
w, v, q = c.vector("w", n), c.vector("v", n, nonzero=True), c.vector("q", 2)
b = c.vector("b", n, positive=True)
A, S = c.matrix("A", n), c.positive_definite("S", n)
z, z1 = c.random_vector("z", n), c.random_vector("z1", 1)
phi = c.activation("phi")
D = c.derivative
constant = t.Definition("seven", (x,), c.number(7))
square = c.define("square_of", (x,), x**2)
POINTS = (0.0, 1.0, -1.0, 0.5)


def at(term: t.Term, dtype: torch.dtype = torch.float64, functions: dict[str, str] | None = None, **values: object):
    """The term's entries at these values, or None where it has none."""
    symbols = {name: torch.tensor([value], dtype=dtype) for name, value in values.items() if name[0] != "z"}
    laws = {name: torch.tensor([value], dtype=dtype) for name, value in values.items() if name[0] == "z"}
    sizes = {"n": next((len(s[0]) for k, s in symbols.items() if s.dim() > 1 and k != "q"), 2)}
    sizes |= {"n": laws["z"].shape[-1]} if "z" in laws else {}
    named = {name: name for name in KNOWN} | (functions or {})
    inputs = Inputs(sizes, symbols, laws, named, dtype, "cpu")
    program = compile_term(term)
    slots, good = run_defined(program, inputs)
    return slots[program.result].flatten().tolist() if good.all() else None


def same(got: list[float] | None, expected: object) -> bool:
    wanted = expected if isinstance(expected, list) or expected is None else [expected]
    return got is wanted is None or (got is not None and wanted is not None and got == pytest.approx(wanted, rel=1e-12))


def power_of(base: float, exponent: Fraction) -> float | None:
    """The table: x^0 = 1; whole powers everywhere, negative ones off 0; roots of what is not negative."""
    if exponent == 0:
        return 1.0
    if base == 0:
        return 0.0 if exponent > 0 else None
    if exponent.denominator > 1 and base < 0:
        return None
    return float(base ** int(exponent)) if exponent.denominator == 1 else base ** float(exponent)


def slope_of(base: float, exponent: Fraction) -> float | None:
    """The derivative: where the power is defined on an open neighbourhood."""
    if exponent == 0:
        return 0.0
    if exponent.denominator > 1 and base <= 0:
        return None
    below = power_of(base, exponent - 1)
    return None if below is None or power_of(base, exponent) is None else float(exponent) * below


EXPONENTS = [
    Fraction(0),
    Fraction(1),
    Fraction(-1),
    Fraction(2),
    Fraction(-2),
    Fraction(3),
    Fraction(1, 2),
    Fraction(-1, 2),
    Fraction(1, 3),
    Fraction(3, 2),
    Fraction(7, 2),
    Fraction(-1, 3),
    Fraction(5),
    Fraction(-7),
]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("exponent", EXPONENTS)
def test_powers(exponent: Fraction, dtype: torch.dtype) -> None:
    for base in (*POINTS, -0.0, -0.5, 4.0):
        got, slope = at(t.Power(x, exponent), dtype, x=base), at(D(t.Power(x, exponent), x), dtype, x=base)
        tolerance = 1e-12 if dtype is torch.float64 else 1e-6
        for found, wanted in ((got, power_of(base, exponent)), (slope, slope_of(base, exponent))):
            assert (found is None) == (wanted is None), (base, exponent)
            assert found is None or found[0] == pytest.approx(wanted, rel=tolerance), (base, exponent)


TABLE = [
    # ---- numbers: 0 where a constructor might see 1 -----------------------------------------------------------
    ("0^0", t.Power(x - x, Fraction(0)), {"x": 3.0}, 1),
    ("0^0 of a constant", t.Power(c.number(0), Fraction(0)), {}, 1),
    ("x^0 where x has none", t.Power(t.Power(x, Fraction(-1)), Fraction(0)), {"x": 0.0}, None),
    ("twice a reciprocal", t.Power(t.Power(x, Fraction(-1)), Fraction(-1)), {"x": 0.0}, None),
    ("twice a reciprocal, off 0", t.Power(t.Power(x, Fraction(-1)), Fraction(-1)), {"x": 4.0}, 4),
    ("square of a root", t.Power(t.Power(x, Fraction(1, 2)), Fraction(2)), {"x": -1.0}, None),
    ("root of a square", t.Power(x**2, Fraction(1, 2)), {"x": -3.0}, 3),
    ("0 times what has no value", 0 * (1 / x), {"x": 0.0}, None),
    ("inf less inf", 1 / x - 1 / x, {"x": 0.0}, None),
    ("a bounded function of inf", c.activation("tanh")(1 / x), {"x": 0.0}, None),
    # ---- absolute values ---------------------------------------------------------------------------------------
    *((f"|{a}|", abs(x), {"x": a}, abs(a)) for a in POINTS),
    *((f"|.|' at {a}", D(abs(x), x), {"x": a}, math.copysign(1, a) if a else None) for a in POINTS),
    ("|.|^2 at its kink", D(abs(x) ** 2, x), {"x": 0.0}, None),
    ("x|x|'' off 0", D(D(x * abs(x), x), x), {"x": -2.0}, -2),
    ("|0 + y| in x", D(abs(x + y), x), {"x": 1.0, "y": -1.0}, None),
    ("what does not depend", D(abs(y) + x, x), {"x": 1.0, "y": 0.0}, 1),
    # ---- derivatives: the point, its properties, a neighbourhood ---------------------------------------------
    ("constant body, no point", D(c.number(3), x, at=1 / y), {"y": 0.0}, None),
    ("constant body", D(c.number(3), x, at=1 / y), {"y": 2.0}, 0),
    ("body without a value", D(1 / y + x, x), {"x": 1.0, "y": 0.0}, None),
    ("body at an edge", D(c.sqrt(y) + x, x), {"x": 1.0, "y": 0.0}, 1),
    ("an isolated point", D(c.sqrt(x) + c.sqrt(-x), x), {"x": 0.0}, None),
    ("a positive variable at 0", D(p**2, p, at=y), {"y": 0.0}, None),
    ("a positive variable", D(p**2, p, at=y), {"y": 3.0}, 6),
    ("a nonzero variable at 0", c.gradient(v.T @ v, v, at=w), {"w": [0.0, 0.0]}, None),
    ("a nonzero variable", c.gradient(v.T @ v, v, at=w), {"w": [0.0, 2.0]}, [0, 4]),
    ("a positive column with an entry 0", c.gradient(b.T @ b, b, at=w), {"w": [1.0, 0.0]}, None),
    ("a positive column with a negative entry", c.gradient(b.T @ b, b, at=w), {"w": [-1.0, 2.0]}, None),
    ("a positive column", c.gradient(b.T @ b, b, at=w), {"w": [1.0, 2.0]}, [2, 4]),
    ("a length at 0", c.gradient(c.norm(w), w), {"w": [0.0, 0.0]}, None),
    ("a length", c.gradient(c.norm(w), w), {"w": [3.0, 4.0]}, [0.6, 0.8]),
    ("second derivative in a scalar", c.hessian(x**3, x), {"x": 2.0}, 12),
    ("Jacobian in a scalar", c.jacobian(x * q, x), {"x": 2.0, "q": [1.0, 5.0]}, [1, 5]),
    ("Jacobian of one entry", c.jacobian(q.T @ q, q), {"q": [1.0, 5.0]}, [2, 10]),
    ("Jacobian of a scalar", c.jacobian(x**2, x), {"x": 3.0}, 6),
    ("Hessian at an edge", c.hessian(t.Power(x, Fraction(9, 2)), x), {"x": 0.0}, None),
    # ---- definitions -------------------------------------------------------------------------------------------
    ("an argument that is not used", constant(1 / x), {"x": 0.0}, None),
    ("an argument that is not used, with a value", constant(1 / x), {"x": 2.0}, 7),
    ("an argument without a value", 0 * square(1 / x), {"x": 0.0}, None),
    ("in a derivative", D(constant(c.sqrt(x)), x), {"x": 0.0}, None),
    # ---- matrices ----------------------------------------------------------------------------------------------
    ("inverse", c.inverse(A), {"A": [[2.0, 0.0], [0.0, 4.0]]}, [0.5, 0, 0, 0.25]),
    ("inverse of a singular matrix", c.inverse(A), {"A": [[1.0, 2.0], [2.0, 4.0]]}, None),
    ("inverse of 0", c.inverse(A), {"A": [[0.0]]}, None),
    ("what is multiplied by 0", 0 * c.inverse(A), {"A": [[0.0]]}, None),
    ("inverse of an inverse", c.inverse(c.inverse(A)), {"A": [[1.0, 1.0], [1.0, 1.0]]}, None),
    ("inverse of a number", c.inverse(x), {"x": 0.0}, None),
    ("trace", c.trace(A), {"A": [[1.0, 9.0], [9.0, 2.0]]}, 3),
    ("trace of what has no value", c.trace((1 / x) * c.eye(n)), {"x": 0.0}, None),
    ("diag and hadamard of numbers", c.diag(c.hadamard(x, y)), {"x": 2.0, "y": 3.0}, 6),
    ("a 1 x 1 matrix", c.trace(A @ A), {"A": [[3.0]]}, 9),
    # ---- expectations ------------------------------------------------------------------------------------------
    ("E of one entry", c.E(x * z1), {"x": 2.0, "z1": [[1.0], [3.0]]}, 4),
    ("E[z z'] of one entry", c.E(z1 @ z1.T), {"z1": [[1.0], [3.0]]}, 5),
    ("E without a value at a point", c.E(1 / (z.T @ w)), {"w": [1.0], "z": [[0.0], [1.0]]}, None),
    ("E of a root", c.E(c.sqrt(z.T @ w)), {"w": [1.0], "z": [[4.0], [-1.0]]}, None),
    (
        "derivative of E at a kink of one point",
        c.gradient(c.E(abs(z.T @ w)), w),
        {"w": [1.0], "z": [[0.0], [1.0]]},
        None,
    ),
]


@pytest.mark.parametrize(("term", "values", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_corners(term: t.Term, values: dict[str, object], expected: object) -> None:
    assert same(at(term, **values), expected), at(term, **values)


KINKS = {"relu": (0.0,), "leaky_relu": (0.0,), "abs": (0.0,), "hardtanh": (-1.0, 1.0)}
KINKED = {
    "relu": lambda a: max(0, a),
    "leaky_relu": lambda a: max(a, a / 100),
    "abs": abs,
    "hardtanh": lambda a: max(-1, min(1, a)),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_functions_are_themselves(name: str) -> None:
    """Values, and derivatives everywhere but at kinks, against a difference quotient."""
    function = c.activation(name)
    for point in (*POINTS, 3.0):
        if point <= 0 and of_positive(name):
            assert at(function(x), x=point) is None
            assert at(D(function(x), x), x=point) is None
            continue
        [value] = at(function(x), x=point) or [math.nan]
        assert name not in KINKED or value == pytest.approx(KINKED[name](point))
        slope = at(D(function(x), x), x=point)
        if point in KINKS.get(name, ()):
            assert slope is None
            continue
        [above], [below] = (at(function(x), x=point + h) for h in (1e-6, -1e-6))
        assert slope == pytest.approx([(above - below) / 2e-6], abs=1e-6)


def test_a_free_function_is_what_the_instance_says() -> None:
    assert at(phi(x), functions={"phi": "relu"}, x=-1.0) == [0]
    assert at(phi.prime(x), functions={"phi": "relu"}, x=0.0) is None
    assert at(phi.prime(x), functions={"phi": "relu"}, x=2.0) == [1]


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(Fraction(10) ** 400, torch.float64), (Fraction(1, 10**400), torch.float64), (Fraction(10) ** 40, torch.float32)],
)
def test_constants_beyond_the_dtype_have_no_value(value: Fraction, dtype: torch.dtype) -> None:
    """Never an infinity or a 0 in their place."""
    for term in (value * x, x + value, D(value * x, x)):
        with pytest.raises(NotRepresentableError, match="not representable in float"):
            at(term, dtype, x=1.0)
    assert at(Fraction(10) ** 300 * x, x=1.0) == [1e300]


@pytest.mark.parametrize("exponent", [Fraction(10**20), Fraction(-(10**20)), Fraction(1, 10**20)])
def test_exponents_beyond_the_dtype_have_no_value(exponent: Fraction) -> None:
    with pytest.raises(NotRepresentableError, match="exponent"):
        power(torch.ones(1), exponent)


def test_every_node_has_a_row_or_is_refused() -> None:
    bound = t.Symbol("b", bound=1)
    refused = [
        t.Special("sin", (x,)),
        t.Integral(bound, bound, c.number(0), x),
        t.Limit(bound, bound, x),
        t.GrowthRate(phi, x),
    ]
    for term in refused:
        with pytest.raises(CannotCompileError, match="no torch program"):
            compile_term(term)
    with pytest.raises(CannotCompileError, match="positive definite"):
        compile_term(t.Derivative(c.trace(S), S, A, "gradient"))

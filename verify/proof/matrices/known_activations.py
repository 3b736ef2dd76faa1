"""What is known of activations that are one function everywhere (`theory.terms.known_functions`), entry by entry.

    leaky_relu(z) = (101 z + 99 |z|)/200        hardtanh(z) = (|z + 1| - |z - 1|)/2
    tanh' = 1 - tanh^2             sigmoid' = sigmoid - sigmoid^2              softplus' = sigmoid
    silu(z) = z sigmoid(z)         sin'' = -sin                                identity, square and cube as they are
    log' = rsqrt o rsqrt           sqrt(z) = z o rsqrt(z)          rsqrt' = -rsqrt o rsqrt o rsqrt/2     (z > 0)
    relu(z) = (z + |z|)/2, and of numbers sigmoid(z) = exp(z)/(1 + exp(z)), tanh(z) = 1 - 2/(1 + exp(2 z)) and
    softplus(z) = log(1 + exp(z)) are put in where a claim is not seen without
    f(-z) = -f(z) for tanh, sin, erf; sigmoid(-z) = 1 - sigmoid(z); f(-z) = f(z) - z for softplus, gelu, relu
    tanh(0) = sin(0) = erf(0) = gelu(0) = 0, sigmoid(0) = 1/2
    |tanh'|, |softplus'| and |sin'| are at most 1, |sigmoid'| at most 1/4
    relu(c z) = c relu(z) for c >= 0, relu(z) = z for z >= 0, log(exp(u)) = u are in the normal form, pairs in `roots`

Each holds at every real number, or at every positive one, where the function is defined for these alone. What a
derivative asks for, and that entries are positive, is asked of the term as it stands, before this is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import factorial, prod

from theory import terms as t
from theory.terms import Activation, Term, rewrite
from theory.terms.known_functions import known_function
from theory.terms.special_functions import exp, log
from theory.terms.symbols import activation

HALF = Fraction(1, 2)
ABS, EXP, SIGMOID, RSQRT = map(activation, ("abs", "exp", "sigmoid", "rsqrt"))
POLYNOMIALS = {"identity": (0, 1), "square": (0, 0, 1), "cube": (0, 0, 0, 1)}  # lowest degree first
SLOPES = {"tanh": (1, 0, -1), "sigmoid": (0, 1, -1), "rsqrt": (0, 0, 0, -HALF)}  # f' as a polynomial of f
POWERS = {"log": Fraction(-1), "sqrt": HALF, "rsqrt": -HALF}  # of which the function, or its slope, is the power
STEEPEST: Mapping[str, Term] = {  # sup |f'| over the whole line
    "tanh": t.Number(Fraction(1)),
    "sigmoid": t.Number(Fraction(1, 4)),
    "softplus": t.Number(Fraction(1)),
    "sin": t.Number(Fraction(1)),
}
AT_ZERO = {"tanh": Fraction(0), "sin": Fraction(0), "erf": Fraction(0), "gelu": Fraction(0), "sigmoid": HALF}
ODD = frozenset({"tanh", "sin", "erf"})
FURTHER = frozenset({"relu", "sigmoid", "tanh", "softplus"})
LESS_ITS_ARGUMENT = frozenset({"softplus", "gelu", "relu"})  # f(-z) = f(z) - z


def plain(function: Activation) -> Activation:
    """A known function without the typography and the smoothness that it was declared with."""
    return function if known_function(function.name) is None else activation(function.name)


def written_out(function: Activation, order: int, z: Term) -> Term | None:
    """f^(order)(z) of each entry in simpler functions; None where it is not simpler than as it stands."""
    if z.is_scalar and function.name in POWERS:
        return _of_a_number(function.name, order, z)
    match function.name, order:
        case "log", _ if order > 0:
            return _polynomial((0,) * (2 * order) + ((-1) ** (order - 1) * factorial(order - 1),), 0, RSQRT(z))
        case "sqrt", 0:
            return _product(z)(z, RSQRT(z))
        case "sqrt", _:
            return HALF * t.Elementwise(RSQRT, order - 1, z)
        case name, _ if name in POLYNOMIALS:
            return _polynomial(POLYNOMIALS[name], order, z)
        case name, _ if name in SLOPES and order > 0:
            return _of_itself(SLOPES[name], order, function(z))
        case "leaky_relu", 0:
            return Fraction(101, 200) * z + Fraction(99, 200) * ABS(z)
        case "hardtanh", 0:
            one = _constant(z, 1)
            return HALF * (ABS(z + one) - ABS(z - one))
        case "softplus", _ if order > 0:
            return SIGMOID.derivative(order - 1, z)
        case "silu", _:
            whole = _product(z)(z, SIGMOID.derivative(order, z))
            return whole if order == 0 else whole + order * SIGMOID.derivative(order - 1, z)
        case "sin", _ if order > 1:
            return -t.Elementwise(function, order - 2, z)
    return None


def reflected(function: Activation, order: int, z: Term) -> Term | None:
    """f^(order)(-z) by the same function at z; None where no symmetry is known."""
    value = t.Elementwise(function, order, z)
    if function.name in ODD:
        return value if order % 2 else -value
    if function.name == "sigmoid" and order == 0:
        return _constant(z, 1) - value
    return value - z if function.name in LESS_ITS_ARGUMENT and order == 0 else None


def at_zero(function: Activation, order: int, z: Term) -> Term | None:
    """f(0) in every entry of the shape of z; None where it is not known, or not rational."""
    return _constant(z, AT_ZERO[function.name]) if order == 0 and function.name in AT_ZERO else None


def written_further(term: Term) -> Term:
    """The term with relu written by sizes, and sigmoid, tanh and softplus of numbers by exp and log."""
    if not any(function.name in FURTHER for function in rewrite.functions_in(term)):
        return term
    if isinstance(term, t.Elementwise) and term.function.name in FURTHER:
        if term.order > 0:
            slope = written_out(plain(term.function), term.order, term.argument)
            assert slope is not None  # of relu, which has a kink, there is no derivative
            return written_further(slope)
        further = _further(term.function.name, written_further(term.argument))
        if further is not None:
            return further
    return rewrite.rebuild(term, written_further)


def _further(name: str, z: Term) -> Term | None:
    if name == "relu":
        return HALF * (z + (t.absolute(z) if z.is_scalar else ABS(z)))
    if not z.is_scalar:
        return None
    if name == "softplus":
        return log(1 + exp(z))
    return exp(z) / (1 + exp(z)) if name == "sigmoid" else 1 - 2 / (1 + exp(2 * z))


def _of_a_number(name: str, order: int, z: Term) -> Term:
    """log, sqrt or rsqrt of a number, and their derivatives, as a logarithm or a power."""
    if name == "log" and order == 0:
        return t.Special("log", (z,))
    times = order - (name == "log")
    factor = prod((POWERS[name] - k for k in range(times)), start=Fraction(1))
    return factor * t.power(z, POWERS[name] - times)


# ---- entry by entry -----------------------------------------------------------------------------------------
def _constant(z: Term, value: Fraction | int) -> Term:
    """A term of the same shape with this number in every entry."""
    if z.is_scalar:
        return t.Number(Fraction(value))
    rows, columns = z.shape
    return value * t.matmul(t.Ones(rows), t.transpose(t.Ones(columns)))


def _polynomial(coefficients: Sequence[Fraction | int], order: int, z: Term) -> Term:
    """The derivative of a polynomial, lowest degree first, at each entry."""
    derived = reduce(lambda p, _: _derivative(p), range(order), tuple(map(Fraction, coefficients)))
    parts = [_constant(z, c) if k == 0 else c * reduce(_product(z), [z] * k) for k, c in enumerate(derived) if c]
    return t.add(*parts) if parts else _constant(z, 0)


def _of_itself(slope: Sequence[Fraction | int], order: int, value: Term) -> Term:
    """f^(order) of an f with f' = p(f), p a polynomial: f^(k + 1) is q'(f) p(f) for f^(k) = q(f)."""
    found = tuple(map(Fraction, slope))
    for _ in range(order - 1):
        derived, out = _derivative(found), [Fraction(0)] * (len(found) + len(slope))
        for i, a in enumerate(derived):
            for j, b in enumerate(slope):
                out[i + j] += a * b
        found = tuple(out)
    return _polynomial(found, 0, value)


def _derivative(coefficients: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(k * c for k, c in enumerate(coefficients))[1:]


def _product(z: Term) -> Callable[[Term, Term], Term]:
    return t.scale if z.is_scalar else t.hadamard

"""What is known of activations that are one function everywhere (`theory.terms.known_functions`), entry by entry.

    leaky_relu(z) = (101 z + 99 |z|)/200        hardtanh(z) = (|z + 1| - |z - 1|)/2
    tanh' = 1 - tanh^2             sigmoid' = sigmoid - sigmoid^2              softplus' = sigmoid
    silu(z) = z sigmoid(z)         sin'' = -sin                                identity, square and cube as they are
    f(-z) = -f(z) for tanh, sin, erf; sigmoid(-z) = 1 - sigmoid(z); f(-z) = f(z) - z for softplus, gelu, relu
    relu(c z) = c relu(z) for c >= 0 and relu(z) = z for z >= 0 are in the normal form

Each holds at every real number. What a derivative asks for is asked of the term as it stands, before this is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce

from theory import terms as t
from theory.terms import Activation, Term
from theory.terms.known_functions import known_function
from theory.terms.symbols import activation

HALF = Fraction(1, 2)
ABS, SIGMOID = activation("abs"), activation("sigmoid")
POLYNOMIALS = {"identity": (0, 1), "square": (0, 0, 1), "cube": (0, 0, 0, 1)}  # lowest degree first
SLOPES = {"tanh": (1, 0, -1), "sigmoid": (0, 1, -1)}  # f' as a polynomial of f
ODD = frozenset({"tanh", "sin", "erf"})
LESS_ITS_ARGUMENT = frozenset({"softplus", "gelu", "relu"})  # f(-z) = f(z) - z


def plain(function: Activation) -> Activation:
    """A known function without the typography and the smoothness that it was declared with."""
    return function if known_function(function.name) is None else activation(function.name)


def written_out(function: Activation, order: int, z: Term) -> Term | None:
    """f^(order)(z) of each entry in simpler functions; None where it is not simpler than as it stands."""
    match function.name, order:
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


# ---- entry by entry -----------------------------------------------------------------------------------------
def _constant(z: Term, value: int) -> Term:
    """A term of the same shape with this number in every entry."""
    if z.is_scalar:
        return t.Number(Fraction(value))
    rows, columns = z.shape
    return value * t.matmul(t.Ones(rows), t.transpose(t.Ones(columns)))


def _polynomial(coefficients: Sequence[int], order: int, z: Term) -> Term:
    """The derivative of a polynomial, lowest degree first, at each entry."""
    derived = reduce(lambda p, _: _derivative(p), range(order), tuple(coefficients))
    parts = [_constant(z, c) if k == 0 else c * reduce(_product(z), [z] * k) for k, c in enumerate(derived) if c]
    return t.add(*parts) if parts else _constant(z, 0)


def _of_itself(slope: Sequence[int], order: int, value: Term) -> Term:
    """f^(order) of an f with f' = p(f), p a polynomial: f^(k + 1) is q'(f) p(f) for f^(k) = q(f)."""
    found = tuple(slope)
    for _ in range(order - 1):
        derived, out = _derivative(found), [0] * (len(found) + len(slope))
        for i, a in enumerate(derived):
            for j, b in enumerate(slope):
                out[i + j] += a * b
        found = tuple(out)
    return _polynomial(found, 0, value)


def _derivative(coefficients: Sequence[int]) -> tuple[int, ...]:
    return tuple(k * c for k, c in enumerate(coefficients))[1:]


def _product(z: Term) -> Callable[[Term, Term], Term]:
    return t.scale if z.is_scalar else t.hadamard

"""The library of activations in torch: values by torch's own functions, derivatives by differential algebra.

An activation is a polynomial over *atoms*, functions whose derivative is again such a polynomial: tanh' = 1 - tanh^2.
So every derivative, and the magnitude of what is added up while computing it, comes from one table.
Knows nothing of theory or verify.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

Monomial = tuple[int, ...]  # exponents of the argument and of each atom
Polynomial = Mapping[Monomial, float]


@dataclass(frozen=True)
class Atom:
    """A function of the argument; `magnitude` bounds its absolute evaluation error in units of the roundoff."""

    value: Callable[[Tensor], Tensor]
    magnitude: Callable[[Tensor, Tensor], Tensor]
    slope: Polynomial


@dataclass(frozen=True)
class LibraryActivation:
    """`smoothness`: derivatives on the whole line; with `kinks`, none at those places and as many as wanted between.

    `suprema`: sup |phi^(k)|, where it is finite and known, off the kinks. `of_positive`: it is defined for positive
    numbers alone, and so stands for no function of which nothing is said.
    """

    name: str
    function: Callable[[Tensor], Tensor]
    polynomial: Polynomial
    atoms: tuple[Atom, ...] = ()
    smoothness: int = 64
    suprema: tuple[tuple[int, float], ...] = ()
    kinks: tuple[float, ...] = ()
    of_positive: bool = False


def _relative(argument: Tensor, value: Tensor) -> Tensor:
    return value.abs()


def _absolute(argument: Tensor, value: Tensor) -> Tensor:
    return torch.ones_like(value)


def _gaussian(argument: Tensor, value: Tensor) -> Tensor:
    return value.abs() * (1 + argument * argument)  # the rounding of the exponent is magnified by the exponent


def _exponential(argument: Tensor, value: Tensor) -> Tensor:
    return value * (1 + argument.abs())


def _softplus(argument: Tensor) -> Tensor:
    return functional.softplus(argument, threshold=40.0)  # by default it is linear beyond 20: wrong by 2e-9


def _root(argument: Tensor) -> Tensor:
    """The root of a positive number, which alone has derivatives."""
    return torch.where(argument > 0, torch.sqrt(argument), torch.nan)


def _inverse(argument: Tensor) -> Tensor:
    """1/t where the logarithm has a value."""
    return torch.where(argument > 0, argument.reciprocal(), torch.nan)


def _step(argument: Tensor) -> Tensor:
    return (argument > 0).to(argument.dtype)


def _inside(argument: Tensor) -> Tensor:
    return (argument.abs() < 1).to(argument.dtype)


def _outside(argument: Tensor) -> Tensor:
    return torch.where(argument.abs() < 1, 0, argument.sign())


_C_ERF = 2 / math.sqrt(math.pi)
_C_PDF = 1 / math.sqrt(2 * math.pi)
_TANH = Atom(torch.tanh, _relative, {(0, 0): 1.0, (0, 2): -1.0})
_SIGMOID = Atom(torch.sigmoid, _relative, {(0, 1): 1.0, (0, 2): -1.0})
_EXP = Atom(torch.exp, _exponential, {(0, 1): 1.0})
_RSQRT = Atom(torch.rsqrt, _relative, {(0, 3): -0.5})
_LOGARITHM = (Atom(torch.log, _relative, {(0, 0, 1): 1.0}), Atom(_inverse, _relative, {(0, 0, 2): -1.0}))
_SOFTPLUS = (
    Atom(_softplus, _relative, {(0, 0, 1): 1.0}),
    Atom(torch.sigmoid, _relative, {(0, 0, 1): 1.0, (0, 0, 2): -1.0}),
)
_SINE = (Atom(torch.sin, _relative, {(0, 0, 1): 1.0}), Atom(torch.cos, _relative, {(0, 1, 0): -1.0}))
_SINE_OF_TWICE = (
    Atom(lambda t: torch.sin(2 * t), _relative, {(0, 0, 1): 2.0}),
    Atom(lambda t: torch.cos(2 * t), _relative, {(0, 1, 0): -2.0}),
)
_ERF = (
    Atom(torch.erf, _relative, {(0, 0, 1): 1.0}),
    Atom(lambda t: _C_ERF * torch.exp(-t * t), _gaussian, {(1, 0, 1): -2.0}),
)
_NORMAL = (
    Atom(torch.special.ndtr, _absolute, {(0, 0, 1): 1.0}),
    Atom(lambda t: _C_PDF * torch.exp(-t * t / 2), _gaussian, {(1, 0, 1): -1.0}),
)


def _piece(choice: Callable[[Tensor], Tensor]) -> Atom:
    """What is constant between kinks."""
    return Atom(choice, _relative, {})


def _up(value: float) -> float:
    return math.nextafter(math.nextafter(value, math.inf), math.inf)


def _orders(first: int, *bounds: float) -> tuple[tuple[int, float], ...]:
    """Bounds on |phi^(k)| for k = first, first + 1, ...; what is no dyadic fraction is rounded up."""
    return tuple((first + k, float(b) if (64 * b).is_integer() else _up(b)) for k, b in enumerate(map(float, bounds)))


# Up to order 3, as on the exact side: the supremum itself, or, where it has no closed rational form, the rational just
# above it that is certified there. So a float instance stays admissible when it is made exact.
LIBRARY: Mapping[str, LibraryActivation] = {
    a.name: a
    for a in (
        LibraryActivation("identity", lambda t: t, {(1,): 1.0}, suprema=_orders(1, 1, 0, 0)),
        LibraryActivation("square", lambda t: t * t, {(2,): 1.0}, suprema=_orders(2, 2, 0)),
        LibraryActivation("cube", lambda t: t * t * t, {(3,): 1.0}, suprema=_orders(3, 6)),
        LibraryActivation("tanh", torch.tanh, {(0, 1): 1.0}, (_TANH,), suprema=_orders(0, 1, 1, 0.77, 2)),
        LibraryActivation("exp", torch.exp, {(0, 1): 1.0}, (_EXP,)),
        LibraryActivation("log", torch.log, {(0, 1, 0): 1.0}, _LOGARITHM, of_positive=True),
        LibraryActivation("sqrt", _root, {(1, 1): 1.0}, (_RSQRT,), of_positive=True),
        LibraryActivation("rsqrt", torch.rsqrt, {(0, 1): 1.0}, (_RSQRT,), of_positive=True),
        LibraryActivation("sin", torch.sin, {(0, 1, 0): 1.0}, _SINE, suprema=_orders(0, 1, 1, 1, 1)),
        LibraryActivation(
            "sin2", lambda t: torch.sin(2 * t), {(0, 1, 0): 1.0}, _SINE_OF_TWICE, suprema=_orders(0, 1, 2, 4, 8)
        ),
        LibraryActivation("erf", torch.erf, {(0, 1, 0): 1.0}, _ERF, suprema=_orders(0, 1, _C_ERF, 0.97, 2.26)),
        LibraryActivation("softplus", _softplus, {(0, 1, 0): 1.0}, _SOFTPLUS, suprema=_orders(1, 1, 0.25, 0.097)),
        LibraryActivation(
            "sigmoid", torch.sigmoid, {(0, 1): 1.0}, (_SIGMOID,), suprema=_orders(0, 1, 0.25, 0.097, 0.125)
        ),
        LibraryActivation("gelu", functional.gelu, {(1, 1, 0): 1.0}, _NORMAL, suprema=_orders(1, 1.13, 0.8)),
        LibraryActivation("silu", functional.silu, {(1, 1): 1.0}, (_SIGMOID,), suprema=_orders(1, 1.1, 0.5)),
        LibraryActivation("relu", functional.relu, {(1, 1): 1.0}, (_piece(_step),), 0, ((1, 1.0),), (0.0,)),
        LibraryActivation(
            "leaky_relu",
            functional.leaky_relu,
            {(1, 0): 0.01, (1, 1): 0.99},
            (_piece(_step),),
            smoothness=0,
            suprema=((1, 1.0),),
            kinks=(0.0,),
        ),
        LibraryActivation("abs", torch.abs, {(1, 1): 1.0}, (_piece(torch.sign),), 0, ((1, 1.0),), (0.0,)),
        LibraryActivation(
            "hardtanh",
            functional.hardtanh,
            {(1, 1, 0): 1.0, (0, 0, 1): 1.0},
            (_piece(_inside), _piece(_outside)),
            smoothness=0,
            suprema=((0, 1.0), (1, 1.0)),
            kinks=(-1.0, 1.0),
        ),
    )
}


BY_NAME = frozenset({"exp"})  # too steep to stand for a function of which nothing is said: floats end at exp(88)


def names(smoothness: int, *, bounded: int | None = None) -> tuple[str, ...]:
    """Activations differentiable `smoothness` times, for a free function; with `bounded` = k, those whose sup |phi^(k)|
    is finite."""
    return tuple(
        a.name
        for a in LIBRARY.values()
        if a.name not in BY_NAME
        and not a.of_positive
        and a.smoothness >= smoothness
        and (bounded is None or bounded in dict(a.suprema))
    )


def supremum(name: str, order: int, dtype: torch.dtype) -> float:
    """sup |phi^(order)| over the reals, rounded up in `dtype`. Raises KeyError where it is infinite or not tabled."""
    value = dict(LIBRARY[name].suprema)[order]
    rounded = torch.tensor(value, dtype=dtype)
    if rounded.double().item() < value:
        rounded = torch.nextafter(rounded, torch.full_like(rounded, math.inf))
    return float(rounded.item())


@lru_cache(maxsize=1024)
def _polynomial(name: str, order: int) -> tuple[tuple[Monomial, float], ...]:
    library = LIBRARY[name]
    if order == 0:
        return tuple(library.polynomial.items())
    result: dict[Monomial, float] = {}
    for exponents, coefficient in _polynomial(name, order - 1):
        for place, power in enumerate(exponents):
            if power == 0:
                continue
            lowered = tuple(p - (i == place) for i, p in enumerate(exponents))
            slope: Polynomial = {(0,) * len(exponents): 1.0} if place == 0 else library.atoms[place - 1].slope
            for factor, c in slope.items():
                key = tuple(a + b for a, b in zip(lowered, factor, strict=True))
                result[key] = result.get(key, 0.0) + coefficient * power * c
    return tuple((k, c) for k, c in result.items() if c)


def derivative(name: str, order: int, argument: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """phi^(order) at every entry, differentiable by autograd; order 0 is torch's own function."""
    if order == 0:
        return LIBRARY[name].function(argument)
    bases = [argument, *(atom.value(argument) for atom in LIBRARY[name].atoms)]
    return _evaluate(_polynomial(name, order), bases, argument)


def magnitudes(
    name: str, orders: int, argument: Float[Tensor, "*shape"]
) -> tuple[list[Float[Tensor, "*shape"]], list[Float[Tensor, "*shape"]]]:
    """For k = 0..orders-1: |phi^(k)|, and the sum of absolute values of what is added up to compute it."""
    atoms = LIBRARY[name].atoms
    bases = [argument, *(atom.value(argument) for atom in atoms)]
    sizes = [argument.abs(), *(a.magnitude(argument, b) for a, b in zip(atoms, bases[1:], strict=True))]
    values, summed = [], []
    for order in range(orders):
        polynomial = _polynomial(name, order)
        values.append(_evaluate(polynomial, bases, argument).abs())
        summed.append(_evaluate(tuple((k, abs(c)) for k, c in polynomial), sizes, argument))
    return values, summed


def _evaluate(polynomial: tuple[tuple[Monomial, float], ...], bases: list[Tensor], like: Tensor) -> Tensor:
    total: Tensor | None = None
    for exponents, coefficient in polynomial:
        term: Tensor | None = None
        for base, power in zip(bases, exponents, strict=True):
            for _ in range(power):
                term = base if term is None else term * base
        term = torch.full_like(like, coefficient) if term is None else term if coefficient == 1 else coefficient * term
        total = term if total is None else total + term
    return torch.zeros_like(like) if total is None else total

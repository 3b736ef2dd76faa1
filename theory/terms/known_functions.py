"""Names of activations that mean one function everywhere: formula, and how often it is differentiable.

Every interpreter evaluates a known name as that function; a name that means a function nobody here evaluates is
refused, so that no free function carries a name that a reader takes for another. Nothing is evaluated here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from theory.terms.base import CalculusError

SMOOTH = 3  # derivatives that every interpreter has a row for; the functions are differentiable without end


@dataclass(frozen=True)
class KnownFunction:
    """`smoothness`: derivatives on the whole line (0: there is a kink), or on its half where the function is one `of`
    positive numbers alone. `formula` in t as text; its LaTeX is in `theory.typeset.known_formulas`."""

    formula: str
    smoothness: int = SMOOTH
    of_positive: bool = False


KNOWN: Mapping[str, KnownFunction] = {
    "identity": KnownFunction("t"),
    "square": KnownFunction("t^2"),
    "cube": KnownFunction("t^3"),
    "tanh": KnownFunction("tanh(t)"),
    "exp": KnownFunction("exp(t)"),
    "sin": KnownFunction("sin(t)"),
    "erf": KnownFunction("erf(t)"),
    "sigmoid": KnownFunction("1/(1 + exp(-t))"),
    "softplus": KnownFunction("log(1 + exp(t))"),
    "gelu": KnownFunction("t*(1 + erf(t/sqrt(2)))/2"),
    "silu": KnownFunction("t/(1 + exp(-t))"),
    "relu": KnownFunction("max(0, t)", 0),
    "leaky_relu": KnownFunction("max(t, t/100)", 0),
    "hardtanh": KnownFunction("max(-1, min(1, t))", 0),
    "abs": KnownFunction("|t|", 0),
    "log": KnownFunction("log(t)", of_positive=True),
    "sqrt": KnownFunction("sqrt(t)", of_positive=True),
    "rsqrt": KnownFunction("1/sqrt(t)", of_positive=True),
}
# Functions with a name of their own that not every interpreter has a row for.
OTHERS = frozenset(
    re.findall(
        r"\w+",
        """acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh ceil celu cos cosh cosine elu
        expm1 floor glu hardshrink hardsigmoid hardswish heaviside linear log10 log1p log2 logsigmoid max min
        mish prelu reciprocal relu6 round rrelu selu sgn sign sin2 sine sinh softmax softmin softshrink softsign
        step tan tanhshrink threshold""",
    )
)
_SAME = {
    "swish": "silu", "leakyrelu": "leaky_relu", "hard_tanh": "hardtanh", "logistic": "sigmoid", "id": "identity",
    "ln": "log",
}  # fmt: skip


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


_BY_PLAIN = {_plain(name): name for name in KNOWN} | {_plain(name): known for name, known in _SAME.items()}
_OTHERS_PLAIN = frozenset(map(_plain, OTHERS))


def of_positive(name: str) -> bool:
    """Is it a known function that is defined for positive numbers alone?"""
    return name in KNOWN and KNOWN[name].of_positive


def known_function(name: str) -> KnownFunction | None:
    """The function that this name means, None for a name that means none."""
    return KNOWN.get(name)


def means_something(name: str) -> bool:
    """Does a reader take this name for one function?"""
    return _plain(name) in _BY_PLAIN or _plain(name) in _OTHERS_PLAIN


def check_name(name: object, smoothness: int) -> None:
    """Raises CalculusError for a name that a reader takes for another function than the one it would stand for, and for
    derivatives that a known function does not have everywhere."""
    if not isinstance(name, str) or not name:
        raise CalculusError(f'expected the name of an activation, got {name!r}. Remedy: activation("phi").')
    plain = _plain(name)
    if name not in KNOWN and plain in _BY_PLAIN:
        raise CalculusError(
            f"expected a known function by its name here, got the activation {name!r}. "
            f"Remedy: activation({_BY_PLAIN[plain]!r}) for that function, another name for a free one."
        )
    if name not in KNOWN and plain in _OTHERS_PLAIN:
        raise CalculusError(
            f"expected a free name or one of {', '.join(KNOWN)}; got the activation {name!r}, which means a function "
            'that is not evaluated here. Remedy: activation("phi") for a free function.'
        )
    most = KNOWN[name].smoothness if name in KNOWN else smoothness
    if smoothness > most:
        has = "a kink, so no derivative everywhere" if most == 0 else f"{most} derivatives that are evaluated"
        raise CalculusError(
            f"expected at most {most} derivatives of the known function {name}, got smoothness={smoothness}: it has "
            f"{has}. Remedy: activation({name!r}), or a free name for a free function."
        )

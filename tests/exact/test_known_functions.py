"""A name that means a function is that function, or is refused; a free function has a name that means none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import Bound, CalculusError, Identity, activation, real, scalar_field
from theory.terms import Activation
from theory.terms.known_functions import KNOWN
from verify.exact.activations import ACTIVATIONS
from verify.exact.deciding import decide
from verify.exact.drawing import admissible
from verify.exact.instances import Instance, InstanceError, scalar

t = real("t")


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_name_is_drawn_as_itself(name: str) -> None:
    assert admissible(activation(name), ()) == (name,)
    assert name in ACTIVATIONS


@pytest.mark.parametrize(
    "name", ["ReLU", "Tanh", "Exp", "Log", "ln", "log10", "elu", "Leaky ReLU", "swish", "SELU", "sign", "", 3]
)
def test_other_names_that_mean_something_are_refused(name: str) -> None:
    for make in (lambda: activation(name), lambda: Activation(name)):
        with pytest.raises(CalculusError, match="Remedy"):
            make()


@pytest.mark.parametrize("name", ["norm", "relu", "exp"])
def test_a_field_is_free(name: str) -> None:
    with pytest.raises(CalculusError, match="Remedy"):
        scalar_field(name, 2)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "hardtanh", "abs"])
def test_a_kink_has_no_derivative(name: str) -> None:
    with pytest.raises(CalculusError, match="Remedy"):
        activation(name).prime(t)
    with pytest.raises(CalculusError, match="Remedy"):
        activation(name, smoothness=1)


VALUES = {
    "relu": {-2: 0, 0: 0, 3: 3},
    "leaky_relu": {-2: Fraction(-2, 100), 0: 0, 3: 3},
    "hardtanh": {-2: -1, -1: -1, 0: 0, Fraction(1, 2): Fraction(1, 2), 1: 1, 3: 1},
    "abs": {-2: 2, 0: 0, 3: 3},
    "square": {-2: 4},
    "cube": {-2: -8},
    "identity": {-2: -2},
}


@pytest.mark.parametrize(("name", "at", "value"), [(n, a, v) for n, table in VALUES.items() for a, v in table.items()])
def test_values_are_exact(name: str, at: Fraction, value: Fraction) -> None:
    phi = activation(name)
    point = Instance({}, {"t": scalar(at)}, {}, {name: name})
    assert decide(Identity(phi(t) + 0 * t, value + 0 * t), (), point).outcome == "agree"
    assert decide(Identity(phi(t), phi(t) + Fraction(1, 10**400)), (), point).outcome == "different"


def test_a_known_function_stands_for_itself_alone() -> None:
    with pytest.raises(InstanceError, match="relu"):
        decide(Bound(activation("relu")(t), abs(t)), (), Instance({}, {"t": scalar(1)}, {}, {"relu": "tanh"}))

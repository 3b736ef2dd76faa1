r"""The rate falls from every batch size to the next, for each of 27 activations in use.

    lambda(phi, B + 1) < lambda(phi, B)   for every whole B >= 4

Up to some batch size the rates are enclosed one by one. Beyond it lambda is a function of t = 1/(B - 1) but for a
remainder of order t^3, and the slope of that function is enclosed for all t at once, down to t = 0. For ReLU it falls
for every real B. It is no law: cubics, exp and z cos(2z) break it (`explosion.rates-increasing`).
"""

from theory import Below, Numbers, Source, Theorem, activation, growth_rate, whole_at_least
from theory.definitions.mean_field import B
from theory.theorems.explosion import rate as meaning
from theory.theorems.explosion import relu_decreasing

phi, psi = activation("phi"), activation("psi")

NAMED = (
    *("id", "relu", "leaky_relu", "tanh", "erf", "sin", "sigmoid", "softplus", "gelu", "silu", "mish", "elu", "selu"),
    "softsign",
)
WITHOUT_NAME = (
    "clip(z, -1, 1)",
    "clip(z, 0, 6)",
    "clip(z/6 + 1/2, 0, 1)",
    "z*clip(z + 3, 0, 6)/6",
    "z*sigmoid(1.702*z)",
    "max(z - 1/2, 0) + min(z + 1/2, 0)",
    "z - tanh(z)",
    "max(z, 0)^2",
    "abs(z)",
    "atan(z)",
    "asinh(z)",
    "exp(-z^2/2)",
    "z + sin(z)^2",
)

NEAR_MISSES = {
    "it rises": Below(growth_rate(phi, B), growth_rate(phi, B + 1)),
    "by a tenth each time": Below(growth_rate(phi, B + 1), 9 * growth_rate(phi, B) / 10),
    "faster and faster": Below(growth_rate(phi, B) + growth_rate(phi, B + 2), 2 * growth_rate(phi, B + 1)),
    "for cubics as well": Below(growth_rate(psi, B + 1), growth_rate(psi, B)),
}

THEOREM = Theorem(
    __name__,
    Below(growth_rate(phi, B + 1), growth_rate(phi, B)),
    near_misses=NEAR_MISSES,
    setting=Numbers((whole_at_least(B, 4),), functions={"phi": NAMED + WITHOUT_NAME, "psi": ("z^3 - 3*z",)}),
    sources=(Source("yang2019", "Section 3.2, for ReLU"),),
    rests_on=(relu_decreasing.THEOREM,),
    speaks_of=(meaning.THEOREM,),
)

r"""There are activations whose rate rises from every batch size of at least 27 to the next.

    lambda(phi, B) < lambda(phi, B + 1)   for every whole B >= 27

exp and sinh grow fast, and a larger batch shows more of them; z cos(2z) swings wider further out, and sin(z) - 3z/10 is
steeper there. Their rates fall at first, at most up to 27, and then rise for ever.
"""

from theory import Below, Numbers, Source, Theorem, activation, growth_rate, oo, whole_at_least
from theory.definitions.mean_field import B
from theory.theorems.explosion import rate as meaning

phi, psi = activation("phi"), activation("psi")

NEAR_MISSES = {
    "it falls": Below(growth_rate(phi, B + 1), growth_rate(phi, B)),
    "for tanh as well": Below(growth_rate(psi, B), growth_rate(psi, B + 1)),
    "beyond its limit": Below(growth_rate(phi, oo), growth_rate(phi, B)),
}

THEOREM = Theorem(
    __name__,
    Below(growth_rate(phi, B), growth_rate(phi, B + 1)),
    near_misses=NEAR_MISSES,
    setting=Numbers(
        (whole_at_least(B, 27),),
        functions={
            "phi": ("sinh(z)", "exp(z)", "z - z^3/6", "z*cos(2*z)", "sin(z) - 0.3*z"),
            "psi": ("tanh(z)",),
        },
    ),
    sources=(Source("yang2019", "Section 3"),),
    speaks_of=(meaning.THEOREM,),
)

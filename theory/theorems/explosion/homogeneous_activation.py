r"""A homogeneous activation passes on the length of its input, and its slope forgets it.

    phi(z) = alpha z + beta |z|, rho > 0:  phi(rho y) phi(rho z) = rho^2 phi(y) phi(z),  phi'(rho z) = phi'(z)

Every function with phi(rho z) = rho phi(z) for all rho > 0 is of this form: ReLU has alpha = beta = 1/2, leaky ReLU of
slope s has (1 + s)/2 and (1 - s)/2, the identity 1 and 0.
"""

from theory import Identity, Part, Source, Term, Theorem, positive, real, start

alpha, beta = real("alpha", tex=r"\alpha"), real("beta", tex=r"\beta")
y, z = real("y", nonzero=True), real("z", nonzero=True)
rho = positive("rho", tex=r"\rho")


def phi(x: Term) -> Term:
    """The activation."""
    return alpha * x + beta * abs(x)


def slope(x: Term) -> Term:
    """Its derivative, away from 0."""
    return alpha + beta * x / abs(x)


PRODUCT, MOVED = phi(rho * y) * phi(rho * z), rho**2 * phi(y) * phi(z)

NEAR_MISSES = {
    "of degree one": Identity(PRODUCT, rho * phi(y) * phi(z)),
    "the slope scales too": Identity(slope(rho * z), rho * slope(z)),
    "|z| does not scale": Identity(PRODUCT, rho**2 * phi(y) * (alpha * z + beta * abs(z) / rho)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("product", Identity(PRODUCT, MOVED), start(PRODUCT).equals(MOVED)),
        Part("slope", Identity(slope(rho * z), slope(z)), start(slope(rho * z)).equals(slope(z))),
    ),
    near_misses=NEAR_MISSES,
    sources=(Source("cho2009", "Section 2"),),
    meanings={
        "alpha": "half the sum of the slopes on the two sides of 0",
        "beta": "half their difference",
        "rho": "a length",
        "y": "a number",
        "z": "a number",
    },
    reads="phi(rho y) phi(rho z) = rho^2 phi(y) phi(z) and phi'(rho z) = phi'(z) for phi(z) = alpha z + beta |z|",
)

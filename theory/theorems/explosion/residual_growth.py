r"""Skip connections turn explosion into polynomial growth, with exponent lambda: measured.

In x^{l+1} = x^l + W phi(BN(x^l)) every block adds the same amount to the variance of the stream, so the branch at block
l has a share of 1/(l+1) in the sum, and what it passes back is lambda/l of the squared gradient:
    E|dLoss/dx^l|^2 = (1 + lambda/l) E|dLoss/dx^{l+1}|^2.
The product over l = 1 .. L-1 is Gamma(L+lambda)/(Gamma(L) Gamma(1+lambda)), which grows as L^lambda: the exponent is
the rate at which the same layers explode without skip connections. Those without are measured beside them: against log
depth their slope exceeds 2, more than any lambda here, and grows with depth.
Source: De & Smith 2020 for the share, Yang et al. 2019 for polynomial growth (both recalled); the exponent is our own.
"""

from dataclasses import replace
from fractions import Fraction

from theory import Comparison, Experiment, ResidualSlope, Source, measured, predicting, times
from theory.theorems.explosion import rate

PLAN = {  # activations, batch sizes, narrow width, depths, networks, of them for a share
    "quick": (("relu", "tanh"), (8,), 64, (4, 16), 1024, 384),
    "standard": (("relu", "tanh"), (8, 16), 64, (8, 16, 32, 64), 1024, 128),
    "thorough": (("identity", "relu", "tanh", "gelu"), (8, 16, 32), 128, (8, 16, 32, 64, 128), 2048, 256),
}


def growth(
    phi: str, batch: int, widths: tuple[int, ...], depths: tuple[int, ...], networks: int, side: int = 0
) -> Comparison:
    return Comparison(
        f"exponent, {phi}, " + (f"{batch} images of {side} x {side}" if side else f"B = {batch}"),
        measured(
            "growth of the gradient",
            activation=phi,
            batch=batch,
            widths=widths,
            depths=depths,
            networks=networks,
            against="log depth",
            residual=True,
            side=side,
        ),
        "=",
        ResidualSlope(phi, batch * max(1, side**2), depths),
        margin=Fraction(2, 100),
        relative=Fraction(6, 100),
    )


def plain(phi: str, batch: int, width: int, depths: tuple[int, ...], networks: int) -> Comparison:
    return Comparison(
        f"slope against log depth without skip connections, {phi}, B = {batch}",
        measured(
            "growth of the gradient",
            activation=phi,
            batch=batch,
            widths=(width,),
            depths=depths,
            networks=networks,
            against="log depth",
            side=0,
        ),
        ">",
        Fraction(2),
    )


def share(phi: str, width: int, depth: int, networks: int) -> Comparison:
    return Comparison(
        f"share of the branch times l + 1, {phi}",
        measured("share of the residual branch", activation=phi, width=width, batch=16, depth=depth, networks=networks),
        "=",
        Fraction(1),
        margin=Fraction(3, 100),
    )


def comparisons(
    activations: tuple[str, ...], batches: tuple[int, ...], width: int, depths: tuple[int, ...], networks: int, few: int
) -> tuple[Comparison, ...]:
    widths = (width, 2 * width)
    return (
        *(growth(phi, batch, widths, depths, networks) for phi in activations for batch in batches),
        *(plain(phi, batches[0], 2 * width, depths, networks // 4) for phi in activations),
        growth("relu", 2, (width // 2, width), depths, networks // 2, side=4),
        *(share(phi, width, depths[-1], few) for phi in activations),
    )


COMPARISONS = {budget: comparisons(*plan) for budget, plan in PLAN.items()}

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={
        "with exponent sqrt(lambda), and half the share": predicting(COMPARISONS, times(Fraction(1, 2))),
        "with the exponent of infinite batch size": predicting(
            COMPARISONS, lambda value: replace(value, batch=None) if isinstance(value, ResidualSlope) else value
        ),
    },
    margins=(
        "6 hundredths of the predicted slope and 0.02 for finite width, of order 1/n^2 after extrapolation; 3 "
        "hundredths for the share, which is 1/(l+1) at infinite width"
    ),
    long=True,
    apart="side",
    speaks_of=(rate.THEOREM,),
    sources=(Source("de2020", "section 2"), Source("yang2019", "section 5")),
)

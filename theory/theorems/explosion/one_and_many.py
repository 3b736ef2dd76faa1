r"""One batch norm shortens the gradient, a stack of them makes it explode, in one and the same networks: measured.

No contradiction. By Theorem 4.1 (corrected) a batch norm passes back gamma^2/sigma^2 times what is left of |g|^2 after
two directions are projected off. With gamma = sigma and beta = mu it changes nothing on the way forward, and behind an
activation it leaves (B-2)/(B-1) of the squared gradient: it shortens. In a stack gamma is 1 and sigma^2 is the variance
u < 1 of the next pre-activation, so 1/u outweighs what is projected off, and the product over layers grows as lambda^L.
Source: Santurkar et al. 2018, Theorem 4.1; Yang et al. 2019, section 3.
"""

from fractions import Fraction

from theory import Comparison, Experiment, Rate, Source, measured, predicting, times
from theory.statements.experiment import Predicted
from theory.theorems.explosion import rate
from theory.theorems.smoothness import gradient_norm

PLAN = {  # activations, batch sizes, width, depth, networks
    "quick": (("relu",), (8,), 128, 12, 48),
    "standard": (("relu", "tanh"), (8, 32), 256, 16, 48),
    "thorough": (("relu", "tanh", "gelu"), (8, 32), 512, 24, 256),
}
ROUNDING = Fraction(1, 10**9)


def comparisons(
    activations: tuple[str, ...], batches: tuple[int, ...], width: int, depth: int, networks: int
) -> tuple[Comparison, ...]:
    def about(
        phi: str, batch: int, quantity: str, label: str, relation: str, value: Predicted, **margins: Fraction
    ) -> Comparison:
        what = measured(
            "one batch norm and many",
            quantity=quantity,
            activation=phi,
            width=width,
            batch=batch,
            depth=depth,
            networks=networks,
        )
        return Comparison(f"{phi}, B = {batch}: {label}", what, relation, value, **margins)

    return tuple(
        comparison
        for phi in activations
        for batch in batches
        for comparison in (
            about(phi, batch, "discrepancy", "every batch norm obeys Theorem 4.1", "<", ROUNDING),
            about(phi, batch, "change", "one more leaves the output where it is", "<", ROUNDING),
            about(
                phi, batch, "ratio", "one more shortens the squared gradient", "=",
                Fraction(batch - 2, batch - 1), margin=Fraction(3, 100),
            ),
            about(
                phi, batch, "growth", "the stack explodes", "=",
                Rate(phi, batch, log=True), margin=Fraction(4, width), relative=Fraction(1, 10),
            ),
        )
    )  # fmt: skip


COMPARISONS = {budget: comparisons(*plan) for budget, plan in PLAN.items()}

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={
        "with every effect half as large": predicting(COMPARISONS, times(Fraction(1, 2))),
        "one more doubles the squared gradient, and the stack explodes twice as fast": predicting(
            COMPARISONS, times(2)
        ),
    },
    margins=(
        "a tenth of the predicted rate and 4/n, for width n without extrapolation; 0.03 for the ratio, a mean over the "
        "units of one layer; 1e-9 for what is exact but for rounding in float64"
    ),
    rests_on=(gradient_norm.THEOREM,),
    speaks_of=(rate.THEOREM,),
    sources=(Source("santurkar2018", "Theorem 4.1"), Source("yang2019", "section 3")),
)

r"""Batches of one and two samples carry no signal through batch normalisation.

    m = 2, eps = 0: yhat = (+-1, -+1), whatever the two values
    m = 1, eps > 0: yhat = 0

so the derivative of two normalised samples vanishes, and one sample is not normalised at all.
"""

from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    Identity,
    Part,
    Source,
    Theorem,
    at_most,
    define,
    derivative,
    number,
    positive,
    real,
    sqrt,
    start,
    unfold,
    zero,
)

a, b, e, s_0 = real("a"), real("b"), positive("e", tex=r"\varepsilon"), positive("s_0")
DISTINCT = at_most(s_0, ((a - b) / 2) ** 2, note="the two samples differ")

mean = define("mu_2", (a, b), (a + b) / 2, tex=r"\mu")
variance = define("var_2", (a, b), ((a - mean(a, b)) ** 2 + (b - mean(a, b)) ** 2) / 2, tex="s^2")
normalised = define("yhat_2", (a, b), (a - mean(a, b)) / sqrt(variance(a, b)), tex=r"\hat y")
DEFINITIONS = unfold(normalised, variance, mean)
first, second = normalised(a, b), normalised(b, a)
alone = (a - a) / sqrt((a - a) ** 2 + e)

NEAR_MISSES = {
    "the unbiased variance": Identity((a - mean(a, b)) ** 2 / (2 * variance(a, b)), number(1)),
    "the first is always +1": Identity(first, number(1)),
    "with eps > 0 the derivative vanishes as well": Identity(
        derivative((a - mean(a, b)) / sqrt(variance(a, b) + e), a), zero()
    ),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part(
            "the first sample is a sign", Identity(first**2, number(1)), start(first**2).equals(number(1), DEFINITIONS)
        ),
        Part("the second is its opposite", Identity(second, -first), start(second).equals(-first, DEFINITIONS)),
        Part(
            "own derivative",
            Identity(derivative(first, a), zero()),
            start(derivative(first, a)).equals(0, DEFINITIONS, DIFFERENTIATE),
        ),
        Part(
            "cross derivative",
            Identity(derivative(first, b), zero()),
            start(derivative(first, b)).equals(0, DEFINITIONS, DIFFERENTIATE),
        ),
        Part("a batch of one", Identity(alone, zero()), start(alone).equals(zero(), ALGEBRA)),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(DISTINCT,),
    sources=(Source("ioffe2015", "Section 3"),),
    meanings={"a": "the one sample", "b": "the other sample", "e": "what is added to the variance"},
)

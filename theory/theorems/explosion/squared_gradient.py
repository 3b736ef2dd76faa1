r"""What a random gradient becomes behind an activation and batch normalisation, in the mean square.

    E|A h|^2 = tr(A'A) = (1 - 2/m) d'd - |d o yhat|^2/m + (1'd)^2/m^2 + (yhat'd)^2/m^2,  A = P Diag(d) G

Here d = phi'(yhat), G = I - 11'/m centres the white noise h, and P/sigma is the Jacobian of the normalisation. The
mean of the right side over exchangeable samples is that of `explosion.numerator`.
"""

from theory import Identity, Source, Theorem, diag, eye, hadamard, start, trace, unfold, vector, zero
from theory.definitions.batch_norm import NORMALISED, NOT_CONSTANT, m, normalised, one, projection, y

d = vector("d", m)
yhat, P = normalised(y, zero()), projection(y, zero())
D, G = diag(d), eye(m) - one @ one.T / m
A = P @ D @ G

TRACE = trace(A.T @ A)
SUM = (
    (1 - 2 / m) * (d.T @ d)
    - hadamard(d, yhat).T @ hadamard(d, yhat) / m
    + (one.T @ d) ** 2 / m**2
    + (yhat.T @ d) ** 2 / m**2
)

NEAR_MISSES = {
    "1 - 1/m for 1 - 2/m": Identity(TRACE, SUM + (d.T @ d) / m),
    "the variance is held fixed": Identity(TRACE, (1 - 2 / m) * (d.T @ d) + (one.T @ d) ** 2 / m**2),
}

THEOREM = Theorem(
    __name__,
    Identity(TRACE, SUM),
    start(TRACE).equals(SUM, unfold(projection, *NORMALISED)),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("yang2019", "Section 3"),),
    meanings={"d": "the slopes of the activation"},
)

r"""What one layer makes of the squared gradient, given its batch.

    E[h h'] = I:  E|P Diag(d) G h/sigma|^2 = (m/r^2) tr(A'A),  A = P Diag(d) G,  r = |y - mu 1|;  E|G h|^2 = m - 1

h is noise and G = I - 11'/m centres it, as does every normalisation on the way back: 1'P = 0. d = phi'(yhat) is the
slope of the activation and P/sigma the Jacobian of the normalisation. A second moment of exchangeable samples whose
rows sum to 0 is a multiple of G: over random batches that do not depend on h, what goes out is noise as it came in.
"""

from theory import E, Identity, NearMiss, Part, Source, Theorem, eye, number, real, start, trace, unfold, zero
from theory.definitions.batch_norm import NOT_CONSTANT, deviation, m, mean, normalised, one, projection, variance, y
from theory.theorems.explosion import squared_gradient, white_noise
from theory.theorems.explosion.squared_gradient import SUM, TRACE, D, G, P
from theory.theorems.explosion.white_noise import WHITE, A, h

sigma, b = deviation(y, zero()), real("b")
BACK = P @ D @ G / sigma
INCOMING, OUTGOING = E((G @ h).T @ (G @ h)), E((BACK @ h).T @ (BACK @ h))
centred = y - mean(y) * one
RADIUS = centred.T @ centred
MOMENT = (-(m - 1) * b - b) * eye(m) + b * (one @ one.T)  # a = -(m - 1) b on the diagonal: its rows sum to 0

NEAR_MISSES = {
    "sigma for its square": Identity(OUTGOING, SUM / sigma),
    "r for its square": Identity(OUTGOING, SUM / RADIUS),
    "the noise is not centred": Identity(INCOMING, m),
    "a correlated noise": NearMiss(Identity(INCOMING, m - number(1)), without=(WHITE,)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part(
            "going out",
            Identity(OUTGOING, m * SUM / RADIUS),
            start(OUTGOING)
            .equals(trace(BACK.T @ BACK), white_noise.THEOREM.at({A: BACK}))
            .equals(m * TRACE / RADIUS, unfold(deviation, variance))
            .equals(m * SUM / RADIUS, squared_gradient.THEOREM),
        ),
        Part(
            "coming in",
            Identity(INCOMING, m - number(1)),
            start(INCOMING).equals(trace(G.T @ G), white_noise.THEOREM.at({A: G})).equals(m - number(1)),
        ),
        Part(
            "centred",
            Identity(one.T @ BACK, zero(1, m)),
            start(one.T @ BACK).equals(zero(1, m), unfold(projection, normalised, mean)),
        ),
        Part("noise again", Identity(MOMENT, -m * b * G), start(MOMENT).equals(-m * b * G)),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT, WHITE),
    sources=(Source("yang2019", "Section 3"),),
    meanings={
        "b": "the entries of a second moment off its diagonal",
        "d": "the slopes of the activation",
        "h": "the noise that comes back",
    },
)

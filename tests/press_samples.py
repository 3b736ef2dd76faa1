"""Three small theorems with made-up observations, so that typesetting is tested apart from proving."""

from __future__ import annotations

import json
from fractions import Fraction

from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    LINEARITY,
    Bound,
    E,
    Identity,
    NearMiss,
    Part,
    Source,
    Theorem,
    at_most,
    derivative,
    eye,
    gap,
    gradient,
    norm,
    norm_in,
    positive,
    sqrt,
    start,
    surplus,
    unfold,
)
from theory.definitions.bn_unit import (
    CENTRED,
    SECOND_MOMENT,
    S,
    batch_mean,
    batch_variance,
    bn_unit,
    d,
    gamma,
    phi,
    w,
    x,
)
from verify.proof import kernel, observations
from verify.results.records import NearMissResult, TheoremResult

q = w.T @ S @ w
z = gamma * (x.T @ w) / norm_in(w, S)
a, L = positive("a"), positive("L_S")
flagship_right = E(phi(z))
spread = at_most(S, L * eye(d), note="the largest eigenvalue of S")

centred_dot = x.T @ w - batch_mean(w)

FLAGSHIP = Theorem(
    "samples.flagship",
    claim=Identity(bn_unit(w, gamma, 0), flagship_right),
    derivation=start(bn_unit(w, gamma, 0))
    .equals(E(phi(gamma * centred_dot / sqrt(batch_variance(w)))), unfold(bn_unit))
    .equals(E(phi(gamma * (x.T @ w - E(x.T) @ w) / sqrt(batch_variance(w)))), unfold(batch_mean), LINEARITY)
    .equals(E(phi(gamma * (x.T @ w) / sqrt(batch_variance(w)))), CENTRED)
    .equals(E(phi(gamma * (x.T @ w) / sqrt(E((x.T @ w - E(x.T @ w)) ** 2)))), unfold(batch_mean, batch_variance))
    .equals(E(phi(gamma * (x.T @ w) / sqrt(E((x.T @ w) ** 2)))), LINEARITY, CENTRED)
    .equals(flagship_right, LINEARITY, SECOND_MOMENT),
    near_misses={
        "Euclidean length in place of the S-norm": Identity(bn_unit(w, gamma, 0), E(phi(gamma * (x.T @ w) / norm(w)))),
        "without centring": NearMiss(Identity(bn_unit(w, gamma, 0), flagship_right), without=(CENTRED,)),
    },
    assumptions=(CENTRED, SECOND_MOMENT),
    sources=(Source("kohler2019", "eq. 3-4"), Source("salimans2016", "section 2")),
    docstring="""A batch-normalised unit is a plain unit in other coordinates.

    Length and direction of the weights become separate parameters: the unit depends on w through w/|w|_S alone,
    and gamma sets the length.
    """,
)

v = E(phi.prime(z) * x)
gradient_right = gamma / norm_in(w, S) * (eye(d) - S @ w @ w.T / q) @ v
f = bn_unit(w, gamma, 0)

GRADIENT = Theorem(
    "samples.gradient",
    parts=(
        Part(
            "in w",
            Identity(gradient(f, w), gradient_right),
            start(gradient(f, w))
            .equals(gradient(flagship_right, w), FLAGSHIP)
            .equals(
                E(phi.prime(z) * (gamma / norm_in(w, S) * x - gamma * (x.T @ w) / q ** Fraction(3, 2) * (S @ w))),
                DIFFERENTIATE,
            )
            .equals(gradient_right, LINEARITY),
        ),
        Part(
            "in gamma",
            Identity(derivative(f, gamma), E(phi.prime(z) * (x.T @ w)) / norm_in(w, S)),
            start(derivative(f, gamma))
            .equals(derivative(flagship_right, gamma), FLAGSHIP)
            .equals(E(phi.prime(z) * (x.T @ w)) / norm_in(w, S), DIFFERENTIATE, LINEARITY),
        ),
        Part(
            "at a multiple",
            Identity(gradient(f, w, at=a * w), gradient(f, w) / a),
            start(gradient(f, w, at=a * w))
            .equals(
                gamma / (a * norm_in(w, S)) * (eye(d) - S @ w @ w.T / q) @ v
                + gamma / norm_in(w, S) * (eye(d) - S @ w @ w.T / q) @ v
                - gamma / norm_in(w, S) * (eye(d) - S @ w @ w.T / q) @ v,
                FLAGSHIP.at({w: a * w}),
                DIFFERENTIATE,
            )
            .equals(gradient(f, w) / a, FLAGSHIP, DIFFERENTIATE, ALGEBRA),
        ),
    ),
    near_misses={"the projection is left out": Identity(gradient(f, w), gamma / norm_in(w, S) * v)},
    assumptions=(CENTRED, SECOND_MOMENT),
    sources=(Source("kohler2019", "section 3"),),
    docstring="The gradient of a batch-normalised unit is a projection, 100% orthogonal to w & scaled by 1/|w|_S.\n",
)

BOUND = Theorem(
    "samples.bound",
    claim=Bound(q, L * (w.T @ w)),
    derivation=start(q).at_most(L * (w.T @ w), surplus(w.T @ gap(spread) @ w), spread),
    near_misses={"the constant halved": Bound(q, L * (w.T @ w) / 2)},
    assumptions=(spread,),
    sources=(Source("kohler2019"),),
    docstring="The S-norm is at most sqrt(L_S) times the Euclidean norm",
)

THEOREMS = (FLAGSHIP, GRADIENT, BOUND)
WITNESS = json.dumps(
    {
        "claim": "samples.flagship/without centring",
        "instance": {
            "sizes": {"d": 2},
            "values": {"w": [["1"], ["-3/2"]], "gamma": [["1"]], "S": [["2", "0"], ["0", "1"]]},
            "laws": {"x": {"points": [["1", "0"], ["0", "1"]], "weights": ["1/2", "1/2"]}},
            "functions": {"phi": "square"},
        },
    },
    separators=(",", ":"),
)


def observed(theorem: Theorem, *, broken: bool = False, cached: bool = False) -> tuple[kernel.Evidence, ...]:
    """Evidence for a theorem as the kernel makes it from made-up observations."""
    parts = []
    for part in theorem.parts:
        lines = tuple(
            observations.LineTrace(
                k,
                line.relation,
                not (broken and k == 2),
                ("E_x[x] = 0", "S is symmetric"),
                "the normal forms differ: w <> 0" if broken and k == 2 else "",
            )
            for k, line in enumerate(part.derivation.lines if part.derivation else (), 1)
        )
        parts.append(observations.PartTrace(part.label, True, lines))
    ranges = (("d", "1 to 64"), ("condition number of S", "1 to 1e8"), ("phi", "tanh, sin, erf"))
    points = 1 << 19
    seen: tuple[observations.Observation, ...] = (
        observations.DerivationTrace(tuple(parts)),
        observations.DenseTrace(
            (
                observations.DenseCase("", (("d", 2),), observations.CaseOutcome.EQUAL),
                observations.DenseCase("", (("d", 3),), observations.CaseOutcome.EQUAL),
                observations.DenseCase(
                    "", (("d", 4),), observations.CaseOutcome.UNKNOWN, "the root could not be resolved"
                ),
            )
        ),
        observations.EnclosureTrace(256, 24, 24, 24, 0, ranges=ranges),
        observations.SamplingTrace(
            "float64", "cpu", points, points, 0, 0, 0, 0.21, (9000, 4000, 900, 80, 3), ranges=ranges
        ),
        observations.SamplingTrace("float32", "cpu", points, points, 2, 2, 0, 1.35, (7000, 4100, 1900, 300, 12, 1, 2)),
    )
    return tuple(kernel.establish(o, seconds=0.25, cached=cached) for o in seen)


def result(theorem: Theorem, *, broken: bool = False, cached: bool = False) -> TheoremResult:
    evidence = observed(theorem, broken=broken, cached=cached)
    survivors = ("samples.bound/the constant halved",) if broken else ()
    conclusion = kernel.conclude(evidence, survivors, {})
    misses = tuple(
        NearMissResult(
            f"{theorem.id}/{name}",
            "author",
            "survived" if broken else "refuted",
            None if broken else WITNESS,
            "[0.5000000000 +/- 1e-70]",
            "[0.8123711923 +/- 1e-70]",
        )
        for name, _ in theorem.near_miss_list()
    )
    return TheoremResult(
        theorem,
        conclusion.verdict,
        conclusion.reason,
        evidence,
        misses,
        claim_range="all d, all w != 0, all positive definite S",
        evidence_range="proved for all d; 1,048,576 instances with d in 1..64",
        seconds=1.5,
        kind=theorem.kind,
    )


def results() -> list[TheoremResult]:
    return [result(FLAGSHIP), result(GRADIENT, cached=True), result(BOUND, broken=True)]

"""Batch-norm identities whose proof is timed: they stress the normal form more than any single theorem of the index.

For a batch y in R^m with m symbolic: mu = 1'y/m, s2 = (y - mu 1)'(y - mu 1)/m, sigma = (s2 + eps)^(1/2),
yhat = (y - mu 1)/sigma, and L a loss of gamma yhat + beta 1 with gradient g and Hessian H there. Numbers are those of
the theorem list: S2 is the Jacobian, S6 the corrected Theorem 4.1 of Santurkar et al. 2018, S9 the full Hessian.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from theory import dimension, eye, gradient, hessian, jacobian, ones, positive, real, scalar_field, sqrt, vector
from theory.terms import Term
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal


def _batch(eps: Term | int) -> tuple[Term, ...]:
    m = dimension("m")
    y = vector("y", m)
    one = ones(m)
    centred = y - (one.T @ y) / m * one
    sigma = sqrt(centred.T @ centred / m + eps)
    yhat = centred / sigma
    return m, y, one, sigma, yhat, eye(m) - one @ one.T / m - yhat @ yhat.T / m


def _layer() -> tuple[Term, ...]:
    m, y, one, sigma, yhat, p = _batch(0)
    gamma, beta = real("gamma"), real("beta")
    loss = scalar_field("L", m)  # type: ignore[arg-type]
    z = gamma * yhat + beta * one
    return m, y, one, sigma, yhat, p, gamma, loss(z), loss.gradient(z), loss.hessian(z)


def jacobian_s2() -> tuple[Term, Term]:
    """d yhat / d y = (1/sigma)(I - 11'/m - yhat yhat'/m), with eps > 0."""
    _, y, _, sigma, yhat, p = _batch(positive("eps"))
    return jacobian(yhat, y), p / sigma  # type: ignore[arg-type]


def projector() -> tuple[Term, Term]:
    """P^2 = P at eps = 0."""
    p = _batch(0)[-1]
    return p @ p, p


def gradient_norm_s6() -> tuple[Term, Term]:
    """|dL/dy|^2 = (gamma^2/sigma^2)(|g|^2 - (1'g)^2/m - (g'yhat)^2/m)."""
    m, y, one, sigma, yhat, _, gamma, loss, g, _ = _layer()
    v = gradient(loss, y)  # type: ignore[arg-type]
    return v.T @ v, gamma**2 / sigma**2 * (g.T @ g - (one.T @ g) ** 2 / m - (g.T @ yhat) ** 2 / m)


def hessian_s9() -> tuple[Term, Term]:
    """Hhat = (gamma^2/sigma^2) PHP - (gamma/(m sigma^2)) [Pg yhat' + yhat (Pg)' + (g'yhat) P]."""
    m, y, _, sigma, yhat, p, gamma, loss, g, h = _layer()
    bracket = p @ g @ yhat.T + yhat @ (p @ g).T + (g.T @ yhat) * p
    return hessian(loss, y), gamma**2 / sigma**2 * (p @ h @ p) - gamma / (m * sigma**2) * bracket  # type: ignore[arg-type]


# the seconds are those of the throw-away prototype that showed the plan to be feasible
SUBJECTS: Mapping[str, tuple[Callable[[], tuple[Term, Term]], float]] = {
    "S2 Jacobian": (jacobian_s2, 0.07),
    "S6 gradient norm": (gradient_norm_s6, 0.26),
    "P^2 = P": (projector, 0.05),
    "S9 Hessian": (hessian_s9, 2.4),
}


def prove(subject: Callable[[], tuple[Term, Term]]) -> Answer:
    """Decide an identity from nothing but the definitions."""
    left, right = subject()
    return equal(left, right, Context(differentiate=carry_out))

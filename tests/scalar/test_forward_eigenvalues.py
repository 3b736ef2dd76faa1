"""The eigenvalues of the forward map against the map itself: torch's batch norm and ReLU, differentiated.

The mean over directions is a quadrature on a grid, not a sample: nothing here is random. The integrand jumps where a
coordinate changes sign, so the error of the grids used is of the order of one over the points of an axis.
"""

from __future__ import annotations

import functools
from fractions import Fraction

import pytest
from flint import ctx

from theory.definitions.forward_map import c_star, eigenvalue_l, eigenvalue_m, printed_l, printed_m, q_star, u_star
from theory.definitions.mean_field import B
from theory.terms import Term
from verify.exact.scalar_balls import evaluate, rational

torch = pytest.importorskip("torch")

ERROR = 2e-3  # measured: at most a quarter of it; the printed formulas are off by more than 1
SAMPLES = (4, 5)
V = q_star(B) * c_star(B)


def value(term: Term, samples: int) -> float:
    with ctx.workprec(128):
        return float(evaluate(term, {B: rational(Fraction(samples))}).mid())


@functools.cache
def directions(samples: int) -> torch.Tensor:
    """(samples, points): the unit sphere of the hyperplane, each point with the same weight."""

    def axis(points: int) -> torch.Tensor:
        return (torch.arange(points, dtype=torch.float64) + 0.5) / points

    turn = 2 * torch.pi
    if samples == 4:  # height and longitude
        height, angle = torch.meshgrid(2 * axis(300) - 1, turn * axis(600), indexing="ij")
        ring = (1 - height**2).sqrt()
        sphere = torch.stack((height, ring * angle.cos(), ring * angle.sin()))
    else:  # two circles, whose squared radii add up to 1
        square, first, second = torch.meshgrid(axis(40), turn * axis(80), turn * axis(80), indexing="ij")
        one, other = square.sqrt(), (1 - square).sqrt()
        sphere = torch.stack((one * first.cos(), one * first.sin(), other * second.cos(), other * second.sin()))
    mixed = torch.cos(torch.arange(1.0, samples * samples + 1, dtype=torch.float64) ** 2).reshape(samples, samples)
    mixed[:, 0] = 1
    basis = torch.linalg.qr(mixed).Q[:, 1:]  # of the hyperplane, along no axis of symmetry
    return basis @ sphere.flatten(1)


def layer(change: torch.Tensor, eps: torch.Tensor) -> torch.Tensor:
    """The centred second moments behind batch norm and ReLU of batches of covariance G + eps H + O(eps^2)."""
    points = directions(len(change))
    batch = points + eps / 2 * change @ points
    seen = torch.relu(torch.native_batch_norm(batch, None, None, None, None, True, 0.0, 0.0)[0])
    moments = seen @ seen.T / points.shape[1]
    return centred(moments)


def centred(matrix: torch.Tensor) -> torch.Tensor:
    return matrix - matrix.mean(0, keepdim=True) - matrix.mean(1, keepdim=True) + matrix.mean()


def answer(change: torch.Tensor) -> tuple[float, torch.Tensor]:
    """u of G Sigma G = u G, and by what the layer changes, in units of u."""
    eps = torch.zeros((), dtype=torch.float64, requires_grad=True)
    after = layer(change, eps)
    weights = torch.zeros_like(after, requires_grad=True)
    (weighted,) = torch.autograd.grad((weights * after).sum(), eps, create_graph=True)
    (slope,) = torch.autograd.grad(weighted, weights)  # linear in the weights
    u = float(after.detach().trace()) / (len(change) - 1)
    return u, slope / u


def with_zero_diagonal(samples: int) -> torch.Tensor:
    """Numbers whose rows add up to zero, with zeros on the diagonal: a cycle 0 1 2 3 with signs + - + -."""
    change = torch.zeros(samples, samples, dtype=torch.float64)
    for i, sign in enumerate((1, -1, 1, -1)):
        change[i, (i + 1) % 4] = change[(i + 1) % 4, i] = sign
    return change


def with_weights(samples: int) -> torch.Tensor:
    """G Diag(d) G, with d = 1, 2, ... less its mean."""
    weights = torch.arange(1.0, samples + 1, dtype=torch.float64)
    return centred(torch.diag(weights - weights.mean()))


FAMILIES = {
    "M": (with_zero_diagonal, eigenvalue_m(B, u_star), printed_m(V)),
    "L": (with_weights, eigenvalue_l(B, u_star), printed_l(V)),
}


@pytest.mark.parametrize("samples", SAMPLES)
def test_u_is_the_centred_variance_behind_the_layer(samples):
    u, _ = answer(with_weights(samples))
    assert u == pytest.approx(value(u_star, samples), abs=ERROR / 10)


@pytest.mark.parametrize("samples", SAMPLES)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_change_comes_back_eigenvalue_times(family, samples):
    make, true, printed = FAMILIES[family]
    change = make(samples)
    _, found = answer(change)
    size = float(change.abs().max())
    assert float((found - value(true, samples) * change).abs().max()) < ERROR * size
    assert float((found - value(printed, samples) * change).abs().max()) > size


@pytest.mark.parametrize("samples", SAMPLES)
def test_a_change_of_scale_is_not_seen(samples):
    _, found = answer(centred(torch.eye(samples, dtype=torch.float64)))
    assert float(found.abs().max()) < 1e-12

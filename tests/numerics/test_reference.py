"""Torch references and fields, each against something that shares no code with it."""

from pathlib import Path

import pytest
import torch

from numerics import fields
from numerics.reference import REFERENCES, Surroundings, batch_norm, bn_unit, mean_slope, s_norm


def test_batch_norm_is_that_of_the_layer() -> None:
    generator = torch.Generator().manual_seed(1)
    y = torch.randn(7, 12, dtype=torch.float64, generator=generator)
    gamma, beta = torch.randn(2, 7, dtype=torch.float64, generator=generator)
    layer = torch.nn.BatchNorm1d(7, eps=1e-5, track_running_stats=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(gamma)
        layer.bias.copy_(beta)
        torch.testing.assert_close(batch_norm(y, gamma, beta, eps=1e-5), layer(y.T).T)


def test_batch_norm_without_eps_has_exact_moments() -> None:
    y = torch.randn(3, 5, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    gamma = torch.full((3, 5), 2.0, dtype=torch.float64)
    z = batch_norm(y, gamma, gamma)
    torch.testing.assert_close(z.mean(-1), gamma)
    torch.testing.assert_close(z.var(-1, unbiased=False), gamma**2)


def test_a_constant_batch_without_eps_has_no_value() -> None:
    """torch answers beta; 0/0 has no value. With eps it is beta in truth."""
    y, one = torch.full((2, 4), 3.0), torch.ones(2)
    assert batch_norm(y, one, one).isnan().all()
    assert torch.equal(batch_norm(y, one, one, eps=1e-5), torch.ones(2, 4))


def test_eps_is_one_number() -> None:
    y, one = torch.arange(8.0).reshape(2, 4), torch.ones(2)
    assert torch.equal(batch_norm(y, one, one, torch.tensor([0.5, 0.5])), batch_norm(y, one, one, 0.5))
    with pytest.raises(ValueError, match=r"expected one eps for all instances of a call.*got 0.25 to 0.5"):
        batch_norm(y, one, one, torch.tensor([0.5, 0.25]))
    with pytest.raises(ValueError, match="plain number"):
        batch_norm(y, one, one, torch.ones(2, requires_grad=True))


def test_the_unit_does_not_see_the_length_of_its_weights() -> None:
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(4, 9, 3, dtype=torch.float64, generator=generator)
    w = torch.randn(4, 3, dtype=torch.float64, generator=generator)
    one = torch.ones(4, dtype=torch.float64)
    around = Surroundings({"x": x}, {}, {"phi": torch.tanh})
    torch.testing.assert_close(bn_unit(w, one, one, around), bn_unit(7 * w, one, one, around))


def test_s_norm_needs_a_positive_definite_matrix() -> None:
    s = torch.stack([torch.eye(2), torch.diag(torch.tensor([1.0, -1.0]))])
    length = s_norm(torch.ones(2, 2), Surroundings({}, {"S": s}, {}))
    assert length[0] == pytest.approx(2**0.5)
    assert length[1].isnan()


def test_mean_slope_of_the_square() -> None:
    x = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]], dtype=torch.float64)
    s = torch.einsum("kni,knj->kij", x, x) / 3
    w, gamma = torch.tensor([[2.0, 1.0]], dtype=torch.float64), torch.tensor([3.0], dtype=torch.float64)
    around = Surroundings({"x": x}, {"S": s}, {"phi": torch.square})
    expected = 2 * 3.0 / s_norm(w, around)[:, None] * torch.einsum("kij,kj->ki", s, w)
    torch.testing.assert_close(mean_slope(w, gamma, around), expected)


@pytest.mark.parametrize("name", fields.NAMES)
def test_derivatives_of_fields(name: str) -> None:
    u = torch.randn(6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
    u.requires_grad_()
    (gradient,) = torch.autograd.grad(fields.value(name, u).sum() + 0 * (u**3).sum(), u, create_graph=True)
    rows = [torch.autograd.grad(gradient[:, i].sum(), u, retain_graph=True)[0] for i in range(4)]
    hessian = torch.stack(rows, dim=1)
    torch.testing.assert_close(fields.gradient(name, u), gradient)
    torch.testing.assert_close(fields.hessian(name, u), hessian)


def test_every_reference_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "definitions.md").read_text(encoding="utf-8")
    assert [name for name in REFERENCES if f"`{name}`" not in page] == []

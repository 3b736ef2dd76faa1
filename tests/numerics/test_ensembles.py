"""Random instances: what is said to hold exactly does, and a seed names the same instances."""

import pytest
import torch

from numerics.ensembles import CORNERS, SCALE_EXPONENT, WHITE_POINTS, Conditions, LawSpec, Source, SymbolSpec, draw

SYMBOLS = (
    SymbolSpec("w", (5, 1), frozenset({"nonzero"}), axes=1),
    SymbolSpec("step", (5, 1), axes=1, orthogonal_to="w"),
    SymbolSpec("T", (5, 5), frozenset({"orthogonal", "permutation matrix"}), axes=2),
    SymbolSpec("P", (5, 5), frozenset({"symmetric", "orthogonal projector"}), axes=2),
    SymbolSpec("A", (4, 4), frozenset({"symmetric", "positive definite"}), axes=2),
    SymbolSpec("a", (1, 1), frozenset({"positive"})),
    SymbolSpec("b", (1, 1), frozenset({"negative"})),
    SymbolSpec("g", (1, 1)),
)
LAWS = (LawSpec("x", 5, 12, centred=True), LawSpec("y", 3, 4))


def instances(corner: str, dtype: torch.dtype, seed: int = 3):
    generator = torch.Generator().manual_seed(seed)
    return draw(SYMBOLS, LAWS, Conditions(corner), 200, dtype=dtype, device="cpu", generator=generator)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("corner", sorted(set(CORNERS)))
def test_declared_properties_hold_exactly(corner: str, dtype: torch.dtype) -> None:
    batch = instances(corner, dtype)
    s = batch.symbols
    assert all(torch.isfinite(t).all() for t in (*s.values(), *batch.laws.values()))
    assert (s["w"] != 0).any(-1).all()
    assert torch.equal(s["P"] @ s["P"], s["P"])
    assert torch.equal(s["T"] * s["T"], s["T"])
    assert (s["T"].sum(-1) == 1).all()
    assert (s["T"].sum(-2) == 1).all()
    assert len(s["T"].unique(dim=0)) > 50
    assert torch.equal(s["A"], s["A"].mT)
    assert (torch.linalg.eigvalsh(s["A"].double())[:, 0] > 0).all()
    assert (s["a"] > 0).all()
    assert (s["b"] < 0).all()
    if corner == "vanishing":
        assert (s["g"] == 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("corner", sorted(set(CORNERS)))
def test_centred_laws_sum_to_zero_in_any_order(corner: str, dtype: torch.dtype) -> None:
    points = instances(corner, dtype).laws["x"]
    assert (points.sum(1) == 0).all()
    assert (points.flip(1).sum(1) == 0).all()
    assert (points[:, torch.randperm(12)].cumsum(1)[:, -1] == 0).all()


def test_orthogonal_columns_are_orthogonal_in_exact_arithmetic() -> None:
    from fractions import Fraction

    for dtype in (torch.float32, torch.float64):
        s = instances("generic", dtype).symbols
        for w, step in zip(s["w"][:20].tolist(), s["step"][:20].tolist(), strict=True):
            assert sum(Fraction(a) * Fraction(b) for a, b in zip(w, step, strict=True)) == 0
        assert (s["step"] != 0).any(-1).all()


def test_a_seed_names_the_same_instances() -> None:
    first, second, other = (
        instances("generic", torch.float64),
        instances("generic", torch.float64),
        instances("generic", torch.float64, 4),
    )
    assert all(torch.equal(first.symbols[k], second.symbols[k]) for k in first.symbols)
    assert torch.equal(first.laws["x"], second.laws["x"])
    assert not torch.equal(first.laws["x"], other.laws["x"])


def test_scales_and_condition_numbers_vary() -> None:
    points = instances("generic", torch.float64).laws["x"]
    spectrum = torch.linalg.eigvalsh(points.mT @ points)
    condition = spectrum[:, -1] / spectrum[:, 0]
    assert condition.max() > 1e6
    assert condition.min() < 1e2
    largest = points.abs().flatten(1).amax(1)
    assert largest.max() / largest.min() > 1e4


def test_too_many_points_are_refused() -> None:
    generator = torch.Generator().manual_seed(0)
    with pytest.raises(ValueError, match="at most 64 points, got 65"):
        draw((), (LawSpec("x", 2, 65),), Conditions(), 4, dtype=torch.float32, device="cpu", generator=generator)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("size", [1, 3, 16])
def test_a_white_law_is_white_to_the_last_bit(size: int, dtype: torch.dtype) -> None:
    """Its mean is 0 if that is asked for; otherwise it is 0, a unit vector or neither."""
    for centred in (True, False):
        generator = torch.Generator().manual_seed(5)
        law = LawSpec("e", size, WHITE_POINTS, white=True, centred=centred)
        points = draw((), (law,), Conditions(), 64, dtype=dtype, device="cpu", generator=generator).laws["e"]
        assert torch.equal(points.mT @ points / WHITE_POINTS, torch.eye(size, dtype=dtype).expand(64, size, size))
        means = (points.sum(dim=1) != 0).any(-1)
        assert means.any() == (not centred)
        assert not means.all()
        assert (points[:, :, 0] ** 3).sum(dim=1).any()
        assert not torch.equal(points[0], points[1])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_scale_is_a_power_of_two_and_costs_no_digit(dtype: torch.dtype) -> None:
    scales = Source(4096, dtype, "cpu", torch.Generator().manual_seed(1), "generic").scale()
    mantissas, exponents = torch.frexp(scales)
    assert (mantissas == 0.5).all()
    assert (int(exponents.min()) - 1, int(exponents.max()) - 1) == (-SCALE_EXPONENT[dtype], SCALE_EXPONENT[dtype])

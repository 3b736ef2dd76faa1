"""What `normproof bench --growth` measures, and the page that is made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verify.bench import cost_growth, performance_page, ratios
from verify.bench.cost_growth import CostGrowth

ROOT = Path(__file__).parent.parent
ROW = ratios.Row("a", 0.001, "s", "b", 0.02, 20.0, 10.0)


def committed() -> dict[str, Any]:
    return dict(json.loads((ROOT / "docs" / "performance.json").read_text(encoding="utf-8")))


def test_the_page_is_what_was_measured() -> None:
    assert (ROOT / "docs" / "performance.md").read_text(encoding="utf-8") == performance_page.page(committed())


def test_every_growth_is_on_the_page_and_every_peer() -> None:
    """A row that is measured and not committed, or the other way round, is a page of another program."""
    found = committed()
    assert len(found["growths"]) == 6
    against = {row["against"] for row in found["rows"]}
    assert {"one example per instance", "a loop written by hand", "torch's gradcheck", "a copy"} <= against
    assert {"SymPy in components, d = 2", "mpmath, 25 digits", "searched for"} <= against


@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_the_exponent_is_that_of_the_larger_sizes(power: float) -> None:
    sizes = (1, 2, 4, 8, 16, 32)
    plain = CostGrowth("work", "size", sizes, tuple(size**power for size in sizes))
    assert plain.exponent == pytest.approx(power)
    late = CostGrowth("work", "size", sizes, (1.0, 1.0, *(size**power for size in sizes[2:])))
    assert late.exponent == pytest.approx(power)


def test_what_grows_is_timed_at_each_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work itself in small: each piece runs, and runs as many times as it says."""
    calls: list[int] = []

    def counted(size: int) -> object:
        return lambda: calls.append(size)

    assert cost_growth._seconds(counted(3)) >= 0  # type: ignore[arg-type]
    assert calls == [3] * (1 + cost_growth.CALLS)
    for work, size in (
        (cost_growth._instances, 64), (cost_growth._dimension, 2), (cost_growth._batch, 4), (cost_growth._digits, 5),
        (cost_growth._depth, 2),
    ):  # fmt: skip
        assert work(size)() is not None
    assert all(line.accepted for part in cost_growth._lines(4)().parts for line in part.lines)  # type: ignore[attr-defined]


def test_a_page_without_growth_says_nothing_of_it_and_a_missed_goal_is_said() -> None:
    slow = ratios.Row("slow", 1.0, "s", "b", 1.0, 1.0, 10.0)
    page = performance_page.page(ratios.document([ROW, slow]))
    assert performance_page.GROWTH not in page
    assert "| a | b | 20.00 | 10 | met |" in page
    assert "| slow | b | 1.00 | 10 | missed |" in page
    grown = cost_growth.as_rows([CostGrowth("work", "lines", (10, 20), (1.0, 2.0))])
    assert "| work | lines | 10 | 20 | 2.0 | 1.00 |" in performance_page.page(ratios.document([ROW], grown))

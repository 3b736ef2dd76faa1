"""While a rule looks, torch computes with one thread, and afterwards with as many as the caller had."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest
import torch

from numerics.threads import one_thread
from theory.theorems.decoupling.gradient_split import THEOREM
from verify.rules import sampling, statistics
from verify.settings import Budget, Settings


@pytest.fixture(autouse=True)
def _two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_one_and_then_as_many_as_before() -> None:
    with one_thread():
        assert torch.get_num_threads() == 1
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test_what_fails_gives_them_back() -> None:
    with pytest.raises(ZeroDivisionError), one_thread():
        raise ZeroDivisionError
    assert torch.get_num_threads() == 2


def test_a_rule_looks_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(sampling, "_sample", lambda *_: seen.append(torch.get_num_threads()) or "")
    sampling.observe(THEOREM, Settings(Budget.QUICK), "float64")
    assert set(seen) == {1}
    assert torch.get_num_threads() == 2


def test_an_experiment_is_measured_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(statistics, "run", lambda *_, **__: seen.append(torch.get_num_threads()) or [])
    statistics._trace((), Fraction(1, 100), 1, Settings(Budget.QUICK), None, lambda _: None)
    assert seen == [1]
    assert torch.get_num_threads() == 2

"""The bench's proofs prove what they say, and only that; its rows know whether they meet their goals."""

from __future__ import annotations

import json

import pytest

from theory import sqrt
from theory.terms import Symbol
from verify.bench import ratios as bench
from verify.bench.hardest_proofs import SUBJECTS, gradient_norm_s6, hessian_s9, jacobian_s2, projector, prove
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal


@pytest.mark.parametrize("name", SUBJECTS)
def test_subjects_are_proved(name: str) -> None:
    assert prove(SUBJECTS[name][0]) is Answer.EQUAL


@pytest.mark.parametrize("subject", [jacobian_s2, gradient_norm_s6, projector, hessian_s9])
def test_subjects_with_a_wrong_factor_are_not(subject) -> None:  # type: ignore[no-untyped-def]
    left, right = subject()
    assert equal(left, 2 * right, Context(differentiate=carry_out)) is not Answer.EQUAL
    assert equal(left, -right, Context(differentiate=carry_out)) is not Answer.EQUAL
    m = next(s for s in _symbols(right) if s.name == "m")
    assert equal(left, right * sqrt(m), Context(differentiate=carry_out)) is not Answer.EQUAL


def _symbols(term) -> frozenset[Symbol]:  # type: ignore[no-untyped-def]
    from theory.terms.rewrite import free_symbols

    return free_symbols(term)


def test_rows() -> None:
    good = bench.Row("a", 0.001, "s", "b", 0.02, 20.0, 10.0)
    slow = bench.Row("a", 0.01, "s", "b", 0.02, 2.0, 10.0)
    unproved = bench.Row("a", 0.001, "s", "b", 0.02, 20.0, 10.0, "not proved")
    assert [row.met for row in (good, slow)] == [True, False]
    assert bench.exit_code([good, slow]) == 0  # speed is no verdict
    assert bench.exit_code([good, unproved]) == 2
    assert json.loads(json.dumps(bench.document([good])))["rows"][0]["met"] is True

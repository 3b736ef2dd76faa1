"""What is computed once: steps that two sides share, analyses whose tensors stand, slots that are spent."""

from __future__ import annotations

import platform

import pytest
import torch

from theory import eye, symmetric, vector
from theory.definitions.batch_norm import NOT_CONSTANT, m, variance, y
from theory.terms.rewrite import unfold
from verify.floating.memory import keep_freed_memory
from verify.floating.remembering import Findings, unfolded
from verify.floating.tolerance import analyse, analyse_together, as_double, bound_of, bounds_of
from verify.floating.torch_compile import compile_term, compile_together
from verify.floating.torch_run import Inputs, contraction, run, run_slots


def batch(**symbols):
    return Inputs({"m": 4, "d": 4}, symbols, {}, {}, torch.float32, "cpu")


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_two_terms_compiled_together_have_the_values_that_they_have_alone():
    terms = [variance(y), y.T @ y / m]
    inputs = batch(y=drawn(8, 4))
    for term, program in zip(terms, compile_together([unfold(t) for t in terms], "symbols"), strict=True):
        alone = compile_term(unfold(term), "symbols")
        assert torch.equal(run(program, inputs), run(alone, inputs))
        assert torch.equal(run(program, inputs), run_slots(program, inputs)[program.result])
        assert len(program.steps) > len(alone.steps) or term is terms[0]


def test_analyses_made_together_are_those_made_alone():
    terms = [variance(y), y.T @ y / m]
    inputs = as_double(batch(y=drawn(8, 4)))
    programs = compile_together([unfold(t) for t in terms], "symbols")
    both, bounds = (find(programs, inputs, {}, torch.float32) for find in (analyse_together, bounds_of))
    for term, found, bound in zip(terms, both, bounds, strict=True):
        alone = analyse(unfolded(term), inputs, {}, torch.float32)
        assert all(torch.equal(a, b) for a, b in zip(found, alone, strict=True))
        assert all(torch.equal(a, b) for a, b in zip(bound, (alone[0], alone[2]), strict=True))


def test_an_analysis_is_kept_while_its_tensors_stand_and_made_again_when_one_does_not():
    findings, s_0 = Findings(), NOT_CONSTANT.left
    inputs = batch(y=drawn(8, 4), s_0=torch.ones(8))
    first = findings.bound(variance(y), inputs, {})
    other = batch(y=inputs.symbols["y"], s_0=torch.zeros(8))
    assert findings.bound(variance(y), other, {}) is first
    assert float(findings.bound(s_0, inputs, {})[0].sum()) == 8
    assert float(findings.bound(s_0, other, {})[0].sum()) == 0
    moved = batch(y=drawn(8, 4, seed=1), s_0=torch.ones(8))
    again = findings.bound(variance(y), moved, {})
    fresh = bound_of(unfolded(variance(y)), as_double(moved), {}, torch.float32)
    assert torch.equal(again[0], fresh[0])
    assert not torch.equal(again[0], first[0])
    assert float(findings.bound(variance(y), moved, {"y": torch.ones(8, 4).double()})[1].min()) > float(again[1].min())


def test_a_spectrum_lies_within_its_slack_also_of_one_by_one():
    matrix, wide = symmetric("A", m), drawn(8, 4, 4).double()
    wide = (wide + wide.mT) / 2
    found, slack = Findings().spectrum(matrix + eye(m), batch(A=wide.float()), {})
    off = (found - torch.linalg.eigvalsh(wide.float().double() + torch.eye(4))).abs()
    assert bool((off <= slack[:, None]).all())
    v = vector("v", m)
    values, slack = Findings().spectrum(v.T @ v, batch(v=drawn(8, 4)), {})
    assert values.shape == (8, 1)
    assert bool((slack > 0).all())


EQUATIONS = {
    "k,ki->ki": ((5,), (5, 3)),
    "ki,ki->k": ((5, 3), (1, 3)),
    "kA,kAi->kAi": ((5, 2), (1, 2, 3)),
    "kr,kc->krc": ((5, 3), (1, 4)),
    "kAi,kBi->kABi": ((5, 2, 3), (5, 4, 3)),
    "kri,ki->kr": ((5, 2, 3), (5, 3)),
}


@pytest.mark.parametrize("equation", EQUATIONS)
def test_a_contraction_is_the_einsum(equation):
    from verify.floating.torch_compile import Contraction

    a, b = (drawn(*shape, seed=i).double() for i, shape in enumerate(EQUATIONS[equation]))
    found = contraction(Contraction(equation), a, b, batch())
    torch.testing.assert_close(found, torch.einsum(equation, a, b), rtol=1e-13, atol=1e-13)


def test_memory_is_kept_where_the_c_library_is_of_gnu():
    assert keep_freed_memory() is (platform.libc_ver()[0] == "glibc")

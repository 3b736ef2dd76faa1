"""The line checker's yes: derivations of the catalogue are accepted, each line with the reasons that it really used."""

from __future__ import annotations

import pytest

from theory.theorems.decoupling import (
    euclidean_gradient_bound,
    gradient,
    gradient_bound,
    gradient_split,
    homogeneous_derivatives,
    length_and_direction,
    s_norm,
    scale_invariance,
    weight_normalisation,
)
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_matrices import observe

MODULES = (
    scale_invariance,
    gradient,
    gradient_bound,
    euclidean_gradient_bound,
    gradient_split,
    homogeneous_derivatives,
    length_and_direction,
    s_norm,
    weight_normalisation,
)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.split(".")[-1])
def test_it_is_accepted(module):
    evidence = establish(observe(module.THEOREM))
    assert evidence.verdict is Verdict.PROVED, evidence.reason


def test_a_line_names_what_it_used():
    lines = observe(gradient_bound.THEOREM).parts[1].lines
    assert [(line.number, line.relation) for line in lines] == list(enumerate(["=", "=", "<=", "<=", "<="], 1))
    assert {"E_x[x x'] = S", "E_x[x] = 0", "decoupling.gradient", "w != 0"} <= set(lines[0].used)
    assert lines[2].used == ("S positive definite", "w != 0")  # the S-norm is a root of what is shown positive
    assert lines[4].used == ("S positive definite", "w != 0", "|phi'| <= Phi")

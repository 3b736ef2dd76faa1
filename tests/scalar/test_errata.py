"""Printed statements on rates: refuted by a certified point, and what is true about rates is not."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from theory.calculus import activation, real, sqrt
from theory.calculus import terms as t
from theory.calculus.latex import latex
from theory.calculus.rewrite import functions_in, substitute
from theory.calculus.text import text
from theory.claims import Below, Bound, Identity, at_most
from theory.definitions.mean_field import B
from theory.erratum import Saying
from theory.scalar import growth_rate, oo, pi
from theory.scalar.erratum import ScalarErratum
from theory.scalar.ranges import whole_at_least
from theory.theorem import NearMiss, Source, TheoremError
from theory.theorems.explosion import identity_rate
from verify import loader, runner
from verify.adversary.replaying import WitnessError, replay
from verify.command import cli
from verify.kernel import Verdict, establish
from verify.press.wording import expression_tex, function_tex
from verify.rates.rate import rate
from verify.rules import scalar_misprint
from verify.rules.scalar_lines import check_line
from verify.settings import Budget, Settings
from verify.store import Store

QUICK = Settings(budget=Budget.QUICK, seed=3)
phi, C = activation("phi"), real("C")
DECREASES = Below(growth_rate(phi, C), growth_rate(phi, B))
LARGER = at_most(B + 1, C, "a larger batch")


def planted(claim=DECREASES, **changes) -> ScalarErratum:
    given = {
        "assumptions": (LARGER,),
        "ranges": (whole_at_least(B, 4), whole_at_least(C, 4)),
        "suspects": {"phi": ("id", "relu", "tanh")},
        "why": "It is not wrong.",
        "truth": identity_rate.THEOREM,
        "sources": (Source("yang2019"),),
        "docstring": "A claim planted among the errata.",
    }
    return ScalarErratum("theory.errata.planted", claim, **{**given, **changes})


def found(erratum: ScalarErratum):
    return establish(scalar_misprint.observe(erratum, QUICK))


# ---- the three that ship ------------------------------------------------------------------------------------
def test_the_norm_grows_by_the_root():
    erratum = loader.find("errata.rate-of-the-norm")
    again = replay(found(erratum).witness, lambda name: erratum)
    assert again.left.startswith("[1.21117389")
    assert again.right.startswith("[1.46694220")
    assert str(again.instance) == ""


def test_linear_networks_show_that_the_batch_matters():
    erratum = loader.find("errata.rate-independent-of-the-batch")
    again = replay(found(erratum).witness, lambda name: erratum)
    assert str(again.instance) == "B = 4, C = 5, phi = id"
    assert (again.left, again.right) == ("2", "3/2")


def test_a_steep_activation_has_a_rate_that_grows_with_the_batch():
    erratum = loader.find("errata.rate-decreases-for-every-activation")
    again = replay(found(erratum).witness, lambda name: erratum)
    assert {k: v[0][0] for k, v in again.instance.values.items()} == {"B": 6, "C": 7}
    [steep] = erratum.suspects["phi"]
    assert rate(steep, 7, 8).value > rate(steep, 6, 8).value
    assert rate(steep, 5, 8).exact == Fraction(3, 2)
    assert rate(steep, 128, 8).shown().startswith("2.2015")


# ---- what is true is not refuted ----------------------------------------------------------------------------
def test_a_true_claim_is_not_refuted():
    assert found(planted()).verdict is Verdict.UNDECIDED  # < is certain at every point, but there are equal rates? no

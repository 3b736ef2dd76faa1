"""Theorem files written for version 0.1 still run, with the same objects, and are told the new line once."""

from __future__ import annotations

import importlib
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from theory import Erratum, Identity, Numbers, Source, Theorem, between, former, real

OLD = """
from theory.calculus import E, dimension, terms
from theory.calculus.terms import Symbol
from theory.claims import Identity
from theory.derivation import start
from theory.scalar import exp
from theory.theorem import Theorem
import theory
assert (Identity, start, exp, Theorem) == (theory.Identity, theory.start, theory.exp, theory.Theorem)
assert terms.Symbol is Symbol is theory.terms.Symbol
"""


@pytest.mark.parametrize("name", former.NOW)
def test_a_former_name_has_the_objects_of_the_present_one(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", former.FormerName)
        old, now = importlib.import_module(name), importlib.import_module(former.NOW[name])
    for attribute in getattr(now, "__all__", [n for n in vars(now) if not n.startswith("_")]):
        assert getattr(old, attribute) is getattr(now, attribute)


def test_a_scalar_theorem_is_a_theorem_on_numbers() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", former.FormerName)
        kinds = [importlib.import_module(f"theory.scalar.{name}") for name in ("theorem", "erratum")]
    x = real("x")
    ranges, claim, misses = (between(x, 0, 1),), Identity(abs(x), x), {"another": Identity(abs(x), -x)}
    given = {"near_misses": misses, "docstring": "The sign of x."}
    truth = Theorem("user.truth", claim, setting=Numbers(ranges), **given)
    printed = {**given, "why": "It is not wrong.", "truth": truth, "sources": (Source("yang2019"),)}
    assert kinds[0].ScalarTheorem("user.truth", claim, ranges=ranges, **given) == truth
    old = kinds[1].ScalarErratum("user.old", claim, ranges=ranges, **printed)
    assert old == Erratum("user.old", claim, setting=Numbers(ranges), **printed)


def test_the_new_line_is_said_once() -> None:
    root = Path(__file__).parent.parent
    ran = subprocess.run([sys.executable, "-c", OLD], cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.count("FormerName") == 1
    assert "from theory import ..." in ran.stderr


def test_lines_of_theorem_files_may_unfold_all_of_a_module_as_they_could() -> None:
    """Files of others say `unfold(*EVERYTHING)`."""
    from theory.definitions.batch_norm import EVERYTHING, batch_norm, mean
    from theory.definitions.mean_field import EVERY_RELU, correlation

    assert {batch_norm, mean} <= set(EVERYTHING)
    assert correlation in EVERY_RELU

"""Printed statements on rates: refuted by a certified point, and what is true about rates is not."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from theory import (
    Below,
    Bound,
    Erratum,
    Identity,
    NearMiss,
    Numbers,
    Saying,
    Source,
    above,
    activation,
    at_least,
    at_most,
    between,
    dimension,
    growth_rate,
    oo,
    pi,
    positive,
    real,
    sqrt,
    whole_at_least,
)
from theory import terms as t
from theory.definitions.mean_field import B
from theory.statements.theorem import TheoremError
from theory.terms.rewrite import functions_in, substitute
from theory.terms.text import text
from theory.theorems.explosion import forward_eigenvalues, identity_rate
from theory.typeset.formulas import latex
from theory.typeset.ranges import latex_range
from verify.adversary import misprint_on_numbers as scalar_misprint
from verify.adversary.replaying import WitnessError, replay
from verify.command.running import exit_code
from verify.loading import loader
from verify.press.pages.wording import expression_tex, function_tex
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_numbers import check_line
from verify.rates.rate import rate
from verify.results.store import Store
from verify.running import runner
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK, seed=3)
phi, C, y = activation("phi"), real("C"), positive("y")
DECREASES = Below(growth_rate(phi, C), growth_rate(phi, B))
LARGER = at_most(B + 1, C, "a larger batch")


def planted(claim=DECREASES, **changes) -> Erratum:
    given = {
        "assumptions": (LARGER,),
        "ranges": (whole_at_least(B, 4), whole_at_least(C, 4)),
        "suspects": {"phi": ("id", "relu", "tanh")},
        "why": "It is not wrong.",
        "truth": identity_rate.THEOREM,
        "bearing": "none: what is planted is true or of another matter",
        "sources": (Source("yang2019"),),
        "docstring": "A claim planted among the errata.",
    }
    given |= changes
    return Erratum("theory.errata.planted", claim, setting=Numbers(given.pop("ranges")), **given)


def found(erratum: Erratum):
    return establish(scalar_misprint.observe(erratum, QUICK))


# ---- the four that ship ------------------------------------------------------------------------------------
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


def test_a_cubic_has_a_rate_that_grows_with_the_batch():
    erratum = loader.find("errata.rate-decreases-for-every-activation")
    again = replay(found(erratum).witness, lambda name: erratum)
    assert str(again.instance) == "B = 4, C = 5, phi = z^3 - 3*z"
    assert (again.left, again.right) == ("99/26", "18/5")
    assert rate("z^3 - 3*z", 5).exact == Fraction(99, 26)


def test_a_steep_activation_has_a_larger_rate_at_128_than_at_5():
    erratum = loader.find("errata.rate-decreases-for-every-activation")
    name, miss = next(iter(erratum.near_miss_list()))
    again = replay(scalar_misprint.refute(erratum, name, miss, QUICK).witness, lambda name: erratum)
    assert again.instance.functions["phi"].startswith("clip")
    assert (again.left[:7], again.right) == ("[2.2015", "3/2")


def test_a_fixed_point_that_attracts_was_printed_to_repel():
    erratum = loader.find("errata.forward-eigenvalues-with-v")
    again = replay(found(erratum).witness, lambda name: erratum)
    assert str(again.instance) == "B = 4"
    assert (again.left[:9], again.right[:9]) == ("[0.525811", "[2.576384")


def test_the_forward_eigenvalues_as_printed_but_with_u_are_not_refuted():
    for part in forward_eigenvalues.THEOREM.parts:
        assert found(planted(part.claim, assumptions=(), ranges=(whole_at_least(B, 4),), suspects={})).verdict is (
            Verdict.SUPPORTED
        )


# ---- what is true is not refuted ----------------------------------------------------------------------------
def test_a_true_claim_is_not_refuted():
    with Store(None, print) as store:
        results = runner.run([planted(suspects={"phi": ("id", "relu")})], QUICK, store)
    assert results[-1].verdict is Verdict.SUPPORTED
    assert not results[-1].as_expected
    assert exit_code(results) == 1


@pytest.mark.parametrize(
    "claim",
    [
        Identity(growth_rate(phi, B), growth_rate(phi, B) * 1),
        Bound(growth_rate(phi, C), growth_rate(phi, B)),
        Below(sqrt(growth_rate(phi, B)), growth_rate(phi, B)),
    ],
)
def test_no_point_speaks_against_what_is_true(claim):
    both = claim.relation == "<=" or claim.left != claim.right
    erratum = planted(claim, assumptions=(LARGER,) if both and claim.relation == "<=" else ())
    assert found(erratum).verdict is not Verdict.REFUTED


def test_an_activation_without_a_rate_refutes_nothing():
    for constant in ("0*z + 3", "exp(z^2)", "1/z", "__import__"):
        near = NearMiss(Below(growth_rate(phi, oo), growth_rate(phi, oo)), (LARGER,))
        erratum = planted(suspects={"phi": (constant,)})
        assert scalar_misprint.refute(erratum, "never", near, QUICK).verdict == "survived"


def witness(functions=None, **values) -> str:
    instance = {"values": {k: [[v]] for k, v in values.items()}, "functions": functions or {"phi": "id"}}
    return json.dumps({"claim": "errata.planted", "instance": instance})


@pytest.mark.parametrize(
    ("text_of", "complaint"),
    [
        (witness(B="5", C="4"), "a larger batch"),
        (witness(B="5", C="11/2"), "outside the domain"),
        (witness(B="3", C="4"), "outside the domain"),
        (witness(B="5"), "no number for C"),
        (witness(B="5", C="6", functions={"psi": "id"}), "an expression in z"),
        (witness(B="5", C="6", D="7"), "an expression in z"),
        (witness(B="5", C="6", functions={"phi": "__import__('os')"}), "undefined"),
        (witness(B="5", C="2000000"), "undefined"),
    ],
)
def test_a_witness_that_is_no_instance_is_refused(text_of, complaint):
    with pytest.raises(WitnessError, match=complaint):
        replay(text_of, lambda name: planted())


def test_a_point_where_the_claim_holds_replays_as_agreement():
    assert replay(witness(B="5", C="6"), lambda name: planted()).outcome == "agree"


@pytest.mark.parametrize(
    "changes",
    [
        {"suspects": {}},
        {"suspects": {"phi": ()}},
        {"suspects": {"phi": ("id",), "psi": ("id",)}},
        {"says": Saying.COMPUTED, "dtype": "float32"},
        {"why": ""},
        {"truth": None},
    ],
)
def test_an_erratum_that_lacks_something_is_refused(changes):
    with pytest.raises(TheoremError, match="Remedy"):
        planted(**changes)


@pytest.mark.parametrize("ranges", [(between(y, -1, 1),), (above(y, 0), at_least(y, 2)), (whole_at_least(y, 0),)])
def test_a_range_is_stated_once_and_not_widened(ranges):
    """|y| = y for a positive y is true: no range may let it be refuted at y = -1."""
    with pytest.raises(TheoremError, match="wider than its declaration"):
        planted(Identity(abs(y), y), assumptions=(), ranges=ranges, suspects={})
    narrowed = planted(Identity(abs(y), y), assumptions=(), ranges=(between(y, 1, 2),), suspects={})
    assert narrowed.domain == {y: between(y, 1, 2)}
    assert found(narrowed).verdict is not Verdict.REFUTED


@pytest.mark.parametrize("symbol", [dimension("m"), real("u", nonzero=True)])
def test_every_symbol_of_an_erratum_has_an_interval(symbol):
    with pytest.raises(TheoremError, match=r"Remedy: .*real"):
        planted(Identity(symbol + 0 * B, 2 * symbol), assumptions=(), ranges=(), suspects={})


# ---- the term -----------------------------------------------------------------------------------------------
def test_a_growth_rate_prints_and_takes_a_batch():
    term = growth_rate(phi, B)
    assert text(term) == "lambda(phi, B)"
    assert latex(term) == r"\lambda_{\phi}(B)"
    assert functions_in(term) == {phi}
    assert substitute(term, {B: t.as_term(8)}) == growth_rate(phi, 8)
    assert growth_rate(phi, 8) != growth_rate(activation("psi"), 8)
    with pytest.raises(t.CalculusError, match="Remedy"):
        t.GrowthRate("relu", t.as_term(8))


def test_no_line_of_a_derivation_knows_a_growth_rate():
    from theory import ALGEBRA, start
    from theory.theorems.explosion import relu_limit

    line = start(growth_rate(phi, 8)).equals(growth_rate(phi, 8) * 1, ALGEBRA).lines[0]
    assert not check_line(relu_limit.THEOREM, 1, growth_rate(phi, 8), line).accepted


@pytest.mark.parametrize("batch", [B + Fraction(1, 2), pi, 1 - B, 1 / (B - 4), t.as_term(3), t.as_term(Fraction(9, 2))])
def test_only_a_batch_size_has_a_rate(batch):
    near = NearMiss(Below(growth_rate(phi, batch), growth_rate(phi, 5)), (LARGER,))
    assert scalar_misprint.refute(planted(), "never", near, QUICK).verdict == "survived"


def test_whole_ranges_say_so():
    found = whole_at_least(B, 4)
    assert str(found) == "every whole B >= 4"
    assert latex_range(found) == r"B \ge 4 \text{ whole}"
    assert found.contains(Fraction(4))
    assert not found.contains(Fraction(9, 2))
    assert not found.contains(Fraction(3))


def test_expressions_become_formulas():
    assert expression_tex("2*z**3 + tanh(z)") == r"2\,z^{3}+\operatorname{tanh}(z)"
    assert function_tex("f", "relu") == r"f = \mathrm{relu}"
    assert "_" not in expression_tex("leaky_relu(z)")

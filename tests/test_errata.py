"""Every erratum must come out refuted, by what a reader can check; and what is true must not."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from fractions import Fraction

import files
import pytest

from theory import ALGEBRA, Erratum, Identity, Numbers, Part, Saying, Source, start, unfold
from theory.definitions.batch_norm import m, mean, one, variance, y
from theory.statements.theorem import TheoremError
from theory.theorems.smoothness import mean_square
from verify.adversary import misprint_on_matrices as misprint
from verify.adversary import misprint_on_numbers as scalar_misprint
from verify.adversary.attack import refute
from verify.adversary.replaying import WitnessError, replay
from verify.command.running import exit_code
from verify.exact.rounded import FORMATS, nearest
from verify.loading import loader
from verify.loading.bibliography import references
from verify.press.pages import build, docket
from verify.press.printers import html, latex, latex_page, markdown, pdf
from verify.proof import lines_on_matrices as derivation
from verify.proof.kernel import Verdict, conclude, conclude_denial, establish
from verify.proof.observations import EnclosureTrace, RoundedStep, RoundingTrace
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.rules import enclosure, rounding
from verify.running import runner
from verify.running.sides import both_sides
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK, seed=3)
ERRATA = {e.id: e for e in loader.load(["errata"])}
PRINTED = {name: e for name, e in ERRATA.items() if e.says is not Saying.DIFFER}
BATCHES = {name: e for name, e in PRINTED.items() if not isinstance(e.setting, Numbers)}
DENIED = {name: e for name, e in ERRATA.items() if e.says is Saying.DIFFER}


@functools.cache
def evidence(erratum: Erratum):
    rule = misprint if erratum.says is Saying.HOLDS else rounding
    rule = scalar_misprint if isinstance(erratum.setting, Numbers) else rule
    return establish(rule.observe(erratum, QUICK))


def alone(erratum: Erratum) -> TheoremResult:
    """An erratum's result without those of the theorems that it uses."""
    found = [evidence(erratum)] if erratum.says is not Saying.DIFFER else [establish(derivation.observe(erratum))]
    conclusion = conclude(found, [], {})
    result = TheoremResult(erratum, conclusion.verdict, conclusion.reason, tuple(found), (), "", "", kind="erratum")
    witness = next((e.witness for e in found if e.witness), None)
    with Store(None, pytest.fail) as store:
        return replace(result, ask_counterexample=lambda: both_sides(erratum, witness, store) if witness else None)


def planted(**changes) -> Erratum:
    given = {
        "claim": Identity(mean_square.VARIANCE, mean_square.DIFFERENCE),
        "why": "It is not wrong.",
        "truth": mean_square.THEOREM,
        "sources": (Source("ioffe2015"),),
        "docstring": "A true claim, planted among the errata.",
    }
    return Erratum("theory.errata.planted", **{**given, **changes})


# ---- every erratum ------------------------------------------------------------------------------------------
def test_there_are_nine():
    assert len(ERRATA) >= 9
    assert len(PRINTED) >= 7
    assert len(DENIED) >= 2


@pytest.mark.parametrize("name", ERRATA)
def test_it_says_what_an_erratum_says(name):
    erratum = ERRATA[name]
    assert 10 <= len(erratum.title) <= 120
    assert erratum.why.endswith(".")
    assert erratum.uses[0] is erratum.true_theorem
    for source in erratum.sources:
        assert source.key in references(), source.key


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed_is_refuted_by_a_witness_that_replays(name):
    found = evidence(PRINTED[name])
    assert found.verdict is Verdict.REFUTED, found.reason
    again = replay(found.witness, ERRATA.__getitem__)
    assert again.outcome == "different"
    assert name not in BATCHES or again.instance.sizes["m"] == 2


@pytest.mark.parametrize("name", BATCHES)
def test_a_reader_can_check_its_numbers(name):
    instance = json.loads(evidence(PRINTED[name]).witness)["instance"]
    entries = [Fraction(e) for rows in instance["values"].values() for row in rows for e in row]
    assert all(abs(e.numerator) < 4096 and e.denominator <= 16 for e in entries), entries


@pytest.mark.parametrize("name", DENIED)
def test_what_is_denied_is_proved(name):
    erratum = DENIED[name]
    proof, points = establish(derivation.observe(erratum)), establish(enclosure.observe(erratum, QUICK))
    assert proof.verdict is Verdict.PROVED, proof.reason
    assert points.verdict is Verdict.SUPPORTED, points.reason
    assert conclude_denial([proof, points], [], {}).verdict is Verdict.REFUTED


@pytest.mark.parametrize("name", [n for n, e in ERRATA.items() if e.near_misses])
def test_its_near_misses_are_refuted(name):
    for label, miss in ERRATA[name].near_miss_list():
        attack = scalar_misprint.refute if isinstance(ERRATA[name].setting, Numbers) else refute
        found = attack(ERRATA[name], label, miss, QUICK)
        assert found.verdict == "refuted", label
        assert replay(found.witness, ERRATA.__getitem__).outcome == "different"


def test_the_counterexample_to_theorem_4_1_is_the_normalised_batch():
    witness = evidence(ERRATA["errata.lipschitz-bound-with-root-m"]).witness
    instance = json.loads(witness)["instance"]
    assert instance["sizes"] == {"m": 2}
    assert instance["functions"] == {"L": "quadratic"}  # L(z) = |z|^2/2 at z = yhat: the gradient is yhat
    assert instance["values"]["gamma"] == [["1"]]
    assert instance["values"]["beta"] == [["0"]]


# ---- what is true is not refuted ----------------------------------------------------------------------------
def test_a_true_claim_among_the_errata_is_not_refuted(tmp_path):
    with Store(None, print) as store:
        results = runner.run([planted()], QUICK, store)
    assert results[-1].kind == "erratum"
    assert results[-1].verdict is not Verdict.REFUTED
    assert not results[-1].as_expected
    assert exit_code(results) == 1


def test_an_accusation_that_is_right_is_not_cleared():
    right = Part("", Identity(one.T @ y, mean(y)), start(one.T @ y).equals(mean(y), unfold(mean)))
    accusation = planted(claim=None, parts=(right,), says=Saying.DIFFER)
    with Store(None, print) as store:
        results = runner.run([accusation], QUICK, store)
    assert results[-1].verdict is Verdict.SUPPORTED
    assert "differ" in results[-1].reason or "refuted" in results[-1].reason
    assert exit_code(results) == 1


def test_an_erratum_rests_on_what_its_proof_cites_not_on_the_truth_beside_it():
    vacuous, term = (
        ERRATA[f"errata.{n}"] for n in ("gradient-check-through-the-sum", "missing-term-in-back-propagation")
    )
    assert [t.id for t in vacuous.uses] == ["smoothness.gradient-orthogonality"]
    assert vacuous.cited == ()
    assert [t.id for t in term.cited] == ["smoothness.back-propagation"]


def test_an_accusation_without_a_proof_is_undecided():
    points = establish(EnclosureTrace(256, 8, 8, 8, 0))
    assert conclude([points], [], {}).verdict is Verdict.SUPPORTED
    assert conclude_denial([points], [], {}).verdict is Verdict.UNDECIDED
    proof = establish(derivation.observe(mean_square.THEOREM))
    assert conclude_denial([proof, points], [], {}).verdict is Verdict.REFUTED
    assert conclude_denial([proof, points], ["a lie"], {}).verdict is Verdict.UNDECIDED
    assert conclude_denial([proof, points], [], {"weak": Verdict.SUPPORTED}).verdict is Verdict.UNDECIDED
    assert conclude_denial([proof], [], {}).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    "changes",
    [
        {"truth": None},
        {"why": " "},
        {"sources": ()},
        {"dtype": "float32"},
        {"says": Saying.COMPUTED},
        {"says": Saying.COMPUTED, "dtype": "float8"},
        {"says": Saying.DIFFER},
        {"derivation": start(mean_square.VARIANCE).equals(mean_square.DIFFERENCE, ALGEBRA)},
    ],
)
def test_an_erratum_that_lacks_something_is_refused(changes):
    with pytest.raises(TheoremError, match="Remedy"):
        planted(**changes)


def test_a_theorem_under_the_name_of_an_erratum_is_refused(tmp_path):
    path = files.write(tmp_path)
    path.write_text(path.read_text().replace("THEOREM = ", "ERRATUM = "))
    with pytest.raises(loader.UserError, match="ERRATUM = Erratum"):
        loader.load([str(path)])


# ---- float32 ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(2**24 + 1), 2**24),
        (Fraction(2**24 + 3), 2**24 + 4),
        (Fraction(1, 3), Fraction(11184811, 2**25)),
        (Fraction(1, 2**150), 0),
        (Fraction(3, 2**150), Fraction(1, 2**148)),
        (Fraction(-(2**24) - 1), -(2**24)),
    ],
)
def test_rounding_to_the_nearest_float_ties_to_even(value, rounded):
    assert nearest(value, FORMATS["float32"]) == rounded


def test_rounding_agrees_with_torch_on_random_rationals():
    torch = pytest.importorskip("torch")
    from random import Random

    rng = Random(1)
    for _ in range(300):
        value = Fraction(rng.randint(-(2**52), 2**52), 2 ** rng.randint(0, 200))
        assert nearest(value, FORMATS["float32"]) == Fraction(torch.tensor(float(value)).to(torch.float32).item())


def test_the_smallest_failing_pair_is_the_smallest():
    erratum = ERRATA["errata.variance-from-mean-squares"]
    trace = rounding.observe(erratum, QUICK)
    assert json.loads(trace.witness)["instance"]["values"]["y"] == [["2896"], ["2897"]]
    torch = pytest.importorskip("torch")
    first = torch.arange(1, 4096, dtype=torch.float32)
    pairs = torch.stack((first, first + 1), dim=1)
    computed = (pairs * pairs).mean(1) - pairs.mean(1) ** 2
    assert int(first[computed <= 0][0]) == 2896


def test_a_step_that_was_executed_otherwise_refutes_nothing():
    good = RoundedStep("1 + 1", "2", "2", "2")
    trace = RoundingTrace("float32", "cpu", (good, RoundedStep("2 + -2", "0", "0", "0")), "1/4", "{}")
    assert establish(trace).verdict is Verdict.REFUTED
    wrong = replace(trace, steps=(replace(good, executed="3"), trace.steps[1]))
    assert establish(wrong).verdict is Verdict.UNDECIDED
    assert establish(replace(trace, steps=(good,))).verdict is Verdict.UNDECIDED
    assert establish(replace(trace, truth="0")).verdict is Verdict.UNDECIDED
    assert establish(replace(trace, witness=None)).verdict is Verdict.UNDECIDED
    assert establish(replace(trace, steps=())).verdict is Verdict.UNDECIDED


def test_a_batch_on_which_float32_is_right_replays_as_agreement():
    witness = evidence(ERRATA["errata.variance-from-mean-squares"]).witness
    right = witness.replace("2896", "2").replace("2897", "3")
    assert replay(right, ERRATA.__getitem__).outcome == "agree"
    with pytest.raises(WitnessError, match="no float32"):
        replay(witness.replace("2896", "1/3"), ERRATA.__getitem__)


def test_a_formula_that_is_right_in_float32_is_not_refuted():
    honest = planted(claim=Identity(mean_square.VARIANCE, variance(y)), says=Saying.COMPUTED, dtype="float32")
    found = establish(rounding.observe(honest, QUICK))
    assert found.verdict is Verdict.UNDECIDED


# ---- how it looks -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["errata.lipschitz-bound-with-root-m", "errata.variance-from-mean-squares"])
def test_the_page_shows_both_statements_and_the_counterexample(name, tmp_path):
    result = alone(ERRATA[name])
    page = (html.write([result], tmp_path).parent / "theorems" / f"{name}.html").read_text(encoding="utf-8")
    for heading in ("Printed", "Why it is wrong", "Smallest counterexample found", "What is true"):
        assert f">{heading}</h" in page
    assert "normproof replay" in page
    assert 'class="tex"' not in page  # every formula could be converted
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Errata docket" in index
    assert name in index


def test_markdown_and_latex_have_the_docket(tmp_path):
    results = [alone(e) for e in ERRATA.values()]
    text = markdown.write(results, tmp_path / "all.md").read_text(encoding="utf-8")
    assert "# Errata docket" in text
    assert text.count("What is true") == len(ERRATA)
    assert r"16779424" in text
    for result in results:
        tex = latex_page.page_tex(build.of(result))
        assert r"\begin{erratum}" in tex
        assert tex.count(r"\begin{proof}") == (len(result.theorem.parts) if result.theorem.id in DENIED else 0)


@pytest.mark.needs("pdflatex")
def test_the_docket_compiles_without_overfull_lines(tmp_path):
    results = [alone(e) for e in ERRATA.values()]
    log = pdf.compile_tex(latex.write(results, tmp_path / "docket.tex"))
    assert pdf.log_problems(log) == []


def test_a_counterexample_is_told_with_its_sides():
    found = docket.failure(alone(ERRATA["errata.weight-gradient-bound-not-homogeneous"]))
    assert (found.left, found.right) == ("0", "-3/4") or Fraction(found.left) > Fraction(found.right)
    assert found.again.shell.startswith("normproof replay '{")


def test_m_is_the_batch_size_of_the_catalogue():
    assert all(m in e.symbols for e in (*BATCHES.values(), *DENIED.values()))

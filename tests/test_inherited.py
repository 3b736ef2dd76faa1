"""Hypotheses that are inherited: said on every page of what stands under them, and no run takes a theorem more."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from rich.console import Console

from tests.press_samples import result
from theory import terms as t
from theory.definitions import mean_field
from theory.statements.experiment import Experiment, Rate, ResidualSlope
from theory.statements.theorem import Theorem, TheoremError
from theory.terms import rewrite
from theory.theorems.decoupling import gradient, s_norm
from theory.theorems.explosion import (
    identity_rate,
    inverse_radius,
    rate,
    relu_fixed_point,
    relu_limit,
    relu_rate,
    sine_rate,
    sphere_moments,
)
from verify.loading import loader
from verify.press.pages import build, hypotheses, prose
from verify.press.printers import html, latex_map, latex_page, latex_snippet, markdown, terminal, terminal_brief
from verify.press.printers import json as jsonout
from verify.press.printers.html import notebook
from verify.results import fingerprint
from verify.running.concluding import rests_on
from verify.settings import Settings

RATES = {mean_field.rate, mean_field.relu_rate, mean_field.relu_rate_in_t, mean_field.leaky_n0, mean_field.leaky_d0}
SAID = "infinite width, so that the batch is Gaussian"


def speaks_of_a_rate(theorem: Theorem) -> bool:
    """Does it claim something of a rate of explosion, or predict one?"""
    if isinstance(theorem, Experiment):
        predicted = (c.predicted for chosen in theorem.comparisons.values() for c in chosen)
        return any(isinstance(value, Rate | ResidualSlope) for value in predicted)
    sides = [side for part in theorem.parts for side in (part.claim.left, part.claim.right)]
    named = any(RATES & rewrite.definitions_in(side) for side in sides)
    return named or any(isinstance(node, t.GrowthRate) for side in sides for node in t.walk(side))


def test_whatever_speaks_of_a_rate_stands_under_what_the_theorem_of_the_rate_assumes() -> None:
    found = [theorem for theorem in loader.load([]) if theorem.kind != "erratum" and speaks_of_a_rate(theorem)]
    assert len(found) > 15
    for theorem in [*found, sine_rate.THEOREM]:
        inherited = {item.theorem for item in hypotheses.inherited(theorem)}
        assert theorem is rate.THEOREM or rate.THEOREM.id in inherited, theorem.id


def test_what_a_text_refers_to_is_inherited() -> None:
    """Or refers to it in its turn, as a lemma does to the theorem that it is for."""
    known = {theorem.id: theorem for theorem in loader.load([]) if theorem.kind != "erratum"}
    for theorem in known.values():
        reached = hypotheses.reached(theorem)
        for name in re.findall(r"`([a-z-]+\.[a-z0-9-]+)`", theorem.docstring):
            other = known.get(name, theorem)
            assumed = [x for x in (other, *hypotheses.reached(other)) if prose.assumed_in_words(x)]
            leans = theorem in hypotheses.reached(other)
            assert leans or {theorem, *reached} >= set(assumed), f"{theorem.id} refers to {name}"


def test_nothing_more_is_run_and_no_verdict_rests_on_it() -> None:
    theorem = relu_rate.THEOREM
    assert theorem.speaks_of == (rate.THEOREM, relu_fixed_point.THEOREM)
    assert rate.THEOREM not in theorem.uses
    assert rate.THEOREM not in rests_on(theorem)
    bare = replace(theorem, speaks_of=())
    assert fingerprint.whole(bare) == fingerprint.whole(theorem)


def test_the_nearest_theorem_is_named_that_it_comes_through() -> None:
    found = {(item.theorem, item.through) for item in hypotheses.inherited(relu_limit.THEOREM)}
    far = (rate.THEOREM, inverse_radius.THEOREM, sphere_moments.THEOREM)
    assert found == {(theorem.id, relu_rate.THEOREM.id) for theorem in far}
    near = {rate.THEOREM.id, relu_fixed_point.THEOREM.id}
    assert {item.through for item in hypotheses.inherited(relu_rate.THEOREM)} == {"", *near}
    assert "explosion.sphere-moments" in {item.theorem for item in hypotheses.inherited(identity_rate.THEOREM)}
    assert hypotheses.inherited(s_norm.THEOREM) == ()
    assert not hypotheses.inherited(loader.find("errata.rate-of-the-norm")), "of what is refuted nothing is assumed"


def test_a_verdict_says_beside_it_whose_hypotheses_it_stands_under() -> None:
    assert hypotheses.underived(gradient.THEOREM).typed == "hypotheses not derived"
    assert hypotheses.underived(s_norm.THEOREM).typed == ""
    assert hypotheses.underived(rate.THEOREM).typed == (
        "hypotheses not derived: its own and those of explosion.inverse-radius"
    )
    assert hypotheses.underived(relu_rate.THEOREM).typed == (
        "hypotheses not derived, inherited from explosion.rate, explosion.inverse-radius and explosion.sphere-moments"
    )


def test_they_are_said_in_every_medium(tmp_path: Path) -> None:
    seen = [result(relu_rate.THEOREM), result(rate.THEOREM)]
    page = build.of(seen[0])
    html.write(seen, tmp_path)
    brief, whole = io.StringIO(), io.StringIO()
    terminal_brief.brief(Console(file=brief, width=400), page)
    terminal.show(Console(file=whole, width=400), page)
    options = latex_snippet.Options()
    texts = {
        "page": (tmp_path / "theorems" / "explosion.relu-rate.html").read_text(encoding="utf-8"),
        "show": brief.getvalue(),
        "show --all": whole.getvalue(),
        "latex": latex_page.page_tex(page),
        "snippet": latex_snippet.snippet(seen[0], seen, frozenset(), options),
        "markdown": markdown.page_text(page, str),
        "notebook": notebook.card(seen[0]),
    }
    for place, text in texts.items():
        assert SAID in " ".join(unescape(text).split()).replace("Infinite", "infinite"), place
        assert "inherited from" in text, place
    index = unescape((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert 'inherited from <a href="theorems/explosion.rate.html">explosion.rate</a>' in index
    assert '<a href="explosion.rate.html">explosion.rate</a>' in texts["page"].partition('id="statement"')[0]
    assert "inherited from explosion.rate" in markdown.write(seen, tmp_path / "a.md").read_text(encoding="utf-8")


def test_programs_are_told_what_is_inherited() -> None:
    seen = [result(relu_rate.THEOREM), result(s_norm.THEOREM)]
    own, other = json.loads(json.dumps(jsonout.document(seen, Settings(), seconds=1.0)))["results"]
    [words] = prose.assumed_in_words(rate.THEOREM)
    assert own["inherited"][0] == {"theorem": "explosion.rate", "through": "", "words": words}
    assert own["speaks_of"] == ["explosion.rate", "explosion.relu-fixed-point"]
    assert "explosion.rate" not in own["uses"]
    assert own["assumed_in_words"] == []
    assert (other["inherited"], other["speaks_of"]) == ([], [])
    entries = latex_map.of(seen, "theorems")["entries"]
    assert {str(entry["inherited"]) for entry in entries if entry["id"] == "explosion.relu-rate"} == {
        str(own["inherited"])
    }


def test_what_it_speaks_of_is_asked_for_as_a_theorem() -> None:
    with pytest.raises(TheoremError, match="speaks_of: expected tuple"):
        replace(relu_rate.THEOREM, speaks_of=rate.THEOREM)


def test_one_hypothesis_that_several_theorems_state_is_listed_once() -> None:
    theorems = [loader.find(name) for name in ("explosion.sphere-moments", "explosion.cubic-moments")]
    found = {item.words.typed: item for item in hypotheses.stated(theorems)}
    [shared] = [item for said, item in found.items() if said.startswith("The direction of a centred")]
    assert set(shared.by) == {theorem.id for theorem in theorems}
    assert shared.under == ()


def test_a_step_that_a_proof_would_have_to_show_is_a_hypothesis_as_well() -> None:
    [step] = hypotheses.own(gradient.THEOREM)
    assert step.typed.startswith("Derivatives may be taken under E")
    assert r"\mathbb{E}" in step.marked
    [found] = hypotheses.stated([gradient.THEOREM])
    assert (found.words, found.by) == (step, ("decoupling.gradient",))

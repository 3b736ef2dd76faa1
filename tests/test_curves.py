"""Curves of experiments on pages: panels, ticks, SVG and TikZ that hold together, and pages that say what diverged."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import Comparison, Experiment, Source, measured
from theory.statements.experiment import BUDGETS
from verify.press.pages import curves
from verify.press.printers import html, latex, markdown, pdf
from verify.press.printers import json as jsonout
from verify.press.printers.html.plots import panel_svg
from verify.press.printers.tikz import tikz
from verify.proof import kernel
from verify.proof.kernel import Verdict
from verify.proof.observations import Series, StatisticsCase, StatisticsTrace
from verify.results.bands import measurement
from verify.results.drawn_lines import Curve
from verify.results.records import NearMissResult, TheoremResult
from verify.settings import Settings

X = (0.0, 10.0, 20.0)


def series() -> tuple[Series, ...]:
    lines = [
        Series(
            f"first; {name}, layer {layer}", "step", "cos(G, G')", X, (1.0, 0.9, shift - layer / 100), (0.0, 0.01, 9.0)
        )
        for name, shift in (("standard", 0.8), ("batch norm", 0.1))
        for layer in range(2, 26)
    ]
    loss = [
        Series(f"first; {name}", "step", "loss", X, (9e4, 7e4, 5e4), (0.0, 1.0, 2.0))
        for name in ("standard", "batch norm")
    ]
    return (
        *loss,
        *lines,
        Series("second; width 64", "depth", "log mean", X, (1.0, 2.0, 3.0), (0.1, 0.1, 0.1), 0.1, 0.01),
    )


def measured_curves(*given: Series) -> tuple[Curve, ...]:
    return measurement(StatisticsTrace(0.01, (), series=given or series())).curves


def result(case: StatisticsCase, expected: Verdict = Verdict.REFUTED) -> TheoremResult:
    comparison = Comparison("one_quantity & another", measured("m"), ">", Fraction(0))
    chosen = dict.fromkeys(BUDGETS, (comparison,))
    theorem = Experiment(
        "samples.experiment",
        comparisons=chosen,
        near_misses={"no_difference": dict.fromkeys(BUDGETS, (replace(comparison, relation="=", margin=Fraction(1)),))},
        margins="none that matter",
        expected=dict.fromkeys(BUDGETS, "refuted"),
        expected_because="a pilot at other seeds said so",
        sources=(Source("santurkar2018", "section 2.2"),),
        docstring="A sample of 100% experiments.\n\nWhat it is about. Source: nobody.",
    )
    evidence = kernel.establish(StatisticsTrace(0.01, (case,), series=series()))
    miss = NearMissResult(
        "samples.experiment/no_difference", "author", "refuted", None, "one_quantity: measured 3 +/- 1", "= 0"
    )
    return TheoremResult(
        theorem,
        evidence.verdict,
        evidence.reason,
        (evidence,),
        (miss,),
        "all",
        "some",
        kind="experiment",
        expected=expected,
    )


AGAINST = StatisticsCase("one_quantity & another", ">", -0.4, 0.01, 0.0, 0.0, 4.0, 5)


# ---- arranging ----------------------------------------------------------------------------------------------
def test_a_figure_a_comparison_a_panel_a_quantity_and_layer() -> None:
    first, second = curves.figures(measured_curves())
    assert (first.label, second.label) == ("first", "second")
    assert first.names == ("standard", "batch norm")
    assert first.left_out == 24 - curves.MOST
    titles = [panel.title for panel in first.panels]
    assert titles[0] == "loss"
    assert titles[1] == "cos(G, G'), layer 2"
    assert titles[-1] == "cos(G, G'), layer 25"
    assert len(titles) == 1 + curves.MOST
    assert all(len(panel.lines) == 2 for panel in first.panels)
    assert len({panel.y_range for panel in first.panels[1:]}) == 1, "layers are compared on one scale"
    assert second.names == ("width 64",)


def test_a_band_is_two_standard_errors() -> None:
    line = curves.figures(measured_curves())[0].panels[0].lines[0]
    assert line.high == (9e4, 7e4 + 2, 5e4 + 4)
    assert line.low == (9e4, 7e4 - 2, 5e4 - 4)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(2, 6))
def test_ticks_are_round_and_within(low: float, width: float, about: int) -> None:
    high = low + width
    found = curves.ticks(low, high, about)
    assert 1 <= len(found) <= 2 * about + 1
    slack = 1e-6 * max(abs(low), abs(high), width)
    assert all(low - slack <= tick <= high + slack for tick in found)
    if len(found) > 1:
        step = found[1] - found[0]
        leading = step / 10 ** math.floor(math.log10(step * (1 + 1e-9)))
        assert min(abs(leading - k) for k in (1, 2, 5, 10)) < 1e-3 * leading * max(1.0, abs(low) / step * 1e-10)


def test_a_constant_curve_and_a_single_point_have_axes() -> None:
    flat = Series("a; b", "step", "loss", (3.0,), (0.0,), (0.0,))
    (figure,) = curves.figures(measured_curves(flat))
    panel = figure.panels[0]
    assert panel.x_range[0] < 3 < panel.x_range[1]
    assert panel.y_range[0] < 0 < panel.y_range[1]
    ElementTree.fromstring(panel_svg(panel, figure))


def test_a_curve_that_two_comparisons_speak_of_is_drawn_once() -> None:
    first, again, other = (
        Series(f"{label}; forward", "layer", "departure", (1.0, 2.0), ys, (0.1, 0.1))
        for label, ys in (("at the inputs", (1.0, 0.5)), ("in the end", (1.0, 0.5)), ("elsewhere", (1.0, 0.4)))
    )
    kept = curves.once(curves.figures(measured_curves(first, again, other)))
    assert [figure.label for figure in kept] == ["at the inputs", "elsewhere"]


# ---- drawing ------------------------------------------------------------------------------------------------
def test_svg_is_well_formed_and_stays_in_its_frame() -> None:
    for figure in curves.figures(measured_curves()):
        for panel in figure.panels:
            picture = ElementTree.fromstring(panel_svg(panel, figure))
            _, _, width, height = map(float, picture.attrib["viewBox"].split())
            assert "from" in picture.attrib["aria-label"]
            for shape in picture:
                for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", shape.attrib.get("points", "")):
                    assert 0 <= float(x) <= width
                    assert 0 <= float(y) <= height


def test_tikz_is_balanced_and_keeps_wild_bands_near() -> None:
    for figure in curves.figures(measured_curves()):
        for panel in figure.panels:
            text = tikz(panel, figure)
            assert text.count("{") == text.count("}")
            points = re.findall(r"\((-?[\d.]+),(-?[\d.]+)\)", text)
            assert points
            assert all(abs(float(v)) < 20 for point in points for v in point)


# ---- pages --------------------------------------------------------------------------------------------------
def test_the_page_says_what_was_measured_and_expected(tmp_path: Path) -> None:
    html.write([result(AGAINST)], tmp_path)
    page = (tmp_path / "theorems" / "samples.experiment.html").read_text()
    assert r'alttext="-0.4 \pm 0.04"' in page
    assert "As expected: a pilot at other seeds said so" in page
    assert page.count('<svg class="plot"') == 2 + curves.MOST
    assert r"one_quantity: measured <math" in page
    assert f"{24 - curves.MOST} more layers" in page


def test_an_unexpected_verdict_gives_no_excuse(tmp_path: Path) -> None:
    html.write([result(AGAINST, Verdict.SUPPORTED)], tmp_path)
    page = (tmp_path / "theorems" / "samples.experiment.html").read_text()
    assert "Expected: supported." in page
    assert "a pilot" not in page


@pytest.mark.parametrize("form", ["html", "markdown", "latex"])
def test_diverged_runs_are_said_in_every_format(form: str, tmp_path: Path) -> None:
    case = replace(AGAINST, diverged=2)
    item = result(case, Verdict.UNDECIDED)
    assert item.verdict is Verdict.UNDECIDED
    if form == "html":
        html.write([item], tmp_path)
        text = (tmp_path / "theorems" / "samples.experiment.html").read_text()
    elif form == "markdown":
        text = markdown.write([item], tmp_path / "one.md").read_text()
    else:
        text = latex.document([item])
    assert "5, and 2 diverged" in text


def test_latex_escapes_what_it_prints() -> None:
    text = latex.document([result(AGAINST)])
    assert r"one\_quantity \& another" in text
    assert r"100\% experiments" in text
    assert text.count(r"\begin{tikzpicture}") == 2 + curves.MOST
    assert "Source: nobody" not in text, "the source is cited once"


@pytest.mark.slow
@pytest.mark.needs("pdflatex")
def test_latex_with_curves_compiles(tmp_path: Path) -> None:
    assert pdf.write([result(AGAINST)], tmp_path / "one.pdf").stat().st_size > 1000


def test_json_holds_every_curve() -> None:
    data = jsonout.document([result(AGAINST)], Settings(), seconds=1.0)
    evidence = data["results"][0]["evidence"][0]
    assert len(evidence["series"]) == len(series())
    assert evidence["cases"][0]["estimate"] == -0.4
    assert evidence["dtype"] == "float32"
    assert data["results"][0]["expected_because"] == "a pilot at other seeds said so"
    assert data["data"] == "digits"

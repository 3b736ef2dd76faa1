"""The plots of gradient explosion: what is drawn is what theory encloses and what a run measured, in every format."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from theory import Rate, ResidualSlope
from verify.loading import loader
from verify.press.pages import curves
from verify.press.pages.curves import Figure, laid_out, panel
from verify.press.printers import html, latex_document, pdf
from verify.press.printers.html.plots import panel_svg
from verify.press.printers.tikz import figure_tex, tikz
from verify.proof import kernel
from verify.proof.observations import Series, StatisticsCase, StatisticsTrace
from verify.rates.named import named
from verify.rates.rate import rate
from verify.results.bands import measurement
from verify.results.drawn_lines import Axes, Kind, Plot, line
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running import explosion_plots, plotting, runner
from verify.running.executors import Outcome
from verify.running.plotting import drawn, growth_rates
from verify.settings import Settings

NOISE = 0.01


def measured(name: str) -> TheoremResult:
    """An experiment's result as if every estimate had come out as predicted, plus one part in a hundred."""
    theorem = loader.find(name)
    cases, series = [], []
    for c in theorem.comparisons["quick"]:
        about = dict(c.measured.settings)
        value = 1.0
        if isinstance(c.predicted, Rate | ResidualSlope):
            value = math.log(float(rate(c.predicted.phi, c.predicted.batch, 8).value.mid()))
        value *= 1 + NOISE
        cases.append(StatisticsCase(c.label, c.relation, value, 0.001, value, 0.1, 4.0, 100))
        if "depths" in about:
            logs = isinstance(c.predicted, ResidualSlope)
            x = tuple(math.log(d) if logs else float(d) for d in about["depths"])
            y = tuple(5.0 + value * at for at in x)
            for width in about["widths"]:
                label = f"{c.label}; width {width}"
                series.append(
                    Series(label, "log depth" if logs else "depth", "log mean", x, y, (0.1,) * len(x), value, 0.1)
                )
    trace = StatisticsTrace(0.001, tuple(cases), ranges=(("budget", "quick"),), series=tuple(series))
    evidence = (kernel.establish(trace),)
    return TheoremResult(theorem, evidence[0].verdict, "", evidence, (), "", "", kind="experiment")


@pytest.fixture(scope="module")
def run() -> list[TheoremResult]:
    return [measured("explosion.gradient-growth"), measured("explosion.residual-growth")]


@pytest.fixture(scope="module")
def rising() -> TheoremResult:
    erratum = loader.find("errata.rate-decreases-for-every-activation")
    return TheoremResult(erratum, kernel.Verdict.REFUTED, "", (), (), "", "", kind="erratum")


def plots(results: list[TheoremResult]) -> tuple[Plot, ...]:
    return drawn(results).of_run


def test_every_named_activation_has_its_panel_with_what_was_measured(run):
    figure = laid_out(plots(run)[0])
    assert [p.title for p in figure.panels] == list(named())
    assert all(p.log_x and p.x_ticks == (4.0, 8.0, 16.0, 32.0, 64.0, 128.0) for p in figure.panels)
    relu = figure.panels[1]
    curve, _, points = relu.lines
    assert curve.y[curve.x.index(8.0)] == pytest.approx(1.788189977, abs=1e-4)
    assert points.kind is Kind.POINTS
    assert points.x == (8.0, 32.0)
    assert points.y[0] == pytest.approx(1.788189977 ** (1 + NOISE), abs=1e-4)
    assert points.low[0] < points.y[0] < points.high[0]
    assert len(figure.panels[2].lines) == 2, "leaky relu was not measured"


def test_no_curve_lies_below_the_least_rate(run):
    for p in laid_out(plots(run)[0]).panels:
        curve, least = p.lines[:2]
        assert all(y >= bound - 1e-4 for y, bound in zip(curve.y, least.y, strict=True)), p.title


def test_plain_and_residual_share_a_panel(run):
    figure = laid_out(plots(run)[-1])
    assert figure.label == "Plain stacks and residual ones"
    assert [p.title.split(":")[0] for p in figure.panels] == ["relu, B = 8", "tanh, B = 8"]
    straight, bent, plain, residual = figure.panels[0].lines
    growth = rate("relu", 8, 10).value
    assert straight.y[10] == pytest.approx(10 * math.log(float(growth.mid())), abs=1e-3)
    product = math.lgamma(8 + float(growth.mid())) - math.lgamma(8) - math.lgamma(1 + float(growth.mid()))
    assert bent.y[7] == pytest.approx(product, abs=1e-3)
    assert plain.y[0] == pytest.approx(straight.y[int(plain.x[0]) - 1])
    assert residual.y[0] == pytest.approx(bent.y[round(residual.x[0]) - 1])


def test_rates_that_rise_are_drawn_with_the_erratum(rising, tmp_path):
    (plot,) = plots([rising])
    cubic, steep = laid_out(plot).panels
    assert max(cubic.lines[0].y) == pytest.approx(4.05)
    assert steep.lines[0].y[1] == 1.5
    assert steep.lines[0].y[-1] == pytest.approx(2.2016, abs=1e-3)
    assert "z^3 - 3*z rises from 3.6 at 4 samples to 4.05 at 7" in plot.words
    html.write([rising], tmp_path, plots=drawn([rising]))
    page = (tmp_path / "theorems" / f"{rising.theorem.id}.html").read_text(encoding="utf-8")
    assert page.count('<svg class="plot"') == 2


def test_a_theorem_on_rates_that_rise_is_drawn_and_one_on_rates_that_fall_is_not():
    increasing, decreasing = (loader.find(f"explosion.rates-{way}") for way in ("increasing", "decreasing"))
    assert explosion_plots.rising(decreasing) == []
    result = TheoremResult(increasing, kernel.Verdict.PROVED, "", (), (), "", "")
    (plot,) = explosion_plots.rates_that_rise(increasing, growth_rates([result]))
    assert [panel.title for panel in laid_out(plot).panels] == list(increasing.functions["phi"])
    assert "z - z^3/6 rises from 1.586 at 8 samples to 1.78 at 128" in plot.words


def test_a_run_without_explosion_has_no_plots(tmp_path):
    theorem = loader.find("smoothness.mean-square")
    result = TheoremResult(theorem, kernel.Verdict.PROVED, "", (), (), "", "")
    assert plots([result]) == ()
    html.write([result], tmp_path)
    assert not (tmp_path / "plots.html").exists()
    assert "plots.html" not in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "section{Plots}" not in latex_document.document([result])


def test_report_and_latex_show_them(run, rising, tmp_path):
    found = drawn([*run, rising])
    html.write([*run, rising], tmp_path, plots=found)
    page = (tmp_path / "plots.html").read_text(encoding="utf-8")
    assert page.count('<svg class="plot"') == 14 + 2 + 2
    assert page.count("aria-label=") >= 18
    assert 'href="plots.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
    tex = latex_document.document([*run, rising], found)
    assert r"\section{Plots}" in tex
    assert "nan" not in tex


@pytest.mark.needs("pdflatex")
def test_the_plots_compile_without_overfull_lines(run, rising, tmp_path):
    pages = [t for plot in plots([*run, rising]) for t in figure_tex(laid_out(plot))]
    main = tmp_path / "plots.tex"
    main.write_text(
        latex_document.PREAMBLE + "\n".join([r"\begin{document}", *pages, r"\end{document}", ""]), encoding="utf-8"
    )
    assert pdf.log_problems(pdf.compile_tex(main)) == []


# ---- how curves are drawn -----------------------------------------------------------------------------------
def test_a_predicted_slope_goes_through_the_middle_of_the_points(run):
    trace = run[0].evidence[0].observation
    slopes = {c.label: c.predicted for c in trace.cases}
    figure = curves.figures(measurement(trace).curves)[0]
    guides = [item for item in figure.panels[0].lines if item.kind is Kind.GUIDE]
    points = [item for item in figure.panels[0].lines if item.kind is Kind.POINTS]
    assert len(guides) == len(points) == 2
    (x0, x1), (y0, y1) = guides[0].x, guides[0].y
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slopes[figure.label])
    assert (y0 + y1) / 2 == pytest.approx(sum(points[0].y) / len(points[0].y))


def test_single_panels_with_the_same_lines_stand_together(run):
    trace = run[0].evidence[0].observation
    found = curves.figures(measurement(trace).curves)
    together = curves.gathered(found)
    assert len(together) < len(found)
    assert sum(len(f.panels) for f in together) == len(found)
    assert together[0].panels[0].title == found[0].label
    assert curves.gathered(found[:1]) == found[:1]
    long = [replace(f, label=f.label + " and more" * 5) for f in found]
    assert curves.gathered(long) == tuple(long)


def test_equal_ratios_are_equally_wide_on_a_logarithmic_axis():
    found = panel(Axes("rate", "batch size", (line("rate", (4, 128), (1, 2)),), log_x=True))
    assert found.across(4) == 0
    assert found.across(128) == 1
    assert found.across(8) == pytest.approx(1 / 5)
    assert replace(found, log_x=False).across(66) == pytest.approx(0.5)


def test_points_and_guides_are_drawn_as_such():
    lines = (line("a", (1, 2), (1, 2), Kind.GUIDE), line("b", (1, 2), (1, 2), Kind.POINTS), line("c", (1, 2), (1, 2)))
    found = panel(Axes("t", "x", lines))
    figure = Figure("f", ("a", "b", "c"), (found,))
    picture = ElementTree.fromstring(panel_svg(found, figure))
    classes = [e.get("class") for e in picture.iter() if e.get("class")]
    assert classes.count("point line1") == 2
    assert classes.count("guide line0") == 1
    assert classes.count("curve line2") == 1
    assert not any(c.startswith("band") for c in classes), "no band without errors"
    text = tikz(found, figure)
    assert text.count("circle") == 2
    assert "dotted" in text


def test_rates_are_computed_once_and_then_kept(rising, tmp_path, monkeypatch):
    with Store(tmp_path, pytest.fail) as store:
        first = growth_rates([rising], store)
        assert first
        monkeypatch.setattr(plotting, "_middle", lambda phi, batch: pytest.fail("it is kept"))
        assert growth_rates([rising], store) == first


def test_what_is_drawn_is_computed_beside_the_theorems(rising, tmp_path, monkeypatch):
    with Store(tmp_path, pytest.fail) as store:
        units = plotting.beforehand([rising.theorem], store)
        assert len(units) == len(explosion_plots.wanted_of([rising.theorem])) > 0
        wrong = replace(units[0], here=lambda: Outcome(None, 0.0, "it failed"))
        results = runner.run([], Settings(), store, beside=[wrong, *units[1:]])
        assert results == []
        assert [unit.key for unit in plotting.beforehand([rising.theorem], store)] == [wrong.key]
        store.put(wrong.key, "", 1.5, 0.0)
        monkeypatch.setattr(plotting, "_middle", lambda phi, batch: pytest.fail("it is kept"))
        assert growth_rates([rising], store)[units[0].work.phi, units[0].work.batch] == 1.5
    with Store(None, pytest.fail) as nowhere:
        assert plotting.beforehand([rising.theorem], nowhere) == ()

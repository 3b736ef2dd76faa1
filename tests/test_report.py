"""The report: complete, self-contained, and quiet in a real browser."""

from __future__ import annotations

import hashlib
import html
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import files
import press_samples
import pytest

from verify.errors import UserError
from verify.loading import loader
from verify.press.pages import again, build, glossary, topics, trusted, weakest
from verify.press.printers import html as report
from verify.press.printers import picture
from verify.press.printers.html import notebook, svg
from verify.press.printers.html.mathml import mathml
from verify.press.printers.html.richtext import rich
from verify.proof.kernel import Verdict
from verify.running import display, theorem_card

RESULTS = press_samples.results()
META = {"seed": 0, "budget": "standard", "versions": {"torch": "2.13", "sympy": "1.14"}}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    report.write(RESULTS, folder, META)
    return folder


def all_pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


class Page(HTMLParser):
    """Tags in balance, ids, links, and which elements a screen reader relies on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attributes)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        self.links += [str(values[name]) for name in ("href", "src") if values.get(name)]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def test_every_page_is_well_formed_and_navigable(site: Path) -> None:
    assert len(all_pages(site)) == 4 + len(RESULTS)  # index, graph, trust, a topic
    for path in all_pages(site):
        text = path.read_text()
        page = Page(text)
        assert page.open == []
        assert len(set(page.ids)) == len(page.ids)
        for tag in ("main", "header", "nav", "footer", "h1"):
            assert page.tags.count(tag) == 1, f"{path.name}: {tag}"
        assert 'class="skip" href="#main"' in text
        assert page.tags.count("caption") == page.tags.count("table")
        assert '<html lang="en">' in text


def test_links_lead_somewhere_and_outside_to_sources_alone(site: Path) -> None:
    addresses = {f"https://{source.address}" for r in RESULTS for source in build.of(r).sources if source.address}
    assert "https://arxiv.org/abs/1805.10694" in addresses
    for path in all_pages(site):
        for link in Page(path.read_text()).links:
            if link.startswith(("data:", "#")) or link in addresses:
                continue
            assert not re.match(r"(https?:)?//", link), link
            assert (path.parent / link.split("#")[0]).exists(), f"{path.name} -> {link}"
    style = (site / "style.css").read_text()
    assert "url(" not in style
    assert "@import" not in style


def test_no_formula_was_left_as_latex(site: Path) -> None:
    for path in all_pages(site):
        text = path.read_text()
        assert 'class="tex"' not in text
        shown = re.sub(r"<annotation.*?</annotation>|alttext=\"[^\"]*\"|<(pre|code).*?</\1>", "", text, flags=re.S)
        assert "\\" not in re.sub(r"<[^>]*>", "", shown), path.name


def test_the_index_names_the_weakest_links(site: Path) -> None:
    text = (site / "index.html").read_text()
    assert text.index('href="#weakest"') < text.index("<table") < text.index('id="weakest"')
    answers = {link.question: link for link in weakest.weakest_links(RESULTS)}
    assert list(answers)[:7] == [
        "Anything not as expected?",
        "Hypotheses that no line derives",
        "Axioms that proofs rest on",
        "False neighbours excused in words",
        "Proved, and not by SymPy as well",
        "By SymPy at points or sizes alone",
        "Code that disagrees",
    ]
    assert answers["Not proved"].theorem == "samples.bound"
    assert answers["Not proved"].alarming
    assert answers["False neighbours not found out"].answer.startswith("1 of 4")
    assert answers["Largest float residual"].answer.startswith("1.35")
    assert answers["Explicit sizes left undecided"].answer.startswith("3 ")
    assert answers["Evidence from the store, not this run"].answer == "5 of 15 pieces"
    assert answers["Most rests on"].theorem == "samples.flagship"


def test_axioms_are_counted_alike_on_every_page_and_the_one_that_rests_on_most_is_named(site: Path) -> None:
    axioms = trusted.rested_on(RESULTS)
    used = [axiom for axiom in axioms if axiom.users]
    assert 0 < len(used) < len(axioms)
    [link] = [link for link in weakest.weakest_links(RESULTS) if link.question.startswith("Axioms")]
    assert link.answer.startswith(f"{len(used)} of the {len(axioms)}; 2 of 3 theorems")
    assert link.theorem == "samples.flagship"
    assert [words for words, _ in link.items] == [axiom.name for axiom in used]
    assert f"{len(axioms)} axioms, of which {len(used)} are used here" in (site / "index.html").read_text()


def test_every_word_of_the_trade_is_explained_on_the_front_page(site: Path) -> None:
    text = html.unescape((site / "index.html").read_text())
    for word, said in glossary.WORDS.items():
        assert f"<dt>{word}</dt><dd>{said}</dd>" in text
    for word in ("near miss", "mutant", "axiom", "excused", "derived twice", "erratum"):
        assert word in glossary.WORDS
    assert set(glossary.VERDICTS) == {verdict.value for verdict in Verdict}
    assert f'title="{glossary.VERDICTS["proved"]}"' in text
    page = (site / "theorems" / "samples.flagship.html").read_text()
    assert f'title="{glossary.VERDICTS["proved"]}"' in page


def test_hypotheses_are_named_with_the_theorems_that_state_and_inherit_them() -> None:
    seen = [press_samples.result(loader.find(name)) for name in ("explosion.rate", "explosion.relu-rate")]
    [link] = [link for link in weakest.weakest_links(seen) if link.question.startswith("Hypotheses")]
    said = dict(link.items)
    assert any(words.startswith("Infinite width") and names == ("explosion.rate",) for words, names in said.items())
    assert any("(inherited by 1 more)" in words for words in said)
    assert link.theorem in {name for names in said.values() for name in names}
    assert "2 of 2 theorems stand under at least one" in link.answer
    [none] = [link for link in weakest.weakest_links(RESULTS) if link.question.startswith("Hypotheses")]
    assert none.answer == "none"


def test_what_comes_out_lower_as_its_file_expects_is_no_alarm() -> None:
    lower = replace(RESULTS[2], expected=RESULTS[2].verdict)
    answers = {link.question: link for link in weakest.weakest_links([*RESULTS[:2], lower])}
    assert not answers["Not proved"].alarming
    assert "as its file expects" in answers["Not proved"].answer


def test_a_row_of_the_index_shows_its_formula_and_is_found_by_what_it_says(site: Path) -> None:
    text = (site / "index.html").read_text()
    [row] = [r for r in re.findall(r"<tr data-verdict.*?</tr>", text, re.S) if ">samples.bound<" in r]
    assert "<math" in row
    found_by = re.findall(r'data-find="([^"]*)"', row)[0]
    assert found_by == found_by.lower()
    for word in ("samples.bound", "l_s", "s: d x d"):
        assert word in html.unescape(found_by), word
    [flagship] = [r for r in re.findall(r"<tr data-verdict.*?</tr>", text, re.S) if ">samples.flagship<" in r]
    assert "kohler" in flagship


def test_a_row_of_the_index_shows_the_claim_that_its_title_speaks_of() -> None:
    theorem = loader.find("explosion.sine-rate")
    rate = build.of(press_samples.result(theorem)).headline
    assert rate is not None
    assert rate.label.typed == "rate"
    first = build.of(press_samples.result(replace(theorem, headline=""))).headline
    assert first is not None
    assert first.label.typed == "slope"
    alone = build.of(press_samples.result(loader.find("decoupling.gradient"))).headline
    assert alone is not None
    assert not alone.letter


def test_topics_stand_behind_those_they_lean_on() -> None:
    [topic] = topics.in_order(RESULTS)
    assert topic.name == "samples"
    assert [r.theorem.id for r in topic.results] == [r.theorem.id for r in RESULTS]


def test_the_page_on_trust_names_every_file_and_axiom(site: Path) -> None:
    text = html.unescape((site / "trust.html").read_text())
    for file in trusted.files():
        assert file.name in text
    for axiom in trusted.rested_on(RESULTS):
        assert axiom.name in text
    assert any("samples.flagship" in axiom.users for axiom in trusted.rested_on(RESULTS))


def test_the_run_for_programs_stands_beside_the_pages(tmp_path: Path) -> None:
    report.write(RESULTS, tmp_path, {**META, "date": "2026-11-28 16:00 UTC", "commit": "abc"}, data={"schema": 1})
    written = (tmp_path / "results.json").read_bytes()
    text = (tmp_path / "index.html").read_text()
    assert hashlib.sha256(written).hexdigest() in text
    for word in ('href="results.json"', "2026-11-28 16:00 UTC", "<code>abc</code>", 'href="trust.html"'):
        assert word in text


def test_what_is_copied_is_latex_and_python_that_run(site: Path) -> None:
    text = (site / "theorems" / "samples.gradient.html").read_text()
    copied = [html.unescape(found) for found in re.findall(r'data-copy="([^"]*)"', text)]
    assert any(found.startswith("\\begin{align*}") and "&&" in found for found in copied)
    assert any(found.startswith("normproof run samples.gradient") for found in copied)
    theorem = loader.find("decoupling.variance")
    head, _ = again.verified(theorem).python.split("\n\nprint")
    names: dict[str, object] = {}
    exec(head, names)
    assert names["THEOREM"] is theorem


def test_nothing_verified_is_an_alarm(tmp_path: Path) -> None:
    assert weakest.weakest_links([])[0].alarming
    assert "Nothing was verified" in report.write([], tmp_path).read_text()


def test_a_theorem_page_shows_each_line_with_mark_reason_and_assumption(tmp_path: Path) -> None:
    refused = press_samples.result(press_samples.GRADIENT, broken=True)
    report.write([RESULTS[0], refused], tmp_path)
    text = (tmp_path / "theorems" / "samples.gradient.html").read_text()
    assert text.count('class="mark accepted"') == 4
    assert text.count('class="mark not-accepted"') == 3
    assert "the normal forms differ" in text
    used = re.findall(r"used: (.*?)</span>", text)
    assert all(r'alttext="\mathbb{E}_x[x] = 0"' in u and "is symmetric" in u for u in used)
    assert len(used) >= 4
    assert '<a href="samples.flagship.html">samples.flagship</a>' in text
    good = (tmp_path / "theorems" / "samples.flagship.html").read_text()
    assert f"normproof replay {shlex.quote(press_samples.WITNESS)}" in html.unescape(good)
    assert "Kohler" in good
    assert '<svg class="histogram"' in good


def test_the_page_of_a_theorem_the_checker_never_read_does_not_say_accepted(tmp_path: Path) -> None:
    report.write([replace(RESULTS[0], evidence=())], tmp_path)
    text = (tmp_path / "theorems" / "samples.flagship.html").read_text()
    assert 'class="mark accepted"' not in text
    assert text.count('class="mark not-checked"') == 6


def test_a_page_of_what_no_run_has_examined_says_so(tmp_path: Path) -> None:
    """Its lines are checked; that nothing was tried is no verdict, and no surprise."""
    checked = replace(RESULTS[0], evidence=RESULTS[0].evidence[:1], near_misses=(), verdict=Verdict.UNDECIDED)
    report.write([checked, RESULTS[1]], tmp_path)
    page = (tmp_path / "theorems" / "samples.flagship.html").read_text()
    assert "not run" in page
    assert "lines accepted by the checker just now" in page
    assert "Expected: proved" not in page
    assert ">Undecided" not in page
    assert page.count('class="badge untried"') == len(checked.theorem.near_miss_list())
    links = weakest.weakest_links([checked, RESULTS[1]])
    assert links[0].question == "Not run"
    assert links[0].alarming
    assert links[0].items == (("", ("samples.flagship",)),)
    assert not links[1].alarming, "what has not run came out neither way"
    front = (tmp_path / "index.html").read_text().split('class="tally"')[1].split("</p>")[0]
    assert "<strong>1</strong> not run" in front
    assert "undecided" not in front


def test_user_text_is_escaped() -> None:
    assert rich("<script>alert(1)</script>") == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert "<script" not in mathml("a < b")
    assert rich(r"so $\unknowncommand$") == r'so <code class="tex" title="LaTeX">\unknowncommand</code>'


def test_histogram_buckets_are_named_as_the_sampler_names_them() -> None:
    from verify.floating.measure import bucket_labels

    plain = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    printed = [
        re.sub(r"^≤ 2(.+)$", lambda m: f"<= 2^{m[1].translate(plain)}", b) for b in svg.bins(len(bucket_labels()))
    ]
    assert [b.replace("≤", "<=") for b in printed] == list(bucket_labels())


def test_graph_edges_go_from_left_to_right() -> None:
    columns, paths = picture.routes(RESULTS)
    depth = {name: x for x, column in enumerate(columns) for name in column}
    assert paths == [["samples.flagship", "samples.gradient"]]
    assert all(depth[path[0]] < depth[path[-1]] for path in paths)


def test_the_picture_has_a_legend_marks_and_readable_names() -> None:
    shown = picture.of(RESULTS)
    ElementTree.fromstring(shown)  # a file of its own
    assert shown.count('marker-end="url(#tip)"') == 2, "an edge, and the arrow of the legend"
    for word in (
        "proved",
        "undecided",
        "not run",
        "of another topic",
        "is used by",
        ">Flagship<",
        "samples.flagship: ",
    ):
        assert word in shown, word
    assert picture.of([replace(RESULTS[0], evidence=())]).count('class="node not-run"') == 2


def test_a_card_for_notebooks_stands_alone() -> None:
    card = notebook.card(RESULTS[0])
    assert "proved" in card
    assert "<math" in card
    assert not Page(card).links
    assert Page(card).open == []


def test_objects_show_themselves_in_a_notebook() -> None:
    display.attach()
    result = RESULTS[1]
    assert result._repr_html_() == notebook.card(result)
    assert result.theorem._repr_latex_().count(r"\quad") == 3
    assert RESULTS[0].theorem._repr_latex_().startswith(r"$\displaystyle f_{\mathrm{BN}}")
    for theorem in press_samples.THEOREMS:
        assert "<math" in mathml(theorem._repr_latex_()[1:-1])
    for evidence in result.evidence:
        shown = evidence._repr_html_()
        assert Page(shown).open == []
        assert evidence.verdict.value in shown
        assert evidence.reason in html.unescape(shown)


@pytest.mark.parametrize("name", ["decoupling.variance", "explosion.gradient-growth", "errata.rate-of-the-norm"])
def test_theorems_experiments_and_errata_show_themselves(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An experiment has no formula to show, and raised an IndexError where it was asked for one."""
    monkeypatch.setenv("NORMPROOF_CACHE", str(tmp_path))
    theorem_card.attach()
    theorem = loader.find(name)
    assert (theorem._repr_latex_() is None) == (theorem.kind == "experiment")
    shown = theorem._repr_html_()
    assert Page(shown).open == []
    assert name in shown
    told = {"theorem": "5 lines accepted", "experiment": "Measured against", "erratum": "True is"}
    assert told[theorem.kind] in shown


def test_a_derivation_and_its_near_misses_are_tables() -> None:
    display.attach()
    part = press_samples.FLAGSHIP.parts[0]
    table = part.derivation._repr_html_()
    assert table.count("<tr>") == len(part.derivation.lines) + 2
    assert "✓" not in table, "nothing has checked it"
    assert "✓" in notebook.derivations(RESULTS[0])
    assert "refuted" in notebook.near_misses(RESULTS[0])
    [(_, miss), *_] = press_samples.FLAGSHIP.near_miss_list()
    assert "<math" in miss._repr_html_()


def test_an_unwritable_folder_is_a_user_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="folder"):
        report.write(RESULTS, tmp_path / "file" / "report")


# ---- in a browser -------------------------------------------------------------------------------------------
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--enable-logging=stderr",
    "--virtual-time-budget=3000",
]


def visit(page: Path, profile: Path, query: str = "") -> tuple[str, str]:
    """The page's elements after its script ran, and what the browser logged."""
    program = next(filter(None, map(shutil.which, BROWSERS)))
    rules = ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}", "--dump-dom", page.as_uri() + query]
    ran = subprocess.run([program, *FLAGS, *rules], capture_output=True, text=True, timeout=files.HANG, check=True)
    return ran.stdout, ran.stderr


@pytest.mark.needs("chromium")
def test_a_browser_shows_the_index_without_complaint(site: Path, tmp_path: Path) -> None:
    seen, log = visit(site / "index.html", tmp_path)
    assert "CONSOLE" not in log
    assert 'aria-sort="none"' in seen
    assert 'aria-label="Sort by Instances"' in seen
    assert seen.count('<button type="button" class="copy"') == 0
    assert f"{len(RESULTS)} of {len(RESULTS)}" in seen


@pytest.mark.needs("chromium")
def test_a_browser_shows_a_theorem_without_complaint(site: Path, tmp_path: Path) -> None:
    seen, log = visit(site / "theorems" / "samples.gradient.html", tmp_path)
    assert "CONSOLE" not in log
    assert seen.count("<math") > 10
    buttons = re.findall(r'<button[^>]*class="copy"[^>]*>', seen)
    assert len(buttons) > 4
    assert not any("hidden" in button for button in buttons)


@pytest.mark.needs("chromium")
def test_what_is_sought_stands_in_the_address(site: Path, tmp_path: Path) -> None:
    seen, log = visit(site / "index.html", tmp_path, "?find=kohler+flagship")
    assert "CONSOLE" not in log
    assert f"1 of {len(RESULTS)}" in seen
    hidden = re.findall(r'<tr data-verdict[^>]*hidden=""[^>]*>', seen)
    assert len(hidden) == len(RESULTS) - 1


@pytest.mark.needs("chromium")
def test_the_browser_check_can_fail(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text("<!DOCTYPE html><title>x</title><script>nothing.here()</script>")
    _, log = visit(page, tmp_path / "profile")
    assert "CONSOLE" in log


def test_a_report_goes_to_no_folder_that_it_did_not_make(tmp_path: Path) -> None:
    """A folder with a letter in it keeps its letter, and gets no page."""
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="a new or empty folder") as problem:
        report.write(RESULTS, tmp_path)
    assert "normproof" not in {path.name for path in tmp_path.iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert problem.value.remedy
    own = tmp_path / "own"
    report.write(RESULTS, own)
    (own / "notes.txt").write_text("mine")
    report.write(RESULTS, own)  # its own folder is written over, and nothing there is taken away
    assert (own / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("link", ["", "index.html", "theorems", "topics", ".normproof-report", "style.css"])
def test_a_report_is_written_through_no_link(tmp_path: Path, link: str) -> None:
    there, own = tmp_path / "there", tmp_path / "own"
    there.mkdir()
    if link:
        report.write(RESULTS, own)
        path = own / link
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        path.symlink_to(there if link in ("theorems", "topics") else there / "file")
    else:
        own.symlink_to(there)
    with pytest.raises(UserError, match=r"link|folder with other files"):
        report.write(RESULTS, own)
    assert list(there.iterdir()) == []

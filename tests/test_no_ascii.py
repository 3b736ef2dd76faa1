"""No formula is left as it was typed in anything that is written: whole documents are scanned, not their parts.

The results are made up, but every text of an author is real: titles, prose, names of near misses, comparisons of
experiments, labels of plots, errata, and the dockets of mutants with their reasons. So is every name that a machine
gives: all mutants of all theorems are there, as a run leaves them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import press_samples
import pytest
from test_typesetting import every_theorem

from theory import Experiment, Theorem
from theory.statements.claims import assumption_text
from theory.typeset.names import GREEK
from verify.adversary.purposes import purposes
from verify.loading import loader
from verify.press.pages import topics
from verify.press.printers import html as report
from verify.press.printers import latex, latex_styles, markdown
from verify.press.printers.html import notebook
from verify.proof import kernel
from verify.proof.observations import Series, StatisticsCase, StatisticsTrace
from verify.results.drawn_lines import Plots
from verify.results.records import MUTANT, Fate, NearMissResult, Said, TheoremResult
from verify.running import saying
from verify.running.explosion_plots import plots, wanted

LETTERS = "|".join(sorted((g for g in GREEK if g.islower()), key=len, reverse=True))
TYPED = re.compile(
    r"\\textasciicircum|(?<!\S)-\d|\^|\+/-|\d+e[-+]?\d|->|<=|>=|!=|\\text(?:less|greater|bar)|\w\*\w|\\?_\w"
    rf"|(?<![\w\\-])(?:{LETTERS})(?![\w-])|sqrt\(|\b[LSbgxyz]hat\b|\bE\[|\b\d+ x \d"
    r"|\beps\b|\b[Dd]iag\(|\bit is [<=>]|\b[A-Za-z]'[A-Z]?[a-z]\b(?<!'[dmst])"
)


def made_up(theorem: Theorem) -> TheoremResult:
    """A result that prints all that its author has written."""
    found = press_samples.result(theorem)
    if not isinstance(theorem, Experiment):
        misses = tuple(mutants(theorem))
        whole = (*found.near_misses, *misses)
        asked = partial(purposes, theorem, misses)
        return replace(found, near_misses=whole, ask_purposes=asked, ask_formulas=partial(formulas, theorem))
    budget, comparisons = list(theorem.comparisons.items())[-1]
    cases = tuple(StatisticsCase(c.label, c.relation, 1e-7, 2e-9, 1.5e-7, 1e-8, 3.0, 4) for c in comparisons)
    curve = (1.0, 2.0, 3.0)
    names = [f"{c.label}; batch norm, layer 2" for c in comparisons]
    series = tuple(Series(name, "depth", "log10 |G|^2", curve, curve, curve) for name in names)
    trace = StatisticsTrace(
        0.01, cases, series=series, ranges=(("width", "10 x 10"), ("rate", "1e-06"), ("budget", budget))
    )
    misses = tuple(
        replace(miss, left=f"{comparisons[0].label}: measured 0.2 +/- 1e-06", right="> 0.5 +/- 1e-07")
        for miss in found.near_misses
    )
    return replace(found, evidence=(kernel.establish(trace, seconds=1.0),), near_misses=misses)


def mutants(theorem: Theorem) -> Iterator[NearMissResult]:
    """All of them, by their names; those in the docket survive."""
    known = {_id(theorem, name): why for name, why in theorem.survivors.items()}
    found = formulas(theorem)
    assert known.keys() <= found.keys()
    for name in found:
        fate = Fate.SURVIVED if name in known else Fate.EQUIVALENT
        told = [assumption_text(a) for a in theorem.assumptions][-1:] if fate is Fate.EQUIVALENT else []
        left = "".join(f"implied by {text}" for text in told)
        yield NearMissResult(name, "mutant", fate, known=known.get(name, ""), left=left)


@cache
def formulas(theorem: Theorem) -> dict[str, Said]:
    """What each mutant states. The first of each part shows its formula as well: all formulas are the same printer's,
    and there are 6,700."""
    found, shown = {}, set()
    for name, one in saying.spelled(theorem, mutants=True).items():
        part = name.partition(MUTANT)[0]
        if one.marked:
            found[name] = replace(one, rows=() if part in shown else one.rows)
            shown.add(part)
    return found


def _id(theorem: Theorem, docket: str) -> str:
    label, sign, name = docket.partition(": ")
    known = sign and label in {part.label for part in theorem.parts}
    return f"{theorem.id}#{label}{MUTANT}{name}" if known else f"{theorem.id}{MUTANT}{docket}"


@pytest.fixture(scope="module")
def results() -> list[TheoremResult]:
    return [made_up(theorem) for theorem in (*every_theorem(), *loader.load(["errata"]))]


def prose(tex: str) -> Iterator[str]:
    """What of LaTeX is read as words, line by line: no formulas, no names of files, no pictures."""
    tex = re.sub(r"(?m)^%.*$", "", tex.partition(r"\begin{document}")[2] or tex)
    tags = re.compile(r"\\begin\{(align\*|alignat\*)\}.*?\\end\{\1\}", re.S)
    tex = tags.sub(lambda m: " ".join(re.findall(r"\\tag\*\{(.*)\}", m[0])), tex)
    tex = re.sub(r"(?<!\\)\$[^$]*(?<!\\)\$|\\\(.*?\\\)", "", tex)
    tex = re.sub(r"\\texttt\{(?:[^{}]|\{\})*\}", "", tex)
    tex = re.sub(r"\\(?:cref|ref|label|npref|begin|end)\{[^}]*\}|\\cite(?:\[\{.*?\}\])?\{\w+\}", "", tex)
    tex = re.sub(r"\\npentry\{\w+\}\{[^}]*\}|\\(?:fill|draw)[^;]*;|\\node\[[^]]*\] at \([^)]*\)", "", tex)
    yield from tex.split("\n")


def words(page: str) -> Iterator[str]:
    """What of a page of HTML is read as words, line by line: no formulas, no code, no names of sources, no ids."""
    for gone in (r"<(math|code|pre|script|style|cite|title)\b.*?</\1>", r"<a [^>]*>[a-z-]+\.[\w-]+</a>"):
        page = re.sub(gone, " ", page, flags=re.S)
    page = re.sub(r"</?(?:span|a|b|em|small|strong|sup)\b[^>]*>", "", page)
    yield from html.unescape(re.sub(r"<[^>]*>", "\n", page)).split("\n")


def unset(page: str) -> Iterator[str]:
    """What of it cannot have formulas, and has the letters of Unicode: titles of windows, what is said of pictures."""
    for title, attribute in re.findall(r'<title>(.*?)</title>|(?:aria-label|title)="([^"]*)"', page):
        said = html.unescape(title or attribute)
        yield re.sub(r"(?:[a-z-]+\.[a-z\d-]+|SHA-256|[a-f\d]{64}|^\S+[./]\S+$)", "", said)


def drawn(results: list[TheoremResult]) -> Plots:
    """The plots of a run, of rates that are made up."""
    return plots(results, {pair: 1.0 + 0.1 * (pair[1] % 7) for pair in wanted(results)})


def left(lines: Iterator[str]) -> list[str]:
    """What looks like a formula, each with the words around it."""
    found = ((m, line) for line in lines for m in TYPED.finditer(line))
    return [f"{m[0]} in ...{line[max(0, m.start() - 50) : m.end() + 30]}..." for m, line in found]


def test_the_article_has_no_formula_as_typed(results: list[TheoremResult]) -> None:
    assert left(prose(latex.document(results, drawn(results)))) == []


@pytest.mark.parametrize("style", latex_styles.STYLES)
def test_no_other_document_has_one(style: str, results: list[TheoremResult]) -> None:
    assert left(prose(latex_styles.document(results, style, {}))) == []


def test_markdown_has_none(results: list[TheoremResult], tmp_path: Path) -> None:
    text = markdown.write(results, tmp_path / "all.md").read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    text = re.sub(r"(?m)^- .*(?:\(\d{4}\)|\.org/).*$", "", text)  # sources, with names of files and addresses
    text = re.sub(r"\$`[^`]*`\$|`[^`]*`|<a id=[^>]*>|\]\([^)]*\)", "", text)
    assert left(iter(text.replace("\\", "").split("\n"))) == []


def test_no_page_of_the_report_has_one(results: list[TheoremResult], tmp_path: Path) -> None:
    report.write(results, tmp_path, {"budget": "quick"}, drawn(results))
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) == len(results) + len(topics.in_order(results)) + 4
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert left(words(text)) == [], page.name
        assert [x for x in left(unset(text)) if not x.startswith("_")] == [], page.name  # Unicode has few subscripts


def test_no_card_of_a_notebook_has_one(results: list[TheoremResult]) -> None:
    for result in results[::4]:  # the whole pages of all of them are looked at above
        assert left(words(notebook.card(result, results))) == [], result.theorem.id


def test_what_was_typed_is_seen() -> None:
    assert len(left(prose(r"at rate 1e-6 and lambda\textasciicircum{}L, $x^2$ is fine and \texttt{a\_b} as well"))) == 3
    page = '<title>lambda^L</title><p aria-label="1e-6">sqrt(m) in <code>E_x</code>, <b>x</b>_1</p>'
    assert len(left(words(page))) == 2
    assert len(left(unset(page))) == 3


def test_the_name_of_a_mutant_shows_a_term_whole_that_it_has_cut() -> None:
    theorem = loader.find("explosion.relu-fixed-point")
    cut = {name: one for name, one in saying.spelled(theorem, mutants=True).items() if "..." in name}
    assert cut
    for name, one in cut.items():
        assert "..." not in one.marked, name
        assert "$" in one.marked
        assert one.rows

"""Whatever a theorem file says in words is printed as it stands, in every medium, and steers none of them."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import fake_rules
import files
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rich.console import Console

from verify.command import console, graph, summary
from verify.errors import UserError
from verify.loading import loader
from verify.press.pages import build
from verify.press.printers import html as report
from verify.press.printers import json as jsonout
from verify.press.printers import latex, markdown, pdf, terminal
from verify.press.printers.html import notebook
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running import runner
from verify.settings import Settings

FIXED = (
    r"\input{/etc/passwd} \write18{id} \def\x{} \end{document} ^^5cinput",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[red]E[w w'] = I[/red] [link=http://x]y[/] :smile:",
    "$\\input{x}$ and $w$ and 5$",
    "`<b>` and ``` and ~~~ | a | b |",
    "[x](javascript:alert(1)) ![y](z) <a href='x'> # 1. - * _i_ **b** &lt; &amp;",
    "100% of # & _ ^ ~ { } \\ \" ' ; -- --- ?` !` << >>",
    "{{ 7 * 7 }} {% x %} {0} %s \\1 \\ue000",
    "w = 1, d >= 2, S-norm, w/2, 'w', \"d\", w_2 w' a^2 sqrt(w)",
    "é ü ≤ λ ∞ 漢 🙂",
)
NASTY = st.one_of(
    st.sampled_from(FIXED),
    st.text("\\{}$&#%_^~<>|`[]()*!-+=:;@/\"'., awdx019é≤", min_size=1, max_size=60),
    st.builds("{} {}".format, st.sampled_from(FIXED), st.sampled_from(FIXED)),
)
FILE = """{title!r}
from theory import E, activation, define, dimension, eye, random_vector, real, vector
from theory import Identity, equal
from theory import ALGEBRA, start, unfold
from theory import Part, Source, Theorem

__doc__ = {title!r} + "\\n\\n" + {body!r} + "\\n"
d = dimension("d")
w = vector("w", d)
x = random_vector("x", d)
a = real("a")
f = define("f", (w,), w.T @ w, source={source!r})
CENTRED = equal(E(x), 0 * w, note={note!r})
ONE = Identity((a * w).T @ (a * w), a**2 * f(w))
TWO = Identity(E(x.T @ w), 0 * a)
THEOREM = Theorem(
    __name__,
    parts=(
        Part({label!r}, ONE, start(ONE.left).equals(a**2 * (w.T @ w), ALGEBRA).equals(ONE.right, unfold(f))),
        Part("other", TWO, start(TWO.left).equals(TWO.right, CENTRED)),
    ),
    assumptions=(CENTRED,),
    near_misses={{{miss!r}: Identity(ONE.left, a * (w.T @ w)), "two": Identity(ONE.left, w.T @ w)}},
    sources=(Source("kohler2019", {place!r}, {qualifier!r}),),
    see_also=(Source("ioffe2015", "", {also!r}),),
    survivors={{{mutant!r}: {known!r}}},
)
"""
FIELDS = ("title", "body", "source", "note", "label", "miss", "place", "qualifier", "also", "mutant", "known")


def result(folder: Path, **said: str) -> TheoremResult:
    words = dict.fromkeys(FIELDS, "plain words") | said
    if words["miss"] == "two":
        words["miss"] = "another"
    path = files.write(folder, FILE.format(**words))
    with Store(None, pytest.fail) as store:
        [found] = runner.run(loader.load([str(path)]), Settings(), store, rules=fake_rules.GOOD)
    return found


class Page(HTMLParser):
    """The elements and attributes of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(page: str) -> Page:
    """A page of the report: its own script and no other, no handlers, no links but to pages and sources."""
    read = Page(page)
    for tag, attributes in read.tags:
        assert tag not in ("iframe", "object", "embed", "img", "base"), tag
        if tag == "script":
            assert (attributes.get("src") or "").removeprefix("../") == "report.js"
        for name, value in attributes.items():
            assert not name.startswith("on"), name
            assert "javascript:" not in (value or "") or name not in ("href", "src", "action"), value
    return read


def plain(words: str) -> str:
    return re.sub(r"\s+", "", words)


def outside_code(markdown_text: str) -> str:
    """Markdown without its fences, formulas and code: what a renderer may take for markup."""
    text = re.sub(r"^```.*?^```$", "", markdown_text, flags=re.S | re.M)
    text = re.sub(r"\$`[^`\n]*`\$", "", text)
    return re.sub(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


@settings(max_examples=25, phases=[Phase.explicit, Phase.generate])  # a page is dear: no search for a smaller text
@given(said=st.fixed_dictionaries(dict.fromkeys(FIELDS, NASTY)))
def test_every_medium_prints_every_text_as_it_stands(
    said: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    said = {name: text.strip() or "x" for name, text in said.items()}
    folder = tmp_path_factory.mktemp("nasty")
    found = result(folder, **said)
    title = found.theorem.title
    in_terminal(found, said, title)
    in_html(found, folder, title)
    in_markdown(found, folder, said)
    in_latex(found)
    document = json.loads(json.dumps(jsonout.document([found], Settings(), seconds=0.0, selected=frozenset())))
    assert document["results"][0]["title"] == title
    for form in graph.FORMATS:
        graph.render([found], form)


def in_terminal(found: TheoremResult, said: dict[str, str], title: str) -> None:
    out = io.StringIO()
    wide = console.console(out)
    wide.width = 5000
    terminal.show(wide, build.of(found))
    wide.print(console.line(found), soft_wrap=True)
    summary.reasons(wide, found)
    shown = out.getvalue()
    assert all(c == "\n" or c.isprintable() for c in shown)
    for name in ("source", "note", "label", "miss", "place", "qualifier", "also"):
        assert said[name] in shown, name
    assert title in shown


def in_html(found: TheoremResult, folder: Path, title: str) -> None:
    index = report.write([found], folder / "report", {"seed": 0})
    pages = [
        index,
        *(folder / "report" / "theorems").glob("*.html"),
        *(folder / "report" / f"{name}.html" for name in ("graph", "trust")),
    ]
    for path in pages:
        text = path.read_text(encoding="utf-8")
        read = harmless(text)
        assert "\ue002" not in text
        if path != pages[2]:
            assert text.count("<main") == text.count("</main>") == 1
    heads = [t for t, _ in Page(pages[1].read_text(encoding="utf-8")).tags if t == "h1"]
    assert len(heads) == 1
    assert plain(title) in plain(re.sub(r"<annotation.*?</annotation>|alttext=\"[^\"]*\"", "", read.text) + title)
    harmless(notebook.card(found))


def in_markdown(found: TheoremResult, folder: Path, said: dict[str, str]) -> None:
    main = markdown.write([found], folder / "out.md")
    text = outside_code(main.read_text(encoding="utf-8"))
    assert not re.search(r"(?<!\\)\$", text)
    assert "\ue002" not in text
    for line in text.splitlines():
        bare = re.sub(r'^<a id="[\w-]*"></a>$', "", line)
        assert not re.search(r"(?<!\\)(?:\\\\)*<", bare), line
        assert not re.search(r"(?<!\\)(?:\\\\)*\]\((?!#|\w+[-.\w]*\.md)", bare), line


def in_latex(found: TheoremResult) -> None:
    text = latex.document([found])
    assert "\ue002" not in text
    body = text[text.index(r"\begin{document}") :]
    for command in (r"\input", r"\write", r"\def", r"^^", r"\csname", r"\catcode"):
        assert not re.search(r"(?<!\\)" + re.escape(command) + r"(?![a-z])", body), command
    assert body.count(r"\end{document}") == 1
    assert not re.search(r"(?<!\\)%", body)


@pytest.mark.needs("pdflatex")
def test_latex_of_nasty_texts_compiles(tmp_path: Path) -> None:
    results = []
    for k, text in enumerate(FIXED):
        said: dict[str, Any] = dict.fromkeys(FIELDS, text) | {"title": f"{k} {text}"}
        results.append(result(tmp_path, **said))
    main = latex.write(results, tmp_path / "out.tex")
    pdf.compile_tex(main)


def test_brackets_in_a_title_are_brackets(tmp_path: Path) -> None:
    found = result(tmp_path, title="E[w w'] = I means E[w' w] = n [red]")
    out = io.StringIO()
    Console(file=out)  # rich's own default reads markup; ours must not
    wide = console.console(out)
    wide.width = 400
    wide.print(found.theorem.title)
    assert "E[w w'] = I means E[w' w] = n [red]" in out.getvalue()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "text",
    ["a\x1b[31mb", "a\x00b", "a\rb", "a\u202eb", "a\u2028b", "a\ud800b", "a\ue000b", "x" * 10**6],
    ids=lambda t: ascii(t)[:12],
)
def test_a_text_that_steers_what_prints_it_is_refused(tmp_path: Path, field: str, text: str) -> None:
    with pytest.raises((UserError, UnicodeEncodeError, SyntaxError)) as problem:
        result(tmp_path, **{field: text})
    shown = str(problem.value)
    assert all(c == "\n" or c.isprintable() for c in shown)
    assert len(shown) < 3000


def test_thousands_of_near_misses_are_refused(tmp_path: Path) -> None:
    text = files.GOOD.format(imports="", by="", more="").replace(
        '"one"', '**{str(k): CLAIM for k in range(3000)}, "one"'
    )
    with pytest.raises(UserError) as problem:
        loader.load([str(files.write(tmp_path, text))])
    assert "expected at most 100, got 3,002" in str(problem.value)
    assert problem.value.remedy


@pytest.mark.parametrize(
    "name", ["a b.py", "a%b.py", "<script>.py", "a$b.py", "é.py", "a\x1b.py", "x" * 100 + ".py", "a.b.py"]
)
def test_a_file_name_is_letters_digits_and_underscores(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(files.GOOD.format(imports="", by="", more=""))
    with pytest.raises(UserError, match="expected names of files") as problem:
        loader.load([str(path)])
    assert "\x1b" not in str(problem.value)

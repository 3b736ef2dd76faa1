r"""One theorem for somebody else's paper: the statement and its proof in macros of `normproof.sty` and nothing else.

The style takes no packages but amsmath and amssymb, defines no name without the prefix `np`, and leaves the
host's environments as they are; `theorem` is given where the host has none. A theorem that is cited but not in the
same export is named in words, with its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from theory.statements.erratum import Erratum
from theory.statements.theorem import Theorem
from theory.typeset.names import name_tex
from verify.errors import UserError, writable_folder
from verify.loading.bibliography import BIBLIOGRAPHY, merged, references_of, require_sources
from verify.press.pages import build, hypotheses, parts
from verify.press.pages.titles import title_tex
from verify.press.printers.latex_display import escape, text
from verify.press.printers.latex_page import page_tex
from verify.results.records import TheoremResult

WRITTEN = "% Written by normproof, which writes it over.\n"
STYLE_NAME = "normproof.sty"
STYLE = r"""% Macros of the theorems that normproof exports. Redefine any of them after \usepackage{normproof}.
\NeedsTeXFormat{LaTeX2e}
\ProvidesPackage{normproof}[2026/11/28 theorems exported by normproof]
\RequirePackage{amsmath,amssymb}
\newcommand*{\npE}{\mathbb{E}}
\newcommand*{\npR}{\mathbb{R}}
\newcommand*{\npT}{\top}
\newcommand*{\npgrad}{\nabla}
\newcommand*{\nptr}{\operatorname{tr}}
\newcommand*{\npDiag}{\operatorname{Diag}}
\newcommand{\npnorm}[2][]{\lVert #2\rVert_{#1}}
\newcommand{\npabs}[1]{\lvert #1\rvert}
\newcommand{\npinner}[2]{\langle #1,#2\rangle}
\newcommand{\npref}[2]{\@ifundefined{r@#1}{#2}{Theorem~\ref{#1}}}
\newcommand*{\npassumed}{\textup{\textsf{\footnotesize[assumed, not derived]}}}
\newcommand{\nptitle}[1]{\sloppy\emph{#1.}\enspace\ignorespaces}
\newcommand*{\npqedsymbol}{$\square$}
\newcommand*{\npqed}{\hfill\npqedsymbol}
\newif\ifnp@ended
\newcommand*{\npqedhere}{\unskip\nobreak\hfill\penalty50\hskip1em\hbox{}\nobreak\hfill\npqedsymbol\global\np@endedtrue}
\newenvironment{npproof}[1][Proof]{\global\np@endedfalse\par\noindent\sloppy\textit{#1.}\enspace\ignorespaces}%
{\ifnp@ended\else\npqed\fi\par\medskip}
\newenvironment{npremark}[1][Remark]{\par\noindent\sloppy\textit{#1.}\enspace\ignorespaces}{\par\medskip}
% Before a theorem: in slides its environment is a box, which could not go on on the next slide; until the frame ends.
\newcommand*{\npflow}{}
\@ifclassloaded{beamer}{\renewcommand*{\npflow}{%
\setbeamertemplate{theorem begin}{\par\noindent\textbf{\inserttheoremname~\inserttheoremnumber.}\enspace}%
\setbeamertemplate{theorem end}{\par\medskip}}}{}
\newcommand*{\np@provide}[2]{\@ifundefined{#1}{\newtheorem{#1}{#2}}{}}
\AtBeginDocument{\np@provide{theorem}{Theorem}\np@provide{erratum}{Erratum}\np@provide{experiment}{Experiment}}
"""
HEAD = r"""% One theorem, to be \input into a document with \usepackage{normproof}; its sources are in references.bib.
"""
LETTERS = {1: 48.0, 2: 34.0}  # on a line: 345 pt of text in one column, 252 pt in each of two, at 10 pt
# What the document of the whole catalogue writes, and the macro that says it in a snippet.
_MACROS = (
    (r"\mathbb{E}", r"\npE"), (r"\mathbb{R}", r"\npR"), (r"\operatorname{tr}", r"\nptr"),
    (r"\operatorname{Diag}", r"\npDiag"), (r"\nabla", r"\npgrad"), (r"^\top", r"^{\npT}"), (r"^{-\top}", r"^{-\npT}"),
    (r"\renewcommand{\qed}{}", r"\let\npqed\relax"), (r"\qedhere", r"\npqedhere"), (r"\qedsymbol", r"\npqedsymbol"),
    (r"\begin{proof}", r"\begin{npproof}"), (r"\end{proof}", r"\end{npproof}"),
    (r"\begin{remark}", r"\begin{npremark}"), (r"\end{remark}", r"\end{npremark}"),
)  # fmt: skip
DONE = "\ue000"  # of nobody's text: behind brackets that are no inner product
_ANGLES = re.compile(
    rf"(?<!\\left)\\langle(?!{DONE}) ?((?:(?!\\[lr]angle|\\\\|&)[^\n])*?) ?(?<!\\right)\\rangle(?!{DONE})"
)
_MATHS = re.compile(r"(?<!\\)\$[^$]*(?<!\\)\$|\\begin\{(align\*|alignat\*)\}.*?\\end\{\1\}", re.S)
_BRACED = r"\{[^{}]*\}"
for _ in range(6):  # braces inside braces, as deep as formulas in the words of a reason have them
    _BRACED = r"\{(?:[^{}]|" + _BRACED + r")*\}"
_TOKEN = re.compile(
    rf"\\(?:text|tag\*|operatorname|mathrm|mathbf|begin|end|npref|cite){_BRACED}|\\[A-Za-z]+|[A-Za-z]",
)


@dataclass(frozen=True)
class Options:
    """What a snippet holds, and the names that it has in the document it is for."""

    statement: bool = True
    proof: bool = True
    evidence: bool = True
    near_misses: bool = True
    definitions: bool = True
    rename: Mapping[str, str] = field(default_factory=dict)
    environment: str = "theorem"
    columns: int = 1


DEFAULT = Options()


def write(results: Sequence[TheoremResult], path: Path, options: Options, chosen: frozenset[str] | None = None) -> Path:
    """Write a file ID.tex a theorem, `normproof.sty` and `references.bib` into the folder, and return it.

    `chosen`: the ids to write; the others of the results were run because these rest on them.

    Raises UserError if the folder cannot be written, a theorem cites what no BibTeX file has, or a symbol is renamed to
    one that the theorem has already.
    """
    if not re.fullmatch(r"[A-Za-z]+", options.environment):
        raise UserError("expected the name of an environment", got=options.environment, where="--theorem-env")
    written = [r for r in results if chosen is None or r.theorem.id in chosen]
    for result in written:
        require_sources(result.theorem)
    found = snippets(written, options, results)
    bibliography = WRITTEN + merged(r.theorem for r in written)
    require_own(path / BIBLIOGRAPHY.name, bibliography)
    writable_folder(path, "the LaTeX files")
    for name, tex in found.items():
        (path / f"{name}.tex").write_text(tex, encoding="utf-8")
    (path / STYLE_NAME).write_text(STYLE, encoding="utf-8")
    (path / BIBLIOGRAPHY.name).write_text(bibliography, encoding="utf-8")
    return path


def snippets(
    written: Sequence[TheoremResult],
    options: Options = DEFAULT,
    results: Sequence[TheoremResult] = (),
    pages: Mapping[str, parts.Page] = MappingProxyType({}),
) -> dict[str, str]:
    """A snippet a theorem, by its id; of the whole run, if that has more, only what is written has a number.

    Raises UserError where a symbol that is to be renamed stands in none of them.
    """
    known, whole = frozenset(r.theorem.id for r in written), results or written
    plain = replace(options, rename={})
    found = {r.theorem.id: snippet(r, whole, known, plain, pages.get(r.theorem.id)) for r in written}
    used = frozenset[str]().union(*map(_letters, found.values()))
    for old in options.rename:
        if _set(old) not in used:
            raise UserError(
                "expected the name of a symbol that stands in a formula",
                got=old,
                where="--rename",
                remedy="the name that it is declared with, such as gamma and not \\gamma: normproof show has the names",
            )
    return {name: _renamed(tex, options.rename, name) for name, tex in found.items()}


def require_own(path: Path, text: str) -> None:
    """A bibliography of the user's own is not written over. Raises UserError."""
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") not in (text, text.removeprefix(WRITTEN)):
        with path.open(encoding="utf-8", errors="replace") as file:
            own = file.readline() == WRITTEN
        if not own or path.is_symlink():
            raise UserError(
                f"expected no other {path.name} beside the LaTeX file: it would be written over",
                got="one that normproof did not write",
                where=str(path),
                remedy="name another folder",
            )


def snippet(
    result: TheoremResult,
    results: Sequence[TheoremResult],
    known: frozenset[str],
    options: Options,
    page: parts.Page | None = None,
) -> str:
    """One theorem as LaTeX that needs `normproof.sty` alone; its page is built if it does not come along."""
    cited = {t.id: _in_words(t) for t in (result.theorem, *_reached(result.theorem))}
    page = page or build.of(result, results)
    kept = tuple(_kept(s, options) for s in page.sections if _wanted(s, options))
    tex = page_tex(
        replace(page, sections=kept),
        known & frozenset(cited),
        evidence=options.evidence,
        line=LETTERS[options.columns],
        words={name: words for name, words in cited.items() if name not in known},
    )
    tex = re.sub(r"\\cref\{([^}]*)\}", lambda m: rf"\npref{{{m[1]}}}{{{cited[m[1]]}}}", tex)
    tex = _in_macros(tex)
    tex = re.sub(r"(\\begin\{\w+\})\[\{(.*)\}\](\\label\{.*\})", r"\1\3\\nptitle{\2}", tex)
    tex = re.sub(r"\\begin{(theorem|erratum|experiment)}", r"\\npflow\g<0>", tex)
    tex = re.sub(r"\\(begin|end)\{theorem\}", lambda m: rf"\{m[1]}{{{options.environment}}}", tex)
    return HEAD + _renamed(tex, options.rename, result.theorem.id)


def _wanted(section: parts.Section, options: Options) -> bool:
    if isinstance(section, parts.Derivation):
        return options.proof
    if isinstance(section, parts.Misses | parts.Others):
        return options.near_misses
    return options.statement and not isinstance(section, parts.Figures)  # plots need a package that no paper must have


def _kept(section: parts.Section, options: Options) -> parts.Section:
    """A statement without its definitions, if they are not wanted."""
    if isinstance(section, parts.Statement) and not options.definitions:
        return replace(section, setting=replace(section.setting, definitions=()))
    return section


def _reached(theorem: Theorem) -> Iterator[Theorem]:
    """Every theorem that a page about this one may cite: what it uses, and what is true in place of an erratum."""
    for used in hypotheses.near(theorem):
        yield used
        yield from _reached(used)
    if isinstance(theorem, Erratum):
        yield theorem.true_theorem
        yield from _reached(theorem.true_theorem)


def _in_words(theorem: Theorem) -> str:
    """A theorem by its title and its source."""
    found = references_of(theorem)
    sources = [f"{found[s.key].short}, {s.place}".rstrip(", ") for s in theorem.sources if s.key in found]
    where = f" ({escape('; '.join(sources))})" if sources else ""
    return f"the theorem ``{text(title_tex(theorem))}''{where}"


def _in_macros(tex: str) -> str:
    for written, macro in _MACROS:
        tex = re.sub(re.escape(written) + "(?=[A-Za-z])", f"{macro} ".replace("\\", r"\\"), tex)
        tex = tex.replace(written, macro)
    return _angled(_fenced(_fenced(tex, "Vert", r"\npnorm"), "vert", r"\npabs"))


def _angled(tex: str) -> str:
    r"""`\langle u, v \rangle` as `\npinner{u}{v}`, innermost first: what a definition of the author's is written as."""

    def inner(match: re.Match[str]) -> str:
        commas = [found.start() for found in re.finditer(r"(?<!\\),", match[1]) if _level(match[1][: found.start()])]
        if len(commas) != 1:
            return match[0].replace("angle", "angle" + DONE)
        left, right = match[1][: commas[0]], match[1][commas[0] + 1 :]
        return rf"\npinner{{{left.strip()}}}{{{right.strip()}}}"

    while (changed := _ANGLES.sub(inner, tex)) != tex:
        tex = changed
    return tex.replace(DONE, "")


def _level(tex: str) -> bool:
    """Is every bracket closed here?"""
    return all(tex.count(opening) == tex.count(closing) for opening, closing in ("()", "[]", "{}"))


def _fenced(tex: str, bar: str, macro: str) -> str:
    r"""`\lVert w \rVert_S` as `\npnorm[S]{w}`, innermost first; bars with a size of their own or about a break stay."""
    inside = rf"((?:(?!\\[lr]{bar}|\\\\|&)[^\n])*?)"
    pattern = re.compile(
        rf"(?<!\\left)(?<!Bigl)(?<!biggl)(?<!Biggl)\\l{bar} ?{inside} ?(?<!\\right)\\r{bar}(?:_(\w|\{{[^{{}}]*\}}))?"
    )
    while True:
        changed = pattern.sub(lambda m: macro + (f"[{m[2].strip('{}')}]" if m[2] else "") + f"{{{m[1]}}}", tex)
        if changed == tex:
            return tex
        tex = changed


def _renamed(tex: str, rename: Mapping[str, str], name: str) -> str:
    r"""Every formula with its letters renamed: `S` to `\Sigma`, `E` to the paper's own mean.

    Raises UserError where a new name is one that the formulas have already: two things would look the same.
    """
    table = {_set(old): new for old, new in rename.items()}
    if not table:
        return tex
    used = _letters(tex)
    for old, new in table.items():
        taken = new in used and new not in table
        if taken or list(table.values()).count(new) > 1:
            raise UserError(
                "expected new names for symbols that the theorem has not got already",
                got=f"{old} renamed to {new}",
                where=name,
                remedy="choose another letter, or rename the other one as well",
            )

    def renamed(token: re.Match[str]) -> str:
        if "$" in token[0]:  # the reason beside a line: text with formulas in it
            return _MATHS.sub(lambda m: _TOKEN.sub(renamed, m[0]), token[0])
        new = table.get(token[0], token[0])
        return new + (
            " " if new[-1:].isalpha() and new[0] == "\\" and token.string[token.end() :][:1].isalpha() else ""
        )

    return _MATHS.sub(lambda m: _TOKEN.sub(renamed, m[0]), tex)


def _set(name: str) -> str:
    """A symbol as formulas have it, by the name that it is declared with."""
    return r"\npE" if name == "E" else name_tex(name)


def _letters(tex: str) -> set[str]:
    return {token for formula in _MATHS.finditer(tex) for token in _TOKEN.findall(formula[0])}


def renames(given: str) -> dict[str, str]:
    r"""`S=\Sigma,E=\E` as a table. Raises UserError for what is not of that form."""
    table = {}
    for pair in filter(None, given.split(",")):
        old, sign, new = pair.partition("=")
        if not (sign and old.strip() and re.fullmatch(r"\\[A-Za-z]+|[A-Za-z]", new.strip())):
            raise UserError(
                "expected names as OLD=NEW with commas between, NEW one letter or one command",
                got=pair,
                where="--rename",
                remedy=r"write for example --rename 'S=\Sigma,E=\E'",
            )
        table[old.strip()] = new.strip()
    return table

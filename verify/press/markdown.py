"""Results as Markdown with formulas in dollars, as GitHub and most viewers show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from theory.statements.erratum import Erratum
from theory.statements.experiment import Experiment
from theory.statements.theorem import Theorem
from theory.typeset.statements import Cite
from verify.errors import writable_file, writable_folder
from verify.press import docket
from verify.press.markdown_erratum import erratum_markdown
from verify.press.markdown_experiment import experiment_markdown
from verify.press.markdown_theorem import (
    anchor,
    cell,
    markdown,
)
from verify.results.records import TheoremResult

PROVED = (
    "Proved: every line of the derivation was accepted by a small checker, for all dimensions; or, where a statement "
    'says "not derived but enclosed", boxes in ball arithmetic cover its whole range. Single instances, in balls or in '
    "floats, support a claim and never prove it."
)


def export(results: Sequence[TheoremResult], path: Path | str) -> Path:
    """Write Markdown and return the main file. A path ending in .md: one file; otherwise a folder, a file a theorem."""
    target = Path(path)
    if target.suffix.lower() in (".md", ".markdown"):
        writable_file(target, "the Markdown file")
        body = "\n".join(page(r, lambda t: f"[{t.id}](#{anchor(t.id)})", level=2) for r in results)
        target.write_text(f"{_contents(results, lambda name: '#' + anchor(name))}\n{body}", encoding="utf-8")
        return target
    writable_folder(target, "the Markdown files")
    known = {r.theorem.id for r in results}

    def cite(theorem: Theorem) -> str:
        return f"[{theorem.id}]({theorem.id}.md)" if theorem.id in known else f"`{theorem.id}`"

    for result in results:
        text = page(result, cite, level=1)
        (target / f"{result.theorem.id}.md").write_text(text, encoding="utf-8")
    main = target / "index.md"
    main.write_text(_contents(results, lambda name: f"{name}.md"), encoding="utf-8")
    return main


def page(result: TheoremResult, cite: Cite, *, level: int = 2) -> str:
    """One theorem, one erratum or one experiment."""
    if isinstance(result.theorem, Experiment):
        return experiment_markdown(result, cite, level=level)
    write = erratum_markdown if isinstance(result.theorem, Erratum) else markdown
    return write(result, cite, level=level)


def _contents(results: Sequence[TheoremResult], where: Callable[[str], str]) -> str:
    theorems, errata = docket.split(results)
    out = ["# Theorems", "", *_table("theorem", theorems, where)]
    out += ["", PROVED] if theorems else []
    if errata:
        out += ["", f"# {docket.HEADING}", "", *_table("erratum", errata, where)]
    return "\n".join([*out, ""])


def _table(kind: str, results: Sequence[TheoremResult], where: Callable[[str], str]) -> list[str]:
    rows = []
    for r in results:
        verdict = cell("; ".join((r.verdict.value, *r.caveats)))
        rows.append(f"| [{cell(r.theorem.title)}]({where(r.theorem.id)}) | `{r.theorem.id}` | {verdict} |")
    return [f"| {kind} | id | verdict |", "|---|---|---|", *rows]

"""`docs/how-do-i-say.md` out of `statements.toml`: `python -m tests.howto.page` writes it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from tests.howto.tables import Said, built, obligations, said
from theory.typeset.python_source import python_assumption, python_claim

PAGE = Path(__file__).parents[2] / "docs" / "how-do-i-say.md"
HEAD = """# How do I say ...?

Each row is a true statement that speaks of the thing, as one types it after `normproof check` and as the claim is in a
theorem file, with what it assumes. All are proved by a test, and this page is written from them, by `python -m
tests.howto.page`. Every name of a theorem file, with an example: [the constructors](api.md). How texts are read:
[check and derive](check-and-derive.md).
"""
OBLIGED = """## What discharges an obligation

A line is refused where something in it may be undefined, or where a sign is not seen. Each statement below is refused
as it stands in a file, and follows with any one of the options; a test asks for both. (`check` assumes that what stands
below `^-1` is invertible, and says so.) `normproof check-lines FILE` says of a
refused line which obligation failed.

| what must hold | asked for by | is shown by any of |
| --- | --- | --- |
"""
INSTANCES = """## Which assumption builds instances

A proof from assumptions that nothing meets proves nothing, so every run looks for instances. For these forms they are
built; a test finds that nearly all that are drawn meet them. What is of no such form is drawn and tested; where too few
meet it, the run says which assumption failed, how often, and what form works. The whole table:
[theorem files](theorem-files.md#assumptions-and-the-instances-that-satisfy-them).

| what is assumed | how instances meet it | for instance |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for topic, rows in groupby(said(), key=lambda row: row[0]):
        parts.append(f"## {topic}\n\n| how do I say | after `normproof check` | in a file |\n| --- | --- | --- |\n")
        parts += [f"| {words} | {_code(it.command)} | {_in_a_file(it)} |\n" for _, words, it in rows]
        parts.append("\n")
    options = [(o.holds, o.said, [f'--{name} "{text}"' for name, text in o.by]) for o in obligations()]
    parts += [OBLIGED, *(f"| {a} | {_code(b.command)} | {', '.join(map(_code, c))} |\n" for a, b, c in options), "\n"]
    parts += [INSTANCES, *(f"| {b.assumed} | {b.how} | {_code(b.said.command)} |\n" for b in built())]
    head, *rest = parts
    return f"{head}\n{''.join(rest)}"


def _in_a_file(it: Said) -> str:
    """The claim, and what is assumed."""
    found = it.statement()
    assert found.claim is not None
    return ", ".join(map(_code, [python_claim(found.claim), *map(python_assumption, found.assumptions)]))


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def main() -> None:
    """Write it."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

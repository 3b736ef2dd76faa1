"""The project's BibTeX file, read just well enough to print a reference as a line of text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import theory

BIBLIOGRAPHY = Path(theory.__file__).parent / "references.bib"


@dataclass(frozen=True)
class Reference:
    """One entry: its key and its fields, braces removed."""

    key: str
    fields: Mapping[str, str]

    @property
    def line(self) -> str:
        """Authors (year). Title. Where."""
        authors = " and ".join(_given_last(a) for a in self.fields.get("author", "").split(" and ") if a)
        if authors.count(" and ") > 2:
            authors = authors.split(" and ")[0] + " et al."
        else:
            authors = authors.replace(" and ", ", ", max(authors.count(" and ") - 1, 0))
        where = [self.fields[k] for k in ("booktitle", "journal", "publisher", "note") if k in self.fields]
        year, title = self.fields.get("year", "n.d."), self.fields.get("title", self.key)
        return f"{authors} ({year}). {title.rstrip('.')}." + (f" {', '.join(where)}." if where else "")

    @property
    def short(self) -> str:
        """First author and year: `Kohler et al. 2019`."""
        authors = [a for a in self.fields.get("author", self.key).split(" and ") if a]
        names = [a.split(",")[0].strip() for a in authors]
        who = names[0] if len(names) == 1 else f"{names[0]} and {names[1]}" if len(names) == 2 else f"{names[0]} et al."
        return f"{who} {self.fields.get('year', '')}".strip()


def _given_last(author: str) -> str:
    last, _, given = (part.strip() for part in author.partition(","))
    return f"{given} {last}".strip()


@cache
def references(path: Path = BIBLIOGRAPHY) -> Mapping[str, Reference]:
    """Every entry of a BibTeX file by key."""
    return {r.key: r for r in parse(path.read_text(encoding="utf-8"))}


def parse(text: str) -> list[Reference]:
    """Entries in order. Fields are braced or quoted values, or bare numbers."""
    found = []
    for head in re.finditer(r"@(\w+)\s*\{\s*([^,\s]+)\s*,", text):
        if head[1].lower() in {"comment", "string", "preamble"}:
            continue
        fields, at = {}, head.end()
        while match := re.compile(r"\s*,?\s*(\w+)\s*=\s*").match(text, at):
            value, at = _value(text, match.end())
            fields[match[1].lower()] = (
                re.sub(r"\s+", " ", re.sub(r"[{}]", "", value)).replace("--", "-").replace(r"\_", "_")
            )
        found.append(Reference(head[2], fields))
    return found


def _value(text: str, at: int) -> tuple[str, int]:
    if text[at] == '"':
        end = text.index('"', at + 1)
        return text[at + 1 : end], end + 1
    if text[at] != "{":
        match = re.compile(r"[^,}\s]*").match(text, at)
        return (match[0], match.end()) if match else ("", at)
    depth, end = 1, at + 1
    while depth and end < len(text):
        depth += (text[end] == "{") - (text[end] == "}")
        end += 1
    return text[at + 1 : end - 1], end

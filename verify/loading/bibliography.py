"""BibTeX files, read just well enough to print a reference as a line of text: the project's, and one beside a theorem.

A theorem of the user's may cite entries of a `references.bib` in its own folder; the project's entries come first.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import theory
from theory.statements.theorem import Source, Theorem
from verify.errors import UserError, did_you_mean

_ADDRESS = re.compile(r"(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,}/[^\s\"'<>]+")  # a host and a path: nothing else is linked
BIBLIOGRAPHY = Path(theory.__file__).parent / "references.bib"


@dataclass(frozen=True)
class Reference:
    """One entry: its key, its fields with braces removed, and its text as it stands in the file."""

    key: str
    fields: Mapping[str, str]
    text: str = ""

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
    def address(self) -> str:
        """Where it can be read, without the scheme: of its arXiv number, its doi, its url, or its note."""
        note = self.fields.get("note", "")
        preprint = re.search(r"arXiv:\s*([\w.-]+/?\d+)", note)
        number = self.fields.get("eprint") or (preprint[1] if preprint else "")
        doi = self.fields.get("doi")
        said = f"arxiv.org/abs/{number}" if number else f"doi.org/{doi}" if doi else self.fields.get("url", note)
        place = _ADDRESS.search(said)
        return place[0].rstrip(".,;") if place else ""

    @property
    def told(self) -> tuple[str, str, str]:
        """The whole line, in short, and the address."""
        return self.line, self.short, self.address

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


@lru_cache(maxsize=64)
def references(path: Path = BIBLIOGRAPHY) -> Mapping[str, Reference]:
    """Every entry of a BibTeX file by key."""
    return {r.key: r for r in parse(path.read_text(encoding="utf-8"))}


def references_of(theorem: Theorem) -> Mapping[str, Reference]:
    """Every entry that a theorem may cite: the project's, and those of `references.bib` in its folder.

    Raises UserError if that file cannot be read.
    """
    beside = _beside(theorem)
    if beside is None:
        return references()
    try:
        return {**references(beside), **references()}
    except (OSError, ValueError, IndexError) as error:
        raise UserError(
            "expected a BibTeX file that can be read",
            got=str(error),
            where=str(beside),
            remedy="each entry is @article{key, title = {...}, year = {...}}",
        ) from None


def _beside(theorem: Theorem) -> Path | None:
    """`references.bib` in the folder of the theorem's file, if there is one."""
    file = getattr(sys.modules.get(theorem.module), "__file__", None)
    path = Path(file).with_name(BIBLIOGRAPHY.name) if file else None
    return path if path is not None and path.is_file() else None


def listed(theorem: Theorem, sources: Iterable[Source]) -> list[tuple[str, str]]:
    """Each source as a full reference, and the place in it with its qualifier."""
    known = references_of(theorem)
    return [(known[s.key].line if s.key in known else s.key, s.where) for s in sources]


def require_sources(theorem: Theorem) -> None:
    """See that every source is an entry: LaTeX could not resolve its key. Raises UserError."""
    known = references_of(theorem)
    for source in (*theorem.sources, *theorem.see_also):
        if source.key not in known:
            file = getattr(sys.modules.get(theorem.module), "__file__", None)
            close = did_you_mean(source.key, known)
            raise UserError(
                "expected every source to be the key of a BibTeX entry",
                got=f"Source({source.key!r}) in {theorem.id}",
                where=file or theorem.module,
                remedy=(f"{close} Or " if close else "") + f"write the entry into {BIBLIOGRAPHY.name} beside that file",
            )


def merged(theorems: Iterable[Theorem]) -> str:
    """The project's BibTeX file, followed by the entries that only the theorems' own files have."""
    own = {r.key: r.text for theorem in theorems for r in references_of(theorem).values() if r.key not in references()}
    return "\n".join([BIBLIOGRAPHY.read_text(encoding="utf-8"), *(f"{text}\n" for text in own.values())])


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
        found.append(Reference(head[2], fields, text[head.start() : text.index("}", at) + 1]))
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

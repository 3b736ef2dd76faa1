"""Theorems by their numbers in the document of the whole catalogue: what "Theorem 31" says there is said here as well.

It is the order of pages that numbers (`verify.press.pages.reading_order`), here as in LaTeX, the PDF and `map.json`.
All theorems are loaded for that, so it is asked only where somebody gives a number or wants to see one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import click

from verify.command.command_group import say
from verify.errors import UserError, did_you_mean

_NUMBERED = re.compile(r"(theorem|experiment|erratum)[\s~]*(\d{1,9})", re.IGNORECASE)  # ~ is a space of LaTeX's
Given = TypeVar("Given", str, tuple[str, ...])


def numbered() -> Mapping[str, str]:
    """`Theorem 31` and its like of every id in the catalogue, as `export` without SELECT numbers them."""
    from verify.loading import loader
    from verify.press.pages import reading_order
    from verify.proof.kernel import Verdict
    from verify.results.records import TheoremResult
    from verify.running import runner

    theorems = runner.in_order(loader.load([]))
    unread = [TheoremResult(t, Verdict.UNDECIDED, "", (), (), "", "", kind=t.kind) for t in theorems]
    kinds = {theorem.id: theorem.kind.capitalize() for theorem in theorems}
    return {name: f"{kinds[name]} {number}" for name, number in reading_order.numbers(unread).items()}


def as_ids(context: click.Context, parameter: click.Parameter, given: Given) -> Given:
    """What a command was given, with ids for numbers. Raises UserError for a number that nothing has."""
    if isinstance(given, tuple):
        return tuple(_as_id(word) for word in given)
    return _as_id(given)


def _as_id(word: str) -> str:
    match = _NUMBERED.fullmatch(word.strip())
    if match is None:
        return word
    known = {number: name for name, number in numbered().items()}
    wanted = f"{match[1].capitalize()} {int(match[2])}"
    if wanted not in known:
        kind = match[1].capitalize()
        last = sum(number.startswith(kind) for number in known)
        raise UserError(
            f"expected a number of the document of the whole catalogue, {kind} 1 to {last}",
            got=repr(word),
            remedy=did_you_mean(wanted, [n for n in known if n.startswith(kind)]) or "normproof list --numbers",
        )
    say(f"{wanted} is {known[wanted]}")
    return known[wanted]

"""What is assumed and not derived: a theorem's own hypotheses, and those that it inherits.

A theorem inherits the hypotheses of those that it uses, and of those that say what it speaks of (`speaks_of`): what
these assume in words is assumed of it as well. Nothing is run for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from theory.statements.claims import Interchange, interchange_name
from theory.statements.theorem import Theorem
from verify.press.pages import prose
from verify.press.pages.parts import Inherited, Words
from verify.press.pages.wording import cited, sentence, words

UNDERIVED = "hypotheses not derived"


@dataclass(frozen=True)
class Stated:
    """One hypothesis that no line derives: what it says, the theorems that state it, and those that inherit it."""

    words: Words
    by: tuple[str, ...]
    under: tuple[str, ...]


def own(theorem: Theorem) -> tuple[Words, ...]:
    """What it assumes itself and no line derives, in words and in steps that a proof would have to show; of what is to
    be refuted nothing is assumed."""
    if theorem.kind == "erratum":
        return ()
    steps = (a for a in theorem.assumptions if isinstance(a, Interchange))
    return (
        *(_bare(words(theorem, text)) for text in prose.assumed_in_words(theorem)),
        *(words(theorem, sentence(a.note or interchange_name(a.over))) for a in steps),
    )


def inherited(theorem: Theorem) -> tuple[Inherited, ...]:
    """What others assume in words, those first that say what it speaks of; `through` is the nearer theorem, if any.
    What several assume in the same words is said once, of the nearest."""
    if theorem.kind == "erratum":
        return ()
    found: dict[str, Inherited] = {}
    for other, through in reached(theorem).items():
        for text in prose.assumed_in_words(other):
            found.setdefault(text, Inherited(other.id, through, words(other, text)))
    return tuple(found.values())


def reached(theorem: Theorem) -> Mapping[Theorem, str]:
    """Every theorem that it leans on, the nearer ones first, each with the near one that it is reached through, if
    any."""
    seen: dict[Theorem, str] = {}
    waiting = [(other, "") for other in near(theorem)]
    while waiting:
        other, through = waiting.pop(0)
        if other not in seen and other != theorem:
            seen[other] = through
            waiting += [(further, through or other.id) for further in near(other)]
    return seen


def near(theorem: Theorem) -> tuple[Theorem, ...]:
    """The theorems that say what it speaks of, then those that it uses."""
    return tuple(dict.fromkeys((*theorem.speaks_of, *theorem.uses)))


def stands_under_any(theorem: Theorem) -> bool:
    """Does it stand under a hypothesis that no line derives, its own or inherited?"""
    stated = any(prose.assumed_in_words(one) for one in (theorem, *reached(theorem)))
    return theorem.kind != "erratum" and (stated or any(isinstance(a, Interchange) for a in theorem.assumptions))


def underived(theorem: Theorem) -> Words:
    """In half a sentence, whose hypotheses it stands under that no line derives; nothing if there are none."""
    names, its = [*dict.fromkeys(item.theorem for item in inherited(theorem))], own(theorem)
    if not names:
        return Words(UNDERIVED, UNDERIVED) if its else Words()
    lead = f"{UNDERIVED}: its own and those of " if its else f"{UNDERIVED}, inherited from "
    return Words(lead + prose.listed(names), lead + prose.listed([cited(name) for name in names]))


def stated(theorems: Iterable[Theorem]) -> tuple[Stated, ...]:
    """Every hypothesis of these theorems that no line derives, inherited ones as well, each once; those first that most
    of them stand under."""
    said: dict[str, Words] = {}
    by: dict[str, dict[str, None]] = {}
    under: dict[str, dict[str, None]] = {}
    for theorem in theorems:
        for text in own(theorem):
            by.setdefault(said.setdefault(text.typed, text).typed, {})[theorem.id] = None
        for item in inherited(theorem):
            text = said.setdefault(_bare(item.words).typed, _bare(item.words))
            by.setdefault(text.typed, {})[item.theorem] = None
            under.setdefault(text.typed, {})[theorem.id] = None
    found = [Stated(said[key], (*by[key],), (*(k for k in under.get(key, ()) if k not in by[key]),)) for key in said]
    return tuple(sorted(found, key=lambda item: -len(item.by) - len(item.under)))


def whose(item: Inherited) -> Words:
    """`inherited from explosion.rate, through explosion.relu-rate`."""
    typed, marked = f"inherited from {item.theorem}", f"inherited from {cited(item.theorem)}"
    if not item.through:
        return Words(typed, marked)
    return Words(f"{typed}, through {item.through}", f"{marked}, through {cited(item.through)}")


def _bare(said: Words) -> Words:
    """A sentence without its lead and its full stop."""
    return Words(*(prose.hypothesis(text).rstrip(".") for text in (said.typed, said.marked)))

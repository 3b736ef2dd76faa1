"""What a symbol, function or definition may be called: words that every medium can print.

A name goes to terminals, web pages and LaTeX, so it is a word. What `tex` may be is said by what sets it
(`theory.typeset.latex_letters`), which is hung in from above and asked as soon as anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import chain, count

from theory.terms.base import CalculusError, Term

LONGEST_NAME = 60
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9*]*'*(_[A-Za-z0-9*]+'*)*")


def require_name(name: object, *, bound: bool = False) -> None:
    """A name is a word of letters and digits with subscripts and primes, such as `w_2`, `c_*`, `y'`.

    Bound symbols, which the program names, may be several words. Raises CalculusError.
    """
    if isinstance(name, str) and len(name) <= LONGEST_NAME:
        words = name.split(" ") if bound else [name]
        if all(_NAME.fullmatch(word) or (bound and word.lstrip("-").isdigit()) for word in words):
            return
    length = f" of {len(name):,} letters" if isinstance(name, str) and len(name) > LONGEST_NAME else ""
    raise CalculusError(
        f"expected a name of at most {LONGEST_NAME} letters and digits with subscripts and primes, such as w_2 or y', "
        f"got {ascii(name)[:60]}{length}. Remedy: a plain name; tex= says how it is printed."
    )


def free_names(word: str, taken: Container[str]) -> Iterator[str]:
    """The word, word_0, word_1 and so on, but for those that are taken."""
    return (name for name in chain([word], (f"{word}_{i}" for i in count())) if name not in taken)


def require_lettering(name: object, tex: object, *, holes: int = 0, bound: bool = False) -> None:
    """LaTeX of a symbol is letters, accents and scripts; a definition has #1 to #`holes` too.

    Raises CalculusError for anything else, and for a name that is none.
    """
    require_name(name, bound=bound)
    if tex in ("", name):
        return
    problem = tex_problem(tex, holes) if isinstance(tex, str) else f"it is {type(tex).__name__}"
    if problem:
        raise CalculusError(
            f"{name}: expected LaTeX of letters, accents, subscripts and superscripts, got {ascii(tex)[:80]}: "
            f"{problem}. Remedy: {Term._lettering.REMEDY}."
        )


def tex_problem(tex: str, holes: int = 0) -> str:
    """Why a text is no such LaTeX; empty if it is."""
    return Term._lettering.tex_problem(tex, holes)

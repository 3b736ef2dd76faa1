"""What a notebook shows: a theorem or its result as a card, a derivation and its near misses as tables.

Each is a fragment of HTML that needs no file beside it. Its colours follow the notebook's own, light or dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from theory.statements.derivation import Derivation
from theory.statements.theorem import NearMiss
from verify.press.pages import build, parts
from verify.press.pages.evidence import lines_now
from verify.press.pages.parts import Page
from verify.results.records import TheoremResult


@dataclass(frozen=True)
class Shown:
    """A fragment of HTML as a notebook takes it."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def card(result: TheoremResult, results: Sequence[TheoremResult] = ()) -> str:
    """A whole theorem: title, verdict, assumptions, statement, derivation, near misses, measurements, evidence.

    `results` are what else is known, such as of the theorem that is true in the place of an erratum.
    """
    page = build.of(result, results)
    return _rendered("card", page=page, sections=page.sections, lines=lines_now(page))


def derivations(result: TheoremResult) -> str:
    """The derivations of all parts, line by line, as the checker left them."""
    page = build.of(result)
    return _rendered("chains", chains=[c for s in page.sections if isinstance(s, parts.Derivation) for c in s.chains])


def derivation(written: Derivation) -> str:
    """A derivation that nothing has checked here."""
    from verify.press.pages.sections import bare_chain

    return _rendered("chains", chains=[bare_chain(written)])


def near_misses(result: TheoremResult) -> str:
    """The false neighbours, and where each one fails."""
    return _rendered("misses", misses=_of_kind(build.of(result), parts.Misses, parts.Others))


def near_miss(stated: NearMiss) -> str:
    """A false neighbour alone: what it says, and what it does without."""
    from theory.typeset.formulas import latex_relation
    from theory.typeset.statements import latex_assumption
    from verify.press.printers.html.richtext import formula

    claim = stated.claim
    shown = formula(latex_relation(claim.left, claim.relation, claim.right), block=True)
    without = ", ".join(str(formula(latex_assumption(assumption))) for assumption in stated.without)
    return f"<div>{shown}{f'<div>without {without}</div>' if without else ''}</div>"


def _of_kind(page: Page, *kinds: type) -> Sequence[parts.Section]:
    return [section for section in page.sections if isinstance(section, kinds)]


def _rendered(what: str, **shown: object) -> str:
    from verify.press.printers.html import environment

    template = environment(frozenset()).get_template("notebook.html")
    return template.render(what=what, **shown)

"""Every row of the tables is run: what is said is proved, what is refused follows with options, instances are built."""

from __future__ import annotations

import pytest

from tests.howto.page import PAGE, page
from tests.howto.tables import Built, Obligation, Said, built, obligations, said
from theory.definitions import batch_norm, bn_unit
from theory.statements.theorem import Theorem
from theory.typeset.python_source import python_claim, python_declarations
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict
from verify.rules import enclosure
from verify.running.completing import completed
from verify.settings import Budget, Settings

ROWS = list(said())


def proved(theorem: Theorem) -> bool:
    """Does the program find lines that the checker accepts?"""
    whole = completed(theorem)
    return whole.parts[0].derivation is not None and establish(check(whole)).verdict is Verdict.PROVED


def test_there_are_many_and_each_says_something_else() -> None:
    assert len(ROWS) >= 40
    assert len({words for _, words, _ in ROWS}) == len({it.command for _, _, it in ROWS}) == len(ROWS)


@pytest.mark.parametrize("it", [it for _, _, it in ROWS], ids=[words for _, words, _ in ROWS])
def test_what_is_said_is_proved_and_is_the_same_in_a_file(it: Said) -> None:
    assert proved(it.theorem())
    claim = it.statement().claim
    assert claim is not None
    lines = "\n".join(["from fractions import Fraction", "from theory import *", *_declared(it)])
    held: dict[str, object] = {**vars(batch_norm), **vars(bn_unit)}
    exec(f"{lines}\nCLAIM = {python_claim(claim)}", held)
    assert held["CLAIM"] == claim


def _declared(it: Said) -> list[str]:
    found = it.statement()
    assert found.claim is not None
    return python_declarations([found.claim.left, found.claim.right])


@pytest.mark.parametrize("row", obligations(), ids=lambda row: row.holds)
def test_an_obligation_is_asked_for_and_each_option_discharges_it(row: Obligation) -> None:
    assert not proved(row.said.theorem())
    for option in row.by:
        assert proved(row.said.with_options(option).theorem()), option


@pytest.mark.parametrize("row", built(), ids=lambda row: row.assumed)
def test_instances_are_built(row: Built) -> None:
    theorem = row.said.theorem()
    found = enclosure.observe(theorem, Settings(Budget.QUICK))
    assert theorem.assumptions or "declared" in row.assumed
    assert found.satisfied >= 0.9 * found.requested
    assert establish(found).verdict is Verdict.SUPPORTED


def test_the_page_is_written_from_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.howto.page"

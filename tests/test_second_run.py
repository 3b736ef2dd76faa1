"""A run that finds all in the store computes nothing again: counted, not timed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from theory.errata import (
    lipschitz_bound_with_root_m,
    rate_independent_of_the_batch,
    rate_of_the_norm,
    variance_from_mean_squares,
)
from theory.statements.theorem import Theorem
from theory.theorems.smoothness import projector
from verify.adversary import replaying
from verify.press.printers import json as jsonout
from verify.results.records import Counterexample, TheoremResult
from verify.results.store import NAME, Store
from verify.running import executors, runner, saying, sides
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK, seed=3)
ERRATA = (lipschitz_bound_with_root_m.ERRATUM, rate_of_the_norm.ERRATUM, variance_from_mean_squares.ERRATUM)


def never(what: str) -> Callable[..., NoReturn]:
    def called(*arguments: object, **named: object) -> NoReturn:
        raise AssertionError(f"{what} was called")

    return called


def run(erratum: Theorem, folder: Path) -> TheoremResult:
    """The erratum's own units alone."""
    with Store(folder, pytest.fail) as store:
        results = runner.run([erratum], QUICK, store, compute=lambda work: work.theorem_id == erratum.id)
    return next(r for r in results if r.theorem is erratum)


@pytest.mark.parametrize("erratum", ERRATA, ids=lambda e: e.id)
def test_a_second_run_performs_no_unit_and_evaluates_no_counterexample(
    erratum: Theorem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(erratum, tmp_path)
    assert first.counterexample is not None
    monkeypatch.setattr(executors, "perform", never("a rule"))
    monkeypatch.setattr(replaying, "replay", never("replay"))
    second = run(erratum, tmp_path)
    assert second.counterexample == first.counterexample
    assert all(evidence.cached for evidence in second.evidence)
    assert without_times(second) == without_times(first)


def without_times(result: TheoremResult) -> object:
    def told(value: object) -> object:
        if isinstance(value, dict):
            return {name: told(item) for name, item in value.items() if name not in ("seconds", "cached")}
        return [told(item) for item in value] if isinstance(value, list) else value

    found = jsonout.document([result], QUICK, seconds=0.0, selected=frozenset({result.theorem.id}), interrupted=False)
    return told(json.loads(json.dumps(found)))


def test_what_is_kept_of_another_witness_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    erratum = ERRATA[0]
    right = run(erratum, tmp_path).counterexample
    assert right is not None
    with Store(tmp_path, pytest.fail) as store:
        key = rows(tmp_path, f"{erratum.id} / replay")[0]
        store.put(key, f"{erratum.id} / replay", Counterexample("another", "1", "2"), 0.0)
    assert run(erratum, tmp_path).counterexample == right
    calls: list[str] = []
    monkeypatch.setattr(sides, "evaluated", lambda theorem, witness: calls.append(witness))
    with Store(tmp_path, pytest.fail) as store:
        assert sides.both_sides(erratum, right.witness, store) == right
        assert not calls
        assert sides.both_sides(erratum, right.witness + " ", store) is None, "another text is another key"
        assert sides.both_sides(ERRATA[1], right.witness, store) is None, "and so is another statement"
    with Store(None, pytest.fail) as store:
        sides.both_sides(erratum, right.witness, store)
    assert calls == [right.witness + " ", right.witness, right.witness]
    assert len(rows(tmp_path, f"{erratum.id} / replay")) == 1, "what could not be evaluated is not kept"


def rows(folder: Path, unit: str) -> list[str]:
    connection = sqlite3.connect(folder / NAME)
    try:
        return [key for (key,) in connection.execute("SELECT key FROM evidence WHERE unit = ?", (unit,))]
    finally:
        connection.close()


def test_what_false_neighbours_state_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    erratum = rate_independent_of_the_batch.ERRATUM
    first = run(erratum, tmp_path)
    said = {miss.id: first.said(miss).typed for miss in first.near_misses}
    assert list(map(bool, said.values())) == [True]
    calls: list[str] = []
    monkeypatch.setattr(saying, "spelled", lambda theorem, mutants: calls.append(theorem.id) or {})
    second = run(erratum, tmp_path)
    assert {miss.id: second.said(miss).typed for miss in second.near_misses} == said
    assert erratum.id not in calls
    [key] = rows(tmp_path, f"{erratum.id} / formulas")
    with Store(tmp_path, pytest.fail) as store:
        for damaged in ((("no", "rows"),), "no table", (("a", "b", "c", ("rows", 1)),)):
            store.put(key, f"{erratum.id} / formulas", damaged, 0.0)
            assert saying.kept(erratum, False, store) == {}
    assert calls == [erratum.id] * 3, "what is kept and is no formula is written again"


def test_what_mutants_state_is_written_beside_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theorem, erratum = projector.THEOREM, ERRATA[0]
    with Store(tmp_path, pytest.fail) as store:
        [unit] = saying.beforehand([theorem, erratum], store)
        assert runner.run([], QUICK, store, beside=[unit]) == []
        assert saying.beforehand([theorem, erratum], store) == ()
    said = saying.spelled(theorem, mutants=True)
    monkeypatch.setattr(saying, "spelled", never("what is kept"))
    assert saying.kept(theorem, True, store) == said, "the store is opened anew for who asks late"
    assert "another theorem" in replace(unit.work, subject="").performed().problem
    with Store(None, pytest.fail) as nowhere:
        assert saying.beforehand([theorem], nowhere) == ()


def test_what_pages_alone_show_is_made_when_they_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saying, "spelled", never("what false neighbours state"))
    monkeypatch.setattr(sides, "evaluated", never("a counterexample"))
    result = run(ERRATA[0], tmp_path)
    with pytest.raises(AssertionError, match="a counterexample was called"):
        result.counterexample  # noqa: B018
    other = run(rate_independent_of_the_batch.ERRATUM, tmp_path)
    with pytest.raises(AssertionError, match="what false neighbours state was called"):
        other.said(other.near_misses[0])

"""The runner: order, graph, crashes, interruption, and that a pool finds what serial work finds."""

from __future__ import annotations

import importlib
import math
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

import fake_rules
import files
import pytest

from theory import Theorem
from verify.errors import UserError
from verify.loading import loader
from verify.proof.kernel import Verdict
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running import concluding, executors, rulebook, runner, where
from verify.running.executors import NEAR_MISS
from verify.running.rulebook import RuleSpec
from verify.running.runner import Step, run
from verify.running.where import processes
from verify.settings import Settings

SETTINGS = Settings()


def nothing(text: str) -> None:
    pytest.fail(f"unexpected warning: {text}")


def go(theorems: list[Theorem], **how: object) -> list[TheoremResult]:
    how.setdefault("rules", fake_rules.GOOD)
    with Store(None, nothing) as store:
        return run(theorems, SETTINGS, store, **how)  # type: ignore[arg-type]


def with_rule(name: str, target: str) -> dict[str, RuleSpec]:
    return {**fake_rules.GOOD, name: RuleSpec(f"fake_rules:{target}")}


def test_proved_with_ranges(tmp_path: Path) -> None:
    [result] = go([files.theorem(tmp_path)])
    assert result.verdict is Verdict.PROVED
    assert result.as_expected
    assert result.claim_range == "all d >= 1"
    assert result.evidence_range == (
        "proved for all d >= 1; enclosed at 8 points of 256 bits; "
        "sampled at 200 instances (float64 on cpu, float32 on cpu)"
    )
    assert [m.verdict for m in result.near_misses] == ["refuted", "refuted"]


def test_every_rule_of_the_book_is_there() -> None:
    tables = [rulebook.RULES, rulebook.DERIVED, rulebook.BOXED, rulebook.MISPRINTED, rulebook.MEASURED]
    specs = [spec for table in tables for spec in table.values()] + [spec for _, spec in rulebook.PRINTED.values()]
    for spec in specs:
        module, _, name = spec.target.partition(":")
        assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize(
    ("rule", "target", "verdict", "words"),
    [
        ("enclosure", "crash", Verdict.UNDECIDED, "enclosure failed: ZeroDivisionError: planted (fake_rules.py"),
        ("enclosure", "liar", Verdict.UNDECIDED, "enclosure failed: expected an observation, got str"),
        ("enclosure", "no_such_function", Verdict.UNDECIDED, "enclosure failed: AttributeError"),
        ("enclosure", "crash", Verdict.UNDECIDED, "a fault of normproof, not of the theorem; remedy: please report"),
        ("enclosure", "liar", Verdict.UNDECIDED, "a fault of normproof, not of the theorem; remedy: please report"),
        ("derivation", "half_derived", Verdict.UNDECIDED, "expected a derivation with the parts and lines"),
        ("enclosure", "vacuous", Verdict.UNDECIDED, "vacuous"),
        ("enclosure", "refuting", Verdict.REFUTED, "counterexample"),
        (NEAR_MISS, "survive", Verdict.SUPPORTED, "near miss not refuted"),
        (NEAR_MISS, "leave", Verdict.SUPPORTED, "near miss not refuted"),
        (NEAR_MISS, "no_such_function", Verdict.UNDECIDED, "near miss (one) failed: AttributeError"),
    ],
)
def test_nothing_but_evidence_proves(tmp_path: Path, rule: str, target: str, verdict: Verdict, words: str) -> None:
    result, other = go([files.theorem(tmp_path), files.theorem(tmp_path)], rules=with_rule(rule, target))
    assert result.verdict is verdict
    assert words in result.reason
    assert not result.as_expected
    assert other.verdict is verdict  # the run went on


def test_without_rules_nothing_is_established(tmp_path: Path) -> None:
    [result] = go([files.theorem(tmp_path)], rules={})
    assert result.verdict is Verdict.UNDECIDED


def test_what_is_used_runs_too_and_comes_first(tmp_path: Path) -> None:
    used = files.write(tmp_path)
    [user] = loader.load([str(files.using(tmp_path, used))])
    results = go([user])
    assert [r.theorem.module for r in results] == [used.stem, user.module]


def test_no_better_than_what_it_uses(tmp_path: Path) -> None:
    used = files.write(tmp_path)
    [user] = loader.load([str(files.using(tmp_path, used))])

    def only_the_user(work: object) -> bool:
        return getattr(work, "theorem_id", "") == user.id

    low, high = go([user], compute=only_the_user)
    assert low.verdict is high.verdict is Verdict.UNDECIDED
    assert low.theorem.id in high.reason


def test_a_theorem_is_expected_to_be_proved_unless_its_file_says_otherwise(tmp_path: Path) -> None:
    theorem = files.theorem(tmp_path)
    bare = replace(theorem, derivation=None, parts=tuple(replace(p, derivation=None) for p in theorem.parts))
    assert concluding.expected_of(bare) is concluding.expected_of(theorem) is Verdict.PROVED
    assert concluding.expected_of(replace(bare, expects="supported")) is Verdict.SUPPORTED


def test_erratum_is_expected_to_be_refuted() -> None:
    erratum = loader.find("errata.variance-for-deviation")
    result = go([erratum])[-1]
    assert result.kind == "erratum"
    assert result.as_expected
    assert concluding.expected_of(erratum) is Verdict.REFUTED


def test_two_statements_of_one_id_are_refused(tmp_path: Path) -> None:
    first = files.theorem(tmp_path)
    second = replace(first, parts=(replace(first.parts[0], label="other"),))
    with pytest.raises(UserError, match="id of its own"):
        go([first, second])


def test_progress_counts_every_unit_and_reports_every_theorem(tmp_path: Path) -> None:
    steps: list[Step] = []
    go([files.theorem(tmp_path), files.theorem(tmp_path)], progress=steps.append)
    counted = [s for s in steps if s.result is None]
    assert [s.done for s in counted] == list(range(1, 13))
    assert {s.total for s in counted} == {12}
    assert sum(s.result is not None for s in steps) == 2


def test_interrupt_keeps_what_is_finished(tmp_path: Path) -> None:
    first, second = files.theorem(tmp_path), files.theorem(tmp_path)
    stop = {**fake_rules.GOOD}

    def progress(step: Step) -> None:
        if step.result is not None:
            raise KeyboardInterrupt

    with pytest.raises(runner.Interrupted) as caught:
        go([first, second], rules=stop, progress=progress)
    assert [r.theorem.id for r in caught.value.results] == [first.id]
    with pytest.raises(runner.Interrupted) as caught:
        go([first, second], rules=with_rule("sampling", "interrupt"))
    assert caught.value.results == []


def test_pool_agrees_with_serial(tmp_path: Path) -> None:
    theorems = [files.theorem(tmp_path) for _ in range(3)]
    serial, parallel = go(theorems), go(theorems, executor=processes(2))
    assert [strip(r) for r in serial] == [strip(r) for r in parallel]


def test_a_file_that_changed_after_it_was_read_gives_no_evidence(tmp_path: Path) -> None:
    """A worker reads the file again; what it finds there is another theorem, whose evidence is not this one's."""
    kept, changed = files.theorem(tmp_path), files.theorem(tmp_path)
    path = tmp_path / f"{changed.module}.py"
    path.write_text(path.read_text().replace("a * (w.T @ w)", "30 * (w.T @ w)"))  # a near miss, of another length
    good, bad = go([kept, changed], executor=processes(2))
    assert good.verdict is Verdict.PROVED
    assert bad.verdict is Verdict.UNDECIDED
    assert bad.evidence == ()
    assert f"{changed.module} states another theorem by now" in bad.reason


def test_what_took_long_begins_early_and_what_is_unknown_before_that(tmp_path: Path) -> None:
    """A worker's units begin in this order: unknown ones as they came, then by what they took the last time."""
    theorem = files.theorem(tmp_path)
    work = executors.Work(theorem.module, theorem.id, "enclosure", "", "fake_rules:enclosure", SETTINGS)
    units = [executors.Unit(replace(work, variant=v), work.performed, "", s) for v, s in
             (("a", 1.0), ("b", math.inf), ("c", 3.0), ("d", math.inf), ("e", 0.0))]  # fmt: skip
    assert [unit.work.label[-2] for unit in executors.longest_first(units)] == ["b", "d", "c", "a", "e"]


def test_the_executor_is_told_what_each_unit_took_the_last_time(tmp_path: Path) -> None:
    theorem, told = files.theorem(tmp_path), []

    def listening(units: Sequence[executors.Unit]) -> Generator[tuple[executors.Unit, executors.Outcome]]:
        for unit in units:
            told.append((unit.work.label.split()[2], unit.seconds))
            yield unit, replace(unit.here(), seconds=2.5)

    with Store(tmp_path / "cache", nothing) as store:
        for seed in (1, 2):
            run([theorem], Settings(seed=seed), store, rules=fake_rules.GOOD, executor=listening)
    assert {seconds for _, seconds in told[:6]} == {math.inf}
    assert told[6:]
    assert {seconds for _, seconds in told[6:]} == {2.5}
    assert "derivation" not in [rule for rule, _ in told[6:]]  # it depends on no seed, and is known


NUMBERS = ("", "0", "257", "two", "2:2", "٢")
NO_EXECUTORS = ["", "processes", "serial:1", "Serial", "ray", "proceses:2", *(f"processes:{n}" for n in NUMBERS)]


@pytest.mark.parametrize("text", NO_EXECUTORS)
def test_a_text_that_names_no_executor_is_refused(text: str) -> None:
    with pytest.raises(UserError) as caught:
        where.named(text)
    assert caught.value.where == "--executor"


def strip(result: TheoremResult) -> object:
    """A result without its times."""
    evidence = [(e.rule, e.verdict, e.reason, e.observation) for e in result.evidence]
    misses = [replace(m, seconds=0.0) for m in result.near_misses]
    return result.theorem.id, result.verdict, result.reason, evidence, misses


def test_dead_worker_is_no_verdict(tmp_path: Path) -> None:
    theorems = [files.theorem(tmp_path), files.theorem(tmp_path)]
    results = go(theorems, executor=processes(2), rules=with_rule("enclosure", "die"))
    assert [r.verdict for r in results] == [Verdict.UNDECIDED] * 2
    assert all("worker process died" in r.reason for r in results)
    assert all(len(r.evidence) == 2 or len(r.evidence) == 3 for r in results)

"""`pytest --normproof my_theorems/`: theorem files as tests, one for each rule that looks at a theorem and one verdict.

Off unless asked for: without the option nothing is collected and nothing but pytest is imported. What a rule cannot
decide is skipped, with the reason, and never passes; the verdict of a theorem passes where the command line's is as
expected. Evidence is kept in the cache that the command line uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from theory.statements.theorem import Theorem
    from verify.proof.kernel import Evidence
    from verify.results.records import NearMissResult, TheoremResult

VERDICT = "verdict"
TOLD: pytest.StashKey[list[str]] = pytest.StashKey()  # what is wrong with the cache
SEEN: pytest.StashKey[list[Path]] = pytest.StashKey()  # theorem files


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("normproof", "theorems of normproof")
    group.addoption("--normproof", action="store_true", help="Collect theorem files: a test for each rule.")
    group.addoption(
        "--normproof-budget",
        choices=("quick", "standard", "thorough"),
        default="quick",
        help="How much work each rule may do (default: %(default)s).",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TOLD], config.stash[SEEN] = [], []


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    config = parent.config
    if not config.getoption("normproof") or file_path.suffix != ".py" or file_path.name.startswith(("_", ".")):
        return None
    tests = (*config.getini("python_files"), "conftest.py")
    if any(fnmatch(file_path.name, pattern) for pattern in tests):
        return None
    from verify.errors import UserError
    from verify.loading.catalogue import states_theorem

    try:
        stated = states_theorem(file_path)
    except UserError:
        stated = True  # it says what is wrong when it is collected
    return TheoremFile.from_parent(parent, path=file_path) if stated else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("normproof"):
        return
    told = config.stash[TOLD]
    lines = list(dict.fromkeys(told))
    if not config.stash[SEEN] and not _collected_elsewhere(config):
        places = ", ".join(config.args)
        lines.append(f"no theorem file in {places}. Remedy: normproof new my-theorem writes a first one")
    for line in lines:
        terminalreporter.write_line(f"normproof: {line}")


def _collected_elsewhere(config: pytest.Config) -> bool:
    """As pytest-xdist does."""
    return bool(getattr(config.option, "numprocesses", None))


class TheoremFile(pytest.File):
    """A theorem file; one item for each rule that looks at its theorem, and one for the verdict."""

    theorem: Theorem

    def collect(self) -> Iterator[pytest.Item]:
        from verify.errors import UserError
        from verify.loading import loader
        from verify.rules.measurable import require_measurable
        from verify.running.rulebook import RULES, rules_of

        self.config.stash[SEEN].append(self.path)
        try:
            self.theorem = loader.load([str(self.path)])[0]
            require_measurable([self.theorem])
            rules = rules_of(self.theorem, RULES)
        except UserError as problem:
            raise self.CollectError(str(problem)) from None
        for rule in (*rules, VERDICT) if self.theorem.kind == "theorem" else (VERDICT,):
            yield TheoremItem.from_parent(self, name=rule.replace(" ", "-"), rule=rule)


class TheoremItem(pytest.Item):
    """What one rule finds about a theorem, or the verdict."""

    def __init__(self, *, rule: str, **given: Any) -> None:
        super().__init__(**given)
        self.rule = rule

    @property
    def theorem(self) -> Theorem:
        assert isinstance(self.parent, TheoremFile)
        return self.parent.theorem

    def runtest(self) -> None:
        from verify.running.executors import MUTANTS, NEAR_MISS

        result = _run(self.theorem, self.rule, self.config)
        if self.rule == VERDICT:
            self._require_verdict(result)
        elif self.rule in (NEAR_MISS, MUTANTS):
            self._require_refuted(result.authored if self.rule == NEAR_MISS else result.mutants, result)
        else:
            self._require_no_objection([e for e in result.evidence if e.rule.value == self.rule], result)

    def _require_verdict(self, result: TheoremResult) -> None:
        if not result.as_expected:
            witness = next((item.witness for item in result.evidence if item.witness), None)
            got = f"{result.verdict.value}: {result.reason}"
            self._fail(f"expected {self.theorem.id} to be {result.expected.value}", got, witness)

    def _require_refuted(self, misses: Sequence[NearMissResult], result: TheoremResult) -> None:
        from verify.results.records import Fate

        survivors = [m for m in misses if m.verdict not in (Fate.REFUTED, Fate.EQUIVALENT) and not m.known]
        if survivors or (not misses and "failed: " in result.reason):
            told = "; ".join(f"{m.id} {m.verdict.value}{f' ({m.left})' if m.left else ''}" for m in survivors)
            self._fail(
                f"expected every false neighbour of {self.theorem.id} to be refuted", told or result.reason, None
            )

    def _require_no_objection(self, found: Sequence[Evidence], result: TheoremResult) -> None:
        from verify.proof.kernel import Verdict

        expected = f"expected the rule {self.rule} to find nothing against {self.theorem.id}"
        if not found:
            self._fail(expected, result.reason, None)
        for item in found:
            if item.verdict is Verdict.REFUTED or item.refused:
                self._fail(expected, f"{item.verdict.value}: {item.reason}", item.witness)
        open_ones = [item.reason for item in found if item.verdict is Verdict.UNDECIDED]
        if open_ones:
            pytest.skip(f"undecided: {'; '.join(open_ones)}")

    def _fail(self, expected: str, got: str, witness: str | None) -> None:
        from verify.errors import UserError

        remedy = f"normproof show {self.path} tells more" if witness is None else "mend the statement"
        again = f"; to look again: normproof replay --from {self.path} WITNESS" if witness else ""
        words = UserError(expected, got=got, where=str(self.path), remedy=remedy + again)
        told = f"\n  witness: {witness}" if witness else ""
        raise AssertionError(str(words).removeprefix("error: ") + told)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, AssertionError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.theorem.id}: {self.name}"


def _run(theorem: Theorem, rule: str, config: pytest.Config) -> TheoremResult:
    """What this rule finds, and for the verdict every rule; what is in the cache is taken from there."""
    from verify.results.store import Store, cache_folder
    from verify.running import devices, runner
    from verify.settings import Budget, Settings

    settings = Settings(Budget(config.getoption("normproof_budget")), device=devices.resolve("auto"))
    with Store(cache_folder(), config.stash[TOLD].append) as store:
        results = runner.run(
            [theorem],
            settings,
            store,
            compute=lambda work: rule == VERDICT or (work.theorem_id == theorem.id and work.rule == rule),
        )
    return next(result for result in results if result.theorem.id == theorem.id)

"""Runs theorems: cuts them into units, runs or recalls each, and asks the kernel for every verdict.

A unit is theorem x rule x variant (or piece), one near miss, or the mutants of one part. Finished units go to the store
one by one. A theorem that others use is run as well, because status is computed over the graph. A rule that crashes
proves nothing and refutes nothing: its theorem is undecided, the reason names rule and place, and the others go on.
"""

from __future__ import annotations

import contextlib
import functools
import graphlib
import os
import sys
from collections.abc import Callable, Container, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import get_args

from theory.statements.experiment import Experiment
from theory.statements.theorem import Theorem
from verify.errors import UserError
from verify.plural import plural
from verify.proof.kernel import EvidenceError, Verdict, establish
from verify.proof.observations import Observation
from verify.results import fingerprint
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running import display
from verify.running.completing import completed
from verify.running.concluding import concluded, rests_on
from verify.running.cutting import pieces
from verify.running.executors import MUTANTS, NEAR_MISS, Errand, Executor, Outcome, Unit, Work, perform, serial
from verify.running.rulebook import RULES, RuleSpec, rules_of
from verify.running.saying import kept
from verify.running.sides import both_sides
from verify.running.storing import computed
from verify.settings import Budget, Settings

display.attach()

SKIPPED = Outcome(None, 0.0, "nobody asks for it any more")  # a problem, so that nothing is kept of it


@dataclass(frozen=True)
class Step:
    """Told to `progress` after each unit; `result` is there when it was the theorem's last."""

    done: int
    total: int
    label: str
    cached: bool = False
    result: TheoremResult | None = None


class Interrupted(Exception):  # noqa: N818 - it is not an error
    """Ctrl-C. `results` holds every theorem that was finished; the units of the others are in the store."""

    def __init__(self, results: list[TheoremResult], total: int) -> None:
        super().__init__(f"interrupted after {len(results)} of {plural(total, 'theorem')}")
        self.results, self.total = results, total


@dataclass
class _Pending:
    """A theorem while its units come in."""

    theorem: Theorem
    settings: Settings
    units: tuple[Work, ...]
    waiting: int
    found: dict[tuple[str, str], tuple[Outcome, bool]] = field(default_factory=dict)

    @property
    def outcomes(self) -> dict[tuple[str, str], tuple[Outcome, bool]]:
        """What was found, in the order of the rules: which unit was finished first is no part of a result."""
        ordered = ((work.rule, work.variant) for work in self.units)
        return {name: self.found[name] for name in ordered if name in self.found}


def run(
    theorems: Sequence[Theorem],
    settings: Settings,
    store: Store,
    *,
    executor: Executor = serial,
    progress: Callable[[Step], None] = lambda step: None,
    rules: Mapping[str, RuleSpec] = RULES,
    compute: Callable[[Work], bool] = lambda work: True,
    brief: bool = False,
    budgets: Mapping[str, Budget] = MappingProxyType({}),
    beside: Sequence[Unit] = (),
) -> list[TheoremResult]:
    """Results for the theorems and all that they use, used ones first.

    `executor` says where the units are performed; what comes out does not depend on it.
    `brief`: long experiments run at the quick budget, whatever the others run at; `budgets` are those of theorems by
    their id that have one of their own.
    `beside` are units of no theorem, which come last: the store keeps what comes of them, and nobody is told.
    `compute(work)` may refuse a unit: then it is taken from the store or left out.
    Raises Interrupted on Ctrl-C, UserError if two theorems have one id.
    """
    settings = replace(settings, failures=store.failures())
    ordered = [completed(theorem) for theorem in in_order(theorems)]
    pending = {}
    for t in ordered:
        own = own_settings(t, replace(settings, budget=budgets.get(t.id, settings.budget)), brief=brief)
        works = tuple(_units(t, own, rules))
        pending[t.id] = _Pending(t, own, works, len(works))
    units = [(t, work) for t in ordered for work in pending[t.id].units]
    results: dict[str, TheoremResult] = {}
    left = {theorem.id: theorem for theorem in ordered}
    try:
        with contextlib.closing(_outcomes(units, store, executor, rules, compute, beside)) as finished:
            for done, (work, outcome, cached) in enumerate(finished, 1):
                state = pending[work.theorem_id]
                state.waiting -= 1
                if outcome is not None:
                    state.found[(work.rule, work.variant)] = (outcome, cached)
                    if outcome.problem and outcome.trace:
                        _debug(work, outcome)
                fresh = [] if state.waiting else list(_conclude_ready(left, pending, results, store))
                progress(Step(done, len(units), work.label, cached))
                for result in fresh:
                    progress(Step(done, len(units), work.label, cached, result))
    except KeyboardInterrupt:
        raise Interrupted([results[t.id] for t in ordered if t.id in results], len(ordered)) from None
    for result in _conclude_ready(left, pending, results, store):  # what has no unit at all
        progress(Step(len(units), len(units), result.theorem.id, False, result))
    return [results[t.id] for t in ordered]


def in_order(theorems: Sequence[Theorem]) -> list[Theorem]:
    """The theorems and all that they use, used ones first. Raises UserError for two theorems with one id."""
    known: dict[str, Theorem] = {}
    graph: dict[str, list[str]] = {}

    def visit(theorem: Theorem) -> None:
        other = known.get(theorem.id)
        if other is not None:
            if other is not theorem and fingerprint.argument(other) != fingerprint.argument(theorem):
                raise UserError(
                    "expected every theorem to have an id of its own",
                    got=f"{theorem.id} twice, with different statements",
                    where=f"{other.module}\n{theorem.module}",
                    remedy="rename one of the files: the file name is the id",
                )
            return
        known[theorem.id] = theorem
        graph[theorem.id] = [used.id for used in theorem.uses]
        for used in theorem.uses:
            visit(used)

    for theorem in theorems:
        visit(theorem)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        raise UserError(
            "expected theorems that use one another in one direction",
            got="a circle: " + " -> ".join(error.args[1]),
            remedy="a theorem cannot rest on itself",
        ) from None
    ordered: dict[str, Theorem] = {}

    def place(name: str) -> None:
        for used in graph[name]:
            if used not in ordered:
                place(used)
        ordered[name] = known[name]

    for theorem in theorems:  # depth first, so that what belongs together stays together
        if theorem.id not in ordered:
            place(theorem.id)
    return list(ordered.values())


def own_settings(theorem: Theorem, settings: Settings, *, brief: bool) -> Settings:
    """What of the settings one theorem's evidence depends on; a long experiment's budget is quick in a brief run."""
    if not isinstance(theorem, Experiment):
        return replace(settings, data="")
    budget = Budget.QUICK if brief and theorem.long else settings.budget
    return replace(settings, budget=budget, data=settings.data if theorem.takes_images else "")


def _units(theorem: Theorem, settings: Settings, rules: Mapping[str, RuleSpec]) -> Iterator[Work]:
    path = tuple(sys.path)
    for rule, spec in rules_of(theorem, rules).items():
        for variant in _variants(theorem, rule, spec, settings):
            yield Work(theorem.module, theorem.id, rule, variant, spec.target, settings, path)


def _variants(theorem: Theorem, rule: str, spec: RuleSpec, settings: Settings) -> tuple[str, ...]:
    if rule == NEAR_MISS:
        return tuple(theorem.near_misses)
    if rule == MUTANTS:
        return tuple(part.label for part in theorem.parts)
    return pieces(theorem, rule, settings) or spec.variants


def most_stored(
    theorems: Sequence[Theorem], settings: Settings, store: Store, budgets: Sequence[Budget]
) -> dict[str, Budget]:
    """Of each theorem, and of all that they use, the budget at which most of its units are stored, by its id; where as
    many are at several, the first of them."""

    def amount(theorem: Theorem, keys: _Keys, budget: Budget) -> int:
        own = own_settings(theorem, replace(settings, budget=budget), brief=False)
        specs = rules_of(theorem, RULES)
        return sum(store.has(keys.of(work, specs[work.rule])) for work in _units(theorem, own, RULES))

    found = {}
    for theorem in map(completed, in_order(theorems)) if store.usable else ():
        keys = _Keys(theorem)
        found[theorem.id] = max(budgets, key=functools.partial(amount, theorem, keys))
    return found


class _Keys:
    """The keys of one theorem's units; what they have in common is digested once, and only where it is asked for."""

    def __init__(self, theorem: Theorem) -> None:
        self._theorem = theorem

    @functools.cached_property
    def whole(self) -> str:
        return fingerprint.whole(self._theorem)

    @functools.cached_property
    def _statement(self) -> str:
        return fingerprint.statement(self._theorem)

    @functools.cached_property
    def _argument(self) -> str:
        return fingerprint.argument(self._theorem)

    @functools.cached_property
    def _near_misses(self) -> dict[str, str]:
        stated = self._statement
        return {name: fingerprint.near_miss(stated, name, miss) for name, miss in self._theorem.near_miss_list()}

    @functools.cached_property
    def _findings(self) -> str:
        return fingerprint.findings(self._theorem)

    def of(self, work: Work, spec: RuleSpec) -> str:
        if work.rule == NEAR_MISS:
            subject = self._near_misses[work.variant]
        else:
            derived = spec.symbolic or work.rule == MUTANTS  # a mutant is held against the derivation as well
            subject = self._argument if derived else self._statement
        if spec.recalls and not work.settings.search:
            subject += self._findings
        settings = None if spec.symbolic else work.settings
        return fingerprint.key(subject, f"{work.rule}={spec.target}", work.variant, settings)


Finished = tuple[Work, Outcome | None, bool]


def _outcomes(
    units: Sequence[tuple[Theorem, Work]],
    store: Store,
    executor: Executor,
    rules: Mapping[str, RuleSpec],
    compute: Callable[[Work], bool],
    beside: Sequence[Unit],
) -> Generator[Finished]:
    """Every unit once, from the store or computed, as they finish. `None` for one that is neither."""
    todo: list[Unit] = []
    asked: dict[Errand, Work] = {}
    known: list[tuple[str, Outcome]] = []
    refuted: set[str] = set()  # of these nobody asks for mutants
    keys = {theorem.id: _Keys(theorem) for theorem, _ in units}
    for theorem, work in units:
        key = keys[theorem.id].of(work, rules_of(theorem, rules)[work.rule]) if store.usable else ""
        stored = store.get(key) if key else None
        if stored is not None:
            recalled = Outcome(stored.value, stored.seconds)
            known.append((work.theorem_id, recalled))
            yield work, recalled, True
        elif compute(work):
            named = replace(work, theorem=keys[theorem.id].whole)
            todo.append(Unit(named, functools.partial(_asked_for, named, theorem, refuted), key))
            asked[named] = work
        else:
            yield work, None, False
    if todo:
        refuted.update(name for name, outcome in known if _refutes(outcome))
    with contextlib.closing(computed([*todo, *beside], store, executor)) as fresh:
        for unit, outcome in fresh:
            if unit.work not in asked:
                continue
            if _refutes(outcome):
                refuted.add(asked[unit.work].theorem_id)
            yield asked[unit.work], None if outcome is SKIPPED else outcome, False


def _asked_for(work: Work, theorem: Theorem, refuted: Container[str]) -> Outcome:
    """What comes of a unit performed here; of a theorem that is refuted by now nobody asks for mutants."""
    return SKIPPED if work.rule == MUTANTS and work.theorem_id in refuted else perform(work, theorem)


def _refutes(outcome: Outcome) -> bool:
    """Is it an observation that the kernel calls a refutation?"""
    try:
        return isinstance(outcome.value, get_args(Observation)) and establish(outcome.value).verdict is Verdict.REFUTED
    except EvidenceError:
        return False


# ---- from outcomes to results -------------------------------------------------------------------------------
def _conclude_ready(
    left: dict[str, Theorem], pending: Mapping[str, _Pending], results: dict[str, TheoremResult], store: Store
) -> Iterator[TheoremResult]:
    """The results of those of the theorems `left`, used ones first, that wait for nothing; they are taken from it."""
    for name, theorem in list(left.items()):
        state = pending[name]
        if not state.waiting and all(used.id in results for used in theorem.uses):
            verdicts = {u.id: results[u.id].verdict for u in rests_on(theorem)}
            sides = functools.partial(both_sides, store=store)
            said = functools.partial(kept, store=store)
            results[name] = concluded(theorem, state.settings, state.outcomes, verdicts, sides, said)
            del left[name]
            yield results[name]


def _debug(work: Work, outcome: Outcome) -> None:
    if os.environ.get("NORMPROOF_DEBUG"):
        sys.stderr.write(f"--- {work.label}\n{outcome.trace}\n")

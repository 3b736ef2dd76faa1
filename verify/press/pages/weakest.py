"""Where a sceptic should look first: the weakest links of a run, each with the theorem it points to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from theory.statements.premises import premises
from verify.press.pages import prose
from verify.proof.kernel import Verdict
from verify.proof.observations import DenseTrace, EnclosureTrace, SamplingTrace
from verify.results.records import Fate, TheoremResult

_ORDER = (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.SUPPORTED, Verdict.PROVED)


@dataclass(frozen=True)
class Link:
    """One weak place: what was looked at, what was found, which theorem, and whether it needs attention."""

    question: str
    answer: str
    theorem: str = ""
    alarming: bool = False


def residual(result: TheoremResult) -> float:
    """The largest float residual seen, in units of the derived rounding bound."""
    seen = [e.observation for e in result.evidence if isinstance(e.observation, SamplingTrace)]
    return max((s.worst_residual for s in seen), default=0.0)


def undecided_cases(result: TheoremResult) -> int:
    """Explicit sizes at which the components could not be decided."""
    seen = [e.observation for e in result.evidence if isinstance(e.observation, DenseTrace)]
    return sum(case.outcome == "unknown" for trace in seen for case in trace.cases)


def unsatisfied(result: TheoremResult) -> int:
    """Instances that were drawn but did not satisfy the assumptions."""
    seen = [e.observation for e in result.evidence]
    return sum(s.requested - s.satisfied for s in seen if isinstance(s, EnclosureTrace | SamplingTrace))


def weakest_links(results: Sequence[TheoremResult]) -> list[Link]:
    """The questions a sceptic asks first, in order, with their answers over all results."""
    theorems = [r for r in results if r.kind != "erratum"]
    if not theorems:
        return [Link("What was verified?", "nothing", alarming=True)]
    return [_unexpected(results), *_of_theorems(theorems)]


def _of_theorems(results: Sequence[TheoremResult]) -> list[Link]:
    """What is asked of theorems only: an erratum that is refuted is no weak link."""
    return [
        _verdict(results),
        _findings(results),
        _undecided(results),
        _excused(results),
        _not_repeated(results),
        _survivors(results),
        _fewest(results),
        _cases(results),
        _rounding(results),
        _dropped(results),
        _stored(results),
        _burden(results),
        _premises(results),
    ]


def _unexpected(results: Sequence[TheoremResult]) -> Link:
    odd = [r for r in results if not r.as_expected]
    if not odd:
        return Link("Anything not as expected?", f"no: all {len(results)} came out as expected")
    first = odd[0]
    text = f"{prose.plural(len(odd), 'result')}; first: {first.verdict.value}, expected {first.expected.value}"
    return Link("Anything not as expected?", text, first.theorem.id, alarming=True)


def _verdict(results: Sequence[TheoremResult]) -> Link:
    worst = min(results, key=lambda r: _ORDER.index(r.verdict))
    same = sum(r.verdict is worst.verdict for r in results)
    if worst.verdict is Verdict.PROVED:
        return Link("Lowest verdict", f"proved: all {len(results)}")
    return Link(
        "Lowest verdict", f"{worst.verdict.value} ({same} of {len(results)}): {worst.reason}", worst.theorem.id, True
    )


def _survivors(results: Sequence[TheoremResult]) -> Link:
    missed = [(r, m) for r in results for m in r.near_misses if m.verdict is Fate.SURVIVED and not m.known]
    known = sum(bool(m.known) for r in results for m in r.near_misses)
    total = sum(len(r.near_misses) for r in results)
    if missed:
        result, miss = missed[0]
        text = f"{len(missed)} of {total} not refuted and not explained; first: {miss.id.split('/', 1)[-1]}"
        return Link("Lies not found out", text, result.theorem.id, alarming=True)
    thin = min(results, key=lambda r: len(r.near_misses))
    explained = f"{known} of {total}, each excused in its theorem's docket" if known else f"none of {total}"
    return Link("Lies not found out", f"{explained}; fewest tried: {len(thin.near_misses)}", thin.theorem.id)


def _excused(results: Sequence[TheoremResult]) -> Link:
    total = sum(r.excused for r in results)
    if not total:
        return Link("Lies excused in words", "none")
    most = max(results, key=lambda r: r.excused)
    return Link("Lies excused in words", f"{total}, by nothing but a sentence of the author; most in", most.theorem.id)


def _not_repeated(results: Sequence[TheoremResult]) -> Link:
    """Proofs that rest on one deriver alone, or on points where SymPy was asked for all of a range."""
    proved = [r for r in results if r.verdict is Verdict.PROVED]
    once = [r for r in proved if not r.derived_twice]
    head = "Proved, and not by SymPy as well"
    if not once:
        return Link(head, f"none: SymPy repeats every line of all {len(proved)}")
    return Link(head, f"{len(once)} of {len(proved)}; first:", once[0].theorem.id)


def _findings(results: Sequence[TheoremResult]) -> Link:
    found = [(r, item) for r in results for item in r.findings]
    if not found:
        return Link("Code that disagrees", "none found")
    result, first = found[0]
    return Link(
        "Code that disagrees", f"with {prose.plural(len(found), 'statement')}; first: {first}", result.theorem.id, True
    )


def _undecided(results: Sequence[TheoremResult]) -> Link:
    found = [(r, words) for r in results for words in r.undecided]
    if not found:
        return Link("Instances left undecided", "none to speak of")
    result, first = found[0]
    return Link("Instances left undecided", f"{len(found)} times; first: {first}", result.theorem.id, alarming=True)


def _fewest(results: Sequence[TheoremResult]) -> Link:
    least = min(results, key=lambda r: r.instances)
    count = least.instances
    return Link("Fewest instances evaluated", f"{count:,}", least.theorem.id, alarming=count == 0)


def _cases(results: Sequence[TheoremResult]) -> Link:
    worst = max(results, key=undecided_cases)
    total = sum(map(undecided_cases, results))
    if not total:
        return Link("Explicit sizes left undecided", "none")
    return Link(
        "Explicit sizes left undecided", f"{total} in all, of which {undecided_cases(worst)} in", worst.theorem.id
    )


def _rounding(results: Sequence[TheoremResult]) -> Link:
    worst = max(results, key=residual)
    value = residual(worst)
    words = "within the bound" if value <= 1 else "beyond it: each such instance was decided in balls"
    return Link("Largest float residual", f"{value:.3g} of the derived rounding bound, {words}", worst.theorem.id)


def _dropped(results: Sequence[TheoremResult]) -> Link:
    worst = max(results, key=unsatisfied)
    if not unsatisfied(worst):
        return Link("Instances that missed the assumptions", "none")
    return Link("Instances that missed the assumptions", f"most: {unsatisfied(worst):,}", worst.theorem.id)


def _stored(results: Sequence[TheoremResult]) -> Link:
    cached = sum(e.cached for r in results for e in r.evidence)
    total = sum(len(r.evidence) for r in results)
    return Link("Evidence from the store, not this run", f"{cached} of {total} pieces" if cached else "none")


def _premises(results: Sequence[TheoremResult]) -> Link:
    found = Counter(premise for r in results for premise in premises(r.theorem))
    if not found:
        return Link("Premises that no line derives", "none")
    most = max(results, key=lambda r: len(premises(r.theorem)))
    text = "; ".join(f"{premise} ({prose.plural(count, 'theorem')})" for premise, count in sorted(found.items()))
    return Link("Premises that no line derives", f"{text}. Most in", most.theorem.id)


def _burden(results: Sequence[TheoremResult]) -> Link:
    users: dict[str, set[str]] = {r.theorem.id: set() for r in results}
    for result in results:
        waiting = list(result.theorem.uses)
        while waiting:
            used = waiting.pop()
            if result.theorem.id not in users.setdefault(used.id, set()):
                users[used.id].add(result.theorem.id)
                waiting.extend(used.uses)
    name = max(users, key=lambda k: len(users[k]))
    if not users[name]:
        return Link("Most rests on", "no theorem uses another")
    others = prose.plural(len(users[name]), "theorem")
    return Link("Most rests on", f"one, used directly or indirectly by {others}:", name)

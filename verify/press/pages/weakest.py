"""Where a sceptic should look first: the weakest links of a run, each with the theorem it points to.

First what nothing checks: results that nobody expected, hypotheses that no line derives, axioms, false neighbours
excused by a sentence, proofs that one deriver alone has seen, code that says otherwise. Then how far the rest was
looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from verify.plural import plural
from verify.press.pages import hypotheses, trusted
from verify.proof.kernel import Verdict
from verify.proof.observations import CaseOutcome, DenseTrace, EnclosureTrace, SamplingTrace
from verify.results.records import Fate, TheoremResult

EXCUSES = {  # how the sentence begins -> what it says
    "false": "said to be false where no search reaches",
    "it claims nothing": "said to claim nothing",
    "true": "said to be true as well",
}
_ORDER = (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.SUPPORTED, Verdict.PROVED)


@dataclass(frozen=True)
class Link:
    """One weak place: what was looked at, what was found, which theorem, and whether it needs attention.

    `items` are the findings one by one, each with the theorems it is of, where there is more than a sentence.
    """

    question: str
    answer: str
    theorem: str = ""
    alarming: bool = False
    items: tuple[tuple[str, tuple[str, ...]], ...] = ()


def residual(result: TheoremResult) -> float:
    """The largest float residual seen, in units of the derived rounding bound."""
    seen = [e.observation for e in result.evidence if isinstance(e.observation, SamplingTrace)]
    return max((s.worst_residual for s in seen), default=0.0)


def undecided_cases(result: TheoremResult) -> int:
    """Explicit sizes at which the components could not be decided."""
    seen = [e.observation for e in result.evidence if isinstance(e.observation, DenseTrace)]
    return sum(case.outcome is CaseOutcome.UNKNOWN for trace in seen for case in trace.cases)


def unsatisfied(result: TheoremResult) -> int:
    """Instances that were drawn but did not satisfy the assumptions."""
    seen = [e.observation for e in result.evidence]
    return sum(s.requested - s.satisfied for s in seen if isinstance(s, EnclosureTrace | SamplingTrace))


def weakest_links(results: Sequence[TheoremResult]) -> list[Link]:
    """The questions a sceptic asks first, in order, with their answers over all results."""
    theorems = [r for r in results if r.kind != "erratum"]
    if not theorems:
        return [Link("What was verified?", "nothing", alarming=True)]
    seen = [r for r in results if r.examined]
    return [*_unexamined(results), _unexpected(seen), *_of_theorems(theorems, results)]


def _of_theorems(results: Sequence[TheoremResult], everything: Sequence[TheoremResult]) -> list[Link]:
    """What is asked of theorems only, an erratum that is refuted being no weak link; but false neighbours are counted
    as everywhere, with its own."""
    return [
        _hypotheses(results),
        _axioms(results),
        _excused(results),
        _not_repeated(results),
        _in_part(results),
        _findings(results),
        _verdict(results),
        _undecided(results),
        _survivors(everything),
        _fewest(results),
        _cases(results),
        _rounding(results),
        _dropped(results),
        _stored(results),
        _burden(results),
    ]


def _unexamined(results: Sequence[TheoremResult]) -> list[Link]:
    """What is printed from its statement and its lines alone; nothing where a run has looked at everything."""
    found = tuple(r.theorem.id for r in results if not r.examined)
    if not found:
        return []
    return [Link("Not run", f"{len(found)} of {len(results)}", alarming=True, items=(("", found),))]


def _unexpected(results: Sequence[TheoremResult]) -> Link:
    odd = [r for r in results if not r.as_expected]
    if not odd:
        return Link("Anything not as expected?", f"no: all {len(results)} came out as expected")
    items = tuple((f"{r.verdict.value}, expected {r.expected.value}", (r.theorem.id,)) for r in odd)
    return Link("Anything not as expected?", plural(len(odd), "result"), alarming=True, items=items)


def _verdict(results: Sequence[TheoremResult]) -> Link:
    """What is not proved. That an experiment speaks against a claim alarms nobody where its file says that it will."""
    lower = [r for r in results if r.verdict is not Verdict.PROVED]
    if not lower:
        return Link("Not proved", f"none: proved are all {len(results)}")
    counts = Counter(r.verdict for r in lower)
    text = ", ".join(f"{counts[v]} {v.value}" for v in _ORDER if counts[v])
    odd = [r for r in lower if not r.as_expected]
    worst = min(odd or lower, key=lambda r: _ORDER.index(r.verdict))
    said = f"{text}, of {len(results)}; " + (
        "the weakest that is not as expected:" if odd else "each as its file expects; the weakest:"
    )
    return Link("Not proved", said, worst.theorem.id, alarming=bool(odd))


def _survivors(results: Sequence[TheoremResult]) -> Link:
    missed = [(r, m) for r in results for m in r.near_misses if m.verdict is Fate.SURVIVED and not m.known]
    known = sum(bool(m.known) for r in results for m in r.near_misses)
    total = sum(len(r.near_misses) for r in results)
    if missed:
        result, miss = missed[0]
        text = f"{len(missed)} of {total} not refuted and not explained; first: {miss.id.split('/', 1)[-1]}"
        return Link("False neighbours not found out", text, result.theorem.id, alarming=True)
    thin = min(results, key=lambda r: len(r.near_misses))
    explained = f"{known} of {total}, each excused in its theorem's docket" if known else f"none of {total}"
    return Link(
        "False neighbours not found out", f"{explained}; fewest tried: {len(thin.near_misses)}", thin.theorem.id
    )


def _excused(results: Sequence[TheoremResult]) -> Link:
    total = sum(r.excused for r in results)
    if not total:
        return Link("False neighbours excused in words", "none")
    excusing = sorted((r for r in results if r.excused), key=lambda r: -r.excused)
    kinds = Counter(_kind(m.known) for r in results for m in r.near_misses if m.verdict is Fate.SURVIVED and m.known)
    said = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    text = f"{total}, by nothing but a sentence of the author: {said}; most of them, {excusing[0].excused}, in"
    items = tuple((str(r.excused), (r.theorem.id,)) for r in excusing)
    return Link("False neighbours excused in words", text, excusing[0].theorem.id, items=items)


def _kind(sentence: str) -> str:
    """What kind of excuse it is, by how it begins."""
    for word, kind in EXCUSES.items():
        if re.match(rf"{word}\b", sentence.lstrip()):
            return kind
    return "of another kind"


def _not_repeated(results: Sequence[TheoremResult]) -> Link:
    """Proofs that rest on one deriver alone, or on points where SymPy was asked for all of a range."""
    proved = [r for r in results if r.verdict is Verdict.PROVED]
    once = [r for r in proved if not r.derived_twice]
    head = "Proved, and not by SymPy as well"
    if not once:
        return Link(head, f"none: SymPy repeats every line of all {len(proved)}")
    return Link(head, f"{len(once)} of {len(proved)}", items=(("", tuple(r.theorem.id for r in once)),))


def _in_part(results: Sequence[TheoremResult]) -> Link:
    """Lines of which SymPy says that they hold where it looked, and no more."""
    found = sorted((r for r in results if r.repeated_in_part), key=lambda r: -r.repeated_in_part)
    head = "By SymPy at points or sizes alone"
    if not found:
        return Link(head, "no line")
    lines = sum(r.repeated_in_part for r in found)
    items = tuple((plural(r.repeated_in_part, "line"), (r.theorem.id,)) for r in found)
    said = f"{plural(lines, 'line')}, of {plural(len(found), 'theorem')}; most of them in"
    return Link(head, said, found[0].theorem.id, items=items)


def _findings(results: Sequence[TheoremResult]) -> Link:
    found = [(r, item) for r in results for item in r.findings]
    if not found:
        return Link("Code that disagrees", "none found")
    items = tuple((str(item), (result.theorem.id,)) for result, item in found)
    return Link("Code that disagrees", f"with {plural(len(found), 'statement')}", alarming=True, items=items)


def _undecided(results: Sequence[TheoremResult]) -> Link:
    found = [(r, words) for r in results for words in r.undecided]
    if not found:
        return Link("Instances left undecided", "none to speak of")
    result, first = found[0]
    return Link(
        "Instances left undecided", f"{plural(len(found), 'time')}; first: {first}", result.theorem.id, alarming=True
    )


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
    return Link("Evidence from the store, not this run", f"{cached} of {plural(total, 'piece')}" if cached else "none")


def _hypotheses(results: Sequence[TheoremResult]) -> Link:
    """What theorems take for granted on what they speak of: a limit of width, an independence, an exchange."""
    found = hypotheses.stated(r.theorem for r in results)
    head = "Hypotheses that no line derives"
    if not found:
        return Link(head, "none")
    standing = {name for item in found for name in (*item.by, *item.under)} & {r.theorem.id for r in results}
    more = (f" (inherited by {len(item.under)} more)" if item.under else "" for item in found)
    items = tuple((item.words.typed + heirs, item.by) for item, heirs in zip(found, more, strict=True))
    said = f"{len(found)}; {len(standing)} of {plural(len(results), 'theorem')} stand under at least one, most under"
    return Link(head, f"{said} that of", found[0].by[0], items=items)


def _axioms(results: Sequence[TheoremResult]) -> Link:
    """The axioms of mathematics that proofs rest on, as the page on trust counts them."""
    known = trusted.rested_on(results)
    used = [axiom for axiom in known if axiom.users]
    head = "Axioms that proofs rest on"
    if not used:
        return Link(head, f"none of the {len(known)}")
    resting = Counter(name for axiom in used for name in axiom.users)
    [(most, count)] = resting.most_common(1)
    said = f"{len(used)} of the {len(known)}; {len(resting)} of {plural(len(results), 'theorem')} rest on at least one"
    items = tuple((axiom.name, axiom.users) for axiom in used)
    return Link(head, f"{said}; on most of them, {count}:", most, items=items)


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
    others = plural(len(users[name]), "theorem")
    return Link("Most rests on", f"one, used directly or indirectly by {others}:", name)

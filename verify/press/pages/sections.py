"""The sections that pages of several kinds have, made from a result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from theory.statements.claims import Assumption, AtMost, Equal, Interchange, functions_of
from theory.statements.derivation import Derivation, Line, Reason, Surplus, Unfold
from theory.statements.premises import premises
from theory.statements.theorem import Part, Theorem
from theory.statements.theorem import Source as Named
from theory.terms import Term
from theory.typeset.statements import latex_assumption, latex_reason
from verify.loading.bibliography import references_of
from verify.press.pages import again, counterexamples, evidence, mutants, parts, prose, reasons, typed
from verify.press.pages.alike import alike
from verify.press.pages.parts import Words
from verify.press.pages.wording import cited, sentence, worded, words
from verify.results import ranges
from verify.results.records import Fate, NearMissResult, TheoremResult, docket_name

GROWTH = (
    "lambda(phi, B) := E[(B - 1 - y_1^2) phi'(y_1)^2 + (1 + y_1 y_2) phi'(y_1) phi'(y_2)] / ((B - 3) u)   (the rate of "
    "explosion.rate, with u = E[phi(y_1)^2] - E[phi(y_1) phi(y_2)] and y uniform on the sphere 1'y = 0, |y|^2 = B)"
)


def sources(theorem: Theorem, found: Sequence[Named]) -> tuple[parts.Source, ...]:
    known = references_of(theorem)
    told = ((s, known[s.key].told) if s.key in known else (s, (s.key, s.key, "")) for s in found)
    return tuple(
        parts.Source(s.key, s.place, s.qualifier, line, s.where, short, _version(at, s.place))
        for s, (line, short, at) in told
    )


def _version(address: str, place: str) -> str:
    """The address of the version that a place names, as `in arXiv v3` does: another may have other formulas."""
    named = re.search(r"arXiv (v\d+)\b", place)
    return address + named[1] if named and address.startswith("arxiv.org/abs/") else address


# ---- statement ----------------------------------------------------------------------------------------------
def setting(theorem: Theorem) -> parts.Setting:
    """Symbols, functions, assumptions and definitions."""
    known = theorem.domain
    symbols = [
        (str(known[s]) if s in known else ranges.symbols_in_words(s))
        + (f", {said}" if (said := prose.meaning(theorem, s)) else "")
        for s in theorem.symbols
    ]
    phi = prose.growth_rate(theorem)
    return parts.Setting(
        tuple(prose.declarations(theorem)),
        (*symbols, *_functions(theorem)),
        tuple(assumed(theorem, a) for a in theorem.assumptions),
        tuple(prose.definitions(theorem)),
        prose.spoken_of(theorem),
        parts.Growth(GROWTH, prose.growth_tex(phi), prose.growth_rows(phi), prose.growth_words(phi)) if phi else None,
    )


def _functions(theorem: Theorem) -> list[str]:
    """What each function may be; those of near misses as well."""
    stated = {f.name for part in theorem.parts for f in functions_of(part.claim)}
    named = theorem.functions
    others = [
        f"{name} in near misses: {', '.join(known)}" for name, known in sorted(named.items()) if name not in stated
    ]
    return [*ranges.functions(theorem), *others]


def assumed(theorem: Theorem, assumption: Assumption) -> parts.Assumed:
    relation = None
    if isinstance(assumption, Equal | AtMost):
        sign = "=" if isinstance(assumption, Equal) else "<="
        relation = parts.Relation(assumption.left, sign, assumption.right)
    formula = Words(typed.assumption_text(assumption), f"${latex_assumption(assumption)}$")
    premise = isinstance(assumption, Interchange)
    return parts.Assumed(formula, words(theorem, assumption.note), relation, premise)


def claims(theorem: Theorem, of: Sequence[Part]) -> tuple[parts.Relation, ...]:
    """What some parts of a theorem claim."""
    return tuple(relation(theorem, p, p.claim.relation) for p in of)


def headline(theorem: Theorem) -> parts.Relation | None:
    """The claim that the title speaks of: of the part that its author names, or of the first."""
    named = [part for part in theorem.parts if part.label == theorem.headline]
    return next(iter(claims(theorem, named or theorem.parts)), None)


def relation(theorem: Theorem, part: Part, sign: str) -> parts.Relation:
    return parts.Relation(part.claim.left, sign, part.claim.right, letter(theorem, part), words(theorem, part.label))


def letter(theorem: Theorem, part: Part) -> str:
    """`(a)`, or nothing where a theorem has one part without a label."""
    return prose.part_label(theorem.parts.index(part), part, theorem).split(" ")[0]


def statement(theorem: Theorem) -> parts.Statement:
    reads = words(theorem, theorem.reads) if theorem.reads else Words()
    return parts.Statement(
        "Statement", setting(theorem), "Then", claims(theorem, theorem.parts), premises(theorem), reads=reads
    )


# ---- derivation ---------------------------------------------------------------------------------------------
def derivation(result: TheoremResult, heading: str = "Derivation") -> parts.Derivation:
    """Every part with its derivation as the checker left it."""
    theorem = result.theorem
    return parts.Derivation(heading, tuple(_chain(result, k, part) for k, part in enumerate(theorem.parts)))


def _chain(result: TheoremResult, number: int, part: Part) -> parts.Chain:
    theorem, traces, steps = result.theorem, evidence.line_traces(result, number), []
    opinions = evidence.second_opinions(result, number)
    names = {t.id for t in theorem.uses}
    before = part.derivation.start if part.derivation else None
    for k, line in enumerate(part.derivation.lines if part.derivation else (), 1):
        trace = traces.get(k)
        used = prose.used_beyond(theorem, line, trace) if trace else []
        steps.append(
            parts.Step(
                k,
                line.relation,
                line.term,
                tuple(_because(theorem, line, before)),
                tuple(Words(item, cited(item) if item in names else marked) for item, marked in used),
                trace.accepted if trace else None,
                trace.problem if trace else "",
                opinions.get(k),
            )
        )
        before = line.term
    return parts.Chain(
        letter(theorem, part),
        words(theorem, part.label),
        part.derivation.start if part.derivation else None,
        tuple(steps),
        "" if part.derivation else evidence.underived(result, number),
        f"{part.sought[:1].upper()}{part.sought[1:]}." if part.derivation and part.sought else "",
    )


def bare_chain(derivation: Derivation) -> parts.Chain:
    """A derivation as it was written, on its own: nothing has checked it here, and its reasons have no notes."""
    steps, before = [], derivation.start
    for number, line in enumerate(derivation.lines, 1):
        said = ((_said(reason, line, before), reason) for reason in line.reasons)
        because = tuple(
            parts.Because(words, certificate=r, signs=reasons.signs(r, line))
            if isinstance(r, Surplus)
            else parts.Because(words)
            for words, r in said
            if words
        )
        steps.append(parts.Step(number, line.relation, line.term, because, (), None, ""))
        before = line.term
    return parts.Chain("", Words(), derivation.start, tuple(steps), "")


def _because(theorem: Theorem, line: Line, before: Term | None) -> Iterator[parts.Because]:
    """The reasons of a line that say something: what is named and does not stand in it goes without saying."""
    for reason in line.reasons:
        said = _said(reason, line, before)
        if isinstance(reason, Surplus):
            yield parts.Because(said, certificate=reason, signs=reasons.signs(reason, line))
        elif isinstance(reason, Equal | AtMost):
            yield parts.Because(said, assumed=assumed(theorem, reason))
        elif said:
            yield parts.Because(said)


def _said(reason: Reason, line: Line, before: Term | None) -> Words:
    if not isinstance(reason, Unfold) or before is None:
        return _reason_words(reason, line.relation)
    used = reasons.unfolded(reason, before, line)
    named = reasons.seen(used, before, line) if len(used) > reasons.MOST else used
    if not named or len(named) == len(used):
        return _reason_words(Unfold(used)) if used else Words()
    short, more = _reason_words(Unfold(named)), " and of what stands in " + ("it" if len(named) == 1 else "them")
    return Words(short.typed + more, short.marked + more)


def _reason_words(reason: Reason, relation: str = "<=") -> Words:
    marked = latex_reason(reason, lambda other: cited(other.id), relation)
    return Words(typed.reason_text(reason, relation), marked)


# ---- near misses and mutants --------------------------------------------------------------------------------
def misses(
    result: TheoremResult,
    heading: str = "Near misses",
    said: str = "False neighbours of this statement, and where each one fails.",
) -> parts.Misses:
    """The near misses that an author wrote, those that survived first, and those that nothing has tried."""
    theorem, found = result.theorem, {miss.id: miss for miss in result.authored}
    lies = [_lie(theorem, miss) for miss in result.authored]
    new = [NearMissResult(f"{theorem.id}/{name}", "author", Fate.UNTRIED) for name, _ in theorem.near_miss_list()]
    return parts.Misses(
        heading,
        said,
        tuple(sorted(lies, key=lambda lie: lie.verdict != "survived")),
        mutants.counted(result.mutants),
        tuple(_lie(theorem, miss) for miss in new if miss.id not in found),
    )


def _lie(theorem: Theorem, miss: NearMissResult) -> parts.Lie:
    name = miss.id.split("/", 1)[-1]
    stated = dict(theorem.near_miss_list()).get(name)
    claim = parts.Relation(stated.claim.left, stated.claim.relation, stated.claim.right) if stated else None
    without = stated.without if stated else ()
    return parts.Lie(
        name=Words(name, worded(theorem, sentence(name))),
        origin=miss.origin,
        verdict=miss.verdict,
        claim=claim,
        without=tuple(assumed(theorem, a) for a in without),
        stated=_stated_before(theorem, claim) if claim and without else None,
        instance=counterexamples.place(theorem, miss.witness),
        sides=counterexamples.sides_tex(miss.left, claim.sign if claim else "=", miss.right),
        left=miss.left,
        right=miss.right,
        again=again.lines(theorem, miss.witness),
    )


def _stated_before(theorem: Theorem, claim: parts.Relation) -> str | None:
    """The letter of the part that says the same; None if it is new."""
    for part in theorem.parts:
        if (claim.left, claim.sign, claim.right) == (part.claim.left, part.claim.relation, part.claim.right):
            return letter(theorem, part)
    return None


def slips(result: TheoremResult) -> parts.Mutants:
    """What each assumption is for, and every mutant, those that survived first."""
    theorem, order = result.theorem, ("survived", "equivalent", "refuted")
    purposes = []
    for item in result.purposes:
        given_up = words(theorem, item.given_up)
        if item.assumption:
            given_up = Words(item.given_up, f"without ${latex_assumption(item.assumption)}$")
        where = f" ({item.part.label})" if item.needed and item.part.label else ""
        instance = counterexamples.place(theorem, item.miss.witness) if item.needed else Words()
        outcome = mutants.outcome(item)
        said = Words(outcome + where, mutants.why(theorem, outcome) + worded(theorem, where))
        purposes.append(parts.Purpose(given_up, said, instance))
    found = []
    for miss in sorted(result.mutants, key=lambda m: order.index(m.verdict)):
        where = counterexamples.witness_tex(theorem, miss.witness)
        why = where or mutants.why(theorem, miss.known or miss.left)
        found.append(parts.Mutant(mutants.name(result, miss), result.said(miss).rows, miss.verdict, why))
    return parts.Mutants(
        mutants.counted(result.mutants),
        tuple(purposes),
        tuple(found),
        tuple(parts.Survivor(docket_name(m.id), result.said(m).typed, m.known) for m in mutants.survivors(result)),
        tuple(mutants.stale(result)),
    )


def neighbours(result: TheoremResult, results: Sequence[TheoremResult]) -> parts.Neighbours:
    """The theorems a theorem uses or speaks of, and those of the run that use it, speak of it, or speak of the same."""
    theorem = result.theorem
    return parts.Neighbours(
        tuple(used.id for used in theorem.uses),
        tuple(r.theorem.id for r in results if theorem in r.theorem.uses),
        tuple(other.id for other in theorem.speaks_of),
        tuple(r.theorem.id for r in results if theorem in r.theorem.speaks_of),
        alike(result, results),
    )

"""A statement that somebody has typed: derived, or refuted, or neither; as a theorem of a file would be, and at once.

The derivation comes first and the attack next, since each settles the matter; points are looked at when neither does.
The verdict is the kernel's, from the same observations that a run makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Claim, Identity, assumption_text, has_inverse
from theory.statements.derivation import ALGEBRA, Derivation, Line, Surplus, start
from theory.statements.ranges import Range, declared
from theory.statements.setting import Matrices, Numbers, Setting
from theory.statements.theorem import NearMiss, Theorem
from theory.terms import CalculusError, Term, rewrite
from verify.adversary.attack import attack
from verify.adversary.deciding.by_witness import refuted
from verify.adversary.lies import Lie
from verify.adversary.mutating.slips import slips
from verify.adversary.replaying import replay
from verify.adversary.shrinking.descent import shrink
from verify.deriving.chains import plain
from verify.deriving.ingredients import equalities, mechanical
from verify.deriving.orienting import oriented
from verify.deriving.proposals import BY_THE_PROGRAM
from verify.exact.climbing import search
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.exact.outcomes import Outcome as Decided
from verify.exact.sizes import choose, dimensions_of
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict
from verify.proof.numbers import differential as on_numbers
from verify.proof.observations import EnclosureTrace
from verify.results.records import Fate, NearMissResult, TheoremResult
from verify.running.completing import completed, with_lines_sought
from verify.running.concluding import concluded
from verify.running.executors import NEAR_MISS, Outcome, Work, perform
from verify.running.folding import folded
from verify.running.refusals import at_its_point, first_missing, in_one_line, least_beside
from verify.running.rulebook import RULES, rules_of
from verify.settings import Budget, Settings

MODULE = "check"  # the file to paste is check.py, so that witnesses of the answer are witnesses of the file
QUICK = Settings(Budget.QUICK)
SLIPS, MISSES = 8, 2  # slips of the hand that are attacked, and how many refuted ones are enough
TRIALS, DESCENT = 12, 40  # instances that a slip is tried at, and decisions to make its counterexample smaller
INVERSES = 3  # that are assumed to exist
FEW_BITS = 128  # that show why an instance is not evaluated
OFF_BY_ONE = "off by one"


@dataclass(frozen=True)
class Answer:
    """What came of a statement.

    counterexample: the shrunk one, with both sides, where it was refuted. refusal: where neither lines nor that were
    found, why the checker refuses the claim as one line by everything that may be cited; in rows, a word before each.
    not_evaluated: why no instance was, where none was.
    """

    result: TheoremResult
    counterexample: NearMissResult | None = None
    refusal: tuple[tuple[str, str], ...] = ()
    not_evaluated: str = ""

    @property
    def theorem(self) -> Theorem:
        """The statement as a theorem, with the lines that were found for it."""
        return self.result.theorem

    @property
    def verdict(self) -> Verdict:
        return self.result.verdict


def stated(
    claim: Claim,
    assumptions: Sequence[Assumption] = (),
    *,
    title: str,
    scalars: bool = False,
    lines: Derivation | None = None,
) -> Theorem:
    """The statement as a theorem with one near miss, that its sides differ by one.

    Raises TheoremError for what no theorem states.
    """
    setting: Setting = Matrices()
    assumptions = assumptions if scalars else oriented(assumptions)
    if scalars:
        setting, assumptions = Numbers(_ranges(assumptions)), ()
    return Theorem(
        MODULE,
        claim,
        lines,
        near_misses={OFF_BY_ONE: _off_by_one(claim)},
        assumptions=tuple(assumptions),
        docstring=title,
        setting=setting,
    )


def _ranges(assumptions: Sequence[Assumption]) -> tuple[Range, ...]:
    """Bounds of symbols by numbers, as the ranges that a theorem on numbers takes in their place: all of them hold."""
    found: dict[t.Symbol, Range] = {}
    for item in assumptions:
        sides = (item.left, item.right) if isinstance(item, AtMost) else ()
        match sides:
            case (t.Symbol() as symbol, t.Number(value)):
                whole = found.setdefault(symbol, declared(symbol))
                if whole.high is None or value < whole.high:
                    found[symbol] = replace(whole, high=value, high_open=False)
            case (t.Number(value), t.Symbol() as symbol):
                whole = found.setdefault(symbol, declared(symbol))
                if whole.low is None or value > whole.low:
                    found[symbol] = replace(whole, low=value, low_open=False)
            case _:
                raise CalculusError(
                    f"expected bounds of symbols by numbers in a statement on numbers, got {assumption_text(item)}. "
                    'Remedy: such as --assume "1 <= t".'
                )
    return tuple(found.values())


def answer(theorem: Theorem, settings: Settings = QUICK) -> Answer:
    """Derive the statement, or refute it, or look at it at points."""
    theorem = _with_lines(theorem)
    if not accepted(theorem):
        theorem = _WAYS[type(theorem.setting)].otherwise(theorem) or theorem
    ways = _WAYS[type(theorem.setting)]
    if accepted(theorem):
        misses = ways.slips(theorem, settings)
        if misses:
            theorem = replace(theorem, near_misses={_name(miss): lie.claim for lie, miss in misses})
        return Answer(_concluded(theorem, settings, ("derivation", "enclosure"), [miss for _, miss in misses]))
    found = ways.attacked(theorem, settings)
    if found is not None:
        trace, shrunk = found
        outcomes = {("enclosure", ""): (Outcome(trace, 0.0), False)}
        return Answer(concluded(theorem, settings, outcomes, {}), shrunk)
    result = _concluded(theorem, settings, ("boxes", "enclosure") if theorem.by_boxes else ("enclosure",), ())
    found_there = _at_its_witness(result)
    if found_there:
        return Answer(result, found_there)
    return Answer(result, None, in_one_line(theorem, theorem.parts[0]), ways.unseen(theorem, result))


# ---- derivations --------------------------------------------------------------------------------------------
def _with_lines(theorem: Theorem) -> Theorem:
    """The theorem with lines that are found for it, or with what is said of a search in vain."""
    whole = with_lines_sought(theorem) if theorem.by_boxes else completed(theorem)
    if whole.parts[0].derivation is None:
        [part] = theorem.parts
        for lines in _WAYS[type(theorem.setting)].lines(theorem):
            written = replace(theorem, claim=None, parts=(replace(part, derivation=lines, sought=BY_THE_PROGRAM),))
            if accepted(written):
                return written
    return whole


def _among_matrices(theorem: Theorem) -> Theorem | None:
    """A statement on numbers proved as one on matrices of size 1, where that calculus knows all its words."""
    if theorem.setting.ranged():
        return None
    try:
        whole = _with_lines(replace(_bare(theorem), setting=Matrices()))
    except CalculusError:
        return None
    return whole if accepted(whole) else None


def _where_inverses_exist(theorem: Theorem) -> Theorem | None:
    """The statement proved where the matrices below ^-1 are invertible of which that is not shown; it is assumed."""
    bare = _bare(theorem)
    for _ in range(INVERSES):
        try:
            missing = first_missing(bare)
            if missing is None or missing.kind != "invertible":
                return None
            matrix = at_its_point(missing.term, missing)
            if any(symbol.bound for symbol in rewrite.free_symbols(matrix)):
                return None
            given = has_inverse(matrix, least_beside(bare))
            bare = replace(bare, assumptions=(*bare.assumptions, given))
        except CalculusError:
            return None
        whole = _with_lines(bare)
        if accepted(whole):
            return whole
    return None


def _bare(theorem: Theorem) -> Theorem:
    """The statement without lines, and without what was said of a search for them."""
    [part] = theorem.parts
    return replace(theorem, claim=None, derivation=None, parts=(replace(part, derivation=None, sought=""),))


def accepted(theorem: Theorem) -> bool:
    """Does the line checker accept every line of it?"""
    if any(part.derivation is None for part in theorem.parts):
        return False
    try:
        return establish(check(theorem)).verdict is Verdict.PROVED
    except (CalculusError, ArithmeticError, RecursionError):
        return False


def _one_line(theorem: Theorem) -> Iterator[Derivation]:
    """A claim on numbers in one line: unfolded, differentiated, by algebra; a bound by the difference of its sides."""
    [part] = theorem.parts
    left, right = part.claim.left, part.claim.right
    steps = mechanical(left, right)
    if isinstance(part.claim, Identity):
        yield start(left).equals(right, *(steps or (ALGEBRA,)))
    else:
        for squared in (False, True):
            difference = right**2 - left**2 if squared else right - left
            yield Derivation(left, (Line(part.claim.relation, right, (Surplus(difference, squared), *steps)),))


# ---- counterexamples ----------------------------------------------------------------------------------------
def _attacked(theorem: Theorem, settings: Settings) -> tuple[EnclosureTrace, NearMissResult] | None:
    """The shrunk counterexample that a search found, evaluated anew from its text; None where none was."""
    [part] = theorem.parts
    found = attack(Lie(theorem.id, part.claim, theorem.assumptions), settings)
    if found.witness is None:
        return None
    again = replay(found.witness, lambda name: theorem)
    if again.outcome is not Decided.DIFFERENT:
        return None
    sizes = tuple((name, str(size)) for name, size in sorted(again.instance.sizes.items()))
    functions = ", ".join(sorted(again.instance.functions.values()))
    ranges = (*sizes, ("functions", functions)) if functions else sizes
    return EnclosureTrace(again.bits, 1, 1, 0, 0, found.witness, ranges), found


def _not_evaluated(theorem: Theorem, result: TheoremResult) -> str:
    """Why a claim on matrices was evaluated at no instance that meets what is assumed; "" where it was at some."""
    if any(item.instances or item.vacuous for item in result.evidence):
        return ""
    [part] = theorem.parts
    rng, assumptions = Random(theorem.id), theorem.assumptions
    for _ in range(TRIALS):
        sizes = choose(dimensions_of(part.claim, assumptions), assumptions, rng, (1, 2, 3))
        instance = draw(part.claim, assumptions, sizes, rng) if sizes is not None else None
        decision = decide(part.claim, assumptions, instance, (FEW_BITS,)) if instance is not None else None
        if decision is not None and decision.outcome is not Decided.UNSATISFIED and decision.detail:
            return decision.detail
    return ""


def _at_its_witness(result: TheoremResult) -> NearMissResult | None:
    """Both sides at the witness of a rule that looked at points."""
    witness = next((item.witness for item in result.evidence if item.witness), None)
    if witness is None:
        return None
    again = replay(witness, lambda name: result.theorem)
    return NearMissResult(result.theorem.id, "author", Fate.REFUTED, witness, again.left, again.right)


# ---- near misses --------------------------------------------------------------------------------------------
def _refuted_slips(theorem: Theorem, settings: Settings) -> list[tuple[Lie, NearMissResult]]:
    """The first slips of the hand in the right side that a search refutes; few are tried, and each shortly."""
    [part] = theorem.parts
    found: list[tuple[Lie, NearMissResult]] = []
    changed: Mapping[Term, str] = {
        term: name for name, term in slips(part.claim.right) if term.shape == part.claim.left.shape
    }
    for term, name in list(changed.items())[:SLIPS]:
        spoken = rewrite.free_symbols(term) | rewrite.free_symbols(part.claim.left)
        if term in (part.claim.left, part.claim.right) or not spoken:  # of numbers alone no near miss is made
            continue
        lie = Lie(f"{theorem.id}/{_plain(name)}", replace(part.claim, right=term), theorem.assumptions)
        rng = Random(f"{settings.seed}/{lie.id}")
        instance = search(lie.claim, lie.assumptions, rng, TRIALS, steps=0)
        if instance is not None:
            small, decision = shrink(lie.claim, lie.assumptions, instance, DESCENT)
            found.append((lie, refuted(lie, small, decision)))
        if len(found) == MISSES:
            break
    return found


def _plain(name: str) -> str:
    """A name that a file can have between quotes."""
    return name.replace("\\", "").replace('"', "")


def _name(miss: NearMissResult) -> str:
    return miss.id.partition("/")[2]


def _off_by_one(claim: Claim) -> NearMiss:
    rows, columns = claim.left.shape
    one = _one(rows, columns)
    if claim.ordered:
        return NearMiss(replace(claim, left=claim.right + one, right=claim.left))
    return NearMiss(Identity(claim.left, claim.right + one))


def _one(rows: t.Dimension, columns: t.Dimension) -> Term:
    """The number 1, or a matrix of ones."""
    column = t.Ones(rows) if rows != 1 else None
    row = t.transpose(t.Ones(columns)) if columns != 1 else None
    if column is not None and row is not None:
        return t.matmul(column, row)
    return next((side for side in (column, row) if side is not None), t.as_term(1))


# ---- what is tried in which setting --------------------------------------------------------------------------
@dataclass(frozen=True)
class _Ways:
    """What is tried of a statement in one setting, beside what is tried of all.

    otherwise: the statement with other words or more given, proved; None where it is not. lines: derivations to put to
    the checker where a search has found none. attacked, slips: counterexamples to it, and to what it is mistaken for.
    unseen: why it was evaluated at no instance.
    """

    otherwise: Callable[[Theorem], Theorem | None]
    lines: Callable[[Theorem], Iterator[Derivation]] = lambda theorem: iter(())
    attacked: Callable[[Theorem, Settings], tuple[EnclosureTrace, NearMissResult] | None] = lambda theorem, _: None
    slips: Callable[[Theorem, Settings], list[tuple[Lie, NearMissResult]]] = lambda theorem, _: []
    unseen: Callable[[Theorem, TheoremResult], str] = lambda theorem, _: ""


_WAYS: Mapping[type[Setting], _Ways] = {
    Matrices: _Ways(_where_inverses_exist, attacked=_attacked, slips=_refuted_slips, unseen=_not_evaluated),
    Numbers: _Ways(_among_matrices, lines=_one_line),
}


# ---- the rules that look at it ------------------------------------------------------------------------------
def _concluded(
    theorem: Theorem, settings: Settings, names: Sequence[str], misses: Sequence[NearMissResult]
) -> TheoremResult:
    """The kernel's verdict from what these rules see, each called as a run calls it."""
    rules = rules_of(theorem, RULES)
    outcomes: dict[tuple[str, str], tuple[Outcome, bool]] = {}
    for name in names:
        work = Work(theorem.module, theorem.id, name, "", rules[name].target, settings)
        outcomes[(name, "")] = (perform(work, theorem), False)
    for miss in misses:
        outcomes[(NEAR_MISS, _name(miss))] = (Outcome(miss, miss.seconds), False)
    return concluded(theorem, settings, outcomes, {})


# ---- terms that are carried out -----------------------------------------------------------------------------
def carried_out(term: Term, assumptions: Sequence[Assumption], *, scalars: bool = False) -> Term | None:
    """The term in normal form, its definitions unfolded, its derivatives carried out, assumed equalities used; of a
    term on numbers the derivatives alone.

    None where the calculus cannot carry it out.
    """
    if scalars:
        try:
            return on_numbers.carried_out(rewrite.unfold(term))
        except (CalculusError, ArithmeticError):
            return None
    result = plain(term, (*mechanical(term), *equalities(assumptions)), assumptions)
    return None if result is None else folded(result, term, assumptions)

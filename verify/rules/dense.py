"""Identities written out in components at explicit sizes, with symbols for entries: a second algorithm.

The two sides are exact rational functions (`verify.exact.rationals`). EQUAL means that every entry of the difference
reduces to 0; DIFFERENT needs a counterexample certified in balls; anything else is UNKNOWN. Assumptions enter by
construction only (centred laws, defined symbols); those left out make an EQUAL stronger, not weaker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from flint import fmpq

from theory import terms as t
from theory.statements.claims import Assumption, Claim, symbols_of
from theory.statements.theorem import Part, Theorem
from theory.terms import Property
from theory.terms.size_arithmetic import number_of
from verify.exact.assumptions import definitions_of, positive_semidefinite
from verify.exact.components import Matrix, Point, Scope, evaluate
from verify.exact.deciding import decide
from verify.exact.drawing import draw, made_whole
from verify.exact.gaussian_laws import normal_laws
from verify.exact.instances import Law
from verify.exact.laws import is_centred, is_whitened, white_law
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.outcomes import Outcome
from verify.exact.rationals import Quotient, RationalFunctions, TooManyGeneratorsError
from verify.exact.sizes import dimensions_of
from verify.exact.witnesses import part_id, witness_json
from verify.proof.observations import CaseOutcome, DenseCase, DenseTrace
from verify.settings import Budget, Settings

SIZES = {Budget.QUICK: (2,), Budget.STANDARD: (2, 3), Budget.THOROUGH: (2, 3, 4)}
CAPACITIES = (16, 32, 64, 128)
WITNESS_TRIALS = 40


@dataclass(frozen=True)
class _Outcome:
    outcome: CaseOutcome
    detail: str = ""


def observe(theorem: Theorem, settings: Settings) -> DenseTrace:
    """Each identity of the theorem in components at sizes 2, 3 and, thoroughly, 4.

    Bounds are not decided in components: they are left out where there are identities too, otherwise unknown.
    """
    identities = [part for part in theorem.parts if not part.claim.ordered]
    cases: list[DenseCase] = []
    for part in identities or theorem.parts:
        for size in SIZES[settings.budget]:
            cases.append(_case(theorem, part, size, settings))
            if cases[-1].outcome is CaseOutcome.DIFFERENT:
                return DenseTrace(tuple(cases))
    return DenseTrace(tuple(cases))


def _case(theorem: Theorem, part: Part, size: int, settings: Settings) -> DenseCase:
    claim, assumptions = part.claim, theorem.assumptions
    sizes = {name: size + i % 2 for i, name in enumerate(dimensions_of(claim, assumptions))}
    listed = tuple(sorted(sizes.items()))
    if claim.ordered:
        return DenseCase(part.label, listed, CaseOutcome.UNKNOWN, "bounds are not decided in components")
    if claim.left == claim.right:
        return DenseCase(part.label, listed, CaseOutcome.UNKNOWN, "vacuous: both sides are the same expression")
    rng = Random(f"{settings.seed}/{part_id(theorem, part)}/dense/{size}")
    found = compare(claim, assumptions, sizes, rng)
    if found.outcome is CaseOutcome.UNKNOWN:
        for _ in range(WITNESS_TRIALS):
            instance = draw(claim, assumptions, sizes, rng)
            if instance is not None and decide(claim, assumptions, instance).outcome is Outcome.DIFFERENT:
                witness = witness_json(part_id(theorem, part), instance)
                return DenseCase(part.label, listed, CaseOutcome.DIFFERENT, found.detail, witness)
    return DenseCase(part.label, listed, found.outcome, found.detail)


def compare(claim: Claim, assumptions: Sequence[Assumption], sizes: Mapping[str, int], rng: Random) -> _Outcome:
    """EQUAL or UNKNOWN at these sizes; laws have symbols for points at small sizes, rationals where that is too
    heavy, as the detail says."""
    if normal_laws(assumptions):
        return _Outcome(CaseOutcome.UNKNOWN, "a law of points, as it is written out in components, is not normal")
    modes = (True, False) if max(sizes.values(), default=1) <= 2 else (False,)
    problem = ""
    for symbolic in modes:
        for capacity in CAPACITIES:
            numbers = RationalFunctions(capacity)
            try:
                difference = _difference(claim, numbers, _scope(claim, assumptions, sizes, rng, numbers, symbolic))
            except TooManyGeneratorsError as full:
                problem = str(full)
                continue
            except (UndefinedError, UncertainError, UnsupportedError) as failure:
                problem = str(failure)
                break
            has_laws = any(s.has(Property.RANDOM) for s in symbols_of(claim, tuple(assumptions)))
            how = (
                ("points of the laws are symbols" if symbolic else "points of the laws are rational")
                if has_laws
                else ""
            )
            if difference is None:
                return _Outcome(CaseOutcome.EQUAL, how)
            return _Outcome(CaseOutcome.UNKNOWN, f"the difference does not reduce to 0: {difference}")
    return _Outcome(CaseOutcome.UNKNOWN, f"not written out in components: {problem}")


def _difference(claim: Claim, numbers: RationalFunctions, scope: Scope[Quotient]) -> str | None:
    left, right = evaluate(claim.left, scope), evaluate(claim.right, scope)
    for i, row in enumerate(left):
        for j, entry in enumerate(row):
            gap = numbers.add(entry, numbers.neg(right[i][j]))
            if not numbers.quotient(gap.num, gap.den).num.is_zero():
                return f"entry ({i}, {j}): {numbers.show(gap)}"
    return None


# ---- symbols for entries ------------------------------------------------------------------------------------
def _scope(
    claim: Claim,
    assumptions: Sequence[Assumption],
    sizes: Mapping[str, int],
    rng: Random,
    numbers: RationalFunctions,
    symbolic: bool,
) -> Scope[Quotient]:
    definitions = definitions_of(assumptions)
    constants: dict[str, Matrix[Quotient]] = {}
    laws: dict[str, list[Point[Quotient]]] = {}
    for symbol in sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name):
        if symbol.has(Property.DIMENSION) or symbol.name in definitions:
            continue
        rows, columns = (number_of(n, sizes) for n in symbol.shape)
        if symbol.has(Property.RANDOM):
            laws[symbol.name] = _points(symbol, rows, assumptions, rng, numbers, symbolic)
        else:
            constants[symbol.name] = _entries(symbol, rows, columns, rng, numbers)
    scope = Scope(numbers, sizes, constants, laws, definitions)
    values = {name: evaluate(term, scope) for name, term in definitions.items()}
    return Scope(numbers, sizes, {**constants, **values}, laws)


def _entries(symbol: t.Symbol, rows: int, columns: int, rng: Random, n: RationalFunctions) -> Matrix[Quotient]:
    if (whole := made_whole(symbol, rows, rng)) is not None:
        return [[n.rational(e) for e in row] for row in whole]
    if symbol.is_scalar:
        nonnegative = symbol.has(Property.POSITIVE) or symbol.has(Property.NONNEGATIVE)
        return [[n.generator(symbol.name, 1 if nonnegative else -1 if symbol.has(Property.NEGATIVE) else 0)]]
    signed = bool(symbol.properties & t.ENTRYWISE)
    definite = symbol.has(Property.POSITIVE_DEFINITE) or symbol.has(Property.POSITIVE_SEMIDEFINITE)
    table: Matrix[Quotient] = []
    for i in range(rows):
        row: list[Quotient] = []
        for j in range(columns):
            if symbol.has(Property.SYMMETRIC) and j < i:
                row.append(table[j][i])
            else:
                row.append(n.generator(f"{symbol.name}[{i},{j}]", int(signed or (definite and i == j))))
        table.append(row)
    return table


def _points(
    x: t.Symbol, size: int, assumptions: Sequence[Assumption], rng: Random, n: RationalFunctions, symbolic: bool
) -> list[Point[Quotient]]:
    if is_whitened(x, assumptions):
        return _fixed(white_law(size, rng, centred=is_centred(x, assumptions)), n)
    raw = [rng.randint(1, 3) for _ in range(size + 1)]
    weights = [Fraction(r, sum(raw)) for r in raw]
    if symbolic:
        rows = [tuple(n.generator(f"{x.name}{k}[{i}]") for i in range(size)) for k in range(size)]
    else:
        rows = [tuple(n.rational(Fraction(e)) for e in row) for row in _independent(size, rng)]
    if is_centred(x, assumptions):
        last: tuple[Quotient, ...] = tuple(_balance([r[i] for r in rows], weights, n) for i in range(size))
    else:
        last = tuple(n.rational(Fraction(rng.randint(-3, 3))) for _ in range(size))
    return [Point(w, r) for w, r in zip(weights, [*rows, last], strict=True)]


def _independent(size: int, rng: Random) -> list[list[int]]:
    """Small whole points that span the space: a degenerate law would make too much equal."""
    while True:
        rows = [[rng.randint(-3, 3) for _ in range(size)] for _ in range(size)]
        gram = [[fmpq(sum(a * b for a, b in zip(p, q, strict=True))) for q in rows] for p in rows]
        if positive_semidefinite(gram, definite=True) is True:
            return rows


def _balance(entries: Sequence[Quotient], weights: Sequence[Fraction], n: RationalFunctions) -> Quotient:
    """What the last point must be for the mean to be 0."""
    result = n.rational(Fraction(0))
    for entry, weight in zip(entries, weights[:-1], strict=True):
        result = n.add(result, n.mul(n.rational(-weight / weights[-1]), entry))
    return result


def _fixed(law: Law, n: RationalFunctions) -> list[Point[Quotient]]:
    pairs = zip(law.weights, law.points, strict=True)
    return [Point(w, tuple(n.rational(e) for e in p)) for w, p in pairs]

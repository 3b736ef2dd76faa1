"""A statement from its texts: the claim, what it assumes, and how it was read, so that a misreading can be seen."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from theory import terms as t
from theory.grammar import extents
from theory.grammar.capital_numbers import declare_capital_numbers
from theory.grammar.contradicting import Said, require_consistent, require_defined_sizes
from theory.grammar.conventions import applied_kind
from theory.grammar.declared_laws import NORMAL, as_written, law_of, normal_law, pieces_of, require_still
from theory.grammar.declaring import APART, NAME, Name, Names, of_a_definition
from theory.grammar.meaning import reader
from theory.grammar.misread import MisreadError
from theory.grammar.readings import Read
from theory.grammar.tokens import in_ascii
from theory.statements.claims import (
    KINDS,
    Assumption,
    AtMost,
    Claim,
    Equal,
    Identity,
    Interchange,
    assumption_terms,
    at_most,
    equal,
    interchange,
    interchanged,
    not_zero,
    sup_bound,
    symbols_of,
)
from theory.terms import Activation, CalculusError, Definition, Property, Symbol, Term, rewrite
from theory.terms.text import text as written

DEFINED = ("f_BN", "s_norm", "wtilde", "BN", "yhat", "batch_mean", "batch_var", "Lhat")  # names that mean nothing else


@dataclass(frozen=True)
class Statement:
    """What was read: `claim` of a relation, else None and `term`; what it assumes; the names that were guessed.

    scalars: it speaks of real numbers and of functions of analysis, and of nothing else. `said` has the places of the
    assumptions that the user typed.
    """

    term: Term
    claim: Claim | None
    assumptions: tuple[Assumption, ...]
    names: Names
    scalars: bool
    by_convention: tuple[str, ...]
    variable: Symbol | None = None
    said: tuple[Said, ...] = ()

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Every free symbol, by name."""
        if self.claim is not None:
            found = symbols_of(self.claim, self.assumptions)
        else:
            found = symbols_of(Identity(self.term, self.term), self.assumptions)
        return tuple(sorted(found, key=lambda s: s.name))


def definitions(*modules: str) -> dict[str, Definition]:
    """The definitions of the catalogue that are known by name; all of a module's, if it is named.

    Raises MisreadError for a module that there is not.
    """
    import importlib
    import pkgutil

    import theory.definitions as room

    there = [module.name for module in pkgutil.iter_modules(room.__path__)]
    for module in modules:
        if module not in there:
            raise MisreadError(
                f"one of {', '.join(there)}", repr(module), module or " ", 0, len(module), f"--using {there[0]}"
            )
    found: dict[str, Definition] = {}
    for module in ("bn_unit", "batch_norm", *modules):
        for value in vars(importlib.import_module(f"theory.definitions.{module}")).values():
            if isinstance(value, Definition) and (value.name in DEFINED or module in modules):
                found[value.name] = value
    return found


def read(
    text: str,
    *,
    let: Sequence[str] = (),
    assume: Sequence[str] = (),
    law: Sequence[str] = (),
    wrt: str = "",
    known: Mapping[str, Definition] | None = None,
) -> Statement:
    """A claim `LEFT = RIGHT`, `<=`, `>=`, `<` or `>`, or a term, with what is declared and assumed.

    let: declarations; assume: relations, one or more apart by `;`; law: `x: E[x] = 0, E[x x'] = S`, which makes x
    random.
    wrt: the name that the term is to be differentiated in. `known` are definitions by name.
    Raises MisreadError, with the place in the text that is at fault.
    """
    names = Names(known if known is not None else definitions())
    try:
        return _read(names, text, let, assume, law, wrt)
    except MisreadError as problem:
        problem.source = names.typed.get(problem.source, problem.source)
        raise
    except CalculusError as problem:  # a symbol or a term that cannot be made, for a reason of the terms' own
        words, _, remedy = str(problem).partition(" Remedy: ")
        raise MisreadError("a statement that can be built", words, text, 0, len(text), remedy) from None
    except RecursionError:
        raise MisreadError(
            "a text whose parts are nested less deep", "one that is too deep", text, 0, len(text),
            "give a name to an inner part",
        ) from None  # fmt: skip


def _read(
    names: Names, text: str, let: Sequence[str], assume: Sequence[str], law: Sequence[str], wrt: str
) -> Statement:
    _require_no_quantifier(text)
    for item in let:
        names.declare(item)
    assumed = [part for item in law for part in law_of(names, item)]
    assumed += [(a, s, "") for a in assume for s in pieces_of(a, ";")]
    for piece in (text, *(piece for _, (_, piece), _ in assumed)):
        declare_capital_numbers(names, piece)
    whole = reader(names, text)
    for _, (_, piece), _ in assumed:
        _declare_sup_bound(names, piece)
    sides, relation = whole.text()
    makers = [_assumption(names, whole, start, piece, over) for whole, (start, piece), over in assumed]
    variable = _variable(names, wrt) if wrt else None
    _require_random(names, text, sides)
    given = _laws_of_definitions(names) if not law else ()
    guessed = tuple(name for name, found in names.known.items() if not found.declared)
    names.settle()
    said = tuple(
        _said(made, source, part) for make, (source, part, _) in zip(makers, assumed, strict=True) for made in make()
    )
    assumptions = (*given, *(item.assumption for item in said))
    terms = [side.make() for side in sides]
    if variable is not None and names.detached:
        raise MisreadError(
            f"a term in which nothing is detached, to differentiate in {wrt}", "detach(...)", text, 0, len(text),
            f'say around what it is held: derive "grad({text.strip()}, {wrt})"',
        )  # fmt: skip
    symbol = names.symbol(variable.name) if variable is not None else None
    claim, columns = _claim(names, text, sides, terms, relation) if relation else (None, ())
    guessed = (*guessed, *columns)
    full = _of_full_rank(names, assumptions)
    assumptions, guessed = (
        (*assumptions, *full),
        (*guessed, *(a.right.name for a in full if isinstance(a.right, Symbol))),
    )
    assumptions = (*assumptions, *_exchanged(terms, symbol, assumptions))
    for place in said:
        require_still(place, [*terms, *(side for item in assumptions for side in assumption_terms(item))], symbol)
        if not isinstance(place.assumption, Interchange):
            _require_means(assumption_terms(place.assumption), place.source, place.start, place.end)
    if claim is not None:
        _require_means(terms, text, sides[0].start, sides[-1].end)
    spoken = [*terms, *(side for item in assumptions for side in assumption_terms(item))]
    require_defined_sizes(text, spoken, assumptions)
    require_consistent(assumptions, said)
    analysis = {getattr(n, "name", "") for term in spoken for n in t.walk(term) if isinstance(n, _ANALYSIS)}
    between = any(isinstance(item, AtMost) and not _is_a_range(item) for item in assumptions)
    scalars = not names.random and bool(analysis - t.ON_MATRICES if between or not names.only_scalars else analysis)
    return Statement(terms[0], claim, assumptions, names, scalars, guessed, symbol, said)


_SOME = re.compile(r"\s*(?:there (?:is|are|exists?)|for some|exists?|∃)(?![A-Za-z0-9_(])[^:,]*")
_EVERY = re.compile(r"\s*(?:for (?:all|every|any|each)|∀)(?![A-Za-z0-9_(])[^:,]*")

_SOME_AFTER = re.compile(r"(?<![A-Za-z0-9_]),?\s*for some(?![A-Za-z0-9_(])[^:,]*$")
_EVERY_AFTER = re.compile(r"(?<![A-Za-z0-9_]),?\s*for (?:all|every|any|each)(?![A-Za-z0-9_(])[^:,]*$")


def _require_no_quantifier(text: str) -> None:
    """A statement is of every value of its names. That there is one is stated of it."""
    for before, after, remedy in (
        (_EVERY, _EVERY_AFTER, "leave it out: a statement is of every value of its names"),
        (
            _SOME,
            _SOME_AFTER,
            "state it of the K that there is, |A x| <= opnorm(A) |x|; in a theorem file "
            "for_some({K: operator_norm(A)}, ...) says it",
        ),
    ):
        if found := before.match(text) or after.search(text):
            start = found.start() + len(found[0]) - len(found[0].lstrip(", "))
            raise MisreadError(
                "a statement without quantifiers", repr(found[0].strip(", ")), text, start, found.end(), remedy
            )


def _is_a_range(assumed: AtMost) -> bool:
    """Does it bound a symbol by a number, as statements on numbers have it?"""
    sides = (assumed.left, assumed.right)
    return any(isinstance(side, Symbol) for side in sides) and not all(rewrite.free_symbols(side) for side in sides)


_ANALYSIS = (t.Special, t.Integral, t.Limit)


def _of_full_rank(names: Names, assumptions: Sequence[Assumption]) -> list[Equal]:
    """A'A = G with a positive definite G for every A'A below ^-1 of which nothing is said: A has full rank."""
    said = [side for item in assumptions for side in assumption_terms(item)]
    spoken = [term for term in names.grams if term not in said]
    return [equal(term, names.fresh(term)) for term in spoken]


def _laws_of_definitions(names: Names) -> tuple[Equal, ...]:
    """What the modules of the definitions that are used assume of their random vectors."""
    found: dict[Equal, None] = {}
    for definition in names.used:
        for module in list(sys.modules.values()):
            held = vars(module) if getattr(module, "__name__", "").startswith("theory.definitions.") else {}
            if any(value is definition for value in held.values()):
                found.update(dict.fromkeys(value for value in held.values() if isinstance(value, Equal)))
    laws = tuple(law for law in found if _spoken_of(names, law))
    for law in laws:
        for symbol in sorted(rewrite.free_symbols(law.left) | rewrite.free_symbols(law.right), key=lambda s: s.name):
            names.adopt(symbol, symbol.name, 0, len(symbol.name))
    return laws


def _spoken_of(names: Names, law: Equal) -> bool:
    """Is it of a random vector of the statement, and no other meaning of its symbols declared?"""
    symbols = rewrite.free_symbols(law.left) | rewrite.free_symbols(law.right)
    return any(s.name in names.random for s in symbols) and all(_can_be(names, s) for s in symbols)


def _can_be(names: Names, symbol: Symbol) -> bool:
    """Is a name not spoken of, or does it mean that symbol, or has nothing been said of it that it cannot be?"""
    found = names.known.get(symbol.name)
    if found is None or found.symbol is not None or found.declared or found.kind != "symbol":
        return found is None or found.symbol == symbol
    if symbol.name in names.roots:
        raise of_a_definition(symbol.name, names.roots[symbol.name])
    return extents.same(found.extent, (names.size_of(symbol.shape[0]), names.size_of(symbol.shape[1])))


def _claim(
    names: Names, text: str, sides: Sequence[Read], terms: Sequence[Term], relation: str
) -> tuple[Claim, tuple[str, ...]]:
    """What two sides claim, and the column that was put in where they are matrices in Loewner's order."""
    start, end = sides[0].start, sides[1].end
    left, right = terms
    if left == right:
        known = "false" if relation in ("<", ">", "!=") else "true"
        raise MisreadError(
            "two sides to compare", f"{written(left)} on both, which is {known} by construction", text, start, end,
            "state what is not one term written twice",
        )  # fmt: skip
    if relation == "!=":
        raise MisreadError(
            "=, <=, >=, < or >", relation, text, sides[0].end, sides[1].start,
            "state <, or an equality that is to be refuted",
        )  # fmt: skip
    if relation in (">=", ">"):
        left, right, relation = right, left, _TURNED[relation]
    if relation == "=" or left.is_scalar:
        return KINDS[relation](left, right), ()
    if left.shape[0] != left.shape[1]:
        raise MisreadError(
            "numbers, or square matrices in Loewner's order, on both sides of an inequality",
            extents.in_words(sides[0].extent), text, start, end,
            "compare lengths, |x| <= |y|, or entries, e'x <= e'y with --let \"e: basis vector\"",
        )  # fmt: skip
    if relation == "<" and isinstance(left.shape[0], t.Size):
        raise MisreadError(
            "matrices whose size has one name on both sides of < and >", f"the size {left.shape[0]}", text,
            start, end, "state <=, and that the determinant of the difference is > 0",
        )  # fmt: skip
    column = names.fresh_column(left.shape[0], nonzero=relation == "<")
    forms = [0 if isinstance(side, t.Zero) else t.transpose(column) @ side @ column for side in (left, right)]
    made = sorted(s.name for s in rewrite.free_symbols(column) if not s.has(Property.DIMENSION))
    return KINDS[relation](*map(t.as_term, forms)), tuple(made)


def names_of(terms: Iterable[Term]) -> Names:
    """The names that terms speak of, as these mean them: what is read by them has their symbols and functions."""
    names = Names(definitions())
    for term in terms:
        for symbol in sorted(rewrite.free_symbols(term), key=lambda s: s.name):
            names.adopt(symbol, "", 0, 0)
        for function in sorted(rewrite.functions_in(term), key=lambda f: f.name):
            names.adopt_function(function, "", 0, 0)
        names.definitions = {**names.definitions, **{d.name: d for d in rewrite.definitions_in(term)}}
        for node in t.walk(term):
            if isinstance(node, t.Derivative) and not node.variable.bound > 1:
                names.adopt(replace(node.variable, bound=0), "", 0, 0)
            for variable in node.variables if isinstance(node, t.Iterate) else ():
                names.adopt(replace(variable, bound=0), "", 0, 0)
    return names


def reread(text: str, names: Names, extent: t.Shape = (1, 1)) -> Term:
    """A term from its text, by names that are known; `extent` says the shape of a bare 0. Raises MisreadError."""
    [side], _ = reader(names, text).text()
    extents.same(side.extent, (names.size_of(extent[0]), names.size_of(extent[1])))
    names.settle()
    return side.make()


def _variable(names: Names, wrt: str) -> Name:
    """The name to differentiate in."""
    name = in_ascii(wrt)
    if not NAME.match(name):
        raise MisreadError("a name to differentiate in", repr(wrt), wrt or " ", 0, len(wrt), "such as --wrt x")
    return names.met(name, wrt, 0, len(wrt))


def _require_random(names: Names, source: str, sides: Sequence[Read]) -> None:
    """What is random is a column of which nothing else is said."""
    for name in names.random:
        if names.known[name].kind != "symbol":
            raise MisreadError("a random column", name, source, sides[0].start, sides[0].end)


def _require_means(terms: Iterable[Term], source: str, start: int, end: int) -> None:
    """What is random stands under an expectation over it: it has no one value elsewhere."""
    for term in terms:
        for symbol in sorted(rewrite.free_symbols(term), key=lambda s: s.name):
            if symbol.has(Property.RANDOM) and rewrite.depends_on(term, symbol):
                raise MisreadError(
                    "a random vector under an expectation over it", f"{symbol.name} outside of any, in {written(term)}",
                    source, start, end, f"E_{symbol.name}[...] around it; or nothing said of the law of {symbol.name}",
                )  # fmt: skip


# ---- assumptions --------------------------------------------------------------------------------------------
def _said(assumption: Assumption, source: str, part: tuple[int, str]) -> Said:
    start, piece = part
    begin = start + len(piece) - len(piece.lstrip())
    return Said(assumption, source, begin, begin + len(piece.strip()))


def _assumption(names: Names, source: str, start: int, piece: str, over: str) -> Callable[[], list[Assumption]]:
    """What one text assumes, to be made when all is read. What it says of one name alone is declared."""
    if over and NORMAL.fullmatch(piece):
        return normal_law(names, source, start, piece, over)
    blank = " " * start + piece  # the same letters at the same places
    words = piece.strip()
    if words.startswith("interchange(") and words.endswith(")"):
        name = words[len("interchange(") : -1].strip()
        if name not in names.random:
            names.declare(f"{name}: random")
        return lambda: [interchange(names.symbol(name))]
    if found := _sup_bound(names, source, start, piece):
        return found
    read_alone = as_written(source, blank)
    names.typed[read_alone] = source
    sides, relation = reader(names, read_alone).text()
    if not relation:
        raise MisreadError(
            "an equality or an inequality", repr(words), source, start, start + len(piece), "such as E[x] = 0"
        )
    if relation != "=" and _declare_sign(names, sides, relation, source):
        return lambda: []

    def make() -> list[Assumption]:
        left, right = (side.make() for side in sides)
        if left == right:
            raise MisreadError("two sides", "the same term twice", source, start, start + len(piece), "leave it out")
        if relation in ("<", ">") and not left.is_scalar and left.shape[0] != left.shape[1]:
            words = f"{extents.in_words(sides[0].extent)} {relation} another"
            remedy = "compare lengths or entries; w != 0, and p > 0 of every entry, are said of a name"
            begin, end = sides[0].start, sides[1].end
            raise MisreadError(
                "numbers, or square matrices, on both sides of a strict inequality", words, source, begin, end, remedy
            )
        try:
            if relation == "=":
                return [equal(left, right)]
            if relation == "!=":
                return [not_zero(left - right, names.fresh_least())]
            if relation in ("<", ">") and not left.is_scalar:
                return [_apart(names, left, right) if relation == "<" else _apart(names, right, left)]
            if relation in ("<", ">"):
                return [at_most(names.fresh_least(), _square(right - left if relation == "<" else left - right))]
            return [at_most(left, right) if relation == "<=" else at_most(right, left)]
        except CalculusError as problem:
            words, _, remedy = str(problem).partition(" Remedy: ")
            raise MisreadError("what can be assumed", words, source, start, start + len(piece), remedy) from None

    return make


def _square(positive: Term) -> Term:
    """What is below a root, a length say, in the place of the root: the one is positive if the other is."""
    if isinstance(positive, t.Power) and positive.exponent == Fraction(1, 2):
        return positive.base
    return positive


def _apart(names: Names, less: Term, more: Term) -> Equal:
    """less < more between matrices: what lies between them is positive definite. One product stands on the left, where
    a side is one."""
    between = names.fresh(less)
    if isinstance(more, t.Zero):
        return equal(less, -between)
    if isinstance(less, t.Zero):
        return equal(more, between)
    return equal(more - less, between) if isinstance(more, t.Sum) else equal(more, less + between)


_NUMBER = r"\d{1,9}(?:\.\d{1,9}|/[1-9]\d{0,8})?"
_SUP_BOUND = re.compile(
    rf"\s*\|\s*(?P<name>[A-Za-z]\w*)(?P<primes>'*)\s*\|\s*(?:<=|≤)\s*(?P<bound>[A-Za-z]\w*|{_NUMBER})\s*"
)


def _declare_sup_bound(names: Names, piece: str) -> None:
    """The bound of an activation is a number >= 0 before anything is read that speaks of it."""
    found = _SUP_BOUND.fullmatch(piece)
    if found is None:
        return
    known = names.known.get(found["name"])
    if known is None and applied_kind(found["name"]) == "activation":
        names.declare(f"{found['name']}: activation")
    elif known is None or known.kind != "activation":
        return
    if found["bound"] not in names.known and not found["bound"][0].isdigit():
        names.declare(f"{found['bound']}: nonnegative")


def _sup_bound(names: Names, source: str, start: int, piece: str) -> Callable[[], list[Assumption]] | None:
    """`|phi'| <= K`: a bound on a derivative of an activation, at every point; a number is a K that is equal to it."""
    found = _SUP_BOUND.fullmatch(piece)
    if found is None or names.known.get(found["name"], Name("", "")).kind != "activation":
        return None
    bound = found["bound"]

    def make() -> list[Assumption]:
        function, number = names.known[found["name"]].applied, bound[0].isdigit()
        assert isinstance(function, Activation)
        most = names.fresh_bound() if number else names.symbol(bound)
        equality = [equal(most, t.Number(Fraction(bound)))] if number else []
        return [sup_bound(function, len(found["primes"]), most), *equality]

    return make


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!="}
_OF_NUMBERS = {
    ">": Property.POSITIVE,
    "<": Property.NEGATIVE,
    "!=": Property.NONZERO,
    ">=": Property.NONNEGATIVE,
}
_OF_COLUMNS = {"!=": Property.NONZERO, ">": Property.POSITIVE, ">=": Property.NONNEGATIVE}  # the signs of each entry
_OF_MATRICES = {">": Property.POSITIVE_DEFINITE, ">=": Property.POSITIVE_SEMIDEFINITE}


def _declare_sign(names: Names, sides: Sequence[Read], relation: str, source: str) -> bool:
    """`a > 0`, `0 < a`, `w != 0`, `S > 0` and `S >= 0` say what a name is. False for what says more than that."""
    left, right = sides
    if left.value == 0:
        left, right, relation = right, left, _TURNED[relation]
    name = source[left.start : left.end].strip()
    known = names.known.get(name)
    if known is None or known.kind != "symbol" or right.value != 0:
        return False
    column = extents.is_column(known.extent)
    matrix = not (column or extents.is_scalar(known.extent))
    said = (_OF_MATRICES if matrix else _OF_COLUMNS if column else _OF_NUMBERS).get(relation)
    if said is None:
        return False
    if known.symbol is not None and said not in known.symbol.properties:
        raise MisreadError(
            f"{name} as the definition has it", f"{name} {relation} 0", source, left.start, right.end,
            "a definition's own symbols are fixed: use another letter for what is put in",
        )  # fmt: skip
    known.properties |= {said, Property.SYMMETRIC} if matrix else {said}
    if any(pair <= known.properties for pair in APART):
        words = " and ".join(sorted(prop.value for prop in known.properties))
        raise MisreadError(
            f"what can be true of {name} at once", words, source, left.start, right.end, "leave one of them out"
        )
    if matrix and not extents.unify(*known.extent):
        raise MisreadError("a square matrix", name, source, left.start, left.end, "only such are compared with 0")
    return True


def _exchanged(
    terms: Sequence[Term], variable: Symbol | None, assumptions: tuple[Assumption, ...]
) -> tuple[Assumption, ...]:
    """Derivatives of expectations are taken under E, which is assumed, and said."""
    over: set[Symbol] = set()
    for term in terms:
        whole = rewrite.unfold(term)
        for node in t.walk(whole):
            if isinstance(node, t.Derivative) or (variable is not None and node is whole):
                over |= {inner.over for inner in t.walk(node) if isinstance(inner, t.Expectation)}
    return tuple(interchange(s) for s in sorted(over - interchanged(assumptions), key=lambda s: s.name))

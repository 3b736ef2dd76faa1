"""A theorem: claims, their derivations, the assumptions they share, and the lies that must be found out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from theory.statements import sidecar
from theory.statements.claims import (
    Assumption,
    AtMost,
    Claim,
    Equal,
    Gaussian,
    Interchange,
    SupBound,
    as_claim,
    assumption_terms,
    symbols_of,
)
from theory.statements.derivation import (
    PROVED_BY,
    Derivation,
    Instance,
    Line,
    brought_along,
    instance,
)
from theory.statements.doors import (
    TheoremError,
    require,
    require_each,
    require_one_meaning,
    require_same_matter,
    require_under_expectation,
    require_words,
)
from theory.statements.lemmas import MeanValue
from theory.statements.ranges import Range
from theory.statements.setting import SETTINGS, Matrices, Setting
from theory.statements.texts import require_texts
from theory.statements.vocabulary import sides_of
from theory.terms import Activation, ScalarField, Symbol, rewrite
from theory.terms.rewrite import derivatives_needed

ASSUMPTIONS = (Equal, AtMost, SupBound, Interchange, Gaussian)
CLAIMS = tuple(dict.fromkeys(claim for setting in SETTINGS for claim in setting.claims))
EXPECTED = ("proved", "supported")
_TOO_WEAK = {  # what is wrong with a chain that does not prove a claim of that relation
    "=": "a line <= or < cannot prove an identity. Remedy: claim a Bound, or a Below.",
    "<": "a claim < needs a line < in its derivation. Remedy: .below(right, surplus(what is visibly > 0)).",
}


@dataclass(frozen=True)
class Source:
    """A place in the literature and where to look there: `key` is a BibTeX entry of `theory/references.bib`, or of a
    `references.bib` beside the theorem's file. `qualifier` says how it was read or what of it is meant, and is printed
    wherever the source is named: "recalled, not read again"."""

    key: str
    place: str = ""
    qualifier: str = ""

    @property
    def where(self) -> str:
        """Place and qualifier."""
        return "; ".join(filter(None, (self.place, self.qualifier)))

    def __post_init__(self) -> None:
        for name in ("key", "place", "qualifier"):
            require(f"Source({self.key!r:.80})", name, getattr(self, name), str, 'Source("kohler2019", "Section 4")')


@dataclass(frozen=True)
class Part:
    """One claim of a theorem and its derivation; None where the author gives none, and the program seeks one.

    `sought` is what is said of that search, empty where the lines are the author's.
    """

    label: str
    claim: Claim
    derivation: Derivation | None = None
    sought: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "claim", as_claim(self.claim))
        require("Part", "its label", self.label, str, "Part('in w', Identity(left, right), DERIVATION)")


@dataclass(frozen=True)
class NearMiss:
    """A false neighbour of the theorem: its claim, checked under the theorem's assumptions except those dropped."""

    claim: Claim
    without: tuple[Assumption, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "claim", as_claim(self.claim))
        require(
            "NearMiss", "its claim", self.claim, CLAIMS, "NearMiss(Identity(left, almost_right), without=(CENTRED,))"
        )
        require_each("NearMiss", "without", self.without, ASSUMPTIONS, "without=(CENTRED,), with the comma")


@dataclass(frozen=True)
class Theorem:
    """One theorem, one file. `module` is the file's `__name__`: it gives the id; the file's docstring gives the title.

    Either `claim` and perhaps `derivation`, or `parts`; lines that are left out are sought by the program. A claim may
    be a pair of sides, or an unevaluated relation of SymPy's, in the place of an Identity or a Bound. `setting` says
    what it speaks of: `Matrices()`, or `Numbers(ranges)`, where every part is derived, or all are `Below` claims,
    proved by enclosing each over one symbol with a bounded closed range or from one batch size to the next. `rests_on`
    names theorems that say what the claim means, where no line cites them: a run takes them along, and none of them may
    be weaker. `speaks_of` names theorems that give a meaning to what the claim speaks of, and no more: what they assume
    in words is assumed here too, and pages say so; but no run takes them along, and no verdict rests on theirs. Raises
    TheoremError if there is no claim, no near miss, a derivation that does not run from the claim's left side to its
    right side, a symbol declared twice, or what the setting does not know.

    `sources` are where it is stated, of an erratum where it is printed; `see_also` names what else bears on it, and may
    say the contrary. `survivors` is the docket of automatic mutants known to survive, each by its name with the reason
    why: one that is excused there does not lower the theorem's grade, and is counted beside the verdict. It stands in a
    file beside the theorem's, of its name and `.toml` (`sidecar`), or is given here. `expects` is the verdict that a
    run is to come to, "proved" or "supported": less ends it with exit code 2. `meanings` says in words what a
    symbol is, by its name, where pages introduce it: {"m": "the batch size"}. `reads` is what the formulas say of what
    the title names, in the words that pages print below them: it is the author's, and no line checks it.
    """

    module: str
    claim: Claim | None = None
    derivation: Derivation | None = None
    parts: tuple[Part, ...] = ()
    near_misses: Mapping[str, Claim | NearMiss] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    sources: tuple[Source, ...] = ()
    docstring: str = ""
    survivors: Mapping[str, str] = field(default_factory=dict)
    see_also: tuple[Source, ...] = ()
    setting: Setting = field(default_factory=Matrices)
    rests_on: tuple[Theorem, ...] = ()
    expects: str = "proved"
    meanings: Mapping[str, str] = field(default_factory=dict)
    reads: str = ""
    speaks_of: tuple[Theorem, ...] = ()
    headline: str = ""
    kind: ClassVar[str] = "theorem"

    def __post_init__(self) -> None:
        object.__setattr__(self, "claim", as_claim(self.claim))
        if self.parts and self.claim is not None and self.claim not in [part.claim for part in self.parts]:
            raise TheoremError(
                f"{self.id}: expected either a claim or parts, got both. Remedy: make the claim a Part of its own."
            )
        if self.claim is not None and not self.parts:
            object.__setattr__(self, "parts", (Part("", self.claim, self.derivation),))
        if self.parts and isinstance(self.near_misses, Mapping):
            misses = {label: as_claim(miss) for label, miss in self.near_misses.items()}
            object.__setattr__(self, "near_misses", misses)
        _check_types(self)
        object.__setattr__(self, "near_misses", MappingProxyType(dict(self.near_misses)))
        docket = sidecar.survivors(self.id, self.module, self.survivors)
        object.__setattr__(self, "survivors", MappingProxyType(dict(docket)))
        object.__setattr__(self, "meanings", MappingProxyType(dict(self.meanings)))
        if not self.docstring:
            object.__setattr__(self, "docstring", getattr(sys.modules.get(self.module), "__doc__", None) or "")
        require_texts(self.id, self)
        self._validate()

    def __hash__(self) -> int:
        return hash(self.module)

    # -- names ----------------------------------------------------------------------------------------------
    @property
    def id(self) -> str:
        """`topic.name-in-words`, from the file's path."""
        return theorem_id(self.module)

    @property
    def topic(self) -> str:
        return self.id.split(".")[0]

    @property
    def title(self) -> str:
        """The first line of the file's docstring, without its full stop."""
        return self.docstring.strip().split("\n")[0].rstrip(".")

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Every free symbol of the claims and assumptions, by name."""
        found = frozenset[Symbol]().union(*(symbols_of(part.claim, self.assumptions) for part in self.parts))
        return tuple(sorted(found, key=lambda s: s.name))

    @property
    def domain(self) -> Mapping[Symbol, Range]:
        """The range of every symbol, where the setting gives them one."""
        return self.setting.domain(self.symbols)

    @property
    def functions(self) -> Mapping[str, tuple[str, ...]]:
        """All that each activation stands for, where the setting names them."""
        return self.setting.named()

    @property
    def by_boxes(self) -> bool:
        """Are the claims to be enclosed over a whole range, rather than derived?"""
        return all(self._enclosed(part) for part in self.parts)

    @property
    def uses(self) -> tuple[Theorem, ...]:
        """The theorems that the claim rests on, then those that the derivations cite, in order of first use."""
        return tuple(dict.fromkeys((*self.rests_on, *self._cited())))

    @property
    def cited(self) -> tuple[Theorem, ...]:
        """The theorems that the derivations cite, whatever else is named beside the statement."""
        return tuple(dict.fromkeys(self._cited()))

    def at(self, values: Mapping[Symbol, object], part: str | None = None) -> Instance:
        """The theorem with terms put for some of its symbols."""
        return instance(self, values, part)

    def part(self, label: str) -> Instance:
        """One part of the theorem alone, to be cited."""
        return instance(self, {}, label)

    def near_miss_list(self) -> tuple[tuple[str, NearMiss], ...]:
        return tuple((n, m if isinstance(m, NearMiss) else NearMiss(m)) for n, m in self.near_misses.items())

    # -- at the door ----------------------------------------------------------------------------------------
    def _enclosed(self, part: Part) -> bool:
        return part.derivation is None and isinstance(part.claim, self.setting.enclosed)

    def _cited(self) -> Iterator[Theorem]:
        for part in self.parts:
            for line in part.derivation.every_line if part.derivation else ():
                for reason in line.reasons:
                    if isinstance(reason, Theorem):
                        yield reason
                    elif isinstance(reason, Instance):
                        yield reason.theorem

    def _validate(self) -> None:
        if not self.parts:
            raise TheoremError(
                f"{self.id}: expected a claim, got none. Remedy: Theorem(__name__, claim=Identity(left, right), ...)."
            )
        if not self.title:
            if self.module not in sys.modules:
                raise TheoremError(
                    f"{self.id}: there is no module {self.module!r} whose docstring could give the title. "
                    "Remedy: Theorem(__name__, ...)."
                )
            raise TheoremError(
                f"{self.id}: the file has no docstring. Remedy: begin it with the statement in one line."
            )
        self._require_lies()
        if foreign := self._foreign():
            raise TheoremError(f"{self.id}: {foreign}")
        for part in self.parts:
            _check_part(self.id, part, self.setting.claims)
        lines = (line.term for p in self.parts if p.derivation for line in p.derivation.every_line)
        assumed = [term for assumption in self.assumptions for term in assumption_terms(assumption)]
        said = [x for a in self.assumptions if not isinstance(a, Interchange) for x in assumption_terms(a)]
        require_under_expectation(self.id, [*sides_of(self._stated()), *said])
        strange = [letter for letter in self.meanings if letter not in {symbol.name for symbol in self.symbols}]
        if strange:
            raise TheoremError(
                f"{self.id}: expected meanings of its symbols, got one of {strange[0]!r}. Remedy: name a symbol of it."
            )
        require_one_meaning(self.id, [part.claim for part in self.parts], (*assumed, *lines))
        for name, miss in self.near_miss_list():
            if isinstance(miss.claim, Claim) and not isinstance(miss.claim, self.setting.claims):
                raise TheoremError(
                    f"{self.id}: near miss {name!r}: such a theorem makes no {miss.claim.relation} claim."
                )
            remedy = "change something in the claim itself, or drop an assumption"
            require_same_matter(self.id, f"near miss {name!r}", [miss.claim], (p.claim for p in self.parts), remedy)
            for assumption in miss.without:
                if assumption not in self.assumptions:
                    raise TheoremError(
                        f"{self.id}: near miss {name!r} drops an assumption that the theorem does not make."
                    )
                if isinstance(assumption, Interchange):
                    raise TheoremError(
                        f"{self.id}: near miss {name!r} drops interchange({assumption.over.name}), which every "
                        "instance satisfies: laws of finite support. Remedy: leave it out."
                    )
        self._check_declared()
        self.setting.require(self.id, self.symbols, self._stated())
        self._check_assumed()
        self._check_functions()
        if not self.by_boxes and any(map(self._enclosed, self.parts)):
            raise TheoremError(
                f"{self.id}: claims < and derived claims do not mix in one theorem. Remedy: a file for each."
            )

    def _foreign(self) -> str:
        """What the checkers of such a theorem have no rows for, in words; nothing if they have."""
        assumed = [term for assumption in self.assumptions for term in assumption_terms(assumption)]
        chains = [part.derivation for part in self.parts if isinstance(part.derivation, Derivation)]
        lines = [line.term for chain in chains for line in chain.every_line]
        return self.setting.foreign([*sides_of(self._stated()), *assumed, *lines])

    def _stated(self) -> list[Claim]:
        """Every claim, near misses included."""
        claims = (*(part.claim for part in self.parts), *(miss.claim for _, miss in self.near_miss_list()))
        return [claim for claim in claims if isinstance(claim, Claim)]

    def _check_assumed(self) -> None:
        self.setting.require_assumed(self.id, self.assumptions)

    def _check_functions(self) -> None:
        """Each activation that stands for expressions has some."""
        named = self.setting.standing(self._stated())
        listed = all(found and not isinstance(found, str) for found in self.functions.values())
        if named != set(self.functions) or not listed:
            raise TheoremError(
                f"{self.id}: expected the functions that {', '.join(sorted(named)) or 'no activation'} stands for, got "
                f"{', '.join(sorted(self.functions)) or 'none'}. Remedy: "
                "setting=Numbers(functions={'phi': ('relu', 'sin(2*z)')})."
            )

    def _require_lies(self) -> None:
        if not self.near_misses:
            raise TheoremError(
                f"{self.id}: expected at least one near miss, got none. Remedy: near_misses={{'what is wrong': "
                "Identity(left, almost_right)}; a theorem that no false neighbour tests is not tested."
            )

    def _check_declared(self) -> None:
        declared = set(self.symbols)
        for part in self.parts:
            for number, line in enumerate(part.derivation.every_line if part.derivation else (), 1):
                for symbol in sorted(rewrite.free_symbols(line.term) - declared, key=lambda s: s.name):
                    raise TheoremError(
                        f"{self.id}: line {number} speaks of {symbol.name}, which neither the claim nor an assumption "
                        "declares. Remedy: use the claim's symbols, or add the assumption that introduces it."
                    )
                names = {symbol.name for symbol in declared}
                for symbol in (s for term in brought_along(line) for s in rewrite.free_symbols(term) - declared):
                    if symbol.name in names:
                        raise TheoremError(
                            f"{self.id}: the certificate of line {number} speaks of another {symbol.name} than the "
                            "claim, with different shape or properties. Remedy: declare it once."
                        )


def _check_types(theorem: Theorem) -> None:
    """What a slip of the keyboard makes: an assumption without its tuple, near misses without names."""
    name = theorem.id
    require(name, "setting", theorem.setting, SETTINGS, "setting=Numbers((at_least(B, 4),)), or leave it out")
    require_each(name, "rests_on", theorem.rests_on, Theorem, "rests_on=(other.THEOREM,)")
    require_each(name, "speaks_of", theorem.speaks_of, Theorem, "speaks_of=(other.THEOREM,)")
    remedy = "assumptions=(CENTRED,), with the comma; made by equal, at_most, sup_bound, gaussian or interchange"
    require_each(name, "the tuple of assumptions", theorem.assumptions, ASSUMPTIONS, remedy)
    require_each(name, "parts", theorem.parts, Part, "parts=(Part('in w', Identity(left, right), DERIVATION),)")
    remedy = "Identity(left, right), with the two sides themselves; an Eq or == has already been evaluated"
    for part in theorem.parts:
        require(name, "an Identity or a Bound", part.claim, CLAIMS, remedy)
    remedy = "near_misses={'what is wrong': Identity(left, almost_right)}"
    require(name, "near misses by name", theorem.near_misses, Mapping, remedy)
    for label, miss in theorem.near_misses.items():
        require(name, "the name of a near miss", label, str, remedy)
        if theorem.parts:  # of an experiment it is another prediction
            require(name, f"near miss {label!r}", miss, (*CLAIMS, NearMiss), remedy)
    for what in ("sources", "see_also"):
        require_each(name, what, getattr(theorem, what), Source, f'{what}=(Source("kohler2019", "Section 4"),)')
    require(name, "docstring", theorem.docstring, str, "leave it out: the file's docstring is taken")
    if theorem.expects not in EXPECTED:
        raise TheoremError(
            f"{name}: expected {' or '.join(map(repr, EXPECTED))} as what it expects, got {theorem.expects!r:.80}. "
            'Remedy: expects="supported", or leave it out.'
        )
    require(name, "reads", theorem.reads, str, 'reads="for every batch: ..."')
    require_words(name, "survivors", theorem.survivors, "survivors={'name of the mutant': 'why it is true'}")
    require_words(name, "meanings", theorem.meanings, "meanings={'m': 'the batch size'}")
    labels = [part.label for part in theorem.parts]
    if len(set(labels)) < len(labels):
        raise TheoremError(f"{name}: expected a label of its own for each part, got {labels}. Remedy: name them apart.")
    require(name, "headline", theorem.headline, str, 'headline="the label of a part"')
    if theorem.headline and theorem.headline not in labels:
        raise TheoremError(
            f"{name}: expected the label of one of its parts as its headline, got {theorem.headline!r:.80}. Remedy: "
            f"one of {', '.join(map(repr, labels))}, or leave it out for the first."
        )


def _check_part(name: str, part: Part, claims: tuple[type[Claim], ...]) -> None:
    where = f"{name}{f' ({part.label})' if part.label else ''}"
    if not isinstance(part.claim, claims):
        raise TheoremError(
            f"{where}: expected an Identity or a Bound, got {part.claim!r}. "
            "Remedy: Identity(left, right), with the two sides themselves; an Eq or == has already been evaluated."
        )
    derivation = part.derivation
    if derivation is None:
        return
    if type(derivation) is not Derivation:
        raise TheoremError(
            f"{where}: expected a derivation, got {type(derivation).__name__} {derivation!r}. "
            "Remedy: start(left).equals(..., reason) or .at_most(..., reason)."
        )
    remedy = "start(left).equals(..., reason) or .at_most(..., reason)"
    require_each(where, "lines", derivation.lines, Line, remedy)
    for number, line in enumerate(derivation.lines, 1):
        require(where, f"the reasons of line {number}", line.reasons, tuple, remedy)
    if derivation.start != part.claim.left:
        raise TheoremError(
            f"{where}: the derivation starts at {derivation.start!r}, the claim's left side is {part.claim.left!r}."
        )
    if derivation.last != part.claim.right:
        raise TheoremError(
            f"{where}: the derivation ends at {derivation.last!r}, the claim's right side is {part.claim.right!r}."
        )
    if derivation.relation not in PROVED_BY[part.claim.relation]:
        raise TheoremError(f"{where}: {_TOO_WEAK[part.claim.relation]}")


def theorem_id(module: str) -> str:
    """The id of a theorem module: its last folder, a dot, its file name in words with hyphens."""
    names = module.split(".")
    topic = names[-2] if len(names) > 1 else "user"
    return f"{topic.replace('_', '-')}.{names[-1].replace('_', '-')}"


def smoothness(theorem: Theorem, function: Activation | ScalarField) -> int:
    """How often a generic function must be differentiable for the theorem: what its claims, lines and bounds ask."""
    lines = [line for part in theorem.parts if part.derivation for line in part.derivation.every_line]
    terms = [side for part in theorem.parts for side in (part.claim.left, part.claim.right)]
    terms += [line.term for line in lines]
    bounds = [*theorem.assumptions, *(reason for line in lines for reason in line.reasons)]
    orders = [b.order for b in bounds if isinstance(b, SupBound | MeanValue) and b.function == function]
    return max(0, derivatives_needed(*terms, function=function), *orders)

"""What a page says, as data: once for every format. Formulas are terms, or stand in dollars inside text."""

from __future__ import annotations

from dataclasses import dataclass

from theory.statements.derivation import Surplus
from theory.terms import Definition, Term
from verify.press.pages.curves import Figure
from verify.proof.observations import RoundedStep


@dataclass(frozen=True)
class Words:
    """Text as it was typed, for a terminal, and with formulas in dollars, code in backticks and theorems marked as
    cited (`verify.press.pages.wording`), for pages that set them."""

    typed: str = ""
    marked: str = ""

    def __bool__(self) -> bool:
        return bool(self.typed)


@dataclass(frozen=True)
class Again:
    """How a counterexample is seen again: the lines for a shell and for Python."""

    shell: str
    python: str


@dataclass(frozen=True)
class Relation:
    """`left sign right`; with the letter and the label of its part where a theorem has several."""

    left: Term
    sign: str
    right: Term
    letter: str = ""
    label: Words = Words()


@dataclass(frozen=True)
class Assumed:
    """An assumption: as a formula, its note, and its two sides if it has sides. `premise`: it is no hypothesis on what
    the theorem speaks of, but a step that a proof would have to show."""

    formula: Words
    note: Words
    relation: Relation | None = None
    premise: bool = False


@dataclass(frozen=True)
class Inherited:
    """What another theorem assumes in words and no line derives, where it is assumed of this one too: whose it is, the
    nearer theorem that it comes through, if any, and the words, with the symbols of the theorem whose it is."""

    theorem: str
    through: str
    words: Words


@dataclass(frozen=True)
class Growth:
    """What the growth rate of a claim is: as typed, as a formula, the same on rows, and the rest of the sentence."""

    typed: str
    tex: str
    rows: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Setting:
    """What symbols and functions are (typed ones line by line), what is assumed, and the definitions spoken of.

    `spoken` are the definitions that stand in the claims and derivations themselves.
    """

    declared: tuple[str, ...]
    typed: tuple[str, ...]
    assumptions: tuple[Assumed, ...]
    definitions: tuple[Definition, ...]
    spoken: frozenset[Definition]
    growth: Growth | None


@dataclass(frozen=True)
class Because:
    """One reason of a line; a certificate and an assumption also as themselves; `signs` is why a certificate is not
    negative, as text with formulas."""

    words: Words
    certificate: Surplus | None = None
    signs: str = ""
    assumed: Assumed | None = None


@dataclass(frozen=True)
class Opinion:
    """What SymPy says of a line: "yes", "sizes", "points", "open" or "no", and that in words."""

    mark: str
    words: str

    @property
    def agrees(self) -> bool:
        return self.mark not in ("open", "no")


@dataclass(frozen=True)
class Step:
    """One line of a derivation, with what the checker used beyond its reasons, and what SymPy says of it. `accepted` is
    None if not checked, `second` if SymPy was not asked."""

    number: int
    sign: str
    term: Term
    because: tuple[Because, ...]
    used: tuple[Words, ...]
    accepted: bool | None
    problem: str
    second: Opinion | None = None


@dataclass(frozen=True)
class Chain:
    """The derivation of one part; `instead` stands where there is none, `origin` says that the program wrote it."""

    letter: str
    label: Words
    start: Term | None
    steps: tuple[Step, ...]
    instead: str
    origin: str = ""

    @property
    def checked(self) -> bool:
        return any(step.accepted is not None for step in self.steps)

    @property
    def asked(self) -> bool:
        """Was SymPy asked?"""
        return any(step.second is not None for step in self.steps)


@dataclass(frozen=True)
class Case:
    """One row of a rule's own table: a part at explicit sizes, or a comparison."""

    name: str
    about: str
    outcome: str


@dataclass(frozen=True)
class Look:
    """What one rule saw. `ranges` are typed; `details` name what was drawn."""

    rule: str
    verdict: str
    reason: str
    counts: str
    covered: Words
    details: tuple[tuple[Words, str], ...]
    ranges: tuple[tuple[str, str], ...]
    seconds: float
    cached: bool
    witness: str
    again: Again | None
    cases: tuple[Case, ...]
    histogram: tuple[int, ...]
    residual: str
    dtype: str


@dataclass(frozen=True)
class Lie:
    """A near miss: what it says and does without, what became of it, where it fails and how that is seen again.

    `stated` is the letter of the part that it states again with an assumption dropped; None if it is new.
    """

    name: Words
    origin: str
    verdict: str
    claim: Relation | None
    without: tuple[Assumed, ...]
    stated: str | None
    instance: Words
    sides: str
    left: str
    right: str
    again: Again | None


@dataclass(frozen=True)
class Purpose:
    """What an assumption or property is for."""

    given_up: Words
    outcome: Words
    instance: Words


@dataclass(frozen=True)
class Mutant:
    """A slip made automatically: what was changed, the formula in LaTeX, row by row, the verdict, where it fails or why
    it does not."""

    name: Words
    rows: tuple[str, ...]
    verdict: str
    found: str


@dataclass(frozen=True)
class Survivor:
    """A mutant that nothing refutes: its name in the docket, the formula as one types it, what the docket says."""

    name: str
    stated: str
    known: str


@dataclass(frozen=True)
class Source:
    """A source as a line with its place, in short, and as a key of the bibliography; `address` is where it can be read,
    such as `arxiv.org/abs/1805.11604`, if its entry says."""

    key: str
    place: str
    qualifier: str
    line: str
    where: str
    short: str
    address: str = ""


# ---- sections -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Statement:
    """What is claimed, or printed: setting, sentence, claims, and what the proof rests on.

    `accused`: its sources come first, since they are who printed it. `reads`: the claims once more in their author's
    words.
    """

    heading: str
    setting: Setting
    said: str
    claims: tuple[Relation, ...]
    premises: tuple[str, ...]
    accused: bool = False
    reads: Words = Words()


@dataclass(frozen=True)
class Wrong:
    """Why a printed statement is wrong, in its author's words."""

    why: Words


@dataclass(frozen=True)
class Failure:
    """A counterexample to what was printed or stated: where, both sides, and each operation if it was executed."""

    instance: Words
    left: str
    right: str
    sides: str
    sign: str
    steps: tuple[RoundedStep, ...]
    dtype: str
    again: Again


@dataclass(frozen=True)
class Derivation:
    """The chains of all parts."""

    heading: str
    chains: tuple[Chain, ...]


@dataclass(frozen=True)
class Truth:
    """What is true instead of what was printed: a theorem, its part by label and letter, its claims, its verdict."""

    theorem: str
    part: Words
    claims: tuple[Relation, ...]
    verdict: str


@dataclass(frozen=True)
class Compared:
    """One comparison of an experiment: what was claimed, what was measured, in how many runs."""

    label: str
    sign: str
    predicted: float
    margin: float
    estimate: float
    half: float
    runs: str


@dataclass(frozen=True)
class Comparisons:
    """What an experiment compares: fixed beforehand, declared for each budget, and measured."""

    margins: str
    false_alarm: str
    declared: tuple[tuple[str, str, tuple[str, ...]], ...]
    because: str
    measured: tuple[Compared, ...]


@dataclass(frozen=True)
class Figures:
    """Plots, each with a sentence on it or none."""

    figures: tuple[tuple[Figure, str], ...]


@dataclass(frozen=True)
class Evidence:
    """What every rule saw."""

    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Misses:
    """Near misses, those that survived first; `counted` are the mutants in words, `untried` what nothing tried yet."""

    heading: str
    words: str
    lies: tuple[Lie, ...]
    counted: str
    untried: tuple[Lie, ...] = ()


@dataclass(frozen=True)
class Other:
    """Another prediction for what an experiment measured."""

    name: str
    verdict: str
    predicted: str
    measured: str


@dataclass(frozen=True)
class Others:
    """The near misses of an experiment."""

    others: tuple[Other, ...]


@dataclass(frozen=True)
class Mutants:
    """What each assumption is for, and what became of every mutant."""

    counted: str
    purposes: tuple[Purpose, ...]
    mutants: tuple[Mutant, ...]
    survivors: tuple[Survivor, ...]
    stale: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """Definitions that the claims of several theorems speak of, and the others of these."""

    what: Words
    theorems: tuple[str, ...]


@dataclass(frozen=True)
class Neighbours:
    """Sources; the theorems that it uses and that use it, those that say what it speaks of and of which it says so, and
    what it shares with whom, where neither names the other."""

    uses: tuple[str, ...]
    used_by: tuple[str, ...]
    speaks_of: tuple[str, ...] = ()
    spoken_of_by: tuple[str, ...] = ()
    alike: tuple[Shared, ...] = ()


Section = (
    Statement | Wrong | Failure | Derivation | Truth | Comparisons | Figures | Evidence | Misses | Others | Mutants
    | Neighbours
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page: what stands at its head, and its sections in order. `named` is how the command line is told of it,
    `again` how a reader verifies it himself; `examined`: a run has looked at it, not the line checker alone.
    `assumed` and `inherited` are what no line derives, its own and that of others; `underived` says so in short.
    `headline` is the claim that the title speaks of; of an experiment there is none.
    """

    id: str
    named: str
    kind: str
    topic: str
    heading: str
    title: Words
    docstring: str
    paragraphs: tuple[Words, ...]
    assumed: tuple[Words, ...]
    inherited: tuple[Inherited, ...]
    underived: Words
    promise: str
    verdict: str
    examined: bool
    status: str
    expected: str
    as_expected: bool
    because: str
    reason: str
    caveats: tuple[str, ...]
    findings: tuple[tuple[str, Again], ...]
    claimed: Words
    covered: Words
    told: str
    sources: tuple[Source, ...]
    see_also: tuple[Source, ...]
    sections: tuple[Section, ...]
    again: Again
    headline: Relation | None = None

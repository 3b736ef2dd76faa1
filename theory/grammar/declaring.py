"""The names of a statement: what is declared of them, what convention says of the others, and the symbols they become.

A declaration is `names: words`, several of them apart by `;`: `S, T: positive definite; A: m x d; c: scalar`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from theory.grammar import conventions, extents
from theory.grammar.declared_words import (
    IN_SPACE,
    NUMBERS,
    SQUARE,
    at_once,
    items,
    properties_of,
    said_of,
    signed_column,
)
from theory.grammar.extents import ONE, SCALAR, Extent, Size
from theory.grammar.misread import MisreadError
from theory.grammar.tokens import in_ascii
from theory.terms import (
    RIGID,
    SEMIDEFINITE,
    Activation,
    CalculusError,
    Definition,
    Dimension,
    Product,
    Property,
    ScalarField,
    Shape,
    Symbol,
    Term,
    Transpose,
    matmul,
    rewrite,
    size_arithmetic,
    symbols,
    transpose,
    vec,
)
from theory.terms.known_functions import KNOWN

_P = Property
_INVERTED = frozenset({_P.INVERTIBLE, _P.POSITIVE_DEFINITE, _P.ORTHOGONAL})
SHOWN = (
    "tr",
    "det",
    "lambda_max",
    "Diag",
    "sqrt",
    "exp",
    "log",
    "sum",
    "grad",
    "hess",
    "jac",
    "tanh",
    "relu",
    "phi",
    "L",
)  # a few functions, for a message
INSTEAD: Mapping[str, str] = {  # what is written in place of a function of other languages, in small letters
    "rank": "of a projector P it is tr(P), of other matrices there is no word",
    **dict.fromkeys(
        ("entry", "elem", "element", "index"),
        "an entry of x is e'x, one of A is e'A f, with --let \"e, f: basis vector\"",
    ),
    **dict.fromkeys(("diag_of", "diagof", "diag_part"), "diagonal(A) is the column of the diagonal"),
    "inv": "A^-1 is the inverse", "inverse": "A^-1 is the inverse", "pinv": "of full rank A it is (A'A)^-1 A'",
    "transpose": "A' is the transpose", "t": "A' is the transpose", "dot": "x'y is the inner product",
    "inner": "x'y is the inner product", "outer": "x y' is the outer product",
    "cov": "E[(x - E[x]) (x - E[x])'] is the covariance", "std": "sqrt(var(x)) is the standard deviation",
    "eigmax": "lambda_max(S)", "eigmin": "lambda_min(S)", "eigvals": "lambda_max(S) and lambda_min(S)",
    "norm2": "|x| is the length", "sign": "x / |x| of a number x that is not 0", "sum_i": "sum(x)",
}  # fmt: skip
RESERVED = ("I", "o")  # the identity, and the entrywise product
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9*]+)*$")
APART = {frozenset({_P.POSITIVE, _P.NEGATIVE}), frozenset({_P.NONNEGATIVE, _P.NEGATIVE})}


@dataclass
class Name:
    """One name: a symbol of some extent, or what is applied to terms."""

    name: str
    kind: str  # "symbol", "dimension", "activation", "function", "definition"
    extent: Extent = SCALAR
    properties: frozenset[Property] = frozenset()
    declared: bool = False
    symbol: Symbol | None = None
    applied: Activation | ScalarField | Definition | None = None


@dataclass
class Root:
    """S^(1/2) as it is spoken of, with its place: `name` is that of the root once all is read."""

    source: str
    start: int
    end: int
    inverted: bool = False
    name: str = ""


def of_a_definition(name: str, root: Root) -> MisreadError:
    """The refusal of a root of what a definition speaks of."""
    return MisreadError(
        "a matrix that is not part of a definition before ^(1/2)", name, root.source, root.start, root.end,
        f"the definition's own {name} is fixed, and has no root here",
    )  # fmt: skip


@dataclass
class Names:
    """All names of a statement. `definitions` are known by their names, and bring their symbols along."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    known: dict[str, Name] = field(default_factory=dict)
    dimensions: dict[str, Size] = field(default_factory=dict)
    used: list[Definition] = field(default_factory=list)
    unnamed: list[tuple[Size, str, int, int]] = field(default_factory=list)  # of I and 1, with their places
    grams: dict[Term, None] = field(default_factory=dict)  # A'A, A'S A: those that stand below ^-1
    typed: dict[str, str] = field(default_factory=dict)  # the user's text, by the one of which only a part is read
    independent: list[frozenset[str]] = field(default_factory=list)  # random columns that are so together
    roots: dict[str, Root] = field(default_factory=dict)  # of matrices by name
    detached: dict[Symbol, Term] = field(default_factory=dict)  # what stands for detached terms while all is read

    # -- sizes --------------------------------------------------------------------------------------------------
    def size(self, word: str) -> Size:
        """The size that a number or a dimension's name says."""
        if word.isdigit():
            return ONE if int(word) == 1 else Size(int(word[:9]))
        return self.dimensions.setdefault(word, Size(word))

    # -- declarations -------------------------------------------------------------------------------------------
    def declare(self, source: str) -> None:
        """What a text such as `S: positive definite; A: m x d` says. Raises MisreadError."""
        for start, item in [*items(source, ";")] or [(0, source)]:
            said = IN_SPACE.match(item)
            head, colon, words = (said["names"], "in", item[said.end() :]) if said else item.partition(":")
            if not colon or not head.strip():
                raise MisreadError(
                    "names, a colon and what they are", repr(item.strip()), source, start, start + len(item),
                    'such as --let "S: positive definite; A: m x d; c: scalar"',
                )  # fmt: skip
            for offset, name in items(head, ","):
                at = start + offset + len(name) - len(name.lstrip())
                self.declare_one(name.strip(), words.strip(), source, at, start + len(item.rstrip()))
            if re.search(r"\bindependent\b", words):
                self.independent.append(frozenset(in_ascii(name.strip()) for _, name in items(head, ",")))

    def declare_one(self, typed: str, words: str, source: str, start: int, end: int) -> None:
        """What the words say of a name, both as they stand in `source` from `start` to `end`. Raises MisreadError."""
        name = in_ascii(typed)
        if not NAME.match(name) or name in RESERVED or len(typed.split()) > 1:
            remedy = f"{', '.join(typed.split())} for several" if len(typed.split()) > 1 else "such as S or w_2"
            raise MisreadError("a name before the colon", repr(typed), source, start, start + len(typed), remedy)
        said, shape = said_of(words, source, start, end)
        if shape is not None and any(size.isdigit() and int(size) == 0 for size in shape):
            raise MisreadError("sizes from 1 on", words, source, start, end, "a size is a whole number or a name")
        properties = properties_of(said)
        if any(pair <= properties for pair in APART) or not at_once(name, {*said}, shape):
            raise MisreadError(
                f"what can be true of {name} at once", words, source, start, end, "leave one of the words out"
            )
        if "dimension" in said:
            made = Name(name, "dimension", SCALAR, declared=True)
            self.size(name)
        elif "activation" in said or "function" in said:
            made = self._function(name, "activation" if "activation" in said else "function", shape)
        else:
            made = Name(name, "symbol", self._extent(name, said, shape), properties, declared=True)
        self._take(made, source, start, end)

    def _take(self, made: Name, source: str, start: int, end: int) -> None:
        before = self.known.get(made.name)
        if before is None:
            self.known[made.name] = made
            return
        both = before.properties | made.properties
        fits = before.kind == made.kind and not any(pair <= both for pair in APART)
        if not fits or not extents.same(before.extent, made.extent):
            raise MisreadError(
                f"one meaning of {made.name}",
                f"{extents.in_words(before.extent)} and {extents.in_words(made.extent)}"
                if fits else "declarations that contradict each other",
                source, start, end, "declare it once",
            )  # fmt: skip
        before.properties |= made.properties
        before.declared = True

    def _function(self, name: str, kind: str, shape: tuple[str, str] | None) -> Name:
        if kind == "activation":
            return Name(name, kind, declared=True, applied=symbols.activation(name))
        rows = self.size(shape[0]) if shape else Size()
        return Name(name, kind, (rows, ONE), declared=True)

    def _extent(self, name: str, said: list[str], shape: tuple[str, str] | None) -> Extent:
        kind = conventions.kind_of(name)
        if any(word in SQUARE for word in said):
            size = self.size(shape[0]) if shape else Size()
            return (size, self.size(shape[1]) if shape and shape[1] else size)
        signed = signed_column(name, {*said}, shape)
        if any(word in NUMBERS for word in said) and not signed:
            return SCALAR
        number = bool({"scalar", "real", "number"} & {*said})
        column = signed or bool({"column", "vector", "basis vector"} & {*said})
        column = column or (not number and bool({"random", "independent"} & {*said}))
        if shape is not None:
            rows = self.size(shape[0])
            if shape[1]:
                return (rows, self.size(shape[1]))
            square = (kind == "matrix" or "matrix" in said) and not column
            return (rows, rows) if square else (rows, ONE)
        if column or kind in ("column", "dimension"):
            return (Size(), ONE)
        return (Size(), Size()) if "matrix" in said or kind == "matrix" else SCALAR

    # -- names as they are met ----------------------------------------------------------------------------------
    def is_applied(self, name: str, functions: frozenset[str]) -> bool:
        """Is a name before a bracket a function of what is in it? Where it is none, it is a factor."""
        if name in self.known:
            return self.known[name].kind in ("activation", "function", "definition")
        if name in functions or name in self.definitions or name in KNOWN or conventions.applied_kind(name):
            return True
        return not conventions.kind_of(name)

    def met(self, name: str, source: str, start: int, end: int) -> Name:
        """A name that stands alone. Raises MisreadError for one that means nothing."""
        if name in self.known:
            return self.known[name]
        kind = conventions.kind_of(name)
        if name in self.dimensions or kind == "dimension":
            made = Name(name, "dimension", SCALAR)
            self.size(name)
        elif kind:
            extent = {"scalar": SCALAR, "column": (Size(), ONE), "matrix": (Size(), Size())}[kind]
            made = Name(name, "symbol", extent)
        else:
            raise self.unknown(name, source, start, end)
        self.known[name] = made
        return made

    def meet_semidefinite(self, name: str) -> None:
        """A matrix that is semidefinite by what it is; where it stands below ^-1 it is definite."""
        size = Size()
        self.known[name] = Name(name, "symbol", (size, size), SQUARE["positive semidefinite"])

    def unknown(self, name: str, source: str, start: int, end: int) -> MisreadError:
        """The refusal of a name that means nothing."""
        remedy = conventions.near(name, {*self.known, *self.definitions})
        return MisreadError("a name that means something", repr(name), source, start, end, remedy)

    def unknown_function(self, name: str, source: str, start: int, end: int, functions: frozenset[str]) -> MisreadError:
        """The refusal of a name before a bracket that is no function."""
        words = {*self.known, *self.definitions, *functions, *KNOWN}
        close = difflib.get_close_matches(name, sorted(words), n=2, cutoff=0.6)
        remedy = f"did you mean {' or '.join(close)}; " if close else ""
        remedy = f"{INSTEAD[name.lower()]}; " if name.lower() in INSTEAD else remedy
        remedy += f'a free function is declared, --let "{name}: activation" or "{name}: function"'
        return MisreadError(
            f"a function that is known, {', '.join(SHOWN)}, ...", repr(name), source, start, end, remedy
        )

    def inverted(self, name: str) -> None:
        """What stands below ^-1 is invertible, if nothing is said of it."""
        found = self.known.get(name)
        if found is not None and found.kind == "symbol" and not found.declared:
            found.properties |= {_P.INVERTIBLE}

    def gram(self, term: Term) -> None:
        """A'A or A'S A below ^-1, with an A that need not be invertible, is positive definite: A has full rank."""
        if isinstance(term, Product) and _is_gram(*term.factors):
            self.grams[term] = None

    def fresh(self, term: Term) -> Symbol:
        """A new positive definite matrix of the term's shape, by the first name that is free. All is settled."""
        extent = (self.size_of(term.shape[0]), self.size_of(term.shape[1]))
        return self._made(("G", "H", "K"), extent, SQUARE["positive definite"])

    def fresh_column(self, size: Dimension, *, nonzero: bool = False) -> Term:
        """A new column of a size, by the first names that are free: of a size m + n it is one of m above one of n, of a
        size m n the columns of a matrix. All is settled."""
        if isinstance(size, size_arithmetic.Size) and not nonzero:
            below = [self._fresh_vec(product) for product, count in size.terms for _ in range(count)]
            return below[0] if len(below) == 1 else symbols.stack(*below)
        properties = frozenset({Property.NONZERO}) if nonzero else frozenset[Property]()
        return self._made(("u", "v", "z"), (self.size_of(size), ONE), properties)

    def _fresh_vec(self, product: Sequence[Dimension]) -> Term:
        """A new column of as many entries as a product of sizes says."""
        if len(product) < 2:
            return self.fresh_column(product[0] if product else 1)
        extent = (self.size_of(size_arithmetic.times(*product[1:])), self.size_of(product[0]))
        return vec(self._made(("U", "V", "Z"), extent, frozenset()))

    def fresh_least(self) -> Symbol:
        """A new positive number, that something which is not 0 is at least. All is settled."""
        return self._made(("c", "r", "l"), SCALAR, NUMBERS["positive"])

    def fresh_bound(self) -> Symbol:
        """A new number >= 0, that an activation is at most. All is settled."""
        return self._made(("K", "M", "B"), SCALAR, NUMBERS["nonnegative"])

    def _made(self, words: tuple[str, ...], extent: Extent, properties: frozenset[Property]) -> Symbol:
        word = self._free_word(words)
        self.known[word] = Name(word, "symbol", extent, properties)
        return self.symbol(word)

    def _free_word(self, words: tuple[str, ...]) -> str:
        further = (f"{words[0]}_{i}" for i in range(1, 99))
        return next(name for name in (*words, *further) if name not in self.known and name not in self.dimensions)

    def metric(self, name: str, source: str, start: int, end: int) -> Name:
        """The matrix of a length; positive definite, if nothing is said of it."""
        found = self.met(name, source, start, end)
        if found.kind == "symbol" and not found.declared:
            found.properties |= SQUARE["positive definite"]
        return found

    def adopt(self, symbol: Symbol, source: str, start: int, end: int, *, fixed: bool = True) -> Name:
        """A symbol of a definition under its own name; more may be said of it, unless it is `fixed` in a body."""
        extent = (self.size_of(symbol.shape[0]), self.size_of(symbol.shape[1]))
        kind = "dimension" if symbol.has(_P.DIMENSION) and not symbol.has(_P.STEPS) else "symbol"
        if kind == "dimension":
            self.size(symbol.name)
        made = Name(symbol.name, kind, extent, symbol.properties, declared=True, symbol=symbol if fixed else None)
        self._take(made, source, start, end)
        if fixed:
            self.known[symbol.name].symbol = symbol
        return self.known[symbol.name]

    def adopt_function(self, function: Activation | ScalarField, source: str, start: int, end: int) -> None:
        """An activation or a scalar field of a definition under its own name."""
        kind = "activation" if isinstance(function, Activation) else "function"
        before = self.known.get(function.name)
        if before is not None and before.applied not in (None, function):
            raise MisreadError(
                f"one meaning of {function.name}", "another function of that name", source, start, end, "rename it"
            )
        extent = SCALAR if isinstance(function, Activation) else (self.size_of(function.size), ONE)
        self.known[function.name] = Name(function.name, kind, extent, declared=True, applied=function)

    def size_of(self, size: Dimension) -> Size:
        """The size that a term's shape says."""
        if isinstance(size, size_arithmetic.Size):
            products = ([self.size(str(count)), *map(self.size_of, product)] for product, count in size.terms)
            return extents.made_of("+", *(extents.made_of("*", *product) for product in products))
        return self.size(str(size)) if isinstance(size, int) else self.size(size.name)

    @property
    def random(self) -> frozenset[str]:
        """The names of random columns."""
        return frozenset(name for name, found in self.known.items() if _P.RANDOM in found.properties)

    @property
    def only_scalars(self) -> bool:
        """Does the statement speak of real numbers alone?"""
        return all(n.kind == "symbol" and extents.is_scalar(n.extent) for n in self.known.values()) and not self.unnamed

    # -- from names to symbols ----------------------------------------------------------------------------------
    def settle(self) -> None:
        """Give every size a name and make every symbol.

        Raises MisreadError where nothing says the size of I or of 1, CalculusError for steps that are a size.
        """
        self._name_roots()
        self._one_dimension_for_one_size()
        for clash in self.dimensions.keys() & {n.name for n in self.known.values() if _P.STEPS in n.properties}:
            raise CalculusError(
                f"{clash} is a number of steps, and the size of nothing. Remedy: another name for one of the two."
            )
        taken = {*self.known, *self.dimensions}
        fresh = (name for name in (*conventions.FRESH, *(f"d_{i}" for i in range(1, 99))) if name not in taken)
        ordered = sorted(self.known.values(), key=lambda name: not extents.is_column(name.extent))
        for name in ordered:
            for size in name.extent:
                if size.is_open and not size.known().loose:
                    word = next(fresh)
                    size.known().value = word
        for size, source, start, end in self.unnamed:
            if size.is_open:
                raise MisreadError(
                    "a size that the statement determines", f"{source[start:end]!r} of any size", source, start, end,
                    f"write {source[start:end].rstrip('[')}[d], or say of which size another part is, "
                    '--let "x: d"',
                )  # fmt: skip

    def _name_roots(self) -> None:
        """A name for each root, of which is said what is said of its square. Raises MisreadError for a matrix that need
        not have one."""
        for name, root in self.roots.items():
            found = self.known[name]
            if found.symbol is not None:
                raise of_a_definition(name, root)
            if not found.declared and (root.inverted or not found.properties - {_P.INVERTIBLE}):
                found.properties |= SQUARE["positive definite"]
            definite = _P.POSITIVE_DEFINITE in found.properties
            if not found.properties & SEMIDEFINITE or found.properties & RIGID or (root.inverted and not definite):
                words = "positive definite" if root.inverted else "positive semidefinite"
                raise MisreadError(
                    f"a {words} matrix below a root", f"{name}, of which that is not said", root.source, root.start,
                    root.end, f'--let "{name}: positive definite"',
                )  # fmt: skip
            root.name = self._free_word(("R", "Q", "U"))
            self.known[root.name] = Name(root.name, "symbol", found.extent, found.properties - {_P.INVERTIBLE})

    def _one_dimension_for_one_size(self) -> None:
        """A dimension that is spoken of as a number is the one size that has no name, where there is one of each."""
        in_use = {size.known().value for name in self.known.values() for size in name.extent}
        speaking = [n.name for n in self.known.values() if n.kind == "dimension" and n.name not in in_use]
        pool = [size for name in self.known.values() for size in name.extent] + [size for size, *_ in self.unnamed]
        open_sizes = {id(size.known()): size.known() for size in pool if size.is_open}
        general = [size for size in open_sizes.values() if not size.loose]
        if len(speaking) == 1 and len(general) == 1:
            extents.unify(general[0], self.size(speaking[0]))

    def dimension(self, size: Size) -> Dimension:
        """A size as terms take it."""
        return extents.as_dimension(size)

    def term(self, name: str) -> Term:
        """What a name means: its symbol, or R R where its root R is spoken of."""
        if name not in self.roots:
            return self.symbol(name)
        root = self.symbol(self.roots[name].name)
        return matmul(root, root)

    def symbol(self, name: str) -> Symbol:
        """The symbol of a name. Raises CalculusError for properties that do not fit its shape, and where the root of a
        matrix is spoken of, which stands for it."""
        if name in self.roots:
            raise CalculusError(
                f"{name} is R R for the R that {name}^(1/2) is, and no derivative is taken in it. "
                f"Remedy: differentiate in a name without a root."
            )
        found = self.known[name]
        if found.symbol is None:
            if found.kind == "dimension":
                found.symbol = symbols.dimension(name)
            else:
                shape = (self.dimension(found.extent[0]), self.dimension(found.extent[1]))
                found.symbol = Symbol(name, shape, _plainest(found.properties, shape), _tex(name))
        return found.symbol

    def field(self, name: str) -> ScalarField:
        """The function of a column of a name."""
        found = self.known[name]
        if not isinstance(found.applied, ScalarField):
            found.applied = symbols.scalar_field(name, self.dimension(found.extent[0]), tex=_tex(name))
        return found.applied


def _is_gram(first: Term, *rest: Term) -> bool:
    """Are these A' A, or A' S A with S positive definite, or the same of A'?"""
    *middle, last = rest
    inner = first.body if isinstance(first, Transpose) else first
    return (
        isinstance(inner, Symbol)
        and not inner.properties & _INVERTED
        and transpose(first) == last
        and len(middle) <= 1
        and all(isinstance(one, Symbol) and one.has(_P.POSITIVE_DEFINITE) for one in middle)
    )


def _plainest(properties: frozenset[Property], shape: Shape) -> frozenset[Property]:
    """The same without what the rest says: positive is nonnegative and not 0. A column that is not 0 may have an entry
    that is."""
    if {_P.NONNEGATIVE, _P.NONZERO} <= properties and shape == (1, 1):
        properties |= {_P.POSITIVE}
    if {_P.POSITIVE_SEMIDEFINITE, _P.INVERTIBLE} <= properties:
        properties |= {_P.POSITIVE_DEFINITE}
    if _P.POSITIVE_DEFINITE in properties:
        properties -= {_P.INVERTIBLE, _P.POSITIVE_SEMIDEFINITE}
    if _P.POSITIVE in properties:
        properties -= {_P.NONNEGATIVE, _P.NONZERO}
    return properties - {_P.NONZERO} if _P.NEGATIVE in properties else properties


def _tex(name: str) -> str:
    stem, _, rest = name.partition("_")
    if stem in conventions.GREEK - {"omicron", "eps"} or stem in conventions.CAPITAL_GREEK:
        return f"\\{stem}" + (f"_{{{rest}}}" if rest and "_" not in rest else "")
    return ""


def bring_along(names: Names, definition: Definition, source: str, start: int, end: int) -> None:
    """The symbols and functions that a definition's body speaks of, parameters aside, are the statement's as well."""
    if definition not in names.used:
        names.used.append(definition)
    inner = rewrite.free_symbols(definition.body) - frozenset(definition.parameters)
    for symbol in sorted(inner, key=lambda s: s.name):
        names.adopt(symbol, source, start, end)
    for function in sorted(rewrite.functions_in(definition.body), key=lambda f: f.name):
        names.adopt_function(function, source, start, end)

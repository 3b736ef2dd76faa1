"""What is applied: functions, definitions, expectations, derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from lark import Token

from theory import terms as t
from theory.grammar.arithmetic import norm
from theory.grammar.conventions import applied_kind
from theory.grammar.declaring import Name, Names, bring_along
from theory.grammar.detached import at_a_point, mark, released
from theory.grammar.extents import ONE, SCALAR, Size, in_words, is_column, is_scalar, made_of, same, unify
from theory.grammar.iterated import iterate
from theory.grammar.misread import MisreadError
from theory.grammar.of_entries import OF_ENTRIES
from theory.grammar.readings import Read, Reader, bare_name, settled, span_of
from theory.terms import CalculusError, ScalarField, Term, special_functions, symbols
from theory.terms.known_functions import KNOWN
from theory.terms.rewrite import binder_depth, depends_on, free_symbols, unfold
from theory.terms.rewrite import replace as replaced
from theory.terms.text import text


def mean(reader: Reader, tree: Any) -> Read:
    over, inner = tree.children
    start, end = span_of(tree)
    name = str(over)
    around = frozenset(reader.over)
    if name:
        _random(reader, name, start, end)
        reader.over.append(name)
    read = reader.read(inner)
    if name:
        reader.over.pop()
    if not name:
        _random_by_convention(reader, inner)
    return _expected(reader, read, name, around, start, end)


def _is_name(leaf: Any) -> bool:
    return isinstance(leaf, Token) and leaf.type == "NAME"


def _is_random(name: Name) -> bool:
    return t.Property.RANDOM in name.properties


def _random_by_convention(reader: Reader, inner: Any) -> None:
    """The one column under E is random, or x beside others than y and z, where nothing is said of it but its size and
    nothing else under E is."""
    letters = dict.fromkeys(str(token) for token in inner.scan_values(_is_name))
    known = [reader.names.known[letter] for letter in letters if letter in reader.names.known]
    columns = [one for one in known if one.kind == "symbol" and is_column(one.extent) and one.symbol is None]
    if len(columns) > 1 and not {one.name for one in columns} & {"y", "z"}:
        columns = [one for one in columns if one.name == "x"]
    if len(columns) == 1 and not columns[0].properties and not any(map(_is_random, known)):
        columns[0].properties |= {t.Property.RANDOM}


def _random(reader: Reader, name: str, start: int, end: int) -> None:
    found = reader.names.met(name, reader.source, start, end)
    if (
        not found.extent[1].is_one
        or found.kind != "symbol"
        or (found.symbol is not None and not found.symbol.has(t.Property.RANDOM))
    ):
        raise reader.wrong("a column after E_", f"{name}, {in_words(found.extent)}", start, end)
    found.properties |= {t.Property.RANDOM}


def _expected(reader: Reader, read: Read, over: str, around: frozenset[str], start: int, end: int) -> Read:
    def make() -> Term:
        body = read.make()
        meant = released(reader.names, body)  # which random vector is meant is seen in the whole of it
        found = [reader.names.symbol(over)] if over else _apart(reader.names, meant, around) or [symbols.E(meant).over]
        return reduce(t.Expectation, reversed(found), body)

    def whole() -> Term:
        try:
            return make()
        except MisreadError:
            raise
        except CalculusError as problem:
            if "exactly one random vector" not in str(problem):
                raise
            got = str(problem).partition("found ")[2].partition(" in ")[0]
            remedy = 'name it, E_x[...]; or say which, --law "x: E[x] = 0"'
            if "," in got:
                remedy = f'name it, E_x[...]; or say that they are independent, --let "{got}: independent"'
            raise reader.wrong("one random vector inside E[...]", got, start, end, remedy) from None

    return reader.made(read.extent, whole, start, end, natural=True)


def _apart(names: Names, body: Term, around: frozenset[str]) -> list[t.Symbol]:
    """The random vectors of a body, if they are declared to be independent together and no E around is over one: the
    mean over all is that over one after the other."""
    found = [s for s in free_symbols(body) if s.has(t.Property.RANDOM) and depends_on(body, s)]
    words = {s.name for s in found}
    together = not words & around and any(words <= group for group in names.independent)
    return sorted(found, key=lambda s: s.name) if together else []


def derived(reader: Reader, tree: Any) -> Read:
    kind, written = str(tree.children[0]).split(" ")
    _, inner, place = tree.children
    start, end = span_of(tree)
    bare = written.rstrip("~")
    found = reader.names.met(bare, reader.source, start, end)
    reader.bound.append((written, found))
    body = reader.read(inner)
    reader.bound.pop()
    at = reader.read(place) if place is not None else None
    if at is not None and not same(at.extent, found.extent):
        raise reader.wrong(f"a point of the shape of {bare}", reader.said(at), at.start, at.end)
    return _derivative(reader, kind, body, found, at, (start, end), len(written) - len(bare))


def _derivative(
    reader: Reader, kind: str, body: Read, found: Name, at: Read | None, span: tuple[int, int], depth: int = 0
) -> Read:
    start, end = span
    rows, columns = found.extent
    if kind != "gradient" and not columns.is_one:
        raise reader.wrong(f"a column to take the {kind} in", f"{found.name}, {in_words(found.extent)}", start, end)
    if kind == "jacobian":
        if not body.extent[1].is_one or is_scalar(settled(body).extent):
            raise reader.wrong(
                "a column to take the Jacobian of", reader.said(body), body.start, body.end, "grad(f, x)"
            )
        extent = (body.extent[0], rows)
    else:
        reader.require_scalar(body, f"to take the {kind} of", "jac(f, x) is the Jacobian of a column")
        extent = found.extent if kind == "gradient" else (rows, rows)

    def make() -> Term:
        variable, inner = reader.names.symbol(found.name), body.make()
        if found.name in reader.names.random:
            mean_inside = any(isinstance(n, t.Expectation) and n.over == variable for n in t.walk(inner))
            if at is not None or mean_inside or not depends_on(inner, variable):
                raise reader.wrong("a name that is not random to differentiate in", found.name, start, end)
            plain = replace(variable, properties=frozenset())  # under a mean, at each x
            return _KINDS[kind](replaced(inner, variable, plain), plain, variable)
        point = at.make() if at is not None else variable
        if point != variable:
            inner = at_a_point(reader.names, inner, variable, point)
        if depth:
            bound = replace(variable, bound=depth)
            if variable in free_symbols(inner) or binder_depth(replaced(inner, bound, variable)) >= depth:
                return t.Derivative(inner, bound, point, kind)
            inner = replaced(inner, bound, variable)
        if kind == "hessian" and reader.names.only_scalars:  # of numbers it is the second derivative
            return symbols.gradient(symbols.gradient(inner, variable), variable, point)
        return _KINDS[kind](inner, variable, point)

    return reader.made(extent, make, start, end, natural=True)


_KINDS = {"gradient": symbols.gradient, "jacobian": symbols.jacobian, "hessian": symbols.hessian}


# ---- functions ----------------------------------------------------------------------------------------------
def applied(reader: Reader, tree: Any) -> Read:
    token, *inner = tree.children
    name, primes = str(token).rsplit(" ", 1)
    start, end = span_of(tree)
    names = reader.names
    known = names.known.get(name)
    if known is None and name in names.definitions:
        return _called(reader, name, inner, (start, end))
    if known is None and name in FUNCTIONS:
        if primes != "0":
            raise reader.wrong(f"{name} without a prime", name + "'" * int(primes), start, end, "grad(f, x)")
        return FUNCTIONS[name](reader, inner, (start, end))
    if known is None:
        kind = "activation" if name in KNOWN else applied_kind(name)
        if not kind:
            raise names.unknown_function(name, reader.source, start, start + len(name), reader.functions)
        made = symbols.activation(name) if kind == "activation" else None
        known = Name(name, kind, (Size(), ONE) if kind == "function" else SCALAR, applied=made)
        names.known[name] = known
    [argument] = _arguments(reader, inner, 1, name, (start, end))
    order = int(primes)
    if known.kind == "activation":
        function = known.applied
        assert isinstance(function, t.Activation)
        settled(argument)
        return reader.made(
            argument.extent, lambda: function.derivative(order, argument.make()), start, end, natural=True
        )
    return _of_column(reader, known, order, argument, (start, end))


def _of_column(reader: Reader, known: Name, order: int, argument: Read, span: tuple[int, int]) -> Read:
    """A function of a column, its gradient or its Hessian."""
    if is_scalar(settled(argument).extent) and not known.declared:
        raise reader.wrong(
            f"a column as the argument of {known.name}", reader.said(argument), argument.start, argument.end,
            f'a function of a number is an activation: --let "{known.name}: activation"',
        )  # fmt: skip
    if not same(known.extent, argument.extent):
        raise reader.wrong(
            f"the argument of {known.name} as {in_words(known.extent)}", reader.said(argument), argument.start,
            argument.end,
        )  # fmt: skip
    size = known.extent[0]
    extent = (SCALAR, (size, ONE), (size, size))[min(order, 2)]

    def make() -> Term:
        function: ScalarField = reader.names.field(known.name)
        return t.FieldValue(function, order, argument.make())

    return reader.made(extent, make, *span, natural=True)


def _called(reader: Reader, name: str, inner: list[Any], span: tuple[int, int]) -> Read:
    """One of the definitions that are known by name; a last argument `beta` that is left out is 0."""
    definition = reader.names.definitions[name]
    bring_along(reader.names, definition, reader.source, *span)
    parameters = definition.parameters
    for tree, parameter in zip(inner, parameters, strict=False):
        written = bare_name(tree)
        if written == parameter.name and not _declared(reader, written):
            reader.names.adopt(parameter, reader.source, *span_of(tree), fixed=False)
    arguments = [reader.read(tree) for tree in inner]
    left_out = parameters[len(arguments) :]
    if len(arguments) > len(parameters) or any(parameter.name not in OPTIONAL for parameter in left_out):
        wanted = ", ".join(parameter.name for parameter in parameters)
        raise reader.wrong(f"{name}({wanted})", f"{len(arguments)} arguments", *span, source_of(definition))
    for argument, parameter in zip(arguments, parameters, strict=False):
        extent = (reader.names.size_of(parameter.shape[0]), reader.names.size_of(parameter.shape[1]))
        if not same(argument.extent, extent):
            written_out = f"of another size {name} is written out, {text(unfold(definition.body))}"
            remedy = written_out if is_column(extent) and is_column(argument.extent) else ""
            wanted = f"{parameter.name} of {name} as {in_words(extent)}"
            raise reader.wrong(wanted, reader.said(argument), argument.start, argument.end, remedy)
    shape = definition.body.shape
    extent = (reader.names.size_of(shape[0]), reader.names.size_of(shape[1]))
    return reader.made(
        extent, lambda: definition(*(a.make() for a in arguments), *(0 for _ in left_out)), *span, natural=True
    )


OPTIONAL = ("beta",)


def source_of(definition: t.Definition) -> str:
    return f"see normproof show for {definition.name}" if not definition.source else definition.source


def _declared(reader: Reader, name: str) -> bool:
    known = reader.names.known.get(name)
    return known is not None and known.declared


def _arguments(reader: Reader, inner: list[Any], count: int, name: str, span: tuple[int, int]) -> list[Read]:
    if len(inner) != count:
        raise reader.wrong(f"{count} argument{'s' * (count > 1)} of {name}", str(len(inner)), *span)
    return [reader.read(tree) for tree in inner]


_Function = Callable[[Reader, list[Any], tuple[int, int]], Read]


def _square(reader: Reader, inner: list[Any], name: str, span: tuple[int, int]) -> Read:
    """The one argument, a square matrix."""
    [read] = _arguments(reader, inner, 1, name, span)
    if not unify(*read.extent):
        raise reader.wrong(f"a square matrix in {name}", reader.said(read), read.start, read.end)
    return read


def _of_square(name: str, make: Callable[[Term], Term]) -> _Function:
    def read_number(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
        read = _square(reader, inner, name, span)
        return reader.made(SCALAR, lambda: make(read.make()), *span, natural=True)

    return read_number


def _operator_norm(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "opnorm", span)
    return reader.made(SCALAR, lambda: symbols.operator_norm(read.make()), *span, natural=True)


def _diagonal(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "Diag", span)
    if not read.extent[1].is_one:
        remedy = "diagonal(A) is the column of the entries on the diagonal of A"
        raise reader.wrong("a column in Diag", reader.said(read), read.start, read.end, remedy)
    return reader.made((read.extent[0], read.extent[0]), lambda: t.diag(read.make()), *span)


def _on_the_diagonal(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    """The column of the entries on the diagonal of a square matrix, (A o I) 1."""
    read = _square(reader, inner, "diagonal", span)

    def make() -> Term:
        term = read.make()
        return t.matmul(t.hadamard(term, t.Eye(term.rows)), t.Ones(term.rows))

    return reader.made((read.extent[0], ONE), make, *span)


def _detached(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "detach", span)
    return replace(read, make=lambda: mark(reader.names, read.make()), start=span[0], end=span[1], squared=None)


def _kronecker(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    left, right = (settled(read) for read in _arguments(reader, inner, 2, "kron", span))
    rows, columns = (made_of("*", left.extent[side], right.extent[side]) for side in (0, 1))
    return reader.made((rows, columns), lambda: t.kronecker(left.make(), right.make()), *span)


def _stacked(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "vec", span)
    settled(read)
    rows, columns = read.extent  # in the order of a Kronecker product that it stands beside
    return reader.made((made_of("*", columns, rows), ONE), lambda: t.vec(read.make()), *span)


def _root(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "sqrt", span)
    settled(read)

    def make() -> Term:
        term = read.make()
        if 1 not in term.shape:
            raise reader.wrong("a number or a column under a root", reader.said(read), read.start, read.end)
        return symbols.sqrt(term)

    return reader.made(read.extent, make, *span, natural=True)


def _absolute(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "abs", span)
    if is_scalar(settled(read).extent):
        return reader.made(SCALAR, lambda: t.absolute(read.make()), *span, natural=True)
    return reader.made(read.extent, lambda: symbols.activation("abs")(read.make()), *span)


def _length_of(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "norm", span)
    return norm(reader, read, None, *span)


def _total(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "sum", span)
    settled(read)

    def make() -> Term:
        rows, columns = (reader.names.dimension(size) for size in read.extent)
        term = read.make() if rows == 1 else t.matmul(t.transpose(t.Ones(rows)), read.make())
        return term if columns == 1 else t.matmul(term, t.Ones(columns))

    return reader.made(SCALAR, make, *span)


def _expectation(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    [read] = _arguments(reader, inner, 1, "E", span)
    _random_by_convention(reader, inner[0])
    return _expected(reader, read, "", frozenset(reader.over), *span)


def _taking(kind: str) -> _Function:
    def read_derivative(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
        if len(inner) not in (2, 3):
            raise reader.wrong("what is differentiated, and in what: grad(f, x)", f"{len(inner)} arguments", *span)
        body = reader.read(inner[0])
        name = bare_name(inner[1])
        if not name:
            raise reader.wrong(
                "a name to differentiate in", "a term", *span_of(inner[1]), "grad(f, x), and at a point grad(f, x, a)"
            )
        found = reader.names.met(name, reader.source, *span_of(inner[1]))
        at = reader.read(inner[2]) if len(inner) == 3 else None
        if at is not None and not same(at.extent, found.extent):
            raise reader.wrong(f"a point of the shape of {name}", reader.said(at), at.start, at.end)
        return _derivative(reader, kind, body, found, at, span)

    return read_derivative


OF_MATRICES = frozenset({"exp", "log", "sin", "cos"})  # which a reader takes for series in the matrix


def _special(name: str) -> _Function:
    def read_special(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
        [read] = _arguments(reader, inner, 1, name, span)
        settled(read)

        def make() -> Term:
            term = read.make()
            if 1 not in term.shape and name in OF_MATRICES:
                raise reader.wrong(
                    f"{name} of a number or of the entries of a column", f"that of a matrix, {t.show(term.shape)}",
                    *span, f"{name}(A) of a matrix is a power series, which is not known here; for that of its entries "
                    f'--let "{name}: activation"',
                )  # fmt: skip
            if name in t.ON_MATRICES and (is_scalar(read.extent) or not reader.names.only_scalars):
                return special_functions.exp(term) if name == "exp" else special_functions.log(term)
            if name in KNOWN and not reader.names.only_scalars:
                return symbols.activation(name)(term)
            if not reader.names.only_scalars:
                raise reader.wrong(
                    "functions that statements on columns and matrices know", name, *span,
                    f"a smooth function of entries is phi(...); {name} is known in statements on scalars alone",
                )  # fmt: skip
            return t.Special(name, (term,))

        return reader.made(read.extent, make, *span, natural=True)

    return read_special


FUNCTIONS: Mapping[str, _Function] = {
    "tr": _of_square("tr", t.trace), "trace": _of_square("trace", t.trace), "det": _of_square("det", t.determinant),
    "logdet": _of_square("logdet", lambda matrix: special_functions.log(t.determinant(matrix))),
    "lambda_max": _of_square("lambda_max", t.largest_eigenvalue),
    "lambda_min": _of_square("lambda_min", symbols.smallest_eigenvalue),
    "cond": _of_square("cond", symbols.condition_number), "opnorm": _operator_norm,
    "Diag": _diagonal, "diag": _diagonal, "diagonal": _on_the_diagonal, "detach": _detached,
    "kron": _kronecker, "vec": _stacked, "iterate": iterate, "sqrt": _root, "abs": _absolute, "norm": _length_of,
    "sum": _total, "E": _expectation,
    "grad": _taking("gradient"), "gradient": _taking("gradient"), "diff": _taking("gradient"),
    "hess": _taking("hessian"), "hessian": _taking("hessian"),
    "jac": _taking("jacobian"), "jacobian": _taking("jacobian"),
    **OF_ENTRIES, **{name: _special(name) for name in ("exp", "log", "sin", "cos", "arccos", "erf", "Gamma")},
}  # fmt: skip

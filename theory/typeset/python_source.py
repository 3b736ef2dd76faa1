"""Terms and statements as the Python that makes them, to paste into a theorem file: it makes the same trees.

python_term          one term
python_declarations  the symbols and functions of terms, one line each
python_file          a whole theorem: statement, assumptions, derivation, near misses
"""

from __future__ import annotations

import importlib
import keyword
import pkgutil
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from theory import terms as t
from theory.statements import derivation as d
from theory.statements.claims import Assumption, AtMost, Claim, Equal, Gaussian, Interchange, SupBound, assumption_terms
from theory.statements.lemmas import Lemma
from theory.statements.ranges import Range
from theory.statements.setting import Matrices
from theory.statements.theorem import Theorem
from theory.terms import Property, Symbol, Term, recursions, rewrite
from theory.terms.block_matrices import as_blocks
from theory.terms.extremes import as_extreme
from theory.terms.lettering import free_names
from theory.terms.symbols import gradient, hessian, jacobian

_P = Property
_SUM, _PRODUCT, _POWER, _ATOM = 0, 1, 2, 3  # how tightly Python holds an expression together
_MATRICES: Mapping[frozenset[Property], str] = {
    frozenset({_P.SYMMETRIC, _P.POSITIVE_DEFINITE}): "positive_definite",
    frozenset({_P.SYMMETRIC, _P.POSITIVE_SEMIDEFINITE}): "positive_semidefinite",
    frozenset({_P.SYMMETRIC, _P.PROJECTOR}): "projector",
    frozenset({_P.SYMMETRIC}): "symmetric",
    frozenset({_P.INVERTIBLE}): "invertible",
    frozenset({_P.ORTHOGONAL}): "orthogonal",
    frozenset({_P.ORTHOGONAL, _P.PERMUTATION}): "permutation",
}
_COLUMNS: Mapping[frozenset[Property], str] = {
    frozenset(): "vector",
    frozenset({_P.RANDOM}): "random_vector",
    frozenset({_P.BASIS}): "basis_vector",
}
_SIGNED = {_P.POSITIVE: "positive", _P.NONNEGATIVE: "nonnegative"}  # of each entry of a column
_SCALARS: Mapping[frozenset[Property], str] = {
    frozenset(): "real",
    frozenset({_P.POSITIVE}): "positive",
    frozenset({_P.NONNEGATIVE}): "nonnegative",
    frozenset({_P.NEGATIVE}): "negative",
}
_ORDERS = ("", ".prime", ".second")
_FIELD_ORDERS = ("", ".gradient", ".hessian")
_DERIVATIVES = {"gradient": gradient, "jacobian": jacobian, "hessian": hessian}
_NAMED: Mapping[type[Term], str] = {
    t.Trace: "trace",
    t.Determinant: "det",
    t.Inverse: "inverse",
    t.Hadamard: "hadamard",
    t.Diag: "diag",
    t.Kronecker: "kron",
    t.Vec: "vec",
    t.Abs: "abs",
}


def identifier(name: str) -> str:
    """A name as Python can have it: `c_*` is `c_star`, `lambda` is `lambda_`."""
    word = name.replace("*", "star").replace("'", "_prime").replace(" ", "_")
    return word + "_" if keyword.iskeyword(word) or word in _TAKEN else word


def python_term(term: Term) -> str:
    """The expression that makes the term; it speaks of the names of `python_declarations`."""
    written = _text(term)[0]
    return f"number({written})" if isinstance(term, t.Number) else written


# ---- terms --------------------------------------------------------------------------------------------------
def _at(term: Term, level: int) -> str:
    written, own = _text(term)
    return written if own >= level else f"({written})"


def _number(value: Fraction) -> tuple[str, int]:
    if value.denominator == 1:
        return str(value), _ATOM if value >= 0 else _SUM
    return f"Fraction({value.numerator}, {value.denominator})", _ATOM


def size_source(size: t.Dimension) -> str:
    """A size as an expression: `m + 2 * n`."""
    if isinstance(size, t.Size):
        products = ("*".join([str(n), *(identifier(s.name) for s in product)]) for product, n in size.terms)
        return " + ".join(product.removeprefix("1*").replace("*", " * ") for product in products)
    return identifier(size.name) if isinstance(size, Symbol) else str(size)


def _text(term: Term) -> tuple[str, int]:
    match term:
        case t.Number(value):
            return _number(value)
        case t.Symbol(name=name):
            return identifier(name), _ATOM
        case t.Eye(size):
            return f"eye({size_source(size)})", _ATOM
        case t.Ones(size):
            return f"ones({size_source(size)})", _ATOM
        case t.Zero(shape):
            return f"zero({', '.join(map(size_source, shape))})", _ATOM
        case t.Place() | t.Sum() | t.Product() | t.Scale() | t.Transpose() if _made_of_blocks(term):
            return _blocks(term), _ATOM
        case t.Sum(terms):
            return _sum(terms), _SUM
        case t.Product(factors):
            return " @ ".join([_at(factors[0], _PRODUCT), *(_at(f, _POWER) for f in factors[1:])]), _PRODUCT
        case t.LargestEigenvalue() | t.Scale() if extreme := as_extreme(term):
            return f"{extreme[0].value}({python_term(extreme[1])})", _ATOM
        case t.Power(
            t.LargestEigenvalue(t.Product((t.Transpose(left), right))), Fraction(numerator=1, denominator=2)
        ) if left == right:
            return f"operator_norm({python_term(right)})", _ATOM
        case t.Scale(scalar, body):
            return _scale(scalar, body)
        case t.Power(base, exponent):
            return _power(base, exponent)
        case t.Transpose(body):
            return f"{_at(body, _ATOM)}.T", _ATOM
        case t.Expectation(body, over):
            return f"E({python_term(body)}, {identifier(over.name)})", _ATOM
        case t.Derivative():
            return _derivative(term), _ATOM
        case t.Iterate(_, _, _, times) if (of := recursions.as_power(term)) is not None:
            if isinstance(times, int):
                return f"power({python_term(of)}, {times})", _ATOM
            held = f"number({_number(of.value)[0]})" if isinstance(of, t.Number) else _at(of, _ATOM)
            return f"{held} ** {_at_count(times)}", _POWER
        case t.Iterate():
            return _iterate(term), _ATOM
        case t.Elementwise(function, order, argument):
            head = identifier(function.name) + (_ORDERS[order] if order < 3 else f".derivative({order}, ")
            return (f"{head}({python_term(argument)})" if order < 3 else f"{head}{python_term(argument)})"), _ATOM
        case t.FieldValue(function, order, argument):
            return f"{identifier(function.name)}{_FIELD_ORDERS[order]}({python_term(argument)})", _ATOM
        case t.Call(definition, arguments):
            return f"{_of_catalogue(definition)[1]}({', '.join(map(python_term, arguments))})", _ATOM
        case t.Special(name, arguments):
            head = "raised" if name == "pow" else name
            return head + (f"({', '.join(map(python_term, arguments))})" if arguments else ""), _ATOM
    if type(term) not in _NAMED:
        raise t.CalculusError(f"expected a term that a statement on one line has, got {type(term).__name__}.")
    return f"{_NAMED[type(term)]}({', '.join(map(python_term, term.children))})", _ATOM


def _made_of_blocks(term: Term) -> bool:
    """Do its blocks make it again? A single block among zeros that another one is beside may have been made apart."""
    found = as_blocks(term)
    return found is not None and t.blocks(found) == term


def _blocks(term: Term) -> str:
    rows = as_blocks(term) or []
    written = (", ".join(map(python_term, row)) for row in rows)
    return f"blocks([{', '.join(f'[{row}]' for row in written)}])"


def _sum(terms: Sequence[Term]) -> str:
    written = _at(terms[0], _SUM) if not isinstance(terms[0], t.Number) else python_term(terms[0])
    for term in terms[1:]:
        if isinstance(term, t.Scale) and term.scalar == t.Number(Fraction(-1)) and not as_extreme(term):
            written += f" - {_at(term.body, _PRODUCT)}"
        else:
            written += f" + {_at(term, _PRODUCT)}"
    return written


def _scale(scalar: Term, body: Term) -> tuple[str, int]:
    if scalar == t.Number(Fraction(-1)) and not isinstance(body, t.Number):
        return f"-{_at(body, _POWER)}", _SUM
    if isinstance(scalar, t.Power) and scalar.exponent == -1 and not isinstance(body, t.Number):
        return f"{_at(body, _PRODUCT)} / {_at(scalar.base, _POWER)}", _PRODUCT
    return f"{_at(scalar, _PRODUCT)} * {_at(body, _POWER)}", _PRODUCT


def _power(base: Term, exponent: Fraction) -> tuple[str, int]:
    if exponent == Fraction(1, 2):
        return f"sqrt({python_term(base)})", _ATOM
    held = f"number({_number(base.value)[0]})" if isinstance(base, t.Number) else _at(base, _ATOM)
    return (
        f"{held} ** {_number(exponent)[0] if exponent >= 0 or exponent.denominator != 1 else f'({exponent})'}",
        _POWER,
    )


def _derivative(term: t.Derivative) -> str:
    free, body, held = with_its_letter(term)
    at = "" if term.at == free else f", at={python_term(term.at)}"
    holding = ", ".join(map(python_term, held)) + "," * (len(held) == 1)
    return f"{term.kind}({python_term(body)}, {identifier(free.name)}{at}{f', holding=({holding})' if holding else ''})"


def _iterate(term: t.Iterate) -> str:
    """A recursion in letters of its own: those of its variables, primed where another symbol has such a name."""
    letters, bodies = with_its_letters(term)
    starts, names = map(python_term, term.starts), [identifier(letter.name) for letter in letters]
    if len(names) == 1:
        return f"iterate({python_term(bodies[0])}, {names[0]}, {next(starts)}, {size_source(term.count)})"
    steps = (f"{n}: ({python_term(b)}, {s})" for n, b, s in zip(names, bodies, starts, strict=True))
    return f"iterates({{{', '.join(steps)}}}, {size_source(term.count)})[{term.index}]"


def _at_count(count: t.Dimension) -> str:
    written = size_source(count)
    return written if written.isidentifier() else f"({written})"


def with_its_letters(term: t.Iterate) -> tuple[tuple[Symbol, ...], tuple[Term, ...]]:
    """The variables of a recursion as free letters that nothing else in it has, and its bodies over these."""
    taken = {s.name for s in rewrite.free_symbols(term)}
    free = tuple(replace(v, bound=0, name=next(free_names(v.name, taken))) for v in term.variables)
    values = dict(zip(term.variables, free, strict=True))
    return free, tuple(rewrite.substitute(body, values) for body in term.bodies)


def with_its_letter(term: t.Derivative) -> tuple[Symbol, Term, tuple[Term, ...]]:
    """A derivative's variable and body in a free letter, and what is held in it.

    The letter is the variable's own; where the body also has it free, that is in terms that are held. If that does not
    make the same term again, or the letter is another's, as of the random x at which a slope is taken, it is a new one.
    """
    free = replace(term.variable, bound=0)
    body = rewrite.replace(term.body, term.variable, free)
    around = rewrite.free_symbols(term.body) | rewrite.free_symbols(term.at)
    taken = {s.name for s in around}
    if free.name not in {s.name for s in around - {free, term.variable}}:
        if free not in rewrite.free_symbols(term.body):
            return free, body, ()
        held = tuple(dict.fromkeys(_constant(term.body, term.variable, free)))
        if term.at == free and _same(free, body, held, term):
            return free, body, held
    fresh = replace(free, name=next(free_names(free.name, taken)), tex="")
    return fresh, rewrite.replace(term.body, term.variable, fresh), ()


def _constant(body: Term, variable: Symbol, free: Symbol) -> list[Term]:
    """The largest terms in a body that speak of the free letter and not of the bound one."""
    if free not in rewrite.free_symbols(body):
        return []
    if variable not in rewrite.free_symbols(body):
        return [body]
    return [found for child in body.children for found in _constant(child, variable, free)]


def _same(free: Symbol, body: Term, held: tuple[Term, ...], term: t.Derivative) -> bool:
    try:
        return _DERIVATIVES[term.kind](body, free, holding=held) == term
    except t.CalculusError:
        return False


# ---- declarations -------------------------------------------------------------------------------------------
def python_declarations(terms: Iterable[Term]) -> list[str]:
    """One line for each symbol and function, dimensions first; definitions of the catalogue are imported."""
    terms = list(terms)
    symbols = set[Symbol]().union(*(_symbols(term) for term in terms))
    functions = frozenset[t.Activation | t.ScalarField]().union(*(rewrite.functions_in(term) for term in terms))
    sizes = sorted((s for s in symbols if s.has(_P.DIMENSION)), key=lambda s: s.name)
    lines = [f'{identifier(s.name)} = {"steps" if s.has(_P.STEPS) else "dimension"}("{s.name}")' for s in sizes]
    others = sorted((s for s in symbols if not s.has(_P.DIMENSION)), key=lambda s: s.name)
    lines += [f"{identifier(s.name)} = {constructor(s)}" for s in others]
    for function in sorted(functions, key=lambda f: f.name):
        if isinstance(function, t.Activation):
            made = f'activation("{function.name}", smoothness={function.smoothness})'
        else:
            made = f'scalar_field("{function.name}", {size_source(function.size)})'
        lines.append(f"{identifier(function.name)} = {made}")
    return lines


def _symbols(term: Term) -> set[Symbol]:
    found = set(rewrite.free_symbols(term))
    for node in t.walk(term):
        if isinstance(node, t.Derivative):
            found.add(with_its_letter(node)[0])
        elif isinstance(node, t.Iterate) and recursions.as_power(node) is None:
            found.update(with_its_letters(node)[0])
    return {symbol for symbol in found if not symbol.bound}


def constructor(symbol: Symbol) -> str:
    """What declares a symbol. Raises CalculusError where that takes more than one constructor."""
    rows, columns = map(size_source, symbol.shape)
    name, properties = f'"{symbol.name}"', symbol.properties
    nonzero = ", nonzero=True" if _P.NONZERO in properties else ""
    if symbol.shape == (1, 1) and _P.RANDOM not in properties:
        kind = _kind(symbol, _SCALARS, properties - {_P.NONZERO})
        return f"{kind}({name}{nonzero if kind == 'real' else ''})"
    if columns == "1":
        kind = _kind(symbol, _COLUMNS, properties - {_P.NONZERO, *_SIGNED})
        signs = "".join(f", {word}=True" for prop, word in _SIGNED.items() if prop in properties)
        if signs and kind != "vector":
            _kind(symbol, _COLUMNS, properties)
        return f"{kind}({name}, {rows}{nonzero if kind != 'basis_vector' else ''}{signs})"
    if not properties:
        return f"matrix({name}, {rows}, {columns})"
    return f"{_kind(symbol, _MATRICES, properties)}({name}, {rows})"


def _kind(symbol: Symbol, kinds: Mapping[frozenset[Property], str], properties: frozenset[Property]) -> str:
    if properties not in kinds:
        words = ", ".join(sorted(prop.value for prop in symbol.properties))
        raise t.CalculusError(f"expected a symbol that one constructor declares, got {symbol.name}: {words}.")
    return kinds[properties]


# ---- definitions of the catalogue ---------------------------------------------------------------------------
def _of_catalogue(definition: t.Definition) -> tuple[str, str]:
    """The module of `theory.definitions` that makes a definition, and the name that it has there."""
    import theory.definitions as room

    for found in pkgutil.iter_modules(room.__path__):
        module = importlib.import_module(f"{room.__name__}.{found.name}")
        for name, value in vars(module).items():
            if value is definition:
                return module.__name__, name
    raise t.CalculusError(f"expected a definition of the catalogue, got {definition.name}.")


def _imported(definitions: Iterable[t.Definition]) -> dict[str, list[str]]:
    """What a file imports from the catalogue's definitions, by module."""
    found: dict[str, set[str]] = {}
    for definition in definitions:
        module, name = _of_catalogue(definition)
        found.setdefault(module, set()).add(name)
    return {module: sorted(names) for module, names in sorted(found.items())}


def _definitions(terms: Iterable[Term], derivation: d.Derivation | None) -> set[t.Definition]:
    """Those that are called, and those that a line unfolds."""
    found = {node.definition for term in terms for node in t.walk(term) if isinstance(node, t.Call)}
    reasons = (reason for line in (derivation.every_line if derivation else ()) for reason in line.reasons)
    return found.union(*(reason.definitions for reason in reasons if isinstance(reason, d.Unfold)))


# ---- statements ---------------------------------------------------------------------------------------------
def python_claim(claim: Claim) -> str:
    """`Identity(left, right)` and the like."""
    return f"{type(claim).__name__}({python_term(claim.left)}, {python_term(claim.right)})"


def python_assumption(assumption: Assumption) -> str:
    """What makes the assumption."""
    match assumption:
        case Equal(left, right):
            return f"equal({python_term(left)}, {python_term(right)})"
        case AtMost(left, right):
            return f"at_most({python_term(left)}, {python_term(right)})"
        case SupBound(function, order, bound):
            return f"sup_bound({identifier(function.name)}, {order}, {identifier(bound.name)})"
        case Interchange(over):
            return f"interchange({identifier(over.name)})"
        case Gaussian(over, mean, covariance):
            moments = f"mean={python_term(mean)}, covariance={python_term(covariance)}"
            return f"gaussian({identifier(over.name)}, {moments})"
    raise t.CalculusError(f"expected an assumption, got {type(assumption).__name__}.")


def _argument(value: Term | t.Activation | int) -> str:
    """What makes an argument of a lemma."""
    if isinstance(value, Term):
        return python_term(value)
    return identifier(value.name) if isinstance(value, t.Activation) else str(value)


def python_reason(reason: d.Reason, assumed: Mapping[Assumption, str]) -> str:
    """What makes the reason of a line; `assumed` are the names of the assumptions in the file."""
    match reason:
        case d.Algebra():
            return "ALGEBRA"
        case d.Differentiate():
            return "DIFFERENTIATE"
        case d.Unfold(definitions):
            return f"unfold({', '.join(_of_catalogue(definition)[1] for definition in definitions)})"
        case d.Surplus(term, squared):
            return f"{'squares' if squared else 'surplus'}({python_term(term)})"
        case Lemma():
            given = (_argument(value) for value in vars(reason).values() if value is not None)
            return f"{type(reason).__name__}({', '.join(given)})"
        case d.Induction(over, base, step):
            chains = (f"start({python_term(c.start)}){''.join(python_lines(c, assumed))}" for c in (base, step))
            return f"induction({identifier(over.name)}, {', '.join(chains)})"
        case Equal(left, right) | AtMost(left, right) if reason not in assumed:
            relation = "" if isinstance(reason, Equal) else ', "<="'
            return f"hypothesis({python_term(left)}, {python_term(right)}{relation})"
        case Equal() | AtMost() | SupBound() | Interchange() | Gaussian():
            return assumed[reason]
    if isinstance(reason, Theorem):
        return f"{reason.module.rpartition('.')[2]}.THEOREM"
    if isinstance(reason, d.Instance):
        return _instance(reason)
    raise t.CalculusError(f"expected a reason that is found from the statement alone, got {type(reason).__name__}.")


def _instance(reason: d.Instance) -> str:
    """A cited theorem with terms for its symbols, or one part of it."""
    module = reason.theorem.module.rpartition(".")[2]
    values = ", ".join(f"{identifier(symbol.name)}: {python_term(value)}" for symbol, value in reason.values)
    part = f'"{reason.part}"' if reason.part is not None else ""
    if not values:
        return f"{module}.THEOREM.part({part})" if part else f"{module}.THEOREM"
    return f"{module}.THEOREM.at({{{values}}}{', ' + part if part else ''})"


def python_lines(derivation: d.Derivation, assumed: Mapping[Assumption, str], right: str = "") -> list[str]:
    """A derivation, a line of Python for each of its lines; `right` is the name of the last term, if it has one."""
    lines = []
    for line in derivation.lines:
        term = right if right and line.term == derivation.last else python_term(line.term)
        reasons = ", ".join(python_reason(reason, assumed) for reason in line.reasons)
        lines.append(f".{d.METHODS[line.relation]}({', '.join(filter(None, (term, reasons)))})")
    return lines


def python_file(theorem: Theorem, title: str) -> str:
    """A theorem file of one claim, that runs as it is. Raises CalculusError for what has no words in such a file."""
    [part] = theorem.parts
    claim, derivation = part.claim, part.derivation
    misses = {name: miss.claim for name, miss in theorem.near_miss_list()}
    terms = [claim.left, claim.right, *(side for c in misses.values() for side in (c.left, c.right))]
    terms += [term for assumption in theorem.assumptions for term in assumption_terms(assumption)]
    terms += [line.term for line in derivation.every_line] if derivation else []
    certificates = [term for line in (derivation.every_line if derivation else ()) for term in d.brought_along(line)]
    assumed = {a: f"ASSUMED_{number}" for number, a in enumerate(theorem.assumptions, 1)}
    body = [*python_declarations([*terms, *certificates]), ""]
    body += [f"{name} = {python_assumption(assumption)}" for assumption, name in assumed.items()]
    body += [f"CLAIM = {python_claim(claim)}"]
    if derivation is not None:
        steps = "".join(python_lines(derivation, assumed, "CLAIM.right"))
        body.append(f"DERIVATION = start(CLAIM.left){steps}")
    body.append("NEAR_MISSES = {")
    body += [f'    "{name}": {python_claim(miss)},' for name, miss in misses.items()]
    body += ["}", "", _theorem(theorem, bool(derivation), list(assumed.values()))]
    text = "\n".join(body)
    return f'"""{title}."""\n\n{_imports(text, _imported(_definitions(terms, derivation)))}\n\n{text}\n'


def python_letters(derivation: d.Derivation, known: Iterable[Symbol]) -> list[str]:
    """What declares the letters that only certificates and lemmas of the lines speak of."""
    brought = [term for line in derivation.every_line for term in d.brought_along(line)]
    letters = frozenset[Symbol]().union(*map(rewrite.free_symbols, brought)) - frozenset(known)
    return [f"{identifier(s.name)} = {constructor(s)}" for s in sorted(letters, key=lambda s: s.name)]


def _theorem(theorem: Theorem, derived: bool, assumed: Sequence[str]) -> str:
    arguments = ["__name__", "CLAIM", *(["DERIVATION"] if derived else []), "near_misses=NEAR_MISSES"]
    arguments += [f"assumptions=({', '.join(assumed)},)"] if assumed else []
    if theorem.setting != Matrices():  # which is what a file need not say
        ranges = "".join(f"{_range(found)}, " for found in theorem.setting.ranged())
        arguments.append(f"setting={type(theorem.setting).__name__}({f'({ranges.strip()})' if ranges else ''})")
    return f"THEOREM = Theorem({', '.join(arguments)})"


def _range(found: Range) -> str:
    """What makes a range, with its ends where it has any."""
    ends = {"low": found.low, "high": found.high}
    words = [f"{name}={_number(end)[0]}" for name, end in ends.items() if end is not None]
    words += [f"{flag}=True" for flag in ("low_open", "high_open", "whole") if getattr(found, flag)]
    return f"Range({', '.join([identifier(found.symbol.name), *words])})"


def _imports(text: str, catalogue: Mapping[str, Sequence[str]]) -> str:
    """The imports of what the text speaks of, and nothing else."""
    import theory

    words = set(re.findall(r"(?<![\w.\"])[A-Za-z_]\w*(?![\w=])", text))
    own = set(re.findall(r"^([A-Za-z_]\w*) = ", text, flags=re.M))
    names = sorted((words & set(theory.__all__)) - own.union(*catalogue.values()))
    lines = ["from fractions import Fraction\n"] if "Fraction" in words else []
    row = f"from theory import {', '.join(names)}"
    if len(row) > 110:
        row = "from theory import (\n" + "".join(f"    {name},\n" for name in names) + ")"
    lines.append(row)
    lines += [f"from {module} import {', '.join(found)}" for module, found in catalogue.items()]
    return "\n".join(lines)


_TAKEN = frozenset(
    re.findall(
        r"\w+",
        """E abs number power iterate iterates steps induction hypothesis zero eye ones norm sqrt trace det diag
        hadamard inverse start equal gradient hessian jacobian exp
        log sin cos erf pi oo Gamma raised matrix vector real positive negative Fraction Theorem Identity Bound
        limit integral unfold gap text define display squares surplus times torch""",
    )
)

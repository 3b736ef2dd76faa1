"""One slip of the hand at a time: every mutant of a source file that this module knows how to make.

A mutant's id is its file, its function, the expression before and after and the line it stands in, so that it survives
edits elsewhere in the file. Strings are changed only where they decide something: messages are wording.

Of a condition only the slips are made that no other one covers (Kaminski, Ammann and Offutt, "Improving logic-based
testing", Journal of Systems and Software 86, 2013): an `and` is false or loses a part, an `or` is true or loses a part,
anything else is true or false, and an order may take in its boundary or lose it. A test that notices all of these
notices `and` for `or`, a negation, and another constant at the side of `==` too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
OPERATOR: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min", "left": "right", "right": "left"}
VERDICTS = ("PROVED", "SUPPORTED", "UNDECIDED", "REFUTED")
ANNOTATIONS = ("annotation", "returns", "type_params")


@dataclass(frozen=True)
class Mutant:
    """A changed module: `source` is its whole text; `first` to `last` are the lines, as they stand in the file, of the
    statement with the change, without what is nested in it."""

    id: str
    source: str
    first: int = 0
    last: int = 0


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its text; ids are unique."""
    tree, seen = ast.parse(source), dict[str, int]()
    for node in ast.walk(tree):
        for condition in _conditions(node):
            _settle(condition)
    text = _Text(tree)
    number = 0  # of the statement of the module that the place is in
    for where, line, holder, field, index, (first, last) in list(_places(tree, "module", "", (0, 0))):
        number = index if holder is tree and index is not None else number
        value = getattr(holder, field)
        node = value if index is None else value[index]
        for new in _variants(node, holder, field):
            old = _show(node)
            name = f"{path} {where}: {old} -> {_show(new)}" + (f" in: {line}" if line != old else "")
            seen[name] = seen.get(name, 0) + 1
            _put(holder, field, index, new)
            changed = text.with_changed(number)
            _put(holder, field, index, node)
            if changed == text.whole:  # two equal arguments exchanged
                continue
            yield Mutant(name if seen[name] == 1 else f"{name} ({seen[name]})", changed, first, last)


class _Text:
    """The text of a module, of which one statement at a time is written again."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.pieces = [self._piece(number) for number in range(len(tree.body))]
        self.whole = "".join(self.pieces)
        assert self.whole == ast.unparse(tree)

    def with_changed(self, number: int) -> str:
        return "".join((*self.pieces[:number], self._piece(number), *self.pieces[number + 1 :]))

    def _piece(self, number: int) -> str:
        """A statement as `ast.unparse` writes it in its module: with a blank line before what is defined."""
        statement = ast.fix_missing_locations(self.tree.body[number])
        if number == 0:
            return ast.unparse(ast.Module([statement], []))  # a docstring, perhaps
        defined = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        return ("\n\n" if defined else "\n") + ast.unparse(statement)


def _put(holder: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(holder, field, node)
    else:
        getattr(holder, field)[index] = node


def _show(node: ast.AST) -> str:
    if isinstance(node, ast.match_case):
        return f"case {ast.unparse(node.pattern)}" + (f" if {ast.unparse(node.guard)}" if node.guard else "")
    if isinstance(node, ast.cmpop | ast.operator | ast.boolop):
        return type(node).__name__
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())


Lines = tuple[int, int]


def _places(
    node: ast.AST, where: str, line: str, lines: Lines
) -> Iterator[tuple[str, str, ast.AST, str, int | None, Lines]]:
    """Every node: its function, its line, its holder, the field and the place there, and its statement's first and last
    line. Annotations are left alone."""
    if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "bool":
        for inner in ast.walk(node):
            inner.answers = True  # type: ignore[attr-defined]  # a `return` in here is an answer yes or no
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = f"{where}.{node.name}".removeprefix("module.")
    if isinstance(node, ast.stmt):
        line, lines = ast.unparse(node).split("\n")[0], _lines(node)
    if isinstance(node, ast.match_case):
        lines = node.pattern.lineno, node.body[0].lineno - 1
    for field, value in ast.iter_fields(node):
        if field in ANNOTATIONS:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                yield where, line, node, field, index, lines
                if not isinstance(child, ast.Raise | ast.JoinedStr):  # what is in there is wording
                    yield from _places(child, where, line, lines)


def _lines(statement: ast.stmt) -> Lines:
    """The first and the last line of a statement, without the statements in it."""
    nested = [x.lineno for x in ast.walk(statement) if isinstance(x, ast.stmt) and x is not statement]
    last = min(nested, default=(statement.end_lineno or statement.lineno) + 1) - 1
    return statement.lineno, max(statement.lineno, last)


def _conditions(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
            yield test
        case ast.comprehension(ifs=ifs):
            yield from ifs
        case ast.match_case(guard=ast.expr() as guard):
            yield guard
        case ast.FunctionDef(returns=ast.Name(id="bool")):
            yield from (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return) and inner.value)


def _settle(condition: ast.expr) -> None:
    """Mark what needs no slip of its own within a condition, because those of the condition cover it."""
    condition.settled = True  # type: ignore[attr-defined]
    match condition:
        case ast.BoolOp(values=values):
            for value in values:
                _settle(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _settle(operand)
        case ast.Compare(ops=ops, left=left, comparators=others) if not any(type(op) in BOUNDARY for op in ops):
            for side in (left, *others):
                if isinstance(side, ast.Constant | ast.Dict):
                    side.settled = True  # type: ignore[union-attr]


def _outcomes(condition: ast.expr) -> tuple[bool, ...]:
    """What a condition may be taken for: the outcome that only all of its parts together exclude is covered by them."""
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return tuple(not outcome for outcome in _outcomes(operand))
        case ast.BoolOp(op=op):
            return (isinstance(op, ast.Or),)
    return True, False


def _variants(node: ast.AST, holder: ast.AST, field: str) -> Iterator[ast.AST]:
    settled = getattr(node, "settled", False)
    if field in ("test", "guard") or (isinstance(holder, ast.comprehension) and field == "ifs"):
        assert isinstance(node, ast.expr)
        yield from (ast.Constant(value) for value in _outcomes(node))
    match node:
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                if not settled:
                    yield from (_with(node, "ops", i, new()) for new in COMPARE[type(op)])
                elif type(op) in BOUNDARY:
                    yield _with(node, "ops", i, BOUNDARY[type(op)]())
        case ast.BoolOp(op=op, values=values):
            if not settled:
                yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for i in range(len(values)):
                yield ast.BoolOp(op, values[:i] + values[i + 1 :]) if len(values) > 2 else values[1 - i]
        case ast.Constant() | ast.Dict() | ast.UnaryOp(op=ast.Not()) if settled:
            return
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=op) if type(op) in OPERATOR:
            yield _set(node, op=OPERATOR[type(op)]())
        case ast.AugAssign(target=target, value=value):
            yield ast.Assign([target], value)
            yield ast.Pass()
        case ast.Name(id=name) if name in NAMES and not _assigned(node):
            yield ast.Name(NAMES[name], ast.Load())
        case ast.Attribute(value=ast.Name(id="Verdict"), attr=name) if name in VERDICTS:
            yield from (_set(node, attr=other) for other in VERDICTS if other != name)
        case ast.Attribute(attr=name) if name in NAMES:
            yield _set(node, attr=NAMES[name])
        case ast.Constant(value=bool() as flag):
            yield ast.Constant(not flag)
        case ast.Constant(value=int() as number):
            yield ast.Constant(number + 1)
        case ast.Constant(value=str() as word) if isinstance(holder, ast.Compare) or _decides(holder):
            yield ast.Constant(word + "?")
        case ast.Call(args=[*_, one, other] as args) if not _fixed_order(node, one):
            yield _set(node, args=[*args[:-2], other, one])
        case ast.Raise() | ast.Expr(value=ast.Call()) | ast.Continue():
            yield ast.Pass()
        case ast.Return(value=ast.expr() as value) if getattr(node, "answers", False):
            yield from (ast.Return(ast.Constant(v)) for v in _outcomes(value) if _show(value) != str(v))
        case ast.match_case(pattern=pattern) if not isinstance(pattern, ast.MatchAs):
            yield _set(node, guard=ast.Constant(False))
        case ast.Dict(keys=keys, values=values):
            for i in range(len(keys)):
                yield ast.Dict(keys[:i] + keys[i + 1 :], values[:i] + values[i + 1 :])


COMMUTES = {"add", "gcd", "hadamard", "max", "merge", "min"}  # of two arguments, in whichever order


def _fixed_order(call: ast.Call, one: ast.expr) -> bool:
    """Would the two last arguments exchanged be nonsense rather than a slip, or nothing at all?"""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    fixed = name in {"isinstance", "get", "getattr", "next", "replace", "setattr"}
    return fixed or (name in COMMUTES and len(call.args) == 2) or (isinstance(one, ast.Name) and one.id == "ctx")


def _assigned(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _decides(holder: ast.AST) -> bool:
    return isinstance(holder, ast.Call) and isinstance(holder.func, ast.Attribute) and holder.func.attr == "startswith"


def _set(node: ast.AST, **fields: object) -> ast.AST:
    new = deepcopy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _with(node: ast.AST, field: str, index: int, value: ast.AST) -> ast.AST:
    new = deepcopy(node)
    getattr(new, field)[index] = value
    return new

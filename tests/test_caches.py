"""Whatever a process keeps for later has a bound: each cache is found in the source, and no process grows by working.

A cache is a function under `functools.cache` or `lru_cache`, or a container of a module or class that a function adds
to. What is kept for the length of one call, in a local variable or in an object that it makes, ends by itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LARGEST = 2**15  # entries of one cache; tests/test_memory.py shows what all of them come to

# Caches without a number, and containers that functions add to; and why each of them stays small.
HELD = {
    "verify/testing.py cache(self._read)": "the parts of one theorem, for as long as its test runs",
    "theory/former.py _said": "one name: only the first former name of a process is told",
}

CONTAINERS = {"dict", "list", "set", "defaultdict", "Counter", "deque", "OrderedDict", "ChainMap"}
WEAK = {"WeakKeyDictionary", "WeakValueDictionary", "WeakSet"}
GROWING = {"add", "append", "appendleft", "extend", "insert", "setdefault", "update"}
Modules = Mapping[str, ast.Module]


@dataclass(frozen=True)
class Cache:
    """A function that remembers: `bound` are entries, None for one without a bound."""

    where: str
    bound: int | None


def modules(root: Path) -> Modules:
    paths = [
        root / "normproof.py",
        *(p for folder in ("theory", "numerics", "verify") for p in (root / folder).rglob("*.py")),
    ]
    return {p.relative_to(root).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in paths if p.exists()}


def last(node: ast.expr) -> str:
    """The last name of `a.b.c`, `c`, `c[int]`."""
    if isinstance(node, ast.Subscript):
        return last(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def constants(modules: Modules) -> dict[str, int]:
    """The whole numbers that modules give names to."""
    return {
        last(statement.targets[0]): statement.value.value
        for module in modules.values()
        for statement in module.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, int)
    }


def caches(modules: Modules) -> Iterator[Cache]:
    """Every function that remembers. One that takes nothing has one thing to remember."""
    known = constants(modules)
    for name, module in modules.items():
        decorators: set[ast.expr] = set()
        for node in ast.walk(module):  # what is decorated comes before its decorators
            if isinstance(node, ast.FunctionDef):
                decorators.update(node.decorator_list)
                for decorator in node.decorator_list:
                    call = decorator if isinstance(decorator, ast.Call) else None
                    kind = last(call.func if call else decorator)
                    if kind in ("cache", "lru_cache"):
                        alone = not ast.unparse(node.args)
                        yield Cache(f"{name} {node.name}", 1 if alone else _bound(kind, call, known))
            elif isinstance(node, ast.Call) and node not in decorators and last(node.func) in ("cache", "lru_cache"):
                yield Cache(f"{name} {ast.unparse(node)}", None)


def _bound(kind: str, call: ast.Call | None, known: Mapping[str, int]) -> int | None:
    if kind == "cache":
        return None
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "maxsize")] if call else []
    if not given:
        return 128  # what Python takes
    match given[0]:
        case ast.Constant(value=int(size)):
            return size
        case ast.BinOp(left=ast.Constant(value=int(base)), op=ast.Pow(), right=ast.Constant(value=int(power))):
            return int(base**power)
        case named:
            return known.get(last(named))


def held(modules: Modules) -> set[str]:
    """The containers of modules and classes that some function adds to, and every weak one."""
    owners: dict[str, set[str]] = {}
    for name, module in modules.items():
        for body in (node.body for node in ast.walk(module) if isinstance(node, ast.Module | ast.ClassDef)):
            for statement in body:
                if isinstance(statement, ast.Assign | ast.AnnAssign) and _is_container(statement.value):
                    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                    for target in targets:
                        owners.setdefault(last(target), set()).add(f"{name} {last(target)}")
    found = {f"{name} {call}" for name, module in modules.items() for call in _weak(module)}
    for module in modules.values():
        for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.Lambda)):
            added = [target for target in _added_to(function) if last(target) in owners]
            own = _own(function) if added else set()
            for target in added:
                if not (isinstance(target, ast.Name) and target.id in own):
                    found |= owners[last(target)]
    return found


def _is_container(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return last(value.func) in CONTAINERS
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp)


def _weak(module: ast.Module) -> Iterator[str]:
    return (last(node.func) for node in ast.walk(module) if isinstance(node, ast.Call) and last(node.func) in WEAK)


def _own(function: ast.FunctionDef | ast.Lambda) -> set[str]:
    """The names of what a function has made itself."""
    own = {
        last(node)
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }  # fmt: skip
    own -= {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    return own | {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}


def _added_to(function: ast.FunctionDef | ast.Lambda) -> Iterator[ast.expr]:
    """What a function adds to."""
    for node in ast.walk(function):
        target: ast.expr | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            target = node.value
        elif isinstance(node, ast.AugAssign):
            target = node.target
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWING:
            target = node.func.value
        if target is not None:
            yield target


def test_every_cache_has_a_bound() -> None:
    found = modules(ROOT)
    remembering = list(caches(found))
    assert len(remembering) > 40
    unbounded = {cache.where for cache in remembering if cache.bound is None or cache.bound > LARGEST} | held(found)
    assert not unbounded - HELD.keys(), "give it a maxsize, or say in HELD why it stays small"
    assert not HELD.keys() - unbounded, "these grow no longer: take the rows out"


PLANTED = """
import functools, weakref
from functools import cache, lru_cache
SIZE, LIMIT = 3, None
ROOM = 12
_seen = {}
_names: list[str] = []
_alive = weakref.WeakValueDictionary()

class Kind:
    known = dict[str, int]()

    @functools.lru_cache(maxsize=None)
    def slow(self): ...

    def learn(self, name):
        Kind.known[name] = 1

@cache
def unbounded(x): ...

@cache
def once(): ...

@lru_cache
def usual(x): ...

@lru_cache(maxsize=2**20)
def large(x): ...

@lru_cache(ROOM)
def named(x): ...

@lru_cache(maxsize=elsewhere)
def unknown(x): ...

remembered = functools.cache(len)

def use(x, _mine={}):
    global _names
    local = []
    local.append(x)
    _seen.setdefault(x, 1)
    _names += [x]

_seen["first"] = 1
"""


def test_what_has_no_bound_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "verify").mkdir()
    (tmp_path / "verify" / "planted.py").write_text(PLANTED)
    found = modules(tmp_path)
    assert {cache.where.partition(" ")[2]: cache.bound for cache in caches(found)} == {
        "slow": None, "unbounded": None, "once": 1, "usual": 128, "large": 2**20, "named": 12, "unknown": None,
        "functools.cache(len)": None,
    }  # fmt: skip
    assert held(found) == {f"verify/planted.py {name}" for name in ("_seen", "_names", "known", "WeakValueDictionary")}

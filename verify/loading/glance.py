"""What a theorem file says of itself without being imported: its title, of which kind it is, its syntax tree.

Parsing is slow beside reading, so that what can be seen in the bytes is seen there; where they leave a doubt, Python's
own parser is asked.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING

from verify.errors import UserError

if TYPE_CHECKING:
    import ast

LARGEST = 1_000_000  # bytes of a theorem file
FILES = 256  # that are remembered
# A string at the very beginning that is a statement of its own, with nothing in its first line that is not as it looks.
_PLAIN = re.compile(
    rb'r?"""[ \t]*(?P<first>[ !#-\[\]-~]++)(?:\n(?:[^"\\]++|\\.|"(?!""))*+)?"""[ \t]*+(?:\r?\n|\Z)', re.DOTALL
)


def title(path: Path) -> str:
    """The first line of the file's docstring. Raises UserError for a file that cannot be parsed."""
    import ast

    return (ast.get_docstring(parse(path)) or "").strip().split("\n")[0].rstrip(".")


def title_of_ours(path: Path) -> str:
    """As `title`, of a file that is known to be a theorem's: it is parsed only where its first line is not plain."""
    plain = _PLAIN.match(_content(path))
    return plain["first"].decode("ascii").strip().rstrip(".") if plain else title(path)


def assigns(path: Path, name: str) -> bool:
    """Does the file assign this name at its top level? Raises UserError for a file that cannot be parsed."""
    content = _content(path)
    if name.encode() not in content and content.isascii():  # beyond ASCII, Python takes other letters for the same
        return False
    import ast

    targets = [t for node in parse(path).body if isinstance(node, ast.Assign) for t in node.targets]
    return any(isinstance(t, ast.Name) and t.id == name for t in targets)


def builds(path: Path, name: str, function: str) -> bool:
    """Does the file assign to this name, at its top level, what a function or class called so returns? One that goes by
    another name there is not seen. Raises UserError for a file that cannot be parsed."""
    content = _content(path)
    if function.encode() not in content and content.isascii():
        return False
    plain = re.search(rf"^{name} = {function}\(".encode(), content, re.MULTILINE)
    if plain and b"'''" not in content and content.count(b'"""', 0, plain.start()) % 2 == 0:  # in no docstring
        return True
    import ast

    called: ast.expr | None = None
    for node in parse(path).body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            called = node.value.func if isinstance(node.value, ast.Call) else None
    return (isinstance(called, ast.Name) and called.id == function) or (
        isinstance(called, ast.Attribute) and called.attr == function
    )


def mentions(path: Path, names: frozenset[str]) -> bool:
    """Does the file use one of these names anywhere? Raises UserError for a file that cannot be parsed."""
    import ast

    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(parse(path)))


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file. Raises UserError with file, line and caret."""
    try:
        return _parsed(path, *_state(path))
    except SyntaxError as error:
        raise syntax_error(error, path) from None
    except (RecursionError, MemoryError):
        raise UserError(
            "expected a Python file", got="brackets or operators nested too deep for Python", where=str(path)
        ) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _content(path: Path) -> bytes:
    try:
        return _read(path, *_state(path))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _state(path: Path) -> tuple[int, int]:
    """When a file was changed, in nanoseconds, and its bytes. Raises OSError, and ValueError for too many."""
    found = path.stat()
    if found.st_size > LARGEST:
        raise ValueError(f"{found.st_size:,} bytes; a theorem file has at most {LARGEST:,}")
    return found.st_mtime_ns, found.st_size


@functools.lru_cache(maxsize=FILES)
def _read(path: Path, changed: int, size: int) -> bytes:
    return path.read_bytes()


@functools.lru_cache(maxsize=FILES)
def _parsed(path: Path, changed: int, size: int) -> ast.Module:
    """What is asked for its title, its kind and its names is parsed once."""
    import ast

    return ast.parse(path.read_bytes(), filename=str(path))


def _unreadable(path: Path, error: Exception) -> UserError:
    return UserError("expected a readable Python file", got=str(error), where=str(path))


def syntax_error(error: SyntaxError, path: Path | None = None) -> UserError:
    """A syntax error as the user's mistake, with the caret under the place."""
    line = (error.text or "").rstrip("\n")
    column = max((error.offset or 1) - 1, 0)
    caret = f"\n{line}\n{' ' * column}^" if line else ""
    return UserError(
        "expected a theorem file that Python can read",
        got=f"{type(error).__name__}: {error.msg}",
        where=f"{error.filename or path}" + (f":{error.lineno}{caret}" if error.lineno else ""),
        remedy="mend the line",
    )

"""`docs/api.md` out of the examples and the docstrings: `python -m tests.api.page` runs them and writes it."""

from __future__ import annotations

import inspect
import re
from enum import Enum
from pathlib import Path
from typing import Any

import theory
from tests.api.examples import EXAMPLES, SETTING
from theory import Term
from theory.statements.claims import Claim, assumption_text
from theory.statements.derivation import Derivation
from theory.terms import show

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
HEAD = """# The constructors

Every name that `from theory import ...` gives to a theorem file, with its shape and one example. All examples are run,
and this page is written from them and from the docstrings by `python -m tests.api.page`; a test holds it complete. They
begin with

```python
{setting}```

Products are `A @ B` and `2 * v`, transposes `A.T`, powers `a**2` and `a ** Fraction(1, 2)`, quotients `v / a` by
numbers, absolute values `abs(a)`. Columns and matrices of general size are meant everywhere: `d` stands for every
whole number.
How a thing is said, rather than what a name does: [How do I say ...?](how-do-i-say.md)
"""
NOT_DOCUMENTED = {
    "BUDGETS": "The names of the budgets.",
    "pi": "The number pi.",
    "oo": "Infinity, as the end of an integral or the place of a limit.",
    "ALGEBRA": "A reason: the normal form decides. It is what a line has that names none.",
    "LINEARITY": "The same as ALGEBRA, by a name that tells a reader more.",
}
LONGEST = 160


def held() -> dict[str, Any]:
    """The names that examples may use."""
    names: dict[str, Any] = {}
    exec(SETTING, names)
    return names


def made(example: str, names: dict[str, Any]) -> Any:
    """What an example comes to."""
    return eval(example, names)


def page() -> str:
    """The whole page."""
    names, parts = held(), [HEAD.format(setting=SETTING)]
    for group, examples in EXAMPLES.items():
        parts.append(f"\n## {group}\n\n| name | what it is | example | what comes of it |\n| --- | --- | --- | --- |\n")
        for name, example in examples.items():
            value = made(example, names)
            cells = (_code(name + _signature(name)), _sentence(name), _code(example), _result(value))
            parts.append(f"| {' | '.join(cells)} |\n")
    return "".join(parts)


def _signature(name: str) -> str:
    """Its parameters, without their types; nothing for a constant."""
    value = getattr(theory, name)
    if not callable(value) or isinstance(value, Term) or (isinstance(value, type) and issubclass(value, Enum)):
        return ""
    try:
        parameters = inspect.signature(value).parameters.values()
    except ValueError:
        return ""
    shown = [p for p in parameters if not p.name.startswith("_") and p.name not in ("args", "kwds")]
    plain = (str, int, tuple, type(None))  # any other default is an object of no short name
    words = [f"{p.name}={p.default!r}" if isinstance(p.default, plain) else p.name for p in shown]
    return f"({', '.join(words)})"


def _sentence(name: str) -> str:
    """The first paragraph of its docstring."""
    said = NOT_DOCUMENTED.get(name) or (inspect.getdoc(getattr(theory, name)) or "").partition("\n\n")[0]
    return re.sub(r"\s+", " ", said).replace("|", "\\|")


def _result(value: Any) -> str:
    """A term with its shape, anything else as it is written."""
    match value:
        case Term():
            return f"{_code(repr(value))}, {show(value.shape)}"
        case Claim():
            return _code(f"{value.left!r} {value.relation} {value.right!r}")
        case Derivation():
            lines = " ".join(f"{line.relation} {line.term!r}" for line in value.lines)
            return _code(f"{value.start!r} {lines}")
    try:
        return _code(assumption_text(value))
    except AttributeError:
        return _code(_short(str(value)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " ..."


def _code(text: str) -> str:
    return "`" + " ".join(text.split()).replace("|", "\\|") + "`"


def main() -> None:
    """Write it."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

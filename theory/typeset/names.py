r"""Names of symbols and functions as LaTeX: `gamma` -> `\gamma`, `w_2` -> `w_2`, `mean` -> `\mathrm{mean}`."""

from __future__ import annotations

import re

from theory.terms import Activation, Symbol
from theory.terms.base import Dimension
from theory.terms.size_arithmetic import Size

GREEK = frozenset(
    re.findall(
        r"\w+",
        """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi
        omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega""",
    )
)

OPERATORS = frozenset({"arccos", "arcsin", "arctan", "cos", "cosh", "coth", "exp", "log", "sin", "sinh", "tan", "tanh"})


def name_tex(name: str, tex: str = "") -> str:
    """The given LaTeX if it says more than the name, else LaTeX made from the name."""
    return tex if tex and tex != name else _from_name(name)


def activation_tex(function: Activation) -> str:
    r"""A scalar function's LaTeX; one that everybody knows has its upright name: `\tanh`, `\operatorname{erf}`."""
    tex = name_tex(function.name, function.tex)
    if tex != rf"\mathrm{{{function.name}}}":
        return tex
    return f"\\{function.name}" if function.name in OPERATORS else rf"\operatorname{{{function.name}}}"


def symbol_tex(symbol: Symbol) -> str:
    """A symbol's LaTeX; bound copies look like the symbol they stand for."""
    return name_tex(symbol.name, symbol.tex)


def size_tex(size: Dimension) -> str:
    """A size's LaTeX, such as `m + n` or `m n`."""
    if isinstance(size, Size):
        return " + ".join(_product_tex(product, count) for product, count in size.terms)
    return str(size) if isinstance(size, int) else symbol_tex(size)


def _product_tex(product: tuple[Symbol, ...], count: int) -> str:
    return " ".join(([str(count)] if count != 1 or not product else []) + [symbol_tex(symbol) for symbol in product])


def _from_name(name: str) -> str:
    stem, _, below = name.partition("_")
    if not below:
        split = re.fullmatch(r"([A-Za-z]+?)(\d+)('*)", name)
        if split:
            return f"{_word(split[1])}_{braced(split[2])}{split[3]}"
        return _word(name)
    parts = [_word(part) for part in below.split("_") if part]
    return f"{_word(stem)}_{braced(','.join(parts))}" if parts else _word(stem)


def _word(word: str) -> str:
    core = word.rstrip("'")
    primes = word[len(core) :]
    if core in GREEK:
        return "\\" + core + primes
    if len(core) == 1 or core.isdigit():
        return core + primes
    return rf"\mathrm{{{core}}}{primes}"


def braced(text: str) -> str:
    """A subscript: one letter stands alone, anything longer is braced."""
    return text if len(text) == 1 else f"{{{text}}}"

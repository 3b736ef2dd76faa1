"""Small raw instances of a claim, drawn from coins: near a known one, or afresh.

Entries are the simplest rationals, functions come by rank, laws have few points. Nothing drawn is believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from theory import terms as t
from theory.statements.claims import Assumption, Claim, symbols_of
from theory.terms import Property
from theory.terms.size_arithmetic import number_of
from verify.exact.assumptions import definitions_of, functions_used
from verify.exact.coins import Coins
from verify.exact.drawing import admissible, free_part, made_whole, signed
from verify.exact.gaussian_laws import normal_laws
from verify.exact.instances import Instance, Law, Rows
from verify.exact.laws import is_whitened, white_law
from verify.exact.simplicity import RANK, cost

ENTRIES = tuple(
    sorted(
        {Fraction(n, d) for n in range(-4, 5) for d in (1, 2, 3)}
        | {
            sign * Fraction(n, d) for sign in (1, -1) for n, d in ((5, 1), (10, 1), (100, 1), (1, 4), (1, 10), (1, 100))
        },
        key=lambda e: (cost(e), abs(e), -e),
    )
)
BOLD = 16


@dataclass(frozen=True)
class Drawer:
    """What can be drawn for one claim, and the counterexample that a draw should be simpler than."""

    known: Instance
    symbols: tuple[t.Symbol, ...]
    functions: Mapping[str, tuple[str, ...]]
    whitened: frozenset[str]

    @staticmethod
    def of(claim: Claim, assumptions: Sequence[Assumption], known: Instance) -> Drawer:
        """Free symbols only: what others define is left to `complete`."""
        computed = set(definitions_of(assumptions)) | {law.over.name for law in normal_laws(assumptions)}
        symbols = sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name)
        free = tuple(s for s in symbols if not s.has(Property.DIMENSION) and s.name not in computed)
        functions = {
            name: tuple(sorted(admissible(function, assumptions), key=lambda n: RANK[n]))
            for name, function in functions_used(claim, assumptions).items()
        }
        whitened = frozenset(s.name for s in free if s.has(Property.RANDOM) and is_whitened(s, assumptions))
        return Drawer(free_part(known, claim, assumptions), free, functions, whitened)

    def near(self, coins: Coins) -> Instance:
        """The known instance with about one entry in four, and one function in four, drawn again."""

        def again(rows: Rows) -> list[list[Fraction]]:
            return [[coins.early(ENTRIES) if coins.rarely() else e for e in row] for row in rows]

        values = dict(self.known.values)
        for symbol in self.symbols:
            if symbol.name in values and not symbol.properties & t.RIGID:
                values[symbol.name] = _fitted(symbol, again(values[symbol.name]))
        laws = {
            name: law if name in self.whitened else Law(tuple(map(tuple, again(law.points))), _weights(law, coins))
            for name, law in self.known.laws.items()
        }
        functions = {
            name: coins.early(self.functions[name]) if coins.rarely() else chosen
            for name, chosen in self.known.functions.items()
        }
        return replace(self.known, values=values, laws=laws, functions=functions)

    def fresh(self, coins: Coins) -> Instance:
        """Sizes and numbers of points up to those known, everything else drawn."""
        sizes = {name: 1 + coins.randrange(size) for name, size in sorted(self.known.sizes.items())}
        bold = coins.toss()
        values: dict[str, Rows] = {}
        laws: dict[str, Law] = {}
        for symbol in self.symbols:
            rows, columns = (number_of(n, sizes) for n in symbol.shape)
            if symbol.has(Property.RANDOM):
                most = len(self.known.laws[symbol.name].points)
                laws[symbol.name] = (
                    _white(rows, coins)
                    if symbol.name in self.whitened
                    else _law(rows, 1 + coins.randrange(most), coins, bold)
                )
            elif (whole := made_whole(symbol, rows, coins)) is not None:
                values[symbol.name] = whole
            else:
                table = [list(_row(columns, coins, bold)) for _ in range(rows)]
                values[symbol.name] = _fitted(symbol, table)
        functions = {name: coins.early(choices) for name, choices in self.functions.items()}
        return Instance(sizes, values, laws, functions)


def _fitted(symbol: t.Symbol, table: list[list[Fraction]]) -> Rows:
    """The table made symmetric, of the declared sign, with a positive diagonal, or not 0, where cheap."""
    has = symbol.has
    if has(Property.SYMMETRIC):
        table = [[table[min(i, j)][max(i, j)] for j in range(len(table))] for i in range(len(table))]
    if has(Property.POSITIVE_DEFINITE) or has(Property.POSITIVE_SEMIDEFINITE):
        for i, row in enumerate(table):
            row[i] = abs(row[i]) or Fraction(has(Property.POSITIVE_DEFINITE))
    if has(Property.INVERTIBLE):
        for i, row in enumerate(table):
            row[i] = row[i] or Fraction(1)
    table = signed(symbol, table)
    if has(Property.NONZERO) and not any(e for row in table for e in row):
        table[-1][-1] = Fraction(1)
    return tuple(map(tuple, table))


def _row(size: int, coins: Coins, bold: bool) -> tuple[Fraction, ...]:
    """Mostly 0 and 1; if bold, any of the simplest entries alike."""
    return tuple(coins.choice(ENTRIES[:BOLD]) if bold else coins.early(ENTRIES) for _ in range(size))


def _law(size: int, count: int, coins: Coins, bold: bool) -> Law:
    """Even weights half the time, whole numbers over their sum otherwise."""
    points = tuple(_row(size, coins, bold) for _ in range(count))
    return Law(points, _whole([1 + coins.randrange(3) for _ in points] if coins.toss() else [1] * count))


def _weights(law: Law, coins: Coins) -> tuple[Fraction, ...]:
    """As they are, mostly; otherwise even."""
    return _whole([1] * len(law.points)) if coins.rarely() else law.weights


def _whole(raw: Sequence[int]) -> tuple[Fraction, ...]:
    return tuple(Fraction(r, sum(raw)) for r in raw)


def _white(size: int, coins: Coins) -> Law:
    """E[x x'] = I and E[x] = 0: columns 2, 3, ... of a Hadamard matrix, or points on the axes."""
    if coins.toss():
        return white_law(size, coins)
    rows = [[Fraction(1)]]
    while len(rows) <= size:
        rows = [[*r, *r] for r in rows] + [[*r, *(-e for e in r)] for r in rows]
    return Law(tuple(tuple(r[1 : size + 1]) for r in rows), (Fraction(1, len(rows)),) * len(rows))

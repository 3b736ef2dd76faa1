"""Is a SymPy scalar 0 wherever it is defined? Polynomials over generators, in SymPy's own rings.

Roots, absolute values and values of functions become generators: a root obeys g^q = base, an absolute value g^2 =
base^2, a function value nothing. Two of them are one generator where their arguments are equal by this same test.
Denominators are cleared. What reduces to 0 is 0; what does not may still be 0, which no answer here denies.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

from verify.by_sympy.atoms import Cannot, Expr

LARGEST = 20_000  # terms of a polynomial: what is larger is given up

Fraction = tuple[PolyElement, dict[PolyElement, int]]  # a numerator, and the powers of what is below the line


class ZeroTest:
    """Remembers the generators of a theorem, so that equal parts of different lines are one."""

    def __init__(self) -> None:
        self._flat: dict[Expr, Expr] = {}
        self._values: dict[Any, list[tuple[tuple[Expr, ...], Expr]]] = {}
        self._roots: dict[tuple[Expr, int], Expr] = {}
        self._relations: dict[Expr, tuple[int, Expr]] = {}  # generator -> q, and the polynomial that its q-th power is

    def same(self, one: Expr, other: Expr) -> bool:
        return bool(one == other) or self.zero(one - other)

    def zero(self, value: Expr) -> bool:
        """Does it reduce to 0? Raises Cannot for what is no algebra of roots and functions, or too large."""
        value = sp.sympify(value)
        if self._vanishes(self._flatten(value)):
            return True
        self._flat.clear()  # by now more is known of signs: what stands under a root is >= 0
        return self._vanishes(self._flatten(value))

    # ---- roots and functions become generators --------------------------------------------------------------
    def _flatten(self, value: Expr) -> Expr:
        """The value with a generator for every root, absolute value and function value in it."""
        if value.is_Rational or value.is_Symbol:
            return value
        if value not in self._flat:
            self._flat[value] = self._flattened(value)
        return self._flat[value]

    def _flattened(self, value: Expr) -> Expr:
        if isinstance(value, sp.NumberSymbol):
            return self._value(value, ())
        if not (value.is_Add or value.is_Mul or value.is_Pow or isinstance(value, sp.Function)):
            raise Cannot(f"{type(value).__name__} in a scalar")
        args = tuple(self._flatten(arg) for arg in value.args)
        if isinstance(value, sp.Abs):
            return self._absolute(args[0])
        if isinstance(value, sp.exp):
            return self._exponential(args[0])
        if isinstance(value, sp.Function):
            return self._value(value.func, args)
        if isinstance(value, sp.Pow) and not value.exp.is_Integer:
            if not value.exp.is_Rational:
                raise Cannot(f"the power {value}")
            return self._root(args[0], value.exp.q) ** value.exp.p
        made = value.func(*args)
        if made.has(sp.zoo, sp.nan):
            raise Cannot("a division by 0")
        return made

    def _value(self, function: Any, args: tuple[Expr, ...]) -> Expr:
        known = self._values.setdefault(function, [])
        for others, name in known:
            if all(self._vanishes(a - b) for a, b in zip(args, others, strict=True)):
                return name
        name = sp.Dummy(f"v{len(known)}", **({"positive": True} if function is sp.exp else {"real": True}))
        known.append((args, name))
        return name

    def _exponential(self, argument: Expr) -> Expr:
        """exp(x + y) = exp x exp y, exp(p m / q) = (exp m)^(p/q): a generator for each m."""
        out = sp.Integer(1)
        for term in sp.Add.make_args(sp.expand(argument)):
            factor, rest = term.as_coeff_Mul()
            if rest == 1:
                factor, rest = rest, factor
            made = self._value(sp.exp, (rest,))
            out *= self._root(made, factor.q) ** factor.p if factor.q > 1 else made**factor.p
        return out

    def _root(self, base: Expr, q: int) -> Expr:
        """base^(1/q) of what is >= 0: powers of q that are visible are taken out."""
        content, factors = self._factors(base)
        out, inner = sp.Integer(1), sp.Integer(1)
        for factor, k in factors:
            whole, rest = divmod(k, q)
            if self._nonnegative(factor):
                out *= factor**whole * self._generator(factor, q) ** rest
            elif q == 2:
                out *= self._absolute(factor) ** whole
                inner *= factor**rest
            elif k < 0:
                raise Cannot(f"the root of order {q} of a quotient with a denominator of unknown sign")
            else:
                inner *= factor**k
        if inner != 1:
            inner = sp.expand(inner if content.is_positive else -inner)
            content = abs(content)
            out *= self._generator(inner, q)
        if content.is_negative:
            raise Cannot("the root of a negative number")
        return out * self._root_of_number(content, q)

    def _factors(self, value: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
        """A rational number and irreducible polynomials with their powers, whose product is the value."""
        above, below = self._quotient(value)
        content, factors = _factored(above)
        under, others = _factored(below)
        powers = dict(factors)
        for factor, k in others:
            powers[factor] = powers.get(factor, 0) - k
        signed = content / under
        found = []
        for factor, k in powers.items():
            if k and not self._nonnegative(factor) and self._nonnegative(opposite := sp.expand(-factor)):
                factor, signed = opposite, signed * (-1) ** k
            found.append((factor, k))
        return signed, [(factor, k) for factor, k in found if k]

    def _quotient(self, value: Expr) -> tuple[Expr, Expr]:
        """Numerator and denominator, with no power of a generator that could be replaced."""
        ring, relations = self._ring(value)
        if ring is None:
            above, below = sp.fraction(value)
            return above, below
        above, below = _Fractions(ring, relations).of(value)
        return above.as_expr(), sp.Mul(*(base.as_expr() ** k for base, k in below.items()))

    def _root_of_number(self, number: Expr, q: int) -> Expr:
        out = sp.Rational(1, number.q)
        for prime, k in sp.factorint(number.p * number.q ** (q - 1)).items():
            whole, rest = divmod(k, q)
            out *= sp.Integer(prime) ** whole
            if rest:
                out *= self._generator(sp.Integer(prime), q) ** rest
        return out

    def _generator(self, base: Expr, q: int) -> Expr:
        key = (base, q)
        if key not in self._roots:
            self._roots[key] = name = sp.Dummy(f"r{len(self._roots)}", nonnegative=True)
            self._relations[name] = (q, base)
        return self._roots[key]

    def _absolute(self, value: Expr) -> Expr:
        content, factors = self._factors(value)
        out = abs(content)
        for factor, k in factors:
            if k % 2 and not self._nonnegative(factor):
                factor = self._magnitude(factor)
            out *= factor**k
        return out

    def _magnitude(self, factor: Expr) -> Expr:
        """The generator |factor|, the same for -factor."""
        for sign in (1, -1):
            if (found := self._roots.get((sp.expand(sign * factor), 0))) is not None:
                return found
        factor = sp.expand(factor)
        self._roots[factor, 0] = name = sp.Dummy(f"r{len(self._roots)}", nonnegative=True)
        self._relations[name] = (2, sp.expand(factor**2))
        return name

    def _nonnegative(self, value: Expr) -> bool:
        """By declared signs, or since its root stands somewhere in what is shown to be defined."""
        return bool(value.is_nonnegative) or (value, 2) in self._roots

    # ---- sums over one denominator, reduced by what the generators obey -------------------------------------
    def _vanishes(self, flat: Expr) -> bool:
        ring, relations = self._ring(flat)
        return bool(flat == 0) if ring is None else not _Fractions(ring, relations).of(flat)[0]

    def _ring(self, flat: Expr) -> tuple[PolyRing | None, list[tuple[int, int, PolyElement]]]:
        """Polynomials in all that occurs, also under roots that occur, and what the generators among them obey."""
        symbols = set(flat.free_symbols)
        waiting = list(symbols)
        while waiting:
            name = waiting.pop()
            if name in self._relations:
                new = self._relations[name][1].free_symbols - symbols
                symbols |= new
                waiting += new
        if not symbols:
            return None, []
        ring = PolyRing(sorted(symbols, key=_by_age), sp.QQ, sp.polys.orderings.lex)
        return ring, [
            (i, self._relations[s][0], _polynomial(self._relations[s][1], ring))
            for i, s in enumerate(ring.symbols)
            if s in self._relations
        ]


def _factored(value: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    content, factors = sp.factor_list(value) if value.free_symbols else (value, [])
    return content, factors


def _by_age(symbol: Expr) -> tuple[int, int, str]:
    """Generators first, the youngest first: what stands under a root is older than it."""
    return (0, -symbol.dummy_index, "") if isinstance(symbol, sp.Dummy) else (1, 0, symbol.name)


class _Fractions:
    """SymPy scalars as fractions of polynomials in one ring, whose generators obey g_i^q = base."""

    def __init__(self, ring: PolyRing, relations: list[tuple[int, int, PolyElement]]) -> None:
        self.ring, self.relations = ring, relations
        self.places = {symbol: ring.gens[i] for i, symbol in enumerate(ring.symbols)}

    def of(self, value: Expr) -> Fraction:
        if value.is_Rational:
            return self.ring(sp.QQ(int(value.p), int(value.q))), {}
        if value.is_Symbol:
            return self.places[value], {}
        if value.is_Add:
            return self._sum([self.of(arg) for arg in value.args])
        if value.is_Mul:
            above, below = self.ring.one, dict[PolyElement, int]()
            for arg in value.args:
                factor, under = self.of(arg)
                above = self._reduced(above * factor)
                for base, k in under.items():
                    below[base] = below.get(base, 0) + k
            return above, below
        if value.is_Pow and value.exp.is_Integer:
            return self._power(self.of(value.base), int(value.exp))
        raise Cannot(f"{type(value).__name__} in a scalar")

    def _power(self, value: Fraction, k: int) -> Fraction:
        above, below = value
        if k >= 0:
            raised = self.ring.one
            for _ in range(k):
                raised = self._reduced(raised * above)
            return raised, {base: n * k for base, n in below.items()}
        if not above:
            raise Cannot("a division by 0")
        content, base = above.primitive()
        if base.LC < 0:
            content, base = -content, -base
        out = self.ring(sp.QQ(1) / content**-k)
        for under, n in below.items():
            for _ in range(-k * n):
                out = self._reduced(out * under)
        return (out, {}) if base == self.ring.one else (out, {base: -k})

    def _sum(self, values: list[Fraction]) -> Fraction:
        common: dict[PolyElement, int] = {}
        for _, below in values:
            for base, k in below.items():
                common[base] = max(common.get(base, 0), k)
        total = self.ring.zero
        for above, below in values:
            for base, k in common.items():
                for _ in range(k - below.get(base, 0)):
                    above = self._reduced(above * base)
            total = total + above
        return self._reduced(total), common

    def _reduced(self, value: PolyElement) -> PolyElement:
        """Modulo g_i^q = base, until no power of a generator is left that could be replaced."""
        for place, q, base in self.relations:  # a base speaks of older generators only, which come later
            if value and value.degree(self.ring.gens[place]) >= q:
                value = self._replaced(value, place, q, base)
        if len(value) > LARGEST:
            raise Cannot(f"a polynomial of more than {LARGEST:,} terms")
        return value

    def _replaced(self, value: PolyElement, place: int, q: int, base: PolyElement) -> PolyElement:
        shares: dict[int, Any] = {}
        for monomial, coefficient in value.terms():
            whole, rest = divmod(monomial[place], q)
            left = (*monomial[:place], rest, *monomial[place + 1 :])
            share = shares.setdefault(whole, {})
            share[left] = share.get(left, 0) + coefficient
        out, raised = self.ring.zero, self.ring.one
        for whole in range(max(shares) + 1):
            if whole in shares:
                out = out + self.ring.from_dict(shares[whole]) * raised
            raised = raised * base
        return out


def _polynomial(value: Expr, ring: PolyRing) -> PolyElement:
    above, below = _Fractions(ring, []).of(value)
    if below:
        raise Cannot("a root of a quotient")
    return above

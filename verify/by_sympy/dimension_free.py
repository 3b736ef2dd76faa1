"""Statements on matrices of every dimension at once, as sums of words.

What is no linear algebra becomes a letter: a function of a column, an inverse, E of what varies. Along a line v + t h
it is expanded in t, as far as a derivative at t = 0 asks, and the derivative is read off as what stands beside h.
"""

from __future__ import annotations

from dataclasses import replace
from math import factorial

import sympy as sp

from theory import terms as t
from theory.statements.claims import Equal
from theory.terms import Symbol
from verify.by_sympy.atoms import Along, Cannot, Expr, along, at_zero
from verify.by_sympy.letters import (
    ONE,
    Letter,
    Matrix,
    Place,
    Size,
    Word,
    beside,
    columns,
    contains,
    diagonal_of,
    flip,
    key,
    length_of,
    linear_in,
    ones,
    rows,
    segments,
    varies_with,
)
from verify.by_sympy.word_algebra import Products


class Words(Products):
    """A statement for every dimension."""

    # ---- what is not linear algebra -------------------------------------------------------------------------
    def _parameters(self, value: Matrix) -> tuple[Along, ...]:
        return along(*value.values())

    def _at_zero(self, value: Matrix) -> Matrix:
        parameters = self._parameters(value)
        return self.each(value, lambda entry: at_zero(entry, parameters)) if parameters else value

    def _varies(self, value: Matrix) -> frozenset[str]:
        found = [varies_with(word) for word in value]
        found += [self._varying.get(s, frozenset()) for entry in value.values() for s in entry.free_symbols]
        return frozenset[str]().union(*found)

    def _equal(self, one: Matrix, other: Matrix) -> bool:
        return self.vanishes(self.add(one, self.scaled(-ONE, other)))

    def determinant(self, value: Matrix, size: t.Dimension) -> Expr:
        """det(A + R) = det A det(I + X) for X = A^-1 R, and det(I + X) = 1 + tr X + ((tr X)^2 - tr X^2)/2 + ..., as far
        as two parameters in R tell."""
        start, parameters = self._at_zero(value), self._parameters(value)
        if len(parameters) > 2:
            raise Cannot("a third derivative of a determinant")
        out = self._determinant(start, size)
        if not parameters:
            return out
        step = self.multiply(self._inverse(start, length_of(size)), self.add(value, self.scaled(-ONE, start)))
        first, second = self.trace(step, size), self.trace(self.multiply(step, step), size)
        return out * (1 + first + (first**2 - second) / 2)

    def _determinant(self, value: Matrix, size: t.Dimension) -> Expr:
        value = {word: entry for word, entry in value.items() if not self.test.zero(entry)}
        if not value:
            return sp.Integer(0)
        if len(value) == 1:
            ((word, entry),) = value.items()
            if all(rows(place) == columns(place) for place in word):
                if entry != 1 and not isinstance(size, int):
                    raise Cannot("the determinant of a multiple of a matrix of any size")
                return sp.Mul(entry ** self.size(size), *(self._determinant_of(place) for place in word))
        letter = self.opaque(
            "determinant",
            value,
            lambda other: self._equal(value, other) or self._equal(self.transpose(value), other),
            lambda name: Letter(name, length_of(size), length_of(size), varies=self._varies(value)),
        )
        return self._determinant_of((letter, False))

    def _determinant_of(self, place: Place) -> Expr:
        letter, _ = place
        known = {"nonnegative": True} if letter.semidefinite else {"real": True}
        made = sp.Symbol(f"det[{letter.name.removesuffix('^-1')}]", **known)
        self.determinants[made] = replace(letter, name=letter.name.removesuffix("^-1"))
        self._varying[made] = letter.varies
        return 1 / made if letter.name.endswith("^-1") else made

    def inverse(self, value: Matrix, size: t.Dimension) -> Matrix:
        """The inverse at t = 0, and its series in the difference from there."""
        start, parameters = self._at_zero(value), self._parameters(value)
        out = base = self._inverse(start, length_of(size))
        if not parameters:
            return out
        step = self.scaled(-ONE, self.multiply(base, self.add(value, self.scaled(-ONE, start))))
        term = base
        for _ in parameters:
            term = self.multiply(step, term)
            out = self.add(out, term)
        return out

    def _inverse(self, value: Matrix, size: Size) -> Matrix:
        value = {word: entry for word, entry in value.items() if not self.test.zero(entry)}
        if not value:
            raise Cannot("the inverse of 0")
        if len(value) == 1:
            ((word, entry),) = value.items()
            if all(rows(place) == columns(place) for place in word):
                return self.scaled(1 / entry, self.product({(): ONE}, *(self._inverted(p) for p in reversed(word))))
        symmetric = self._equal(value, self.transpose(value))
        letter = self.opaque(
            "inverse",
            value,
            lambda other: self._equal(value, other),
            lambda name: Letter(name, size, size, symmetric, varies=self._varies(value)),
        )
        self._learn_inverse(letter, value)
        return {((letter, False),): ONE}

    def _inverted(self, place: Place) -> Matrix:
        letter, turned = place
        name = letter.name[:-3] if letter.name.endswith("^-1") else f"{letter.name}^-1"
        other = Letter(
            name, letter.rows, letter.rows, letter.symmetric, varies=letter.varies, semidefinite=letter.semidefinite
        )
        for pair in (((letter, False), (other, False)), ((other, False), (letter, False))):
            self.learn(pair, {(): ONE})
        return {((other, turned),): ONE}

    def _learn_inverse(self, letter: Letter, value: Matrix) -> None:
        """N V = V N = I, as a rewrite of N beside the longest word of V."""
        longest = max(value, key=key)
        rest = {word: entry for word, entry in value.items() if word != longest}
        if longest == ():
            return
        for before in (True, False):
            alone: Matrix = {((letter, False),): ONE}
            other = self.multiply(alone, rest) if before else self.multiply(rest, alone)
            result = self.scaled(1 / value[longest], self.add({(): ONE}, self.scaled(-ONE, other)))
            self.learn(((letter, False), *longest) if before else (*longest, (letter, False)), result)

    def entrywise(self, name: str, order: int, value: Matrix, shape: t.Shape) -> Matrix:
        """phi(u + r) = sum_j Diag(r)^j phi^(j)(u) / j!, as far as the parameters in r tell."""
        if shape[1] != 1:
            raise Cannot("a function of every entry of a matrix")
        start, parameters = self._at_zero(value), self._parameters(value)
        out = self._applied(name, order, start, length_of(shape[0]))
        step = self.diagonal(self.add(value, self.scaled(-ONE, start)))
        power: Matrix = {(): ONE}
        for j in range(1, len(parameters) + 1):
            power = self.multiply(power, step)
            slope = self._applied(name, order + j, start, length_of(shape[0]))
            out = self.add(out, self.scaled(sp.Rational(1, factorial(j)), self.multiply(power, slope)))
        return out

    def _applied(self, name: str, order: int, value: Matrix, size: Size) -> Matrix:
        order = 0 if name == "exp" else order  # its own derivative
        starts = {word[0] for word in value if word and word[0] != (ones(size), False)}
        if len(starts) == 1 and all(value) and (place := starts.pop())[0].permutes:  # phi(P u) = P phi(u)
            inner = self.multiply({((place[0], not place[1]),): ONE}, value)
            return self.multiply({(place,): ONE}, self._applied(name, order, inner, size))
        letter = self.opaque(
            f"{name}'{order}",
            value,
            lambda other: self._equal(value, other),
            lambda text: Letter(text, size, 1, varies=self._varies(value)),
        )
        return {((letter, False),): ONE}

    def field(self, field: t.ScalarField, order: int, value: Matrix) -> Matrix:
        """L(u + r) = L(u) + g'r + r'Hr/2 and the derivatives of that, as far as the parameters in r tell."""
        start, parameters = self._at_zero(value), self._parameters(value)
        known = self._field(field, start)
        out = known[order]
        if not parameters:
            return out
        if order + len(parameters) > 2:
            raise Cannot(f"a third derivative of {field.name}")
        step = self.add(value, self.scaled(-ONE, start))
        if order == 1:
            return self.add(out, self.multiply(known[2], step))
        out = self.add(out, self.multiply(self.transpose(known[1]), step))
        bent = self.product(self.transpose(step), known[2], step)
        return self.add(out, self.scaled(sp.Rational(1, 2), bent))

    def _field(self, field: t.ScalarField, at: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        for name, other, made in self._fields:
            if name == field.name and self._equal(at, other):
                return made
        n, size, varies = len(self._fields) + 1, length_of(field.size), self._varies(at)
        value = sp.Symbol(f"{field.name}#{n}", real=True)
        self._varying[value] = varies
        made = (
            {(): value},
            self.letter(f"grad {field.name}#{n}", size, 1, varies=varies),
            self.letter(f"hess {field.name}#{n}", size, size, symmetric=True, varies=varies),
        )
        self._fields.append((field.name, at, made))
        return made

    # ---- E --------------------------------------------------------------------------------------------------
    def expectation(self, value: Matrix, over: Symbol) -> Matrix:
        out: Matrix = {}
        for word, entry in value.items():
            if not self._depends(entry, over) and over.name not in varies_with(word):
                out = self.add(out, {word: entry})
                continue
            for free, varying in self.shares(entry, over, lambda e: self._depends(e, over)):
                out = self.add(out, self.scaled(free, self._mean(word, varying, over)))
        return out

    def _depends(self, value: Expr, over: Symbol) -> bool:
        return any(over.name in self._varying.get(symbol, ()) for symbol in value.free_symbols)

    def _mean(self, word: Word, varying: Expr, over: Symbol) -> Matrix:
        """E of a word times scalars that vary: what is linear in the random vector is taken to one place."""
        pieces: list[Word] = []
        function = ONE
        for factor in sp.Mul.make_args(varying):
            base, power = factor.as_base_exp()
            if base in self.pieces and base not in self.traces and power.is_Integer and power > 0:
                pieces += [self.pieces[base]] * int(power)
            elif factor != 1:
                function = function * factor
        pieces = [self._diagonals(piece, over.name) for piece in pieces]
        word = tuple(place for segment in segments(word) for place in self._diagonals(segment, over.name))
        varies = over.name in varies_with(word)
        if not varies and not pieces:
            return {word: self._moment(over, function, ()) if function != 1 else ONE}
        x = next(iter(self.symbol(over, {})))  # the word of the random vector
        if not over.is_scalar and all(
            linear_in(part, x[0][0], over.name) for part in (*pieces, *([word] if varies else []))
        ):
            found = self._linear_mean(word, pieces, function, over, x[0][0])
            if found is not None:
                return found
        if varies:
            return self._mean_of_word(word, pieces, function, over)
        return {word: self._moment(over, function, tuple(sorted(map(self.piece, pieces), key=str)))}

    def _linear_mean(self, word: Word, pieces: list[Word], function: Expr, over: Symbol, x: Letter) -> Matrix | None:
        """Of degree 1 or 2 in x: through the vector E[f x] or the matrix E[f x x']; None for other degrees."""
        places = [i for i, (letter, _) in enumerate(word) if letter == x]
        degree = len(places) + sum(sum(letter == x for letter, _ in piece) for piece in pieces)
        if degree == 1:
            mean = self._moment_letter(over, function, x, 1)
            if pieces:
                side = {beside(pieces[0], x): ONE}
                return self.scaled(self.number(self.multiply(self.transpose(side), mean)), {word: ONE})
            (i,) = places
            return self.product({word[:i]: ONE}, self.transpose(mean) if word[i][1] else mean, {word[i + 1 :]: ONE})
        if degree != 2:
            return None
        moment = self._moment_letter(over, function, x, 2)
        if len(places) == 2:
            i, j = places
            if j != i + 1:
                return None
            return self.product({word[:i]: ONE}, moment, {word[j + 1 :]: ONE})
        if len(places) == 1:
            (i,) = places
            column = self.multiply(moment, {beside(pieces[0], x): ONE})
            return self.product({word[:i]: ONE}, self.transpose(column) if word[i][1] else column, {word[i + 1 :]: ONE})
        if len(pieces) == 1:  # x'Mx
            inner = {pieces[0][1:-1]: ONE}
            return {word: self.trace(self.multiply(moment, inner), over.shape[0])}
        first, second = ({beside(piece, x): ONE} for piece in pieces)
        return {word: self.number(self.product(self.transpose(first), moment, second))}

    def _moment_letter(self, over: Symbol, function: Expr, x: Letter, degree: int) -> Matrix:
        def new() -> Matrix:
            name = f"E#{len(self._means) + 1}"
            varies = self._others(function, over)
            if degree == 1:
                return self.letter(name, x.rows, 1, varies=varies)
            return self.letter(name, x.rows, x.rows, symmetric=True, varies=varies, semidefinite=function == 1)

        made = self.mean(over, function, (sp.Integer(degree),), new)
        return self.product({(): ONE}, made)  # by what is assumed of it

    def _mean_of_word(self, word: Word, pieces: list[Word], function: Expr, over: Symbol) -> Matrix:
        """Through a letter for E of the part of the word that varies."""
        places = [i for i, (letter, _) in enumerate(word) if over.name in letter.varies]
        first, last = places[0], places[-1] + 1
        core = word[first:last]
        name = sp.Symbol("|".join(map(str, key(core))))
        parts = (name, *sorted(map(self.piece, pieces), key=str))

        def new() -> Matrix:
            return self.letter(f"E#{len(self._means) + 1}", rows(core[0]), columns(core[-1]))

        made = self.mean(over, function, parts, new)
        return self.product({word[:first]: ONE}, made, {word[last:]: ONE})

    def _moment(self, over: Symbol, function: Expr, parts: tuple[Expr, ...]) -> Expr:
        def new() -> Expr:
            made = sp.Symbol(f"E#{len(self._means) + 1}", real=True)
            self._varying[made] = self._others(function * sp.Mul(*parts), over)
            return made

        return self.mean(over, function, ("scalar", *parts), new)

    def _others(self, value: Expr, over: Symbol) -> frozenset[str]:
        found = frozenset[str]().union(*(self._varying.get(s, frozenset()) for s in value.free_symbols))
        return found - {over.name}

    # ---- assumptions ----------------------------------------------------------------------------------------
    def assume_equal(self, assumption: Equal) -> None:
        for this, other in ((assumption.left, assumption.right), (assumption.right, assumption.left)):
            left, right = self.read(this), self.read(other)
            if len(left) != 1:
                continue
            ((word, entry),) = left.items()
            if word and not entry.free_symbols and word not in right:
                self._known.clear()
                self.learn(word, self.scaled(1 / entry, right))
                return
            if word == () and entry in self.pieces and entry not in self.number(right).free_symbols:
                self._known.clear()
                self._reductions.clear()
                self.facts[entry] = self.number(right)
                return

    # ---- derivatives ----------------------------------------------------------------------------------------
    def direction(self, shape: t.Shape) -> Matrix:
        return self.letter(f"h#{next(self._names)}", *(length_of(n) for n in shape))

    def coefficient(self, value: Expr, direction: Matrix) -> Matrix:
        ((((h, _),), _),) = direction.items()
        linear = [s for s in value.free_symbols if any(contains(letter, h) for letter, _ in self.pieces.get(s, ()))]
        nothing = {s: sp.Integer(0) for s in linear}
        out: Matrix = {}
        for symbol in sorted(linear, key=str):
            slope = value.diff(symbol).xreplace(nothing)
            word = self.pieces[symbol]
            out = self.add(out, self.scaled(slope, self._slope(word, h, closed=symbol in self.traces)))
        return out

    def _slope(self, word: Word, h: Letter, *, closed: bool) -> Matrix:
        """The G of p h q = tr(G'h): p'q', or the transposed word around h where it stands under the trace."""
        word = self._out_of_diagonals(word, h)
        (i,) = (i for i, (letter, _) in enumerate(word) if letter == h)
        if word[i][1]:
            word = flip(word)
            i = len(word) - 1 - i
        before, after = word[:i], word[i + 1 :]
        if closed:
            return self.transpose(self.reduced(after + before))
        return self.multiply(self.transpose(self.reduced(before)), self.transpose(self.reduced(after)))

    def _out_of_diagonals(self, word: Word, h: Letter) -> Word:
        """p Diag(A h) q = p Diag(q) A h."""
        for i, (letter, _) in enumerate(word):
            if letter.column is not None and any(place[0] == h for place in letter.column):
                after = word[i + 1 :]
                if not after or columns(after[-1]) != 1:
                    raise Cannot("a derivative in the entries of a diagonal matrix")
                return (*word[:i], (diagonal_of(after), False), *letter.column)
        return word

    def columns_of(self, value: Matrix, direction: Matrix) -> Matrix:
        ((((h, _),), _),) = direction.items()
        out: Matrix = {}
        for word, entry in value.items():
            if any(contains(letter, h) for letter, _ in word):
                turned = self._out_of_diagonals(word, h)
                if turned[-1] != (h, False):
                    raise Cannot("a derivative that is not read off")
                out = self.add(out, self.scaled(entry, self.reduced(turned[:-1])))
            else:
                slope = self.coefficient(entry, direction)
                out = self.add(out, self.multiply({word: ONE}, self.transpose(slope)))
        return out

    def vanishes(self, value: Matrix) -> bool:
        return all(self.test.zero(entry) for entry in value.values())

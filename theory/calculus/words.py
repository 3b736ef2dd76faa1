"""Products of forms: concatenate words, cut them where an inner dimension is 1, and simplify each piece.

What a piece knows: A A^-1 = I, P P = P for projectors, diagonal matrices commute, Diag(1) = I, and the assumed
rewrites. A piece of shape 1 x 1 is a commuting scalar, equal to its transpose; 1'1 = n.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial, reduce
from itertools import groupby

from theory.calculus import forms as f
from theory.calculus.forms import Coefficient, Context, Exponent, Form, Monomial, Word
from theory.calculus.terms import Property, Shape, Symbol


def multiply(ctx: Context, left: Form, right: Form) -> Form:
    """The matrix product of two forms; a scalar on either side multiplies.

    Raises CannotDecide for a product with more terms than could be multiplied out in reasonable time.
    """
    pairs = len(left.terms) * len(right.terms)
    if pairs > f.PAIR_LIMIT:
        raise f.CannotDecide(
            f"a product of sums of {len(left.terms)} and {len(right.terms)} terms is too large to expand"
        )
    if left.shape == (1, 1):
        shape = right.shape
    elif right.shape == (1, 1):
        shape = left.shape
    else:
        shape = (left.shape[0], right.shape[1])
    out: f.Terms = {}
    for (m1, w1), c1 in left.terms.items():
        for (m2, w2), c2 in right.terms.items():
            _put(ctx, out, c1 * c2, f.merge(m1, m2), shape, w1 + w2, fresh=bool(w1 and w2))
    return Form(shape, out)


def transpose(ctx: Context, form: Form) -> Form:
    out: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        f.accumulate(out, (monomial, ctx.transpose_word(word)), value)
    return Form((form.shape[1], form.shape[0]), out)


def of_word(ctx: Context, shape: Shape, word: Word, monomial: Monomial = (), value: Coefficient = 1) -> Form:
    """The form of one word, simplified."""
    out: f.Terms = {}
    _put(ctx, out, value, monomial, shape, word, fresh=True)
    return Form(shape, out)


def scalar_word(ctx: Context, word: Word) -> Form:
    """The form of a word that is a number."""
    return of_word(ctx, (1, 1), word)


def _put(
    ctx: Context, out: f.Terms, value: Coefficient, monomial: Monomial, shape: Shape, word: Word, *, fresh: bool
) -> None:
    """Add value * monomial * word to `out`, settling the monomial and, if it is fresh, the word."""
    if fresh and word:
        settled = _settle_word(ctx, shape, word)
        if settled is not None:
            for (m, w), c in settled.terms.items():
                _put(ctx, out, value * c, f.merge(monomial, m), shape, w, fresh=False)
            return
    if ctx.special or ctx.ruled:
        changed = settle_monomial(ctx, monomial)
        if changed is not None:
            for (m, _), c in changed.terms.items():
                f.accumulate(out, (m, word), value * c)
            return
    f.accumulate(out, (monomial, word), value)


# ---- words --------------------------------------------------------------------------------------------------
def _settle_word(ctx: Context, shape: Shape, word: Word) -> Form | None:
    """The word simplified, as a form of the same shape; None if it already is what it should be."""
    pieces = _pieces(ctx, word)
    kept: Word = ()
    result: Form | None = None
    for i, piece in enumerate(pieces):
        simple = piece
        while simple:
            rewritten = _rewrite(ctx, _shape(ctx, piece), simple)
            if rewritten is not None:
                return _reassemble(ctx, shape, pieces, i, rewritten)
            before, simple = simple, simplify_piece(ctx, simple)
            if simple == before:
                break
        if _shape(ctx, piece) == (1, 1):
            atom = scalar_piece(ctx, simple)
            result = atom if result is None else multiply(ctx, result, atom)
        else:
            kept += simple
    if result is None:
        return None if kept == word else Form(shape, {((), kept): 1})
    return Form(shape, {(m, kept): c for (m, _), c in result.terms.items()})


def _reassemble(ctx: Context, shape: Shape, pieces: list[Word], index: int, rewritten: Form) -> Form:
    """The product of all pieces with one of them replaced by what an assumption makes of it."""
    parts = [rewritten if i == index else of_word(ctx, _shape(ctx, x), x) for i, x in enumerate(pieces)]
    return Form(shape, reduce(partial(multiply, ctx), parts).terms)


def _shape(ctx: Context, word: Word) -> Shape:
    return ctx.factors[word[0]].shape[0], ctx.factors[word[-1]].shape[1]


def _pieces(ctx: Context, word: Word) -> list[Word]:
    """The word cut wherever an inner dimension is 1."""
    out: list[Word] = []
    begin = 0
    for i in range(1, len(word)):
        if ctx.factors[word[i]].shape[0] == 1:
            out.append(word[begin:i])
            begin = i
    return [*out, word[begin:]]


def _rewrite(ctx: Context, shape: Shape, piece: Word) -> Form | None:
    """The first assumed rewrite of a stretch of the piece, or None."""
    for rule in ctx.rules:
        pattern = rule.word
        if pattern is None:
            continue
        n = len(pattern)
        for i in range(len(piece)):
            if piece[i : i + n] == pattern:
                ctx.step()
                if rule.name:
                    ctx.used.add(rule.name)
                before, after = piece[:i], piece[i + n :]
                result = _settled_again(ctx, rule.result)
                if before:
                    result = multiply(ctx, of_word(ctx, _shape(ctx, before), before), result)
                if after:
                    result = multiply(ctx, result, of_word(ctx, _shape(ctx, after), after))
                return Form(shape, result.terms)
    return None


def _settled_again(ctx: Context, form: Form) -> Form:
    """The result of a rewrite under all rewrites: a later assumption may apply to it."""
    out = Form(form.shape, {})
    ctx.depth += 1
    for (monomial, word), value in form.terms.items():
        out = f.add(out, of_word(ctx, form.shape, word, monomial, value))
    ctx.depth -= 1
    return out


def simplify_piece(ctx: Context, piece: Word) -> Word:
    """Cancel inverses and repeated projectors, and order diagonal matrices."""
    out: list[int] = []
    for number in piece:
        if out and _cancels(ctx, out[-1], number):
            out.pop()
        elif out and number == out[-1] and ctx.factors[number].declared(Property.PROJECTOR):
            symbol: Symbol = ctx.factors[number].payload[0]  # type: ignore[assignment]
            ctx.used.add(f"{symbol.name} is a projector")
        else:
            out.append(number)
    word = tuple(out)
    if any(ctx.factors[x].kind == "diagonal" for x in word):
        word = _order_diagonals(ctx, word)
    return word


def _cancels(ctx: Context, a: int, b: int) -> bool:
    one, two = ctx.factors[a], ctx.factors[b]
    if one.kind == "inverse":
        return one.payload == (ctx.transpose_factor(b) if one.transposed else b,)
    if two.kind == "inverse":
        return two.payload == (ctx.transpose_factor(a) if two.transposed else a,)
    return False


def _order_diagonals(ctx: Context, word: Word) -> Word:
    """Runs of Diag(.) sorted; at the end of a column, Diag(a) b = Diag(b) a is oriented; Diag(a) 1 = a."""
    rows, columns = _shape(ctx, word)
    if rows == 1 and columns != 1:
        return ctx.transpose_word(_order_diagonals(ctx, ctx.transpose_word(word)))
    kinds = [ctx.factors[x].kind == "diagonal" for x in word]
    if columns == 1 and kinds[0]:
        items = _entrywise(ctx, [word])
        return tuple(_diagonal(ctx, item) for item in items[:-1]) + items[-1]
    if rows == 1 and [diagonal for diagonal, _ in groupby(kinds)].count(True) == 1:  # they stand together
        first = kinds.index(True)
        items = _entrywise(ctx, [ctx.transpose_word(word[:first]), word[first:]])
        if len(items) == 1:
            items = [(_ones(ctx, items[0]),), *items]
        return ctx.transpose_word(items[0]) + tuple(_diagonal(ctx, item) for item in items[1:-1]) + items[-1]
    runs = [list(run) for _, run in groupby(word, key=lambda x: ctx.factors[x].kind == "diagonal")]
    return tuple(x for run in runs for x in (sorted(run) if ctx.factors[run[0]].kind == "diagonal" else run))


def _column(ctx: Context, number: int) -> Word:
    """What stands on a diagonal."""
    return ctx.factors[number].payload[0]  # type: ignore[return-value]


def _ones(ctx: Context, word: Word) -> int:
    size = ctx.factors[word[0]].shape[0]
    return ctx.factor("ones", (size,), frozenset(), (size, 1))


def _diagonal(ctx: Context, word: Word) -> int:
    size = ctx.factors[word[0]].shape[0]
    return ctx.factor("diagonal", (word,), ctx.varies((), word), (size, size), symmetric=True)


def _entrywise(ctx: Context, items: list[Word]) -> list[Word]:
    """The columns of an entrywise product: nested diagonals flattened, ones dropped, sorted."""
    flat: list[Word] = []
    left = list(items)
    while left:
        item = left.pop()
        match ctx.factors[item[0]].kind:
            case "diagonal":
                left += [_column(ctx, item[0]), item[1:]]
            case "ones":
                pass
            case _:
                flat.append(item)  # one at least: Diag(1) is no factor
    return sorted(flat, key=lambda w: (any(x >= f.DIRECTION for x in w), w))


def diagonal(ctx: Context, form: Form) -> Form:
    """Diag of a column form."""
    size = form.shape[0]
    out: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        ones = ctx.factors[word[0]].kind == "ones"
        f.accumulate(out, (monomial, () if ones else (_diagonal(ctx, word),)), value)
    return Form((size, size), out)


def scalar_piece(ctx: Context, piece: Word) -> Form:
    """A 1 x 1 piece as a scalar: 1'1 = n, and x'Ay = y'A'x."""
    if all(ctx.factors[x].kind == "ones" for x in piece):
        return f.dimension_form(ctx, ctx.factors[piece[0]].shape[1])
    other = simplify_piece(ctx, ctx.transpose_word(piece))
    word = min(piece, other)
    atom = ctx.atom("word", (word,), ctx.varies((), word))
    return _again(ctx, ((atom, 1),), 1)


# ---- monomials ----------------------------------------------------------------------------------------------
def settle_monomial(ctx: Context, monomial: Monomial) -> Form | None:
    """Apply the rules of special atoms and the assumed rewrites; None if nothing changes."""
    for atom, exponent in monomial:
        if atom in ctx.special:
            node = ctx.atoms[atom]
            rest = tuple(x for x in monomial if x[0] != atom)
            if node.kind == "prime" and not 0 < exponent < 1:
                whole = exponent.__floor__()
                prime: int = node.payload[0]  # type: ignore[assignment]
                return _again(ctx, _with(rest, atom, exponent - whole), Fraction(prime) ** whole)
            if node.kind == "sum" and exponent >= 1:
                from theory.calculus.scalars import expand_sum

                whole = int(exponent.__floor__())
                return multiply(ctx, _again(ctx, _with(rest, atom, exponent - whole), 1), expand_sum(ctx, atom, whole))
            if node.kind == "abs":
                inner = node.payload[0]
                twice = 2 * (exponent / Fraction(2)).__floor__()
                if twice and isinstance(inner, int):
                    return _again(ctx, f.merge(_with(rest, atom, exponent - twice), ((inner, twice),)), 1)
                if twice:
                    from theory.calculus.scalars import power

                    squared = power(ctx, f.thaw(inner), Fraction(twice))  # type: ignore[arg-type]
                    return multiply(ctx, _again(ctx, _with(rest, atom, exponent - twice), 1), squared)
    if any(atom in ctx.ruled for atom, _ in monomial):
        for rule in ctx.rules:
            if rule.word is None and (left := _divide(monomial, rule.monomial)) is not None:
                ctx.step()
                ctx.used.add(rule.name)
                return multiply(ctx, _again(ctx, left, 1), _settled_again(ctx, rule.result))
    return None


def _with(rest: Monomial, atom: int, exponent: Exponent) -> Monomial:
    return f.merge(rest, ((atom, exponent),)) if exponent else rest


def _again(ctx: Context, monomial: Monomial, value: Coefficient) -> Form:
    settled = settle_monomial(ctx, monomial)
    if settled is not None:
        return f.times_number(settled, value)
    return f.of_monomial(monomial, value)


def _divide(monomial: Monomial, by: Monomial) -> Monomial | None:
    """monomial / by if every exponent of `by` is there in full, else None."""
    have = dict(monomial)
    for atom, exponent in by:
        if have.get(atom, 0) < exponent:
            return None
    return f.merge(monomial, tuple((a, -e) for a, e in by))

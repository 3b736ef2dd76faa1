"""Words: what a piece of a product knows of itself, without multiplying anything.

A A^-1 = I, P P = P for projectors, diagonal matrices commute, Diag(1) = I. A permutation matrix P stands outside what
is applied entry by entry, phi(P x) = P phi(x), and behind diagonal matrices, P Diag(u) = Diag(P u) P; P 1 = 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import groupby, pairwise, takewhile
from typing import Any

from theory.terms import Activation, Dimension, Property, Shape
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Word


def shape_of(ctx: Context, word: Word) -> Shape:
    return ctx.factors[word[0]].shape[0], ctx.factors[word[-1]].shape[1]


def cut(ctx: Context, word: Word) -> list[Word]:
    """The word cut wherever an inner dimension is 1."""
    out: list[Word] = []
    begin = 0
    for i in range(1, len(word)):
        if ctx.factors[word[i]].shape[0] == 1:
            out.append(word[begin:i])
            begin = i
    return [*out, word[begin:]]


def dyad(ctx: Context, word: Word) -> tuple[Word, Word] | None:
    """The u and the v' of a word u v'; None for any other."""
    pieces = cut(ctx, word)
    return (pieces[0], pieces[1]) if len(pieces) == 2 else None


def simplify_piece(ctx: Context, piece: Word) -> Word:
    """Cancel inverses and repeated projectors, and order diagonal matrices."""
    out: list[int] = []
    for number in behind_their_letters(ctx, piece):
        if out and _cancels(ctx, out[-1], number):
            out.pop()
        elif out and number == out[-1] and ctx.factors[number].declared(Property.PROJECTOR):
            ctx.used.add(f"{ctx.factors[number].name} is a projector")
        else:
            out.append(number)
    word = tuple(out)
    if ctx.permutations and (passed := _passed(ctx, word)) is not None:
        return simplify_piece(ctx, passed)
    if len(word) == 2 and word[0] == ctx.transpose_factor(word[1]) and (bare := _under_absolute(ctx, word[1])):
        word = (*ctx.transpose_word(bare), *bare)  # |v|'|v| = v'v
    if any(is_diagonal(ctx, x) for x in word):
        return _order_diagonals(ctx, word)
    if len(word) > 1 and shape_of(ctx, word) == (1, 1) and _both_exponential(ctx, word):
        items = [*_one_exponential(ctx, [ctx.transpose_word(word[:-1]), word[-1:]]), (_ones(ctx, word[-1:]),)]
        return (ctx.transpose_factor(_ones(ctx, word[-1:])), *items[0])  # exp(u)'exp(v) = 1'exp(u + v)
    return word


def behind_their_letters(ctx: Context, piece: Word) -> Word:
    """Powers of a polynomial of one matrix commute with that matrix, its inverse, and one another: behind it, in one
    order."""
    if not ctx.powers:
        return piece
    out: list[int] = []
    for number in piece:
        place = len(out)
        while place and _commute(ctx, out[place - 1], number):
            place -= 1
        out.insert(place, number)
    return tuple(out)


def _commute(ctx: Context, power: int, number: int) -> bool:
    """Does a power stand before its letter, or the inverse of that, or before another power of either that comes
    first?"""
    letter = power_of(ctx, power)
    if letter is None:
        return False
    other = power_of(ctx, number)
    one, moved = (number, True) if other is None else (other, number < power)
    return moved and (one == letter or _cancels(ctx, one, letter))


def power_of(ctx: Context, number: int) -> int | None:
    """The letter of which a factor is a power, as it stands there, transposed or not."""
    node = ctx.factors[number]
    if not isinstance(node.what, k.Iterate) or node.what.letter is None:
        return None
    return ctx.transpose_factor(node.what.letter) if node.transposed else node.what.letter


def _cancels(ctx: Context, a: int, b: int) -> bool:
    one, two = ctx.factors[a], ctx.factors[b]
    if one.declared(Property.ORTHOGONAL):
        return b == ctx.transpose_factor(a) and is_orthogonal(ctx, a)
    if isinstance(one.what, k.Inverse):
        return one.what.of == (ctx.transpose_factor(b) if one.transposed else b)
    if isinstance(two.what, k.Inverse):
        return two.what.of == (ctx.transpose_factor(a) if two.transposed else a)
    return False


def inverse_factor(ctx: Context, number: int) -> int:
    """The factor that is the inverse of a square one."""
    node = ctx.factors[number]
    if isinstance(node.what, k.Inverse) and isinstance(node.what.of, int):
        return ctx.transpose_factor(node.what.of) if node.transposed else node.what.of
    if is_orthogonal(ctx, number):
        return ctx.transpose_factor(number)
    if node.transposed:  # (A')^-1 = (A^-1)'
        return ctx.transpose_factor(inverse_factor(ctx, ctx.transpose_factor(number)))
    symmetric = ctx.transpose_factor(number) == number
    return ctx.factor(k.Inverse(number), node.varies, node.shape, symmetric=symmetric)


def is_diagonal(ctx: Context, number: int) -> bool:
    return isinstance(ctx.factors[number].what, k.Diagonal)


def diagonal_entries(ctx: Context, form: Form) -> Form | None:
    """The column v of a form that is a sum of c Diag(v), as the sum of the c v; None of any other."""
    column: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        what = ctx.factors[word[0]].what if len(word) == 1 else None
        if not isinstance(what, k.Diagonal):
            return None
        column[monomial, what.word] = value
    return Form((form.shape[0], 1), column)


def is_basis(ctx: Context, number: int) -> bool:
    """Is it a standard basis vector, or one transposed?"""
    found = number in ctx.basis
    if found:
        ctx.used.add(f"{ctx.factors[number].name} a standard basis vector")
    return found


def is_orthogonal(ctx: Context, number: int) -> bool:
    """Is it declared orthogonal, or one that is transposed?"""
    found = ctx.factors[number].declared(Property.ORTHOGONAL)
    if found:
        ctx.used.add(f"{ctx.factors[number].name} orthogonal")
    return found


def is_ones(ctx: Context, number: int) -> bool:
    return isinstance(ctx.factors[number].what, k.Ones)


# ---- permutations -------------------------------------------------------------------------------------------
def leading(ctx: Context, word: Word) -> Word:
    """The permutation matrices, declared such, that a word begins with."""
    return tuple(takewhile(ctx.permutations.__contains__, word))


def _passed(ctx: Context, word: Word) -> Word | None:
    """The word with one permutation P moved on: P 1 = 1, 1'P = 1', P Diag(u) = Diag(P u) P; None if none moves."""
    for i, (one, two) in enumerate(pairwise(word)):
        if one in ctx.permutations:
            what = ctx.factors[two].what
            if _level(ctx, two):
                _note_permutation(ctx, one)
                return word[:i] + word[i + 1 :]
            if isinstance(what, k.Diagonal):
                _note_permutation(ctx, one)
                made = on_diagonal(ctx, simplest(ctx, (one, *what.word)))
                return (*word[:i], *made, one, *word[i + 2 :])
        elif two in ctx.permutations and _level(ctx, ctx.transpose_factor(one)):
            _note_permutation(ctx, two)
            return word[: i + 1] + word[i + 2 :]
    return None


def _level(ctx: Context, number: int) -> bool:
    """Are the rows of a factor seen to be alike: of 1, and of what is applied to each entry of 1 or 1 v'?"""
    node = ctx.factors[number]
    match node.what:
        case k.Ones():
            return not node.transposed
        case k.Elementwise(_, _, argument):
            words = (ctx.transpose_word(word) if node.transposed else word for (_, word), _ in argument[1])
            return all(word and _level(ctx, word[0]) for word in words)
    return False


def _note_permutation(ctx: Context, number: int) -> None:
    ctx.used.add(f"{ctx.factors[number].name} a permutation matrix")


def simplest(ctx: Context, word: Word) -> Word:
    """A piece simplified until nothing changes; of some ways to write it that come round, the first."""
    seen = list[Word]()
    while word and word not in seen:
        seen.append(word)
        word = simplify_piece(ctx, word)
    return min(seen[seen.index(word) :]) if word else word


def turned(ctx: Context, turn: Word, form: Form) -> Form:
    """A product of permutations times a form."""
    out: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        first = cut(ctx, word)[0]
        f.accumulate(out, (monomial, simplest(ctx, (*turn, *first)) + word[len(first) :]), value)
    return Form(form.shape, out)


def _flipped(ctx: Context, form: Form) -> Form:
    """A form transposed, each word as it is simplest."""
    out: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        pieces = cut(ctx, ctx.transpose_word(word))
        f.accumulate(out, (monomial, tuple(x for piece in pieces for x in simplest(ctx, piece))), value)
    return Form((form.shape[1], form.shape[0]), out)


def _heads(ctx: Context, words: Iterable[Word], *, both_sides: bool = False) -> list[Word]:
    """What may be taken out of words on the left: permutations that one of them begins with, or a column of a diagonal
    matrix at its start. A word 1 v' begins with every permutation, and so does I where P' is taken out on the right."""
    found = set[Word]()
    for word in words:
        start = tuple(takewhile(partial(is_diagonal, ctx), word))
        for number in start:
            what = ctx.factors[number].what
            assert isinstance(what, k.Diagonal)
            found.add(leading(ctx, what.word))
        rest = word[len(start) :]
        head = leading(ctx, rest)
        if (head != rest or not both_sides) and not (rest and _level(ctx, rest[0])):
            found.add(head)
    return sorted(found) or [()]


def outside(ctx: Context, form: Form) -> tuple[Word, Form, Word]:
    """P, A and Q of a form P A Q, with permutations P and Q: always the same A of all that differ in these alone."""
    if not ctx.permutations:  # as in nearly every proof
        return (), form, ()
    found: list[tuple[Any, Word, Word, Form]] = []
    for left in _heads(ctx, (word for _, word in form.terms)):
        one = turned(ctx, ctx.transpose_word(left), form)
        if form.shape[1] == 1:
            found.append((f.freeze(one)[1], left, (), one))
            continue
        flipped = _flipped(ctx, one)
        for right in _heads(ctx, (word for _, word in flipped.terms)):
            both = _flipped(ctx, turned(ctx, ctx.transpose_word(right), flipped)) if right else one
            found.append((f.freeze(both)[1], left, right, both))
    _, left, right, inner = min(found, key=lambda option: option[:3])
    for number in (*left, *right):
        _note_permutation(ctx, number)
    return left, inner, ctx.transpose_word(right)


def unturned(ctx: Context, form: Form) -> Form:
    """S of a square form P S P' with a permutation P: always the same of all that differ in P alone."""
    if not ctx.permutations:
        return form
    found = []
    for turn in _heads(ctx, (word for _, word in form.terms), both_sides=True):
        back = ctx.transpose_word(turn)
        inner = _flipped(ctx, turned(ctx, back, _flipped(ctx, turned(ctx, back, form)))) if turn else form
        found.append((f.freeze(inner)[1], turn, inner))
    _, turn, inner = min(found, key=lambda option: option[:2])
    for number in turn:
        _note_permutation(ctx, number)
    return inner


def outside_of_parts(ctx: Context, parts: tuple[Word, ...]) -> tuple[Word, tuple[Word, ...], Word]:
    """The same of the parts of an entrywise product: (P A Q) o (P B Q) = P (A o B) Q."""
    found = []
    for left in _heads(ctx, parts):
        back = ctx.transpose_word(left)
        one = [simplest(ctx, ctx.transpose_word(simplest(ctx, (*back, *part)))) for part in parts]
        for right in _heads(ctx, one):
            other = ctx.transpose_word(right)
            both = (simplest(ctx, ctx.transpose_word(simplest(ctx, (*other, *part)))) for part in one)
            found.append((tuple(sorted(both)), left, right))
    inner, left, right = min(found)
    for number in (*left, *right):
        _note_permutation(ctx, number)
    return left, inner, ctx.transpose_word(right)


def applied(ctx: Context, function: Activation, order: int, form: Form) -> Word:
    """A derivative of a function of each entry of a form that is no number, as a word: phi(P A Q) = P phi(A) Q."""
    left, inner, right = outside(ctx, form)
    what = k.Elementwise(function, order, f.freeze(inner))
    return (*left, ctx.factor(what, f.varying(ctx, inner), inner.shape), *right)


def _without_common(ctx: Context, items: list[Word]) -> list[Word]:
    """Columns without a permutation of all of them, where only the sum of their entrywise product is asked for."""
    if all(ctx.permutations.isdisjoint(item) for item in items):
        return items
    options = []
    for turn in _heads(ctx, items):
        back = ctx.transpose_word(turn)
        options.append((_sorted(simplest(ctx, (*back, *item)) for item in items), turn))
    best, turn = min(options)
    for number in turn:
        _note_permutation(ctx, number)
    return best


def _order_diagonals(ctx: Context, word: Word) -> Word:
    """Runs of Diag(.) sorted; at the end of a column, Diag(a) b = Diag(b) a is oriented; Diag(a) 1 = a."""
    rows, columns = shape_of(ctx, word)
    if rows == 1 and columns != 1:
        return ctx.transpose_word(_order_diagonals(ctx, ctx.transpose_word(word)))
    if rows == 1:
        starts = [i for i in range(1, len(word)) if is_diagonal(ctx, word[i]) and not is_diagonal(ctx, word[i - 1])]
        return min(_order_number(ctx, word, i) for i in starts)
    if columns == 1:
        return _order_column(ctx, word)
    return order_runs(ctx, word)


def order_runs(ctx: Context, word: Word) -> Word:
    """Diagonal matrices that stand side by side in a matrix, in one order."""
    runs = [tuple(run) for _, run in groupby(word, key=partial(is_diagonal, ctx))]
    return tuple(x for run in runs for x in (_run(ctx, run) if is_diagonal(ctx, run[0]) else run))


def _order_number(ctx: Context, word: Word, start: int) -> Word:
    """A number as the sum of the entrywise product of the columns that meet at the run of Diag(.) that starts there."""
    left, right = (_order_column(ctx, side) for side in (ctx.transpose_word(word[:start]), word[start:]))
    items = _without_common(ctx, _entrywise(ctx, [left, right]))
    items = [*[(_ones(ctx, right),)] * (2 - len(items)), *items]
    return ctx.transpose_word(items[0]) + tuple(_diagonal(ctx, item) for item in items[1:-1]) + items[-1]


def _order_column(ctx: Context, word: Word) -> Word:
    """A column with each run of Diag(.) in it oriented with the column behind it, the last run first."""
    first = next((i for i, number in enumerate(word) if is_diagonal(ctx, number)), len(word))
    before, run = word[:first], tuple(takewhile(partial(is_diagonal, ctx), word[first:]))
    if not run:
        return word
    behind = _order_column(ctx, word[first + len(run) :])
    items = _entrywise(ctx, [(*run, *behind)]) or [(_ones(ctx, run),)]
    return (*before, *(_diagonal(ctx, item) for item in items[:-1]), *items[-1])


def diagonal_runs(ctx: Context, word: Word) -> list[Word]:
    """The cycle of a square word, cut into runs of diagonal matrices and what stands between, a run first."""
    starts = [i for i, number in enumerate(word) if is_diagonal(ctx, number) and not is_diagonal(ctx, word[i - 1])]
    if not starts:
        return [word]
    turned = word[starts[0] :] + word[: starts[0]]
    return [tuple(run) for _, run in groupby(turned, key=partial(is_diagonal, ctx))]


def _run(ctx: Context, run: Word) -> Word:
    """Diagonal matrices side by side, in one order."""
    return tuple(sorted(_diagonal(ctx, item) for item in _entrywise(ctx, on_diagonals(ctx, run))))


def ones(ctx: Context, size: Dimension) -> int:
    """The column of ones of a size."""
    return ctx.factor(k.Ones(size), frozenset(), (size, 1))


def _ones(ctx: Context, word: Word) -> int:
    return ones(ctx, ctx.factors[word[0]].shape[0])


def _diagonal(ctx: Context, word: Word) -> int:
    size = ctx.factors[word[0]].shape[0]
    return ctx.factor(k.Diagonal(word), ctx.varies((), word), (size, size), symmetric=True)


def _entrywise(ctx: Context, items: list[Word]) -> list[Word]:
    """The columns of an entrywise product: nested diagonals flattened, ones dropped, those of exp made one, sorted."""
    flat = flattened(ctx, items)
    if (bare := _without_absolute(ctx, flat)) != flat:
        return _entrywise(ctx, bare)
    return _sorted(_one_exponential(ctx, flat))


def flattened(ctx: Context, items: Iterable[Word]) -> list[Word]:
    """The columns of an entrywise product, those in nested diagonals one by one, without ones."""
    flat: list[Word] = []
    left = list(items)
    while left:
        item = left.pop()
        match ctx.factors[item[0]].what:
            case k.Diagonal(column):
                left += [column, item[1:]]
            case k.Ones():
                pass
            case _:
                flat.append(item)
    return flat


def on_diagonals(ctx: Context, run: Word) -> list[Word]:
    """The columns of diagonal matrices side by side."""
    kinds = (ctx.factors[number].what for number in run)
    return [what.word for what in kinds if isinstance(what, k.Diagonal)]


def _sorted(items: Iterable[Word]) -> list[Word]:
    """Columns in one order, with a direction last."""
    return sorted(items, key=lambda w: (any(x >= f.DIRECTION for x in w), w))


def _without_absolute(ctx: Context, items: list[Word]) -> list[Word]:
    """|v| o |v| = v o v among the columns of an entrywise product."""
    out: list[Word] = []
    for item in items:
        head = leading(ctx, item)
        bare = _under_absolute(ctx, item[-1]) if len(item) == len(head) + 1 else ()
        bare = simplest(ctx, (*head, *bare)) if head and bare else bare
        if bare and item in out:
            out[out.index(item)] = bare
            out.append(bare)
        else:
            out.append(item)
    return out


def _one_exponential(ctx: Context, items: list[Word]) -> list[Word]:
    """exp(u) o exp(v) = exp(u + v) among the columns of an entrywise product; exp(u) o exp(-u) = 1 is dropped."""
    alone = [x for x in items if len(x) == 1 + len(leading(ctx, x)) and _is_exponential(ctx, x[-1])]
    exps = [(x[:-1], what) for x in alone if isinstance(what := ctx.factors[x[-1]].what, k.Elementwise)]
    if len(exps) < 2:
        return items
    arguments = ((turn, f.thaw(what.argument)) for turn, what in exps)
    total = reduce(f.add, (turned(ctx, turn, form) if turn else form for turn, form in arguments))
    rest = [item for item in items if item not in alone]
    if total.is_zero:
        return rest
    return [*rest, applied(ctx, exps[0][1].function, 0, total)]


def _under_absolute(ctx: Context, number: int) -> Word:
    """The word of a column v of which a factor has the absolute values; empty for any other factor."""
    what = ctx.factors[number].what
    if not isinstance(what, k.Elementwise) or (what.function.name, what.order) != ("abs", 0):
        return ()
    shape, terms = what.argument
    return terms[0][0][1] if len(terms) == 1 and shape[1] == 1 else ()


def _is_exponential(ctx: Context, number: int) -> bool:
    """Is it exp of each entry of a column, or that transposed?"""
    what = ctx.factors[number].what
    return isinstance(what, k.Elementwise) and what.function.name == "exp" and what.argument[0][1] == 1


def argument(ctx: Context, number: int) -> Form:
    """The z of a factor that is a function of each entry of z."""
    what = ctx.factors[number].what
    assert isinstance(what, k.Elementwise)
    return f.thaw(what.argument)


def exponent(ctx: Context, form: Form) -> Form | None:
    """u of a column form that is exp(u) alone; None of any other."""
    [*terms] = form.terms.items()
    if len(terms) != 1 or terms[0][0][0] or terms[0][1] != 1 or len(word := terms[0][0][1]) != 1:
        return None
    return argument(ctx, word[0]) if _is_exponential(ctx, word[0]) else None


def _both_exponential(ctx: Context, word: Word) -> bool:
    """Is it exp(u)'exp(v), or exp(u)'P exp(v) with a permutation P?"""
    ends = _is_exponential(ctx, word[0]) and _is_exponential(ctx, word[-1])
    return ends and len(leading(ctx, word[1:])) == len(word) - 2


def on_diagonal(ctx: Context, word: Word) -> Word:
    """Diag of a column, as a word."""
    if is_ones(ctx, word[0]):
        return ()
    if word[-1] in ctx.basis and is_basis(ctx, word[len(leading(ctx, word))]):
        return (*word, *ctx.transpose_word(word))  # Diag(e) = e e', Diag(P e) = P e e'P'
    first = next((i for i, number in enumerate(word) if not is_diagonal(ctx, number)), 0)
    if first:  # Diag(Diag(u) v) = Diag(u) Diag(v)
        return tuple(sorted((*word[:first], *on_diagonal(ctx, word[first:]))))
    return (_diagonal(ctx, word),)


def diagonal(ctx: Context, form: Form) -> Form:
    """Diag of a column form."""
    size = form.shape[0]
    out: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        f.accumulate(out, (monomial, on_diagonal(ctx, word)), value)
    return Form((size, size), out)


# ---- entrywise products of matrices -------------------------------------------------------------------------
@dataclass(frozen=True)
class Entrywise:
    """Diag(left) (P o Q o ...) Diag(right): the diagonal matrices as words, the parts P, Q, ... in order; one of them
    is () for the identity. None of them has a diagonal matrix at an end, or is a dyad, unless it is the only one."""

    left: Word
    parts: tuple[Word, ...]
    right: Word


def entrywise(ctx: Context, items: Sequence[Word]) -> Entrywise:
    """The entrywise product of words of one shape, taken apart: (u v') o A = Diag(u) A Diag(v)."""
    waiting, parts = list(items), list[Word]()
    left: Word = ()
    right: Word = ()
    dyads: list[tuple[Word, Word]] = []
    while waiting:
        before, core, after = without_diagonals(ctx, waiting.pop())
        left, right = (*left, *before), (*right, *after)
        outer = dyad(ctx, core)
        if outer is not None:
            dyads.append(outer)
        elif inner := entrywise_product(ctx, core):
            waiting += inner
        elif core not in parts or leading(ctx, core) != core:  # P o P = P for a permutation, as for I
            parts.append(core)
    for column, row in dyads if parts else dyads[1:]:
        left, right = (*left, *on_diagonal(ctx, column)), (*right, *on_diagonal(ctx, ctx.transpose_word(row)))
    if not parts:
        parts = [(*dyads[0][0], *dyads[0][1])]
    return Entrywise(left, tuple(sorted(parts)), right)


def without_diagonals(ctx: Context, word: Word) -> tuple[Word, Word, Word]:
    """The diagonal matrices at the start of a word, what is between, and those at its end."""
    start = tuple(takewhile(partial(is_diagonal, ctx), word))
    rest = word[len(start) :]
    turn = leading(ctx, rest[::-1])[::-1] if ctx.permutations else ()
    rest = rest[: len(rest) - len(turn)]
    end = tuple(takewhile(partial(is_diagonal, ctx), rest[::-1]))[::-1]
    rest = rest[: len(rest) - len(end)]
    if end and turn:  # Diag(u) P = P Diag(P'u)
        end = tuple(x for number in end for x in _turned_back(ctx, turn, number))
        return start, simplest(ctx, (*rest, *turn)), end
    return start, (*rest, *turn), end


def _turned_back(ctx: Context, turn: Word, number: int) -> Word:
    """P'Diag(u) P of a factor Diag(u)."""
    what = ctx.factors[number].what
    assert isinstance(what, k.Diagonal)
    _note_permutation(ctx, turn[0])
    return on_diagonal(ctx, simplest(ctx, (*ctx.transpose_word(turn), *what.word)))


def entrywise_product(ctx: Context, word: Word) -> tuple[Word, ...]:
    """The parts of an entrywise product, with permutations around it: P (A o B) Q = (P A Q) o (P B Q); none of any
    other word."""
    left = leading(ctx, word)
    right = leading(ctx, word[: len(left) : -1])[::-1]
    if len(word) != len(left) + 1 + len(right):
        return ()
    parts = entrywise_parts(ctx, word[len(left)])
    return tuple(simplest(ctx, (*left, *part, *right)) for part in parts) if left or right else parts


def entrywise_parts(ctx: Context, number: int) -> tuple[Word, ...]:
    """The parts of a factor that is an entrywise product; none of any other."""
    node = ctx.factors[number]
    if not isinstance(node.what, k.Hadamard):
        return ()
    return tuple(map(ctx.transpose_word, node.what.parts)) if node.transposed else node.what.parts


def entrywise_factor(ctx: Context, parts: tuple[Word, ...]) -> int:
    """The factor P o Q o ... of two parts or more, as itself or as the transpose of P' o Q' o ..."""
    rows, columns = shape_of(ctx, parts[0])
    varies = ctx.varies((), tuple(number for part in parts for number in part))
    mirrored = tuple(sorted(map(ctx.transpose_word, parts)))
    if mirrored < parts:
        return ctx.transpose_factor(ctx.factor(k.Hadamard(mirrored), varies, (columns, rows)))
    return ctx.factor(k.Hadamard(parts), varies, (rows, columns), symmetric=mirrored == parts)

"""A difference as a nonnegative combination of bricks and of numbers that are plainly nonnegative: a linear program.

SciPy solves it in floating point, its solution is rounded to fractions, and what is left over is computed exactly. A
rounding that does not come out is no certificate; nothing here is believed, the line checker sees the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from verify.proof.matrices.kinds import Coefficient, Monomial

Vector = Mapping[Monomial, Coefficient]
DENOMINATORS = (1, 12, 720, 30_030)
TINY = 1e-9


def combination(
    wanted: Vector, columns: Sequence[Vector], costs: Sequence[int], signs: Mapping[Monomial, int]
) -> list[Fraction] | None:
    """Weights >= 0 of the columns such that wanted - sum has plain signs only, the cheapest; None where none are found.

    `signs`: of each monomial 1 or -1 where its sign is plain, 0 where the weights must take it away altogether.
    """
    if _plain(wanted, signs):
        return [Fraction(0)] * len(columns)
    found = _solved(wanted, columns, costs, signs) if columns else None
    if found is None:
        return None
    for largest in DENOMINATORS:
        weights = [Fraction(x).limit_denominator(largest) for x in found]
        if all(w >= 0 for w in weights) and _plain(left_over(wanted, columns, weights), signs):
            return weights
    support = [i for i, x in enumerate(found) if x > TINY]
    exact = _exactly(wanted, [columns[i] for i in support], signs)
    if exact is None or any(w < 0 for w in exact):
        return None
    weights = [Fraction(0)] * len(columns)
    for i, weight in zip(support, exact, strict=True):
        weights[i] = weight
    return weights if _plain(left_over(wanted, columns, weights), signs) else None


def left_over(wanted: Vector, columns: Sequence[Vector], weights: Sequence[Fraction]) -> dict[Monomial, Coefficient]:
    """wanted - the weighted sum of the columns, exactly."""
    rest: dict[Monomial, Coefficient] = dict(wanted)
    for column, weight in zip(columns, weights, strict=True):
        if weight:
            for key, value in column.items():
                total = rest.get(key, 0) - weight * value
                if total:
                    rest[key] = total
                else:
                    rest.pop(key, None)
    return rest


def _plain(rest: Vector, signs: Mapping[Monomial, int]) -> bool:
    return all(value * signs[key] > 0 for key, value in rest.items())


def _solved(
    wanted: Vector, columns: Sequence[Vector], costs: Sequence[int], signs: Mapping[Monomial, int]
) -> list[float] | None:
    import numpy as np
    from scipy.optimize import linprog

    keys = list(dict.fromkeys((*wanted, *(key for column in columns for key in column))))
    rows = {key: i for i, key in enumerate(keys)}
    matrix = np.zeros((len(keys), len(columns)))
    for j, column in enumerate(columns):
        for key, value in column.items():
            matrix[rows[key], j] = float(value)
    target = np.array([float(wanted.get(key, 0)) for key in keys])
    weighed = np.array([signs[key] for key in keys])
    free, bound = weighed == 0, weighed != 0
    direction = weighed[bound][:, None]
    solution = linprog(
        np.array(costs, dtype=float),
        A_ub=matrix[bound] * direction if bound.any() else None,
        b_ub=target[bound] * direction[:, 0] if bound.any() else None,
        A_eq=matrix[free] if free.any() else None,
        b_eq=target[free] if free.any() else None,
        bounds=(0, None),
        method="highs-ds",
    )
    return [float(x) for x in solution.x] if solution.status == 0 else None


def _exactly(wanted: Vector, columns: Sequence[Vector], signs: Mapping[Monomial, int]) -> list[Fraction] | None:
    """Weights for which every monomial without a plain sign goes, by elimination in fractions; None where they are
    not determined."""
    keys = [key for key in dict.fromkeys(k for column in (*columns, wanted) for k in column) if signs[key] == 0]
    rows = [[Fraction(column.get(key, 0)) for column in columns] + [Fraction(wanted.get(key, 0))] for key in keys]
    for j in range(len(columns)):
        pivot = next((i for i in range(j, len(rows)) if rows[i][j]), None)
        if pivot is None:
            return None
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [x / rows[j][j] for x in rows[j]]
        for i, row in enumerate(rows):
            if i != j and row[j]:
                rows[i] = [x - row[j] * y for x, y in zip(row, rows[j], strict=True)]
    if any(row[-1] for row in rows[len(columns) :]):
        return None
    return [rows[j][-1] for j in range(len(columns))]

"""The room of proof, the lemmas, and what decides on a box; with the tests that guard each file.

A verdict can rest on more: on terms and how they are rewritten, on statements, and for boxes on balls and rates
(`docs/trust.md` counts it). Those are not tried.
"""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
MATRICES = TESTS.parent / "verify/proof/matrices"


def every(folder: str, but: str = "") -> tuple[str, ...]:
    """The tests of a folder, but those of these names."""
    left_out = {f"test_{name}.py" for name in but.split()}
    return tuple(sorted(f"{folder}/{p.name}" for p in (TESTS / folder).glob("test_*.py") if p.name not in left_out))


OF_MATRICES = (
    *every("calculus", but="text"),
    *every(
        "soundness",
        but="corners kernel kernel_odd_values kernel_ranges limits meanings meanings_exact meanings_scalar "
        "meanings_torch observations planted random_scalar second_opinion smuggling",
    ),
    "deriving/test_layers.py",
    "deriving/test_slopes_and_eigenvalues.py",
)
NUMBERS = (
    "scalar/test_hostile.py",
    "scalar/test_forward_eigenvalues.py",
    "soundness/test_meanings_scalar.py",
    "soundness/test_random_scalar.py",
    "soundness/test_all_derivations.py",
)
INTERVALS = (
    "scalar/test_interval_arithmetic.py",
    "scalar/test_interval_functions.py",
    "scalar/test_intervals.py",
    *NUMBERS,
)
BOXES = (
    "scalar/test_boxes.py",
    "scalar/test_batches.py",
    "scalar/test_hostile.py",
    "scalar/test_intervals.py",
    "soundness/test_meanings_scalar.py",
)
RATES = ("rates/test_signs.py", "rates/test_pieces.py", "rates/test_defined.py", "rates/test_any_expression.py")
TARGETS: dict[str, tuple[str, ...]] = {
    "verify/proof/kernel.py": tuple(
        f"soundness/{name}.py"
        for name in ("test_kernel", "test_kernel_ranges", "test_second_opinion", "test_wicked", "test_smuggling")
    ),
    "verify/proof/observations.py": tuple(
        f"soundness/test_{name}.py"
        for name in ("observations", "second_opinion", "kernel_odd_values", "kernel", "kernel_ranges")
    ),
    "verify/proof/door.py": ("test_trust.py",),
    "verify/proof/lines_on_matrices.py": OF_MATRICES,
    "theory/statements/lemmas.py": OF_MATRICES,
    "verify/proof/plain.py": ("soundness/test_wicked.py", "soundness/test_strict_lines.py", "scalar/test_hostile.py"),
    **{f"verify/proof/matrices/{path.name}": OF_MATRICES for path in sorted(MATRICES.glob("[a-z]*.py"))},
    "verify/proof/lines_on_numbers.py": ("soundness/test_line_checker.py", "soundness/test_wicked.py", *NUMBERS),
    "verify/rules/boxes.py": BOXES,
    "verify/rules/batches.py": BOXES,
    "verify/proof/numbers/field.py": ("scalar/test_field.py", *NUMBERS),
    "verify/proof/numbers/reading.py": ("scalar/test_reading.py", *NUMBERS),
    "verify/proof/numbers/polynomials.py": ("scalar/test_polynomials.py", *NUMBERS),
    "verify/proof/numbers/differential.py": ("scalar/test_differential.py", *NUMBERS),
    "verify/proof/numbers/intervals.py": ("scalar/test_enclosures.py", "scalar/test_convergence.py", *INTERVALS),
    "verify/proof/numbers/interval_arithmetic.py": INTERVALS,
    "verify/proof/numbers/interval_functions.py": INTERVALS,
    "verify/rates/signs.py": RATES,
    "verify/rates/pieces.py": RATES,
}

"""Every file that a verdict "proved" can rest on, with the tests that guard it, the quickest first."""

from __future__ import annotations

REPEATED = ("soundness/test_repeated.py", "soundness/test_induction.py")
ALGEBRA = (
    "calculus/test_normal_form.py",
    "soundness/test_side_conditions.py",
    "calculus/test_differential.py",
    "soundness/test_line_checker.py",
    "soundness/test_all_derivations.py",
    "soundness/test_scopes.py",
    "soundness/test_wicked.py",
    "soundness/test_citations.py",
    *REPEATED,
    "soundness/test_gaussian_laws.py",
    "soundness/test_random_terms.py",
    "calculus/test_random_terms.py",
)
BLOCKS = ("calculus/test_signs_of_blocks.py", "calculus/test_composites.py", *ALGEBRA)
WORDS = ("calculus/test_permutations.py", *ALGEBRA)
COLUMNS = (
    "calculus/test_written_further.py",
    "calculus/test_positive_columns.py",
    "calculus/test_known_activations.py",
    "soundness/test_positive_columns.py",
)
LINES = (
    "soundness/test_strict_lines.py",
    "soundness/test_line_checker.py",
    "soundness/test_definedness.py",
    "soundness/test_mean_values.py",
    "soundness/test_determinant_bounds.py",
    "soundness/test_root_bounds.py",
    "soundness/test_citations.py",
    "soundness/test_interchange.py",
    "soundness/test_wicked.py",
    "soundness/test_scopes.py",
    *REPEATED,
    "soundness/test_gaussian_laws.py",
    "soundness/test_derivations_hold.py",
    "soundness/test_lemmas_hold.py",
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
    "verify/proof/lines_on_matrices.py": LINES,
    "theory/statements/lemmas.py": (
        "soundness/test_determinant_bounds.py",
        "soundness/test_mean_values.py",
        "soundness/test_citations.py",
        "soundness/test_lemmas_hold.py",
        "deriving/test_slopes_and_eigenvalues.py",
    ),
    "verify/proof/plain.py": ("soundness/test_wicked.py", "soundness/test_strict_lines.py", "scalar/test_hostile.py"),
    "verify/proof/matrices/definedness.py": (*LINES, "soundness/test_random_terms.py"),
    "verify/proof/matrices/signs.py": (
        "soundness/test_strict_lines.py",
        *COLUMNS,
        *BLOCKS[:2],
        "calculus/test_largest_entries.py",
        "calculus/test_norms_of_products.py",
        "calculus/test_commuting.py",
        *WORDS,
    ),
    "verify/proof/matrices/signs_of_entries.py": (*COLUMNS, "calculus/test_largest_entries.py", *WORDS),
    "verify/proof/matrices/order.py": (
        "soundness/test_sizes_of_sums.py",
        "calculus/test_commuting.py",
        "calculus/test_written_further.py",
        *BLOCKS[:2],
        "calculus/test_largest_entries.py",
        *LINES[:4],
        *ALGEBRA,
    ),
    "verify/proof/matrices/order_of_determinants.py": ("calculus/test_order_of_determinants.py",),
    "verify/proof/matrices/eigenvalues.py": (
        "calculus/test_norms_of_products.py",
        "calculus/test_positive_columns.py",
        *BLOCKS[:2],
        "calculus/test_largest_entries.py",
        *ALGEBRA,
    ),
    "verify/proof/matrices/contents.py": ("calculus/test_known_activations.py", *ALGEBRA),
    "verify/proof/matrices/composites.py": BLOCKS,
    "verify/proof/matrices/blocks.py": BLOCKS,
    "verify/proof/matrices/scalars.py": ALGEBRA,
    "verify/proof/matrices/determinants.py": (*COLUMNS[:1], *ALGEBRA),
    "verify/proof/matrices/exponentials.py": (
        "soundness/test_products_of_numbers.py",
        *COLUMNS,
        *ALGEBRA,
        "calculus/test_largest_entries.py",
    ),
    "verify/proof/matrices/inverses.py": (
        "calculus/test_inverses_beside_inverses.py",
        *COLUMNS[:1],
        BLOCKS[1],
        *ALGEBRA,
    ),
    "verify/proof/matrices/normal_form.py": (
        "soundness/test_products_that_are_one.py",
        "calculus/test_written_further.py",
        "calculus/test_known_activations.py",
        "soundness/test_mean_values.py",
        BLOCKS[1],
        *ALGEBRA,
    ),
    "verify/proof/matrices/words.py": ("calculus/test_known_activations.py", *WORDS),
    "verify/proof/matrices/powers.py": ALGEBRA,
    "verify/proof/matrices/products.py": (BLOCKS[1], *WORDS),
    "verify/proof/matrices/properties.py": (*BLOCKS[:2], *WORDS),
    "verify/proof/door.py": ("test_trust.py",),
    "verify/proof/matrices/kinds.py": ALGEBRA,
    "verify/proof/matrices/known_activations.py": (
        "calculus/test_known_activations.py",
        "soundness/test_mean_values.py",
        *ALGEBRA,
    ),
    "verify/proof/matrices/roots.py": (*COLUMNS, "deriving/test_layers.py", *ALGEBRA),
    "verify/proof/matrices/forms.py": ("calculus/test_forms.py", *ALGEBRA),
    "verify/proof/matrices/differing.py": ("calculus/test_differing.py", *ALGEBRA),
    "verify/proof/matrices/unform.py": ("calculus/test_unform.py", *ALGEBRA),
    "verify/proof/matrices/expectation.py": ("calculus/test_means_of_entries.py", BLOCKS[1], *ALGEBRA),
    "verify/proof/matrices/gaussian_moments.py": ("soundness/test_gaussian_laws.py", "calculus/test_random_terms.py"),
    "verify/proof/matrices/differential.py": (*ALGEBRA[:4], "soundness/test_interchange.py", *ALGEBRA[4:]),
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

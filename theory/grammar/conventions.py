"""What a name means of which nothing is said, as in ordinary mathematics: a lower-case letter is a column, a capital
one a matrix, a Greek letter a scalar; m, n and d are dimensions, phi and psi activations, L and f functions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

GREEK = frozenset(
    re.findall(
        r"\w+",
        """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi rho
        sigma tau upsilon phi varphi chi psi omega eps""",
    )
)
CAPITAL_GREEK = frozenset(re.findall(r"\w+", "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"))
DIMENSIONS = ("m", "n", "d")
ACTIVATIONS = ("phi", "psi", "varphi", "rho", "sigma")  # where they are applied
FIELDS = ("L", "f", "g", "h", "ell")  # where they are applied
FRESH = ("d", "m", "n", "p", "q", "k", "r", "s")  # names for sizes of which nothing is said


def kind_of(name: str) -> str:
    """ "scalar", "column", "matrix" or "dimension"; "" for a word that means nothing."""
    stem = re.split(r"[_\d]", name)[0]
    if name in DIMENSIONS:
        return "dimension"
    if stem in GREEK:
        return "scalar"
    if stem in CAPITAL_GREEK:
        return "matrix"
    if len(stem) == 1:
        return "matrix" if stem.isupper() else "column"
    return ""


def applied_kind(name: str) -> str:
    """ "activation" or "function" for a name that is applied and that nobody declared; "" for another."""
    stem = re.split(r"[_\d]", name)[0]
    return "activation" if stem in ACTIVATIONS else "function" if stem in FIELDS else ""


def near(word: str, known: Iterable[str]) -> str:
    """The remedy for a word that means nothing."""
    names = sorted(set(known) | GREEK)
    close = difflib.get_close_matches(word, names, n=2, cutoff=0.6)
    apart = " ".join(word) if len(word) <= 4 and word.isalpha() else ""
    said = f"did you mean {' or '.join(close)}" if close else ""
    spaced = f"for a product write spaces, {apart}" if apart else ""
    declared = f'declare it, --let "{word}: scalar"'
    return "; ".join(filter(None, (said, spaced, declared)))

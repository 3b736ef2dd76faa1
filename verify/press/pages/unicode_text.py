"""Text as it was typed, with the letters that Unicode has: `lambda^L` is λᴸ, `1e-6` is 10⁻⁶, `>=` is ≥.

For pictures and for whatever else sets no formulas. It reads no grammar: what it does not know stays as it was typed.
"""

from __future__ import annotations

import re
import unicodedata

from theory.typeset.names import GREEK

_RAISED = {
    **dict(zip("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", strict=True)),
    "B": "ᴮ",
    "L": "ᴸ",
    "T": "ᵀ",
    "n": "ⁿ",
    "k": "ᵏ",
    "l": "ˡ",
}
_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "+/-": "±", "->": "→", " oo]": " ∞]"}
_PROPER = {
    "relu": "ReLU", "vgg": "VGG", "hessian": "Hessian", "jacobian": "Jacobian", "gaussian": "Gaussian",
    "euclidean": "Euclidean", "lipschitz": "Lipschitz", "s norm": "S-norm", "arc cosine": "arc-cosine",
}  # fmt: skip


def letter(name: str) -> str:
    """A Greek letter by its name, as typed or with a capital."""
    kind = "CAPITAL" if name[0].isupper() else "SMALL"
    return unicodedata.lookup(f"GREEK {kind} LETTER {'LAMDA' if name.lower() == 'lambda' else name.upper()}")


_LETTERS = {name: letter(name) for name in GREEK} | {"eps": "ε"}
_GREEK = re.compile(rf"(?<![A-Za-z])({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])")


_HAT = re.compile(r"\b(?![wtcWTC]hat\b)([A-Za-z])hat\b")  # yhat, but no "what" and no "that"


def unicode_text(typed: str) -> str:
    """The text with Greek letters, powers, roots, hats, products, relations and powers of ten."""
    text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?\d+)\b", _power_of_ten, typed)
    text = _GREEK.sub(lambda match: _LETTERS[match[0]], text)
    text = re.sub(r"\^(-?\w|-?\d+|\{[^{}]+\})(?!\w)", _power, text)
    text = re.sub(r"\b([a-z]{3,})_([a-z]{3,})\b", r"\1 \2", text)
    text = re.sub(r"(?<=[^\W\d_])_(\d)(?!\w)", lambda match: chr(ord("₀") + int(match[1])), text)
    text = re.sub(r"(?<![A-Za-z])([A-Za-z])'(?=[A-Za-z]\b)", r"\1ᵀ", text)
    text = re.sub(r"\bsqrt\((\w)\)|\bsqrt(?=\()", r"√\1", text)
    text = _HAT.sub(lambda match: unicodedata.normalize("NFC", match[1] + "\u0302"), text)
    text = re.sub(r"(?<=[\w)])\*(?=[\w(])", "·", text)
    text = re.sub(r"(?<![\w)-])-(?=\d)", "−", text)
    text = re.sub(r"(?<=\d) x (?=\d)", " × ", text)
    for sign, shown in _SIGNS.items():
        text = text.replace(sign, shown)
    return text


def name(identifier: str) -> str:
    """The last part of an id in words: `deep-linear-at-1e-6` is "Deep linear at 10⁻⁶", `vgg-at-0-01` "VGG at 0.01"."""
    words = identifier.rpartition(".")[2]
    words = re.sub(r"(?<![a-z\d])0-(\d+)$", r"0.\1", words)
    words = re.sub(r"-(?!\d+$)|(?<!e)-", " ", words)
    for plain, proper in _PROPER.items():
        words = re.sub(rf"\b{plain}\b", proper, words)
    return unicode_text(words[:1].upper() + words[1:])


def _power_of_ten(match: re.Match[str]) -> str:
    ten = "10" + _raised(str(int(match[2])))
    return ten if match[1] == "1" else f"{match[1]}·{ten}"


def _power(match: re.Match[str]) -> str:
    return _raised(match[1].strip("{}")) or match[0]


def _raised(text: str) -> str:
    """The text as superscripts; nothing where Unicode lacks one of them."""
    return "".join(_RAISED[c] for c in text) if all(c in _RAISED for c in text) else ""

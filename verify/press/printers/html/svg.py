"""Histograms as SVG text that takes its colours from the page."""

from __future__ import annotations

import html
from collections.abc import Sequence

from markupsafe import Markup

from verify.press.pages.parts import Look


def residuals(look: Look) -> Markup:
    """The histogram of what one rule saw in floats."""
    return histogram_svg(look.histogram, bins(len(look.histogram)), f"Residuals, {look.dtype}")


def bins(number: int) -> list[str]:
    """Names of the buckets of a residual histogram, as `verify.floating.measure.bucket_labels` says, in print."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    powers = [str(k - number + 2).translate(raised) for k in range(1, number - 1)]
    return ["0", *("≤ 1" if p == "⁰" else f"≤ 2{p}" for p in powers), "> 1"][-number:]


def histogram_svg(counts: Sequence[int], labels: Sequence[str], name: str) -> Markup:
    """Bars with their counts, on a logarithmic height so that a single suspect stays visible."""
    from math import log10

    bar, gap, room, top = 46, 8, 92, 20
    width = len(counts) * (bar + gap) + gap
    full = max((log10(1 + c) for c in counts), default=0.0) or 1.0
    said = ", ".join(f"{label}: {count:,}" for label, count in zip(labels, counts, strict=True) if count)
    out = [
        f'<svg class="histogram" viewBox="0 0 {width} {room + top + 24}" width="{width}" height="{room + top + 24}" '
        f'role="img" aria-label="{html.escape(f"{name}: {said}", quote=True)}">',
        f'<line x1="0" x2="{width}" y1="{top + room}" y2="{top + room}"/>',
    ]
    for k, (label, count) in enumerate(zip(labels, counts, strict=True)):
        x, high = gap + k * (bar + gap), room * log10(1 + count) / full
        out.append(f'<rect x="{x}" y="{top + room - high:.1f}" width="{bar}" height="{high:.1f}"/>')
        if count:
            out.append(f'<text x="{x + bar / 2:g}" y="{top + room - high - 5:.1f}">{_short(count)}</text>')
        out.append(f'<text class="axis" x="{x + bar / 2:g}" y="{top + room + 16}">{html.escape(label)}</text>')
    return Markup("\n".join([*out, "</svg>"]))


def _short(count: int) -> str:
    if count < 10_000:
        return str(count)
    return f"{count / 1000:.0f}k" if count < 1_000_000 else f"{count / 1e6:.1f}M"

"""`docs/performance.md` out of the JSON of `normproof bench --growth`: ratios with their peers, and how cost grows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verify.bench.table_rows import head, line

ABOUT = """# Performance

`normproof bench --growth --json docs/performance.json --page docs/performance.md` measures and writes this page, on one
thread. Each row is a ratio within that run, so that a busy machine slows both sides; what the times are, it prints."""
RATIOS = """## Beside other ways to do the same

A ratio above 1 is in favour of this program; goals were set beforehand, and what misses one is said to."""
GROWTH = """## How cost grows

Sizes double; the exponent is the slope of log time against log size over the larger sizes: 1 is linear. Sizes were
chosen before the first measurement."""
WIDTH, HEIGHT, MARGIN = 640, 320, 48
COLOURS = ("#0b6e4f", "#1f5fa8", "#b3541e", "#7a3b8f", "#8a6d00", "#b02a37")


def page(found: Mapping[str, Any]) -> str:
    """The page as Markdown, of the document that the bench wrote."""
    versions, cores = found["versions"], found["cores"]
    where = f"Measured on {cores} CPU cores with Python {versions['python']}, torch {versions['torch']}."
    parts = [ABOUT, where, RATIOS, "\n".join(_ratios(found["rows"]))]
    growths = found.get("growths", [])
    if growths:
        parts += [GROWTH, "\n".join(_growths(growths)), "```{raw} html\n" + drawing(growths) + "\n```"]
    return "\n\n".join(parts) + "\n"


def _ratios(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from head("what", "beside", "ratio", "goal", "")
    for row in rows:
        state = row["note"] or ("met" if row["met"] else "missed")
        yield line(row["name"], row["against"], f"{row['ratio']:,.2f}", f"{row['goal']:.3g}", state)


def _growths(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from head("what", "size", "from", "to", "times as long", "exponent")
    for row in rows:
        first, last = row["seconds"][0], row["seconds"][-1]
        low, high = row["sizes"][0], row["sizes"][-1]
        yield line(row["name"], row["what"], f"{low:,}", f"{high:,}", f"{last / first:,.1f}", f"{row['exponent']:.2f}")


def drawing(rows: Sequence[Mapping[str, Any]]) -> str:
    """Time against size, both as multiples of their first and on logarithmic axes; a grey line is linear growth."""
    across = max(math.log2(row["sizes"][-1] / row["sizes"][0]) for row in rows)
    up = max(across, *(math.log2(max(row["seconds"]) / row["seconds"][0]) for row in rows))

    def at(times: float, longer: float) -> str:
        x = MARGIN + (WIDTH - 2 * MARGIN) * math.log2(times) / across
        y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * max(math.log2(longer), 0.0) / up
        return f"{x:.0f},{y:.0f}"

    out = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 18 * len(rows)}" width="{WIDTH}" role="img" font-size="13" '
        'font-family="sans-serif" fill="currentColor" aria-label="Time against size; the table above says the same">',
        f'<polyline points="{at(1, 1)} {at(2**across, 2**across)}" fill="none" stroke="#999" stroke-dasharray="4 4"/>',
        f'<text x="{MARGIN}" y="{HEIGHT - MARGIN / 2}">1 x</text>',
        f'<text x="{WIDTH - MARGIN}" y="{HEIGHT - MARGIN / 2}" text-anchor="end">{2**across:,.0f} x the size</text>',
        f'<text x="{MARGIN}" y="{MARGIN / 2}">{2**up:,.0f} x the time</text>',
    ]
    for number, row in enumerate(rows):
        colour, below = COLOURS[number % len(COLOURS)], HEIGHT + 18 * number
        pairs = zip(row["sizes"], row["seconds"], strict=True)
        points = " ".join(at(size / row["sizes"][0], taken / row["seconds"][0]) for size, taken in pairs)
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<rect x="{MARGIN}" y="{below - 10}" width="14" height="4" fill="{colour}"/>')
        out.append(f'<text x="{MARGIN + 22}" y="{below - 3}">{row["name"]}, by {row["what"]}</text>')
    return "\n".join([*out, "</svg>"])

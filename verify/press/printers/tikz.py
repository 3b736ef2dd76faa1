"""Curves in TikZ, for LaTeX."""

from __future__ import annotations

from verify.press.pages.curves import Figure, Panel, number
from verify.press.pages.wording import sentence
from verify.press.printers.latex_display import spoken
from verify.results.drawn_lines import Kind, Line

WIDE, HIGH = 4.1, 2.3  # centimetres of one panel's frame
COLOURS = ("blue!60!black", "orange!80!black", "green!45!black", "red!70!black")
DASHES = ("solid", "dashed", "solid", "dashed")


def figure_tex(figure: Figure, words: str = "") -> list[str]:
    """The panels of one figure, three in a row, with their legend and a caption that says what it shows."""
    keys = r"\quad ".join(rf"{_key(k, kind)} {spoken(name)}" for k, (name, kind) in enumerate(figure.keys))
    more = f" {figure.left_out} more layers are in the JSON results." if figure.left_out else ""
    bands = "Bands and bars: two standard errors on either side." if figure.banded else ""
    caption = " ".join(filter(None, (f"{spoken(sentence(figure.label))}.", spoken(words), bands + more)))
    return [
        r"\begin{figure}[!htb]\centering\footnotesize",
        *(tikz(panel, figure) + ("" if (k + 1) % 3 else r"\\[4pt]") for k, panel in enumerate(figure.panels)),
        rf"\par\smallskip {keys}",
        rf"\caption{{{caption}}}",
        r"\end{figure}",
    ]


def _key(colour: int, kind: Kind) -> str:
    if kind is Kind.POINTS:
        return rf"\tikz[baseline=-0.6ex]\fill[{COLOURS[colour % 4]}] (0,0) circle (1.3pt);"
    return rf"\tikz[baseline=-0.6ex]\draw[{_style(colour, kind)},thick] (0,0)--(0.6,0);"


def tikz(panel: Panel, figure: Figure) -> str:
    """One panel as a TikZ picture."""
    out = [r"\begin{tikzpicture}[baseline,every node/.style={font=\tiny}]"]
    out.append(rf"\path[use as bounding box] (-0.75,-0.55) rectangle ({WIDE + 0.15},{HIGH + 0.35});")
    out.append(rf"\node[anchor=south west] at (0,{HIGH}) {{{spoken(panel.title)}}};")
    for tick in panel.y_ticks:
        y = panel.up(tick) * HIGH
        out.append(
            rf"\draw[black!15] (0,{y:.3f})--({WIDE},{y:.3f}) node[black,left] at (0,{y:.3f}) {{${_tick(tick)}$}};"
        )
    for tick in panel.x_ticks:
        x = panel.across(tick) * WIDE
        out.append(rf"\draw ({x:.3f},0)--({x:.3f},-0.06) node[below] {{${_tick(tick)}$}};")
    out.append(rf"\node[below left] at ({WIDE},-0.22) {{{spoken(panel.x_name)}}};")
    out.append(r"\begin{scope}" + rf"\clip (-0.1,0) rectangle ({WIDE + 0.1},{HIGH});")
    out += [shape for line in panel.lines for shape in _shapes(panel, line, figure.names.index(line.name))]
    out.append(r"\end{scope}" + rf"\draw (0,0)--({WIDE},0);")
    out.append(r"\end{tikzpicture}")
    return "\n".join(out)


def _shapes(panel: Panel, line: Line, colour: int) -> list[str]:
    over, under, middle = ([_point(panel, x, v) for x, v in zip(line.x, vs, strict=True)] for vs in _levels(line))
    ink = COLOURS[colour % 4]
    if line.kind is Kind.POINTS:
        bars = [rf"\draw[{ink}] {low}--{high};" for low, high in zip(under, over, strict=True)]
        return [*bars, *(rf"\fill[{ink}] {point} circle (1.3pt);" for point in middle)]
    path, band = "--".join(middle), "--".join([*over, *reversed(under)])
    fill = rf"\fill[{ink},opacity=0.16] {band}--cycle;"
    curve = rf"\draw[{_style(colour, line.kind)}] {path};"
    return [curve] if line.low == line.high else [fill, curve]


def _levels(line: Line) -> tuple[tuple[float, ...], ...]:
    return line.high, line.low, line.y


def _point(panel: Panel, x: float, y: float) -> str:
    """A point of a band may lie far outside the frame, further than TeX can count: it is kept near it."""
    return f"({panel.across(x) * WIDE:.3f},{min(max(panel.up(y), -1.0), 2.0) * HIGH:.3f})"


def _style(colour: int, kind: Kind) -> str:
    return "black!60,dotted" if kind is Kind.GUIDE else f"{COLOURS[colour % 4]},{DASHES[colour % 4]}"


def _tick(value: float) -> str:
    mantissa, _, exponent = number(value).partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa

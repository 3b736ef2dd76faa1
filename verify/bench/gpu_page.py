"""`docs/gpu.md` out of the JSON that `benchmarks/on_gpu.py` writes: what was measured, on which device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verify.bench.table_rows import head, line

RULE_BATCH = 2**14  # near the largest of the sampling rule's own batches
HEADING = "# On a GPU"
NONE_SEEN = """**No GPU has been seen yet.** What follows is the CPU measured against itself: it shows that the script
runs, and what it measures, and nothing about any GPU. What stands for the device repeats the CPU."""
ABOUT = """`make cuda` measures on one GPU, in about four minutes, and writes this page and `docs/gpu.json`: the tests
that run on every device (`pytest -m device`), a run of two topics, residuals, the speed of the screen, and two pieces
of experiments. The same script runs with `--device cpu`.

What holds on a GPU as on a CPU: both sides are evaluated apart, a residual is measured in units of the derived rounding
bound, and what lies beyond is decided in balls. A batch is drawn on its device, by a generator that lives there, and
stays until it is counted; Python asks it for a dozen numbers, however many instances it holds, and for one more a step
where equations are solved (`tests/sampling/test_on_device.py`). Products of float32 are full: torch cuts them to
TensorFloat-32 in convolutions unless told, and every rule is run with the switches off. A seed names other instances
than on a CPU; networks of experiments are drawn on the CPU and are the same everywhere."""


def page(found: Mapping[str, Any]) -> str:
    """The page as Markdown, of the document that the script wrote."""
    parts = [HEADING, ABOUT, *([NONE_SEEN] if found["device"] == "cpu" else []), _where(found)]
    for title, rows in (
        ("## Tests and a run", _runs(found)),
        ("## Residuals in units of the derived bound", _residuals(found["residuals"])),
        ("## The screen", _screens(found)),
        ("## Pieces of experiments", _pieces(found["pieces"])),
    ):
        parts += [title, "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def _where(found: Mapping[str, Any]) -> str:
    versions = found["versions"]
    return (
        f"Measured on: {found['name']}, beside {found['cores']} CPU cores, torch {versions['torch']} with "
        f"{found['threads']} thread(s) on the CPU; {found['seconds']:.0f} s."
    )


def _runs(found: Mapping[str, Any]) -> Iterator[str]:
    yield from head("what", "outcome", "seconds")
    for run in found["runs"]:
        yield line(f"`{run['what']}`", run["outcome"], f"{run['seconds']:.0f}")


def _residuals(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield (
        "The worst of the same instances on the CPU and on the device: with products in full, and cut on purpose to "
        "TensorFloat-32. Cut, float32 is expected to leave its bound where matrices are multiplied, float64 to stay.\n"
    )
    yield from head("theorem", "dtype", "instances", "CPU", "device", "device, cut", "beyond, cut")
    for row in rows:
        residuals = (f"{row[key]:.2g}" for key in ("cpu", "device", "reduced"))
        yield line(f"`{row['theorem']}`", row["dtype"], f"{row['instances']:,}", *residuals, f"{row['beyond']:,}")


def _screens(found: Mapping[str, Any]) -> Iterator[str]:
    copy = found["copy"]
    yield (
        f"A copy from the device to itself reads and writes {copy / 1e9:,.0f} GB/s. Bytes are those that the screen's "
        "operations read and write, counted operation by operation; the goal is half of the copy.\n"
    )
    yield from head("claim", "dtype", "batch", "drawn and screened /s", "screened /s", "GB/s", "of the copy")
    for row in _best(found["screens"]):
        moved = row["screened"] * row["moved"]
        speeds = (f"{row[key]:,.0f}" for key in ("drawn", "screened"))
        yield line(
            row["claim"], row["dtype"], f"{row['batch']:,}", *speeds, f"{moved / 1e9:,.1f}", f"{moved / copy:.2f}"
        )
    yield ""
    for room in found["rooms"]:
        end = (
            f"; {room['refused']:,} did not fit and were halved" if room["refused"] else ", the largest that was tried"
        )
        yield f"* Largest batch, {room['claim']}: {room['largest']:,} instances{end}."


def _best(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Of each claim and dtype: the batch of about the rule's size, and the one that is screened fastest."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["claim"], row["dtype"]), []).append(row)
    for group in groups.values():
        usual = min(group, key=lambda row: abs(row["batch"] - RULE_BATCH))
        fastest = max(group, key=lambda row: row["screened"])
        yield usual
        if fastest is not usual:
            yield fastest


def _pieces(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from head("what", "device, s", "CPU, s", "CPU / device")
    for row in rows:
        yield line(row["name"], f"{row['device']:.3g}", f"{row['cpu']:.3g}", f"{row['cpu'] / row['device']:.2f}")

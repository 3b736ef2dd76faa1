"""Normalisation layers over whole matrices of data, stated as they are: samples in rows, features in columns."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from verify.command.cli import cli

ROWS = "rsqrt(((X C) o (X C)) 1/d + eps 1)"  # of layer norm: one over the deviation of each sample
COLUMNS = "rsqrt(((C X) o (C X))'1/m + eps 1)"  # of batch norm: of each feature
OVER_ROWS, OVER_COLUMNS = f"Diag({ROWS}) X C", f"C X Diag({COLUMNS})"
WHAT = "X, A: m x d; C: symmetric; eps: positive; g: d; W: d x n; B: m x n"
TRUE = {
    "layer norm, in the inputs": f"grad(tr(A'{OVER_ROWS}), X) = (Diag({ROWS}) A - "
    f"Diag({ROWS} o {ROWS} o {ROWS} o ((A o (X C)) 1)) X C/d) C",
    "layer norm, in the weights behind it": f"grad(tr(B'{OVER_ROWS} W), W) = C X'Diag({ROWS}) B",
    "layer norm, in the gains": f"grad(tr(A'{OVER_ROWS} Diag(g)), g) = (A o ({OVER_ROWS}))'1",
    "batch norm, in the inputs": f"grad(tr(A'{OVER_COLUMNS}), X) = C (A Diag({COLUMNS}) - "
    f"C X Diag({COLUMNS} o {COLUMNS} o {COLUMNS} o ((A o (C X))'1))/m)",
    "batch norm, in the gains": f"grad(tr(A'{OVER_COLUMNS} Diag(g)), g) = (A o ({OVER_COLUMNS}))'1",
    "batch norm, in the weights in front of it": "grad(tr(B'C Y W Diag(rsqrt(((C Y W) o (C Y W))'1/m + eps 1))), W) = "
    "Y'C (B Diag(rsqrt(((C Y W) o (C Y W))'1/m + eps 1)) - C Y W Diag(rsqrt(((C Y W) o (C Y W))'1/m + eps 1) o "
    "rsqrt(((C Y W) o (C Y W))'1/m + eps 1) o rsqrt(((C Y W) o (C Y W))'1/m + eps 1) o ((B o (C Y W))'1))/m)",
    "the squares of a normalised row": f"(({OVER_ROWS}) o ({OVER_ROWS})) 1 = {ROWS} o {ROWS} o (((X C) o (X C)) 1)",
}
FALSE = {
    "layer norm, the path through the deviation left out": f"grad(tr(A'{OVER_ROWS}), X) = Diag({ROWS}) A C",
    "batch norm, the path through the deviation with the wrong sign": f"grad(tr(A'{OVER_COLUMNS}), X) = "
    f"C (A Diag({COLUMNS}) + C X Diag({COLUMNS} o {COLUMNS} o {COLUMNS} o ((A o (C X))'1))/m)",
    "the rows have length 1": f"(({OVER_ROWS}) o ({OVER_ROWS})) 1 = 1",
}


def check(statement: str, what: str = WHAT) -> str:
    return CliRunner().invoke(cli, ["check", statement, "--let", what]).output


@pytest.mark.parametrize("name", TRUE)
def test_it_is_derived_from_the_statement_alone(name: str) -> None:
    assert "\nproved " in check(TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_what_is_not_so_is_refuted(name: str) -> None:
    assert "\nrefuted " in check(FALSE[name])

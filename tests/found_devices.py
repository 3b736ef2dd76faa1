"""The devices that torch finds here. Tests marked `device` run on each; `make cuda` runs them all on a GPU."""

from __future__ import annotations

import torch

DEVICES = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]

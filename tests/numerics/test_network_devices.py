"""The stacks and the estimators on a fake device, where mixing it with the CPU is an error; in a process of its own."""

import subprocess
import sys
from pathlib import Path

import files

PROGRAM = """
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

_setup_privateuseone_for_python_backend("npy")
from numerics import networks
from numerics.estimators import log_means
from numerics.experiments import insertion, trainability
from numerics.networks import Draws, Stack, first_layer_gradients, layer_gradients

checked = []


def look(values, segment):  # a fake tensor has no value to test
    assert values.device.type == "npy", values.device
    checked.append(segment)


networks._require_finite = look
with FakeTensorMode():
    try:
        torch.ones(3).to("npy") + torch.ones(3)
    except Exception as error:
        assert "Mismatch" in type(error).__name__, error
    else:
        raise AssertionError("the fake device does not notice mixing")
    for side in (0, 3):
        for residual in (False, True):
            for memory in (1, networks.MEMORY):
                stack = Stack("gelu", 6, 5, residual, side)
                generators = [torch.Generator().manual_seed(i) for i in range(3)]
                found = first_layer_gradients(stack, generators, [2, 20], device="npy", memory=memory)
                assert found.device.type == "npy" and found.shape == (3, 2)
                assert layer_gradients(stack, generators, 3, device="npy", memory=memory).shape == (3, 3)
                assert log_means(found).device.type == "npy"
    stack = Stack("relu", 6, 5)
    draws = Draws(stack, (torch.Generator().manual_seed(0),), torch.float64, "npy")
    entry, readout, weights = draws.activations(), draws.readout(), draws.weights(4)
    out, norms = insertion._pass(stack, weights, entry, further=2)
    assert all(g.device.type == "npy" for pair in insertion._gradients(out, norms, readout) for g in pair)
    settings = trainability.Training("relu", 6, 5, 2, True, 0.1, 10, 3, device="npy")
    parameters = [p.requires_grad_() for p in trainability._initial(settings, trainability._generators(settings))]
    images, labels = torch.ones(3, 5, 64).to("npy"), torch.ones(3, 5, dtype=torch.int64).to("npy")
    assert trainability._step(stack, parameters, images, labels, 0.1).device.type == "npy"
assert checked
print("clean")
"""


def test_networks_stay_on_their_device() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        cwd=root,
        env={"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", "PATH": ""},
        timeout=files.HANG,
    )
    assert done.stdout.strip() == "clean", done.stderr[-3000:]

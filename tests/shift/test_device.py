"""A measured step of each network on a fake device, where mixing it with the CPU is an error; in its own process."""

import subprocess
import sys
from pathlib import Path

import files

PROGRAM = """
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

_setup_privateuseone_for_python_backend("npy")
from numerics.shift import correlation
from numerics.shift.four_networks import deep_linear, vgg

def placed(network):
    # Module.to swaps the contents of parameters, which fake tensors do not allow
    for module in network.modules():
        for name, parameter in module.named_parameters(recurse=False):
            module._parameters[name] = torch.nn.Parameter(parameter.detach().to("npy"))
    return network


with FakeTensorMode():
    for normalisation in ("none", "batch", "noisy"):
        for make, x, loss in (
            (lambda n: deep_linear(n, 1, depth=4), torch.ones(20, 10), lambda out: out.square().sum()),
            (lambda n: vgg("vgg8x8", n, 1, channels=1), torch.ones(6, 1, 8, 8), lambda out: out.square().sum()),
        ):
            network, ahead = placed(make(normalisation)), placed(make(normalisation))
            x = x.to("npy")
            value, found = correlation.gradients(network, x, loss)
            correlation.step_ahead(network, ahead, found, 0.1)
            old = correlation.weight_gradients(network, found)
            moved = correlation.moved_gradients(network, ahead, x, loss, old[0])
            for tensor in (value, *found, *moved):
                assert tensor.device.type == "npy", (normalisation, tensor.device)
            shift = correlation.shift(old, moved)
            assert shift.cosine.device.type == "npy"
print("clean")
"""


def test_a_measured_step_stays_on_its_device() -> None:
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

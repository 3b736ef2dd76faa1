"""All numerics on a fake device, where mixing it with the CPU is an error; in a process of its own."""

import subprocess
import sys
from pathlib import Path

import files

PROGRAM = """
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

_setup_privateuseone_for_python_backend("npy")
from random import Random
from sampling.claims import TRUE
from theory.terms.rewrite import unfold
from theory.definitions.bn_unit import CENTRED, SECOND_MOMENT, SPECTRUM_ABOVE, LIPSCHITZ
from verify.floating import building
from verify.floating.building import build, counts_of, errors_of
from verify.floating.ensembling import draw_ensemble
from verify.floating.screen import least_bound
from verify.floating.needs import read
from verify.floating.tolerance import analyse, as_double
from verify.floating.torch_compile import compile_term
from verify.floating.torch_run import run_slots

# the fake device has no generator of its own, and fake tensors no values: any serves
building.generator_on = lambda device, seed: torch.Generator().manual_seed(seed)
with FakeTensorMode():
    try:
        torch.ones(3).to("npy") + torch.ones(3)
    except Exception as error:
        assert "Mismatch" in type(error).__name__, error
    else:
        raise AssertionError("the fake device does not notice mixing")
    for name, claim in TRUE.items():
        setting = read(claim, (CENTRED, SECOND_MOMENT, SPECTRUM_ABOVE, LIPSCHITZ))
        programs = [(compile_term(side), compile_term(unfold(side), "symbols")) for side in (claim.left, claim.right)]
        for index in range(10):
            ensemble = draw_ensemble(setting, Random(index), index)
            built = build(setting, ensemble, 16, torch.float32, "npy", again=False)  # which rows fail asks for values
            for change in building.changes(setting):
                dice = {s.name: torch.rand(16, building.DICE, device="npy") for s, _ in setting.solved}
                changed = building._changed(built, [change, change], dice)
                assert changed.satisfied.device.type == "npy", (name, changed)
            for program, symbols in programs:
                slots = run_slots(program, built.inputs)
                least = least_bound(program, slots, built.inputs, counts_of(setting, built.inputs))
                bound = analyse(symbols, as_double(built.inputs), errors_of(setting, built.inputs), torch.float32)
                for tensor in (built.satisfied, slots[program.result], least, *bound):
                    assert tensor.device.type == "npy", (name, tensor.device)
print("clean")
"""


def test_numerics_stay_on_their_device() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        cwd=root,
        env={"PYTHONPATH": f"{root}:{root / 'tests'}", "OMP_NUM_THREADS": "1", "PATH": ""},
        timeout=files.HANG,
    )
    assert done.stdout.strip() == "clean", done.stderr[-3000:]

"""CIFAR-10 from a folder: both formats, generated here, and everything that can be wrong with them."""

import hashlib
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from numerics.experiments.cells import Checkpoint
from numerics.shift import cifar, data, training
from numerics.shift.cifar import DataError

NAMES = list(cifar.PUBLISHED)


def batch(index: int) -> tuple[np.ndarray, list[int]]:
    random = np.random.default_rng(index)
    return random.integers(0, 256, (10_000, 3072), dtype=np.uint8), random.integers(0, 10, 10_000).tolist()


def write_binary(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for index, name in enumerate(NAMES):
        pixels, labels = batch(index)
        (folder / f"{name}.bin").write_bytes(np.column_stack([np.array(labels, np.uint8), pixels]).tobytes())
    return folder


def python2_pickle(pixels: np.ndarray, labels: list[int]) -> bytes:
    """{"data": array, "labels": list} as Python 2 and its numpy pickled them, which is what the real files are."""

    def text(value: bytes) -> bytes:
        return b"U" + bytes([len(value)]) + value

    def number(value: int) -> bytes:
        return b"M" + struct.pack("<H", value)

    build = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + text(b"b") + b"\x87R"
    dtype = b"cnumpy\ndtype\n" + text(b"u1") + b"K\x00K\x01\x87R(K\x03" + text(b"|") + b"NNN"
    dtype += b"J\xff\xff\xff\xff" * 2 + b"K\x00tb"
    shape = number(pixels.shape[0]) + number(pixels.shape[1]) + b"\x86"
    raw = pixels.tobytes()
    array = build + b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<i", len(raw)) + raw + b"tb"
    listed = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\x02}(" + text(b"data") + array + text(b"labels") + listed + b"u."


def write_python(folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True)
    for index, name in enumerate(NAMES):
        (folder / name).write_bytes(python2_pickle(*batch(index)))
    return {name: hashlib.md5((folder / name).read_bytes()).hexdigest() for name in NAMES}


def with_first(folder: Path, content: bytes, suffix: str = "") -> Path:
    """A folder whose first batch is this; the others are there and are not reached."""
    folder.mkdir(parents=True)
    for name in NAMES:
        (folder / f"{name}{suffix}").write_bytes(content if name == NAMES[0] else b"")
    return folder


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_binary(tmp_path_factory.mktemp("cifar") / "cifar-10-batches-bin")


def test_the_binary_version_is_read_and_named(binary: Path) -> None:
    name = cifar.named(binary.parent)
    assert name.startswith(f"cifar10:{binary}#")
    assert cifar.folder_of(name) == binary
    images = data.images(name)
    assert images.pixels.shape == (50_000, 3, 32, 32)
    pixels, labels = batch(1)
    assert torch.equal(images.pixels[10_003].flatten(), torch.from_numpy(pixels[3]))
    assert images.labels[10_003] == labels[3]
    x, y = images.batch(torch.arange(100), torch.float32, "cpu")
    assert x.shape == (100, 3, 32, 32)
    assert float(x.mean()) == pytest.approx(0, abs=0.02)
    assert float(x.std()) == pytest.approx(1, abs=0.02)
    assert y.tolist() == batch(0)[1][:100]


def test_the_python_version_holds_the_same_images(binary: Path, tmp_path: Path) -> None:
    published = write_python(tmp_path / "cifar-10-batches-py")
    assert cifar.named(tmp_path, published).startswith(f"cifar10:{tmp_path}")
    (pixels, labels), (same, those) = cifar.read(tmp_path), cifar.read(binary)
    assert torch.equal(pixels, same)
    assert torch.equal(labels, those)
    with pytest.raises(DataError, match="the published MD5 sum c99cafc1"):
        cifar.named(tmp_path)


def test_a_pickle_runs_no_code(tmp_path: Path) -> None:
    class Wicked:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "touched",))

    folder = with_first(tmp_path / "py", pickle.dumps({b"data": Wicked(), b"labels": []}))
    with pytest.raises(DataError, match="has no place in image data"):
        cifar.read(folder)
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (python2_pickle(np.zeros((9, 3072), np.uint8), [1] * 9), "10000 images of 3072 bytes"),
        (pickle.dumps({"labels": []}), "a pickle of pixels and labels, got KeyError"),
        (python2_pickle(np.zeros((9, 3072), np.uint8), [1] * 9)[:500], "a pickle of pixels and labels"),
        (b"", "a pickle of pixels and labels"),
    ],
)
def test_other_contents_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        cifar.read(with_first(tmp_path / "py", content))


def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing there"):
        cifar.named(tmp_path / "none")
    with pytest.raises(DataError, match="neither data_batch_1 nor"):
        cifar.named(tmp_path)
    (tmp_path / "data_batch_1.bin").write_bytes(b"\0" * 10)
    with pytest.raises(DataError, match=r"no data_batch_2\.bin, data_batch_3\.bin"):
        cifar.named(tmp_path)
    for name in NAMES:
        (tmp_path / f"{name}.bin").write_bytes(b"\0" * 10)
    with pytest.raises(DataError, match="30,730,000 bytes, got 10"):
        cifar.named(tmp_path)


def test_labels_beyond_nine_are_refused(binary: Path, tmp_path: Path) -> None:
    content = (binary / "data_batch_1.bin").read_bytes()
    with pytest.raises(DataError, match="labels from 0 to 9, got 0 to 11"):
        cifar.named(with_first(tmp_path / "bin", b"\x0b" + content[1:], ".bin"))


def test_the_name_changes_with_the_content(binary: Path, tmp_path: Path) -> None:
    for name in NAMES[1:]:
        (tmp_path / f"{name}.bin").symlink_to(binary / f"{name}.bin")
    content = (binary / "data_batch_1.bin").read_bytes()
    (tmp_path / "data_batch_1.bin").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert cifar.named(tmp_path).rpartition("#")[2] != cifar.named(binary).rpartition("#")[2]


@pytest.mark.parametrize("name", ["mnist", "cifar"])
def test_unknown_images_are_named(name: str) -> None:
    with pytest.raises(ValueError, match="digits, digits32 or cifar10:DIR"):
        data.images(name)


def test_digits_are_real_and_enlarged() -> None:
    small, large = data.images("digits"), data.images("digits32")
    assert small.pixels.shape == (1797, 1, 8, 8)
    assert large.pixels.shape == (1797, 1, 32, 32)
    assert torch.equal(small.labels, large.labels)
    assert sorted(set(small.labels.tolist())) == list(range(10))


@pytest.mark.parametrize("normalisation", ["none", "noisy"])
def test_the_large_network_trains_on_it(normalisation: str, binary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SHOWN", 8)
    settings = training.Training("vgg11", normalisation, cifar.named(binary), "cross entropy", 0.01, 2, 1, 4, 3)
    seen = training.train(settings, Checkpoint(None))
    assert (seen["diverged"], seen["layers"], len(seen["cosine"])) == (-1, 9, 2)
    assert seen["cosine"][0][0] == pytest.approx(1)
    assert min(seen["difference"][0][1:]) > 0

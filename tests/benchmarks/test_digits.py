from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.scripts import ROOT, scripts_of

BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture(autouse=True)
def _folder_of_scripts():
    with scripts_of("benchmarks", "digits", "digits_training", "figures"):
        yield


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """Tiles of one grey each, the same number as their label, in a file laid out as the real one."""
    labels = (np.arange(64) % 10).astype(np.uint8)
    tiles = np.broadcast_to((25 * labels + 10)[:, None, None], (64, 28, 28)).astype(np.uint8)
    file = tmp_path / "mnist.npz"
    np.savez(file, x_train=tiles, y_train=labels, x_test=tiles[:32], y_test=labels[:32])
    return file


def test_the_box_is_where_the_tile_was_pasted():
    from digits import pasted

    tiles = np.random.default_rng(0).integers(1, 256, (3, 28, 28), np.uint8)
    squares, boxes = pasted(tiles, np.array([0, 47, 5]), np.array([0, 47, 30]))
    assert squares.shape == (3, 75, 75, 1)
    for tile, square, (x, y, width, height) in zip(tiles, squares[..., 0], boxes * 75, strict=True):
        assert (width, height) == (28, 28)
        left, top = round(x - 14), round(y - 14)
        assert np.array_equal(square[top : top + 28, left : left + 28], tile)
        assert (square > 0).sum() == tile.size


def test_every_epoch_has_new_places_and_the_same_ones_again_by_seed(mnist: Path):
    from digits import DigitBatches, read_digits

    digits, tests = read_digits(mnist)

    def batch(seed: int, epoch: int, index: int = 0) -> np.ndarray:
        batches = DigitBatches(digits, cells=True, batch_size=16, training=True, seed=seed, steps=3)
        batches.epoch = epoch
        return batches[index][1]["box"]

    assert np.array_equal(batch(0, 0), batch(0, 0))
    assert not np.array_equal(batch(0, 0), batch(0, 1))
    assert not np.array_equal(batch(0, 0), batch(1, 0))
    assert not np.array_equal(batch(0, 0), batch(0, 0, 1))
    judged = DigitBatches(tests, cells=False, batch_size=32)
    first = judged[0][1]["box"]
    judged.on_epoch_end()
    assert np.array_equal(first, judged[0][1]["box"])


def test_targets_are_those_the_localizer_is_compiled_for(mnist: Path):
    from digits import DigitBatches, read_digits

    digits, _ = read_digits(mnist)
    squares, targets, weights = DigitBatches(digits, cells=True, batch_size=8, training=True, steps=1)[0]
    assert targets["cells"].shape == (8, 15)
    assert np.array_equal(targets["cells"][:, 1:5], targets["box"])
    assert np.array_equal(targets["cells"][:, 5:], targets["class"])
    assert set(weights) == set(targets)
    assert np.array_equal((squares.max(axis=(1, 2, 3)) - 10) // 25, targets["class"].argmax(axis=1))


@pytest.mark.training
@pytest.mark.parametrize(
    ("script", "options", "names"),
    [
        (
            "digits_localization.py",
            ["--epochs", "1"],
            {
                "class_accuracy", "mean_iou", "iou60", "iou90",
                "seconds_ratio_to_lab", "seconds_to_lab_quality_ratio", "data_wait_share",
            },
        ),
        ("notebook.py", ["--epochs", "1"], {"seconds_ratio", "data_wait_share"}),
    ],
)  # fmt: skip
def test_the_short_form_prints_each_figure(
    script: str,
    options: list[str],
    names: set[str],
    mnist: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    out = mnist.with_name("figures.json")
    command = [script, "--mnist", str(mnist), "--steps", "3", "--batch", "8", "--json", str(out), *options]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(BENCHMARKS / script), run_name="__main__")
    assert ended.value.code == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {figure["name"] for figure in printed} == names
    assert printed == json.loads(out.read_text(encoding="utf-8"))
    ratios = [figure["value"] for figure in printed if figure["name"].startswith("seconds_ratio")]
    assert ratios
    assert all(ratio > 0 for ratio in ratios)

"""All images asked about, by LiteRT and by Keras, to the end or not."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.runs import predict_all
from desktop_app.runs.predict_all import PredictAll, load_stored
from tests.helpers.pretended_keras import use_pretended_keras
from tests.helpers.pretended_models import SEEN, finished_run, use_pretended_predictor, write_bright_pictures
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder
from training.run.settings import ClassEntry

SCORES = {"a.png": 0.9, "b.png": 0.005, "c.png": 0.5}
PATIENCE_MS = 20_000


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    write_bright_pictures(tmp_path / "photos", SCORES)
    return finished_run(tmp_path / "photos")


def finished(qtbot: QtBot, work: PredictAll):
    """The table and the sentence it ends with."""
    with qtbot.waitSignal(work.ended, timeout=PATIENCE_MS) as ended:
        work.start()
    work.shut_down()
    return ended.args[1], ended.args[2]


def asked(run: RunFolder, images=tuple(SCORES)) -> PredictAll:
    return PredictAll(run, run.path.parent.parent, images)


def test_every_box_of_any_use_is_stored_and_read_again(qtbot: QtBot, run: RunFolder, monkeypatch):
    use_pretended_predictor(monkeypatch)
    (run.path.parent.parent / "bad.png").write_bytes(b"no picture")
    table, sentence = finished(qtbot, asked(run, (*SCORES, "bad.png", "gone.png")))
    assert sentence == "Predicted 3 images; images that can't be read: 2"
    assert table.images == ("a.png", "b.png", "c.png")
    assert table.image.tolist() == [0, 2], "a score of 0.005 is of no use to anybody"
    assert table.corners[0].tolist() == list(SEEN)
    stored = load_stored(run, set(SCORES))
    assert stored is not None
    assert stored.score.tolist() == table.score.tolist()
    assert stored.images == table.images


def test_a_model_that_can_not_be_used_is_told(qtbot: QtBot, run: RunFolder):
    table, sentence = finished(qtbot, asked(run))
    assert table is None
    assert "best.tflite: expected a LiteRT model" in sentence
    assert not run.proposals_file.exists()


def test_what_a_newer_model_would_say_otherwise_is_not_read(qtbot: QtBot, run: RunFolder, monkeypatch):
    use_pretended_predictor(monkeypatch)
    finished(qtbot, asked(run))
    later = run.proposals_file.stat().st_mtime + 1
    os.utime(run.litert_model, (later, later))
    assert load_stored(run, set(SCORES)) is not None, "copies have any times"
    ModelCard.read(run.model_card).at_epoch(9).write_into(run.best_model)
    assert load_stored(run, set(SCORES)) is None, "it is being resumed, and has learnt"
    run.best_model.unlink()
    ModelCard.read(run.model_card).at_epoch(9).write(run.model_card)
    assert load_stored(run, set(SCORES)) is None


def test_what_can_not_be_stored_is_shown_all_the_same(qtbot: QtBot, run: RunFolder, monkeypatch):
    use_pretended_predictor(monkeypatch)
    run.proposals_file.mkdir()  # nothing can take its place
    table, sentence = finished(qtbot, asked(run))
    assert table.images == tuple(SCORES)
    assert sentence.startswith("Predicted 3 images; they could not be stored: ")


def test_a_disk_that_is_full_in_the_middle_does_not_lose_the_rest(qtbot: QtBot, run: RunFolder, monkeypatch):
    def write_one(path, seen, epoch):
        next(seen)
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    use_pretended_predictor(monkeypatch)
    monkeypatch.setattr(predict_all, "write_predictions", write_one)
    table, sentence = finished(qtbot, asked(run))
    assert table.images == tuple(SCORES)
    assert "No space left on device" in sentence


@pytest.fixture
def without_litert(run: RunFolder) -> RunFolder:
    run.litert_model.unlink()
    settings = replace(run.settings(), classes=(ClassEntry(1, "cup"), ClassEntry(2, "fork")))
    ModelCard.of(settings, presence=True, epoch=3).write_into(run.best_model)
    run.model_card.unlink()
    return run


def test_keras_answers_where_there_is_no_litert_and_that_is_said(qtbot: QtBot, without_litert: RunFolder, monkeypatch):
    use_pretended_keras(monkeypatch, "answer")
    table, sentence = finished(qtbot, asked(without_litert))
    assert sentence.startswith("Predicted 3 images. Keras answers, which takes longer: ")
    assert table.images == tuple(SCORES)
    np.testing.assert_allclose(table.corners[0], SEEN, atol=1e-3)
    stored = load_stored(without_litert, set(SCORES))
    assert stored is not None
    assert stored.corners.tolist() == table.corners.tolist()


def test_the_reason_of_the_process_is_told(qtbot: QtBot, without_litert: RunFolder, monkeypatch):
    use_pretended_keras(monkeypatch, "cannot_load")
    table, sentence = finished(qtbot, asked(without_litert))
    assert table is None
    assert sentence.endswith("it is no model")


def test_cancelling_ends_the_process(qtbot: QtBot, without_litert: RunFolder, monkeypatch):
    use_pretended_keras(monkeypatch, "hang")
    work = asked(without_litert)
    with qtbot.waitSignal(work.ended, timeout=PATIENCE_MS) as ended:
        work.start()
        qtbot.waitUntil(lambda: getattr(work._predictor, "process_id", None) is not None, timeout=PATIENCE_MS)
        work.cancel()
    work.shut_down()
    assert ended.args[1:] == [None, "Cancelled after 0 images"]
    assert not without_litert.proposals_file.exists()

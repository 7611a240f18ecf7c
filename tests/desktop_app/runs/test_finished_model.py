from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject

from desktop_app.runs.finished_model import FinishedModel
from tests.helpers.pictures import NO_IMAGE, write_pictures
from tests.helpers.pretended_keras import only_for_keras, use_pretended_keras
from training.dataset.box import Rectangle
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox
from training.run.run_folder import RunFolder

PATIENCE_MS = 20_000


class PretendedPredictor:
    """Answers with a box as wide as the picture, when it may."""

    may_answer = threading.Event()
    is_asked = threading.Event()
    note = ""

    def __init__(self, run) -> None:
        self.run = run

    def answer(self, pixels, boxes, _min_score):
        self.is_asked.set()
        self.may_answer.wait(10)
        seen = PredictedBox(0, 0, pixels.shape[1], 10, "cup", 3, 0.8)
        return Answer((seen,), tuple(ClassAnswer((ClassScore("cup", 3, 0.8),), box) for box in boxes))

    def close(self) -> None:
        """Nobody waits for it, and yet it says its last word."""


class Heard(QObject):
    def __init__(self, model: FinishedModel) -> None:
        super().__init__(model)
        self.images: list[str] = []
        self.problems: list[str] = []
        self.notes: list[str] = []
        model.noted.connect(self._on_noted)
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)

    def _on_answered(self, image: str) -> None:
        self.images.append(image)

    def _on_failed(self, problem: str) -> None:
        self.problems.append(problem)

    def _on_noted(self, note: str) -> None:
        self.notes.append(note)


@pytest.fixture
def model(qtbot, tmp_path):
    made = FinishedModel(RunFolder(tmp_path / "run"))
    yield made
    PretendedPredictor.may_answer.set()
    made.shut_down()
    made.deleteLater()


@pytest.fixture
def predictor(monkeypatch, tmp_path):
    PretendedPredictor.may_answer.set()
    monkeypatch.setattr("training.run.answers.open_quick.LiteRTPredictor", PretendedPredictor)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "best.tflite").write_bytes(b"pretended")
    return PretendedPredictor


def test_it_answers_about_the_upright_picture(qtbot, model, predictor, tmp_path):
    write_pictures(tmp_path, ["a.png"], 120, 80)
    heard = Heard(model)
    assert not model.has_answer_for("a.png")
    model.ask("a.png", tmp_path / "a.png")
    qtbot.waitUntil(lambda: heard.images == ["a.png"], timeout=PATIENCE_MS)
    assert model.answer_for("a.png").boxes[0].xmax == 120


def test_a_classifier_is_asked_about_the_drawn_boxes(qtbot, model, predictor, tmp_path):
    write_pictures(tmp_path, ["a.png"])
    heard = Heard(model)
    model.ask("a.png", tmp_path / "a.png", (Rectangle(1, 2, 30, 40),))
    qtbot.waitUntil(lambda: heard.images == ["a.png"], timeout=PATIENCE_MS)
    assert [answer.box for answer in model.answer_for("a.png").answers] == [Rectangle(1, 2, 30, 40)]


def test_an_image_that_was_left_meanwhile_is_not_answered(qtbot, model, predictor, tmp_path):
    names = write_pictures(tmp_path, ["a.png", "b.png", "c.png"])
    heard = Heard(model)
    predictor.may_answer.clear()
    for name in names:
        model.ask(name, tmp_path / name)
    predictor.may_answer.set()
    qtbot.waitUntil(lambda: "c.png" in heard.images, timeout=PATIENCE_MS)
    assert heard.images == ["c.png"]


def test_a_file_that_is_no_picture_has_no_answer_and_the_next_one_has(qtbot, model, predictor, tmp_path):
    (tmp_path / "bad.png").write_bytes(NO_IMAGE)
    write_pictures(tmp_path, ["a.png"])
    heard = Heard(model)
    model.ask("bad.png", tmp_path / "bad.png")
    model.ask("a.png", tmp_path / "a.png")
    qtbot.waitUntil(lambda: heard.images == ["a.png"], timeout=PATIENCE_MS)
    assert not model.has_answer_for("bad.png")
    assert heard.problems == []


def test_a_run_without_a_model_says_so(qtbot, model, tmp_path):
    write_pictures(tmp_path, ["a.png"])
    heard = Heard(model)
    model.ask("a.png", tmp_path / "a.png")
    qtbot.waitUntil(lambda: bool(heard.problems), timeout=PATIENCE_MS)
    assert "best.keras: expected a trained model, but there is no such file" in heard.problems[0]


def test_keras_answers_where_there_is_no_litert_and_that_is_noted_once(qtbot, tmp_path, monkeypatch):
    use_pretended_keras(monkeypatch, "answer")
    model = FinishedModel(only_for_keras(tmp_path))
    heard = Heard(model)
    for name in write_pictures(tmp_path, ["a.png", "b.png"]):
        model.ask(name, tmp_path / name)
        qtbot.waitUntil(lambda name=name: name in heard.images, timeout=PATIENCE_MS)
    assert (len(heard.notes), heard.problems) == (1, [])
    assert heard.notes[0].startswith("Keras answers, which takes longer")
    model.shut_down()
    model.deleteLater()


def test_nobody_waits_for_keras_that_loads(qtbot, tmp_path, monkeypatch):
    use_pretended_keras(monkeypatch, "hang")
    write_pictures(tmp_path, ["a.png"])
    model = FinishedModel(only_for_keras(tmp_path))
    heard = Heard(model)
    model.ask("a.png", tmp_path / "a.png")
    qtbot.waitUntil(lambda: model._answerer._predictor is not None, timeout=PATIENCE_MS)
    with qtbot.waitSignal(model.gone, timeout=PATIENCE_MS):
        model.let_go()
    assert (heard.images, heard.problems) == ([], [])


def test_nobody_waits_for_one_that_is_let_go_and_it_goes_by_itself(qtbot, predictor, tmp_path):
    write_pictures(tmp_path, ["a.png"])
    model = FinishedModel(RunFolder(tmp_path / "run"))
    heard = Heard(model)
    predictor.may_answer.clear()
    predictor.is_asked.clear()
    model.ask("a.png", tmp_path / "a.png")
    assert predictor.is_asked.wait(PATIENCE_MS / 1000)
    model.let_go()
    with qtbot.assertNotEmitted(model.gone, wait=50):
        pass
    with qtbot.waitSignals([model.gone, model.destroyed], timeout=PATIENCE_MS):
        predictor.may_answer.set()
    assert heard.images == []

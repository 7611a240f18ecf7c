from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject

from desktop_app.runs.finished_model import FinishedModel
from tests.helpers.pictures import NO_IMAGE, write_pictures
from training.dataset.box import Rectangle
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox
from training.run.run_folder import RunFolder

PATIENCE_MS = 20_000


class PretendedPredictor:
    """Answers with a box as wide as the picture, when it may."""

    may_answer = threading.Event()
    is_asked = threading.Event()

    def __init__(self, run) -> None:
        self.run = run

    def answer(self, pixels, boxes, _min_score):
        self.is_asked.set()
        self.may_answer.wait(10)
        seen = PredictedBox(0, 0, pixels.shape[1], 10, "cup", 3, 0.8)
        return Answer((seen,), tuple(ClassAnswer((ClassScore("cup", 3, 0.8),), box) for box in boxes))


class Heard(QObject):
    def __init__(self, model: FinishedModel) -> None:
        super().__init__(model)
        self.images: list[str] = []
        self.problems: list[str] = []
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)

    def _on_answered(self, image: str) -> None:
        self.images.append(image)

    def _on_failed(self, problem: str) -> None:
        self.problems.append(problem)


@pytest.fixture
def model(qtbot, tmp_path):
    made = FinishedModel(RunFolder(tmp_path / "run"))
    yield made
    PretendedPredictor.may_answer.set()
    made.shut_down()
    made.deleteLater()


@pytest.fixture
def predictor(monkeypatch):
    PretendedPredictor.may_answer.set()
    monkeypatch.setattr("training.run.answers.litert_predictor.LiteRTPredictor", PretendedPredictor)
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
    assert "model.json" in heard.problems[0]


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

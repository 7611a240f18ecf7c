"""What a classifier says about drawn boxes and whole images: what is open, and what accepting it changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from desktop_app.document.folder_classes import FolderClasses
from desktop_app.document.subjects import Subject, whole_image_box
from tests.helpers.documents import PATIENCE_MS, open_document
from tests.helpers.pictures import write_pictures
from training.dataset.box import Rectangle
from training.run.answers.prediction import ClassAnswer, ClassScore, PredictedBox

CUP, FORK = 1, 2
FIRST, SECOND = (10, 10, 30, 30), (40, 10, 60, 30)


@pytest.fixture
def document(qtbot: QtBot, tmp_path: Path) -> Iterator[Document]:
    """Three pictures, the classes cup and fork, and two boxes of cups in the first one."""
    write_pictures(tmp_path / "photos", ["a.png", "cups/b.png", "forks/c.png", "forks/d.png"], 96, 64)
    with open_document(qtbot, tmp_path / "photos") as opened:
        for name in ("cup", "fork"):
            ClassEdits(opened).add(name)
        opened.set_active_class(CUP)
        for corners in (FIRST, SECOND):
            Edits(opened).add_box(Rectangle(*corners))
        opened.undo_stack.clear()
        opened.proposals.set_run("run")
        yield opened


@pytest.fixture
def edits(document: Document) -> Edits:
    return Edits(document)


def seen(corners: tuple[float, ...], class_id: int, score: float = 0.9) -> PredictedBox:
    return PredictedBox(*corners, label="?", class_id=class_id, score=score)


def classes_of(document: Document) -> list[int]:
    return [box.class_id for box in document.current_record.boxes]


def test_only_a_box_that_is_seen_otherwise_is_open_and_accepting_changes_its_class(document: Document, edits: Edits):
    document.proposals.set_subject(Subject.DRAWN_BOXES)
    document.proposals.tell("a.png", [seen(FIRST, CUP), seen(SECOND, FORK)])
    assert [box.corners for box in document.proposals.open_in("a.png")] == [SECOND]
    assert not edits.proposals.accept_chosen(), "nothing is chosen"
    assert edits.proposals.step(1)
    assert edits.proposals.accept_chosen()
    assert classes_of(document) == [CUP, FORK]
    assert [box.corners for box in document.current_record.boxes] == [FIRST, SECOND]
    assert document.proposals.open_in("a.png") == []
    document.undo()
    assert classes_of(document) == [CUP, CUP]
    assert document.undo_stack.count() == 1


def test_all_of_an_image_are_accepted_in_one_step(document: Document, edits: Edits):
    document.proposals.set_subject(Subject.DRAWN_BOXES)
    document.proposals.tell("a.png", [seen(FIRST, FORK), seen(SECOND, FORK)])
    edits.proposals.accept_all_here()
    assert classes_of(document) == [FORK, FORK]
    document.undo()
    assert classes_of(document) == [CUP, CUP]


def test_a_rejected_class_is_not_proposed_again_and_a_drag_makes_no_box(document: Document, edits: Edits):
    document.proposals.set_subject(Subject.DRAWN_BOXES)
    document.proposals.tell("a.png", [seen(SECOND, FORK)])
    edits.proposals.adopt(document.proposals.open_in("a.png")[0], Rectangle(0, 0, 9, 9))
    assert classes_of(document) == [CUP, CUP]
    edits.proposals.step(1)
    assert edits.proposals.reject_chosen()
    document.proposals.tell("a.png", [seen(SECOND, FORK, 0.95)])
    assert document.proposals.open_in("a.png") == []


def test_disagreement_is_told_by_class(document: Document):
    document.proposals.set_subject(Subject.DRAWN_BOXES)
    document.proposals.tell("a.png", [seen(FIRST, CUP), seen(SECOND, FORK)])
    figures = document.proposals.figures_of("a.png")
    assert (figures.matched, figures.wrong_class, figures.missed, figures.disagreement) == (2, 1, 0, 0.45)


def test_every_answer_counts_whatever_its_score_but_only_sure_ones_are_accepted_at_once(
    document: Document, edits: Edits
):
    document.proposals.set_subject(Subject.DRAWN_BOXES)
    document.proposals.set_min_score(0.5)
    document.proposals.tell("a.png", [seen(FIRST, FORK, 0.4), seen(SECOND, FORK, 0.8)])
    figures = document.proposals.figures_of("a.png")
    assert (figures.matched, figures.wrong_class, figures.missed) == (2, 2, 0)
    assert document.proposals.count_in("a.png") == len(document.proposals.shown_in("a.png")) == 2
    edits.proposals.accept_all_here()
    assert classes_of(document) == [CUP, FORK]
    assert document.proposals.count_in("a.png") == 1


def test_the_surest_mistakes_come_first_and_what_is_agreed_about_last(document: Document, edits: Edits):
    proposals = document.proposals
    proposals.set_subject(Subject.WHOLE_IMAGES)
    for image in ("a.png", "cups/b.png", "forks/c.png"):
        document.set_current_image(image)
        edits.set_image_class(CUP)
    for image, class_id, score in (
        ("a.png", CUP, 0.45), ("cups/b.png", FORK, 0.45), ("forks/c.png", FORK, 0.95), ("forks/d.png", CUP, 0.9),
    ):  # fmt: skip
        proposals.tell(image, whole(class_id, score))
    images = ("a.png", "cups/b.png", "forks/c.png", "forks/d.png", "unknown.png")
    order = [images[place] for place in proposals.worst_first(images)]
    assert order == ["forks/c.png", "cups/b.png", "forks/d.png", "a.png", "unknown.png"]
    assert proposals.seen_as("forks/c.png") == "fork"


def whole(class_id: int, score: float = 0.9) -> tuple[PredictedBox, ...]:
    return whole_image_box([ClassAnswer((ClassScore("?", class_id, score),))])


def test_the_class_of_a_whole_image_is_taken_with_one_key(document: Document, edits: Edits):
    document.proposals.set_subject(Subject.WHOLE_IMAGES)
    document.proposals.tell("a.png", whole(FORK))
    assert document.proposals.count_in("a.png") == 1
    assert edits.proposals.accept_chosen()
    assert document.current_record.class_id == FORK
    assert classes_of(document) == [CUP, CUP]
    assert document.proposals.count_in("a.png") == 0
    document.undo()
    assert document.current_record.class_id is None


def test_everywhere_images_without_a_class_get_one_and_the_others_keep_theirs(
    qtbot: QtBot, document: Document, edits: Edits
):
    document.proposals.set_subject(Subject.WHOLE_IMAGES)
    edits.set_image_class(CUP)
    for image in ("a.png", "cups/b.png", "forks/c.png"):
        document.proposals.tell(image, whole(FORK))
    assert document.proposals.worst_first(["forks/c.png", "a.png"]) == [1, 0], (
        "what a person says otherwise comes first"
    )
    with qtbot.waitSignal(document.message_sent, timeout=PATIENCE_MS):
        edits.proposals.accept_everywhere()
    assert [document.record(image).class_id for image in ("a.png", "cups/b.png", "forks/c.png")] == [CUP, FORK, FORK]
    document.undo()
    assert document.record("forks/c.png").class_id is None


def test_folders_give_their_images_classes_in_one_step(qtbot: QtBot, document: Document):
    document.set_current_image("forks/d.png")
    Edits(document).set_image_class(CUP)
    folders = FolderClasses(document)
    with qtbot.waitSignal(folders.done, timeout=PATIENCE_MS):
        folders.use_names()
    names = {known.id: known.name for known in document.classes}
    found = {image: names.get(document.record(image).class_id) for image in document.images}
    assert found == {"a.png": None, "cups/b.png": "cups", "forks/c.png": "forks", "forks/d.png": "cup"}
    document.undo()
    assert [known.name for known in document.classes] == ["cup", "fork"]
    assert document.record("cups/b.png").class_id is None

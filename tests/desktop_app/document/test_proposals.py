"""What is proposed, what is left of it, and what accepting and rejecting store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from tests.helpers.documents import open_document, open_in
from tests.helpers.pictures import write_pictures
from training.dataset.box import Rectangle
from training.run.answers.prediction import PredictedBox
from training.run.answers.prediction_table import TableBuilder

RUN = "2026-01-02_10-00-00-localizer"


def seen(xmin: float, ymin: float, xmax: float, ymax: float, score: float = 0.9, class_id: int = 1) -> PredictedBox:
    return PredictedBox(xmin, ymin, xmax, ymax, label="cup", class_id=class_id, score=score)


@pytest.fixture
def document(qtbot: QtBot, tmp_path: Path) -> Iterator[Document]:
    """Three pictures of 96 x 64, the classes cup and fork, and a run that answers."""
    write_pictures(tmp_path / "photos", ["a.png", "b.png", "c.png"], 96, 64)
    with open_document(qtbot, tmp_path / "photos") as opened:
        for name in ("cup", "fork"):
            ClassEdits(opened).add(name)
        opened.set_active_class(1)
        opened.undo_stack.clear()
        opened.proposals.set_run(RUN)
        yield opened


@pytest.fixture
def edits(document: Document) -> Edits:
    return Edits(document)


def open_corners(document: Document) -> list[tuple[float, ...]]:
    return [box.corners for box in document.proposals.open_in(document.current_image)]


def boxes(document: Document) -> list[tuple[float, ...]]:
    assert document.current_record is not None
    return [box.corners for box in document.current_record.boxes]


def test_proposals_come_in_the_order_of_their_scores_and_only_above_the_lowest(document: Document):
    document.proposals.tell("a.png", [seen(0, 0, 10, 10, 0.6), seen(20, 20, 40, 40, 0.8), seen(50, 0, 60, 9, 0.3)])
    assert open_corners(document) == [(20, 20, 40, 40), (0, 0, 10, 10)]
    document.proposals.set_min_score(0.3)
    assert len(open_corners(document)) == 3
    document.proposals.set_min_score(0.7)
    assert open_corners(document) == [(20, 20, 40, 40)]
    assert document.proposals.count_in("a.png") == document.proposals.total == 1
    document.proposals.set_shown(False)
    assert open_corners(document) == []


def test_accepting_adds_a_box_that_remembers_its_run_and_chooses_the_next(document: Document, edits: Edits):
    document.proposals.tell("a.png", [seen(0, 0, 10, 10, 0.6), seen(20, 20, 40.12345, 40, 0.8)])
    assert edits.proposals.step(1)
    assert edits.proposals.accept_chosen()
    record = document.current_record
    assert record is not None
    assert [(box.corners, box.class_id, box.origin) for box in record.boxes] == [((20, 20, 40.123, 40), 1, RUN)]
    assert document.proposals.chosen == seen(0, 0, 10, 10, 0.6)
    assert open_corners(document) == [(0, 0, 10, 10)]
    assert document.undo_stack.undoText() == "Accept proposal"
    document.undo()
    assert boxes(document) == []
    assert len(open_corners(document)) == 2
    document.redo()
    assert len(boxes(document)) == len(open_corners(document)) == 1


def test_an_accepted_box_that_is_moved_is_not_proposed_again(document: Document, edits: Edits):
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    edits.proposals.step(1)
    edits.proposals.accept_chosen()
    document.select([0])
    edits.move_selected(40, 30)
    assert open_corners(document) == []
    record = document.current_record
    assert record is not None
    assert record.boxes[0].origin == RUN
    edits.duplicate_selected()
    assert [box.origin for box in document.record("a.png").boxes] == [RUN, ""]


def test_rejecting_is_an_edit_and_holds_for_nearly_the_same_box_of_the_same_run(document: Document, edits: Edits):
    document.proposals.tell("a.png", [seen(0, 0, 40, 40), seen(50, 0, 90, 40, 0.7)])
    edits.proposals.step(1)
    assert edits.proposals.reject_chosen()
    assert document.proposals.chosen == seen(50, 0, 90, 40, 0.7)
    assert boxes(document) == []
    document.proposals.tell("a.png", [seen(0, 0, 41, 40), seen(0, 0, 20, 20)])
    assert open_corners(document) == [(0, 0, 20, 20)]
    document.undo()
    assert len(open_corners(document)) == 2
    document.redo()
    document.proposals.set_run("a newer run")
    document.proposals.tell("a.png", [seen(0, 0, 40, 40)])
    assert len(open_corners(document)) == 1


def test_answers_are_there_after_reopening(document: Document, edits: Edits, qtbot: QtBot):
    document.proposals.tell("a.png", [seen(0, 0, 40, 40), seen(50, 0, 90, 40, 0.7)])
    edits.proposals.step(1)
    edits.proposals.accept_chosen()
    edits.proposals.reject_chosen()
    folder = document.folder
    document.close()
    open_in(qtbot, document, folder)
    assert document.record("a.png").boxes[0].origin == RUN
    document.proposals.set_run(RUN)
    document.proposals.tell("a.png", [seen(0, 0, 40, 40), seen(50, 0, 90, 40, 0.7)])
    assert document.proposals.shown_in("a.png") == []


def test_a_box_of_ones_own_in_the_same_place_is_not_doubled(document: Document, edits: Edits):
    edits.add_box(Rectangle(0, 0, 40, 40))
    document.proposals.tell("a.png", [seen(0, 0, 40, 39)])
    assert open_corners(document) == []
    assert len(document.proposals.shown_in("a.png")) == 1, "it is shown beside the person's, to compare"
    document.undo()
    assert len(open_corners(document)) == 1


def test_nearly_the_same_proposal_twice_makes_one_box(document: Document, edits: Edits, qtbot: QtBot):
    document.proposals.tell("a.png", [seen(0, 0, 40, 40), seen(0, 0, 40, 41, 0.8)])
    edits.proposals.step(1)
    chosen = document.proposals.chosen
    edits.proposals.accept_chosen()
    assert open_corners(document) == []
    document.proposals.choose(chosen)
    with qtbot.waitSignal(document.message_sent, check_params_cb=lambda text: "not doubled" in text):
        edits.proposals.accept_chosen()
    assert len(boxes(document)) == 1


def test_a_proposal_with_other_corners_is_the_persons_and_remembers_its_run(document: Document, edits: Edits):
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    edits.proposals.adopt(document.proposals.open_in("a.png")[0], Rectangle(30, 30, 60, 60))
    assert boxes(document) == [(30, 30, 60, 60)]
    assert document.record("a.png").boxes[0].origin == RUN
    assert document.selection == {0}
    assert open_corners(document) == []
    document.undo()
    assert boxes(document) == []
    assert open_corners(document) == [(0, 0, 20, 20)]


def test_a_proposal_put_on_a_box_that_is_there_chooses_that_box(document: Document, edits: Edits, qtbot: QtBot):
    edits.add_box(Rectangle(30, 30, 60, 60))
    edits.add_box(Rectangle(70, 0, 90, 20))
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    with qtbot.waitSignal(document.message_sent, check_params_cb=lambda text: "not doubled" in text):
        edits.proposals.adopt(document.proposals.open_in("a.png")[0], Rectangle(30, 30, 60, 60.5))
    assert len(boxes(document)) == 2
    assert document.selection == {0}


def test_all_of_an_image_are_one_step_and_leave_room_where_boxes_are(document: Document, edits: Edits, qtbot: QtBot):
    edits.add_box(Rectangle(0, 0, 20, 20))
    document.proposals.tell("a.png", [seen(0, 0, 18, 16), seen(30, 30, 50, 50, 0.6), seen(60, 30, 80, 50, 0.4)])
    with qtbot.waitSignal(document.message_sent) as said:
        edits.proposals.accept_all_here()
    assert said.args == ["1 proposal accepted; left where there is a box already: 1."]
    assert boxes(document) == [(0, 0, 20, 20), (30, 30, 50, 50)]
    assert [box.origin for box in document.record("a.png").boxes] == ["", RUN]
    document.undo()
    assert boxes(document) == [(0, 0, 20, 20)]


def told_in_all(images: tuple[str, ...]) -> TableBuilder:
    builder = TableBuilder()
    for number, image in enumerate(images):
        builder.add(image, [seen(10, 10, 40, 40 + number, 0.6 + number / 10), seen(50, 10, 80, 40, 0.2)])
    return builder


def test_all_images_are_one_step_without_reviewed_ones(document: Document, edits: Edits, qtbot: QtBot):
    document.set_current_image("b.png")
    edits.toggle_reviewed()
    with qtbot.waitSignal(document.proposals.many_changed):
        document.proposals.tell_all(told_in_all(document.images).table())
    assert document.proposals.total == 3
    with qtbot.waitSignal(document.message_sent) as said:
        edits.proposals.accept_everywhere()
    assert said.args == ["2 proposals accepted in 2 images."]
    assert [len(document.record(image).boxes) for image in document.images] == [1, 0, 1]
    assert not edits.proposals.is_busy
    document.undo()
    assert [len(document.record(image).boxes) for image in document.images] == [0, 0, 0]
    assert document.proposals.total == 3


def test_a_box_drawn_while_all_images_are_gone_through_stays(document: Document, edits: Edits, qtbot: QtBot):
    with qtbot.waitSignal(document.proposals.many_changed):
        document.proposals.tell_all(told_in_all(document.images).table())
    edits.proposals.accept_everywhere()
    edits.add_box(Rectangle(70, 50, 90, 60))
    with qtbot.waitSignal(document.message_sent, check_params_cb=lambda text: "accepted" in text):
        pass
    assert boxes(document) == [(70, 50, 90, 60), (10, 10, 40, 40)]


@pytest.mark.parametrize("decided", ["rejected", "accepted and moved", "accepted and deleted"])
def test_what_was_decided_while_all_images_are_gone_through_holds(
    document: Document, edits: Edits, qtbot: QtBot, decided: str
):
    with qtbot.waitSignal(document.proposals.many_changed):
        document.proposals.tell_all(told_in_all(document.images).table())
    edits.proposals.accept_everywhere()
    edits.proposals.step(1)
    if decided == "rejected":
        edits.proposals.reject_chosen()
    else:
        edits.proposals.accept_chosen()
        document.select([0])
        if decided == "accepted and moved":
            edits.move_selected(40, 20)
        else:
            edits.delete_selected()
    before = boxes(document)
    with qtbot.waitSignal(document.message_sent, check_params_cb=lambda text: "2 proposals accepted" in text):
        pass
    assert boxes(document) == before


def test_edits_during_the_look_at_many_images_count(document: Document, edits: Edits, qtbot: QtBot):
    document.proposals.tell_all(told_in_all(document.images).table())
    edits.add_box(Rectangle(10, 10, 40, 40))
    document.proposals.tell("c.png", [seen(1, 1, 9, 9)])
    qtbot.waitSignal(document.proposals.many_changed).wait()
    assert open_corners(document) == []
    assert document.proposals.count_in("b.png") == 1
    assert [box.corners for box in document.proposals.open_in("c.png")] == [(1, 1, 9, 9)]


def test_what_was_said_of_other_images_stays_when_many_are_told(document: Document, qtbot: QtBot):
    proposals = document.proposals
    proposals.tell("c.png", [seen(1, 1, 9, 9)])
    proposals.tell("a.png", [seen(2, 2, 9, 9)])
    proposals.tell_all(told_in_all(("b.png",)).table())
    with qtbot.waitSignal(proposals.many_changed):
        proposals.tell_all(told_in_all(("a.png",)).table())
    assert [len(proposals.open_in(image)) for image in document.images] == [1, 1, 1]
    assert proposals.open_in("c.png") == [seen(1, 1, 9, 9)]
    assert open_corners(document) == [(10, 10, 40, 40)], "the newest counts"


def test_a_class_that_was_deleted_comes_back_in_the_same_step(document: Document, edits: Edits):
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    ClassEdits(document).delete(1)
    edits.proposals.step(1)
    edits.proposals.accept_chosen()
    assert [known.name for known in document.classes] == ["fork", "cup"]
    assert document.record("a.png").boxes[0].class_id == document.classes[1].id == 3
    document.undo()
    assert [known.name for known in document.classes] == ["fork"]


def test_a_class_that_was_made_anew_is_found_by_its_name(document: Document, edits: Edits, qtbot: QtBot):
    ClassEdits(document).delete(1)
    ClassEdits(document).add("cup")
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    assert document.proposals.open_in("a.png")[0].class_id == 3
    edits.proposals.step(1)
    edits.proposals.accept_chosen()
    assert document.record("a.png").boxes[0].class_id == 3
    assert len(document.classes) == 2


@pytest.mark.parametrize("at_once", [True, False])
def test_a_run_of_another_project_is_understood_by_the_names_of_its_classes(
    document: Document, edits: Edits, qtbot: QtBot, at_once: bool
):
    fork, spoon = replace(seen(0, 0, 20, 20), label="fork"), replace(seen(50, 0, 70, 20, 0.8, 2), label="spoon")
    document.proposals.set_run("another project's", is_own_run=False)
    if at_once:
        builder = TableBuilder()
        builder.add("a.png", [fork, spoon])
        with qtbot.waitSignal(document.proposals.many_changed):
            document.proposals.tell_all(builder.table())
    else:
        document.proposals.tell("a.png", [fork, spoon])
    shown = [(box.label, box.class_id) for box in document.proposals.open_in("a.png")]
    assert shown == [("fork", 2), ("spoon", -2)], "the project's class 2 is the fork"
    edits.proposals.step(1)
    edits.proposals.accept_chosen()
    edits.proposals.accept_chosen()
    assert [known.name for known in document.classes] == ["cup", "fork", "spoon"]
    assert [box.class_id for box in document.record("a.png").boxes] == [2, 3]
    document.select([1])
    edits.move_selected(0, 30)
    assert open_corners(document) == [], "moved ones are not proposed again"


def test_a_class_that_was_renamed_is_known_by_its_id_in_a_run_of_this_project(document: Document, edits: Edits):
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    edits.proposals.step(1)
    ClassEdits(document).rename(1, "mug")
    assert [box.label for box in document.proposals.open_in("a.png")] == ["mug"]
    edits.proposals.accept_chosen()
    assert [known.name for known in document.classes] == ["mug", "fork"]
    assert document.record("a.png").boxes[0].class_id == 1


def test_the_chosen_proposal_stays_chosen_while_the_model_learns(document: Document, edits: Edits):
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    edits.proposals.step(1)
    document.proposals.tell("a.png", [seen(50, 50, 60, 60, 0.99), seen(0, 0, 21, 20)])
    assert document.proposals.chosen == seen(0, 0, 21, 20)
    document.proposals.tell("a.png", [seen(50, 50, 60, 60, 0.99)])
    assert document.proposals.chosen is None


def test_own_boxes_and_proposals_are_never_chosen_together(document: Document, edits: Edits):
    edits.add_box(Rectangle(50, 30, 80, 60))
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    edits.proposals.step(1)
    assert document.selection == frozenset()
    document.select([0])
    assert document.proposals.chosen is None


def test_another_project_has_no_proposals(document: Document, qtbot: QtBot, tmp_path: Path):
    document.proposals.tell("a.png", [seen(0, 0, 20, 20)])
    write_pictures(tmp_path / "others", ["a.png"], 96, 64)
    open_in(qtbot, document, tmp_path / "others")
    assert document.proposals.run == ""
    assert document.proposals.shown_in("a.png") == []
    assert document.proposals.total == 0

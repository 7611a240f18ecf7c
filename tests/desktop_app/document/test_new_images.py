"""Pictures that come into an open project: where they lie, what they bring, and what is left when something fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop_app.document import new_images as new_images_module
from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from desktop_app.document.new_images import NewImages
from desktop_app.document.opening import list_images
from desktop_app.document.subjects import Subject
from desktop_app.images.image_filter import ImageFilter, Mark
from desktop_app.images.image_list_model import ImageListModel
from tests.helpers.documents import open_document, open_in
from tests.helpers.pictures import write_picture, write_pictures
from training.dataset.box import Rectangle
from training.dataset.image_folder import find_images
from training.dataset.records import ImageState
from training.dataset.store import ProjectStore
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox

RUN = "2026-01-02_10-00-00-localizer"
CUP = PredictedBox(4, 5, 30, 40, label="cup", class_id=1, score=0.9)
A_CUP = Answer(boxes=(CUP,))
FRAME = np.full((48, 64, 3), (200, 120, 40), np.uint8)


@pytest.fixture
def document(qtbot: QtBot, tmp_path: Path) -> Iterator[Document]:
    """Four pictures, two of them named to lie around what comes, and the classes cup and fork."""
    write_pictures(tmp_path / "photos", ["a.png", "camera/9.png", "video/clip 10.png", "z.png"])
    with open_document(qtbot, tmp_path / "photos") as opened:
        for name in ("cup", "fork"):
            ClassEdits(opened).add(name)
        opened.undo_stack.clear()
        yield opened


@pytest.fixture
def new(document: Document) -> NewImages:
    return NewImages(document)


@pytest.fixture
def said(new: NewImages) -> list[str]:
    """The sentences of what failed."""
    sentences: list[str] = []
    new.failed.connect(sentences.append)
    return sentences


def record(new: NewImages, count: int, class_id: int | None = None, class_name: str = "") -> None:
    for number in range(count):
        new.add_recorded(FRAME, f"take {number}", class_id, class_name)
    new.finish()


def classes_of(document: Document, below: str) -> list[int | None]:
    return [document.record(image).class_id for image in document.images if image.startswith(below)]


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_frame_becomes_an_image_in_its_place_without_another_look_at_the_folder(
    qtbot: QtBot, document: Document, new: NewImages, monkeypatch: pytest.MonkeyPatch
):
    listed = []
    monkeypatch.setattr("desktop_app.document.document.list_images", listed.append)
    with qtbot.waitSignal(new.added, timeout=10_000) as came:
        new.add_frame(FRAME, "clip 9", A_CUP, RUN)
    assert came.args == ["video/clip 9.jpg"]
    assert document.images == ("a.png", "camera/9.png", "video/clip 9.jpg", "video/clip 10.png", "z.png")
    assert not listed
    assert document.images == list_images(document.folder, document.summaries)[0]  # what F5 would find
    with Image.open(document.folder / "video/clip 9.jpg") as written:
        assert (written.format, written.size) == ("JPEG", (64, 48))
        assert written.getpixel((30, 20)) == pytest.approx((200, 120, 40), abs=3)


def test_its_boxes_are_proposals_that_can_be_accepted_at_once(document: Document, new: NewImages):
    new.add_frame(FRAME, "clip 1", A_CUP, RUN)
    new.finish()
    assert document.current_image == "video/clip 1.jpg"
    assert document.proposals.open_in("video/clip 1.jpg") == [CUP]
    edits = Edits(document)
    assert edits.proposals.step(1)
    assert edits.proposals.accept_chosen()
    box = document.record("video/clip 1.jpg").boxes[0]
    assert (box.corners, box.class_id, box.origin) == (CUP.corners, 1, RUN)
    document.undo()
    assert document.record("video/clip 1.jpg").boxes == ()
    assert (document.folder / "video/clip 1.jpg").is_file()


def test_what_a_classifier_sees_is_proposed_as_the_images_own_class(document: Document, new: NewImages):
    answer = Answer(answers=(ClassAnswer((ClassScore("fork", 2, 0.8), ClassScore("cup", 1, 0.2))),))
    new.add_frame(FRAME, "camera/snapshot", answer, "a classifier")
    new.finish()
    assert document.proposals.subject is Subject.WHOLE_IMAGES
    assert Edits(document).proposals.accept_chosen()
    assert document.record("camera/snapshot.jpg").class_id == 2


def test_another_models_frame_gives_it_the_word_until_a_run_is_set_again(document: Document, new: NewImages):
    document.proposals.set_run("the run that is shown")
    document.proposals.tell("a.png", [CUP])
    new.add_frame(FRAME, "clip 1", A_CUP, RUN, is_own_run=False)
    new.finish()
    assert (document.proposals.run, document.proposals.is_guest, document.proposals.is_own_run) == (RUN, True, False)
    document.proposals.set_run("the run that is shown")
    assert not document.proposals.is_guest
    new.add_frame(FRAME, "clip 2", A_CUP, "the run that is shown")
    new.finish()
    assert not document.proposals.is_guest


def test_a_frame_can_be_kept_without_loss_and_its_memory_used_again_at_once(document: Document, new: NewImages):
    frame = FRAME.copy()
    new.add_frame(frame, "video/still.png", Answer(), RUN)
    frame[:] = 0
    new.finish()
    with Image.open(document.folder / "video/still.png") as written:
        assert np.array_equal(np.asarray(written), FRAME)


def test_names_that_are_taken_or_of_images_that_have_gone_are_not_used_again(document: Document, new: NewImages):
    document.set_current_image("a.png")
    gone = "video/clip.jpg"
    write_picture(document.folder / gone)
    document.add_images([gone])
    document.note_image_size(gone, 96, 64)
    document.set_current_image(gone)
    Edits(document).set_image_class(1)
    (document.folder / gone).unlink()
    for _ in range(3):
        new.add_frame(FRAME, "clip", Answer(), RUN)
    new.finish()
    assert [image for image in document.images if "clip" in image and "10" not in image] == [
        "video/clip-2.jpg", "video/clip-3.jpg", "video/clip-4.jpg", "video/clip.jpg",
    ]  # fmt: skip
    assert document.record("video/clip-2.jpg").class_id is None


@pytest.mark.parametrize(
    ("suggested", "named"),
    [
        ("../../outside", "video/_.._outside.jpg"),
        ("camera/..", "camera/image.jpg"),
        ("a\\b:c*?\n", "video/a_b_c___.jpg"),
        ("Küche 14–03 (2)", "video/Küche 14_03 (2).jpg"),
        ("CON.mp4", "video/_CON.mp4.jpg"),
        ("", "video/image.jpg"),
        ("x" * 300, f"video/{'x' * 80}.jpg"),
    ],
)
def test_a_suggested_name_is_never_a_path(document: Document, new: NewImages, suggested: str, named: str):
    new.add_frame(FRAME, suggested, Answer(), RUN)
    new.finish()
    assert named in document.images
    assert (document.folder / named).is_file()


def test_a_linked_folder_is_passed_by(document: Document, new: NewImages, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (document.folder / "added").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    new.add_file(write_picture(tmp_path / "photo.png"), Answer(), RUN)
    new.finish()
    assert "added-2/photo.png" in document.images
    assert files_in(tmp_path / "elsewhere") == []


# --- recordings


def test_a_burst_is_reviewed_with_its_class_and_one_step_to_undo(document: Document, new: NewImages):
    record(new, 3, class_id=2)
    record(new, 21, class_id=2)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Recorded 24 images of “fork”"
    assert classes_of(document, "camera/take") == [2] * 24
    assert document.image_class_counts[2] == 24
    assert document.summary("camera/take 5.jpg").state is ImageState.REVIEWED
    assert ProjectStore.open(document.project_file, read_only=True).record("camera/take 5.jpg").class_id == 2
    document.undo()
    assert classes_of(document, "camera/take") == [None] * 24
    assert document.image_class_counts[2] == 0
    assert len(files_in(document.folder / "camera")) == 25
    document.redo()
    assert classes_of(document, "camera/take") == [2] * 24


def test_a_class_can_be_made_on_the_way_and_goes_with_the_step(document: Document, new: NewImages):
    record(new, 2, class_name="spoon")
    record(new, 2, class_name="spoon")
    assert [known.name for known in document.classes] == ["cup", "fork", "spoon"]
    assert document.undo_stack.undoText() == "Recorded 4 images of “spoon”"
    document.undo()
    assert [known.name for known in document.classes] == ["cup", "fork"]


def test_bursts_of_two_classes_or_after_a_pause_are_steps_of_their_own(document: Document, new: NewImages):
    for class_id in (1, 2):
        for number in range(3):
            new.add_recorded(FRAME, f"{class_id} {number}", class_id)
    new.end_burst()
    new.add_recorded(FRAME, "2 later", 2)
    new.finish()
    steps = [document.undo_stack.text(at) for at in range(document.undo_stack.count())]
    assert steps == ["Recorded 3 images of “cup”", "Recorded 3 images of “fork”", "Recorded 1 image of “fork”"]


def test_a_burst_that_is_undone_while_it_goes_on_begins_anew(document: Document, new: NewImages):
    record(new, 2, class_id=1)
    document.undo()
    record(new, 1, class_id=1)
    assert document.undo_stack.undoText() == "Recorded 1 image of “cup”"
    assert classes_of(document, "camera/take").count(1) == 1


def test_of_a_class_that_was_deleted_meanwhile_the_pictures_stay_and_it_is_said(
    document: Document, new: NewImages, said: list[str]
):
    new.add_recorded(FRAME, "late", 2)
    ClassEdits(document).delete(2)
    new.finish()
    assert "deleted" in said[0]
    assert document.record("camera/late.jpg").class_id is None


# --- files


def test_a_file_is_copied_byte_by_byte_once(document: Document, new: NewImages, tmp_path: Path):
    source = write_picture(tmp_path / "from elsewhere.PNG", 80, 50)
    new.add_file(source, A_CUP, RUN)
    new.finish()
    image = "added/from elsewhere.PNG"
    assert (document.folder / image).read_bytes() == source.read_bytes()
    assert (document.record(image).width, document.record(image).height) == (80, 50)
    new.add_file(document.folder / image, A_CUP, RUN)
    new.add_file(document.folder / "a.png", A_CUP, RUN)
    new.finish()
    assert files_in(document.folder / "added") == ["from elsewhere.PNG"]
    assert document.current_image == "a.png"
    assert document.proposals.open_in("a.png") == [CUP]


@pytest.mark.parametrize(
    ("given", "kept"), [("photo", "photo.jpg"), ("a.b", "a.b.jpg"), ("photo.bak", "photo.bak.jpg")]
)
def test_a_file_that_nobody_would_find_again_gets_the_ending_of_what_it_is(
    document: Document, new: NewImages, tmp_path: Path, given: str, kept: str
):
    source = write_picture(tmp_path / "photo.jpg").rename(tmp_path / given)
    new.add_file(source, A_CUP, RUN)
    new.finish()
    assert find_images(document.folder / "added") == [kept]
    assert (document.folder / "added" / kept).read_bytes() == source.read_bytes()


def test_between_very_many_files_the_window_has_its_turn(
    qtbot: QtBot, document: Document, new: NewImages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(new_images_module, "MOST_AT_ONCE", 2)
    names = [f"{number}.png" for number in range(7)]
    write_pictures(tmp_path / "elsewhere", names)
    joined: list[int] = []
    document.images_added.connect(lambda images: joined.append(len(images)))
    for name in names:
        new.add_file(tmp_path / "elsewhere" / name, A_CUP, RUN)
    new._pool.waitForDone()
    qtbot.waitUntil(lambda: sum(joined) == 7)
    assert max(joined) == 2
    assert document.images[1:8] == tuple(f"added/{name}" for name in names)


def test_files_that_come_together_are_told_together(document: Document, new: NewImages, tmp_path: Path):
    told: list[str] = []
    new.told.connect(told.append)
    for number, answer in enumerate((A_CUP, Answer(), A_CUP)):
        new.add_file(write_picture(tmp_path / f"{number}.png", number=number), answer, RUN, source=RUN)
    new.finish()
    assert told[-1] == "“added/2.png” and more, 3 in all, are in the project; proposals: 2."
    new.add_file(write_picture(tmp_path / "last.png", number=3), A_CUP, RUN, source=RUN)
    new.finish()
    assert told[-1] == "“added/last.png” is in the project, with 1 proposal."


def test_the_same_picture_is_not_copied_again(document: Document, new: NewImages, tmp_path: Path):
    told: list[str] = []
    new.told.connect(told.append)
    first, other = write_picture(tmp_path / "photo.png"), write_picture(tmp_path / "other" / "photo.png", number=1)
    for again in (first, write_picture(tmp_path / "copy.png"), other, other):
        new.add_file(again, Answer(), RUN)
        new.finish()
    already = "“added/photo.png” is in the project already."
    assert told[1:] == [already, "“added/photo-2.png” is in the project.", already.replace("photo", "photo-2")]
    assert files_in(document.folder / "added") == ["photo-2.png", "photo.png"], "the same name is not the same picture"
    new.add_file(first, A_CUP, RUN, source=RUN)
    new.add_file(write_picture(tmp_path / "new.png", number=2), Answer(), RUN, source=RUN)
    new.add_file(tmp_path / "new.png", Answer(), RUN, source=RUN)
    new.finish()
    assert told[-1].endswith("3 in all, are in the project; proposals: 1. 2 were in it already.")


def test_that_proposals_of_a_model_from_elsewhere_do_not_last_is_said(document: Document, new: NewImages):
    told: list[str] = []
    new.told.connect(told.append)
    answered: list[tuple[object, ...]] = []
    new.answered.connect(lambda *said: answered.append(said))
    new.add_frame(FRAME, "clip 1", A_CUP, "mine.keras", is_own_run=False)
    new.finish()
    assert told[-1].endswith(
        "with 1 proposal. Proposals of a model that learned elsewhere last until the project is closed."
    )
    new.add_frame(FRAME, "clip of its own", A_CUP, RUN)
    new.finish()
    assert told[-1].endswith("with 1 proposal. These proposals last until the project is closed.")
    assert answered == []
    new.add_frame(FRAME, "clip 2", A_CUP, RUN, source=RUN)
    new.finish()
    assert told[-1].endswith("with 1 proposal.")
    assert answered == [("video/clip 2.jpg", A_CUP, RUN)]


def test_what_is_no_picture_is_not_copied(document: Document, new: NewImages, said: list[str], tmp_path: Path):
    (tmp_path / "text.jpg").write_text("no picture")
    new.add_file(tmp_path / "text.jpg", Answer(), RUN)
    new.finish()
    assert said == ["“text.jpg” was not put into the project: This is not an image of a kind that can be read."]
    assert not (document.folder / "added").exists()


# --- what goes wrong


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full."),
        (errno.EROFS, "can't be written to."),
        (errno.EIO, "can't be written (Input/output error)."),
    ],
)
@pytest.mark.parametrize("operation", ["os.replace", "os.mkdir", "tempfile.mkstemp", "shutil.copyfile"])
def test_a_disk_that_takes_nothing_leaves_nothing_half(
    qtbot: QtBot, document: Document, new: NewImages, said: list[str], monkeypatch, tmp_path, operation, number, words
):
    def fail(*_args, **_more):
        raise OSError(number, os.strerror(number))

    source = write_picture(tmp_path / "photo.png")
    before = sorted(document.folder.rglob("*"))
    with monkeypatch.context() as disk:
        disk.setattr(operation, fail)
        for _ in range(3):
            new.add_file(source, A_CUP, RUN)
        new.finish()
    assert sorted(document.folder.rglob("*")) == before
    assert not any(image.startswith("added") for image in document.images)
    assert words in said[0]
    assert "photo.png" in said[0]
    assert len(said) <= 3
    new.add_file(source, A_CUP, RUN)
    new.finish()
    assert document.current_image == "added/photo.png"


def test_of_a_recording_that_the_disk_does_not_take_nothing_is_labelled(
    document: Document, new: NewImages, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    def half(_picture, path, **_options):
        Path(path).write_bytes(b"half a picture")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Image.Image, "save", half)
    record(new, 4, class_id=1)
    assert said[0].endswith("the disk is full.")
    assert document.undo_stack.count() == 0
    assert files_in(document.folder / "camera") == ["9.png"]


def test_pictures_that_come_quicker_than_the_disk_takes_them_are_left_out_and_it_is_said(
    document: Document, new: NewImages, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(new_images_module, "MOST_WAITING", 2 * FRAME.nbytes)
    record(new, 5, class_id=1)
    assert said
    assert "left out" in said[0]
    assert 2 <= len(classes_of(document, "camera/take")) < 5
    record(new, 2, class_id=1)
    assert len(classes_of(document, "camera/take")) >= 4


def test_without_a_project_a_folder_is_asked_for(qtbot: QtBot):
    document = Document()
    new = NewImages(document)
    with qtbot.waitSignal(new.failed) as told:
        new.add_recorded(FRAME, "take", None, "fork")
    assert "Open a folder first" in told.args[0]
    document.deleteLater()


def test_what_was_taken_is_stored_when_another_project_opens_or_this_one_closes(
    qtbot: QtBot, document: Document, new: NewImages, tmp_path: Path
):
    write_pictures(tmp_path / "other", ["b.png"])
    first = document.folder
    for number in range(8):
        new.add_recorded(FRAME, f"take {number}", 2)
    open_in(qtbot, document, tmp_path / "other")
    assert document.images == ("b.png",)
    assert len([path for path in files_in(first / "camera") if path.startswith("take")]) == 8
    store = ProjectStore.open(first, read_only=True)
    assert [store.record(f"camera/take {number}.jpg").class_id for number in range(8)] == [2] * 8
    store.close()


def test_a_look_for_new_files_that_began_before_keeps_what_came(qtbot: QtBot, document: Document, new: NewImages):
    stale = list_images(document.folder, document.summaries)
    document.refresh_images()
    with qtbot.waitSignal(document.images_refreshed):
        pass
    record(new, 1, class_id=1)
    document._on_images_listed(document._opened, *stale)
    assert "camera/take 0.jpg" in document.images


# --- the list


def test_rows_come_in_their_places_and_obey_the_filter(qtbot: QtBot, document: Document, new: NewImages):
    model = ImageListModel(document, document)
    resets, rows = [], []
    model.modelReset.connect(lambda: resets.append(1))
    model.rowsInserted.connect(lambda _parent, first, _last: rows.append(first))
    new.add_frame(FRAME, "clip 9", Answer(), RUN)
    new.finish()
    assert [model.image_at(row) for row in range(model.rowCount())] == list(document.images)
    assert (rows, resets) == ([2], [])
    assert model.count(Mark.UNLABELLED) == 5
    model.set_filter(ImageFilter(marks=frozenset({Mark.UNLABELLED})))
    record(new, 2, class_id=1)
    assert model.rowCount() == 5
    assert (model.count(Mark.REVIEWED), model.count(Mark.UNLABELLED)) == (2, 5)
    model.set_filter(ImageFilter())
    assert [model.row_of(image) for image in document.images] == list(range(7))


def test_in_the_order_of_the_worst_first_what_is_new_comes_last(document: Document, new: NewImages):
    model = ImageListModel(document, document)
    document.proposals.set_run(RUN)
    document.proposals.tell("z.png", [CUP])
    model.set_worst_first(True)
    before = [model.image_at(row) for row in range(model.rowCount())]
    record(new, 2, class_id=1)
    assert [model.image_at(row) for row in range(model.rowCount())] == [
        *before, "camera/take 0.jpg", "camera/take 1.jpg",
    ]  # fmt: skip
    assert all(model.image_at(model.row_of(image) or 0) == image for image in document.images)


def test_what_is_drawn_on_a_new_image_counts_like_any_other(document: Document, new: NewImages):
    new.add_frame(FRAME, "clip", Answer(), RUN)
    new.finish()
    document.set_active_class(1)
    assert Edits(document).add_box(Rectangle(2, 2, 20, 20))
    assert document.class_counts[1] == 1
    assert document.summary("video/clip.jpg").box_count == 1

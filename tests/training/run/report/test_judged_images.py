from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.judged_runs import TRUE, judged_image, labelled, shifted
from tests.helpers.learnable_pictures import CLASSES, draw_learnable
from training.dataset.box import Box, iou
from training.run.model_card import ModelCard
from training.run.report.confusion import BINS, confusion_of, histogram_of
from training.run.report.judged_images import Verdict, read_judged, worst_first, write_judged
from training.run.report.judged_outputs import judged
from training.run.report.measuring import measured_of
from training.run.run_folder import RunFolderError
from training.run.samples.input_pipeline import encoded
from training.run.samples.prepared_images import prepare_images
from training.run.settings import ClassEntry

SIZE = 64
CARD = ModelCard((ClassEntry(4, "block"), ClassEntry(9, "disc")), SIZE, ("class", "box", "presence"), "compact", 7)


@pytest.fixture
def answered(tmp_path: Path):
    """Four objects and two pictures without; the first class and the last presence are wrong, the third is missed."""
    dataset = draw_learnable(tmp_path, 4, negatives=2)
    prepared = prepare_images(dataset.images, tmp_path, CLASSES, SIZE)
    boxes = [prepared.box(index) for index in range(len(prepared))]
    classes = np.eye(2, dtype=np.float32)[np.maximum(prepared.class_indices, 0)]
    classes[0] = classes[0][::-1]
    return prepared, {
        "class": classes,
        "box": np.float32([(0.5, 0.5, 0.2, 0.2) if box is None else encoded(box, SIZE) for box in boxes]),
        "presence": np.float32([[0.9], [0.8], [0.1], [0.7], [0.2], [0.6]]),
    }


def test_each_image_is_told_what_it_came_to(answered):
    images = judged("test", *answered, CARD)
    assert [image.verdict for image in images] == [
        Verdict.WRONG_CLASS, Verdict.RIGHT, Verdict.MISSED, Verdict.RIGHT, Verdict.RIGHTLY_NOTHING, Verdict.FALSE_ALARM,
    ]  # fmt: skip
    assert [image.filename for image in images] == [f"{number:03}.png" for number in range(6)]
    assert {(image.split, image.epoch, image.width, image.height) for image in images} == {("test", 7, 96, 72)}
    assert [image.score for image in images] == pytest.approx([0.9, 0.8, 0.1, 0.7, 0.2, 0.6])
    truths = [image.largest_box for image in answered[0].images]
    for image, truth in zip(images, truths, strict=True):
        assert (image.truth is None) == (truth is None)
        if truth is not None:
            assert image.truth.corners == pytest.approx(truth.corners, abs=0.002)
            assert image.iou == pytest.approx(1, abs=0.001)


def test_figures_are_those_of_the_single_images(answered):
    figures = measured_of(judged("test", *answered, CARD))
    assert figures.counts == {"0.5": 4, "0.6": 4, "0.75": 4, "0.9": 4}
    assert figures.mean_iou == pytest.approx(1, abs=1e-3)
    assert (figures.images, figures.objects, figures.class_accuracy) == (6, 4, 0.75)
    assert figures.presence_accuracy == pytest.approx(4 / 6)


def test_what_is_written_is_what_was_judged(answered, tmp_path: Path):
    images = judged("test", *answered, CARD)
    write_judged(tmp_path / "judged.csv", reversed(images))
    assert read_judged(tmp_path / "judged.csv") == images


def test_names_of_any_kind_come_back(tmp_path: Path):
    truth = labelled(TRUE, '=cup, "large"\none')
    images = [judged_image("sub/ä, b.png", truth, labelled(TRUE, "-1")), judged_image("z.png", None, presence=None)]
    write_judged(tmp_path / "judged.csv", images)
    assert read_judged(tmp_path / "judged.csv") == images


def test_rows_that_make_no_sense_or_lead_elsewhere_are_left_out(tmp_path: Path):
    file = tmp_path / "judged.csv"
    write_judged(file, [judged_image("a.png"), judged_image("b.png"), judged_image("c.png"), judged_image("d.png")])
    text = file.read_text().replace("a.png", "../a.png").replace("b.png,validation,96", "b.png,validation,wide")
    file.write_text(text.replace("\nc.png", "\n/etc/c.png") + "e.png,validation\n")
    assert [image.filename for image in read_judged(file)] == ["d.png"]


def test_a_missing_file_has_no_images_and_another_kind_of_file_is_told(tmp_path: Path):
    assert read_judged(tmp_path / "judged.csv") == []
    (tmp_path / "judged.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RunFolderError, match=r"judged\.csv: expected the columns"):
        read_judged(tmp_path / "judged.csv")


def test_the_worst_come_first():
    images = [
        judged_image("right.png"),
        judged_image("far.png", predicted=shifted(TRUE, 0.5)),
        judged_image("other.png", predicted=labelled(TRUE, "block")),
        judged_image("nothing.png", None, presence=0.1),
        judged_image("alarm.png", None, presence=0.95),
        judged_image("missed.png", presence=0.3),
    ]
    names = [image.filename for image in worst_first(images)]
    # alarm and missed are as bad as can be, the surer mistake first; then an IoU of a third, then half of one.
    assert names == ["alarm.png", "missed.png", "far.png", "other.png", "right.png", "nothing.png"]


def test_a_box_without_extent_is_not_seen():
    assert judged_image("a.png", predicted=Box(5, 5, 5, 9, "disc")).verdict is Verdict.MISSED


def test_the_confusion_matrix_counts_what_is_there_against_what_was_seen():
    images = [
        judged_image("1.png"),
        judged_image("2.png"),
        judged_image("3.png", predicted=labelled(TRUE, "block")),
        judged_image("4.png", presence=0.2),
        judged_image("5.png", None, presence=0.8),
        judged_image("6.png", None, presence=0.1),
        judged_image("7.png", labelled(TRUE, "block"), labelled(TRUE, "block")),
    ]
    confusion = confusion_of(images, CLASSES)
    assert (confusion.classes, confusion.nothing) == (("block", "disc"), True)
    assert confusion.counts == ((1, 0, 0), (1, 2, 1), (0, 1, 1))


def test_without_presence_and_negatives_nothing_is_no_class():
    confusion = confusion_of([judged_image("1.png", presence=None)], CLASSES)
    assert (confusion.nothing, confusion.counts) == (False, ((0, 0), (0, 1)))


def test_of_very_many_classes_those_with_mistakes_are_told():
    classes = [f"class {number}" for number in range(150)]
    wrong = judged_image("1.png", labelled(TRUE, "class 140"), labelled(TRUE, "class 3"))
    right = [judged_image(f"{name}.png", labelled(TRUE, name), labelled(TRUE, name)) for name in classes]
    confusion = confusion_of([wrong, *right], classes)
    assert (len(confusion.classes), confusion.left_out) == (100, 50)
    assert {"class 3", "class 140"} < set(confusion.classes)
    assert confusion.counts[confusion.classes.index("class 140")][confusion.classes.index("class 3")] == 1


def test_the_histogram_has_each_iou_where_it_belongs():
    ious = {0.0: 0, 0.5: 10, 0.6: 12, 0.15: 3, 0.999: 19, 1.0: 19}
    images = [judged_image(f"{value}.png") for value in ious]
    images = [type(image)(**{**_fields(image), "iou": value}) for image, value in zip(images, ious, strict=True)]
    histogram = histogram_of([*images, judged_image("n.png", None)])
    assert [place for place in range(BINS) for _ in range(histogram.bins[place])] == sorted(ious.values())
    assert histogram.at_least == {"0.5": 4, "0.6": 3, "0.75": 2, "0.9": 2}
    assert histogram.objects == 6


def _fields(image) -> dict:
    return {name: getattr(image, name) for name in type(image).__slots__}


def test_a_shifted_box_has_the_iou_of_the_formula():
    assert iou(TRUE, shifted(TRUE, 0.5)) == pytest.approx(1 / 3)

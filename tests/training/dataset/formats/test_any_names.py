"""Whatever images and classes are called: a format gives their boxes back, or says at the export what it can't hold."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.annotation_datasets import read_again
from training.dataset.box import Box
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage
from training.dataset.formats import registry
from training.dataset.formats.format import WriteChoices
from training.dataset.relative_paths import leaves_folder

REPEATABLE = settings(
    derandomize=True, database=None, max_examples=12, deadline=None, suppress_health_check=list(HealthCheck)
)
NASTY = st.sampled_from(tuple("aZ0 .,;'\"\\|%&<>#=+-@~$()[]{}!?*:\t\né\u0301ßİ🐼\u200b\u2028\x7f\x01_"))
PIECES = st.sampled_from(
    ("", "..", "%2e", "&amp;", "$(x)", "=1+1(", ".jpg", ".xml", "labels", "images", "classes", "~2")
)
NAME = st.lists(NASTY | PIECES, min_size=1, max_size=8).map("".join).filter(lambda name: name.strip(" ."))
IMAGES = st.lists(
    st.tuples(st.sampled_from(("", "sub/", "a b/")), NAME, st.sampled_from((".png", ".JPG"))).map("".join),
    min_size=1, max_size=4, unique_by=lambda name: name.replace("\\", "/").strip(),
)  # fmt: skip
CLASSES = (
    "=1+1", "+1", "-1", "@x", "'=a", "''=a", "=cmd|'/c calc'!A0", "line\nbreak", "tab\tx", "a,b;c|d", 'quote"q', '"q"',
    "apos'trophe", "<script>alert(1)</script>", "&amp;", "a/b\\c", "日本", "🐼", "é", "e\u0301", "Box", "BOX", "0", "1.5",
    "nan", "null", "true", "[1, 2]", '{"a": 1}', "# c", "- x", "a: b", "%20", "x" * 500, "two  spaces", "a\u2028b",
    "\x01c", "\x7f", "\u202eabc", "class", "..", "!tag", "&anchor", "c\\n", "c\\",
)  # fmt: skip


def written_and_read(name: str, dataset: Dataset) -> tuple[dict[str, list[Box]], str]:
    """The boxes by image, and all that was said at the export; none, and why, where it was refused as a whole."""
    format_ = registry.WRITERS[name]
    reader = registry.FORMATS.get(name) or registry.FORMATS["table"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, format_.file_name) if format_.file_name else Path(folder)
        try:
            written = format_.write(dataset, place, WriteChoices())
        except AnnotationFileError as error:
            return {}, str(error)
        again, file = read_again(place, reader, dataset)
    assert file.problems == []
    return {image.filename: list(image.boxes) for image in again.images}, " ".join(written.losses)


@pytest.mark.parametrize("name", registry.WRITERS)
@REPEATABLE
@given(names=IMAGES)
def test_boxes_stay_with_images_of_any_name(name: str, names: list[str]):
    names = [one for one in names if not leaves_folder(one)]
    boxes = {one: Box(10.5, 20, 430.25 + 10 * at, 300 + 10 * at, "cat") for at, one in enumerate(names)}
    images = tuple(LabelledImage(one, 640, 480, (box,)) for one, box in sorted(boxes.items()))
    found, said = written_and_read(name, Dataset(images, ("cat",)))
    for one, box in boxes.items():
        if one not in found:
            assert f"{one!r} is left out" in said
        else:
            assert [again.corners for again in found[one]] == [pytest.approx(box.corners, abs=0.01)]


@pytest.mark.parametrize("name", registry.WRITERS)
def test_classes_of_any_name_come_back_or_are_refused_by_name(name: str):
    for label in CLASSES:
        boxes = tuple(Box(10.5, 20, 430.25 + at, 300 + at, one) for at, one in enumerate((label, "dog", label)))
        dataset = Dataset((LabelledImage("a.jpg", 640, 480, boxes * 3),), (label, "dog"))
        found, said = written_and_read(name, dataset)
        if not found:
            assert repr(label) in said
            assert "nothing was written" in said
        else:
            assert [box.label for box in found["a.jpg"]] == [box.label for box in boxes * 3]

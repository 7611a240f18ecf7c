"""Label Studio JSON: tasks with results in percent of the image; also its short form, JSON_MIN.

Of a task that several people did, the newest annotation that was not taken back counts. Other shapes become the box
around them; a choice is the class of the image.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from training.dataset.box import Rectangle
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import TOO_MUCH, packed
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness
from training.dataset.formats.image_names import image_name, shortened
from training.dataset.formats.json_stream import BadJson, members
from training.dataset.formats.label_studio_writing import NAME, OF_RECTANGLES, OWN_OF_RESULTS, write
from training.dataset.formats.listed_entries import listed_entries
from training.dataset.formats.readings import (
    ImageRows,
    class_name,
    number,
    numbers,
    rectangle_around,
    rectangle_of_ellipse,
    rectangle_of_size,
    rectangle_rotated,
    size,
)
from training.dataset.formats.split_names import split_in, split_of_folders
from training.dataset.image_folder import IMAGE_SUFFIXES

_LABEL_KEYS = ("rectanglelabels", "polygonlabels", "ellipselabels", "labels", "brushlabels", "keypointlabels")
_IMAGE_KEYS = ("image", "img", "image_url", "url", "ocr", "captioning")
_UPLOADED = re.compile(r"(?:^|(?<=/))[0-9a-f]{8}-(?=[^/]+$)")  # what Label Studio puts before names
_LOOKED_AT = 100


def recognise(place: Path) -> Evidence:
    try:
        for count, (key, task) in enumerate(members(place)):
            if key or not isinstance(task, dict) or count == _LOOKED_AT:
                break
            if isinstance(task.get("data"), dict) and ("annotations" in task or "completions" in task):
                return Evidence(Sureness.SURE, ("its entries are tasks with data and annotations, as Label Studio's",))
            if any(
                _is_result(value) for results in task.values() if isinstance(results, list) for value in results[:1]
            ):
                return Evidence(Sureness.SURE, ("its entries have results in percent, as Label Studio's JSON_MIN",))
    except BadJson:
        pass
    return NOT_THIS


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:  # noqa: ARG001
    file.unit = "task"
    split = split_in(place.name) or split_of_folders(f"{place.parent.name}/x")
    for count, task in listed_entries(place, file, "tasks"):
        try:
            if not isinstance(task, dict):
                raise BadCell(f"expected a task, got {shortened(task)}")
            results = _results(task)
            rows = _image_rows(task, results or [], file)
            rows.split = split
        except BadCell as error:
            file.report_at(count, str(error))
            continue
        if (several := len(_finished(task))) > 1:
            file.note_at(count, f"{rows.filename} was annotated {several} times; the newest is taken")
        if results is None:
            file.report_at(count, f"nobody has annotated {rows.filename} yet")
        else:
            yield from _rows(rows, count, results)


def _rows(rows: ImageRows, line: int, results: list[dict[str, Any]]) -> Iterator[AnnotationRow]:
    for result in results:
        value = result.get("value")
        if not isinstance(value, dict) or result.get("type") == "relation":
            continue
        if isinstance(value.get("choices"), list):
            yield from _own_class(rows, line, value["choices"])
            continue
        labels = next((value[key] for key in _LABEL_KEYS if isinstance(value.get(key), list)), None)
        if labels is None and not {"x", "points"} & value.keys():
            continue  # a text or a rating
        if "format" in value or "rle" in value:
            rows.refuse()
            rows.into.leave_out(line, "a brush stroke was left out: it has no box")
            continue
        try:
            yield _row(rows, line, result, labels)
        except BadCell as error:
            rows.refuse()
            rows.into.report_at(line, str(error))
    if not rows.count:
        yield rows.nothing(line)


def _own_class(rows: ImageRows, line: int, choices: list[Any]) -> Iterator[AnnotationRow]:
    try:
        if len(choices) > 1:
            raise BadCell(f"an image has one class here; {len(choices)} were chosen")
        if choices:
            yield rows.own_class(line, class_name(choices[0]))
    except BadCell as error:
        rows.refuse()
        rows.into.report_at(line, str(error))


def rows_of_values(rows: ImageRows, line: int, values: list[Any]) -> Iterator[AnnotationRow]:
    """Of what its CSV holds in one cell."""
    yield from _rows(rows, line, [{"value": value} for value in values])


def _row(rows: ImageRows, line: int, result: Mapping[str, Any], labels: Any) -> AnnotationRow:
    label = class_name(labels[0] if labels else None)
    value = result["value"]
    box, kind = _box(value, rows.width, rows.height)
    shares = Rectangle(*(edge / 100 for edge in box.corners))
    own = OWN_OF_RESULTS | value.keys() | (OF_RECTANGLES if kind else set())
    fields = {key: said for key, said in result.items() if key not in own}
    row = rows.box(line, label, shares, packed(NAME, fields), is_relative=True)
    if fields and not row.extra:
        rows.into.note_often(row, TOO_MUCH)
    if kind:
        rows.into.note_often(row, f"{kind}: the box around it was taken")
    if len(labels) > 1:
        rows.into.note_often(row, "of several labels of a box the first was taken")
    return row


def _box(value: Mapping[str, Any], width: int, height: int) -> tuple[Rectangle, str]:
    """In percent, and what it was if it was no plain box."""
    if isinstance(points := value.get("points"), list):
        return rectangle_around([numbers("a point", point, 2) for point in points]), "polygon"
    if "radiusX" in value:
        return _around_ellipse(value, width, height), "ellipse"
    if "width" not in value or "height" not in value:
        raise BadCell("a point has no box")
    x, y, across, down = (number(key, value.get(key)) for key in ("x", "y", "width", "height"))
    box = rectangle_of_size(x, y, across, down)
    turn = number("rotation", value.get("rotation") or 0)
    if not turn:
        return box, ""
    # It is turned about its first corner.
    wide, high = _sides(width, height)
    pixels = Rectangle(x * wide, y * high, (x + across) * wide, (y + down) * high)
    return _in_percent(rectangle_rotated(pixels, turn, (pixels.xmin, pixels.ymin)), wide, high), "turned box"


def _around_ellipse(value: Mapping[str, Any], width: int, height: int) -> Rectangle:
    """It is turned about its centre."""
    x, y, across, down = (number(key, value.get(key)) for key in ("x", "y", "radiusX", "radiusY"))
    wide, high = _sides(width, height)
    turn = math.radians(number("rotation", value.get("rotation") or 0))
    return _in_percent(rectangle_of_ellipse(x * wide, y * high, across * wide, down * high, turn), wide, high)


def _sides(width: int, height: int) -> tuple[int, int]:
    """Things are turned in pixels; without the image's size its sides are taken as equal."""
    return (width, height) if width and height else (1, 1)


def _in_percent(box: Rectangle, wide: int, high: int) -> Rectangle:
    return Rectangle(box.xmin / wide, box.ymin / high, box.xmax / wide, box.ymax / high)


def _image_rows(task: Mapping[str, Any], results: list[dict[str, Any]], file: AnnotationFile) -> ImageRows:
    data = task["data"] if isinstance(task.get("data"), dict) else task
    found = next((key for key in _IMAGE_KEYS if isinstance(data.get(key), str)), None)
    if found is None:
        found = next((key for key, text in data.items() if isinstance(text, str) and _is_image(text)), None)
    given = data[found] if found is not None else None
    name = image_name(_path_in(given) if given else task.get("file_upload"))
    kept = {key: task[key] for key in ("id", "meta") if key in task}
    if data is not task and (others := {key: said for key, said in data.items() if key != found}):
        kept["data"] = others
    sized = next((result for result in results if result.get("original_width")), {})
    width, height = size(sized.get("original_width")), size(sized.get("original_height"))
    uploaded = _UPLOADED.sub("", name)
    rows = ImageRows(file, name, width, height, second_name=uploaded if uploaded != name else "")
    rows.extra = packed(NAME, kept)
    if kept and not rows.extra:
        file.note_at(None, f"{name}: {TOO_MUCH}")
    return rows


def _path_in(address: str) -> str:
    """Files of its own disk are given as `/data/local-files/?d=sub/a.jpg`."""
    try:
        query = parse_qs(urlsplit(address).query)
    except ValueError:
        return address
    return query["d"][0] if "d" in query and "local-files" in address else address


def _is_image(text: str) -> bool:
    return Path(text.partition("?")[0]).suffix.lower() in IMAGE_SUFFIXES


def _results(task: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """What was said about a task; None where nobody did it."""
    if not isinstance(task.get("data"), dict):
        short = [value for value in task.values() if isinstance(value, list) and value and _is_result(value[0])]
        return [{"value": value, **value} for values in short for value in values if isinstance(value, dict)]
    good = _finished(task)
    if not good:
        return None
    newest = max(good, key=lambda one: str(one.get("updated_at") or one.get("created_at") or ""))
    results = newest.get("result")
    return [one for one in results if isinstance(one, dict)] if isinstance(results, list) else []


def _finished(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Annotations that nobody took back; several people may have done one task."""
    done = task.get("annotations") or task.get("completions")
    return (
        [one for one in done if isinstance(one, dict) and not one.get("was_cancelled")]
        if isinstance(done, list)
        else []
    )


def _is_result(value: Any) -> bool:
    return isinstance(value, dict) and any(key in value for key in _LABEL_KEYS) and ("x" in value or "points" in value)


FORMAT = Format(
    name=NAME,
    title="Label Studio JSON",
    recognise=recognise,
    read=read,
    write=write,
    file_name="tasks.json",
    suffixes=(".json",),
)

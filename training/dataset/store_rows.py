"""Records to rows and back. Every function works inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from training.dataset.box import ProjectBox
from training.dataset.dataset import Split
from training.dataset.records import AnsweredProposal, ClassRecord, ImageRecord, ImageState, ImageSummary

Row = tuple[Any, ...]
_SPLITS: dict[str | None, Split | None] = {None: None, **{split.value: split for split in Split}}
_IMAGE = "SELECT id, path, width, height, reviewed, class_id, split, extra FROM image"
_BOXES = "SELECT xmin, ymin, xmax, ymax, class_id, origin, extra FROM box WHERE image_id = ? ORDER BY position"
_ANSWERED = """SELECT xmin, ymin, xmax, ymax, class_id, origin, accepted FROM answered WHERE image_id = ?
    ORDER BY position"""
_BOXES_OF_MANY = """SELECT image_id, xmin, ymin, xmax, ymax, class_id, origin, extra FROM box
    WHERE image_id IN ({marks}) ORDER BY image_id, position"""
_ANSWERED_OF_MANY = """SELECT image_id, xmin, ymin, xmax, ymax, class_id, origin, accepted FROM answered
    WHERE image_id IN ({marks}) ORDER BY image_id, position"""
_ADD_IMAGE = """INSERT INTO image (width, height, reviewed, class_id, split, box_count, extra, path)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_CHANGE_IMAGE = """UPDATE image SET width = ?, height = ?, reviewed = ?, class_id = ?, split = ?, box_count = ?,
    extra = ? WHERE id = ?"""
_ADD_BOX = """INSERT INTO box (xmin, ymin, xmax, ymax, class_id, origin, extra, image_id, position)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_CHANGE_BOX = """UPDATE box SET xmin = ?, ymin = ?, xmax = ?, ymax = ?, class_id = ?, origin = ?, extra = ?
    WHERE image_id = ? AND position = ?"""
_ADD_ANSWERED = """INSERT INTO answered (xmin, ymin, xmax, ymax, class_id, origin, accepted, image_id, position)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_LAST_CLASS_ID = "last_class_id"


def read_summaries(connection: sqlite3.Connection) -> dict[str, ImageSummary]:
    """Of all images; equal summaries are one object, which spares a large project most of the work."""
    known: dict[Row, ImageSummary] = {}
    summaries: dict[str, ImageSummary] = {}
    for path, *values in connection.execute("SELECT path, reviewed, box_count, class_id, split FROM image"):
        key = tuple(values)
        if key not in known:
            known[key] = _summary(*key)
        summaries[path] = known[key]
    return summaries


def _summary(reviewed: int, box_count: int, class_id: int | None, split: str | None) -> ImageSummary:
    if reviewed:
        state = ImageState.REVIEWED
    else:
        state = ImageState.LABELLED if box_count or class_id is not None else ImageState.UNLABELLED
    return ImageSummary(state, box_count, class_id, _SPLITS.get(split))


def read_image_rows(connection: sqlite3.Connection) -> list[Row]:
    return connection.execute(f"{_IMAGE} ORDER BY path").fetchall()


def read_image_row(connection: sqlite3.Connection, path: str) -> Row | None:
    row: Row | None = connection.execute(f"{_IMAGE} WHERE path = ?", (path,)).fetchone()
    return row


def read_rows_of_images(connection: sqlite3.Connection, paths: Collection[str]) -> list[Row]:
    return connection.execute(f"{_IMAGE} WHERE path IN ({_marks(paths)})", tuple(paths)).fetchall()


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def read_image_rows_with_classes(connection: sqlite3.Connection, class_ids: Sequence[int]) -> list[Row]:
    """Of the images that have a box of one of the classes, or one of them as their own."""
    marks = _marks(class_ids)
    boxed = f"SELECT image_id FROM box WHERE class_id IN ({marks})"  # noqa: S608 -- nothing but question marks
    query = f"{_IMAGE} WHERE class_id IN ({marks}) OR id IN ({boxed}) ORDER BY path"
    return connection.execute(query, (*class_ids, *class_ids)).fetchall()


def read_records(connection: sqlite3.Connection, rows: Sequence[Row]) -> Iterator[ImageRecord]:
    """The same as `read_record` of each, with two questions for all of them: some hundreds at once are quickest."""
    ids = [row[0] for row in rows]
    boxes = _by_image(connection, _BOXES_OF_MANY, ids)
    answered = _by_image(connection, _ANSWERED_OF_MANY, ids)
    for image_id, path, width, height, reviewed, class_id, split, extra in rows:
        drawn = tuple(ProjectBox(*values) for values in boxes.get(image_id, ()))
        decided = tuple(_answer(values) for values in answered.get(image_id, ()))
        yield ImageRecord(path, width, height, drawn, class_id, bool(reviewed), _SPLITS.get(split), decided, extra)


def _by_image(connection: sqlite3.Connection, query: str, ids: Sequence[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for image_id, *values in connection.execute(query.format(marks=_marks(ids)), ids):
        found.setdefault(image_id, []).append(tuple(values))
    return found


def read_record(connection: sqlite3.Connection, row: Row) -> ImageRecord:
    image_id, path, width, height, reviewed, class_id, split, extra = row
    boxes = tuple(ProjectBox(*values) for values in connection.execute(_BOXES, (image_id,)))
    answered = tuple(_answer(values) for values in connection.execute(_ANSWERED, (image_id,)))
    return ImageRecord(path, width, height, boxes, class_id, bool(reviewed), _SPLITS.get(split), answered, extra)


def _answer(values: Row) -> AnsweredProposal:
    xmin, ymin, xmax, ymax, class_id, origin, accepted = values
    return AnsweredProposal(xmin, ymin, xmax, ymax, class_id, origin, bool(accepted))


def read_boxes(connection: sqlite3.Connection) -> Iterator[tuple[str, ProjectBox]]:
    """Every box with the path of its image, in one pass over the file."""
    query = """SELECT image.path, xmin, ymin, xmax, ymax, box.class_id, origin, box.extra FROM box
        JOIN image ON image.id = box.image_id ORDER BY box.image_id, position"""
    return ((path, ProjectBox(*values)) for path, *values in connection.execute(query))


def read_answered(connection: sqlite3.Connection, origin: str) -> Iterator[tuple[str, AnsweredProposal]]:
    """What somebody decided about proposals of a run, with the path of the image."""
    query = """SELECT image.path, xmin, ymin, xmax, ymax, answered.class_id, origin, accepted FROM answered
        JOIN image ON image.id = answered.image_id WHERE origin = ? ORDER BY answered.image_id, position"""
    return ((path, _answer(tuple(values))) for path, *values in connection.execute(query, (origin,)))


def write_records(connection: sqlite3.Connection, records: Sequence[ImageRecord]) -> None:
    """Of several of one image the last one counts. As many at once as one asks for: there may be a hundred thousand."""
    by_path = {record.path: record for record in records}
    known = _ids(connection, by_path)
    for path, image_id in known.items():
        _change(connection, image_id, by_path[path])
    new = [record for path, record in by_path.items() if path not in known]
    if new:
        _add(connection, new)


def _ids(connection: sqlite3.Connection, paths: Collection[str]) -> dict[str, int]:
    query = f"SELECT path, id FROM image WHERE path IN ({_marks(paths)})"  # noqa: S608 -- nothing but question marks
    return dict(connection.execute(query, tuple(paths)))


def _add(connection: sqlite3.Connection, records: Sequence[ImageRecord]) -> None:
    connection.executemany(_ADD_IMAGE, [(*_image_values(record), record.path) for record in records])
    ids = _ids(connection, [record.path for record in records])
    boxes = [
        (box.xmin, box.ymin, box.xmax, box.ymax, box.class_id, box.origin, box.extra, ids[record.path], at)
        for record in records
        for at, box in enumerate(record.boxes)
    ]
    connection.executemany(_ADD_BOX, boxes)
    answered = [
        (*values, ids[record.path], at) for record in records for at, values in enumerate(_answered_values(record))
    ]
    connection.executemany(_ADD_ANSWERED, answered)


def _change(connection: sqlite3.Connection, image_id: int, record: ImageRecord) -> None:
    """Only the rows of boxes that changed are written: an image may have thousands."""
    connection.execute(_CHANGE_IMAGE, (*_image_values(record), image_id))
    boxes = [(*box.corners, box.class_id, box.origin, box.extra) for box in record.boxes]
    _write_boxes(connection, image_id, connection.execute(_BOXES, (image_id,)).fetchall(), boxes)
    answered = connection.execute(_ANSWERED, (image_id,)).fetchall()
    _write_answered(connection, image_id, answered, _answered_values(record))


def _image_values(record: ImageRecord) -> Row:
    state = (record.reviewed, record.class_id, record.split)
    return (record.width, record.height, *state, len(record.boxes), record.extra)


def _answered_values(record: ImageRecord) -> list[Row]:
    return [(*one.corners, one.class_id, one.origin, one.accepted) for one in record.answered]


def _write_boxes(connection: sqlite3.Connection, image_id: int, before: list[Row], after: list[Row]) -> None:
    common = min(len(before), len(after))
    connection.executemany(_CHANGE_BOX, [(*after[at], image_id, at) for at in range(common) if before[at] != after[at]])
    connection.executemany(_ADD_BOX, [(*after[at], image_id, at) for at in range(common, len(after))])
    if len(before) > len(after):
        connection.execute("DELETE FROM box WHERE image_id = ? AND position >= ?", (image_id, len(after)))


def _write_answered(connection: sqlite3.Connection, image_id: int, before: list[Row], after: list[Row]) -> None:
    """They are only added, or taken back by an undo, so the part that stays is the beginning."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    if same < len(before):
        connection.execute("DELETE FROM answered WHERE image_id = ? AND position >= ?", (image_id, same))
    connection.executemany(_ADD_ANSWERED, [(*after[at], image_id, at) for at in range(same, len(after))])


def read_classes(connection: sqlite3.Connection) -> tuple[ClassRecord, ...]:
    rows = connection.execute("SELECT id, name, colour FROM class ORDER BY position, id")
    return tuple(ClassRecord(*row) for row in rows)


def write_classes(connection: sqlite3.Connection, classes: Iterable[ClassRecord]) -> None:
    """The whole list in its order; a class that is not in it any more goes."""
    rows = [(record.id, at, record.name.strip(), record.colour) for at, record in enumerate(classes)]
    gone = {row[0] for row in connection.execute("SELECT id FROM class")} - {row[0] for row in rows}
    connection.executemany(
        """INSERT INTO class (id, position, name, colour) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
        SET position = excluded.position, name = excluded.name, colour = excluded.colour""",
        rows,
    )
    connection.executemany("DELETE FROM class WHERE id = ?", [(class_id,) for class_id in gone])


def count_boxes(connection: sqlite3.Connection) -> dict[int, int]:
    return dict(connection.execute("SELECT class_id, count(*) FROM box GROUP BY class_id"))


def read_setting(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def write_setting(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, value))


def last_class_id(connection: sqlite3.Connection) -> int:
    """The highest id that a class of this project has or had."""
    highest = connection.execute("SELECT max(id) FROM class").fetchone()[0] or 0
    return max(highest, int(read_setting(connection, _LAST_CLASS_ID) or 0))


def write_last_class_id(connection: sqlite3.Connection, class_id: int) -> None:
    write_setting(connection, _LAST_CLASS_ID, str(class_id))

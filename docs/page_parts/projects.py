"""The tables of a project's file, from a file that is made for the purpose; each column must have its words here."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from page_parts.markdown import blocks, code, plain, table
from training.dataset import store_schema

WORDS = {
    "setting": "What holds for the whole project.",
    "setting.key": "its name",
    "setting.value": "its value, as text",
    "class": "The classes.",
    "class.id": "never changes, also when the class is renamed",
    "class.position": "its place in the order of the list and of every export",
    "class.name": "what people call it",
    "class.colour": "as `#rrggbb`",
    "image": "The images that somebody has touched; others lie in the folder alone.",
    "image.id": "a number",
    "image.path": "relative to the project's folder, with `/`",
    "image.width": "of the upright image in pixels, once it is known",
    "image.height": "likewise",
    "image.reviewed": "1 when a person has checked it",
    "image.class_id": "the image's own class, if it has one",
    "image.split": "`train`, `validation`, `test`, or nothing yet",
    "image.box_count": "how many boxes it has, so that a list need not count",
    "image.extra": "the same of the image",
    "box": "The boxes.",
    "box.image_id": "the image",
    "box.position": "its place among the image's boxes",
    "box.class_id": "its class",
    "box.xmin": "left edge in pixels of the upright image",
    "box.ymin": "upper edge",
    "box.xmax": "right edge, greater than `xmin`",
    "box.ymax": "lower edge, greater than `ymin`",
    "box.origin": "the run that proposed it, empty for one drawn by hand",
    "box.extra": "what the format it came in said besides, JSON by names of formats",
    "answered": "Proposals that somebody has accepted or rejected, so that a run does not ask twice.",
    "answered.image_id": "the image",
    "answered.position": "their order",
    "answered.class_id": "the class that the run proposed, by the run's own number",
    "answered.xmin": "left edge",
    "answered.ymin": "upper edge",
    "answered.xmax": "right edge",
    "answered.ymax": "lower edge",
    "answered.origin": "the run",
    "answered.accepted": "1 for accepted, 0 for rejected",
}


def project_tables() -> str:
    """A column without words, or words without a column, ends the build with a KeyError or a ValueError."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "project.boxwright"
        store_schema.create(file)
        with closing(sqlite3.connect(file)) as connection:
            tables = {name: _columns(connection, name) for name in _tables(connection)}
    left = WORDS.keys() - tables.keys() - {f"{name}.{column[0]}" for name in tables for column in tables[name]}
    if left:
        raise ValueError(f"words for what is not in a project's file: {', '.join(sorted(left))}")
    number = f"This is format {store_schema.SCHEMA_VERSION} (`PRAGMA user_version`); `PRAGMA application_id` is "
    return blocks(
        f"{number}`0x{store_schema.APPLICATION_ID:X}`.", *(_table(name, columns) for name, columns in tables.items())
    )


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    order = [name for name in WORDS if "." not in name]
    return sorted(found, key=order.index)


def _columns(connection: sqlite3.Connection, name: str) -> list[tuple[str, str, bool]]:
    rows = connection.execute('SELECT name, type, "notnull" FROM pragma_table_info(?)', (name,))
    return [(column, kind, bool(needed)) for column, kind, needed in rows]


def _table(name: str, columns: list[tuple[str, str, bool]]) -> str:
    rows = [(code(column), kind.lower(), WORDS[f"{name}.{column}"]) for column, kind, _ in columns]
    return blocks(f"### {code(name)}", plain(WORDS[name]), table(("Column", "Type", "What it is"), rows))

"""What people call a run and say about it; the folder keeps its name, because a worker may be writing there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from training.dataset.safe_files import write_text
from training.run.catalogue.foreign_files import ForeignFileError, read_object
from training.run.run_folder import RunFolder

LONGEST_NAME = 200
LONGEST_NOTE = 20_000
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class RunNotes:
    """Both may be empty: then the run is called as its folder."""

    name: str = ""
    note: str = ""


def read_notes(run: RunFolder) -> RunNotes:
    """What stands in notes.json; a file that is missing or broken says nothing."""
    try:
        content = read_object(run.notes_file, MOST_BYTES) or {}
    except ForeignFileError:
        return RunNotes()
    name = " ".join(_text(content.get("name"), LONGEST_NAME).split())
    return RunNotes(name, _text(content.get("note"), LONGEST_NOTE))


def write_notes(run: RunFolder, notes: RunNotes) -> None:
    """Replace notes.json. Raises OSError, also when the run's folder is gone; the old one stays then."""
    if not run.path.is_dir():
        raise FileNotFoundError(f"{run.path}: expected the folder of the run, found none")
    kept = RunNotes(notes.name[:LONGEST_NAME].strip(), notes.note[:LONGEST_NOTE])
    write_text(run.notes_file, json.dumps(asdict(kept), indent=2) + "\n")


def _text(value: Any, longest: int) -> str:
    """Without what no text file can hold; JSON can spell halves of characters."""
    return value[:longest].encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""

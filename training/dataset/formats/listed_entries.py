"""A JSON file that is a list of entries, as several formats are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.dataset.dataset import AnnotationFileError
from training.dataset.formats.annotation_rows import AnnotationFile
from training.dataset.formats.json_stream import BadJson, members


def listed_entries(place: Path, file: AnnotationFile, many: str) -> Iterator[tuple[int, Any]]:
    """Each with its number from 1; `many` is what they are called. What breaks off later is told in `file`.

    Raises AnnotationFileError where there is none.
    """
    count = 0
    try:
        for key, entry in members(place):
            if key:
                raise BadJson(f"expected a list of {many}")
            count += 1
            yield count, entry
    except BadJson as error:
        if not count:
            raise AnnotationFileError(place, str(error)) from error
        file.report_at(None, f"{error}; what stands before that is read")

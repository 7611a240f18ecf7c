"""Files that are to go into the project, one by one: of a hundred thousand none is kept as an object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from desktop_app.predict.files.answer_columns import AnswerColumns, Whole
from desktop_app.predict.files.file_list import FileList
from desktop_app.predict.loaded_model import LoadedModel
from training.run.answers.prediction import Answer

OfferedFile = tuple[Path, Answer, LoadedModel]


@dataclass(frozen=True, slots=True, eq=False)
class OfferedFiles(Sequence[OfferedFile]):
    """What was said when they were offered, and by which model; `numbers` are files that could be read."""

    numbers: Whole
    files: FileList
    columns: AnswerColumns
    models: Mapping[int, LoadedModel]  # by the round in which they answered
    min_score: float

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> OfferedFile: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[OfferedFile]: ...
    def __getitem__(self, place: int | slice) -> OfferedFile | Sequence[OfferedFile]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        number = int(self.numbers[place])
        answer = self.columns.answer_of(number, self.min_score)
        return self.files.path(number), answer, self.models[self.columns.round_of(number)]

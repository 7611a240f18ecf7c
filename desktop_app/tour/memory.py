"""What the window remembers of the tour: whether it was offered, how far it came, how it ended."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from desktop_app.settings import Settings

KEY = "tour"


class TourState(StrEnum):
    NEW = "new"  # nobody was asked yet
    OFFERED = "offered"  # and nobody has answered
    UNDER_WAY = "under_way"
    DISMISSED = "dismissed"
    FINISHED = "finished"


ANSWERED = (TourState.DISMISSED, TourState.FINISHED)  # nobody is asked again


@dataclass(frozen=True, slots=True)
class TourMemory:
    """`step` is the one that was reached, `folder` the project it is in, `run` the one that was trained on the way."""

    state: TourState = TourState.NEW
    step: str = ""
    run: str = ""
    folder: str = ""

    @property
    def is_answered(self) -> bool:
        return self.state in ANSWERED


def read_memory(settings: Settings) -> TourMemory:
    """Anything unreadable counts as never set."""
    try:
        stored = json.loads(settings.preference(KEY))
        return TourMemory(TourState(stored["state"]), *(str(stored[key]) for key in ("step", "run", "folder")))
    except (ValueError, KeyError, TypeError):
        return TourMemory()


def write_memory(settings: Settings, memory: TourMemory) -> None:
    settings.set_preference(KEY, json.dumps(asdict(memory)))

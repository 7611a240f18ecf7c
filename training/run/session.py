"""What every part of one running training needs. No Keras."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from training.run.events import Event
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings
from training.run.together.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Session:
    """`tell` takes the run's events; `began` is the moment by time.monotonic(); `check_hold` is called before anything is
    saved, and raises RunFolderError when the run is another's now. `cluster`: several machines train this together.
    """

    run: RunFolder
    settings: TrainingSettings
    tell: Callable[[Event], None]
    control: RunControl
    began: float = field(default_factory=time.monotonic)
    check_hold: Callable[[], None] = lambda: None
    cluster: Cluster | None = None

"""Photos and annotations of real collections, which are not part of the project: tests that need them skip without."""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE_THE_PROJECT = Path(__file__).resolve().parents[3] / "shared/data"

REAL_DATA = Path(os.environ.get("BOXWRIGHT_DATA", _BESIDE_THE_PROJECT))
WHY_SKIPPED = "real annotations lie neither beside the project in shared/data nor where BOXWRIGHT_DATA says"

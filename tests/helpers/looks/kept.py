"""The rough pictures of all pages that are kept beside this file, to notice when one looks otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from training.dataset.safe_files import write_text

FILE = Path(__file__).with_name("kept.json")
KEPT_LOOK = "light"


def kept_looks() -> dict[str, list[str]]:
    """By page: the lines of its fingerprint."""
    found: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def keep_looks(views: Iterable[Mapping[str, Any]]) -> None:
    kept = {view["page"]: view["fingerprint"] for view in views if view["look"] == KEPT_LOOK}
    write_text(FILE, json.dumps(kept, indent=1, sort_keys=True) + "\n")

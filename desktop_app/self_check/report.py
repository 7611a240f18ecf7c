"""What came of each step: a line as it ends, a screenshot, and report.json."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from training.dataset.command_output import say
from training.dataset.safe_files import write_text

FORMAT = 1


@dataclass(frozen=True, slots=True)
class StepReport:
    step: str
    ok: bool
    seconds: float
    sentence: str


class Report:
    """`report.json` is written anew after every step, so that it is there whatever happens next."""

    def __init__(self, out: Path, facts: dict[str, str]) -> None:
        self._out = out
        self._shots = out / "shots"
        self._shots.mkdir(parents=True, exist_ok=True)
        self._facts = facts
        self._shot_count = 0
        self.steps: list[StepReport] = []
        self.is_whole = False

    @property
    def ok(self) -> bool:
        """All steps were done, and done well."""
        return self.is_whole and all(step.ok for step in self.steps)

    def add(self, step: str, sentence: str, seconds: float, *, ok: bool = True) -> None:
        self.steps.append(StepReport(step, ok, round(seconds, 2), sentence))
        tell(f"{'ok' if ok else 'FAILED':<7}{seconds:6.1f} s  {step}: {sentence}")
        self.write()

    def shoot(self, widget: QWidget, name: str) -> None:
        self._shot_count += 1
        widget.grab().save(str(self._shots / f"{self._shot_count:02}-{name}.png"))

    def write(self) -> None:
        report = {"format": FORMAT, "ok": self.ok, **self._facts, "steps": [asdict(step) for step in self.steps]}
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        write_text(self._out / "report.json", text)


def tell(line: str) -> None:
    """On Windows a program with a window may have nowhere to write to."""
    if sys.stdout is not None:
        say(line)
        sys.stdout.flush()

"""Putting numbers and names into translated sentences."""

from __future__ import annotations

import html
import math
import re

from PySide6.QtCore import QCoreApplication

from training.run.percent import score_percent, whole_percent

MINUTE = 60
HOUR = 60 * MINUTE
MOST_NAMES = 3  # in one sentence


def filled(text: str, *values: object) -> str:
    """`text` with %1, %2 ... replaced at once, so that a name with a percent sign stays as it is."""
    return re.sub(r"%([1-9])", lambda match: str(values[int(match[1]) - 1]), text)


def on_one_line(name: str) -> str:
    """Of a file: its name may have line breaks."""
    return "⏎".join(name.splitlines())


def tooltip(text: str) -> str:
    """Shown as it is, also where a name in it looks like HTML, which a tooltip would follow."""
    if "<" not in text and "&" not in text:
        return text
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>"


def counted(count: int, one: str, many: str) -> str:
    """`one`, or `many` with its %n filled in: English has two forms, and no translation need be loaded for them."""
    return one if count == 1 else many.replace("%n", str(count))


def joined(parts: list[str]) -> str:
    """A, B and C."""
    if len(parts) < 2:
        return "".join(parts)
    return filled(_tr("%1 and %2"), _tr(", ").join(parts[:-1]), parts[-1])


def quoted_names(names: list[str]) -> str:
    """“fork”, “knife” and 3 more."""
    quoted = [filled(_tr("“%1”"), name) for name in names]
    if len(quoted) > MOST_NAMES + 1:
        more = _tr("%n more").replace("%n", str(len(quoted) - MOST_NAMES))
        quoted = [*quoted[:MOST_NAMES], more]
    return joined(quoted)


def time_left(seconds: float) -> str:
    """“about 2 minutes left”, no finer than anybody can know."""
    if not math.isfinite(seconds) or seconds < 0:
        return ""
    if seconds < 10:
        return _tr("a few seconds left")
    if seconds < 55:
        return filled(_tr("about %1 seconds left"), 5 * round(seconds / 5))
    if seconds < HOUR:
        minutes = round(seconds / MINUTE)
        return counted(minutes, _tr("about 1 minute left"), _tr("about %n minutes left"))
    minutes = 5 * round(seconds / MINUTE / 5)
    return filled(_tr("about %1 h %2 min left"), minutes // 60, f"{minutes % 60:02d}")


def duration(seconds: float) -> str:
    """“about 2 minutes”, no finer than anybody can know before."""
    if seconds < 10:
        return _tr("a few seconds")
    if seconds < 55:
        return filled(_tr("about %1 seconds"), 5 * round(seconds / 5))
    if seconds < HOUR:
        minutes = round(seconds / MINUTE)
        return counted(minutes, _tr("about 1 minute"), _tr("about %n minutes"))
    minutes = 5 * round(seconds / MINUTE / 5)
    return filled(_tr("about %1 h %2 min"), minutes // 60, f"{minutes % 60:02d}")


def percent(share: float | None) -> str:
    """A share of 0..1 as a whole percentage, or a dash where there is none."""
    return "–" if share is None or not math.isfinite(share) else filled(_tr("%1 %"), whole_percent(share))


def score_text(score: float) -> str:
    """How sure a model is, 0..1, as a whole percentage that it reaches: what a lowest score is compared with."""
    return filled(_tr("%1 %"), score_percent(score))


def score_number(score: float) -> str:
    """The same where there is little room: 0.99."""
    return f"{score_percent(score) / 100:.2f}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Words", text)

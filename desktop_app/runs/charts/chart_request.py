"""What a chart is drawn from: plain values that any thread may hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from training.run.events import EpochEvent


class Smoothing(StrEnum):
    """How much a curve is calmed down before it is drawn."""

    OFF = "off"
    LIGHT = "light"
    STRONG = "strong"

    @property
    def weight(self) -> float:
        """The share of what was there before in each smoothed value, 0 to 1."""
        return {Smoothing.OFF: 0.0, Smoothing.LIGHT: 0.6, Smoothing.STRONG: 0.9}[self]


class Across(StrEnum):
    """What the curves are drawn over."""

    EPOCHS = "epochs"
    SECONDS = "seconds"  # of training, summed up to the end of each epoch


Dashes = tuple[float, ...]  # lengths of line and gap in turn, in widths of the line; nothing for a line without gaps


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one run. Lines of one colour and name belong together; `part` tells them apart for people."""

    key: str
    colour: str
    name: str
    part: str = ""
    run: int = 0  # place in ChartContents.runs
    dashes: Dashes = ()

    @property
    def of_training_images(self) -> bool:
        return not self.key.startswith("val_")


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves with one axis. Losses may be shown on a logarithmic one, shares of 0..1 are shown as percentages."""

    title: str
    lines: tuple[Line, ...]
    is_share: bool = False
    is_whole_share: bool = False  # the axis goes from 0 to 100 % whatever the curves do


@dataclass(frozen=True, slots=True)
class ChartRun:
    """What happened in one run; `epochs` is how many there will be, `resumed_after` epochs it was taken up again."""

    history: tuple[EpochEvent, ...]
    epochs: int
    resumed_after: tuple[int, ...] = ()
    phase_starts: tuple[tuple[int, str], ...] = ()  # after which epoch another part began, and its name for people


@dataclass(frozen=True, slots=True)
class ChartContents:
    """What is drawn, whatever it looks like. Names of lines stand below the curves if `legend_below`."""

    panels: tuple[Panel, ...]
    runs: tuple[ChartRun, ...]
    across: Across = Across.EPOCHS
    legend_below: bool = False


@dataclass(frozen=True, slots=True)
class ChartLook:
    """Colours as #rrggbb, words already translated."""

    background: str
    text: str
    muted: str
    grid: str
    epoch: str
    seconds: str
    minutes: str
    hours: str
    best: str
    resumed: str


@dataclass(frozen=True, slots=True)
class ChartRequest:
    """Sizes in device-independent pixels, `ratio` of device pixels to them.

    `zoom` is the part of the lower axis that is wanted, in epochs or seconds; None shows all.
    """

    width: int
    height: int
    ratio: float
    look: ChartLook
    contents: ChartContents = field(repr=False)
    is_log: bool = False
    smoothing: Smoothing = Smoothing.OFF
    zoom: tuple[float, float] | None = None
    title: str = ""

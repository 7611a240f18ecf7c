"""What a chart is drawn from: plain values that any thread may hold."""

from __future__ import annotations

from dataclasses import dataclass

from training.run.events import EpochEvent


@dataclass(frozen=True, slots=True)
class ChartStyle:
    """Colours as #rrggbb, words already translated. A head keeps its colour in every panel."""

    background: str
    text: str
    muted: str
    grid: str
    total: str
    heads: tuple[str, str, str]  # class, box, presence
    loss_title: str
    heads_title: str
    shares_title: str
    training: str
    validation: str
    head_names: tuple[str, str, str]
    share_names: tuple[str, str, str]  # class accuracy, mean IoU, presence accuracy
    epoch: str
    best: str


@dataclass(frozen=True, slots=True)
class ChartRequest:
    """Sizes in device-independent pixels, `ratio` of device pixels to them; `epochs` is how many there will be."""

    width: int
    height: int
    ratio: float
    style: ChartStyle
    history: tuple[EpochEvent, ...]
    epochs: int

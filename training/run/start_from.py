"""What a run can take from an earlier one, known before anything is loaded. No Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.dataset.is_there import is_file, is_folder
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.network_layout import Common, Obstacle, common_backbone, obstacle_to_heads
from training.run.recipes.names import LOCALIZER
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import ClassEntry, SettingsError, TrainingSettings

# What somebody can choose alike.
_CHOSEN = (Obstacle.ARCHITECTURE, Obstacle.MODEL_SIZE)
_WHY = {
    Obstacle.RECIPE: "the recipes differ",
    Obstacle.MODEL_SIZE: "the model sizes differ",
    Obstacle.INPUT_SIZE: "its input size leads to other layers",
    Obstacle.VERSION: "a former version of Boxwright built them otherwise",
    Obstacle.LAYERS: "they are built otherwise",
}


@dataclass(frozen=True, slots=True)
class EarlierModel:
    """The best model of an earlier run, as it describes itself; `image_root` is empty where nobody knows any more."""

    run: RunFolder
    card: ModelCard
    image_root: str = ""

    @property
    def name(self) -> str:
        return self.run.path.name


@dataclass(frozen=True, slots=True)
class Taken:
    """Which parts of an earlier model a new one starts with.

    `columns` are pairs of class outputs, here and there. With `head` come the layers that join the backbone's maps, and
    those that find objects and boxes; without `box` but for the one whose numbers are read as a box.
    """

    earlier: EarlierModel
    classes: tuple[ClassEntry, ...]
    backbone: Common
    head: bool = False
    box: bool = False
    presence: bool = False
    columns: tuple[tuple[int, int], ...] = ()
    obstacle: Obstacle = Obstacle.NONE

    @property
    def known_classes(self) -> tuple[str, ...]:
        return tuple(self.classes[here].name for here, _ in self.columns)

    @property
    def new_classes(self) -> tuple[str, ...]:
        known = {here for here, _ in self.columns}
        return tuple(entry.name for place, entry in enumerate(self.classes) if place not in known)

    @property
    def box_head(self) -> bool:
        """A classifier has none."""
        return self.head and self.box

    def sentences(self) -> tuple[str, ...]:
        """In plain English, for the run's records and the terminal."""
        if self.backbone is Common.NOTHING:
            return (self.refusal(),)
        is_whole = self.backbone is Common.WHOLE
        parts = ["the backbone" if is_whole else "the beginning of the backbone"]
        if self.box_head:
            parts.append("the box head")
        if self.presence:
            parts.append("the presence head")
        if self.columns:
            parts.append(f"the class head for {', '.join(self.known_classes)}")
        told = [f"Taken from {self.earlier.name}: {', '.join(parts)}."]
        if not self.head:
            what = "The heads are" if is_whole else "The rest of it and the heads are"
            told.append(f"{what} learned anew, as {_WHY[self.obstacle]}.")
            return tuple(told)
        if self.is_read_otherwise:
            told.append("Learned anew: the box head, as the box encodings differ.")
        if self.new_classes:
            told.append(f"Learned anew: the class head for {', '.join(self.new_classes)}.")
        return tuple(told)

    @property
    def is_read_otherwise(self) -> bool:
        """The box head is the only one left out, for its numbers mean something else."""
        return self.head and not self.box and not self.earlier.card.is_classifier

    def without_heads(self, obstacle: Obstacle) -> Taken:
        return Taken(self.earlier, self.classes, self.backbone, obstacle=obstacle)

    def refusal(self) -> str:
        """Why there is nothing to take."""
        card = self.earlier.card
        if self.obstacle not in _CHOSEN:
            there = "a network that a former version of Boxwright built otherwise"
        elif self.obstacle is Obstacle.ARCHITECTURE:
            there = f"another network ({card.architecture})"
        else:
            there = f"another model size ({card.model_size or 'unknown'})"
        return (
            f"the run to start from: nothing can be taken from {self.earlier.name}, as it trained {there}; "
            f"{'choose the same' if self.obstacle in _CHOSEN else 'choose another'}, or start from no run"
        )


def read_earlier(folder: Path) -> EarlierModel:
    """What the run in this folder has to give. Raises RunFailed and ModelFileError."""
    run = RunFolder(folder)
    if not is_folder(folder):
        raise RunFailed(f"the run to start from: expected its folder at {folder}, found none there")
    if not is_file(run.best_model):
        raise RunFailed(f"the run to start from: expected its model {run.best_model}, found none")
    card = ModelCard.read_from(run.best_model)
    try:
        settings = run.settings()
    except (RunFolderError, SettingsError):
        return EarlierModel(run, card)
    if not card.model_size:
        card = card.of_size(settings.model_size)
    return EarlierModel(run, card, settings.image_root)


def what_is_taken(earlier: EarlierModel, settings: TrainingSettings, presence: bool | None = None) -> Taken:
    """`presence` says whether the new model has that head, where that is known better than by the settings."""
    card = earlier.card
    obstacle, backbone = obstacle_to_heads(card, settings), common_backbone(card, settings)
    if obstacle is not Obstacle.NONE:
        return Taken(earlier, settings.classes, backbone, obstacle=obstacle)
    has_presence = settings.presence if presence is None else presence
    return Taken(
        earlier,
        settings.classes,
        backbone,
        head=True,
        box=card.recipe == LOCALIZER and card.box_numbers == settings.box_encoding,
        presence=has_presence and "presence" in earlier.card.heads,
        columns=_columns(settings.classes, earlier.card.classes, _same_project(earlier, settings)),
    )


def check_start(settings: TrainingSettings) -> Taken | None:
    """What `settings.start_from` gives; None where it names no run. Raises RunFailed when nothing can be taken."""
    if not settings.start_from:
        return None
    taken = what_is_taken(read_earlier(Path(settings.start_from)), settings)
    if taken.backbone is Common.NOTHING:
        raise RunFailed(taken.refusal())
    return taken


def _same_project(earlier: EarlierModel, settings: TrainingSettings) -> bool:
    return bool(earlier.image_root) and Path(earlier.image_root) == settings.image_folder


def _columns(
    here: Sequence[ClassEntry], there: Sequence[ClassEntry], same_project: bool
) -> tuple[tuple[int, int], ...]:
    """The surest agreement first: id and name, then the name, then, in one project, the id of a class renamed since."""
    rules: list[Callable[[ClassEntry, ClassEntry], bool]] = [
        lambda one, other: one == other,
        lambda one, other: one.name == other.name,
    ]
    if same_project:
        rules.append(lambda one, other: one.id == other.id)
    found: dict[int, int] = {}
    for agrees in rules:
        for place, entry in enumerate(here):
            free = (at for at, other in enumerate(there) if at not in found.values() and agrees(entry, other))
            match = None if place in found else next(free, None)
            if match is not None:
                found[place] = match
    return tuple(sorted(found.items()))

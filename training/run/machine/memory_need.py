"""What a run needs of this computer, so that it can be told before memory runs out. No Keras.

The numbers were measured as the peak of a worker's resident memory (TensorFlow 2.21, Keras 3.15, on the CPU):
`benchmarks/memory.py` measures them again. They are rough by nature, and are used for warnings only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from training.run.machine.cache_place import fits_in_memory, folder_for, places
from training.run.machine.machine import disk_free, memory_and_free
from training.run.recipes.localizer_defaults import COMPACT, LAB
from training.run.recipes.names import CLASSIFIER
from training.run.settings import TrainingSettings

MEBIBYTE = 2**20
# Of a whole worker, with its export, before any picture: TensorFlow, Keras, and what they compile.
COMPACT_BASE, BACKBONE_BASE = 920 * MEBIBYTE, 1400 * MEBIBYTE
# For each million pixels of a batch (batch size x input size x input size): what the layers keep for going back.
COMPACT_PER_MEGAPIXEL = {"small": 95 * MEBIBYTE, "medium": 130 * MEBIBYTE, "large": 290 * MEBIBYTE}
BACKBONE_PER_MEGAPIXEL = 2300 * MEBIBYTE
LAB_PER_MEGAPIXEL = 240 * MEBIBYTE
LAB_BYTES_OF_PARAMETER = 140  # its one large matrix is copied when it is compiled and exported
SHARE_OF_ANSWERING = 0.25  # of that, where a backbone only answers
BYTES_OF_FEATURES = 4 * 1280  # of one picture, as MobileNetV2 and others have them
BYTES_OF_PARAMETER = 16  # the weight, its gradient and two moments of Adam, four bytes each
# Millions, from the table of keras.applications; families not named here count as the middle of it.
MILLION_PARAMETERS = {
    "ConvNeXtTiny": 29, "ConvNeXtSmall": 50, "ConvNeXtBase": 89, "ConvNeXtLarge": 198, "ConvNeXtXLarge": 350,
    "DenseNet121": 8, "DenseNet169": 14, "DenseNet201": 20,
    "EfficientNetB0": 5, "EfficientNetB1": 8, "EfficientNetB2": 9, "EfficientNetB3": 12, "EfficientNetB4": 19,
    "EfficientNetB5": 31, "EfficientNetB6": 43, "EfficientNetB7": 67,
    "EfficientNetV2B0": 7, "EfficientNetV2B1": 8, "EfficientNetV2B2": 10, "EfficientNetV2B3": 14,
    "EfficientNetV2S": 22, "EfficientNetV2M": 54, "EfficientNetV2L": 119,
    "InceptionResNetV2": 56, "InceptionV3": 24, "MobileNet": 4, "MobileNetV2": 4, "MobileNetV3Large": 5,
    "MobileNetV3Small": 3, "NASNetLarge": 89, "NASNetMobile": 5,
    "ResNet50": 26, "ResNet50V2": 26, "ResNet101": 45, "ResNet101V2": 45, "ResNet152": 60, "ResNet152V2": 60,
    "VGG16": 15, "VGG19": 20, "Xception": 23,
}  # fmt: skip
USUAL_MILLIONS = 25
# best.keras and last.keras with their optimizers, each written beside an older one, and best.tflite.
COPIES_ON_DISK = 5
REST_ON_DISK = 50 * MEBIBYTE  # events, tables, reports


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes of main memory at the peak, of the disk of the runs, and of a file for prepared images (see `cache_place`)."""

    memory: int
    disk: int
    cache: int = 0


def need_of(settings: TrainingSettings, images: int, memory_free: int | None = None) -> Need:
    """`images` are all samples, of every split: three bytes a pixel of the square, in memory while they fit.

    `memory_free` is what is free now unless given. What a frozen backbone says of the samples is kept with them.
    """
    pictures = images * settings.input_size**2 * 3 + _features(settings, images)
    in_memory = fits_in_memory(pictures, memory_and_free()[1] if memory_free is None else memory_free)
    megapixels = settings.batch_size * settings.input_size**2 / 1e6
    if settings.architecture == LAB:
        parameters = _lab_parameters(settings.input_size)
        weights = parameters * BYTES_OF_PARAMETER
        working = COMPACT_BASE + parameters * LAB_BYTES_OF_PARAMETER + megapixels * LAB_PER_MEGAPIXEL
    elif settings.architecture == COMPACT:
        working = COMPACT_BASE + megapixels * COMPACT_PER_MEGAPIXEL[settings.model_size]
        weights = 6.0 * MEBIBYTE
    else:
        millions = MILLION_PARAMETERS.get(settings.architecture, USUAL_MILLIONS)
        weights = millions * 1e6 * BYTES_OF_PARAMETER
        share = SHARE_OF_ANSWERING if _only_answers(settings) else 1.0
        working = BACKBONE_BASE + weights + share * megapixels * BACKBONE_PER_MEGAPIXEL
    return Need(
        memory=round(working) + (pictures if in_memory else 0),
        disk=round(COPIES_ON_DISK * weights) + REST_ON_DISK,
        cache=0 if in_memory else pictures,
    )


def _lab_parameters(input_size: int) -> float:
    """Nearly all of them are those of the dense layer, which sees every place of the last map."""
    side = input_size
    for _ in range(3):
        side = (side - 2) // 2
    return side * side * 64 * 128 + 50_000


def _only_answers(settings: TrainingSettings) -> bool:
    """Whether the backbone is frozen in the whole training, so that nothing is kept for going back through it."""
    return _is_frozen_at_first(settings) and not settings.has_two_phases


def _is_frozen_at_first(settings: TrainingSettings) -> bool:
    return settings.recipe == CLASSIFIER and settings.weights != "random"


def _features(settings: TrainingSettings, images: int) -> int:
    if not _is_frozen_at_first(settings):
        return 0
    return images * (1 + (settings.feature_copies if settings.augment else 0)) * BYTES_OF_FEATURES


@dataclass(frozen=True, slots=True)
class Shortage:
    """`code` is memory_short or disk_short, as a run's warning of it; amounts as people read them."""

    code: str
    needed: str
    free: str

    @property
    def facts(self) -> dict[str, str]:
        return {"needed": self.needed, "free": self.free}

    @property
    def sentence(self) -> str:
        if self.code == "memory_short":
            return (
                f"This run needs about {self.needed} of memory, and {self.free} are free: it may become very slow or "
                "break off. Close other programs, or lower the batch size or the input size."
            )
        return f"This run writes about {self.needed}, and {self.free} are free on its disk: make room there first."


def shortage(settings: TrainingSettings, images: int, runs_folder: Path) -> Shortage | None:
    """What will hardly do for this run on this computer; None when memory and disk will."""
    memory_free = memory_and_free()[1]
    need = need_of(settings, images, memory_free)
    if need.cache:
        folder = folder_for(need.cache, runs_folder)
        if folder is None:
            return Shortage("disk_short", amount(need.cache), amount(max(room for _, room in places(runs_folder))))
        if folder == runs_folder:
            need = replace(need, disk=need.disk + need.cache)
    return shortage_of(need, memory_free, disk_free(runs_folder))


def shortage_of(need: Need, memory_free: int, disk: int | None) -> Shortage | None:
    if need.memory > memory_free:
        return Shortage("memory_short", amount(need.memory), amount(memory_free))
    if disk is not None and need.disk > disk:
        return Shortage("disk_short", amount(need.disk), amount(disk))
    return None


def amount(size: float) -> str:
    """Bytes for people: 512 MB, 1.9 GB."""
    if size < 2**30:
        return f"{size / 2**20:.0f} MB"
    return f"{size / 2**30:.1f} GB"

"""What a training will compute on here, why not on the rest, and what would change that. No Keras, pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from training.run.machine.graphics_cards import GraphicsCard
from training.run.machine.machine import Machine
from training.run.machine.memory_need import Need, amount, shortage_of
from training.run.machine.smaller_settings import in_words, smaller_settings
from training.run.plain_values import to_plain
from training.run.recipes.names import LOCALIZER

TOGETHER = ("tensorflow", "jax")  # backends that share a batch among GPUs
CPU_ONLY = "The CPU works everywhere; a GPU that can be used is several times faster."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What decides about GPUs besides the cards: `platform` as in sys.platform; `hidden` is CUDA_VISIBLE_DEVICES.

    `usable` are the names of the GPUs that the backend found, `automatic` that of the device which the setting "auto"
    takes; `problem` says why the backend could not be asked.
    """

    platform: str
    is_wsl: bool
    backend: str
    usable: tuple[str, ...] = ()
    automatic: str = ""
    has_cuda_build: bool = False
    has_cuda_libraries: bool = False
    hidden: str | None = None
    problem: str = ""
    is_built_program: bool = False  # into which nothing can be installed


@dataclass(frozen=True, slots=True)
class Verdict:
    """One device. `reason` says why it is (not) used, `remedy` what to do about it, maybe nothing."""

    name: str
    memory: int | None
    is_used: bool
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    machine: Machine
    backend: str
    versions: dict[str, str]
    verdicts: tuple[Verdict, ...]
    need: Need
    need_for: str
    disk_free: int | None
    disk_folder: str
    automatic: str = ""
    warnings: tuple[str, ...] = field(default=())
    smaller: str = ""  # what a new training has smaller here than usual

    def to_plain(self) -> dict[str, object]:
        content: dict[str, object] = to_plain(self)
        return content

    def lines(self) -> list[str]:
        """The same for people."""
        machine = self.machine
        return [
            *(f"Warning: {warning}" for warning in self.warnings),
            f"System: {machine.system}",
            f"Processor: {machine.processor}, {machine.cores} cores for this program",
            f"Memory: {amount(machine.memory)}, {amount(machine.memory_free)} free",
            f"Disk: {'unknown' if self.disk_free is None else amount(self.disk_free)} free in {self.disk_folder}",
            f"A training ({self.need_for}) needs about {amount(self.need.memory)} of memory and "
            f"{amount(self.need.disk)} of the disk.",
            *([f"This computer has little memory, so a new training has: {self.smaller}."] if self.smaller else []),
            f"Computes with: Keras on {self.backend}",
            *([f"Chosen automatically: {self.automatic}"] if self.automatic else []),
            *(line for verdict in self.verdicts for line in _lines_of(verdict)),
            "Versions: " + ", ".join(f"{name} {version}" for name, version in self.versions.items()),
        ]


def _lines_of(verdict: Verdict) -> list[str]:
    memory = "" if verdict.memory is None else f", {amount(verdict.memory)}"
    mark = "used" if verdict.is_used else "not used"
    lines = [f"{verdict.name}{memory}: {mark}. {verdict.reason}"]
    return [*lines, f"  What to do: {verdict.remedy}"] if verdict.remedy else lines


def diagnosed(
    machine: Machine,
    cards: Sequence[GraphicsCard],
    around: Surroundings,
    versions: Mapping[str, str],
    need: Need,
    need_for: str,
    disk: tuple[int | None, str],
) -> Diagnosis:
    """Judge what was found. `disk` is how many bytes are free, and where."""
    short = shortage_of(need, machine.memory_free, disk[0])
    warnings = [around.problem, "" if short is None else short.sentence]
    return Diagnosis(
        machine=machine,
        backend=around.backend,
        versions=dict(versions),
        verdicts=tuple(verdicts(machine, cards, around)),
        need=need,
        need_for=need_for,
        disk_free=disk[0],
        disk_folder=disk[1],
        automatic=around.automatic,
        warnings=tuple(warning for warning in warnings if warning),
        smaller=in_words(LOCALIZER, smaller_settings(LOCALIZER, machine.memory)),
    )


def verdicts(machine: Machine, cards: Sequence[GraphicsCard], around: Surroundings) -> list[Verdict]:
    """The CPU and every card. Cards that the backend found are used: all together unless one is chosen."""
    names = matched(cards, around.usable)
    judged = [_of_card(card, name, around) for card, name in zip(cards, names, strict=True)]
    # What the backend computes on is there, even where nothing else tells of the card.
    unmatched = [name for name in around.usable if names.count(name) < around.usable.count(name)]
    judged += [_used_card(name, None, around) for name in unmatched]
    uses_gpu = any(verdict.is_used for verdict in judged)
    reason = "Prepares the images; the GPU does the learning." if uses_gpu else "A training computes here."
    if not cards and not uses_gpu:
        reason += f" There is no graphics card that could. {CPU_ONLY}"
    return [Verdict(f"CPU, {machine.cores} cores", machine.memory, not uses_gpu, reason), *judged]


def matched(cards: Sequence[GraphicsCard], usable: Sequence[str]) -> list[str | None]:
    """For each card the backend's name of it, None where it finds no such GPU.

    Names agree mostly. Those left over are taken for the cards left over, in order: a backend may say "Apple GPU" or a
    driver's name. NVIDIA's come first, as they are what most backends compute on.
    """
    left = list(usable)
    names: list[str | None] = [None] * len(cards)
    for number, card in enumerate(cards):
        if card.name in left:
            left.remove(card.name)
            names[number] = card.name
    rest = [number for number, name in enumerate(names) if name is None]
    rest.sort(key=lambda number: (cards[number].vendor != "NVIDIA", cards[number].vendor == "Intel"))
    for number, name in zip(rest, left, strict=False):
        names[number] = name
    return names


def _of_card(card: GraphicsCard, name: str | None, around: Surroundings) -> Verdict:
    """`name` is what the backend calls it."""
    if name is not None:
        return _used_card(card.name, card.memory, around, name)
    reason, remedy = _why_not(card, around)
    return Verdict(card.name, card.memory, False, reason, remedy)


def _used_card(name: str, memory: int | None, around: Surroundings, found_as: str | None = None) -> Verdict:
    if len(around.usable) > 1 and around.backend in TOGETHER:
        return Verdict(name, memory, True, "A training computes here and on the other GPUs, unless one is chosen.")
    if (found_as or name) == around.usable[0]:
        return Verdict(name, memory, True, "A training computes here unless another device is chosen.")
    return Verdict(name, memory, True, "Can be chosen as the device of a training.")


def _why_not(card: GraphicsCard, around: Surroundings) -> tuple[str, str]:
    if around.problem:
        return f"Keras on {around.backend} could not be asked.", ""
    if around.backend != "tensorflow":
        return (
            f"Keras works on {around.backend}, and that finds no such GPU.",
            f"Install a build of {around.backend} for this card, or unset KERAS_BACKEND to use TensorFlow.",
        )
    if card.vendor == "NVIDIA":
        return _why_not_nvidia(card, around)
    if card.vendor == "Apple" or around.platform == "darwin":
        return (
            "TensorFlow has no GPU build for macOS.",
            "Install PyTorch and start Boxwright with KERAS_BACKEND=torch; it computes on Apple's GPUs.",
        )
    if card.vendor == "AMD" and around.platform == "linux":
        return (
            "TensorFlow's own packages know no AMD cards.",
            "Install PyTorch's build for ROCm and start Boxwright with KERAS_BACKEND=torch.",
        )
    return "TensorFlow computes on NVIDIA cards only.", ""


def _why_not_nvidia(card: GraphicsCard, around: Surroundings) -> tuple[str, str]:
    if around.platform == "win32":
        return (
            "TensorFlow has no GPU build for native Windows (the last one was 2.10).",
            "Use Boxwright in WSL2, where TensorFlow computes on this card; or install a CUDA build of PyTorch and "
            "start Boxwright with KERAS_BACKEND=torch.",
        )
    if around.hidden is not None and around.hidden.strip() in ("", "-1"):
        return f"CUDA_VISIBLE_DEVICES={around.hidden!r} hides it.", "Unset that variable."
    if not card.driver:
        where = "in Windows (not in WSL)" if around.is_wsl else "with your distribution's tool"
        return "Its driver does not answer (nvidia-smi).", f"Install NVIDIA's driver {where} and start again."
    if not around.has_cuda_build and around.is_built_program:
        return (
            "This program came with a TensorFlow that is built for the CPU alone.",
            'Install Boxwright with Python instead: pip install "boxwright[gpu]".',
        )
    if not around.has_cuda_build:
        return (
            "The installed TensorFlow is built for the CPU alone.",
            'Remove tensorflow-cpu and install "tensorflow[and-cuda]" in its place.',
        )
    if not around.has_cuda_libraries:
        return (
            "TensorFlow's GPU libraries are not installed.",
            'pip install "boxwright[gpu]" (or "tensorflow[and-cuda]").',
        )
    return (
        f"TensorFlow could not use it, with driver {card.driver}; most often the driver is older than its CUDA needs.",
        "Update NVIDIA's driver and start again.",
    )

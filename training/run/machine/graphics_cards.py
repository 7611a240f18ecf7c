"""The graphics cards that are in this computer, whether or not anything here can compute on them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PCI_DEVICES = Path("/sys/bus/pci/devices")
DISPLAY_CLASS = "0x03"
VENDORS = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}
WSL_NVIDIA_SMI = "/usr/lib/wsl/lib/nvidia-smi"
SECONDS = 20


@dataclass(frozen=True, slots=True)
class GraphicsCard:
    """`vendor` is NVIDIA, AMD, Intel, Apple or another name; `memory` in bytes where it is known.

    `driver` is the version that NVIDIA's own tool tells, empty when that doesn't answer.
    """

    vendor: str
    name: str
    memory: int | None = None
    driver: str = ""


Ask = Callable[[Sequence[str]], str]


def find_cards(platform: str = sys.platform) -> list[GraphicsCard]:
    """NVIDIA's tool knows its cards best; the system knows the others."""
    nvidia = nvidia_cards(answer_of)
    if platform == "win32":
        others = windows_cards(answer_of)
    elif platform == "darwin":
        others = mac_cards(answer_of)
    else:
        others = pci_cards(PCI_DEVICES)
    # A card that its own tool didn't tell of is still there: that is what the doctor has to say.
    return nvidia + [card for card in others if card.vendor != "NVIDIA" or not nvidia]


def answer_of(command: Sequence[str]) -> str:
    """What a command prints; nothing when there is no such command, or it fails or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True, errors="replace")
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def nvidia_cards(ask: Ask) -> list[GraphicsCard]:
    query = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"]
    output = ask(["nvidia-smi", *query]) or ask([WSL_NVIDIA_SMI, *query])
    cards = []
    for line in output.splitlines():
        name, _, rest = line.partition(",")
        memory, _, driver = rest.partition(",")
        if driver:
            size = int(memory) * 2**20 if memory.strip().isdigit() else None
            cards.append(GraphicsCard("NVIDIA", name.strip(), size, driver.strip()))
    return cards


def pci_cards(devices: Path) -> list[GraphicsCard]:
    cards = []
    for device in sorted(devices.glob("*")):
        if _text_of(device / "class").startswith(DISPLAY_CLASS):
            vendor = VENDORS.get(_text_of(device / "vendor"))
            if vendor is not None:  # virtual machines have display adapters that are no cards
                cards.append(GraphicsCard(vendor, f"{vendor} graphics (PCI {device.name})"))
    return cards


def windows_cards(ask: Ask) -> list[GraphicsCard]:
    script = "Get-CimInstance Win32_VideoController | Select-Object Name | ConvertTo-Json"
    entries = _json_of(ask(["powershell", "-NoProfile", "-NonInteractive", "-Command", script]))
    names = [entry.get("Name") for entry in (entries if isinstance(entries, list) else [entries]) if entry]
    return [GraphicsCard(_vendor_in(name), name) for name in names if isinstance(name, str)]


def mac_cards(ask: Ask) -> list[GraphicsCard]:
    content = _json_of(ask(["system_profiler", "SPDisplaysDataType", "-json"]))
    entries = content.get("SPDisplaysDataType", []) if isinstance(content, dict) else []
    names = [entry.get("sppci_model") for entry in entries if isinstance(entry, dict)]
    return [GraphicsCard(_vendor_in(name), name) for name in names if isinstance(name, str)]


def _vendor_in(name: str) -> str:
    words = {"nvidia": "NVIDIA", "geforce": "NVIDIA", "amd": "AMD", "radeon": "AMD", "intel": "Intel", "apple": "Apple"}
    return next((vendor for word, vendor in words.items() if word in name.lower()), name)


def _json_of(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else []
    except ValueError:
        return []


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""

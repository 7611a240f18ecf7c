"""What a run was computed on. No Keras."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CPU_KEY_OF_WINDOWS = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"


@dataclass(frozen=True, slots=True)
class Hardware:
    """Memory in bytes, None where it is not known; `gpu` is empty when the CPU did the work."""

    system: str = ""
    cpu: str = ""
    cores: int = 0
    threads: int = 0
    memory: int | None = None
    gpu: str = ""
    gpu_memory: int | None = None


def hardware_here(gpu: str = "", gpu_memory: int | None = None) -> Hardware:
    """Of this machine; the GPU is told by whoever uses it."""
    import psutil

    return Hardware(
        system=platform.platform(terse=True),
        cpu=cpu_name(),
        cores=psutil.cpu_count(logical=False) or 0,
        threads=os.cpu_count() or 0,
        memory=int(psutil.virtual_memory().total),
        gpu=gpu,
        gpu_memory=gpu_memory,
    )


def cpu_name() -> str:
    """As its maker calls it; the architecture where the system does not tell."""
    name = {"linux": _linux_name, "darwin": _mac_name, "win32": _windows_name}.get(sys.platform, str)()
    return " ".join(name.split()) or platform.processor() or platform.machine()


def _linux_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2] for line in lines if line.startswith("model name")), "")


def _mac_name() -> str:
    command = ["sysctl", "-n", "machdep.cpu.brand_string"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _windows_name() -> str:
    registry: Any = __import__("winreg")
    try:
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, CPU_KEY_OF_WINDOWS) as key:
            return str(registry.QueryValueEx(key, "ProcessorNameString")[0])
    except OSError:
        return ""

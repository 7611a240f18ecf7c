"""Which versions of what are installed; nothing is loaded to tell it."""

from __future__ import annotations

import importlib.metadata
import platform

from training.run.report.report import own_version

PACKAGES = (
    "keras", "tensorflow", "tensorflow-cpu", "torch", "jax", "ai-edge-litert", "numpy", "opencv-python-headless",
    "pillow", "pyside6-essentials", "matplotlib",
)  # fmt: skip


def package_versions() -> dict[str, str]:
    """Of what is installed; nothing is loaded for it."""
    found = {name: version_of(name) for name in PACKAGES}
    return {
        "boxwright": own_version(),
        "python": platform.python_version(),
        **{name: version for name, version in found.items() if version},
    }


def version_of(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""

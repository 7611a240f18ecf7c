"""Prints the version that is built; with `--tag v0.1.0` it fails unless that is the tag of this version."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def release_version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Prints the version that is built.")
    parser.add_argument("--tag", help="the tag that was pushed")
    tag = parser.parse_args(arguments).tag
    version = release_version()
    if tag not in (None, f"v{version}"):
        print(f"pyproject.toml has version {version}, expected the tag v{version}, got {tag}", file=sys.stderr)
        return 1
    print(version)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes what Windows shows under Properties, Details, in the form that PyInstaller reads.

python packaging/windows/make_version_resource.py [--out build/version_resource.txt]
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from release_version import release_version

US_ENGLISH, UNICODE = 0x0409, 1200


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Writes the version resource of boxwright.exe.")
    parser.add_argument("--out", type=Path, default=ROOT / "build/version_resource.txt", metavar="FILE")
    out: Path = parser.parse_args(arguments).out
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(version_resource(release_version(), copyright_line()), encoding="utf-8", newline="\n")
    return 0


def copyright_line() -> str:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    return next(line.strip() for line in text.splitlines() if line.startswith("Copyright"))


def version_resource(version: str, copyright_text: str) -> str:
    """Windows counts in four numbers; what follows them, like rc1, is in the words only."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", re.split(r"[a-z+]", version)[0])[:4])
    four = numbers + (0,) * (4 - len(numbers))
    strings = {
        "CompanyName": "Boxwright",
        "FileDescription": "Boxwright",
        "FileVersion": version,
        "InternalName": "boxwright",
        "LegalCopyright": copyright_text,
        "OriginalFilename": "boxwright.exe",
        "ProductName": "Boxwright",
        "ProductVersion": version,
    }
    rows = ",\n      ".join(f"StringStruct({name!r}, {text!r})" for name, text in strings.items())
    return f"""VSVersionInfo(
  ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1, subtype=0x0),
  kids=[
    StringFileInfo([StringTable('{US_ENGLISH:04x}{UNICODE:04x}', [
      {rows},
    ])]),
    VarFileInfo([VarStruct('Translation', [{US_ENGLISH}, {UNICODE}])]),
  ],
)
"""


if __name__ == "__main__":
    sys.exit(main())

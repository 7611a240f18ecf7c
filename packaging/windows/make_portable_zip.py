"""The built program as a zip that needs no installation: make_portable_zip.py [PROGRAM [OUT]]

by default `dist/Boxwright`, into `dist/Boxwright-VERSION-windows-x64-portable.zip`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from release_version import release_version


def main(program: Path = ROOT / "dist/Boxwright", out: Path = ROOT / "dist") -> int:
    out.mkdir(parents=True, exist_ok=True)
    name = out.resolve() / f"Boxwright-{release_version()}-windows-x64-portable"
    program = program.resolve()
    print(shutil.make_archive(str(name), "zip", program.parent, program.name))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:3])))

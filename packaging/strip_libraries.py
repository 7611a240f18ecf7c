"""Takes symbols that only debuggers read out of the built program's libraries; one that can't be loaded then stays whole.

    python packaging/strip_libraries.py FOLDER

Wheels' libraries were changed by patchelf, and some of those come out of `strip` with parts that lie on no page.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ELF = b"\x7fELF"
LITTLE_64 = b"\x02\x01"
LOAD = 1  # the kind of a part that is put into memory


def main(folder: Path) -> int:
    saved = whole = 0
    for file in libraries(folder):
        size = file.stat().st_size
        if stripped(file):
            saved += size - file.stat().st_size
        else:
            whole += 1
    print(f"Stripped the libraries in {folder}: {saved / 1e6:.0f} MB less; {whole} stay as they were")
    return 0


def libraries(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and ".so" in file.name:
            with file.open("rb") as opened:
                if opened.read(len(ELF)) == ELF:
                    yield file


def stripped(file: Path) -> bool:
    """Whether the file is a smaller one now that can still be loaded."""
    made = file.with_name(f"{file.name}.stripped")
    try:
        done = subprocess.run(["strip", "--strip-all", "-o", str(made), str(file)], capture_output=True, check=False)
        if done.returncode or not can_be_loaded(made):
            return False
        shutil.copymode(file, made)
        made.replace(file)
        return True
    finally:
        made.unlink(missing_ok=True)


def can_be_loaded(file: Path) -> bool:
    """Whether every part lies in the file as the loader wants it: at the same place of a page as in memory.

    Only 64-bit ELF with the lowest byte first can be told; https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html
    """
    with file.open("rb") as opened:
        head = opened.read(64)
        if head[:4] != ELF or head[4:6] != LITTLE_64:
            return False
        (start,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        opened.seek(start)
        table = opened.read(size * count)
    parts = (struct.unpack_from("<IIQQQQQQ", table, size * number) for number in range(count))
    return all(
        align <= 1 or offset % align == address % align
        for kind, _, offset, address, _, _, _, align in parts
        if kind == LOAD
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

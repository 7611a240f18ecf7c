"""Collects the licences of everything that is shipped with the program.

    python packaging/collect_licences.py [--out build/licences] [--also pyinstaller] [--libraries FILE]

writes `collected.json`, which lies in `resources/licences` of the built program and is what its About box shows, and
`LICENCES.txt`, the same to be read without the program. Something without a licence text fails the build.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop_app.licences.collecting import LicenceProblem, collect
from desktop_app.licences.shipped_part import LicenceText, ShippedPart, as_json, as_text

DEBIAN_COPYRIGHT = Path("/usr/share/doc")
DEBIAN_HOMEPAGE = "https://packages.debian.org"


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    try:
        listed = [] if args.libraries is None else args.libraries.read_text(encoding="utf-8").splitlines()
        of_the_system = debian_parts([Path(line) for line in listed])
        parts = collect(args.also, strict=True) + of_the_system
    except (LicenceProblem, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "collected.json").write_text(as_json(parts), encoding="utf-8", newline="\n")
    (args.out / "LICENCES.txt").write_text(as_text(parts), encoding="utf-8", newline="\n")
    print(f"Licences of {len(parts)} parts are in {args.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Collects the licences of everything that is shipped.")
    parser.add_argument("--out", type=Path, default=ROOT / "build/licences", metavar="DIR")
    parser.add_argument(
        "--also", action="append", default=[], metavar="NAME", help="a distribution that is shipped, too"
    )
    parser.add_argument(
        "--libraries", type=Path, metavar="FILE", help="shared libraries of a Debian system, one path a line"
    )
    return parser


def debian_parts(libraries: Sequence[Path]) -> list[ShippedPart]:
    """The packages that those libraries of the system come from. Raises LicenceProblem for one of no package."""
    owners = {library: _debian_package(library) for library in libraries}
    homeless = [str(library) for library, package in owners.items() if not package]
    if homeless:
        raise LicenceProblem(f"Licences: no package of the system has {', '.join(homeless)}")
    return [_debian_part(package) for package in sorted(set(owners.values()))]


def _debian_package(library: Path) -> str:
    """Packages know their files by the path before or after /lib became a link to /usr/lib."""
    place = str(library.resolve())
    for path in (place, place.removeprefix("/usr"), f"/usr{place}"):
        answer = _answer("dpkg-query", "--search", path)
        if answer:
            return answer.partition(": ")[0].partition(",")[0].partition(":")[0]
    return ""


def _debian_part(package: str) -> ShippedPart:
    copyright_file = DEBIAN_COPYRIGHT / package / "copyright"
    text = copyright_file.read_text(encoding="utf-8", errors="replace").strip()
    version = _answer("dpkg-query", "--show", "--showformat=${Version}\n", package).splitlines()[0]
    return ShippedPart(package, version, "", f"{DEBIAN_HOMEPAGE}/{package}", (LicenceText("copyright", text),))


def _answer(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())

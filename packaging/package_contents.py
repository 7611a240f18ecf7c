"""What the built program holds, and what of the environment it is built in stays out. Read by boxwright.spec."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop_app.licences.collecting import collect
from training.run.machine.imagenet_files import is_name_of_weights
from training.run.weights_files import fault_of

OUR_PACKAGES = ("desktop_app", "training", "resources")
# Libraries import these only for what this program never does: other backends, debuggers, notebooks, their own tests.
UNUSED_MODULES = (
    *("clang", "grpc", "tkinter", "_tkinter", "idlelib", "lib2to3", "turtledemo", "ensurepip", "venv"),
    *("readline", "_curses", "curses", "dbm.gnu", "_gdbm", "_dbm"),  # terminals, and libraries under the GPL
    *("setuptools", "pkg_resources", "distutils", "_distutils_hack"),
    *("keras.src.backend.jax", "keras.src.backend.torch", "keras.src.backend.openvino"),
    *("matplotlib.tests", "matplotlib.testing", "mpl_toolkits.tests", "numpy.f2py", "numpy.testing.tests"),
    *("onnx.backend.test", "onnxruntime.transformers", "onnxruntime.quantization", "onnxruntime.tools"),
    *("PIL.ImageQt", "PIL.ImageTk", "PIL._imagingtk", "PIL._tkinter_finder"),
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtPdf", "PySide6.QtNetwork", "PySide6.QtPrintSupport"),
)
# Their metadata is read while the program runs: their versions are written into reports and shown by the doctor.
TOLD_VERSIONS = (
    *("boxwright", "keras", "numpy", "pillow", "matplotlib", "ai-edge-litert", "opencv-python-headless"),
    *("pyside6-essentials", "flask", "werkzeug", "onnx", "onnxruntime", "tf2onnx"),
)
# Where in the program, as fnmatch reads it: a star goes over folders, too.
UNUSED_FILES = (
    # Qt: no translations of its own, no QML, no PDF, no keyboard on the screen, no screens without a window system.
    *("PySide6/Qt/translations/*", "PySide6/translations/*", "PySide6/Qt/qml/*", "PySide6/qml/*"),
    *("*/Qt6Pdf.dll", "*libQt6Pdf.so*", "*QtPdf.framework*", "*imageformats/*qpdf*"),
    *("*Qt6VirtualKeyboard*", "*QtVirtualKeyboard*", "*qtvirtualkeyboardplugin*"),
    *("*Qt6Qml*", "*QtQml*", "*Qt6Quick*", "*QtQuick*", "*Qt6LabsFolder*"),
    *("*/plugins/egldeviceintegrations/*", "*/plugins/generic/*", "*/plugins/networkinformation/*", "*/plugins/tls/*"),
    *("*/platforms/libqeglfs*", "*/platforms/libqlinuxfb*", "*/platforms/libqminimalegl*", "*/platforms/libqvnc*"),
    *("*/platforms/libqvkkhrdisplay*", "*Qt6EglFSDeviceIntegration*", "*Qt6EglFsKms*"),
    # Widgets are painted without OpenGL, and GTK's theme would bring the whole of GTK.
    *("*/plugins/xcbglintegrations/*", "*/plugins/wayland-graphics-integration-*/*", "*/platformthemes/libqgtk3*"),
    *("*/imageformats/*qtga*", "*/imageformats/*qwbmp*", "*/imageformats/*qicns*", "*/imageformats/*qtiff*"),
    # LiteRT answers on the processor.
    *("ai_edge_litert/vendors/*", "ai_edge_litert/*WebGpu*"),
    # ONNX models are answered by the extension module, which has all of this inside.
    "onnxruntime/capi/libonnxruntime.so*",
    # Headers, sources of other languages, tests and examples.
    *("*/include/*", "*.h", "*.hpp", "*.lib", "*.a", "*.pyi", "*.pxd", "*.proto", "*/py.typed", "*/tests/*"),
    *("matplotlib/mpl-data/sample_data/*", "matplotlib/mpl-data/plot_directive/*", "tensorflow/xla_aot_runtime_src/*"),
    "onnx/backend/test/*",
    # TensorFlow loads it for nothing that is trained or exported.
    *("tensorflow/compiler/mlir/stablehlo/stablehlo_extension*", "tensorflow/compiler/tf2xla/ops/_xla_ops*"),
    "libmvec.so*",  # a part of the system's own C library, and must fit it
    # What the licences say is in resources/licences, for all of them.
    *("*.dist-info/licenses/*", "*.dist-info/LICENSE*", "*.dist-info/RECORD"),
)


def unused_modules() -> list[str]:
    """Those above, and all that is installed for developers only."""
    shipped = {_normalized(part.name) for part in collect()}
    return [*UNUSED_MODULES, *modules_of_others(packages_distributions(), shipped)]


def modules_of_others(installed: dict[str, list[str]], shipped: Collection[str]) -> list[str]:
    """The top-level modules that no shipped distribution has. Both by name; `shipped` normalized."""
    return sorted(
        module
        for module, distributions in installed.items()
        if module.isidentifier() and not any(_normalized(name) in shipped for name in distributions)
    )


def is_used(place: str) -> bool:
    """Whether a file belongs into the program, by where it would lie there."""
    place = place.replace("\\", "/")
    return not any(fnmatch(place, pattern) for pattern in UNUSED_FILES)


def used_only(table: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Of a table of PyInstaller, whose rows are place, source and kind."""
    return [row for row in table if is_used(row[0])]


def needed_only(table: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Without libraries that were found for a file which is no longer there. On other systems than Linux, as it is."""
    from PyInstaller.depend.bindepend import get_imports

    if sys.platform != "linux":
        return list(table)
    by_source = {source: place for place, source, kind in table if kind != "SYMLINK"}
    waiting = [
        source
        for place, source, kind in table
        if kind == "EXTENSION" or (kind == "BINARY" and not _is_only_for_others(place))
    ]
    kept = set()
    while waiting:
        source = waiting.pop()
        if source in kept:
            continue
        kept.add(source)
        found = {str(Path(path)) for _, path in get_imports(source) if path}
        waiting += (found | {str(Path(path).resolve()) for path in found}) & set(by_source)
    places = {by_source[source] for source in kept}
    return [row for row in table if (row[1] if row[2] == "SYMLINK" else row[0]) in places]


def _is_only_for_others(place: str) -> bool:
    """Libraries of the system lie beside each other, those of Qt in its own folder; Python's is loaded by the program."""
    name = place.rpartition("/")[2]
    return ("/" not in place and not name.startswith("libpython")) or place.startswith("PySide6/Qt/lib/")


def modules_in(folder: Path, without: Sequence[str] = ()) -> Iterator[str]:
    """Every module of the package in `folder`, native ones, too, by files alone: importing them to ask takes minutes.

    `without`: names of folders and of modules, as fnmatch reads them, that are passed over.
    """
    files = (file for ending in ("py", "so", "pyd") for file in folder.rglob(f"*.{ending}"))
    for file in sorted(files):
        *folders, name = file.relative_to(folder.parent).parts
        parts = [*folders, name.partition(".")[0]]
        if (
            all(part.isidentifier() for part in parts)
            and not (file.suffix == ".so" and name.startswith("lib"))
            and not any(fnmatch(part, pattern) for part in parts[1:] for pattern in without)
        ):
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def resource_files() -> list[tuple[str, str]]:
    """Source and folder in the program of every resource, and of the weights that are built in."""
    resources = ROOT / "resources"
    files = [
        (file, file.parent.relative_to(ROOT))
        for file in sorted(resources.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts and file != resources / "__init__.py"
    ]
    files += [(file, Path("resources/weights")) for file in weights_to_build_in(ROOT / "packaging/weights")]
    return [(str(file), folder.as_posix()) for file, folder in files]


def weights_to_build_in(folder: Path) -> list[Path]:
    """All files there but the README. Raises ValueError for one that no network would ever look for, or is damaged."""
    files = [file for file in sorted(folder.iterdir()) if file.name != "README.md" and not file.name.startswith(".")]
    for file in files:
        if not is_name_of_weights(file.name):
            raise ValueError(f"{file}: no network of Keras asks for a file of that name; see {folder / 'README.md'}")
        if fault_of(str(file)) is not None:
            raise ValueError(f"{file}: expected weights of Keras, found a file that is damaged or of another kind")
    return files


def licences(binaries: Iterable[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Collects those of all that is shipped; the row of their file. Raises CalledProcessError where one is missing."""
    folder = ROOT / "build/licences"
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        str(ROOT / "packaging/collect_licences.py"),
        "--out",
        str(folder),
        "--also",
        "pyinstaller",
    ]
    if sys.platform == "linux":
        listed = folder / "libraries.txt"
        listed.write_text("".join(f"{source}\n" for source in libraries_of_the_system(binaries)), encoding="utf-8")
        command += ["--libraries", str(listed)]
    subprocess.run(command, check=True)
    return ("resources/licences/collected.json", str(folder / "collected.json"), "DATA")


def libraries_of_the_system(binaries: Iterable[tuple[str, str, str]]) -> list[str]:
    """Those that come neither from a wheel nor with Python."""
    own = (Path(sys.prefix), Path(sys.base_prefix, "lib"), ROOT / "build")
    return sorted(
        source
        for place, source, kind in binaries
        if kind == "BINARY"
        and "site-packages" not in source
        and not Path(place).name.startswith("libpython")
        and not (sys.base_prefix != "/usr" and any(folder in Path(source).parents for folder in own))
    )


def _normalized(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")

"""What goes into the built program and what stays out can be told without building it."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.helpers.scripts import ROOT, scripts_of

PACKAGING = ROOT / "packaging"


@pytest.fixture(autouse=True)
def _scripts_are_found():
    with scripts_of("packaging", "package_contents", "tensorflow_choice", "strip_libraries"):
        yield


@pytest.fixture
def contents() -> ModuleType:
    return importlib.import_module("package_contents")


def test_what_is_installed_for_developers_stays_out(contents: ModuleType):
    unused = set(contents.unused_modules())
    assert {"pytest", "hypothesis", "sphinx", "mypy", "imageio_ffmpeg", "jax", "jaxlib", "PyInstaller"} <= unused
    needed = {"keras", "tensorflow", "numpy", "cv2", "PIL", "flask", "waitress", "onnx", "tf2onnx", "google", "h5py"}
    assert not needed & unused


def test_a_module_of_a_shipped_distribution_and_another_is_shipped(contents: ModuleType):
    installed = {
        "one": ["One"],
        "two": ["two_lib"],
        "both": ["Other", "Two.Lib"],
        "not-a-module": ["Other"],
        "out": ["Other"],
    }
    assert contents.modules_of_others(installed, {"one", "two-lib"}) == ["out"]


@pytest.mark.parametrize(
    "place",
    [
        "tensorflow/include/tensorflow/core/public/session.h",
        "tensorflow\\include\\tensorflow\\c\\c_api.h",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/lib/libQt6Pdf.so.6",
        "PySide6/plugins/imageformats/qpdf.dll",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "ai_edge_litert/vendors/qualcomm/compiler/libLiteRtCompilerPlugin_Qualcomm.so",
        "onnxruntime/capi/libonnxruntime.so.1.31.1",
        "matplotlib/mpl-data/sample_data/goog.npz",
        "numpy/_core/tests/data/astype_copy.pkl",
    ],
)
def test_what_is_never_used_stays_out(contents: ModuleType, place: str):
    assert not contents.is_used(place)


@pytest.mark.parametrize(
    "place",
    [
        "tensorflow/libtensorflow_cc.so.2",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "ai_edge_litert/libpywrap_litert_common.so",
        "onnxruntime/capi/onnxruntime_pybind11_state.cpython-311-x86_64-linux-gnu.so",
        "matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf",
        "keras-3.15.1.dist-info/METADATA",
        "resources/licences/collected.json",
        "resources/exported/predict.py",
        "cv2/config-3.py",
        "certifi/cacert.pem",
    ],
)
def test_what_is_used_goes_in(contents: ModuleType, place: str):
    assert contents.is_used(place)


def test_modules_are_found_by_their_files(contents: ModuleType, tmp_path: Path):
    package = tmp_path / "some"
    for name in (
        "__init__.py", "one.py", "native.cpython-311-x86_64-linux-gnu.so", "libother.so", "data.txt", "deep/__init__.py",
        "deep/two.py", "deep/two_test.py", "testing/three.py", "not-a-name/four.py",
    ):  # fmt: skip
        (package / name).parent.mkdir(exist_ok=True, parents=True)
        (package / name).touch()
    found = set(contents.modules_in(package, without=["*_test", "testing"]))
    assert found == {"some", "some.one", "some.native", "some.deep", "some.deep.two"}


def test_all_resources_go_in_and_our_own_modules_are_named(contents: ModuleType):
    inside = {f"{folder}/{Path(source).name}" for source, folder in contents.resource_files()}
    wanted = {"style.qss", "icons/boxwright.svg", "exported/predict.py", "serve/page.html", "licences/qt.txt"}
    assert {f"resources/{name}" for name in wanted} <= inside
    assert not [name for name in inside if "__pycache__" in name]
    ours = {name for package in contents.OUR_PACKAGES for name in contents.modules_in(ROOT / package)}
    assert {"desktop_app.main_window", "training.run.worker", "training.run.model_export.exporting"} <= ours


def test_weights_are_built_in_by_the_names_of_keras(contents: ModuleType, tmp_path: Path):
    (tmp_path / "README.md").touch()
    assert contents.weights_to_build_in(tmp_path) == []
    file = tmp_path / "nasnet_mobile_no_top.h5"
    file.write_bytes(b"\x89HDF\r\n\x1a\n")
    assert contents.weights_to_build_in(tmp_path) == [file]
    file.write_bytes(b"half")
    with pytest.raises(ValueError, match=r"nasnet_mobile_no_top\.h5: .* damaged"):
        contents.weights_to_build_in(tmp_path)
    file.rename(tmp_path / "nasnet.h5")
    with pytest.raises(ValueError, match=r"nasnet\.h5: no network of Keras asks"):
        contents.weights_to_build_in(tmp_path)


def test_libraries_of_wheels_and_of_python_are_not_those_of_the_system(
    contents: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "base_prefix", "/opt/python")
    table = [
        ("libz.so.1", "/lib/x86_64-linux-gnu/libz.so.1", "BINARY"),
        ("libz.so.1", "/x/site-packages/a.libs/libz.so.1", "BINARY"),
        ("libpython3.11.so.1.0", "/usr/lib/libpython3.11.so.1.0", "BINARY"),
        ("python3.11/lib-dynload/_ssl.so", "/opt/python/lib/python3.11/lib-dynload/_ssl.so", "EXTENSION"),
        ("libmine.so", "/opt/python/lib/libmine.so", "BINARY"),
        ("libz.so", "libz.so.1", "SYMLINK"),
    ]
    assert contents.libraries_of_the_system(table) == ["/lib/x86_64-linux-gnu/libz.so.1"]


@pytest.mark.skipif(sys.platform != "linux", reason="libraries of other systems are kept as they are found")
def test_a_library_that_only_something_left_out_needed_stays_out(contents: ModuleType):
    import numpy

    binary = next(Path(numpy.__file__).parent.glob("_core/_multiarray_umath*.so"))
    needed = next(Path(numpy.__file__).parents[1].glob("numpy.libs/*openblas*"))
    place = "numpy/_core/_multiarray_umath.so"
    rows = [(place, str(binary), "EXTENSION"), (needed.name, str(needed), "BINARY")]
    links = [("link.so", needed.name, "SYMLINK")]
    assert contents.needed_only(rows + links) == rows + links
    assert contents.needed_only(rows[1:] + links) == []
    alone = [("_native.cpython-311-x86_64-linux-gnu.so", str(binary), "EXTENSION")]  # a module beside the packages
    assert contents.needed_only(alone) == alone


def test_graphics_cards_are_asked_for(monkeypatch: pytest.MonkeyPatch):
    choice = importlib.import_module("tensorflow_choice")
    for value, wanted in (("1", True), ("0", False), ("", False)):
        monkeypatch.setenv("BOXWRIGHT_PACKAGE_GPU", value)
        assert choice.wants_gpu() is wanted
    monkeypatch.setenv("BOXWRIGHT_PACKAGE_GPU", "1")
    assert choice.fetch_cpu_only() is None
    assert choice.tensorflow_name() == "tensorflow"
    monkeypatch.setattr(choice, "CPU_FOLDER", ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    assert choice.tensorflow_name() == "tensorflow"  # nothing was fetched there


def test_the_recipe_is_python_and_names_what_is_there():
    text = (PACKAGING / "boxwright.spec").read_text(encoding="utf-8")
    compile(text, "boxwright.spec", "exec")
    for named in ("desktop_app/__main__.py", "packaging/hooks", "packaging/hooks/start_frozen.py"):
        assert f'"{named}"' in text
        assert (ROOT / named).exists()


def test_other_programs_find_their_own_libraries(tmp_path: Path):
    code = (
        "import os, runpy, sys; sys.stdout = None; runpy.run_path(sys.argv[1]); "
        "print('goes nowhere'); sys.__stdout__.write(repr([os.environ.get(n) for n in "
        "('LD_LIBRARY_PATH', 'LD_LIBRARY_PATH_ORIG', 'SSL_CERT_FILE')]))"
    )
    trusted = {"SSL_CERT_FILE": "mine"}

    def told(**environment: str) -> str:
        command = [sys.executable, "-c", code, str(PACKAGING / "hooks/start_frozen.py")]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LD_LIBRARY")}
        answer = subprocess.run(
            command, env={**inherited, **trusted, **environment}, capture_output=True, text=True, check=True
        )
        return answer.stdout

    if sys.platform != "win32":
        assert told(LD_LIBRARY_PATH="inside") == "[None, None, 'mine']"
    assert told(LD_LIBRARY_PATH="inside", LD_LIBRARY_PATH_ORIG="before") == "['before', None, 'mine']"

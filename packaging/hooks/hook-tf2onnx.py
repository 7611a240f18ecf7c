"""Its handlers of operations are found by being imported all."""

from pathlib import Path

from package_contents import modules_in
from PyInstaller.utils.hooks import get_package_paths

hiddenimports = list(modules_in(Path(get_package_paths("tf2onnx")[1])))

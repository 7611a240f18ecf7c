"""A saved model names the modules of its layers, so all of Keras is inside but its tests and what needs other libraries."""

from pathlib import Path

from package_contents import modules_in
from PyInstaller.utils.hooks import get_package_paths

FOLDER = Path(get_package_paths("keras")[1])
hiddenimports = list(modules_in(FOLDER, without=["*_test", "testing", "jax", "torch", "openvino"]))

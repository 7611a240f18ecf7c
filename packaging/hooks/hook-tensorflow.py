"""Takes TensorFlow's modules by their files, where PyInstaller's own hook imports each; headers and tests stay out."""

from pathlib import Path

from package_contents import modules_in
from PyInstaller.utils.hooks import collect_data_files, get_package_paths

FOLDER = Path(get_package_paths("tensorflow")[1])
hiddenimports = [
    *modules_in(FOLDER, without=["include", "xla_aot_runtime_src", "*_test", "testing", "debug"]),
    "ml_dtypes",
]
datas = collect_data_files(
    "tensorflow", excludes=["include", "xla_aot_runtime_src", "**/*.so*", "**/*.dylib", "**/*.lib"]
)
warn_on_missing_hiddenimports = False
# AutoGraph reads its own source, and warns where it can't.
module_collection_mode = {"tensorflow.python.autograph": "py+pyz"}
# By a link in the folder of the program TensorFlow would mistake where its files are.
bindepend_symlink_suppression = [
    "**/libtensorflow_cc*",
    "**/libtensorflow_framework*",
    "**/_pywrap_tensorflow_internal*",
]

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from desktop_app.__main__ import SUBCOMMANDS
from tests.helpers.command_line import ROOT, run_command
from tests.helpers.learnable_pictures import draw_learnable, write_learnable
from tests.helpers.pretended_models import PretendedPredictor, finished_run
from training.run.commands.command_line import main, make_parser
from training.run.run_folder import RunFolder
from training.run.settings import settings_for

RECIPE = ("train", "localizer")


def subparsers_of(parser):
    return next(action.choices for action in parser._actions if isinstance(action.choices, dict))


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_window_hands_on_exactly_the_commands_that_there_are():
    """And those of processes that it starts itself, which no person types."""
    assert {
        *subparsers_of(make_parser()),
        "work",
        "convert-model",
        "answer",
        "check-model",
        "read-digits",
    } == SUBCOMMANDS


def test_every_setting_is_an_option():
    localizer = subparsers_of(subparsers_of(make_parser())["train"])["localizer"]
    options = {option for action in localizer._actions for option in action.option_strings}
    assert {field.option for field in settings_for("localizer")} <= options
    assert {"--backbone", "--weights", "--device", "--no-augment"} <= options


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("trian",), "invalid choice: 'trian'"),
        ((*RECIPE, "--data", "x.csv"), "the following arguments are required: --out"),
        ((*RECIPE, "--data", "x", "--out", "y", "--epochs", "0"), "expected a whole number from 1 to 10000, got 0"),
        ((*RECIPE, "--data", "x", "--out", "y", "--epochs", "few"), "from 1 to 10000, got 'few'"),
        ((*RECIPE, "--data", "x", "--out", "y", "--device", "npu"), "gpus, tpu or cpu:N, got 'npu'"),
        (("predict", "x", "y", "--out", "z", "--min-score", "2"), "expected a number from 0 to 1, got 2"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_is_right(capsys, arguments, message):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_an_unknown_option_is_told_with_the_usage_of_its_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main([*RECIPE, "--data", "x", "--out", "y", "--bogus", "3"])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert "usage: boxwright train localizer" in told
    assert "unrecognized arguments: --bogus 3" in told


def test_names_of_networks_may_be_written_in_any_case():
    arguments = make_parser().parse_args([*RECIPE, "--data", "x", "--out", "y", "--backbone", "mobilenetv2"])
    assert arguments.architecture == "MobileNetV2"


def test_a_file_of_weights_is_found_from_any_folder_later():
    arguments = make_parser().parse_args([*RECIPE, "--data", "x", "--out", "y", "--weights", "w.keras"])
    assert arguments.weights == str(Path("w.keras").absolute())


def test_a_missing_file_fails_in_one_line(capsys, tmp_path: Path):
    code, out, err = run(capsys, *RECIPE, "--data", tmp_path / "x.csv", "--out", tmp_path / "run")
    assert (code, out) == (1, "")
    assert err == f"boxwright: {tmp_path / 'x.csv'}: the file cannot be read: No such file or directory\n"
    assert not (tmp_path / "run").exists()


def test_a_run_is_never_written_over(capsys, tmp_path: Path):
    data = write_learnable(tmp_path / "images", 4)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "report.json").write_text("mine")
    code, _, err = run(capsys, *RECIPE, "--data", data, "--out", tmp_path / "run")
    assert code == 1
    assert "expected a new or empty folder for the run, found report.json in it" in err
    assert (tmp_path / "run" / "report.json").read_text() == "mine"


def test_too_few_usable_images_fail_before_tensorflow_is_loaded(tmp_path: Path):
    data = write_learnable(tmp_path / "images", 3)
    for name in ("000.png", "001.png"):
        (tmp_path / "images" / name).write_text("no picture")
    result = run_command(tmp_path, *RECIPE, "--data", data, "--out", tmp_path / "run")
    assert result.returncode == 1
    assert "boxwright: a training needs at least 2 images that can be read, found " in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Warning: Left out: 000.png: " in result.stdout
    assert "Loading TensorFlow" not in result.stdout
    last = RunFolder(tmp_path / "run").read_events()[0][-1]
    assert (last.outcome, last.reason) == ("failed", result.stderr.strip().removeprefix("boxwright: "))


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_a_folder_without_a_model_fails_in_one_line(capsys, tmp_path: Path, command: str):
    data = write_learnable(tmp_path, 2)
    rest = ("--data", data) if command == "evaluate" else (tmp_path, "--out", tmp_path / "p.csv")
    code, _, err = run(capsys, command, tmp_path / "nothing", *rest)
    assert code == 1
    assert err == f"boxwright: {tmp_path / 'nothing'}: expected a trained model, but there is no such file or folder\n"


def test_a_folder_without_images_can_not_be_predicted(capsys, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("training.run.commands.predict_command.open_quick", PretendedPredictor)
    (tmp_path / "none").mkdir()
    code, _, err = run(
        capsys, "predict", finished_run(tmp_path / "other").path, tmp_path / "none", "--out", tmp_path / "p.csv"
    )
    assert (code, err) == (1, f"boxwright: there is no image in {tmp_path / 'none'}\n")


def test_a_worker_refuses_a_folder_that_is_no_prepared_run(tmp_path: Path):
    result = run_command(tmp_path, "work", tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert "expected a prepared run with its settings.json, found none" in result.stderr


def test_devices_name_at_least_the_cpu(tmp_path: Path):
    result = run_command(tmp_path, "devices", "--json")
    devices = json.loads(result.stdout)
    assert devices[0]["id"] == "cpu"
    assert devices[0]["memory"] > 0
    assert result.stderr == ""


def test_the_boxwright_command_does_subcommands_without_loading_qt(tmp_path: Path):
    draw_learnable(tmp_path, 1)
    code = (
        "import sys; from desktop_app.__main__ import main; code = main(['export', sys.argv[1], '--out', sys.argv[1]]);"
        "sys.exit(code + 10 * ('PySide6' in sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "has no project yet" in result.stderr


def test_a_mistyped_command_is_wrong_usage_and_no_folder(tmp_path: Path):
    result = subprocess.run([sys.executable, "-m", "desktop_app", "trian"], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "invalid choice: 'trian'" in result.stderr


def test_a_folder_that_is_not_there_is_called_one(tmp_path: Path):
    missing = str(tmp_path / "photos")
    result = subprocess.run([sys.executable, "-m", "desktop_app", missing], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (1, f"boxwright: there is no folder or file {missing}\n")


@pytest.mark.skipif(find_spec("torch") is not None, reason="PyTorch is installed here")
def test_a_backend_that_is_not_installed_is_said_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    result = run_command(tmp_path, "devices")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "torch" in result.stderr
    assert "boxwright doctor" in result.stderr


@pytest.mark.parametrize("module", ["training.run.commands.command_line", "training.run.commands.serve_command"])
def test_ctrl_c_while_a_command_is_still_being_loaded_shows_no_traceback(module: str):
    lines = (
        "import sys, importlib.abc",
        "class Interrupts(importlib.abc.MetaPathFinder):",
        "    def find_spec(self, name, path, target=None):",
        "        if name == sys.argv[1]: raise KeyboardInterrupt",
        "sys.meta_path.insert(0, Interrupts())",
        "from desktop_app.__main__ import main",
        "sys.exit(main(['serve', 'nothing']))",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines), module], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (130, "boxwright: interrupted\n")

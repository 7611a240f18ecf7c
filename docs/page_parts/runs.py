"""The files of a run's folder; each property of RunFolder must have its words here, and each word its property."""

from __future__ import annotations

from pathlib import Path

from page_parts.markdown import code, table
from training.run.run_folder import RunFolder

WORDS = {
    "settings_file": "what was asked for: the recipe, every setting, the folder of the images, the classes in the order of "
    "the model's outputs",
    "dataset_file": "the images with their boxes and their split as they were when the run was made, in [our CSV](csv.md)",
    "classes_file": "the names of the classes, one a line",
    "events_file": "all that the run told, one JSON object a line (below)",
    "history_file": "the figures of every epoch, one row each",
    "best_model": "the Keras model of the best epoch",
    "last_model": "the Keras model of the last epoch",
    "litert_model": "the best model for LiteRT, where it can be converted and answers alike",
    "model_card": "the model's description: classes, input size, preprocessing, what the outputs mean",
    "state_file": "all that the training needs to go on exactly; gone once the run is complete",
    "report_file": "the figures on each split, and where they come from: hash of the data, seed, versions, device",
    "predictions_file": "what the best model says about the images of the dataset, and of which epoch it is: "
    "`filename,class,score,xmin,ymin,xmax,ymax,epoch`",
    "judged_file": "the images that were judged, each with its true and its predicted box or class",
    "proposals_file": "what the best model sees in all images of the project",
    "notes_file": "the name that people gave the run, and their note",
    "outcome_file": "how the worker ended, where it could not say so itself",
    "lock_file": "held by the process that trains here",
    "holder_file": "names that process",
    "log_file": "what the libraries printed, and the traceback if something broke",
}


def run_files() -> str:
    """A file without words, or words without a file, ends the build with an error."""
    run = RunFolder(Path("run"))
    files = {name: getattr(run, name) for name, kind in vars(RunFolder).items() if isinstance(kind, property)}
    names = {name: path.name for name, path in files.items() if isinstance(path, Path)}
    if names.keys() != WORDS.keys():
        raise ValueError(f"run files without words, or words without a file: {sorted(names.keys() ^ WORDS.keys())}")
    return table(("File", "What is in it"), [(code(names[key]), words) for key, words in WORDS.items()])

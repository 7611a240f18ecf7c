"""What came of an export, in words for a terminal and for the model card. Neither Keras nor numpy."""

from __future__ import annotations

from training.run.model_export.export_result import Agreement, ExportedFormat, ExportResult


def checked_words(one: ExportedFormat) -> str:
    """How a form that is there was found to agree with Keras."""
    if one.agreement is not None:
        return "; ".join(filter(None, [agreement_words(one.agreement), one.note]))
    return "the same answers as Keras" if not one.difference else f"differs by at most {one.difference:.1g}"


def agreement_words(agreement: Agreement) -> str:
    parts = [f"the same class in {100 * agreement.same_class:.0f} %"]
    if agreement.same_presence is not None:
        parts.append(f"agrees in {100 * agreement.same_presence:.0f} % whether there is an object")
    if agreement.mean_iou is not None:
        parts.append(f"mean IoU {agreement.mean_iou:.2f} with its boxes")
    return ", ".join(parts) + f" ({agreement.images} pictures)"


def result_lines(result: ExportResult) -> list[str]:
    """A line for each form, and one for each note."""
    lines = []
    for one in result.formats:
        told = f"{one.size / 2**20:.2f} MB, {checked_words(one)}" if one.is_there else f"left out: {one.reason}"
        lines.append(f"{one.file}: {told}")
    pictures = "pictures of the run" if result.real_pictures else "drawn patterns"
    return [*lines, f"compared with Keras on {result.compared_on} {pictures}{more_of_int8(result)}", *result.notes]


def more_of_int8(result: ExportResult) -> str:
    """The end of a sentence on what every form was asked about."""
    is_there = any(one.is_there and one.agreement is not None for one in result.formats)
    return "; int8 also on those it was calibrated on" if is_there else ""

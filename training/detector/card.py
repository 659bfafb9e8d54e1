"""The card beside a detector's file: what it is, what it learned from, how good it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.detector.network import FaceNetwork
from training.errors import DataError
from training.files import read_toml, write_whole

_TEXT = """# {name}

A face detector in YuNet's format, for `cv2.FaceDetectorYN` and FER Desktop's `--detector`. {parameters:,} \
parameters; anchor-free, grids of 8, 16 and 32 pixels.

**Input** `input` float32 (1, 3, H, W), BGR 0 to 255; H and W multiples of 32. **Outputs** for s in 8, 16, \
32: `cls_s`, `obj_s` (1, N, 1), `bbox_s` (1, N, 4), `kps_s` (1, N, 10). Score sqrt(cls x obj); from \
{threshold:g} on the program believes in a face.

**Learned from** {data} (fingerprint {pictures}), {epochs} epochs: faces of portraits, press photographs and \
video frames, labelled by another detector and laid into other pictures. Whoever ships the file names those \
sources and their licences here.

**Limits** Faces inclined by more than about 35 degrees, in profile, or mostly hidden are often missed. It \
finds faces; it does not know whose they are.

{measured}"""


def write_card(model: Path, run: Path, network: FaceNetwork, measures: Path | None, threshold: float) -> Path:
    """Write the card beside a model file and return its path.

    `threshold` is the score from which the program believes in a face.

    Raises `DataError` if the run's or the measurement's description cannot be read.
    """
    described = _read(run / "environment.json")
    text = _TEXT.format(
        name=model.stem,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        data=described.get("data", "unknown scenes"),
        pictures=described.get("pictures", "unknown"),
        epochs=read_toml(run / "recipe.toml", DataError).get("epochs", "unknown"),
        measured=_measured(measures),
        threshold=threshold,
    )
    path = model.with_suffix(".md")
    write_whole(path, text)
    return path


def _measured(measures: Path | None) -> str:
    if measures is None:
        return "**Measured** not yet: `python -m training detector measure`.\n"
    told = _read(measures / "detector.json")
    lines = [
        "**Measured** against another detector, on photos and clips that no training has seen; faces from "
        "20 pixels on, unless told otherwise; landmarks in distances of the eyes.",
        "",
        "| detector | threshold | side | faces | recall | false | landmarks |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in told["agreement"]:
        upper = "" if row["below"] is None else f" to {row['below']:.0f}"
        cells = (
            row["detector"],
            row["threshold"] or "",
            f"{row['from']:.0f}{upper or '+'}",
            row["faces"],
            _figure(row["recall"], ".1%"),
            f"{row['false']} of {row['detections']}",
            _figure(row["landmark_error"], ".3f"),
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [""]
    lines += [
        f"In {row['pictures']} pictures without faces {row['detector']} sees {row['alarms']}.  "
        for row in told["without faces"]
    ]
    return "\n".join(lines) + "\n"


def _figure(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path}: cannot be read ({error}); name the folder that the command wrote."
        ) from error
    if not isinstance(told, dict):
        raise DataError(f"{path}: is not what the command wrote.")
    return told

"""`fer-desktop doctor` says what there is and what really works."""

from __future__ import annotations

import hashlib
import json

from fer_desktop import __version__, paths
from tests.e2e.conftest import Run


def test_the_report_is_complete_and_true(run: Run) -> None:
    ended = run("doctor", "--json")
    report = json.loads(ended.out)
    assert report["version"] == __version__
    assert report["packages"]["numpy"]
    assert {finding["name"] for finding in report["providers"]} >= {"cpu", "cuda"}
    digest = hashlib.sha256(paths.default_model().read_bytes()).hexdigest()
    assert any(digest in model["detail"] and model["works"] for model in report["models"])
    assert ended.status == (1 if report["problems"] else 0)


def test_people_get_a_table(run: Run) -> None:
    ended = run("doctor")
    assert "FER Desktop" in ended.out
    assert "expression.onnx" in ended.out


def test_the_version_is_one_line(run: Run) -> None:
    ended = run("--version")
    assert ended.status == 0
    assert ended.out.strip() == f"fer-desktop {__version__}"

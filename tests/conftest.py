"""What all tests share: no user's folders touched, real data only where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fakes.models import write_model

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real faces and clips that are lent for development and never part of the project."""
    if not _SHARED.is_dir():
        pytest.skip("the development data (../shared/data) is not on this machine")
    return _SHARED


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and recordings of a test stay in its own folder."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(home))


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that keeps the model contract: bright faces are happy, dark ones sad."""
    return write_model(tmp_path_factory.mktemp("models") / "tiny.onnx")

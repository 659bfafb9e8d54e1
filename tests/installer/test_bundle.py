"""What goes into the frozen program and what stays out, its size, and its parts."""

from __future__ import annotations

import ast
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from fer_desktop import __version__
from installer import bundle, cuda, icons, size

ROOT = Path(__file__).resolve().parents[2]

NEEDED = [
    "PySide6/Qt/lib/libQt6Widgets.so.6",
    "PySide6/Qt/lib/libQt6DBus.so.6",
    "PySide6/Qt/lib/libQt6WaylandClient.so.6",
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqwayland.so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "PySide6/plugins/platforms/qwindows.dll",
    "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
    "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
    "PySide6/Qt/translations/qtbase_es.qm",
    "PySide6/QtSvg.abi3.so",
    "cv2/data/haarcascade_frontalface_default.xml",
    "cv2/cv2.abi3.so",
    "onnxruntime/capi/onnxruntime_pybind11_state.cpython-311-x86_64-linux-gnu.so",
    "onnxruntime/capi/libonnxruntime_providers_shared.so",
    "pyarrow/libarrow.so.2600",
    "pyarrow/libparquet.so.2600",
    "pyarrow/libarrow_python.so.2600",
    "pyarrow/libarrow_substrait.so.2600",
    "fer_desktop/assets/models/expression.onnx",
    "fer_desktop/assets/models/expression.saliency.onnx",
    "fer_desktop/assets/demo/demo.mp4",
    "fer_desktop/assets/translations/fer_desktop_es.qm",
    "fer_desktop/assets/licences/third-party.txt",
    "fer_desktop/assets/icons/fer-desktop.svg",
]
UNNEEDED = [
    "PySide6/Qt/lib/libQt6Quick.so.6",
    "PySide6/Qt6Qml.dll",
    "PySide6/Qt/lib/libQt6Network.so.6",
    "PySide6/Qt/lib/libQt6EglFsKmsSupport.so.6",
    "PySide6/Qt/lib/QtQuick3D.framework/QtQuick3D",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
    "PySide6/Qt/plugins/platforms/libqeglfs.so",
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    "PySide6/Qt/translations/qtbase_de.qm",
    "PySide6/include/QtCore/a.h",
    "cv2/data/haarcascade_eye.xml",
    "onnxruntime/capi/libonnxruntime_providers_cuda.so",
    "onnxruntime/capi/onnxruntime_providers_tensorrt.dll",
    "onnxruntime/capi/libonnxruntime.so.1.31.1",
    "pyarrow/libarrow_flight.so.2600",
    "pyarrow/include/arrow/api.h",
    "pyarrow/libarrow_python.so",
    "pyarrow/libarrow_python.so.2600.1.0",
    "libcudart.so.13",
    "fer_desktop/assets/demo/make_demo.py",
    "fer_desktop/assets/translations/fer_desktop_es.ts",
]


@pytest.mark.parametrize("name", NEEDED)
def test_what_the_program_needs_is_kept(name: str) -> None:
    assert not bundle.left_out(name)


@pytest.mark.parametrize("name", UNNEEDED)
def test_what_it_does_not_need_is_left_out(name: str) -> None:
    assert bundle.left_out(name)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no libraries of their own to keep")
def test_libraries_of_the_desktop_are_not_brought_along_but_qts_small_helpers_are() -> None:
    place = "/lib/x86_64-linux-gnu"
    entries = [
        ("libX11.so.6", f"{place}/libX11.so.6", "BINARY"),
        ("libxcb-cursor.so.0", f"{place}/libxcb-cursor.so.0", "BINARY"),
        ("libffi.so.8", f"{place}/libffi.so.8", "BINARY"),
        ("libreadline.so.8", f"{place}/libreadline.so.8", "BINARY"),
        ("cv2/cv2.abi3.so", "/home/me/venv/lib/python3.11/site-packages/cv2/cv2.abi3.so", "EXTENSION"),
    ]
    names = [name for name, _, _ in bundle.kept(entries)]
    assert names == ["libxcb-cursor.so.0", "libffi.so.8", "cv2/cv2.abi3.so"]


def test_what_libraries_read_while_they_run_is_brought_along() -> None:
    files = {Path(file).name: folder for file, folder in bundle.data_files()}
    assert files["haarcascade_frontalface_default.xml"] == "cv2/data"
    assert files["qtbase_es.qm"] in {"PySide6/Qt/translations", "PySide6/translations"}
    assert not any(bundle.left_out(f"{folder}/{name}") for name, folder in files.items())


def test_links_to_what_was_left_out_are_left_out_too() -> None:
    entries = [
        ("pyarrow/libarrow.so.2600", "/site/pyarrow/libarrow.so.2600", "BINARY"),
        ("pyarrow/libarrow_flight.so.2600", "/site/pyarrow/libarrow_flight.so.2600", "BINARY"),
        ("libarrow.so.2600", "pyarrow/libarrow.so.2600", "SYMLINK"),
        ("libarrow_flight.so.2600", "pyarrow/libarrow_flight.so.2600", "SYMLINK"),
        ("PySide6/libA.so", "Qt/../../pyarrow/libarrow.so.2600", "SYMLINK"),
    ]
    names = [name for name, _, _ in bundle.kept(entries)]
    assert names == ["pyarrow/libarrow.so.2600", "libarrow.so.2600", "PySide6/libA.so"]


@pytest.mark.skipif(sys.platform != "linux", reason="symbols are taken out on Linux only")
def test_symbols_are_taken_out_of_python_itself_and_of_nothing_else(tmp_path: Path) -> None:
    own = max((Path(sys.base_prefix) / "lib").rglob("*.so*"), key=lambda path: path.stat().st_size)
    entries = [
        (own.name, str(own), "EXTENSION"),
        ("cv2/cv2.abi3.so", str(own.parent / "elsewhere.so"), "DATA"),
    ]
    slim = bundle.slimmed(entries, tmp_path / "slim")
    assert slim[1] == entries[1]
    assert 0 < Path(slim[0][1]).stat().st_size <= own.stat().st_size


def test_nothing_is_left_out_that_the_program_imports() -> None:
    imported = set()
    for path in (ROOT / "fer_desktop").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    # Optional parts that installers do not have: the cluster, and sound of unusual containers (GPL).
    assert imported & set(bundle.NOT_IMPORTED) <= {"distributed", "av"}


WITHOUT = """
import importlib, pkgutil, sys
from installer.bundle import NOT_IMPORTED

class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in NOT_IMPORTED):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import fer_desktop, openpyxl, pyarrow.parquet
for module in pkgutil.walk_packages(fer_desktop.__path__, "fer_desktop."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def test_everything_can_be_imported_without_what_is_left_out() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_recipe_is_python_and_names_what_exists() -> None:
    text = (ROOT / "installer" / "fer_desktop.spec").read_text(encoding="utf-8")
    ast.parse(text)
    for module in re.findall(r"^from (installer\.[\w.]+) import", text, re.MULTILINE):
        assert (ROOT / module.replace(".", "/")).with_suffix(".py").is_file()


def test_sizes_are_told_by_part_and_links_count_nothing(tmp_path: Path) -> None:
    for name, count in {"PySide6/a.so": 300, "numpy.libs/b.so": 200, "python.zip": 100}.items():
        path = tmp_path / "_internal" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(count))
    (tmp_path / "_internal" / "libQt6Core.so").symlink_to("PySide6/a.so")
    assert size.sizes(tmp_path) == {
        "Qt and PySide6": 300,
        "NumPy with OpenBLAS": 200,
        "Python and everything else": 100,
    }


@pytest.mark.parametrize(("count", "code"), [(2_000_000, 0), (4_000_000, 1)])
def test_a_program_over_its_budget_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, count: int, code: int
) -> None:
    (tmp_path / "all").write_bytes(bytes(count))
    monkeypatch.setattr(size, "BUDGET_MB", 3)
    monkeypatch.setattr(sys, "argv", ["size", str(tmp_path)])
    assert size.main() == code
    assert "the budget is 3 MB" in capsys.readouterr().out


def test_an_empty_folder_is_no_program_that_keeps_its_budget(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["size", str(tmp_path / "missing")])
    assert size.main() == 1
    assert "There is nothing in" in capsys.readouterr().err


def test_the_icons_are_boxes_of_pictures_of_the_right_sizes(tmp_path: Path) -> None:
    icons.write_icons(tmp_path)
    ico, icns = ((tmp_path / f"fer-desktop.{kind}").read_bytes() for kind in ("ico", "icns"))
    count = struct.unpack("<HHH", ico[:6])[2]
    for place in range(count):
        width, *_, length, offset = struct.unpack("<BBBBHHII", ico[6 + 16 * place : 22 + 16 * place])
        picture = ico[offset : offset + length]
        assert picture.startswith(b"\x89PNG")
        assert struct.unpack(">I", picture[16:20])[0] == (width or 256)
    assert icns[:4] == b"icns"
    assert struct.unpack(">I", icns[4:8])[0] == len(icns)


def test_the_cuda_libraries_are_an_archive_to_lay_over_the_program(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for name in (
        "onnxruntime/capi/libonnxruntime_providers_cuda.so",
        "onnxruntime/capi/libonnxruntime_providers_shared.so",
        "nvidia/cudnn/lib/libcudnn.so.9",
        "nvidia/cudnn/include/cudnn.h",
        "nvidia/cudnn/License.txt",
    ):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(b"x")
    assert {path.relative_to(site).as_posix() for path in cuda.additions(site)} == {
        "onnxruntime/capi/libonnxruntime_providers_cuda.so",
        "nvidia/cudnn/lib/libcudnn.so.9",
        "nvidia/cudnn/License.txt",
    }
    assert cuda.build(site, tmp_path / "out", __version__).stat().st_size > 0
    with pytest.raises(SystemExit, match="not installed here"):
        cuda.build(tmp_path / "empty", tmp_path / "out", __version__)

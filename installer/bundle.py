"""What of all that PyInstaller finds goes into the frozen program, and what stays out.

Names are those of PyInstaller's tables: paths within the bundle, with the system's own slashes.
"""

from __future__ import annotations

import importlib.util
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

Entry = tuple[str, str, str]
"""Name in the bundle, path of the file, kind."""

METADATA: Final = (
    "numpy",
    "opencv-python-headless",
    "onnxruntime-gpu",
    "onnxruntime",
    "PySide6-Essentials",
    "pyqtgraph",
    "cv2-enumerate-cameras",
    "platformdirs",
)
"""Distributions whose versions `fer-desktop doctor` tells."""

_DATA: Final = {
    "cv2": ("data/haarcascade_frontalface_default.xml",),
    "PySide6": ("Qt/translations/qtbase_es.qm", "translations/qtbase_es.qm"),
}
"""What PyInstaller does not know to be needed: the face detector's file, and Qt's own texts, which are in one
place or the other."""

IMPORTED_BY_NAME: Final = ("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets")
"""What pyqtgraph imports in a way that PyInstaller does not see."""

NOT_IMPORTED: Final = (
    # For developers, other programs, or formats that we do not write.
    "IPython", "OpenGL", "PIL", "_pytest", "cupy", "dask", "distributed", "docutils", "h5py", "matplotlib",
    "numba", "onnx", "pandas", "pip", "pytest", "scipy", "setuptools", "sympy", "torch", "tornado",
    "training", "wheel", "av",
    # A second window toolkit, a line editor under the GPL, and the standard library's own tests.
    "tkinter", "_tkinter", "curses", "_curses", "readline", "lib2to3", "test", "idlelib", "ensurepip",
    # What the tools of the build bring.
    "_cffi_backend", "certifi", "cffi", "charset_normalizer", "cryptography", "keyring", "requests",
    "urllib3",
    # Parts of the libraries that nothing of ours calls.
    "numpy.f2py", "numpy.testing.tests", "onnxruntime.backend", "onnxruntime.datasets",
    "onnxruntime.quantization", "onnxruntime.tools", "onnxruntime.transformers", "pyarrow.tests",
    "pyarrow.flight", "pyarrow.substrait", "pyarrow.orc", "pyarrow.gandiva", "pyarrow.cuda", "pyarrow.jvm",
    "pyarrow._flight", "pyarrow._substrait", "pyarrow._orc", "pyarrow._s3fs", "pyarrow._gcsfs",
    "pyarrow._azurefs", "pyarrow._hdfs", "pyarrow._csv", "pyarrow._json", "pyarrow._feather",
    "pyqtgraph.examples", "pyqtgraph.opengl", "pyqtgraph.flowchart", "pyqtgraph.jupyter",
    "pyqtgraph.console", "pyqtgraph.dockarea", "PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick",
    "PySide6.QtTest", "PySide6.QtPrintSupport",
    "PySide6.QtSql",
)  # fmt: skip

_LEFT_OUT: Final = re.compile(
    "|".join(
        (
            # CUDA is an addition: see docs/guide. TensorRT is not used, and Python's module holds the rest.
            r"onnxruntime_providers_(cuda|tensorrt)|^lib(cuda|cublas|cudnn|cufft|curand|nv)",
            r"^onnxruntime/capi/(lib)?onnxruntime\.(so|dll|dylib)",
            r"^onnxruntime/(ThirdPartyNotices|Privacy)",
            # Qt beyond widgets, SVG and the clipboard; screens that no desktop has.
            r"Qt6?(Qml|Quick|Labs|VirtualKeyboard|Pdf|Designer|Help|Sql|Test|UiTools|Network|Lottie|WebEngine)",
            r"Qt6?(PrintSupport|Concurrent|WaylandCompositor|Xml|EglF[Ss])",
            r"plugins/(platforminputcontexts/\w*virtualkeyboard|egldeviceintegrations|generic|networkinformation|tls)",
            r"plugins/platforms/(lib)?q(eglfs|linuxfb|minimalegl|minimal|vnc|vkkhrdisplay|direct2d)",
            # It would make GTK a must; the desktop's portal gives its dialogs, too.
            r"plugins/platformthemes/libqgtk3",
            r"plugins/imageformats/(lib)?q(pdf|tga|tiff|wbmp|webp|icns)",
            r"opengl32sw|d3dcompiler",
            r"^PySide6/(Qt/)?(qml|metatypes|libexec|include|typesystems|glue|doc|scripts|support)/",
            # Qt's own texts are needed in the languages that we speak.
            r"^PySide6/(Qt/)?translations/(?!qtbase_(es|en)\.qm$)",
            # Of OpenCV's cascades one is used; it holds no other data.
            r"^cv2/data/(?!haarcascade_frontalface_default\.xml$|__init__)",
            # Of Arrow what reads and writes Parquet files on this computer.
            r"^pyarrow/(lib)?arrow_(python_)?(flight|s3|cuda|gandiva)",
            r"^pyarrow/(include|src|tests)/|^pyarrow/.*\.pxi$",
            r"^pyarrow/lib\w+\.so(\.\d+\.\d+\.\d+)?$",
            # What is for developers.
            r"\.(pyi|pxd|pyx|h|hpp|cpp|lib|a|cmake|prl)$",
            r"^fer_desktop/assets/.*\.(py|ts)$",
            r"(^|/)(tests?|examples)/.*\.(py|png|csv)$",
        )
    )
)

_OF_THE_SYSTEM: Final = re.compile(r"^/(usr/)?lib(64)?/")
# Small helpers of Qt's X11 plugin that desktops often lack, and what Python's own modules are linked to.
_BROUGHT_ALONG: Final = re.compile(
    r"^lib(xcb-(cursor|icccm|image|keysyms|render-util|util)|xkbcommon-x11|python3|ffi|ssl|crypto|sqlite3|lzma"
    r"|bz2|expat|mpdec|uuid)[-.\d]"
)


def data_files() -> list[tuple[str, str]]:
    """(file, folder in the bundle) of what libraries read while they run."""
    found = []
    for package, names in _DATA.items():
        spec = importlib.util.find_spec(package)
        assert spec is not None, package
        assert spec.origin is not None, package
        home = Path(spec.origin).parent
        there = [name for name in names if (home / name).is_file()]
        if not there:
            raise SystemExit(f"{package} has no {names[0]} any more.")
        found += [(str(home / name), str(PurePosixPath(package, name).parent)) for name in there]
    return found


def left_out(name: str) -> bool:
    """Whether nothing of ours needs this file."""
    return _LEFT_OUT.search(str(PurePosixPath(*Path(name).parts))) is not None


def from_the_system(entry: Entry) -> bool:
    """Whether this is a library that every Linux desktop has: one of its own must not be put before it."""
    name, path, _ = entry
    if not sys.platform.startswith("linux") or not _OF_THE_SYSTEM.match(path):
        return False
    return _BROUGHT_ALONG.match(Path(name).name) is None


def kept(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that belong into the bundle."""
    files = [entry for entry in entries if not left_out(entry[0]) and not from_the_system(entry)]
    names = {Path(name).as_posix() for name, _, _ in files}
    # A link is told with what it leads to, from its own place.
    return [
        (name, path, kind)
        for name, path, kind in files
        if kind != "SYMLINK" or posixpath.normpath((Path(name).parent / path).as_posix()) in names
    ]


def slimmed(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The same with libraries that were built with their symbols replaced by copies without.

    Only Python's own and Arrow's: others came without, or were changed in ways that `strip` would break.
    """
    if not sys.platform.startswith("linux"):
        return list(entries)
    folder.mkdir(parents=True, exist_ok=True)
    return [_slim(entry, folder) if _has_symbols(entry) else entry for entry in entries]


def _has_symbols(entry: Entry) -> bool:
    name, path, kind = entry
    ours = Path(path).is_relative_to(sys.base_prefix) or name.startswith(("pyarrow/", "libpython"))
    return kind in {"BINARY", "EXTENSION"} and ours


def _slim(entry: Entry, folder: Path) -> Entry:
    name, path, kind = entry
    target = folder / name.replace("/", "_")
    subprocess.run(["strip", "--strip-unneeded", "-o", str(target), path], check=True)
    return name, str(target), kind

"""Which hardware a network runs on, and the proof: a session that has run once on it."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort

from fer_desktop.errors import ModelError

CPU: Final = "CPU"
CUDA: Final = "CUDA"
_PROVIDERS_FOLDER: Final = Path(ort.__file__).parent / "capi"
_CUDA_PROVIDER: Final = "CUDAExecutionProvider"
_CPU_PROVIDER: Final = "CPUExecutionProvider"
# What the environment variable does elsewhere (see `fer_desktop/__init__.py`), on Windows only this does.
ort.disable_telemetry_events()
_CUDA_REMEDY: Final = (
    "Install an NVIDIA driver and the CUDA libraries (pip install 'fer-desktop[cuda]'; the guide tells how "
    "to add them to an installed program), or use --provider cpu."
)


@dataclass(frozen=True, slots=True)
class Running:
    """An onnxruntime session and where it really runs."""

    session: Any
    provider: str
    """`CPU` or `CUDA`."""
    why: str
    """One sentence for a user who expected something else; empty where there is nothing to say."""


def nvidia_driver_present() -> bool:
    """True where the CUDA driver library can be loaded at all."""
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True


def start_session(
    model: Path, provider: str, warm_up: dict[str, np.ndarray[Any, Any]], threads: int | None = None
) -> Running:
    """Load a network on the wanted provider (`auto`, `cuda` or `cpu`) and run it once.

    `auto` falls back to the CPU and says why; `cuda` raises `ModelError` where CUDA does not work.
    `threads` on the CPU; None takes those that there are, up to four.
    A file that onnxruntime cannot load raises `ModelError`, too.
    """
    if provider not in {"auto", "cuda", "cpu"}:
        raise ModelError(f"The provider '{provider}' does not exist.", "Choose auto, cuda or cpu.")
    why = ""
    if provider != "cpu":
        why = _cuda_obstacle()
        if not why:
            try:
                session = _session(model, [_CUDA_PROVIDER, _CPU_PROVIDER], threads)
                session.run(None, warm_up)
            except Exception as error:  # onnxruntime raises undocumented types
                why = f"CUDA did not start: {str(error).splitlines()[0]}"
            else:
                if session.get_providers()[0] == _CUDA_PROVIDER:
                    return Running(session, CUDA, "")
                why = "CUDA was asked for, but onnxruntime chose the CPU."
        if provider == "cuda":
            raise ModelError(f"The GPU cannot be used: {why}", _CUDA_REMEDY)
    session = _session(model, [_CPU_PROVIDER], threads)
    try:
        session.run(None, warm_up)
    except Exception as error:
        raise ModelError(
            f"{model.name} cannot be run: {str(error).splitlines()[0]}", "Export the model again."
        ) from error
    return Running(session, CPU, why)


def _cuda_obstacle() -> str:
    """Why CUDA cannot work here, or an empty string where it may."""
    if _CUDA_PROVIDER not in ort.get_available_providers():
        return "this build of onnxruntime has no CUDA."
    if not nvidia_driver_present():
        return "no NVIDIA driver is installed."
    # The installers leave out what is larger than all the rest together.
    if not any(_PROVIDERS_FOLDER.glob("*onnxruntime_providers_cuda.*")):
        return "the program was installed without the CUDA libraries."
    ort.preload_dlls(directory="")
    return ""


def _session(model: Path, providers: list[str], threads: int | None) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or max(1, min(4, os.cpu_count() or 1))
    options.log_severity_level = 4
    # Spinning threads burn most of a core while they wait for the next frame.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(str(model), options, providers=providers)
    except Exception as error:
        raise ModelError(
            f"{model.name} is not a network that can be loaded.",
            "Choose an ONNX file that training exported.",
        ) from error

"""What can go wrong in the laboratory, each as one sentence that names the thing and the remedy."""

from __future__ import annotations


class LabError(Exception):
    """A mistake of input or surroundings; its text is printed without a traceback."""


class DataError(LabError):
    """A data file is missing or has another shape than its format promises."""


class RecipeError(LabError):
    """A recipe names a value that does not exist or cannot hold."""


class RunError(LabError):
    """A run folder cannot be used as asked."""


class ExportError(LabError):
    """A network cannot be written as an ONNX file that gives its answers."""

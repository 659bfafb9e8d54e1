"""Pages from templates: one file each, with nothing to load from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from training.files import write_whole

TEMPLATES: Final = Path(__file__).with_name("templates")


def write_page(template: str, values: Mapping[str, Any], path: Path, folder: Path = TEMPLATES) -> Path:
    """Fill a template of `folder`, which may build on those here.

    Raises `RunError` if the page cannot be written.
    """
    # Imported here: Jinja takes time that `--help` should not.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    surroundings = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    write_whole(path, surroundings.get_template(template).render(values))
    return path

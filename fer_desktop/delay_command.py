"""`fer-desktop delay`: how far the log lags behind what happens, measured with screen and camera."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from fer_desktop import paths
from fer_desktop.capture.choose import make_source
from fer_desktop.capture.source import SourceKind
from fer_desktop.display import has_display
from fer_desktop.errors import UserError
from fer_desktop.session.delay import DelayFacts, kept_with
from fer_desktop.settings_store import SettingsStore

_LIVE = {SourceKind.CAMERA, SourceKind.STREAM}

_out = Console(highlight=False)


def delay_command(
    source: Annotated[str, typer.Argument(help="camera:0, camera:NAME or a stream that sees this screen.")],
    flashes: Annotated[int, typer.Option(min=10, max=400, help="How often the square changes.")] = 40,
) -> None:
    """Measure the delay of a camera: a square flashes, the camera looks at it. Kept for later sessions.

    In the size, rate and form of pictures that were chosen for it in the window.
    """
    if make_source(source).kind not in _LIVE:
        raise UserError(f"'{source}' is not a camera.", "The delay is that of a camera or stream: camera:0.")
    if not has_display():
        raise UserError("There is no display for the square.", "Run it where the window opens.")
    from fer_desktop.app import application, source_maker  # noqa: PLC0415 - Qt is loaded only for the window
    from fer_desktop.ui.delay import DelayWindow  # noqa: PLC0415

    camera = source_maker(SettingsStore(paths.settings_file()))(source)
    app = application()
    window = DelayWindow(camera, flashes=flashes)
    window.done.connect(app.quit)
    window.show()
    window.begin()
    app.exec()
    if window.facts is None:
        raise window.error or UserError("Stopped before the end.", "Nothing was kept.")
    # Read anew: an open window may have changed them meanwhile.
    store = SettingsStore(paths.settings_file())
    store.change(delays=kept_with(store.current.delays, window.facts))
    _out.print(escape(_sentence(window.facts)), soft_wrap=True)


def _sentence(facts: DelayFacts) -> str:
    return (
        f"{facts.source}, {facts.width} x {facts.height}, {facts.fps:.0f} frames/s: the log is "
        f"{facts.median_ms:.0f} ms behind what the screen shows (jitter {facts.jitter_ms:.0f} ms, "
        f"{facts.changes} changes). Its sessions carry this from now on, as 'delay' in session.json."
    )

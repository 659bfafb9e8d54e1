"""The command line: the window by default, and the work that needs none."""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from glob import glob
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fer_desktop import __version__, paths
from fer_desktop.analyse import Options, analyse
from fer_desktop.analyze_command import Display, How, analyse_all, outcome_sentence
from fer_desktop.delay_command import delay_command
from fer_desktop.display import has_display
from fer_desktop.errors import UserError
from fer_desktop.export_command import export_command
from fer_desktop.link_options import Link, Markers, chosen_link
from fer_desktop.privacy_commands import expired_command, forget_command, notice_command
from fer_desktop.report_command import report_command
from fer_desktop.session.subject import Subject, participant_code
from fer_desktop.settings_store import SettingsStore
from fer_desktop.work import FilmWish

_WINDOW: Final = "window"
_ALONE: Final = {"--help", "--version", "--smoke-test"}
"""Options that are a command of their own."""
_FAILED: Final = 1
_MOST_JOBS: Final = 61
"""Windows cannot wait for more processes at once."""
_SCREENSHOT_AFTER_S: Final = 6.0

log = logging.getLogger(__name__)

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Model = Annotated[
    str,
    typer.Option(help="An expression network: 'expression', 'expression-small', or a model file (.onnx)."),
]
Detector = Annotated[
    str,
    typer.Option(help="A face detector: 'face_detector', 'cascade', or an ONNX file in YuNet's format."),
]


def _provider(value: str) -> str:
    if value not in {"auto", "cuda", "cpu"}:
        raise typer.BadParameter(f"'{value}' is not one of auto, cuda, cpu.")
    return value


Provider = Annotated[str, typer.Option(help="auto, cuda or cpu.", callback=_provider)]


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"fer-desktop {__version__}")
        raise typer.Exit


def _smoke_test(wanted: bool) -> None:
    if not wanted:
        return
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from fer_desktop.smoke_test import smoke_test  # noqa: PLC0415 - Qt is loaded only for the window
    except ImportError as error:
        raise UserError(f"The window cannot be loaded ({error}).", "Install the program again.") from error
    smoke_test(lambda text: out.print(escape(text), soft_wrap=True))
    out.print("The smoke test has passed.")
    raise typer.Exit


@app.callback()
def common(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and end.", callback=_print_version, is_eager=True),
    ] = False,
    _smoke: Annotated[
        bool,
        typer.Option(
            "--smoke-test",
            help="Try whether this installation works, and end.",
            callback=_smoke_test,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """See facial expressions live, or analyse files into session folders.

    Without a command the window opens: fer-desktop [SOURCE]. With --debug anywhere, errors come with
    their traceback.
    """


@app.command(_WINDOW)
def window(  # noqa: PLR0917 - one parameter per option; typer calls it by name
    source: Annotated[
        str | None, typer.Argument(help="camera:0, camera:NAME, a path, a URL, or 'demo'.")
    ] = None,
    model: Model = "",
    detector: Detector = "",
    provider: Provider = "auto",
    link: Link = None,
    markers: Markers = "",
) -> None:
    """Open the window (this is what happens without a command)."""
    live = chosen_link(link, markers)
    if not has_display():
        _without_display(source or "demo", Options(model, detector, provider, link=live))
        return
    from fer_desktop.app import run_window  # noqa: PLC0415 - Qt is loaded only for the window

    raise typer.Exit(run_window(source, model=model, detector=detector, provider=provider, link=live))


def _without_display(source: str, options: Options) -> None:
    """No screen: do what can be done, and say where it is."""
    err.print("There is no display, so the window cannot open; analysing instead.")
    folder = paths.sessions_dir()
    with Display(sources=1) as display:
        display.begun(source, 0)
        outcome = analyse(source, folder, options, lambda progress: display.show(0, progress))
    out.print(f"{escape(str(outcome.folder))}: {outcome_sentence(outcome)}", soft_wrap=True)
    picture = outcome.folder / "window.png"
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from fer_desktop.app import run_window  # noqa: PLC0415 - Qt is loaded only for the window

    with tempfile.TemporaryDirectory() as scratch:
        status = run_window(
            source,
            model=options.model,
            detector=options.detector,
            provider=options.provider,
            settings_path=Path(scratch) / "settings.json",
            screenshot=picture,
            quit_after_s=_SCREENSHOT_AFTER_S,
        )
    out.print(f"Screenshot of the window: {escape(str(picture))}", soft_wrap=True)
    raise typer.Exit(status)


@app.command("analyze")
def analyze(  # noqa: PLR0917 - one parameter per option; typer calls it by name
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="Files, folders, patterns, URLs, 'demo'.")
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="Where the session folders go.")],
    model: Model = "",
    detector: Detector = "",
    provider: Provider = "auto",
    every: Annotated[int, typer.Option(min=1, help="Analyse each N-th frame; all frames are logged.")] = 1,
    start: Annotated[float | None, typer.Option(min=0, help="Media time to begin at, in seconds.")] = None,
    end: Annotated[float | None, typer.Option(min=0, help="Media time to end before, in seconds.")] = None,
    jobs: Annotated[int, typer.Option(min=1, max=_MOST_JOBS, help="Sources analysed at once.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, whose workers do the work.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Analyse also what --out has already.")] = False,
    video: Annotated[bool, typer.Option("--video", help="Write annotated.mp4 into each session.")] = False,
    blur_faces: Annotated[bool, typer.Option("--blur-faces", help="Hide the faces in it.")] = False,
    link: Link = None,
    markers: Markers = "",
    participant: Annotated[str, typer.Option(help="Code of the person who is seen; not a name.")] = "",
    keep_days: Annotated[
        int | None, typer.Option(min=1, max=36500, help="Days to keep the sessions.")
    ] = None,
) -> None:
    """Analyse sources without a window; each becomes a session folder in --out."""
    if start is not None and end is not None and end <= start:
        raise typer.BadParameter("--end must be later than --start.")
    if jobs > 1 and scheduler is not None:
        raise typer.BadParameter("--jobs is for this computer and --scheduler for a cluster; choose one.")
    if blur_faces and not video:
        raise typer.BadParameter("--blur-faces is for --video.")
    live = chosen_link(link, markers)
    if live.on and (jobs > 1 or scheduler is not None):
        raise typer.BadParameter("--link and --markers go with one source at a time, without --jobs.")
    subject = Subject(participant_code(participant), keep_days=keep_days)
    delays = SettingsStore(paths.settings_file()).current.delays
    options = Options(model, detector, provider, every, start, end, link=live, subject=subject, delays=delays)
    film = FilmWish(blur_faces) if video else None
    raise typer.Exit(analyse_all(sources, out_dir, options, How(jobs, scheduler, again, film)))


@app.command("check")
def check_command(
    sessions: Annotated[list[Path], typer.Argument(metavar="SESSION", help="Sessions, or folders of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Prove that sessions are whole: schema, times, sums, runs and hashes; changes nothing."""
    from fer_desktop.upkeep import check_all  # noqa: PLC0415 - only when asked

    raise typer.Exit(0 if check_all(sessions, as_json=as_json) else _FAILED)


@app.command("recover")
def recover_command(
    places: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER|SESSION", help="Else the folder of your recordings."),
    ] = None,
) -> None:
    """Make sessions whole that were cut off by a crash, a power cut or a full disk."""
    from fer_desktop.upkeep import recover_all  # noqa: PLC0415 - only when asked

    raise typer.Exit(0 if recover_all(places or []) else _FAILED)


@app.command("doctor")
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which versions, processors, cameras and models there are, and what is wrong."""
    from fer_desktop.doctor import examine  # noqa: PLC0415 - tries the GPU, only when asked

    report = examine()
    if as_json:
        sys.stdout.write(json.dumps(asdict(report), indent=2) + "\n")
        raise typer.Exit(_FAILED if report.problems else 0)
    table = Table(show_header=False, box=None)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("FER Desktop", report.version)
    table.add_row("Python", f"{report.python} on {report.system}")
    for name, version in report.packages.items():
        table.add_row(name, version)
    for finding in [*report.providers, *report.models]:
        mark = "works" if finding.works else "does not work"
        table.add_row(finding.name, f"{mark}: {escape(finding.detail)}")
    for camera in report.cameras:
        table.add_row(f"camera:{camera['index']}", escape(str(camera["name"])))
    if not report.cameras:
        table.add_row("cameras", "none found")
    for name, path in report.paths.items():
        table.add_row(name, escape(path))
    out.print(table, soft_wrap=True)
    for problem in report.problems:
        err.print(escape(problem), style="red", soft_wrap=True)
    raise typer.Exit(_FAILED if report.problems else 0)


@app.command("benchmark")
def benchmark_command(
    source: Annotated[str, typer.Argument(help="What to measure on.")] = "demo",
    model: Model = "",
    detector: Detector = "",
    provider: Provider = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure how long each stage takes here, and the frames per second."""
    from fer_desktop.benchmark import benchmark  # noqa: PLC0415 - loads Qt to measure painting

    measured = benchmark(source, Options(model, detector, provider))
    if as_json:
        sys.stdout.write(json.dumps(asdict(measured), indent=2) + "\n")
        return
    table = Table("stage", "mean ms", "median", "95 %", box=None)
    stages = {**measured.stages, "capture to result": measured.latency_ms}
    for name, spread in stages.items():
        table.add_row(name, f"{spread.mean:.1f}", f"{spread.p50:.1f}", f"{spread.p95:.1f}")
    out.print(table)
    times = f", {measured.times_real_time:.1f} times real time" if measured.times_real_time else ""
    out.print(
        f"{escape(measured.source)} {measured.width} x {measured.height}, {measured.frames} frames, "
        f"{measured.detector} on {measured.provider}: {measured.frames_per_s:.0f} frames/s{times}",
        soft_wrap=True,
    )


app.command("export")(export_command)
app.command("report")(report_command)
app.command("delay")(delay_command)
app.command("forget")(forget_command)
app.command("expired")(expired_command)
app.command("notice")(notice_command)


def _complain(error: UserError) -> None:
    log.debug("because of this:", exc_info=error)
    err.print(escape(str(error)), style="red", soft_wrap=True)


def _with_default_command(arguments: Sequence[str]) -> list[str]:
    """`fer-desktop [SOURCE] [options]` means the window; a command's name comes first or not at all."""
    known = {command.name for command in app.registered_commands}
    if arguments and (arguments[0] in known or arguments[0] in _ALONE):
        return list(arguments)
    return [_WINDOW, *arguments]


def expanded(arguments: Sequence[str]) -> list[str]:
    """With the files that patterns mean, as shells everywhere but on Windows hand them over."""
    if platform.system() != "Windows":
        return list(arguments)
    names: list[str] = []
    for argument in arguments:
        names += sorted(glob(argument, recursive=True)) or [argument]  # noqa: PTH207 - it may be absolute
    return names


def prepare_logging(*, debug: bool) -> None:
    """Keep the terminal quiet, but not the loggers: the window writes their warnings into its log file."""
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.DEBUG if debug else logging.CRITICAL)
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, handlers=[terminal])


def main() -> NoReturn:
    """Run the command line; an error is one sentence on stderr and exit code 1 (2 for bad usage)."""
    debug = "--debug" in sys.argv
    prepare_logging(debug=debug)
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        app(_with_default_command(expanded(arguments)), prog_name="fer-desktop")
    except UserError as error:
        _complain(error)
    raise SystemExit(_FAILED)


if __name__ == "__main__":
    main()

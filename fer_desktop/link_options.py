"""The options `--link` and `--markers` of the commands that run a source."""

from __future__ import annotations

from typing import Annotated

import typer

from fer_desktop.errors import LinkError
from fer_desktop.link.live import LinkChoice, link_choice

Link = Annotated[
    list[str] | None,
    typer.Option(help="Send results to other programs: lsl, udp or udp:PORT; may be given several times."),
]
Markers = Annotated[
    str, typer.Option(help="Name of an LSL marker stream whose markers become events, or 'any'.")
]


def chosen_link(ways: list[str] | None, markers: str) -> LinkChoice:
    """What the options ask for; a word that is none is bad usage."""
    try:
        return link_choice(ways or [], markers)
    except LinkError as error:
        raise typer.BadParameter(str(error)) from error

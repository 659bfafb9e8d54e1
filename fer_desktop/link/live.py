"""The live link as one thing to switch on and off: what is sent, by which ways, and what is received."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from fer_desktop.engine.result import Result
from fer_desktop.errors import LinkError
from fer_desktop.link.lsl import LslSender
from fer_desktop.link.markers import Marker, MarkerInlet
from fer_desktop.link.outbox import Outbox
from fer_desktop.link.sender import Sender
from fer_desktop.link.udp import DEFAULT_PORT, UdpSender

_OPENING_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """What is linked; nothing unless somebody asks for it."""

    lsl: bool = False
    udp_port: int | None = None
    markers: str = ""
    """Name of the LSL stream whose markers are received, or `any`; empty: none."""

    @property
    def sends(self) -> bool:
        return self.lsl or self.udp_port is not None

    @property
    def on(self) -> bool:
        return self.sends or bool(self.markers)

    @property
    def name(self) -> str:
        """What it is called on screen; empty if it is off."""
        ways = (
            "LSL" if self.lsl else "",
            "" if self.udp_port is None else f"UDP {self.udp_port}",
            "LSL ←" if self.markers else "",
        )
        return ", ".join(way for way in ways if way)


OFF: Final = LinkChoice()


def link_choice(ways: Sequence[str], markers: str = "") -> LinkChoice:
    """From the words of the command line and the settings: `lsl`, `udp`, `udp:PORT`; raises `LinkError`."""
    lsl = False
    ports: set[int] = set()
    for way in ways:
        word, _, rest = way.strip().lower().partition(":")
        if word == "lsl" and not rest:
            lsl = True
        elif word == "udp":
            ports.add(_port(rest) if rest else DEFAULT_PORT)
        else:
            raise LinkError(f"'{way}' is not a live link.", "Known are lsl, udp and udp:PORT.")
    if len(ports) > 1:
        raise LinkError(
            f"The link over UDP goes to one port, not to {' and '.join(map(str, sorted(ports)))}.",
            "Give one of them, as in udp:9000.",
        )
    return LinkChoice(lsl, next(iter(ports), None), markers.strip())


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise LinkError(f"'{text}' is not a port.", "Give a number from 1 to 65535, as in udp:9000.")
    return int(text)


class LiveLink:
    """Outbox and inlet of one choice. Made once; `start`, then `stop`, which may take some seconds."""

    def __init__(self, choice: LinkChoice, take: Callable[[Marker], object]) -> None:
        """`take` gets the markers of other programs, in a thread that is not the caller's."""
        self.choice = choice
        self._outbox = Outbox(self._senders) if choice.sends else None
        self._inlet = MarkerInlet(choice.markers, take) if choice.markers else None

    @property
    def error(self) -> LinkError | None:
        """Why a part of it does not work."""
        errors = (part.error for part in (self._outbox, self._inlet) if part is not None)
        return next((error for error in errors if error is not None), None)

    @property
    def lost(self) -> int:
        """Messages that were given up, as a sender was too slow."""
        return 0 if self._outbox is None else self._outbox.lost

    def start(self) -> None:
        for part in (self._outbox, self._inlet):
            if part is not None:
                part.start()

    def wait_opened(self) -> None:
        """Wait until all of it works; raises `LinkError` where something does not."""
        for part in (self._outbox, self._inlet):
            if part is not None:
                part.wait_opened(_OPENING_S)

    def observe(self, result: Result, labels: tuple[str, ...]) -> None:
        """Send one result of a network with these labels; returns at once."""
        if self._outbox is not None:
            self._outbox.observe(result, labels)

    def begin_source(self) -> None:
        """What is observed from now on comes from another source."""
        if self._outbox is not None:
            self._outbox.begin_source()

    def event(self, kind: str, label: str = "", detail: str = "", at_s: float | None = None) -> None:
        """Send that something happens now, or happened at `at_s` (`perf_counter`); returns at once."""
        if self._outbox is not None:
            self._outbox.event(kind, label, detail, at_s)

    def stop(self) -> None:
        for part in (self._outbox, self._inlet):
            if part is not None:
                part.stop()

    def _senders(self) -> list[Sender]:
        senders: list[Sender] = []
        if self.choice.lsl:
            senders.append(LslSender())
        if self.choice.udp_port is not None:
            senders.append(UdpSender(self.choice.udp_port))
        return senders


@contextmanager
def linked(choice: LinkChoice, take: Callable[[Marker], object]) -> Iterator[LiveLink | None]:
    """A link for as long as it is needed, None where none is wanted; raises `LinkError`."""
    if not choice.on:
        yield None
        return
    link = LiveLink(choice, take)
    link.start()
    try:
        link.wait_opened()
        yield link
    finally:
        link.stop()

"""The other side of the Lab Streaming Layer, in a process of its own: `python -m tests.link.other_process`.

`receive SOURCE_ID COUNT`: prints one JSON object about the stream, then one for each sample.
`mark NAME TEXT`: sends TEXT as a marker, printing its times, until its input is closed.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

import pylsl


def say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def receive(source_id: str, count: int) -> None:
    found = pylsl.resolve_byprop("source_id", source_id, timeout=40)
    inlet = pylsl.StreamInlet(found[0], recover=False)
    info = inlet.info(timeout=20)
    inlet.open_stream(timeout=20)
    say(
        name=info.name(),
        type=info.type(),
        rate=info.nominal_srate(),
        labels=info.get_channel_labels(),
        units=info.get_channel_units(),
    )
    for _ in range(count):
        values, stamp = inlet.pull_sample(timeout=40)
        say(values=values, stamp=stamp)


def mark(name: str, text: str) -> None:
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "Markers", 1, 0.0, pylsl.cf_string, name))
    over = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    while not over.wait(0.2):
        stamp = pylsl.local_clock()
        outlet.push_sample([text], stamp)
        say(stamp=stamp)


if __name__ == "__main__":
    if sys.argv[1] == "receive":
        receive(sys.argv[2], int(sys.argv[3]))
    else:
        mark(sys.argv[2], sys.argv[3])

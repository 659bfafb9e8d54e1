"""A network camera on this machine: MJPEG over HTTP, with a plug to pull."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import cv2

from fer_desktop.capture.frame import Image


class MjpegServer:
    """Serves `pictures` round and round at `url` until it is left; `hang` keeps silent instead."""

    def __init__(self, pictures: list[Image], fps: float = 60.0) -> None:
        self.pause_s = 1 / fps
        self.parts = [cv2.imencode(".jpg", picture)[1].tobytes() for picture in pictures]
        self.broken = threading.Event()
        self.hangs = threading.Event()
        self.over = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._serve(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/video"

    def __enter__(self) -> MjpegServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        if self.broken.is_set():
            request.send_error(503)
            return
        request.send_response(200)
        request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        request.end_headers()
        number = 0
        try:
            while not (self.over.is_set() or self.broken.is_set()):
                if self.hangs.is_set():
                    self.over.wait(0.02)
                    continue
                part = self.parts[number % len(self.parts)]
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(part)}\r\n\r\n"
                request.wfile.write(head.encode() + part + b"\r\n")
                number += 1
                time.sleep(self.pause_s)
        except OSError:
            return  # the viewer has gone

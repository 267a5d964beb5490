# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for a cache: answers each request for a video, and says which cache it is.

There is no video and no origin behind it. Usage: cache.py NAME ADDRESS:PORT.
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def server(name: str, host: str, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = f"{self.path} from {name}\n".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            """The balancer asks every other second whether it is well; its log would be of that alone."""

    return ThreadingHTTPServer((host, port), Handler)


if __name__ == "__main__":
    address, _colon, number = sys.argv[2].rpartition(":")
    server(sys.argv[1], address, int(number)).serve_forever()

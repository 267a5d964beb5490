# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the NITRO emulator: one process, one appliance."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from pathlib import Path

from .api import Api
from .certificate import certificate
from .faults import Faults
from .server import Server
from .sessions import Sessions
from .state import State


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nitro_emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, required=True, help="port to listen on; 0 takes a free one")
    parser.add_argument("--state-file", type=Path, help="file that keeps the configurations")
    parser.add_argument(
        "--https", type=Path, metavar="PEM", help="speak https with this key and certificate, made where missing"
    )
    parser.add_argument("--user", default="nsroot", help="the user")
    parser.add_argument("--password-file", type=Path, help="file with the password; without it the password is nsroot")
    parser.add_argument("--session-seconds", type=float, default=1800, help="after how long a session that nobody uses ends")
    parser.add_argument("--no-basic-auth", action="store_true", help="refuse credentials with each call")
    parser.add_argument("--role", choices=["Primary", "Secondary"], default="Primary", help="the node's role in its pair")
    parser.add_argument("--faults", type=Path, help="JSON file with a list of faults")
    parser.add_argument("--reboot", action="store_true", help="start from what was saved")
    parser.add_argument("--verbose", action="store_true", help="log every call")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    level = logging.DEBUG if chosen.verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    password = chosen.password_file.read_text("utf-8").strip() if chosen.password_file else "nsroot"
    state = State(chosen.state_file, chosen.role)
    if chosen.reboot:
        state.reboot()
    sessions = Sessions({chosen.user: password}, chosen.session_seconds, basic=not chosen.no_basic_auth)
    faults = Faults(json.loads(chosen.faults.read_text("utf-8")) if chosen.faults else ())
    pem = certificate(chosen.https, chosen.host) if chosen.https else None
    try:
        server = Server((chosen.host, chosen.port), Api(state, sessions), faults, pem)
    except OSError as error:
        sys.exit(
            f"The NITRO emulator cannot listen on {chosen.host}:{chosen.port} ({error.strerror}): "
            "end what uses that port or choose another."
        )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))  # every acknowledged change is in the file already
    print(f"{'https' if pem else 'http'}://{chosen.host}:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python roles/lab/files/osm``: the emulator as a process."""

from __future__ import annotations

import argparse

from osm_emulator.faults import Fault
from osm_emulator.server import serve
from osm_emulator.state import Catalogue


def main() -> None:
    parser = argparse.ArgumentParser(description="An emulator of OSM's northbound interface; see the README.")
    parser.add_argument("--port", type=int, default=9999)
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--project", default="admin")
    parser.add_argument("--descriptor", action="append", default=[], help="the name of an NSD; may be given again")
    parser.add_argument("--vim", action="append", default=[], help="the name of a VIM account; may be given again")
    parser.add_argument("--address", help="what every VNF tells as its address")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long an operation takes")
    parser.add_argument("--token-seconds", type=float, default=3600.0, help="how long a token is good")
    parser.add_argument(
        "--queue", action="store_true", help="let operations wait for one another instead of refusing the second"
    )
    parser.add_argument("--fault", nargs=2, action="append", default=[], metavar=("CALL", "WHAT"), help="see faults.py; once")
    parser.add_argument(
        "--outcome",
        nargs=3,
        action="append",
        default=[],
        metavar=("KIND", "STATE", "REASON"),
        help="of the next operation of a kind",
    )
    given = parser.parse_args()
    who = {"username": given.user, "password": given.password, "project_id": given.project}
    state = Catalogue(who, given.descriptor, given.vim, given.address, given.seconds, given.token_seconds, given.queue)
    for kind, *outcome in given.outcome:
        state.lifecycle.outcomes.setdefault(kind, []).append(tuple(outcome))
    server = serve(state, given.port)
    server.faults.extend(Fault(*one) for one in given.fault)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A firewall in user space: relays TCP connections whose source its rules allow.

Usage: firewall.py RULES LISTEN FORWARD, the last two as address:port.
"""

from __future__ import annotations

import asyncio
import ipaddress
import pathlib
import sys


def read_rules(text: str) -> list[tuple[bool, ipaddress.IPv4Network | ipaddress.IPv6Network]]:
    """Rules as (allowed, range), in the order of the lines; comments start with #."""
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return [(line[0] == "allow", ipaddress.ip_network(line[1])) for line in lines if line]


def is_allowed(rules: list, source: str) -> bool:
    address = ipaddress.ip_address(source)
    return next((allowed for allowed, block in rules if address in block), False)


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass  # one side went away; closing tells the other
    finally:
        writer.close()


async def serve(rules: list, listen: tuple[str, int], forward: tuple[str, int]) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not is_allowed(rules, writer.get_extra_info("peername")[0]):
            writer.close()
            return
        try:
            inner_reader, inner_writer = await asyncio.open_connection(*forward)
        except OSError:
            writer.close()
            return
        await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))

    server = await asyncio.start_server(handle, *listen)
    async with server:
        await server.serve_forever()


def endpoint(text: str) -> tuple[str, int]:
    host, _colon, port = text.rpartition(":")
    return host, int(port)


if __name__ == "__main__":
    rules_of_file = read_rules(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    asyncio.run(serve(rules_of_file, endpoint(sys.argv[2]), endpoint(sys.argv[3])))

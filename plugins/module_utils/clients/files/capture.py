# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets in a capture file that tcpdump, Wireshark and their like read.

Source: the classic pcap format, draft-ietf-opsawg-pcap; Ethernet frames, times in microseconds.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...core.errors import FailedError, InputError
from ...core.plan import Change, Plan, carry_out, difference

FILE = struct.Struct("<IHHiIII")
"""Magic number, version, time zone, accuracy, longest packet, link type."""
RECORD = struct.Struct("<IIII")
"""Seconds, microseconds, bytes that follow, bytes that the packet had."""
HEAD = FILE.pack(0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def capture(packets: Sequence[bytes]) -> bytes:
    """The file that holds these frames, a second apart."""
    records = (RECORD.pack(at, 0, len(packet), len(packet)) + packet for at, packet in enumerate(packets))
    return HEAD + b"".join(records)


def frames(content: bytes) -> list[bytes] | None:
    """The frames of a file that :func:`capture` made; None for any other."""
    found = list(_frames(content)) if content.startswith(HEAD) else None
    return found if found is not None and capture(found) == content else None


def _frames(content: bytes) -> Iterator[bytes]:
    at = FILE.size
    while at + RECORD.size <= len(content):
        length = RECORD.unpack_from(content, at)[2]
        at += RECORD.size + length
        yield content[at - length : at]


class Capture:
    """One capture file in one state; an acting verb (see ``glue.boundary.Acting``)."""

    def __init__(self, options: Mapping[str, Any]):
        self._path = Path(options["path"])
        self._packets = [_bytes(given, f"packets[{number}]") for number, given in enumerate(options["packets"])]

    def read(self) -> dict[str, dict[str, Any]]:
        try:
            found = frames(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise FailedError(f"{self._path} cannot be read: {error.strerror}") from error
        return {str(self._path): {"packets": None if found is None else [packet.hex() for packet in found]}}

    def difference(self, current: Mapping[str, Mapping[str, Any]]) -> Plan:
        return difference("capture", current, {str(self._path): {"packets": [packet.hex() for packet in self._packets]}})

    def apply(self, plan: Plan) -> None:
        carry_out(plan, self._write)

    def result(self) -> dict[str, Any]:
        return {"path": str(self._path), "count": len(self._packets)}

    def _write(self, change: Change) -> None:
        partial = self._path.with_name(f".{self._path.name}.part")
        try:
            partial.write_bytes(capture(self._packets))
            os.replace(partial, self._path)
        except OSError as error:
            raise FailedError(f"{change}: {error.strerror}; see that the folder is there and can be written") from error


def _bytes(given: Any, where: str) -> bytes:
    """A packet as ``sefl_verify`` answers it, or its bytes alone as hexadecimal digits."""
    text = given.get("hex") if isinstance(given, Mapping) else given
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError):
        raise InputError(f"{where}: give a packet of sefl_verify, or its bytes as hexadecimal digits") from None

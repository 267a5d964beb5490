# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for baseband: acknowledges every subframe that a radio head sends over UDP.

A subframe is a sequence number of four bytes and samples; the answer is the same number and the
CRC-32 of the samples, as a receiver would report them good. Usage: bbu.py ADDRESS:PORT.
"""

from __future__ import annotations

import socket
import struct
import sys
import zlib

HEADER = struct.Struct("!I")


def acknowledge(subframe: bytes) -> bytes | None:
    """The answer to ``subframe``; None if it is too short to be one."""
    if len(subframe) < HEADER.size:
        return None
    return subframe[: HEADER.size] + HEADER.pack(zlib.crc32(subframe[HEADER.size :]))


def serve(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as radio:
        radio.bind((host, port))
        while True:
            subframe, sender = radio.recvfrom(65536)
            answer = acknowledge(subframe)
            if answer is not None:
                radio.sendto(answer, sender)


if __name__ == "__main__":
    address, _colon, number = sys.argv[1].rpartition(":")
    serve(address, int(number))

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program prints, line by line while it runs; it and its children are ended where nobody reads on."""

from __future__ import annotations

import codecs
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from ...core.errors import FailedError
from .interruption import undisturbed
from .programs import ended, start

PIECE = 65_536
LONGEST = 1_000_000
"""Characters that a line may have: what prints none is no stress tool."""
LAST = 0.5
"""Seconds that a child may go on printing after the program itself has ended."""

ATTENDED = """
command -v setsid > /dev/null && set -- setsid "$@"
exec 3<&0
"$@" < /dev/null 3<&- & child=$!
end() { kill -s "$1" -- "-$child" || kill -s "$1" "$child"; }
( cat <&3 > /dev/null; end TERM; sleep 2; end KILL ) > /dev/null 2>&1 & watch=$!
exec 3<&-
wait "$child"
code=$?
kill "$watch" > /dev/null 2>&1
exit "$code"
"""
"""Runs a command and ends it, with all that it started, when its own input ends."""


class Ended(FailedError):
    """The program failed: with ``code``, and what it ``said`` at last."""

    def __init__(self, program: str, code: int, said: str):
        self.code, self.said = code, said
        super().__init__(
            f"{program} failed with {code}: {said.strip().splitlines()[-1] if said.strip() else 'it said nothing'}"
        )


def attended(command: Sequence[str]) -> list[str]:
    """The command that ends ``command``, and all that this started, when whoever reads its :func:`lines` ends, even killed."""
    return ["sh", "-c", ATTENDED, "sh", *command]


def lines(command: Sequence[str], timeout: float, program: str | None = None) -> Iterator[str]:
    """The lines that a command prints, each when it is there. Its input stays open, and tells nothing, as long as it runs.

    :param program: what it is called in errors, where not by its first word
    :raises Ended: it fails
    :raises FailedError: it cannot be started, lasts longer than ``timeout`` seconds, or prints a line without an end
    """
    deadline = time.monotonic() + timeout
    process, called = None, program or command[0]
    with tempfile.TemporaryFile() as complaints:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": complaints}
        try:
            with undisturbed():
                process = start(command, **pipes)
            yield from _split(_pieces(process, deadline), called)
            code = process.wait(max(LAST, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, TimeoutError) as error:
            raise FailedError(f"{called} did not end within {timeout:.0f} s") from error
        finally:
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                ended(process)
        if code:
            complaints.seek(0)
            raise Ended(called, code, complaints.read(LONGEST).decode(errors="replace"))


def _pieces(process: subprocess.Popen[Any], deadline: float) -> Iterator[bytes]:
    """What is printed until the end of the output, or until shortly after the program has ended.

    :raises TimeoutError: it goes on beyond the deadline
    """
    output = process.stdout.fileno() if process.stdout else -1
    over = None
    while True:
        now = time.monotonic()
        if process.poll() is not None:
            over = over or now + LAST
        if now >= (over or deadline):
            if over:
                return
            raise TimeoutError
        if select.select([output], [], [], min(0.1, deadline - now))[0]:
            piece = os.read(output, PIECE)
            if not piece:
                return
            yield piece


def _split(pieces: Iterator[bytes], program: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + decoder.decode(piece)).split("\n")
        yield from whole
        if len(rest) > LONGEST:
            raise FailedError(f"{program} prints {LONGEST} characters without the end of a line")
    if rest:
        yield rest

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other machines over SSH, by the client of OpenSSH: commands there, and what they print.

Nothing is asked at the terminal. Host keys are checked: an unknown host is refused as a changed one is.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...core.errors import DeniedError, FailedError, InputError, NfvError, UnavailableError
from .programs import completed, require
from .streams import Ended, attended, lines

CONNECT = 10
"""Seconds within which a host must answer; one that falls silent later is given up after three times five."""
OPTIONS = {
    "BatchMode": "yes",
    "ConnectTimeout": CONNECT,
    "ServerAliveInterval": 5,
    "ServerAliveCountMax": 3,
    "LogLevel": "ERROR",
}
REFUSED = 255
"""The code by which ssh tells a failure of its own."""
REASONS: tuple[tuple[str, type[NfvError], str], ...] = (
    (
        "host key",
        DeniedError,
        "its host key is unknown or has changed; compare it, and write the right one to the file of known_hosts",
    ),
    ("host identification has changed", DeniedError, "its host key has changed; compare it, and mend the file of known_hosts"),
    ("permission denied", DeniedError, "it refuses this user with this key; check user and private_key"),
    ("not accessible", DeniedError, "the private key cannot be read; check private_key"),
    ("", UnavailableError, "it cannot be reached; check host and port"),
)
"""What ssh says at last, in small letters, and what that means; the last row is for all else."""


class Host:
    """One host.

    :param options: ``host``; ``user``, ``port``, ``private_key``, ``known_hosts`` and ``ssh_config``, each None for what ssh
        takes by itself; and ``check_host_key``
    """

    def __init__(self, options: Mapping[str, Any]):
        self.name = str(options["host"])
        self._options = options

    def require(self, programs: Sequence[str]) -> None:
        """See that ssh is here, the host answers, and has these programs.

        :raises NfvError: with what is missing
        """
        require(["ssh"])
        for name in ("private_key", "known_hosts", "ssh_config"):
            if self._options.get(name) and not os.path.isfile(self._options[name]):
                raise InputError(f"{name}: there is no file {self._options[name]}")
        script = 'for one do command -v "$one" > /dev/null || echo "$one"; done'
        if missing := self.run(["sh", "-c", script, "sh", *programs]).split():
            raise UnavailableError(
                f"not installed on {self.name}: {', '.join(missing)}; install it there, or give its whole path"
            )

    def entered(self) -> tuple[str, ...]:
        """What stands before a command that runs there; its words must need no quotes."""
        options = {**OPTIONS, "StrictHostKeyChecking": "yes"}
        if not self._options.get("check_host_key", True):
            options |= {"StrictHostKeyChecking": "no", "UserKnownHostsFile": "/dev/null"}
        elif self._options.get("known_hosts"):
            options["UserKnownHostsFile"] = '"' + self._options["known_hosts"].replace("%", "%%") + '"'
        given = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
        for name, flag in (("ssh_config", "-F"), ("port", "-p"), ("user", "-l")):
            if self._options.get(name):
                given += [flag, str(self._options[name])]
        if self._options.get("private_key"):
            given += ["-i", self._options["private_key"], "-o", "IdentitiesOnly=yes"]
        return ("ssh", *given, "--", self.name)

    def run(self, command: Sequence[str], timeout: float = 60, given: str = "") -> str:
        """What a command there prints; it reads what is ``given``.

        :raises NfvError: the host cannot be reached or refuses, or the command fails
        """
        code, printed, complained = completed([*self.entered(), shlex.join(command)], timeout, given)
        if code:
            raise self._failed(code, complained, command[0])
        return printed

    def attended(self, command: Sequence[str], timeout: float, program: str) -> Iterator[str]:
        """The lines that a command there prints, while it runs; with the connection the command ends.

        :param program: what the command is called in errors
        :raises NfvError: see :meth:`run`; the command lasts longer than ``timeout`` seconds
        """
        try:
            yield from lines([*self.entered(), shlex.join(attended(command))], timeout)
        except Ended as error:
            raise self._failed(error.code, error.said, program) from error

    def _failed(self, code: int, complained: str, program: str) -> NfvError:
        said = complained.strip().splitlines()[-1].strip() if complained.strip() else "it said nothing"
        if code == REFUSED:
            kind, advice = next((row[1], row[2]) for row in REASONS if row[0] in complained.lower())
            return kind(f"host {self.name}: {advice} ({said})")
        if code == 127:
            return UnavailableError(
                f"{program} was not found on {self.name}; install it there, or give its whole path ({said})"
            )
        return FailedError(f"{program} on {self.name} failed with {code}: {said}")

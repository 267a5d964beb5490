# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Segment routing of this host: its routes read with ``ip -json``, changed with one run of ``ip -batch``, and read again.

What the program says is not taken as the truth: it can make a route without the segments that it was given and end well (of
60 segments, say). So after a change the routes are read once more, and one that is not what was asked for is removed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...core.errors import ConflictError, DeniedError, FailedError, InputError, NfvError, UnavailableError
from ...core.plan import Change, Plan, carry_out
from . import route_records

SYSTEM = Path("/proc/sys")
FOLDERS = ("/usr/sbin", "/sbin")
"""Where the program is on hosts whose users have no path to it."""
TIMEOUT = 120
"""Seconds for one run of the program."""
SENTENCES: tuple[tuple[str, type[NfvError], str], ...] = (
    ("Operation not permitted", DeniedError, "this needs root: run the task with become"),
    ("File exists", ConflictError, "another route came to be there at the same time; run again"),
    ("Operation not supported", UnavailableError, "this kernel has no segment routing (CONFIG_IPV6_SEG6_LWTUNNEL)"),
    ("LWTUNNEL", UnavailableError, "this kernel has no segment routing (CONFIG_IPV6_SEG6_LWTUNNEL)"),
    ("lwt encapsulation", UnavailableError, "this kernel has no segment routing (CONFIG_IPV6_SEG6_LWTUNNEL)"),
    ("Cannot find device", InputError, "the device is gone"),
    ("is not up", InputError, "the device was taken down: bring it up with ip link set NAME up"),
    ("Invalid argument", FailedError, "the kernel takes no such route; a vrf_table must be the table of a VRF that exists"),
    ("unreachable", FailedError, "no network of this host leads to the gateway"),
    ("No route to host", FailedError, "no network of this host leads to the gateway"),
)
"""What the program says, and what that means."""


class SegmentRouting:
    """The routes of one kind in one state; an acting verb (see ``glue.boundary.Acting``).

    :param title: what they are called in the result
    :param wanted: what the task asks for, as ``chaining.srv6`` reads it
    :param routes: ``chaining.srv6_routes``, which knows what ``ip`` prints
    :param planning: ``chaining.srv6_plan``, which knows what to do
    :param root: the folder under which services keep their records
    """

    def __init__(self, title: str, wanted: Any, routes: Any, planning: Any, root: str):
        self._title, self._root = title, root
        self._wanted, self._routes, self._planning = wanted, routes, planning
        self._host: Any = None

    def read(self) -> Any:
        wanted = self._wanted
        links = _json(("link", "show")) if wanted.devices else []
        sources = _json(("sr", "tunsrc", "show")) if wanted.source else []
        self._host = self._planning.Host(
            routes=self._read_routes(),
            devices=frozenset(link["ifname"] for link in links),
            down=frozenset(link["ifname"] for link in links if "UP" not in link["flags"]),
            settings={path: _setting(path) for path in wanted.settings},
            source=next((one["tunsrc"] for one in sources), None),
            records=_records(self._root, wanted.kind) if wanted.service is not None else {},
        )
        return self._host

    def difference(self, current: Any) -> Plan:
        return self._planning.plan(current, self._wanted)

    def apply(self, plan: Plan) -> None:
        steps = [change for change in plan if change.kind not in ("setting", "source", "record")]
        ran: dict[int, NfvError | None] = {}

        def execute(change: Change) -> None:
            if change.kind == "setting":
                self._set(change)
            elif change.kind == "record":
                self._record(change.meanwhile)
            elif change.kind == "source":
                self._expect_well(_ip("sr", "tunsrc", "set", change.after["address"]))
            else:
                if not ran:
                    ran.update(self._batch(steps))
                if error := ran[id(change)]:
                    raise error

        carry_out(plan, execute)
        if steps:
            self._see_them()
        for change in (change for change in plan if change.kind == "record"):
            self._record(change.entries)

    def result(self) -> dict[str, Any]:
        return {self._title: self._planning.facts(self._host, self._wanted)}

    def _read_routes(self) -> list[Any]:
        wanted = (*self._wanted.present, *self._wanted.names)
        versions = {6} | {4 for one in wanted if (one[0] if isinstance(one, tuple) else one.key.version) == 4}
        # The record of a service may have routes of either.
        return _read_routes(self._routes, (4, 6) if self._wanted.only else sorted(versions))

    def _record(self, entries: Sequence[Mapping[str, Any]]) -> None:
        route_records.write(self._root, self._wanted.service, self._wanted.kind, entries)

    def _set(self, change: Change) -> None:
        path = next(path for path in self._wanted.settings if path.replace("/", ".") == change.name)
        try:
            (SYSTEM / path).write_text(change.after["value"])
        except PermissionError as error:
            raise DeniedError(f"{change.name} cannot be set: {SENTENCES[0][2]}") from error
        except OSError as error:
            raise FailedError(f"{change.name} cannot be set: {error.strerror}") from error

    def _batch(self, steps: Sequence[Any]) -> Mapping[int, NfvError | None]:
        """Run all lines at once; the program ends at the first that fails, and those behind it were not tried.

        They stand in a file that is whole before the program begins: killed while it writes into a pipe, this process could
        leave half a line, and half a line can be another route.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
            lines.write("".join(f"{step.line}\n" for step in steps))
            lines.seek(0)
            done = _ip("-batch", "-", stdin=lines)
        said = done.stderr.strip()
        if not done.returncode:
            return {id(step): None for step in steps}
        number = next((int(word) for word in said.rpartition("Command failed -:")[2].split() if word.isdigit()), 1)
        failed = steps[min(number, len(steps)) - 1]
        error = _told(f"{failed}", said.partition("Command failed")[0])
        return {id(step): error if index >= number - 1 else None for index, step in enumerate(steps)}

    def _see_them(self) -> None:
        """Read the routes again; where one is not what was asked for, remove it and say so."""
        self._host = self._planning.Host(routes=self._read_routes())
        missed = self._planning.missed(self._host, self._wanted)
        if not missed:
            return
        wrong = self._planning.impostors(self._host, missed)
        removed = [one for one in wrong if not _ip(*self._routes.line("delete", one).split()).returncode]
        raise FailedError(
            f"{missed[0].key}: the kernel shows another route than was asked for, or none; of {len(missed)} such routes "
            f"{len(removed)} were removed again, and {len(wrong) - len(removed)} could not be"
        )

    def _expect_well(self, done: subprocess.CompletedProcess[str]) -> None:
        if done.returncode:
            raise _told("the source of encapsulated packets", done.stderr)


def parts(root: str, service: str | None, routes: Any, planning: Any) -> list[dict[str, Any]]:
    """The routes of ``service`` (of every service for None) that are recorded on this host, as ``service_info`` tells them.

    :param routes: ``chaining.srv6_routes``
    :param planning: ``chaining.srv6_plan``
    """
    records = route_records.read(root, service)
    if not records:
        return []
    listed = {name: [one for entries in kinds.values() for one in entries] for name, kinds in records.items()}
    return planning.parts(planning.Host(routes=_read_routes(routes, (4, 6)), records=listed))


def _records(root: str, kind: str) -> dict[str, Any]:
    return {service: kinds.get(kind, []) for service, kinds in route_records.read(root).items()}


def _read_routes(routes: Any, versions: Sequence[int]) -> list[Any]:
    show = ("-json", "-N", "-d", "route", "show", "table", "all")
    return [one for version in versions for one in routes.read(_ip(f"-{version}", *show).stdout, version)]


def _setting(path: str) -> str | None:
    try:
        return (SYSTEM / path).read_text().strip()
    except OSError:
        return None


def _json(words: Sequence[str]) -> list[Any]:
    done = _ip("-json", *words)
    if done.returncode:
        raise _told(f"`ip {' '.join(words)}`", done.stderr)
    try:
        return json.loads(done.stdout or "[]")
    except ValueError as error:
        raise UnavailableError(f"`ip -json {' '.join(words)}` answers no JSON: iproute2 5.1 or later is needed") from error


def _ip(*words: str, stdin: Any = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    program = shutil.which("ip", path=os.pathsep.join((os.environ.get("PATH", ""), *FOLDERS)))
    if not program:
        raise UnavailableError("there is no program ip on this host: install iproute2")
    try:
        return subprocess.run(
            [program, *words], stdin=stdin, capture_output=True, text=True, errors="replace", check=False, timeout=TIMEOUT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FailedError(f"the program {program} does not do its work: {error}") from error


def _told(what: str, said: str) -> NfvError:
    reason = " ".join(said.split()) or "no reason given"
    for words, kind, sentence in SENTENCES:
        if words in reason:
            return kind(f"{what}: {sentence} ({reason})")
    return FailedError(f"{what}: {reason}")

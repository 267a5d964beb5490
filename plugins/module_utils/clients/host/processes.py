# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of a service on a plain server: started, told apart from others, removed again.

Everything of one process lives in one folder, ``<root>/<service>/<name>/``: its files, its log and its
record. So what belongs to a service can be listed, and removing the folder removes all of it.

A process is known in two ways. The record names its pid and start time. Its environment, which its
children inherit, names its folder: so one that was started just before its recorder was killed is found.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...core.errors import FailedError, InputError
from ...core.plan import Change, Plan, carry_out, difference

ROOT = "/var/lib/superfluidity/services"
RECORD = "record.json"
LOG = "process.log"
MARK = "SUPERFLUIDITY_PROCESS"
PATIENCE = 10.0
"""Seconds between the polite and the impolite signal."""
SETTLE = 0.3
"""Seconds that a new process must live to count as started."""


class Process:
    """One process in one state; an acting verb (see ``glue.boundary.Acting``)."""

    def __init__(self, options: Mapping[str, Any]):
        self._options = options
        self._name: str = options["name"]
        self._folder = Path(options["root"]) / options["service"] / options["name"]
        self._record: dict[str, Any] | None = None

    def read(self) -> dict[str, dict[str, Any]]:
        self._record = read_record(self._folder)
        if self._record is None:
            return {self._name: {}} if self._folder.exists() else {}
        files = {name: _digest(self._folder / name) for name in self._record["files"]}
        kept = {key: self._record[key] for key in ("function", "command", "environment")}
        return {self._name: {**kept, "files": files, "running": is_running(self._record)}}

    def difference(self, current: Mapping[str, Mapping[str, Any]]) -> Plan:
        if self._options["state"] == "absent":
            return difference("process", current, {})
        return difference("process", current, {self._name: self._wanted()})

    def apply(self, plan: Plan) -> None:
        carry_out(plan, self._execute)

    def result(self) -> dict[str, Any]:
        record = self._record
        return {"process": part(record) if record else None}

    def _wanted(self) -> dict[str, Any]:
        options = self._options
        return {
            "function": options["function"],
            "command": [str(word) for word in options["command"]],
            "environment": {key: str(value) for key, value in (options["environment"] or {}).items()},
            "files": {name: _sha256(text.encode()) for name, text in self._files().items()},
            "running": True,
        }

    def _files(self) -> dict[str, str]:
        """The files by name, which must stay inside the process' folder."""
        files = self._options["files"] or {}
        for name in files:
            if os.path.isabs(name) or ".." in Path(name).parts or name in (RECORD, LOG):
                raise InputError(f"files: {name!r} must be a relative path inside the process' own folder")
        return files

    def _execute(self, change: Change) -> None:
        try:
            stop(self._folder, self._record)
            if change.action == "delete":
                remove(self._folder)
                self._record = None
            else:
                self._start()
        except OSError as error:
            raise FailedError(f"{change} failed: {error}") from error

    def _start(self) -> None:
        self._write_files()
        wanted = self._wanted()
        del wanted["running"]
        record = {"service": self._options["service"], "name": self._name, **wanted, "pid": None, "started": None}
        write_record(self._folder, record)
        pid = spawn(wanted["command"], wanted["environment"], self._folder)
        self._record = {**record, "pid": pid, "started": start_time(pid)}
        write_record(self._folder, self._record)
        _see_it_live(self._record, self._folder)

    def _write_files(self) -> None:
        for name, text in self._files().items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self._folder.mkdir(parents=True, exist_ok=True)


def parts(root: str, service: str | None) -> list[dict[str, Any]]:
    """The recorded processes of ``service`` (of every service for None), in order of name."""
    pattern = f"{service or '*'}/*/{RECORD}"
    records = (read_record(path.parent) for path in sorted(Path(root).glob(pattern)))
    return [part(record) for record in records if record]


def part(record: Mapping[str, Any]) -> dict[str, Any]:
    """One process as ``service_info`` tells it."""
    return {
        "service": record["service"],
        "kind": "process",
        "name": record["name"],
        "id": record["pid"],
        "status": "running" if is_running(record) else "stopped",
        "function": record["function"],
        "vdu": record["name"],
        "command": " ".join(record["command"]),
    }


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record in ``folder``; None where there is none, a crash left half of one, or it is no record."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Replace the record as a whole."""
    partial = folder / f"{RECORD}.part"
    partial.write_text(json.dumps(record, indent=1), encoding="utf-8")
    partial.replace(folder / RECORD)


def start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot (field 22 of proc(5)'s stat); None for none or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def is_running(record: Mapping[str, Any]) -> bool:
    """Whether the recorded process itself runs: a recycled pid has another start time."""
    return bool(record.get("pid")) and record["started"] is not None and start_time(record["pid"]) == record["started"]


def members(folder: Path, record: Mapping[str, Any] | None) -> set[int]:
    """The pids of all that runs for ``folder``: the recorded process and whatever bears the folder's mark."""
    mark = f"{MARK}={folder}".encode()
    marked = {int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in _environment(path)}
    recorded = {record["pid"]} if record and is_running(record) else set()
    return {pid for pid in marked | recorded if start_time(pid) is not None and pid != os.getpid()}


def stop(folder: Path, record: Mapping[str, Any] | None) -> None:
    """End all that runs for ``folder``: politely, then not."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in members(folder, record):
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
        deadline = time.monotonic() + PATIENCE
        while members(folder, record) and time.monotonic() < deadline:
            time.sleep(0.05)


def remove(folder: Path) -> None:
    """Remove the folder of a process, and that of its service with its last."""
    shutil.rmtree(folder, ignore_errors=True)
    _remove_empty(folder.parent)


def _environment(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\0")
    except OSError:
        return []


def spawn(command: list[str], environment: Mapping[str, str], folder: Path) -> int:
    """Start a command that outlives this program, in its own session, with its output in the folder's log."""
    with open(folder / LOG, "ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment, MARK: str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return process.pid


def _see_it_live(record: Mapping[str, Any], folder: Path) -> None:
    """A process that ends at once has not started; what it said last is the reason."""
    deadline = time.monotonic() + SETTLE
    while time.monotonic() < deadline:
        if not is_running(record):
            last = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise FailedError(f"process {record['name']} ended at once: {' '.join(last)} (log: {folder / LOG})")
        time.sleep(0.02)


def _digest(path: Path) -> str | None:
    return _sha256(path.read_bytes()) if path.exists() else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A HAProxy of its own on a plain server: started, given another configuration, changed while it runs, ended.

It lives in a folder as the processes of a service do (see ``processes``) and bears their mark, so it is listed and removed
with them. It runs as a master with workers: a new configuration is a signal to the master, which starts a new worker with
the sockets of the old one. The old worker ends its connections; none is refused meanwhile.

A configuration is tried with ``haproxy -c`` before it replaces the one before. A run that is killed at any point leaves
what the next one finds: the file tells what was to run, the socket what does.
"""

from __future__ import annotations

import errno
import fcntl
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ...core.errors import ConflictError, FailedError, InputError, NfvError, UnavailableError
from . import processes

CONFIGURATION = "haproxy.cfg"
SETTLE = 15.0
"""Seconds in which a new configuration must serve."""
PAUSE = 0.05
AGAIN = 1.0
"""Seconds after which a signal that had no effect is sent again."""
HANDLED = ("SigBlk:", "SigIgn:", "SigCgt:")
"""The signals that a process holds back, ignores and catches, in its status under ``/proc``."""
BATCH = 100
"""Commands for the stats socket at a time: one line must fit HAProxy's buffer of 16 kB."""
MAINTENANCE = 0x01 | 0x04 | 0x08
"""The bits of ``srv_admin_state`` for a member that is out: by command, by configuration, draining."""
CLIENT = re.compile(r"^0x[0-9a-f]+: key=([A-Za-z0-9.:_=/+-]+) .*\bserver_id=([1-9][0-9]*)", re.MULTILINE)
"""An entry of a table; cookies of other letters are not carried on."""
LISTENING = "0A"
"""The state of such a socket in ``/proc/net/tcp``."""
STATUS = {"0": "DOWN", "1": "STARTING", "2": "UP", "3": "STOPPING"}
"""What ``srv_op_state`` means."""
FAULT = re.compile(r"\[ALERT\]\s+\((\d+)\) : (?:config : )?(?:parsing \[[^]]*:(\d+)\] : )*(.*)")
TELLS_NOTHING = ("Error(s) found", "Fatal errors found", "haproxy.main()]", "Current worker", "exit-on-failure")


def find(program: str) -> str | None:
    """The path of HAProxy, in Debian's folders for daemons too; None where it is not installed."""
    return shutil.which(program) or shutil.which(program, path="/usr/local/sbin:/usr/sbin:/sbin")


def serving_user() -> str | None:
    """Debian's user for HAProxy, where there is one and this may become it."""
    with suppress(KeyError):
        return pwd.getpwnam("haproxy").pw_name if os.geteuid() == 0 else None
    return None


class Haproxy:
    """One HAProxy by its folder.

    :param program: the name or path of ``haproxy``
    :param stats: the name of its stats socket, which its configuration opens in the folder
    :param backend: the backend whose servers are its members
    :param drain: seconds that it may take to end its connections when it is to go
    """

    def __init__(self, folder: Path, program: str, stats: str, backend: str, drain: float):
        self._folder = folder
        self._program = program
        self._stats = stats
        self._backend = backend
        self._drain = drain

    def read(self) -> dict[str, Any] | None:
        """``{"configuration": lines, "running": description, "members": {...}}``; None where there is nothing.

        :raises ConflictError: the folder is there and not ours
        """
        if not self._folder.exists():
            return {} if self._pids() else None
        there = {path.name for path in self._folder.iterdir()} if self._folder.is_dir() else {self._folder.name}
        if there <= {f"{processes.RECORD}.part"}:  # a run was killed that had only begun
            return {}
        record = processes.read_record(self._folder)
        if record is None or record.get("kind") != "load_balancer":
            raise ConflictError(f"{self._folder} is there and holds no load balancer: choose another name, or remove it")
        running = self._info().get("description") if self._master() else None
        return {
            "configuration": self._lines(),
            "running": running,
            "members": self._members() if running else {},
            "function": record.get("function"),
        }

    def facts(self, name: str) -> dict[str, Any] | None:
        """The load balancer for a module's result; None where there is none."""
        if not self._folder.exists():
            return None
        members = {key: {**value, "status": status} for key, (value, status) in self._servers().items()}
        return {"name": name, "pid": self._master(), "folder": str(self._folder), "members": members}

    def try_out(self, text: str) -> None:
        """See that HAProxy itself takes a configuration; where it is not installed (yet) nobody can tell.

        :raises InputError: it refuses; tells its own sentence
        """
        program = find(self._program)
        if program is None:
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / CONFIGURATION
            path.write_text(text, encoding="utf-8")
            done = subprocess.run([program, "-c", "-f", path.name], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise InputError(f"haproxy refuses the configuration: {_fault(done.stderr) or f'{program} does not say why'}")

    def require(self) -> str:
        found = find(self._program)
        if found is None:
            raise UnavailableError(f"{self._program} is not installed here: on Debian, apt-get install haproxy")
        return found

    def warnings(self, text: str) -> list[str]:
        """What a look at the server tells of a configuration that is not served yet."""
        missing = f"{self._program} is not installed here, so nobody has tried its configuration"
        found = [] if find(self._program) else [missing]
        try:
            self._require_port(text)
        except NfvError as error:
            found.append(error.message)
        return found

    def bring(self, text: str, description: str, record: Mapping[str, Any]) -> None:
        """Have ``text`` served; where that fails, what was before is served still.

        :param description: what the configuration says of itself
        :param record: what is to be known of it: service, name, function
        :raises ConflictError: somebody else has the port
        :raises InputError: HAProxy cannot serve it for another reason; both tell its own sentence
        """
        command = [self.require(), "-W", "-f", CONFIGURATION]
        with _alone(self._folder.parent):
            self._bring(text, description, command, {"kind": "load_balancer", "environment": {}, "files": {}, **record})

    def _bring(self, text: str, description: str, command: Sequence[str], record: Mapping[str, Any]) -> None:
        before, master = self._lines(), self._master()
        if not master:
            processes.stop(self._folder, None)  # what a master that was killed has left
        self._require_port(text)
        self._folder.mkdir(parents=True, exist_ok=True)
        whole = {**record, "command": list(command)}
        self._write_record(whole, master)
        self._write(text)
        try:
            master = self._reload(master, description) if master else self._start(command, description)
        except (ConflictError, InputError):
            self._take_back(before, master)
            raise
        self._write_record(whole, master)

    def _write_record(self, record: Mapping[str, Any], master: int | None) -> None:
        started = processes.start_time(master) if master else None
        processes.write_record(self._folder, {**record, "pid": master, "started": started})

    def _start(self, command: Sequence[str], description: str) -> int:
        """Start the first worker."""
        at = self._log_size()
        master = processes.spawn(list(command), {}, self._folder)
        self._wait(master, at, lambda: self._info().get("description") == description)
        return master

    def _reload(self, master: int, description: str | None) -> int:
        """Have the master start a worker with the new configuration and the old sockets."""
        at, worker, clients = self._log_size(), self._info().get("Pid"), self._clients()

        def served() -> bool:
            info = self._info()
            return info.get("Pid", worker) != worker and description in (None, info.get("description"))

        self._wait(master, at, served, signal.SIGUSR2)
        self._say([f"set table {self._backend} key {key} data.server_id {number}" for key, number in clients])
        return master

    def _wait(self, master: int, at: int, served: Callable[[], bool], sign: signal.Signals | None = None) -> None:
        """Wait for a new worker; a master that is still busy with the reload before does not hear, so it is told again."""
        deadline, told = time.monotonic() + SETTLE, 0.0
        while not served():
            if sign and time.monotonic() > told + AGAIN and _tell(master, sign):
                told = time.monotonic()
            fault = _fault(self._log(at), master)
            if fault or processes.start_time(master) is None:
                if "already in use" in fault:
                    raise ConflictError(
                        f"somebody else has the port: choose another, or end what has it; haproxy says: {fault}"
                    )
                raise InputError(f"haproxy cannot serve this; it says: {fault or 'nothing, and ended'}")
            if time.monotonic() > deadline:
                raise FailedError(f"haproxy serves nothing new after {SETTLE:.0f} s: see its log, {self._log_path()}")
            time.sleep(PAUSE)

    def _take_back(self, before: Sequence[str], master: int | None) -> None:
        """Undo what could not be served: the old worker has served on, and the master gets its configuration again."""
        if before:
            self._write("\n".join([*before, ""]))
        if master:
            with suppress(NfvError):
                self._reload(master, None)
        elif not before:
            processes.stop(self._folder, None)
            processes.remove(self._folder)

    def change(self, text: str, commands: Sequence[str]) -> None:
        """Change members of the running process, and its file so that the next one has it too."""
        self._write(text)
        answer = " ".join(self._say(commands).split())
        if answer:
            raise FailedError(f"haproxy refuses to change a member: {answer[:200]}")

    def _say(self, commands: Sequence[str]) -> str:
        """Say many things to the stats socket; what it has to say against them."""
        starts = range(0, len(commands), BATCH)
        return "".join(self._ask("; ".join(commands[start : start + BATCH])) for start in starts)

    def _clients(self) -> list[tuple[str, str]]:
        """The clients that the running worker remembers, each with the number of its member.

        HAProxy's own way to tell the next worker, a local peer, told it nothing with 2.6 run as here.
        """
        return CLIENT.findall(self._ask(f"show table {self._backend}"))

    def end(self) -> None:
        """End it: no new connections from now on, those that are open have their time; then remove its folder.

        A master that is just being reloaded does not hear the signal, so it is said again.
        """
        with _alone(self._folder.parent):
            self._end()

    def _end(self) -> None:
        deadline = time.monotonic() + self._drain
        while (master := self._master()) and time.monotonic() < deadline:
            _tell(master, signal.SIGUSR1)
            again = time.monotonic() + AGAIN
            while self._pids() and time.monotonic() < min(again, deadline):
                time.sleep(PAUSE)
        processes.stop(self._folder, None)
        processes.remove(self._folder)

    def _pids(self) -> set[int]:
        return processes.members(self._folder, None)

    def _require_port(self, text: str) -> None:
        """See that the port is ours, or can be had. Our HAProxy may open it just now, where a run was killed.

        :raises ConflictError, InputError: as :func:`_see_free`
        """
        address, port = _door(text.splitlines())
        if self._listens(port):
            return
        try:
            _see_free(address, port)
        except ConflictError:
            if not self._listens(port):
                raise

    def _listens(self, port: int) -> bool:
        """Whether it lets clients in at this port; what the file says may not be served yet, where a run was killed."""
        sockets = _listening(port)
        return bool(sockets) and any(_link(fd) in sockets for pid in self._pids() for fd in _open_files(pid))

    def _master(self) -> int | None:
        """The process of ours whose parent is none of ours and that does not serve: a worker may outlive its master."""
        pids = self._pids()
        heads = (pid for pid in sorted(pids) if _parent(pid) not in pids)
        worker = self._info().get("Pid") if pids else None
        return next((pid for pid in heads if str(pid) != worker), None)

    def _lines(self) -> list[str]:
        try:
            return (self._folder / CONFIGURATION).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []

    def _write(self, text: str) -> None:
        """Replace the configuration as a whole."""
        partial = self._folder / f"{CONFIGURATION}.part"
        partial.write_text(text, encoding="utf-8")
        partial.replace(self._folder / CONFIGURATION)

    def _info(self) -> dict[str, str]:
        """What the worker that has the socket tells of itself; ``description`` is that of its configuration."""
        return {key: value for key, _colon, value in (line.partition(": ") for line in self._ask("show info").splitlines())}

    def _members(self) -> dict[str, dict[str, Any]]:
        return {name: state for name, (state, _status) in self._servers().items()}

    def _servers(self) -> dict[str, tuple[dict[str, Any], str]]:
        """Of each server what can be changed, and whether it is UP."""
        _version, *lines = self._ask(f"show servers state {self._backend}").splitlines() or [""]
        keys = lines[0].lstrip("# ").split() if lines else []
        rows = (dict(zip(keys, line.split(), strict=False)) for line in lines[1:] if line.strip())
        return {row["srv_name"]: (_state(row), STATUS.get(row["srv_op_state"], "UP")) for row in rows}

    def _ask(self, command: str) -> str:
        """The answer of the stats socket; empty where nobody answers."""
        try:
            with _reach(self._folder, self._stats) as asked:
                asked.sendall(f"{command}\n".encode())
                return b"".join(iter(lambda: asked.recv(65536), b"")).decode("utf-8", "replace")
        except OSError:
            return ""

    def _log_path(self) -> Path:
        return self._folder / processes.LOG

    def _log_size(self) -> int:
        with suppress(OSError):
            return self._log_path().stat().st_size
        return 0

    def _log(self, at: int) -> str:
        with suppress(OSError):
            return self._log_path().read_bytes()[at:].decode("utf-8", "replace")
        return ""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Have a folder for oneself: another run that is at work on the same service is waited for."""
    folder.mkdir(parents=True, exist_ok=True)
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            folder.rmdir()  # where nothing came of it; it fails where something is in it
        os.close(place)


@contextmanager
def _reach(folder: Path, name: str) -> Iterator[socket.socket]:
    """A connection to a socket in a folder, whose path may be longer than an address of a socket."""
    place = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(5)
            asked.connect(f"/proc/self/fd/{place}/{name}")
            yield asked
    finally:
        os.close(place)


def _door(lines: Sequence[str]) -> tuple[str, int]:
    """The address and port at which a configuration lets clients in."""
    for line in lines:
        if line.startswith("    bind "):
            address, _colon, port = line.split()[1].rpartition(":")
            return address.strip("[]"), int(port)
    return "", 0


def _see_free(address: str, port: int) -> None:
    """See that a port can be had, before anything is touched: HAProxy's old worker stops for a moment when a new one cannot.

    :raises ConflictError: somebody else has it
    :raises InputError: the address is not this server's, or the port is not for this user
    """
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
            tried.listen(1)
        except OSError as error:
            at = f"{address} port {port}"
            if error.errno == errno.EADDRINUSE:
                raise ConflictError(f"somebody else has {at}: choose another port, or end what has it") from error
            raise InputError(f"cannot serve at {at}: {error.strerror}") from error


def _listening(port: int) -> set[str]:
    """The sockets that wait for clients at a port, of whatever address, as links of open files name them (see proc(5))."""
    found = set()
    for name in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path(f"/proc/self/net/{name}").read_text(encoding="ascii").splitlines()[1:]:
                _number, local, _remote, state, *rest = line.split()
                if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{rest[5]}]")
    return found


def _open_files(pid: int) -> list[Path]:
    with suppress(OSError):
        return list(Path(f"/proc/{pid}/fd").iterdir())
    return []


def _link(path: Path) -> str:
    with suppress(OSError):
        return os.readlink(path)
    return ""


def _tell(pid: int, sign: signal.Signals) -> bool:
    """Send a signal; not to a process that would be ended by it, as a master is that has just been started."""
    with suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
        masks = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith(HANDLED)]
        if any(mask >> (sign - 1) & 1 for mask in masks):
            os.kill(pid, sign)
            return True
    return False


def _state(row: Mapping[str, str]) -> dict[str, Any]:
    return {"weight": int(row["srv_uweight"]), "enabled": not int(row["srv_admin_state"]) & MAINTENANCE}


def _parent(pid: int) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return None


def _fault(said: str, master: int | None = None) -> str:
    """The first thing that HAProxy, or only its master, says is wrong, with the line of the configuration if it says one.

    Workers cry alarm when a member is down.
    """
    for match in FAULT.finditer(said):
        pid, line, text = match.groups()
        if (master is None or int(pid) == master) and not any(words in text for words in TELLS_NOTHING):
            return f"line {line}: {text.strip()}" if line else text.strip()
    return ""

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MariaDB: one private server for all databases of a lab, reached as the user ``lab`` on loopback."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from pathlib import Path

from supervisor.errors import LabError
from supervisor.health import tcp_speaks
from supervisor.lab import Lab
from supervisor.process import Process, Task

from openstack_lab.commands import run_program
from openstack_lab.ini import render_ini

CLIENT = "mariadb/client.cnf"
SERVER = "mariadb/server.cnf"
INIT = "mariadb/init.sql"


def render(lab: Lab) -> dict[str, str]:
    """The server's and the client's options, and the SQL that the server runs whenever it starts."""
    return {SERVER: render_ini({"mariadbd": _server(lab)}), CLIENT: render_ini(_client(lab)), INIT: _init(lab)}


def _server(lab: Lab) -> dict[str, str | int]:
    return {
        "datadir": str(lab.data / "mariadb"),
        "socket": str(lab.sockets / "mariadb.sock"),
        "pid-file": str(lab.data / "mariadb.pid"),
        "bind-address": "127.0.0.1",
        "port": lab.ports["mariadb"],
        "init-file": str(lab.etc / INIT),
        "skip-name-resolve": "ON",
        # The migrations of some services index columns that are too long in four-byte characters.
        "character-set-server": "utf8mb3",
        "collation-server": "utf8mb3_general_ci",
        "max-connections": 600,
        "performance-schema": "OFF",
        "innodb-buffer-pool-size": "128M",
        "innodb-log-file-size": "64M",
        # A commit reaches the kernel, so a killed server loses nothing; only a power cut could.
        "innodb-flush-log-at-trx-commit": 2,
        "innodb-doublewrite": "OFF",
        "innodb-flush-neighbors": 0,
        "innodb-use-native-aio": "OFF",
        "innodb-fast-shutdown": 1,
        "key-buffer-size": "1M",
        "aria-pagecache-buffer-size": "4M",
        "table-open-cache": 2000,
    }


def _client(lab: Lab) -> dict[str, dict[str, str | int]]:
    login = {"host": "127.0.0.1", "port": lab.ports["mariadb"], "user": "lab", "password": lab.secrets["database"]}
    return {"client": {**login, "protocol": "tcp"}}


def _init(lab: Lab) -> str:
    """The server reads this with all rights, one statement a line, and needs no password of its own for it."""
    user = "'lab'@'127.0.0.1'"
    return (
        f"CREATE USER IF NOT EXISTS {user};\n"
        f"ALTER USER {user} IDENTIFIED BY '{lab.secrets['database']}';\n"
        f"GRANT ALL ON *.* TO {user} WITH GRANT OPTION;\n"
        "CREATE DATABASE IF NOT EXISTS lab;\n"
        "CREATE TABLE IF NOT EXISTS lab.loaded (name VARCHAR(64) PRIMARY KEY);\n"
    )


def items(lab: Lab) -> tuple[Process | Task, ...]:
    """The data folder and the server on it."""
    options = lab.etc / SERVER
    server = Process(
        name="mariadb",
        argv=(_program("mariadbd"), f"--defaults-file={options}", f"--user={getpass.getuser()}"),
        health=tcp_speaks(lab.ports["mariadb"]),
        depends=("mariadb-data",),
        port=lab.ports["mariadb"],
        files=(options, lab.etc / INIT),
        grace=60,
    )
    return (Task("mariadb-data", lambda: _install(lab)), server)


def _install(lab: Lab) -> bool:
    """Make the data folder under another name first: an interrupted one is thrown away, not repaired."""
    folder = lab.data / "mariadb"
    if folder.exists():
        return False
    unfinished = folder.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    options = ("--no-defaults", f"--datadir={unfinished}", f"--user={getpass.getuser()}", "--skip-test-db")
    run_program(lab, "mariadb-install-db", (_program("mariadb-install-db"), *options, "--skip-name-resolve"))
    unfinished.rename(folder)
    return True


def _program(name: str) -> str:
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if path is None:
        raise LabError(f"the program {name} is missing: install the package mariadb-server")
    return path


def query(lab: Lab, sql: str) -> list[str]:
    """Run SQL and return what it prints, a line a row."""
    return _client_program(lab, "mariadb", "--batch", "--skip-column-names", "--execute", sql).splitlines()


def load_dump(lab: Lab, name: str, dump: Path) -> None:
    """Run a file of SQL in one database."""
    _client_program(lab, "mariadb", name, "--execute", f"SOURCE {dump}")


def dump_to(lab: Lab, name: str, dump: Path) -> None:
    """Write tables and rows of one database to a file."""
    _client_program(lab, "mariadb-dump", "--skip-comments", "--skip-lock-tables", f"--result-file={dump}", name)


def _client_program(lab: Lab, program: str, *arguments: str) -> str:
    argv = (_program(program), f"--defaults-file={lab.etc / CLIENT}", *arguments)
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"{program} refused {arguments[-1][:200]!r}: {' '.join(done.stderr.split())[:500]}")
    return done.stdout

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys, what both sides need to know of each other, and the health check.

One key of the lab opens every host, from the machine (by the configuration written here) and from
the other hosts (by the defaults of their root). Host keys are known beforehand, so that checking
them strictly works.
"""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

from .command import LabError, run
from .lab import Host, Lab, write

SSHD = """\
ListenAddress {address}
{ListenAddress6}HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
AcceptEnv LANG LC_*
# Many plays at a time, each with its sessions over one connection.
MaxStartups 100
MaxSessions 100
Subsystem sftp internal-sftp
"""

CLIENT = """\
Host {patterns}
    User root
    IdentityFile {key}
    IdentitiesOnly yes
    UserKnownHostsFile {known_hosts}
    StrictHostKeyChecking yes
    UpdateHostKeys no
    ServerAliveInterval 5
    ControlMaster auto
    ControlPath {control}
    ControlPersist 60
"""


def key(lab: Lab) -> Path:
    return lab.state / "ssh" / "id_ed25519"


def known_hosts_file(lab: Lab) -> Path:
    return lab.state / "ssh" / "known_hosts"


def config_file(lab: Lab) -> Path:
    return lab.state / "ssh_config"


def ensure_key(file: Path, comment: str) -> None:
    """Make a pair of keys where there is none."""
    if not file.with_suffix(".pub").exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)  # half a pair, from a start that was killed
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(file))


def ensure_host_key(host: Host) -> None:
    ensure_key(host.disk / "etc" / "ssh" / "ssh_host_ed25519_key", f"root@{host.name}")


def known_hosts(lab: Lab) -> str:
    """One line a host: its names, and the public half of its key."""
    lines = []
    for host in lab.hosts():
        public = (host.disk / "etc" / "ssh" / "ssh_host_ed25519_key.pub").read_text(encoding="utf-8").split()
        lines.append(f"{host.name},{host.address},{host.address6} {public[0]} {public[1]}\n")
    return "".join(lines)


def introduce(host: Host, ipv6: bool) -> None:
    """Give the host what its sshd needs, and what its root needs to reach the other hosts."""
    private, public = (file.read_text(encoding="utf-8") for file in (key(host.lab), key(host.lab).with_suffix(".pub")))
    listen6 = f"ListenAddress {host.address6}\n" if ipv6 else ""
    write(host.disk / "etc/ssh/sshd_config", SSHD.format(address=host.address, ListenAddress6=listen6))
    own = host.disk / "root" / ".ssh"
    own.mkdir(mode=0o700, exist_ok=True)
    write(own / "authorized_keys", public, 0o600)
    write(own / "id_ed25519", private, 0o600)
    write(own / "known_hosts", known_hosts(host.lab), 0o600)


def write_config(lab: Lab) -> None:
    """Write the machine's side: the hosts by name and by address, their keys, the control sockets' folder."""
    blocks = [f"Host {host.name}\n    HostName {host.address}\n" for host in lab.hosts()]
    patterns = " ".join(pattern for host in lab.hosts() for pattern in (host.name, host.address))
    files = {
        "key": _quoted(key(lab)),
        "known_hosts": _quoted(known_hosts_file(lab)),
        "control": lab.controls / "%C",
    }
    write(known_hosts_file(lab), known_hosts(lab))
    write(config_file(lab), "".join(blocks) + CLIENT.format(patterns=patterns, **files))


def _quoted(file: Path) -> str:
    """A path as the configuration wants it: in quotes for blanks, and with no % that begins a token."""
    return '"' + str(file).replace("%", "%%") + '"'


def ensure_controls(lab: Lab, owner: int) -> None:
    """Make the control sockets' folder; /tmp is everybody's, so see that it is really ours."""
    try:
        lab.controls.mkdir(mode=0o700)
        os.chown(lab.controls, owner, -1)
    except FileExistsError:
        stat = lab.controls.lstat()
        if not lab.controls.is_dir() or lab.controls.is_symlink() or stat.st_uid != owner:
            raise LabError(f"{lab.controls} belongs to somebody else: remove it, it is the lab's for SSH") from None


def close_connections(lab: Lab) -> None:
    """End the connections that clients keep open for their next call, and their folder."""
    for control in lab.controls.glob("*"):
        with contextlib.suppress(LabError):  # nobody listens to it any more
            run("ssh", "-F", "none", "-o", f"ControlPath={control}", "-O", "exit", "any")
        control.unlink(missing_ok=True)
    if lab.controls.is_dir():
        lab.controls.rmdir()


def answers(host: Host) -> bool:
    """Whether an sshd shows its banner at the host's address."""
    try:
        with socket.create_connection((host.address, 22), timeout=1) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def log_in(host: Host) -> None:
    """Log in as an operator would, but leave no connection open."""
    options = ("-o", "ControlPath=none", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10")
    run("ssh", "-F", str(config_file(host.lab)), *options, host.name, "true")

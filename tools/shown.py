# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closes the demo: what runs, as the ordinary clients show it, and how to go on."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

VIDEO = "http://192.0.2.4:8080/film"
BIN = Path(__file__).resolve().parent.parent / ".venv/bin"


def show(title: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one client and print what it says; False where it failed."""
    print(f"\n$ {title}", flush=True)
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode == 0


def commands(lab: Path) -> list[tuple[str, list[str]]]:
    """The ordinary clients' commands as one would type them, and as they are run here."""
    shown = []
    for cloud in ("core-1", "edge-1"):
        for what, columns in (
            ("stack list", ("Stack Name", "Stack Status")),
            ("server list", ("Name", "Status", "Networks")),
            ("port list", ("Name", "Fixed IP Addresses", "Status")),
        ):
            chosen = [word for column in columns for word in ("-c", column)]
            shown.append(
                (f"openstack --os-cloud {cloud} {what}", [str(BIN / "openstack"), "--os-cloud", cloud, *what.split(), *chosen])
            )
    if shutil.which("kubectl"):
        get = ["kubectl", "--kubeconfig", str(lab / "kubeconfig"), "get", "pods,services", "-A"]
        shown.append(("kubectl get pods,services -A", get))
    shown.append(("ip netns", ["ip", "netns"]))
    if '"srv6"' in (lab / "lab.sites.yml").read_text(encoding="utf-8"):  # else no chain leads the viewer to the video
        asks = ["curl", "-sSm", "9", f"{VIDEO}?one", f"{VIDEO}?two"]
        # A connection that stays would keep whoever reads this waiting for its end.
        ssh = ["ssh", "-n", "-o", "ControlPath=none", "-F", str(lab / "ssh_config"), "client"]
        shown.append((f"ssh -F {lab}/ssh_config client {' '.join(asks)}", [*ssh, *asks]))
    return shown


def main() -> int:
    parser = argparse.ArgumentParser(description="Show what runs in the lab.")
    parser.add_argument("--lab", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True)
    options = parser.parse_args()
    environment = {"OS_CLIENT_CONFIG_FILE": str(options.lab / "clouds.yaml")}
    shown = [show(title, command, environment) for title, command in commands(options.lab)]
    print(f"\nThe report: {options.report}\nRemove the service: make demo-stop. Stop the lab: make lab-stop.")
    return int(not all(shown))


if __name__ == "__main__":
    sys.exit(main())

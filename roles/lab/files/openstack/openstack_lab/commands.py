# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running one program to its end, with its output in a log of the lab."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from supervisor.errors import LabError
from supervisor.lab import Lab
from supervisor.launcher import environment, log_file, trouble

SECONDS = 600


def run_program(lab: Lab, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    """Run ``argv``; a failure is reported with the last lines that it wrote."""
    log = log_file(lab, name)
    offset = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        done = subprocess.run(
            argv,
            env=environment(lab, env or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    if done.returncode:
        raise LabError(trouble(f"{name} ended with code {done.returncode}", log, offset))

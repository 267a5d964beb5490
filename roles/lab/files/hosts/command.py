# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One foreign program, and the sentence when it fails."""

from __future__ import annotations

import subprocess


class LabError(Exception):
    """What went wrong with the lab, in one sentence with its remedy."""


def run(*command: str, text: str = "") -> str:
    """The standard output of a program that must succeed; `text` is its standard input."""
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise LabError(f"the program {command[0]} is missing: install the Debian package that has it") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip() or f"exit status {done.returncode}"
        raise LabError(f"{' '.join(command)}: {said}")
    return done.stdout

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: one command in, one JSON value out, or one sentence on standard error."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from supervisor import lab, runner
from supervisor.configuration import configure
from supervisor.errors import LabError
from supervisor.parts import erase, stages


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    # What the lab's processes write is as private as what we write.
    os.umask(0o077)
    try:
        answer = options.command(options)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    json.dump(answer, sys.stdout, indent=2)
    print()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="supervisor", description="Starts and stops one lab.")
    parser.add_argument("--state", required=True, type=_folder, help="absolute path of the lab's state folder")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("configure", help="choose ports and write every configuration file")
    command.add_argument("--spec", required=True, type=Path, help="YAML file: size, sites, cache")
    command.set_defaults(command=_configure)
    commands.add_parser("stages", help="list the stages in their order").set_defaults(command=_stages)
    command = commands.add_parser("start", help="start what does not run and wait until it is healthy")
    command.add_argument("stage", nargs="?", help="one stage only")
    command.set_defaults(command=_start)
    command = commands.add_parser("stop", help="end every process of the lab")
    command.add_argument("--erase", action="store_true", help="remove also what the lab keeps outside its folder")
    command.set_defaults(command=_stop)
    commands.add_parser("status", help="list the processes").set_defaults(command=_status)
    return parser


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute():
        raise argparse.ArgumentTypeError(f"{text!r} is not an absolute path")
    return path.resolve()


def _configure(options: argparse.Namespace) -> dict[str, Any]:
    with runner.exclusive(options.state):
        return {"changed": configure(options.spec, options.state)}


def _stages(options: argparse.Namespace) -> list[str]:
    return [stage.name for stage in stages(lab.load(options.state))]


def _start(options: argparse.Namespace) -> dict[str, Any]:
    with runner.exclusive(options.state):
        here = lab.load(options.state)
        return runner.start(here, runner.select(stages(here), options.stage))


def _stop(options: argparse.Namespace) -> dict[str, Any]:
    if not (options.state / "lab.json").exists():
        return {"changed": False, "stopped": [], "seconds": 0.0}
    with runner.exclusive(options.state):
        here = lab.load(options.state)
        stopped = runner.stop(here, stages(here))
        if options.erase:
            erase(here)
        return stopped


def _status(options: argparse.Namespace) -> list[dict[str, Any]]:
    here = lab.load(options.state)
    return runner.status(here, stages(here))

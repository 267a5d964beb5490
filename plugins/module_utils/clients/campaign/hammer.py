# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stress by Hammer, a generator of simulated users, on a host of its own over SSH; and by any command that prints samples.

Hammer's ramp is that of its profile, and its results are a CSV file that is fetched when it has ended. What stands in braces
in a command or a profile is replaced: ``{address}`` and ``{port}`` of the service, and what each tool says below.

Source: SUPERFLUIDITY D6.1, annex A3.9.5 and A3.9.6. Hammer itself is not public: how it is called stands in the campaign.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any

from ...core.errors import InputError, NfvError, Place, UnavailableError
from .deployer import Target
from .ssh import Host
from .streams import attended, lines

SLACK = 60.0
"""Seconds that Hammer may take beyond the duration of its ramp."""
MOST_RESULTS = 64 * 2**20
WORD = re.compile(r"\{([a-z_][a-z_0-9]*)\}")
RESULTS = "results.csv"
PROFILE = "profile"

Parse = Callable[[Iterable[str], str], Iterator[dict[str, float]]]
"""Samples of lines of CSV, with what printed them: see ``characterisation.printed``."""


def filled(text: str, words: Mapping[str, Any]) -> str:
    """The text with the words in braces replaced; other braces stay."""
    return WORD.sub(lambda found: str(words.get(found[1], found[0])), text)


def words_of(target: Target, parameters: Mapping[str, Any], folder: str = "") -> dict[str, Any]:
    """What may stand in braces in the command and the profile of Hammer: the address, the ramp, and the deliverable's names."""
    ramp = {name: ",".join(map(str, parameters[name])) for name in ("step_deltas", "step_periods", "step_repetitions")}
    given = {
        name: parameters[name] for name in ("profile_name", "nic", "vlan_id_1", "vlan_id_2") if parameters[name] is not None
    }
    results = f"{folder}/{parameters['results'] or RESULTS}" if not _absolute(parameters) else parameters["results"]
    own = {
        "address": target.address,
        "port": target.port,
        "folder": folder,
        "results": results,
        "profile": f"{folder}/{PROFILE}",
    }
    seconds = sum(seconds for _users, seconds in parameters["steps"])
    return {**own, **ramp, **given, "users": max(users for users, _seconds in parameters["steps"]), "seconds": seconds}


def check(parameters: Mapping[str, Any]) -> None:
    """See that all words in braces of the command are known.

    :raises InputError: with the one that is not
    """
    _command(parameters["command"], words_of(Target("", 0), parameters))


def samples(target: Target, parameters: Mapping[str, Any], parse: Parse) -> Iterator[dict[str, float]]:
    """The samples of Hammer's results, after its end.

    :raises NfvError: the host refuses, Hammer fails, there are no results, or they are none
    """
    host = Host(parameters)
    folder = _folder(host)
    try:
        words = words_of(target, parameters, folder)
        if parameters["profile"]:
            host.run(["sh", "-c", 'cat > "$0"', words["profile"]], given=filled(parameters["profile"], words))
        if _absolute(parameters):  # what an earlier run left there would be taken for this one's
            host.run(["rm", "-f", "--", words["results"]])
        command = ["sh", "-c", 'cd "$0" && exec "$@"', folder, *_command(parameters["command"], words)]
        with closing(host.attended(command, words["seconds"] + SLACK, parameters["command"][0])) as said:
            deque(said, maxlen=0)  # what it says while it runs is of no use here
        printed = _results(host, words["results"], parameters["command"][0])
    finally:
        with suppress(NfvError):  # the host may be what failed
            host.run(["rm", "-rf", "--", folder])
    yield from parse(printed.splitlines(), f"{words['results']} on {host.name}")


def printed_samples(target: Target, parameters: Mapping[str, Any], parse: Parse) -> Iterator[dict[str, float]]:
    """The samples that a command prints, each while the command runs.

    :raises NfvError: the command fails, or what it prints is none
    """
    words, program = {"address": target.address, "port": target.port}, parameters["command"][0]
    command = _command(parameters["command"], words)
    if "host" in parameters:
        said = Host(parameters).attended(command, parameters["timeout"], program)
    else:
        said = lines(target.entered(attended(command)), parameters["timeout"], program)
    with closing(said):
        yield from parse(said, program)


def check_printed(parameters: Mapping[str, Any]) -> None:
    """See that all words in braces are known.

    :raises InputError: with the one that is not
    """
    _command(parameters["command"], {"address": "", "port": ""})


def _folder(host: Host) -> str:
    """A new folder of this run there, which is removed at its end; a host may say more when one logs in."""
    said = host.run(["mktemp", "-d", "-t", "nfvc.XXXXXXXX"]).split()
    if not said or not said[-1].startswith("/") or "/nfvc." not in said[-1]:
        raise UnavailableError(f"{host.name} made no folder; mktemp said {' '.join(said)[:80]!r}")
    return said[-1]


def _command(given: Sequence[str], words: Mapping[str, Any]) -> list[str]:
    for unknown in (word for one in given for word in WORD.findall(one) if word not in words):
        message = f"there is no {{{unknown}}} to put in; there are: {', '.join(sorted(words))}"
        raise InputError(message, Place(path="experiment.use_case.parameters.command"))
    return [filled(one, words) for one in given]


def _absolute(parameters: Mapping[str, Any]) -> bool:
    return (parameters["results"] or "").startswith("/")


def _results(host: Host, path: str, program: str) -> str:
    try:
        return host.run(["head", "-c", str(MOST_RESULTS), "--", path])
    except NfvError as error:
        raise type(error)(f"the results of {program} cannot be fetched: {error}; give their path in results") from error

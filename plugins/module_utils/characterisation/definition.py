# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service looks like in one configuration: a document in which parameters are replaced by their values.

Three functions may stand in the place of any value, the first two as in OpenStack's Heat templates:

- ``{get_param: vm_ram}`` is the value of a parameter;
- ``{str_replace: {template: text, params: {word: value}}}`` is the text with words replaced;
- ``{choose: {vnic_type: {normal: 200, direct: null}}}`` is what a table has for a parameter's value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..core.errors import InputError, Place
from .campaign import DAY, Value, word


class Resolution:
    """One configuration's values, and which parameters were asked for."""

    def __init__(self, values: Mapping[str, Value]):
        self._values = values
        self.used: set[str] = set()

    def resolved(self, document: Any, path: str = "") -> Any:
        """The document with its functions carried out, the innermost first.

        :raises InputError: an unknown parameter, a function that is not written as it should be, or a value that a table lacks
        """
        if isinstance(document, Mapping):
            name = next(iter(document), None)
            if len(document) == 1 and name in FUNCTIONS:
                return FUNCTIONS[name](self, document[name], f"{path}.{name}".lstrip("."))
            return {key: self.resolved(value, f"{path}.{key}".lstrip(".")) for key, value in document.items()}
        if isinstance(document, list):
            return [self.resolved(value, f"{path}[{index}]") for index, value in enumerate(document)]
        return document

    def parameter(self, name: Any, path: str) -> Value:
        if not isinstance(name, str) or name not in self._values:
            known = ", ".join(sorted(self._values))
            raise InputError(f"there is no parameter {name!r}; the campaign has: {known}", Place(path=path))
        self.used.add(name)
        return self._values[name]

    def replaced(self, given: Any, path: str) -> str:
        if not isinstance(given, Mapping) or set(given) != {"template", "params"} or not isinstance(given["params"], Mapping):
            raise InputError("give a template and its params", Place(path=path))
        params = {str(key): self.resolved(value, f"{path}.params.{key}") for key, value in given["params"].items()}
        if not params or "" in params:
            raise InputError("give the words to replace", Place(path=f"{path}.params"))
        longest_first = "|".join(re.escape(key) for key in sorted(params, key=len, reverse=True))
        return re.sub(longest_first, lambda found: text_of(params[found[0]]), str(self.resolved(given["template"], path)))

    def chosen(self, given: Any, path: str) -> Any:
        if not isinstance(given, Mapping) or len(given) != 1:
            raise InputError("give one parameter and what each of its values means", Place(path=path))
        [(name, table)] = given.items()
        value = self.parameter(name, path)
        where = f"{path}.{name}"
        if not isinstance(table, Mapping):
            raise InputError("give what each value means", Place(path=where))
        rows = {word(key): meaning for key, meaning in table.items() if isinstance(key, str | int | float | bool)}
        if word(value) not in rows:
            raise InputError(f"there is no row for {value!r}; there are: {', '.join(rows)}", Place(path=where))
        return self.resolved(rows[word(value)], f"{where}.{word(value)}")


FUNCTIONS: Mapping[Any, Callable[[Resolution, Any, str], Any]] = {
    "get_param": Resolution.parameter,
    "str_replace": Resolution.replaced,
    "choose": Resolution.chosen,
}


FOREIGN = {"heat_template_version": "heat", "apiVersion": "kubernetes"}
"""What tells that a document is for another deployer, which somebody forgot to name."""


def text_of(value: Any) -> str:
    """A value as it is written into a file or an argument."""
    return word(value) if isinstance(value, bool | int | float) else str(value)


def resolved(document: Any, configuration: Mapping[str, Value]) -> Any:
    """The document of one configuration.

    :raises InputError: no mapping; see :class:`Resolution`; or a parameter of the campaign has no effect, since the document
        never asks for it
    """
    if not isinstance(document, Mapping):
        raise InputError("the service definition must be a mapping", Place(path="service_definition.service_id"))
    for key, deployer in FOREIGN.items():
        if key in document:
            raise InputError(f"has {key}; it needs deployer: {deployer}", Place(path="service_definition.service_id"))
    resolution = Resolution(configuration)
    found = resolution.resolved(document)
    check_used(set(configuration), resolution.used | _mentioned(document))
    return found


def check_used(parameters: set[str], used: set[str]) -> None:
    """Refuse parameters of a campaign that have no effect.

    :raises InputError: one is not among those that are used
    """
    for name in sorted(parameters - used):
        message = f"the service definition does not use it, so its values would all measure the same: {name}"
        raise InputError(message, Place(path=f"service_definition.deployment_parameters.{name}"))


def _mentioned(document: Any) -> set[str]:
    """Parameters that some row of a table asks for, though perhaps not that of this configuration."""
    if isinstance(document, Mapping):
        own = {document["get_param"]} if isinstance(document.get("get_param"), str) else set()
        table = document.get("choose")
        own |= set(table) if isinstance(table, Mapping) else set()
        return own.union(*(_mentioned(value) for value in document.values()))
    return set().union(*(_mentioned(value) for value in document)) if isinstance(document, list) else set()


def process_of(document: Any, configuration: Mapping[str, Value]) -> dict[str, Any]:
    """A service that runs as a local process: ``command``, ``programs`` (all that must be installed), ``files``, ``ready`` and
    ``limits``, checked and complete.

    ``limits`` has ``cpus`` (shares of processors, 0.5 is half of one), ``cpu_set`` (processors it is pinned to), ``memory``
    (MiB) and ``rate`` (Mbit/s of what it sends); each may be None for no limit.

    :raises InputError: see :func:`resolved`; an unknown key, or a limit that is none
    """
    found = _keys(resolved(document, configuration), "", {"command", "programs", "files", "ready", "limits"})
    command = _command(found.get("command"), "command")
    limits = _keys(found.get("limits") or {}, "limits", {"cpus", "cpu_set", "memory", "rate"})
    ready = _keys(found.get("ready") or {}, "ready", {"port", "timeout"})
    return {
        "command": command,
        "programs": [command[0], *(_command(found["programs"], "programs") if found.get("programs") else [])],
        "files": {str(name): text_of(text) for name, text in _files(found.get("files") or {}).items()},
        "ready": {"port": _port(ready.get("port")), "timeout": _some_seconds(ready.get("timeout", 10), "ready.timeout")},
        "limits": {
            **{name: _limit(limits.get(name), f"limits.{name}") for name in ("cpus", "memory", "rate")},
            "cpu_set": None if limits.get("cpu_set") is None else text_of(limits["cpu_set"]),
        },
    }


def commands_of(document: Any, configuration: Mapping[str, Value]) -> dict[str, Any]:
    """A service that commands deploy and terminate: ``deploy``, ``terminate``, ``address``, ``port``, ``timeout`` of either
    command, and ``ready_timeout`` for the port to answer, both in seconds.

    :raises InputError: see :func:`resolved`; an unknown or missing key
    """
    known = {"deploy", "terminate", "address", "port", "timeout", "ready_timeout"}
    found = _keys(resolved(document, configuration), "", known)
    return {
        "deploy": _command(found.get("deploy"), "deploy"),
        "terminate": _command(found.get("terminate"), "terminate"),
        "address": _address(found.get("address", "127.0.0.1")),
        "port": _port(found.get("port"), "port"),
        "timeout": _some_seconds(found.get("timeout", 600), "timeout"),
        "ready_timeout": _seconds(found.get("ready_timeout", 60), "ready_timeout"),
    }


def _keys(found: Any, path: str, known: set[str]) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise InputError(f"a mapping with {', '.join(sorted(known))} is expected", Place(path=path or None))
    for key in found:
        if key not in known:
            raise InputError(f"is unknown; there are: {', '.join(sorted(known))}", Place(path=f"{path}.{key}".lstrip(".")))
    return found


def _command(given: Any, path: str) -> list[str]:
    if not isinstance(given, list) or not given or any(isinstance(one, list | dict) or one is None for one in given):
        raise InputError("give the program and its arguments as a list", Place(path=path))
    return [text_of(one) for one in given]


def _files(given: Any) -> Mapping[Any, Any]:
    if not isinstance(given, Mapping):
        raise InputError("give texts by the names of their files", Place(path="files"))
    for name in given:
        if not isinstance(name, str) or name.startswith("/") or ".." in name.split("/"):
            raise InputError("must be a relative path inside the service's own folder", Place(path=f"files.{name}"))
    return given


def _port(given: Any, path: str = "ready.port") -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given < 65536:
        raise InputError("give the TCP port on which the service answers, from 1 to 65535", Place(path=path))
    return given


def _address(given: Any) -> str:
    if not isinstance(given, str) or not given or set(given) & set("/[] \t\r\n\0"):
        message = f"{given!r} is no name or IP address of a host; give it without scheme, brackets, port and path"
        raise InputError(message, Place(path="address"))
    return given


def _positive(given: Any, path: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < math.inf:
        raise InputError(f"{given!r} is no number above 0", Place(path=path))
    return given


def _seconds(given: Any, path: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= DAY:
        raise InputError(f"{given!r} is no time in seconds, from 0 to {DAY}", Place(path=path))
    return given


def _some_seconds(given: Any, path: str) -> float:
    return _seconds(_positive(given, path), path)


def _limit(given: Any, path: str) -> float | None:
    return None if given is None else _positive(given, path)

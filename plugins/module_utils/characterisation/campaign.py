# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A measuring campaign as plain data: which configurations of a service are measured, how, and how often.

Source: SUPERFLUIDITY D6.1, annex A3.9.6: a service definition, an experiment and a methodology.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from ..core.errors import ConflictError, InputError, Place

Value: TypeAlias = "int | float | str | bool"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
INSTANCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}\Z")
SECTIONS = {
    "service_definition": ("service_id", "deployer", "deployment_parameters", "heat", "kubernetes", "osm"),
    "experiment": ("instance_name", "use_case", "noisy_neighbours", "warm_up", "prometheus"),
    "methodology": ("iterations", "design", "experiments", "seed", "max_failures", "action"),
}
"""The three sections, each with what belongs to it."""
DAY = 86_400
"""Seconds that anything of a campaign may take or wait, at the most; more overflows what waits."""
COUNTED = {"latin_hypercube": "configurations", "adaptive": "experiments in all"}
"""What `experiments` counts, by the design."""
NOT_IDENTITY = ("iterations", "action", "max_failures", "section", "prometheus")
"""What may change between two runs of one campaign: more iterations, another evaluation."""
PLACE = ("cloud", "region_name", "context", "host", "url", "project", "vim_account", "output", "service", "vnf", "port")
"""What of a deployer's section says where the service is. The rest is how to get there, with secrets, and is kept nowhere."""
ACCESS = ("user", "private_key", "known_hosts", "ssh_config", "check_host_key")
"""What of a use case says how to get to the host that stresses."""
WAITING = {"command": ("timeout", "ready_timeout"), "process": ("ready.timeout",)}
"""By the deployer, what of a service's own definition says how long something may take."""


@dataclass(frozen=True)
class Campaign:
    """``varied`` has the values of each parameter that varies, ``fixed`` the one value of each that does not; ``section`` the
    options of the deployer, where it has some.
    """

    deployer: str
    varied: Mapping[str, tuple[Value, ...]]
    fixed: Mapping[str, Value]
    instance: str
    use_case: str
    stress: Mapping[str, Any]
    neighbours: tuple[Mapping[str, Any], ...]
    warm_up: float
    iterations: int
    design: str
    experiments: int | None
    seed: int
    max_failures: int
    action: Mapping[str, Any]
    section: Mapping[str, Any] = field(default_factory=dict)
    prometheus: Mapping[str, Any] = field(default_factory=dict)

    def identity(self, definition: Any) -> dict[str, Any]:
        """What makes the samples of two runs those of one campaign, as JSON would give it back.

        :param definition: the document that defines the service; how long that may take to be ready does not matter
        """
        kept = {name: value for name, value in asdict(self).items() if name not in NOT_IDENTITY}
        kept["stress"] = {name: one for name, one in self.stress.items() if name not in ACCESS}
        if self.section:
            kept["place"] = {name: self.section[name] for name in PLACE if isinstance(self.section.get(name), str | int)}
        if self.prometheus:
            kept["queries"] = dict(self.prometheus["queries"])
        return json.loads(json.dumps({**kept, "definition": _without(definition, WAITING.get(self.deployer, ()))}))


def sectioned(document: Any) -> dict[str, dict[str, Any]]:
    """A document in its sections; D6.1 prints their entries without the sections' names, which is understood too.

    :raises InputError: it is no mapping, or has a key that belongs nowhere
    """
    if not isinstance(document, Mapping):
        raise InputError("a campaign is a mapping with service_definition, experiment and methodology")
    found: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    owner = {key: section for section, keys in SECTIONS.items() for key in keys}
    for key, value in document.items():
        if key in SECTIONS:
            if not isinstance(value, Mapping):
                raise InputError("a mapping is expected", Place(path=key))
            found[key].update(value)
        elif key in owner:
            found[owner[key]][key] = value
        else:
            raise InputError(f"is unknown; there are: {', '.join(SECTIONS)}", Place(path=str(key)))
    return found


def campaign_of(
    options: Mapping[str, Mapping[str, Any]],
    stress: Mapping[str, Any],
    neighbours: Sequence[Any],
    section: Mapping[str, Any] | None = None,
) -> Campaign:
    """The campaign of validated sections.

    :param stress: the parameters of the use case, validated and complete
    :param neighbours: the noisy neighbours, likewise
    :param section: the options of the deployer, likewise
    :raises InputError: no parameter, a parameter without values, twice the same value, numbers out of range,
        or options that contradict each other
    """
    service, experiment, method = (options[name] for name in SECTIONS)
    varied, fixed = _parameters(service["deployment_parameters"])
    _check_name(experiment["instance_name"])
    _check_numbers(experiment, method)
    return Campaign(
        deployer=service["deployer"],
        varied=varied,
        fixed=fixed,
        instance=experiment["instance_name"],
        use_case=experiment["use_case"]["name"],
        stress=dict(stress),
        neighbours=tuple(neighbours),
        warm_up=experiment["warm_up"],
        iterations=method["iterations"],
        design=method["design"],
        experiments=method["experiments"],
        seed=method["seed"],
        max_failures=method["max_failures"],
        action=method["action"] or {},
        section=section or {},
        prometheus=_prometheus(experiment.get("prometheus")),
    )


def _prometheus(given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The options of a Prometheus; empty where there is none."""
    if not given:
        return {}
    path = "experiment.prometheus"
    if not given["queries"]:
        raise InputError("is empty; give a query for each column", Place(path=f"{path}.queries"))
    for name, query in given["queries"].items():
        if not isinstance(name, str) or not NAME.match(name) or not isinstance(query, str) or not query.strip():
            message = "give each column, of letters, digits and underscores, a query as text"
            raise InputError(message, Place(path=f"{path}.queries.{name}"))
    if not given["url"].startswith(("http://", "https://")):
        raise InputError(f"{given['url']!r} is no address; begin it with http:// or https://", Place(path=f"{path}.url"))
    if not 0 < given["timeout"] <= DAY:
        raise InputError(f"give seconds above 0, and {DAY} at the most", Place(path=f"{path}.timeout"))
    return given


def _check_name(name: str) -> None:
    if not INSTANCE.match(name):
        message = f"{name!r} is no name; take at most 63 letters, digits, dots, hyphens and underscores"
        raise InputError(message, Place(path="experiment.instance_name"))


def _check_numbers(experiment: Mapping[str, Any], method: Mapping[str, Any]) -> None:
    if not 0 <= experiment["warm_up"] <= DAY:
        raise InputError(f"give seconds from 0 to {DAY}", Place(path="experiment.warm_up"))
    for name in ("iterations", "max_failures", "experiments"):
        if method[name] is not None and method[name] < 1:
            raise InputError(f"{method[name]} is less than 1", Place(path=f"methodology.{name}"))
    if (method["design"] == "full") != (method["experiments"] is None):
        wrong = "contradicts design: full, which measures all permutations; leave it out" if method["experiments"] else (
            f"is missing; say how many {COUNTED[method['design']]} design: {method['design']} shall take"
        )  # fmt: skip
        raise InputError(wrong, Place(path="methodology.experiments"))


def _without(document: Any, paths: Sequence[str]) -> Any:
    """The document without what is at these paths, where it is a mapping there."""
    for path in paths:
        name, _dot, rest = path.partition(".")
        if isinstance(document, Mapping) and name in document:
            inner = {name: _without(document[name], (rest,))} if rest else {}
            document = {**{key: one for key, one in document.items() if key != name}, **inner}
    return document


def _parameters(given: Mapping[str, Any]) -> tuple[dict[str, tuple[Value, ...]], dict[str, Value]]:
    varied: dict[str, tuple[Value, ...]] = {}
    fixed: dict[str, Value] = {}
    for name, value in given.items():
        path = f"service_definition.deployment_parameters.{name}"
        if not isinstance(name, str) or not NAME.match(name):
            raise InputError("is no name of a parameter; take letters, digits and underscores", Place(path=path))
        if isinstance(value, list | tuple):
            varied[name] = _values(value, path)
        else:
            fixed[name] = _value(value, path)
    if not varied:
        message = "no parameter has a list of values, so there is nothing to compare"
        raise InputError(message, Place(path="service_definition.deployment_parameters"))
    return varied, fixed


def _values(given: Sequence[Any], path: str) -> tuple[Value, ...]:
    if not given:
        raise InputError("has no values; give at least one", Place(path=path))
    values = tuple(_value(one, f"{path}[{index}]") for index, one in enumerate(given))
    seen: set[str] = set()
    for index, one in enumerate(values):
        if word(one) in seen:
            raise InputError(f"{one!r} stands twice", Place(path=f"{path}[{index}]"))
        seen.add(word(one))
    return values


def _value(one: Any, path: str) -> Value:
    if isinstance(one, bool | str) and one != "":
        return one
    if isinstance(one, int | float) and math.isfinite(one):
        return one
    raise InputError(f"{one!r} is no value; give a number or a word", Place(path=path))


def word(one: Value) -> str:
    """A value as one word: 2 and 2.0 and ``'2'`` are one value, and so are true and ``'true'``."""
    if isinstance(one, bool):
        return str(one).lower()
    if isinstance(one, str):
        return one.strip()
    return str(int(one)) if one == int(one) else repr(one)


def require_same(stored: Mapping[str, Any], wanted: Mapping[str, Any], store: str) -> None:
    """Refuse to mix the samples of two campaigns.

    :raises ConflictError: with what differs
    """
    there, here = dict(_leaves(stored)), dict(_leaves(wanted))
    differing = [path for path in {**there, **here} if there.get(path) != here.get(path)]
    if differing:
        shown = "; ".join(f"{path} is {_told(there, path)} there and {_told(here, path)} here" for path in differing[:3])
        more = f"; {len(differing) - 3} more" if len(differing) > 3 else ""
        message = f"holds another campaign: {shown}{more}. Take another store, or the campaign as it was"
        raise ConflictError(message, Place(file=store))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Lists are leaves: a list of values is compared and told as a whole."""
    if isinstance(value, Mapping) and value:
        for key, child in value.items():
            yield from _leaves(child, f"{path}.{key}".lstrip("."))
    else:
        yield path, value


def _told(leaves: Mapping[str, Any], path: str) -> str:
    text = json.dumps(leaves[path], sort_keys=True) if path in leaves else "missing"
    return text if len(text) <= 60 else f"{text[:57]}…"

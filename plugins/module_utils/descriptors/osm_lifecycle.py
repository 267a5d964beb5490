# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What starts and stops a VNF in Open Source MANO: a proxy charm of Juju, or a Helm chart with an execution environment.

These are skeletons that work: they log in to the VNF by SSH and run the commands of their configuration. For an application
whose traffic is offloaded at the edge, ``start`` also adds the offload rule at the function that offloads, and ``stop``
removes it, as the deliverable of the Superfluidity project describes it for MEC applications.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .osm_programs import CHARM, DISPATCH, ENVIRONMENT, REACTIVE, SCRIPT
from .osm_view import View, identifier
from .parse import dump_yaml

COMMANDS = {
    "start-command": "what starts the application in the VNF",
    "stop-command": "what stops it",
}
OFFLOAD = {
    "tof-hostname": "address of the function that offloads traffic",
    "tof-username": "whom to log in as there",
    "tof-start-command": "what adds the offload rules there; {address} is that of the application",
    "tof-stop-command": "what removes them",
}
SSH = {
    "ssh-hostname": "address of the VNF",
    "ssh-username": "whom to log in as",
    "ssh-password": "the password, if no key is used",
}
ACTIONS = {
    "start": "Start the application and have its traffic offloaded to it.",
    "stop": "Undo the offload and stop the application.",
}


@dataclass(frozen=True)
class Lifecycle:
    """Files of a package, those among them that may be run, and what the VNFD says of them."""

    files: dict[str, str]
    configuration: dict[str, t.Any]
    programs: frozenset[str] = field(default_factory=frozenset)


def _settings(target: str | None) -> dict[str, str]:
    return COMMANDS | (OFFLOAD if target else {})


def _options(settings: dict[str, str]) -> str:
    options = {name: {"type": "string", "default": "", "description": text} for name, text in settings.items()}
    return dump_yaml({"options": options})


def _actions() -> str:
    return dump_yaml({name: {"description": text} for name, text in ACTIONS.items()})


def _summary(view: View, target: str | None) -> dict[str, t.Any]:
    more = f", with its traffic offloaded at {target}" if target else ""
    return {"summary": f"Starts and stops {view.name}", "description": f"Starts and stops the VNF {view.name} by SSH{more}."}


def parameter_name(setting: str) -> str:
    """What a setting is called among the parameters of an instantiation: OSM takes names of Jinja2 alone."""
    return setting.replace("-", "_")


def _primitives(settings: dict[str, str], reference: dict[str, str]) -> dict[str, t.Any]:
    """Configure and start at the beginning, stop at the end, and either by hand."""
    known = {"ssh-hostname": "<rw_mgmt_ip>", "ssh-username": "ubuntu", "ssh-password": ""}
    parameters = [{"name": name, "value": known.get(name, f"<{parameter_name(name)}>")} for name in (*SSH, *settings)]
    first: list[dict[str, t.Any]] = [{"seq": 1, "name": "config", **reference, "parameter": parameters}]
    return {
        "initial-config-primitive": [*first, {"seq": 2, "name": "start", **reference}],
        "terminate-config-primitive": [{"seq": 1, "name": "stop", **reference}],
        "config-primitive": [{"name": name, **reference} for name in ACTIONS],
    }


def juju(view: View, style: str, target: str | None) -> Lifecycle:
    return _reactive_charm(view, target) if style == "r2" else _operator_charm(view, target)


def _operator_charm(view: View, target: str | None) -> Lifecycle:
    """A charm of the operator framework, as OSM runs them today; ``charmcraft pack`` adds the libraries."""
    name, settings = identifier(view.name), _settings(target)
    folder = f"charms/{name}"
    files = {
        "metadata.yaml": dump_yaml(
            {"name": name, **_summary(view, target), "peers": {"proxypeer": {"interface": "proxypeer"}}}
        ),
        "config.yaml": _options(SSH | settings),
        "actions.yaml": _actions(),
        "requirements.txt": "ops\ncharms.osm\n",
        "dispatch": DISPATCH,
        "src/charm.py": CHARM.replace("@NAME@", view.name).replace("@OFFLOAD@", str(bool(target))),
    }
    environment = {"id": f"{name}-ee", "juju": {"charm": name, "proxy": True}}
    configuration = {
        "id": view.name,
        "execution-environment-list": [environment],
        "config-access": {"ssh-access": {"required": True, "default-user": "ubuntu"}},
        **_primitives(settings, {"execution-environment-ref": environment["id"]}),
    }
    programs = frozenset(f"{folder}/{path}" for path in ("dispatch", "src/charm.py"))
    return Lifecycle({f"{folder}/{path}": text for path, text in files.items()}, configuration, programs)


def _reactive_charm(view: View, target: str | None) -> Lifecycle:
    """A layer of a reactive charm, as OSM's release two ran them; ``charm build`` adds the layers it includes."""
    name, settings = identifier(view.name), _settings(target)
    folder = f"charms/{name}"
    program = f"reactive/{name.replace('-', '_')}.py"
    files = {
        "metadata.yaml": dump_yaml(
            {"name": name, **_summary(view, target), "maintainer": "superfluidity.nfv", "subordinate": False}
        ),
        "layer.yaml": dump_yaml({"includes": ["layer:basic", "layer:sshproxy", "layer:vnfproxy"]}),
        "config.yaml": _options(settings),  # the layer sshproxy has the rest
        "actions.yaml": _actions(),
        "icon.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><circle cx="50" cy="50" r="40"/></svg>\n',
        program: REACTIVE.replace("@NAME@", view.name).replace("@OFFLOAD@", str(bool(target))),
        **{f"actions/{action}": SCRIPT for action in ACTIONS},
    }
    primitives = _primitives(settings, {})
    configuration = {"juju": {"charm": name}, **primitives}
    programs = frozenset(f"{folder}/actions/{action}" for action in ACTIONS)
    return Lifecycle({f"{folder}/{path}": text for path, text in files.items()}, configuration, programs)


def helm(view: View, style: str, target: str | None) -> Lifecycle:
    """A Helm chart whose pod is the execution environment: it serves the primitives of ``source/vnf_ee.py``."""
    if style == "r2":
        return _reactive_charm(view, target)  # release two knows charms alone
    name, settings = f"{identifier(view.name)}-ee", _settings(target)
    folder = f"helm-charts/{name}"
    files = {
        "Chart.yaml": dump_yaml({"apiVersion": "v2", "name": name, "version": "0.1.0", "type": "application"}),
        "values.yaml": dump_yaml({"image": "opensourcemano/ee-grpc:latest", "port": 50050}),
        "templates/source.yaml": _SOURCE,
        "templates/environment.yaml": _ENVIRONMENT,
        "source/vnf_ee.py": ENVIRONMENT.replace("@NAME@", view.name).replace("@OFFLOAD@", str(bool(target))),
    }
    environment = {"id": name, "helm-chart": name, "external-connection-point-ref": view.outer[0]["name"]}
    configuration = {
        "id": view.name,
        "execution-environment-list": [environment],
        "config-access": {"ssh-access": {"required": True, "default-user": "ubuntu"}},
        **_primitives(settings, {"execution-environment-ref": name}),
    }
    return Lifecycle({f"{folder}/{path}": text for path, text in files.items()}, configuration)


_SOURCE = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-source
data:
{{ (.Files.Glob "source/*").AsConfig | indent 2 }}
"""
_ENVIRONMENT = """apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}
spec:
  serviceName: {{ .Release.Name }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      containers:
        - name: ee
          image: {{ .Values.image }}
          ports: [{containerPort: {{ .Values.port }}}]
          volumeMounts: [{name: source, mountPath: /app/EE/osm_ee/vnf}]
      volumes: [{name: source, configMap: {name: {{ .Release.Name }}-source}}]
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {app: {{ .Release.Name }}}
  ports: [{port: {{ .Values.port }}}]
"""

EXECUTIONS: dict[str, t.Callable[[View, str, str | None], Lifecycle] | None] = {"none": None, "juju": juju, "helm": helm}
"""What starts and stops the VNFs of a package → what makes it."""

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's table of contents: which parts it has, their ports, secrets, files and stages."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from openstack_lab import cloud, small

from supervisor.health import http_answers
from supervisor.lab import Lab, Site
from supervisor.process import Process, Stage

WORKERS = 2
"""The nodes that a cluster has from the start, for pods that no VM of their service holds."""

FILES = Path(__file__).resolve().parent.parent


def _openstack(lab: Lab):  # -> the module that describes this size of OpenStack
    return small if lab.size == "small" else cloud


def port_names(lab: Lab) -> list[str]:
    """Every port is called after the process that listens on it."""
    kubernetes = [f"{site.name}-kubernetes" for site in lab.sites if site.kubernetes]
    return [*_openstack(lab).port_names(lab), *kubernetes]


def secret_kinds(lab: Lab) -> dict[str, str]:
    """What is drawn at random once for each lab, and of which kind it is."""
    return _openstack(lab).secret_kinds(lab)


def render(lab: Lab) -> dict[str, str]:
    """Every configuration file, by its path below ``etc``."""
    return _openstack(lab).render(lab)


def stages(lab: Lab) -> list[Stage]:
    """The lab's stages in their order."""
    kubernetes = tuple(_kubernetes(lab, site) for site in lab.sites if site.kubernetes)
    emulators = [Stage("kubernetes", kubernetes)] if kubernetes else []
    return [*_openstack(lab).stages(lab), *emulators]


def erase(lab: Lab) -> None:
    """Remove what the lab keeps outside its own folder."""
    for path in small.outside(lab) if lab.size == "small" else []:
        path.unlink(missing_ok=True)
    if lab.sockets != lab.run:
        shutil.rmtree(lab.sockets, ignore_errors=True)


def _kubernetes(lab: Lab, site: Site) -> Process:
    """The emulator of the Kubernetes API; it knows the site's cloud, for nodes that are Nova servers."""
    name = f"{site.name}-kubernetes"
    workers = (word for number in range(WORKERS) for word in ("--node", f"{site.name}-worker-{number}"))
    nova = ("--cloud", site.name, "--clouds-file", str(lab.root / "clouds.yaml"))
    return Process(
        name=name,
        argv=(
            sys.executable,
            str(FILES / "kubernetes"),
            *("--host", "127.0.0.1", "--port", str(lab.ports[name])),
            *("--state", str(lab.data / f"{name}.json")),
            *("--kubeconfig", str(lab.root / "kubeconfig"), "--context", site.name),
            *workers,
            *(nova if site.openstack and lab.size == "full" else ()),
        ),
        health=http_answers(f"https://127.0.0.1:{lab.ports[name]}/readyz", statuses=(200,)),
        port=lab.ports[name],
    )

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors to read: the project's own, small ones made here, and published ones beside the checkout."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[5]
VIDEO = CHECKOUT / "playbooks" / "files" / "services" / "video"
PUBLISHED = CHECKOUT.parent / "shared" / "data"
GOLDEN = Path(__file__).with_name("golden")

EDGE = {"name": "edge-1", "role": "edge"}
CORE = {"name": "core-1", "role": "core"}


def files_of(path: Path) -> dict[str, bytes]:
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {str(one.relative_to(path)): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}


@pytest.fixture
def video() -> dict[str, bytes]:
    return files_of(VIDEO)


@pytest.fixture
def published() -> Callable[[str], dict[str, bytes]]:
    """The files of a published example; skips the test where the folder is absent."""

    def open_example(name: str) -> dict[str, bytes]:
        if not (PUBLISHED / name).exists():
            pytest.skip(f"the published example {name} is not in ../shared/data")
        return files_of(PUBLISHED / name)

    return open_example


@pytest.fixture
def golden() -> Callable[[str, object], None]:
    """Compare with a file of ``golden/``; GOLDEN=write makes the files anew, to be read before they are kept."""

    def compare(name: str, value: object) -> None:
        file = GOLDEN / f"{name}.json"
        if os.environ.get("GOLDEN") == "write":
            file.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
        assert value == json.loads(file.read_text(encoding="utf-8"))

    return compare


NSD = {
    "nsdIdentifier": "shop",
    "vnfdId": ["web"],
    "virtualLinkDesc": [{"virtualLinkDescId": "users"}],
    "nsDf": [
        {
            "virtualLinkProfile": [{"virtualLinkProfileId": "p", "virtualLinkDescId": "users"}],
            "vnfProfile": [
                {"vnfdId": "web", "nsVirtualLinkConnectivity": [{"virtualLinkProfileId": "p", "cpdId": ["outside"]}]}
            ],
        }
    ],
}
VNFD = {
    "vnfdId": "web",
    "vdu": [
        {"vduId": "node", "intCpd": [{"cpdId": "eth", "intVirtualLinkDesc": "inner"}]},
        {
            "vduId": "pod",
            "vduNestedDesc": "nested",
            "vduParent": "node",
            "vduParentMandatory": True,
        },
    ],
    "vduNestedDesc": [{"id": "nested", "vduNestedDescriptorType": "kubernetes", "vduNestedDescriptor": "pod"}],
    "intVirtualLinkDesc": [{"virtualLinkDescId": "inner"}],
    "vnfExtCpd": [{"cpdId": "outside", "intVirtualLinkDesc": "inner"}],
    "k8SServiceCpd": [{"cpdId": "http", "exposedPod": ["pod"], "serviceDescriptor": "svc"}],
    "modifiableAttributes": {"metadata": []},
}
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx}]}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}], selector: {app: web}}
"""


class Shop:
    """A small project, every part of which a test may change before it is read."""

    def __init__(self) -> None:
        self.nsd: dict = copy.deepcopy(NSD)
        self.vnfd: dict = copy.deepcopy(VNFD)
        self.others: dict[str, str] = {"K8S/pod.yaml": POD, "K8S/svc.yaml": SERVICE}

    @property
    def vdus(self) -> list[dict]:
        return self.vnfd["vdu"]

    @property
    def profile(self) -> dict:
        return self.nsd["nsDf"][0]["vnfProfile"][0]

    def metadata(self, **categories: list) -> None:
        self.vnfd["modifiableAttributes"]["metadata"] += [{key: value} for key, value in categories.items()]

    def files(self) -> dict[str, bytes]:
        texts = {"NFV/JSON/NSD/shop.json": json.dumps(self.nsd), "NFV/JSON/VNFD/web.json": json.dumps(self.vnfd)}
        return {name: text.encode() for name, text in (texts | self.others).items()}

    def merged(self) -> dict[str, bytes]:
        k8s = {Path(name).stem: text for name, text in self.others.items()}
        whole = {"nsd": {"shop": self.nsd}, "vnfd": {"web": self.vnfd}, "click": {}, "k8s": k8s}
        return {"shop.json": json.dumps(whole).encode()}


@pytest.fixture
def shop() -> Shop:
    return Shop()

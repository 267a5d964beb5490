# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The VNFDs that NodeModels name, of whatever language: what a program takes of them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read

from .descriptors_of_all_languages import DESCRIPTORS
from .nemo_programs import ROOM, SINGLE, TOSCA, fetch, program


def alone(name: str) -> tuple[str, dict[str, bytes], bytes]:
    """A VNFD of each language, as the name and the bytes that a URI leads to, and what lies beside it."""
    _language, files = DESCRIPTORS[name]
    if len(files) > 1:  # a package: an archive of it
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        return "vnf.csar", files, stream.getvalue()
    ((path, content),) = files.items()
    return path, files, content


@pytest.mark.parametrize(
    "name",
    [
        "superfluidity vnfd",
        "sol006 vnfd",
        "sol006 xml",
        "osm vnfd",
        "osm package",
        "openmano vnf",
        "sol001 vnf",
        "sol001 containers",
        "json",
    ],
)
def test_a_vnfd_of_any_language_is_read_as_it_is_alone(name: str) -> None:
    """Every VDU, every property of every point, what runs in it, and every warning: by the readers of these languages."""
    file, files, content = alone(name)
    reading = read(files)
    (function,) = reading.service["functions"]
    points = function.get("connection_points", [])
    inner = {end for link in reading.service.get("links", []) if "." in link["name"] for end in link["endpoints"]}
    said = "".join(f" ConnectionPoint p{number} at VNFD: {point['name']};" for number, point in enumerate(points))
    wires = "".join(f" CREATE Connection c{number} Endnodes n.p{number};" for number in range(len(points)))
    text = f"CREATE NodeModel m VNFD file:///{file};{said} CREATE Node n Type m;{wires}"
    imported = read({"a.nemo": text.encode(), file: content}).service
    (there,) = imported["functions"]
    renamed = json.loads(json.dumps(there).replace('"n.', f'"{function["name"]}.'))
    names = {f"p{number}": point["name"] for number, point in enumerate(points)}
    for vdu in renamed["vdus"]:
        if "port_pool" in vdu:
            vdu["port_pool"]["connection_point"] = names[vdu["port_pool"]["connection_point"]]
    for point in renamed.get("connection_points", []):
        point["name"] = names[point["name"]]
    assert {**renamed, "name": function["name"]} == function
    assert imported.get("documents") == reading.service.get("documents")
    links = [link["endpoints"] for link in imported.get("links", []) if link["name"].startswith("n.")]
    ends = {names[end.partition(".")[2]] for endpoints in links for end in endpoints}
    assert ends == {end.partition(".")[2] for end in inner}
    told = {warning["message"] for warning in read({"a.nemo": text.encode(), file: content}).warnings}
    own = {warning["message"] for warning in reading.warnings if "no link ends in" not in warning["message"]}
    assert own <= told


def test_what_a_reader_of_few_keys_has_dropped_is_kept_or_told() -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    reading = program(
        "CREATE NodeModel m VNFD file:///dataplaneVNF2.yaml; ConnectionPoint a at VNFD: xe0; ConnectionPoint b at VNFD: xe2;"
        " CREATE Node n Type m;"
    )
    assert {point["name"]: point["vnic_type"] for point in reading.service["functions"][0]["connection_points"]} == {
        "a": "direct-physical",
        "b": "direct",
    }
    told = {
        (one["path"].partition(":")[0], one["message"].partition(" is not used")[0], one["line"]) for one in reading.warnings
    }
    assert ("dataplaneVNF2.yaml", "of a VNF, VNFC.numas.interfaces.vpci", 61) in told
    assert ("dataplaneVNF2.yaml", "of a VNF, VNFC.numas.interfaces.bandwidth", 63) in told


def test_a_vnfd_used_twice_shares_its_documents_and_not_its_ranges() -> None:
    vnfd = DESCRIPTORS["osm vnfd"][1]["vnfd.yaml"].decode()
    other = vnfd.replace("  id: cache\n", "  id: other\n").replace("boot.txt", "cloud.txt")
    text = (
        "CREATE NodeModel m VNFD file:///a/one.yaml; ConnectionPoint p at VNFD: out;\n"
        "CREATE NodeModel o VNFD file:///b/two.yaml; ConnectionPoint p at VNFD: out;\n"
        "CREATE NodeModel all; Node x Type m; Node y Type m; Node z Type o; Connection c Endnodes x.p, y.p, z.p;\n"
        "CREATE Node n Type all;"
    )
    files = {"a/one.yaml": vnfd, "b/two.yaml": other, "a/boot.txt": "#!/bin/one", "b/cloud.txt": "#!/bin/two", "n.nemo": text}
    reading = read({name: content.encode() for name, content in files.items()})
    found = reading.service
    assert found["documents"] == {"boot.txt": "#!/bin/one", "cloud.txt": "#!/bin/two"}
    assert [one["vdus"][0]["user_data"] for one in found["functions"]] == ["boot.txt", "boot.txt", "cloud.txt"]
    assert [link.get("cidr") for link in found["links"]] == [None, "10.1.0.0/24", None, None]
    assert sum("is the range of an earlier function too" in one["message"] for one in reading.warnings) == 2
    twins = {name: content.replace("cloud.txt", "boot.txt") for name, content in files.items() if name != "b/cloud.txt"}
    twins["b/boot.txt"] = "#!/bin/two"  # one of this name is beside each, and a URI leads to its own
    given = {name.rpartition("/")[2] if name.endswith(".yaml") else name: text for name, text in twins.items()}

    def elsewhere(uri: str) -> bytes:
        path = uri.removeprefix("file:///")
        if path not in twins:
            raise InputError("is not there")
        return twins[path].encode()

    found = read({"n.nemo": given["n.nemo"].encode()}, fetch=elsewhere).service
    assert sorted(found["documents"].values()) == ["#!/bin/one", "#!/bin/two"]
    boots = [found["documents"][one["vdus"][0]["user_data"]] for one in found["functions"]]
    assert boots == ["#!/bin/one", "#!/bin/one", "#!/bin/two"]


@pytest.mark.parametrize(
    "name", ["../boot.txt", "/boot.txt", "a/../../boot.txt", "%2e%2e/boot.txt", "..%2fboot.txt", "c:boot.txt", "a?b"]
)
def test_a_vnfd_names_nothing_above_itself(name: str) -> None:
    """Whoever wrote it could otherwise have any file of the controller put into a first boot."""
    asked = []

    def open_to_all(uri: str) -> bytes:
        asked.append(uri)
        return vnfd if uri.endswith("vm.yaml") else b"secret"

    vnfd = DESCRIPTORS["osm vnfd"][1]["vnfd.yaml"].replace(b"boot.txt", f'"{name}"'.encode())
    text = b"CREATE NodeModel m VNFD file:///vnfds/vm.yaml; CREATE Node n Type m;"
    with pytest.raises(InputError, match=r"the file .* is missing"):
        read({"a.nemo": text}, fetch=open_to_all)
    assert asked == ["file:///vnfds/vm.yaml"]


@pytest.mark.parametrize(
    ("uri", "others", "sentence"),
    [
        ("a.nemo", {}, "a.nemo:1: this is a NEMO program, where a VNFD is expected"),
        ("ns.yaml", {"ns.yaml": DESCRIPTORS["osm r2"][1]}, "1: ns.yaml describes 2 functions, and a NodeModel stands for one"),
        ("x.csar", {"x.csar": b"PK\x05\x06" + b"\x00" * 18}, "1: the VNFD file:///x.csar is an empty archive"),
        ("x.tgz", {"x.tgz": b"\x1f\x8b\x08" + b"\x00" * 30}, "1: the VNFD file:///x.tgz is no whole archive"),
    ],
)
def test_what_is_no_vnfd(uri: str, others: dict[str, Any], sentence: str) -> None:
    for name, content in others.items():
        if isinstance(content, dict):
            whole = [yaml.safe_load(text) for text in content.values() if text.lstrip().startswith((b"vnfd:", b"nsd:"))]
            others = {name: json.dumps({key: value for one in whole for key, value in one.items()}).encode()}
            others["boot.txt"] = b""
    text = f"CREATE NodeModel m VNFD file:///{uri}; CREATE Node n Type m;"
    with pytest.raises(InputError, match=rf"^(a\.nemo:)?{re.escape(sentence)}"):
        read({"a.nemo": text.encode(), **others})


def test_a_vnfd_in_tosca_has_an_interface_for_each_point() -> None:
    text = "CREATE NodeModel t VNFD file:///t.yaml; ConnectionPoint p at VNFD: data.vm; CREATE Node n Type t;"
    service = read({"a.nemo": text.encode(), "t.yaml": TOSCA.encode()}).service
    assert service["functions"][0]["vdus"] == [{"name": "vm", "kind": "vm", "vcpus": 2, "memory": 2048}]
    assert service["functions"][0]["connection_points"] == [{"name": "p", "vdu": "vm"}]


def test_an_interface_of_one_of_two_vms_is_named_with_its_vm() -> None:
    if not ROOM:
        pytest.skip("../shared/data/nemo is absent")
    text = (
        "CREATE NodeModel da VNFD file:///dataplaneVNF_2VMs.yaml ; ConnectionPoint a at VNFD: xe1.vnf_2vms-vm1;"
        " ConnectionPoint b at VNFD: eth0-vnf_2vms-vm2; CREATE Node n Type da;"
    )
    service = program(text).service
    points = {point["name"]: (point["vdu"], point["interface"]) for point in service["functions"][0]["connection_points"]}
    assert points["a"] == ("VNF_2VMs-VM1", "xe1")
    assert points["b"] == ("VNF_2VMs-VM2", "eth0")
    assert [(link["name"], len(link["endpoints"])) for link in service["links"]] == [("n.datanet", 2)]


# What is no program, and what cannot be meant. Each sentence names the file and the line.


def test_what_is_wrong_with_the_whole_of_a_vnfd_is_told_with_its_file() -> None:
    [vnfd] = [text for text in SINGLE if b"gateway-ip: 10.1.0.1}" in text]
    outside = {"vlc.yaml": vnfd.replace(b"gateway-ip: 10.1.0.1}", b"gateway-ip: 10.9.0.1}")}
    with pytest.raises(InputError, match=r"^vlc\.yaml:1: links\[2\]\.gateway: 10\.9\.0\.1 is outside the link's range"):
        read({"a.nemo": b"CREATE NodeModel vlc VNFD file:///vlc.yaml; CREATE Node n Type vlc;", **outside}, "nemo", fetch=fetch)

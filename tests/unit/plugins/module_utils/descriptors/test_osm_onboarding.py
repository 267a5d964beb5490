# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages as OSM takes them: the same ones from archives, folders and data, and hostile ones refused with a sentence."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core import archives
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.osm_onboarding import (
    changed_files,
    given,
    of_archive,
    of_descriptor,
    of_folder,
)

VNFD = {"vnfd": {"id": "a", "vdu": []}}


def packed(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return content.getvalue()


def test_the_same_content_is_the_same_package_however_it_is_packed() -> None:
    one = of_descriptor(VNFD, "here")
    assert of_descriptor(VNFD, "there").content == one.content, "byte for byte"
    assert (one.kind, one.id, one.name) == ("vnf", "a", "a.tar.gz")
    other = packed({f"other/{name}": text for name, text in one.files.items() if name != "checksums.txt"})
    assert changed_files(one, archives.opened(other, "x", "x")) == []
    assert changed_files(one, {}) == ["a_vnfd.yaml"]
    script = {"x/v.yaml": b"vnfd: {id: a}", "x/scripts/run": b"#!/bin/sh\n"}
    plain = of_archive(packed(script, "w"), script, "x")
    with tarfile.open(fileobj=io.BytesIO(plain.content)) as archive:
        assert archive.getmember("x/scripts/run").mode == 0o755
    assert changed_files(plain, archives.opened(one.content, "x", "x")) == ["a_vnfd.yaml", "scripts/run", "v.yaml"]


@pytest.mark.parametrize(
    ("descriptor", "kind"),
    [
        ({"etsi-nfv-vnfd:vnfd": {"id": "a"}}, "vnf"),
        ({"id": "a", "vdu": []}, "vnf"),
        ({"nsd": {"nsd": [{"id": "a"}]}}, "ns"),
        ({"etsi-nfv-nsd:nsd": {"id": "a"}}, "ns"),
        ({"id": "a", "vnfd-id": []}, "ns"),
    ],
)
def test_outer_keys(descriptor: dict[str, Any], kind: str) -> None:
    assert of_descriptor(descriptor, "here").kind == kind


@pytest.mark.parametrize(
    ("descriptor", "wrong"),
    [
        ({}, "here: is no descriptor of OSM"),
        ([], "here: is no descriptor: give a mapping"),
        ({"vnfd": []}, "is no descriptor of OSM"),
        ({"nsd": {"nsd": [{"id": "a"}, {"id": "b"}]}}, "is no descriptor of OSM"),
        ({"vnfd:vnfd-catalog": {"vnfd": []}}, "is of OSM's release two, which no OSM takes"),
        ({"vnfd": {"id": "../a"}}, "here: id: id is to be a text that can be shown, without a slash"),
        ({"vnfd": {"id": 7}}, "id is to be a text"),
        ({"vnfd": {"id": "a\nb"}}, "id is to be a text"),
        ({"vnfd": {"id": "x" * 300}}, "id is to be a text"),
    ],
)
def test_what_is_no_descriptor(descriptor: Any, wrong: str) -> None:
    with pytest.raises(InputError) as refused:
        of_descriptor(descriptor, "here")
    assert wrong in str(refused.value)


BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b", ".join([b"*%c" % (97 + n)] * 9)) for n in range(8)
)


@pytest.mark.parametrize(
    ("files", "wrong"),
    [
        ({"v.yaml": b"vnfd: {id: a}"}, "all files of it are in one folder at its top"),
        ({"a/v.yaml": b"vnfd: {id: a}", "b/v.yaml": b""}, "all files of it are in one folder at its top"),
        (
            {"a/v.yaml": b"vnfd: {id: a}", "a/w.json": b"{}"},
            "it has one descriptor (.yaml or .json) at its top; here are these",
        ),
        ({"a/README": b"hello"}, "here are none"),
        ({}, "all files of it are in one folder"),
        ({"a/v.yaml": b"vnfd: {id: a}\n---\nvnfd: {id: b}"}, "a descriptor is one document of YAML; here are 2"),
        ({"a/v.yaml": b"vnfd: [\n"}, "this is no YAML"),
        ({"a/v.yaml": b"\xff\xfe"}, "this file is no UTF-8 text"),
        ({"a/v.json": b"[" * 100_000}, "nested"),
        ({"a/v.yaml": BOMB}, "more than"),
        ({"a/v.yaml": b"vnfd: {id: a}", "a/checksums.txt": b"0" * 32 + b"\ta/v.yaml\n"}, "its checksum is another"),
        ({"a/v.yaml": b"vnfd: {id: a}", "a/checksums.txt": b"0" * 32 + b"\ta/w.yaml\n"}, "is listed and not in the package"),
    ],
)
def test_archives_that_are_no_packages(files: dict[str, bytes], wrong: str) -> None:
    content = packed(files)
    with pytest.raises(InputError) as refused:
        of_archive(content, archives.opened(content, "p.tar.gz", "p.tar.gz"), "p.tar.gz")
    assert wrong in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["../v.yaml", "/v.yaml", "a/../../v.yaml"])
def test_archives_that_lead_out_of_themselves(name: str) -> None:
    with pytest.raises(InputError, match="leads out of the archive"):
        archives.opened(packed({name: b"vnfd: {id: a}"}), "p.tar.gz", "p.tar.gz")


def test_paths() -> None:
    text = b"vnfd: {id: a}"
    assert given("x/v.yaml", {"v.yaml": text}, text).id == "a"
    assert given("x", {"v.yaml": text, "checksums.txt": b"old"}, None).content == of_folder({"v.yaml": text}, "x").content
    with pytest.raises(InputError, match="all files of it are in one folder"):
        given("x/v.qcow2", {"v.qcow2": text}, text)

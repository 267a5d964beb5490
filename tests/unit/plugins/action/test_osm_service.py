# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``osm_service`` against the emulator of OSM: what it keeps, what it tells beforehand, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.osm_onboarding import of_descriptor

from .osm_descriptors import VIDEO, nsd, vnfd


def steps(answer: dict[str, Any]) -> list[str]:
    assert not answer.get("failed"), answer["msg"]
    return [f"{one['action']} {one['kind']} {one['name']}" for one in answer["plan"]]


def kept(bench: Any, **options: Any) -> list[str]:
    """What is done is what was told beforehand, and nothing is left to do."""
    bench.changing()
    told = bench("osm_service", check=True, **options)
    assert bench.changing() == []
    answer = bench("osm_service", **options)
    assert steps(answer) == steps(told)
    assert (answer["diff"], answer["changed"]) == (told["diff"], bool(answer["plan"]))
    bench.changing()
    again = bench("osm_service", **options)
    assert (again["changed"], again["plan"], bench.changing()) == (False, [], [])
    return steps(answer)


def test_a_life(bench: Any) -> None:
    made = ["create VNF package cache", "create NS package video", "create network service video"]
    assert kept(bench, **VIDEO) == made
    assert kept(bench, **VIDEO, scale=[{"vdu": "vm", "count": 3}]) == ["update count video/1/vm"]
    answer = bench("osm_service", **VIDEO, scale=[{"vdu": "vm", "count": 2}])
    assert [one["kind"] for one in answer["operations"]] == ["scale"]
    assert answer["diff"] == {"before": {"count video/1/vm": {"count": 3}}, "after": {"count video/1/vm": {"count": 2}}}
    assert [one["vdu"] for one in answer["service"]["vnfs"][0]["vdus"]] == ["vm", "vm"]
    assert kept(bench, **VIDEO) == []
    newer = {**VIDEO, "descriptors": [vnfd(cpus=2, version="2.0"), nsd()]}
    assert kept(bench, **newer) == ["update VNF package cache", "update VNF video/1"]
    assert bench("osm_service", **newer)["service"]["vnfs"][0]["revision"] == 2
    gone = {**newer, "state": "absent", "remove_packages": True}
    assert kept(bench, **gone) == ["delete network service video", "delete NS package video", "delete VNF package cache"]
    assert bench.counts() == {"vnfds": 0, "nsds": 0, "instances": 0}


def test_a_new_service_is_scaled_at_once_and_within_its_bounds(bench: Any) -> None:
    two = {**VIDEO, "descriptors": [vnfd(step=2, most=2), vnfd("fw"), nsd("cache", "fw", "fw")]}
    scale = [{"vnf": "1", "vdu": "vm", "count": 5}, {"vnf": "3", "vdu": "vm", "count": 2}]
    assert kept(bench, **two, scale=scale)[-2:] == ["update count video/1/vm", "update count video/3/vm"]
    for wanted, wrong in (
        ({"vnf": "1", "vdu": "vm", "count": 4}, "there are 5 of vm, and more adds 2 at a time; take 3 or 5"),
        ({"vnf": "1", "vdu": "vm", "count": 7}, "7 of vm cannot be; its VNFD allows from 1 to 5"),
        ({"vnf": "1", "vdu": "vm", "count": 0}, "0 of vm cannot be; its VNFD allows from 1 to 5"),
        ({"vdu": "vm", "count": 2}, "say which VNF, in vnf; the network service has: 1, 2, 3"),
        ({"vnf": "9", "vdu": "vm", "count": 2}, "there is no VNF '9'"),
        ({"vnf": "2", "vdu": "box", "count": 2}, "the VNF 2 has no VDU 'box'; it has: vm"),
        ({"vnf": "2", "vdu": "vm", "count": 2, "aspect": "less"}, "has no such scaling aspect for vm; it has: more"),
    ):
        answer = bench("osm_service", **two, scale=[wanted])
        assert answer["failed"] is True
        assert wrong in answer["msg"]
        assert answer["changed"] is False


def test_what_is_in_use_and_has_changed(bench: Any) -> None:
    bench("osm_service", **VIDEO)
    refused = bench("osm_service", **{**VIDEO, "descriptors": [vnfd(cpus=2), nsd()]})
    assert "422 Error in validating new descriptor: ['virtual-compute-desc'] cannot be modified" in refused["msg"]
    assert "raise software-version in its VNFD" in refused["msg"]
    other = {**VIDEO, "descriptors": [vnfd(), nsd(description="another")]}
    for options in (other, {**VIDEO, "parameters": {"ssh_keys": ["a"]}}, {**VIDEO, "vim_account": "other"}):
        refused = bench("osm_service", **options)
        assert "which OSM cannot change while it runs: give recreate: true" in refused["msg"]
        assert refused["changed"] is False
        made = kept(bench, **options, recreate=True)
        assert [one for one in made if "network" in one] == ["delete network service video", "create network service video"]
        bench("osm_service", **VIDEO, recreate=True)
    anew = kept(bench, **{**VIDEO, "descriptors": [vnfd(cpus=2), nsd()]}, upgrade=False, recreate=True)
    assert anew == ["delete network service video", "update VNF package cache", "create network service video"]


def test_packages_alone_and_those_that_others_use(bench: Any) -> None:
    alone = {"descriptors": VIDEO["descriptors"]}
    assert kept(bench, **alone) == ["create VNF package cache", "create NS package video"]
    bench("osm_service", **VIDEO)
    bench("osm_service", descriptors=[nsd(name="second")])
    left = bench("osm_service", **alone, state="absent", remove_packages=True)
    assert (left["changed"], len(left["warnings"])) == (False, 2)
    assert "the VNFD cache stays: network service video, NSD video, NSD second uses it" in left["warnings"]
    some = bench("osm_service", **VIDEO, state="absent", remove_packages=True)
    assert steps(some) == ["delete network service video", "delete NS package video"]
    assert some["warnings"] == ["the VNFD cache stays: NSD second uses it"]
    assert "give name, or packages and remove_packages" in bench("osm_service", **alone, state="absent")["msg"]
    assert bench.counts() == {"vnfds": 1, "nsds": 1, "instances": 0}


def test_nothing_of_somebody_else_is_touched(bench: Any) -> None:
    bench("osm_service", descriptors=VIDEO["descriptors"])
    body = {"nsName": "video", "nsdId": bench.state.descriptors[0]["_id"], "vimAccountId": bench.state.vims[0]["_id"]}
    theirs = bench.state.create({**body, "nsDescription": "superfluidity.nfv:service=videos"})["id"]
    for state in ("present", "absent"):
        answer = bench("osm_service", **VIDEO, state=state)
        assert f"OSM has a network service video that is not ours (id {theirs})" in answer["msg"]
    assert list(bench.state.instances) == [theirs]


def test_a_nsd_and_accounts_of_the_catalogue(bench: Any) -> None:
    bench("osm_service", descriptors=VIDEO["descriptors"])
    told = {"name": "a", "nsd": "video", "vim_account": "lab", "vim_accounts": {"1": "other"}}
    vnf = [{"member-vnf-index": "1", "vdu": [{"id": "vm", "vim-flavor-id": "big"}]}]
    assert kept(bench, **told, parameters={"vnf": vnf}) == ["create network service a"]
    ids = {one["name"]: one["_id"] for one in bench.state.vims}
    assert bench.state.told[-1]["vimAccountId"] == ids["lab"]
    assert bench.state.told[-1]["vnf"] == [{**vnf[0], "vimAccountId": ids["other"]}]
    bench.state.vims[1]["_admin"] = {"operationalState": "ERROR", "detailed-status": "no such project"}
    for changes, wrong in (
        ({"nsd": "film"}, "OSM has no NSD 'film'; it has: video"),
        ({"nsd": None}, "say of which NSD the network service is to be"),
        ({"vim_account": None}, "say where the network service is to be"),
        ({"vim_account": "moon"}, "OSM has no VIM account 'moon'; it has: lab, other"),
        ({"vim_accounts": {"1": "other"}}, "the VIM account other is in the state ERROR: no such project"),
        ({"name": "a b"}, "name: 'a b' cannot be the name of a network service"),
        ({"parameters": {"nsDescription": "x"}}, "parameters.nsDescription: other options say that"),
        (
            {"vim_accounts": {}, "parameters": {"speed": 1}},
            "422 Format error: Additional properties are not allowed ('speed' was",
        ),
        ({"vim_accounts": {}, "parameters": {"vld": [{"name": "x"}]}}, "vld:name='x' is not present at nsd:vld"),
    ):
        answer = bench("osm_service", **{**told, "name": "b", **changes})
        assert wrong in answer["msg"], answer
        assert answer["changed"] is False
    assert len(bench.state.instances) == 1


def test_vdus_that_are_ill_are_healed_when_asked(bench: Any) -> None:
    bench("osm_service", **VIDEO, scale=[{"vdu": "vm", "count": 2}])
    (record,) = bench.state.records.values()
    record["vdur"][1]["vim_info"] = {"vim:x": {"vim_status": "VIM_ERROR"}}
    record["vdur"][0]["status"] = "ERROR"
    assert kept(bench, **VIDEO) == []
    answer = bench("osm_service", **VIDEO, heal=True)
    assert steps(answer) == ["update health video/1"]
    assert answer["diff"]["before"] == {"health video/1": {"vm-0": "ERROR", "vm-1": "VIM_ERROR"}}
    assert record["vdur"][0]["status"] == "ACTIVE"


def test_archives_folders_and_files_are_the_same_package(bench: Any, tmp_path: Path) -> None:
    package = of_descriptor(vnfd(), "here")
    (tmp_path / "cache.tar.gz").write_bytes(package.content)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/cache_vnfd.yaml").write_bytes(package.files["cache_vnfd.yaml"])
    (tmp_path / "cache.json").write_text(json.dumps(vnfd()))
    assert kept(bench, packages=[str(tmp_path / "cache.tar.gz")]) == ["create VNF package cache"]
    assert kept(bench, packages=[str(tmp_path / "folder")]) == []
    assert kept(bench, packages=[str(tmp_path / "cache.json")]) == []
    twice = bench("osm_service", packages=[str(tmp_path / "cache.json")], descriptors=[vnfd()])
    assert "two of the packages are of the VNFD cache; give one" in twice["msg"]


@pytest.mark.parametrize("revisions", [True, False])
def test_an_osm_that_counts_no_revisions_is_not_asked_to_change_packages(bench: Any, revisions: bool) -> None:
    bench("osm_service", **VIDEO)
    if not revisions:
        for record in bench.state.records.values():
            del record["revision"]
    answer = bench("osm_service", **{**VIDEO, "descriptors": [vnfd(version="2.0"), nsd()]})
    assert steps(answer) == ["update VNF package cache", *(["update VNF video/1"] if revisions else [])]

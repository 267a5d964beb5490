# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry to all languages: recognition, refusal, and what may never happen whatever the input."""

from __future__ import annotations

import contextlib
import json

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_kubernetes import to_kubernetes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MODEL = {"name": "a", "functions": [{"name": "f", "vdus": [{"name": "v", "kind": "vm"}]}]}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["web", "pod", "eth", "users", "id"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "content"])
def test_the_model_itself_is_a_language(name: str) -> None:
    reading = read({name: json.dumps(MODEL).encode()})
    assert reading.format == "model"
    assert reading.service["functions"][0]["site"] == {"role": "core"}


def test_the_model_takes_up_the_files_that_it_names() -> None:
    text = b"name: a\nfunctions: [{name: f, vdus: [{name: p, kind: pod, descriptor: p.yaml}]}]\n"
    assert read({"a.yaml": text, "k8s/p.yaml": b"kind: Pod\n"}).service["documents"] == {"p.yaml": "kind: Pod\n"}
    with pytest.raises(InputError, match=r"functions\[0\]\.vdus\[0\]\.descriptor: there is no document p\.yaml"):
        read({"a.yaml": text})


LINES = """\
# a service
name: a
functions:
  - name: f
    site: {role: edge}
    vdus:
      - name: v
        kind: vm
        vcpus: 2
links:
  - {name: l, kind: lan,
     endpoints: [f.x]}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("vcpus: 2", "vcpus: many", "a.yaml:9: functions[0].vdus[0].vcpus: 'many' is not of the type integer"),
        ("vcpus: 2", "vcpu: 2", "a.yaml:7: functions[0].vdus[0]: the key vcpu is not known here"),
        ("{role: edge}", "{role: egde}", "a.yaml:5: functions[0].site.role: 'egde' is none of"),
        ("kind: lan", "kind: lan", "a.yaml:12: links[0].endpoints[0]: there is no connection point f.x"),
        ("name: a\n", "name: [a]\n", "a.yaml:2: name: "),
        ("    vdus:", "    vdus: {x:", "a.yaml:7: this is no YAML"),
    ],
)
def test_a_mistake_in_a_model_has_file_and_line(right: str, wrong: str, place: str) -> None:
    with pytest.raises(InputError) as refused:
        read({"a.yaml": LINES.replace(right, wrong).encode(), "other.yaml": b"x: 1\n"}, "model" if "x:" in wrong else "auto")
    assert str(refused.value).startswith(place)


def test_a_mistake_in_a_model_in_json_has_file_and_line() -> None:
    text = json.dumps(MODEL, indent=1).replace('"vm"', '"wm"')
    line = 1 + text[: text.index('"wm"')].count("\n")
    with pytest.raises(InputError, match=rf"a\.json:{line}: functions\[0\]\.vdus\[0\]\.kind: 'wm' is none of"):
        read({"a.json": text.encode()})


def test_a_text_in_place_of_a_file_may_be_any_language(shop) -> None:
    assert read({"content": shop.merged()["shop.json"]}).format == "superfluidity"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "no service descriptor was recognised in no files"),
        (
            {"a.txt": b"hello"},
            r"a\.txt: no service descriptor was recognised in a\.txt; known formats are superfluidity, nemo, sol001, .*, model",
        ),
        ({"a.yaml": b"name: [\n"}, r"a\.yaml:2: this is no YAML"),
        ({"a.json": b"\xff\xfe"}, r"a\.json:1: this file is no UTF-8 text"),
        ({"a.json": b"[" * 100_000}, r"a\.json: this JSON is nested too deeply"),
        ({"a.json": b'{"a": ' * 70 + b"1" + b"}" * 70}, r"a\.json: this is nested more than 60 levels deep"),
        ({"a.json": b'{"a": NaN}'}, r"the number nan cannot be used here"),
        ({"a.json": b'{"a": "\\ud800"}'}, r"half of a surrogate pair"),
        ({"a.yaml": b"1: 2\n"}, r"the key 1 is no text; put it in quotes"),
        ({"a.yaml": b"&a [*a]\n"}, r"nested more than 60 levels deep"),
        ({"a.yaml": b"name: 2020-13-45\n"}, "no service descriptor was recognised"),
    ],
)
def test_unreadable_files_are_refused_in_one_sentence(files: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read(files)


def test_aliases_that_multiply_are_refused() -> None:
    lines = [b"a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 8)) for n in range(1, 12)]
    with pytest.raises(InputError, match="this holds more than 200000 values"):
        read({"a.yaml": b"\n".join(lines)})


def test_a_language_that_nobody_reads() -> None:
    with pytest.raises(
        InputError,
        match="the format latin cannot be read; known are auto, superfluidity, nemo, sol001, osm, sol006, openmano, model",
    ):
        read({"a.json": b"{}"}, "latin")


def places(value: object, path: tuple = ()) -> list[tuple]:
    """The path of every value inside ``value``."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for key, item in inner for one in places(item, (*path, key)))]


def change(value: object, path: tuple, new: object) -> object:
    """``value`` with ``new`` at ``path``."""
    if not path:
        return new
    answer = value.copy()
    answer[path[0]] = change(value[path[0]], path[1:], new)
    return answer


@QUICK
@given(data=st.data())
def test_a_mutated_descriptor_is_read_or_refused_and_nothing_else(shop, data: st.DataObject) -> None:
    rich = json.loads(shop.merged()["shop.json"])
    rich["vnfd"]["web"]["vdu"][0] |= {"swImageDesc": {"swImage": "x"}, "virtualComputeDesc": "c", "configurableProperties": {}}
    rich["vnfd"]["web"]["virtualComputeDesc"] = [{"virtualComputeDescId": "c", "virtualCpu": {"numVirtualCpu": 1}}]
    rich["vnfd"]["web"]["modifiableAttributes"]["metadata"] = [
        {"types": [{"outside": "OS::Neutron::ProviderNet"}]},
        {"properties": [{"outside": [{"network_type": "flat"}, {"segmentation_id": 3}]}]},
        {"CPIPv4CIDR": [{"inner": [{"cidr": "10.0.0.0/24"}]}]},
        {"CPIPv4FixedIP": [{"eth": "10.0.0.4"}]},
        {"site": [{"web": {"role": "edge"}}]},
    ]
    for _time in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(rich)))
        rich = change(rich, path, data.draw(ANYTHING))
    files = {"shop.json": json.dumps(rich).encode()}
    with contextlib.suppress(InputError):
        assert read(files) == read(files)


@QUICK
@given(st.dictionaries(st.sampled_from(["a.json", "b.yaml", "c.click", "d"]), st.binary(max_size=60), max_size=3))
def test_any_bytes_are_read_or_refused(files: dict[str, bytes]) -> None:
    with contextlib.suppress(InputError):
        read(files)


@settings(QUICK, max_examples=40)
@given(data=st.data())
def test_a_mutated_model_is_translated_or_refused(video, data: st.DataObject) -> None:
    service = read(video).service
    mutated = change(service, data.draw(st.sampled_from(places(service))), data.draw(ANYTHING))
    with contextlib.suppress(InputError):
        mutated = read({"a.json": json.dumps(mutated).encode()}, "model").service
        assert to_heat(mutated, {"name": "edge-1", "role": "edge"})["heat_template_version"]
        assert isinstance(to_kubernetes(mutated, {"name": "edge-1", "role": "edge"}), list)


def test_a_connection_point_that_no_link_ends_in_is_told() -> None:
    point = [{"name": name, "vdu": "v"} for name in ("in", "out", "spare")]
    functions = [{**MODEL["functions"][0], "connection_points": point}]
    model = {**MODEL, "functions": functions, "links": [{"name": "l", "kind": "lan", "endpoints": ["f.in", "f.out"]}]}
    reading = read({"a.json": json.dumps(model).encode()})
    assert [finding["message"] for finding in reading.warnings] == ["no link ends in f.spare, so it gets no port"]

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is done to a real descriptor, a reader answers or refuses in one sentence; nothing else ever leaves it."""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import LANGUAGES, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .descriptors_of_all_languages import DESCRIPTORS

QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
ODD: list = [None, True, False, 0, -1, 1.5, 10**30, "", "x", "none", "../..", "a.b", "VNF", "tosca.nodes.nfv.VNF", [], [[]]]
ODD += [[None], {}, {"id": None}, {"get_input": "x"}, {"get_input": ["a"]}, {"a": {"a": {}}}, [1, "a", {}], "1 GB", "-3 GB"]
ODD += ["10.0.0.0/24", "é" * 70, "\x00"]
PLACES = int(os.environ.get("PLACES", "12"))
"""How many places of each file are changed; all of them take a minute."""
DATA = Path(__file__).parents[5].parent / "shared" / "data"
REAL = [
    "sol006/example-data",
    "openmano/openmano/vnfs/examples",
    "openmano/openmano/scenarios",
    "sol001/etsi_getting_started",
    "sol001/free5gc",
    "rdcl3d/Superfluidity-example-01",
    "rdcl3d/Superfluidity-example-k8s-01",
]


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The path of every value inside ``value``."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def changed(value: object, path: tuple, new: object) -> object:
    whole = copy.deepcopy(value)
    at = whole
    for key in path[:-1]:
        at = at[key]  # type: ignore[index]
    if new is ...:
        del at[path[-1]]  # type: ignore[attr-defined]
    else:
        at[path[-1]] = new  # type: ignore[index]
    return whole


def read_or_refused(files: dict[str, bytes], language: str = "auto", nsd: str | None = None) -> None:
    try:
        reading = read(files, language, nsd=nsd)
    except InputError as refusal:
        sentence = str(refusal)
    else:
        sentence = "read"
        json.dumps(reading.service)
        assert all(set(warning) == {"message", "path", "line"} for warning in reading.warnings)
    assert sentence.strip()
    assert "\n" not in sentence


@pytest.mark.parametrize("name", sorted(DESCRIPTORS))
@pytest.mark.one_python
def test_each_place_with_each_wrong_value(name: str) -> None:
    """Places drawn from all, each with nothing or with a value drawn for it."""
    language, files = DESCRIPTORS[name]
    draw = random.Random(name)
    for file, content in files.items():
        if not file.endswith((".yaml", ".json")):
            continue
        whole = next(yaml.safe_load_all(content), None)
        every = list(places(whole))
        for path in draw.sample(every, min(len(every), PLACES)):
            new = draw.choice([..., *ODD])
            read_or_refused({**files, file: json.dumps(changed(whole, path, new)).encode()}, language)


@QUICK
@given(st.data())
def test_bytes_of_any_descriptor_may_be_anything(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(DESCRIPTORS)))
    language, files = DESCRIPTORS[name]
    file = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[file])
    for _change in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    read_or_refused({**files, file: bytes(content)}, data.draw(st.sampled_from(["auto", language])))


@QUICK
@given(st.sampled_from(sorted(LANGUAGES)), st.dictionaries(st.text(max_size=8), st.binary(max_size=40), max_size=3))
def test_any_files_in_any_format(language: str, files: dict[str, bytes]) -> None:
    read_or_refused(files, language)


@pytest.mark.one_python
@pytest.mark.parametrize("folder", REAL)
def test_lines_of_real_files_may_be_lost_or_exchanged(folder: str) -> None:
    if not (DATA / folder).exists():
        pytest.skip(f"{folder} is not in ../shared/data")
    files = {
        str(one.relative_to(DATA / folder)): one.read_bytes() for one in sorted((DATA / folder).rglob("*")) if one.is_file()
    }
    small = [name for name, content in files.items() if len(content) < 12_000 and not name.endswith((".py", "LICENSE"))]
    draw = random.Random(folder)
    for _round in range(12):
        name = draw.choice(small)
        lines = files[name].split(b"\n")
        first, second = draw.randrange(len(lines)), draw.randrange(len(lines))
        lines[first], lines[second] = (lines[second], lines[first]) if draw.random() < 0.5 else (b"", lines[second])
        alone = {name: b"\n".join(lines)}
        read_or_refused(alone)
        if len(files) < 20:
            read_or_refused({**files, **alone}, nsd=draw.choice([None, "complex", "service-chain-1"]))

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From samples to a mapping and to the options of the optimisation, without anything that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.store import Store
from ansible_collections.superfluidity.nfv.plugins.modules.service_characterise import SECTIONS
from ansible_collections.superfluidity.nfv.plugins.plugin_utils.campaign_keepers import InFile
from ansible_collections.superfluidity.nfv.plugins.plugin_utils.campaign_reading import campaign_from
from ansible_collections.superfluidity.nfv.plugins.plugin_utils.characterising import Characterisation, means

CASE = Path(__file__).parents[4] / "playbooks/files/characterisation"


def made(store: Path, **action: Any) -> Characterisation:
    """The shipped campaign with another action."""
    sections = yaml.safe_load((CASE / "campaign.yml").read_text(encoding="utf-8"))
    if action:
        sections["methodology"]["action"] = action
    document = yaml.safe_load((CASE / "nginx.yml").read_text(encoding="utf-8"))
    return Characterisation(campaign_from(SECTIONS.validated(sections)), document, InFile(str(store)))


def test_means_are_those_under_nearly_the_full_load_of_each_experiment() -> None:
    samples = [
        {"experiment": 1, "users": 1, "latency": 100.0},
        {"experiment": 1, "users": 9, "latency": 4.0, "odd": 1.0},
        {"experiment": 1, "users": 10, "latency": 2.0},
        {"experiment": 2, "users": 5, "latency": 7.0},
    ]
    assert means(samples) == [{"experiment": 1, "users": 9.5, "latency": 3.0}, {"experiment": 2, "users": 5, "latency": 7.0}]


def test_the_options_of_the_optimisation(tmp_path: Path) -> None:
    options = made(tmp_path / "s").optimisation()
    assert options["store"] == str(tmp_path / "s")
    assert options["parameters"] == ["ram", "vcpus", "vnic_type", "file_cache"]
    assert (options["load"], options["fixed"]) == ("users", {})
    assert set(options["sla_classes"]) == {"class_A", "class_B"}
    own = {name: options[name] for name in ("sla_classes", "costs")} | {"load": "requests", "class_rule": "ordered"}
    british = made(tmp_path / "s", type="template_optimisation", parameters=own)
    assert (british.optimisation()["load"], british.optimisation()["class_rule"]) == ("requests", "ordered")
    assert made(tmp_path / "s", type="kpi_mapping").optimisation() == {}


def test_kpi_mapping_of_stored_samples(tmp_path: Path) -> None:
    one = made(tmp_path / "s", type="kpi_mapping", parameters={"slos": ["latency"]})
    store: Store = one.opened()
    try:
        assert one.kpi_mapping(store) == {}
        for number, (identifier, _state) in enumerate(store.numbers().values()):
            rows = [{"time": 1.0, "users": 5, "latency": float(number), "service_cpu": number / 48, "host_cpu": 1.0}]
            store.finish(identifier, 0, 1, rows)
        found = one.kpi_mapping(store)
        assert one.left(store) == 0
    finally:
        store.close()
    assert list(found) == ["latency"]
    assert [row["metric"] for row in found["latency"]] == ["service_cpu", "host_cpu"]
    assert found["latency"][0]["correlation"] == pytest.approx(1)
    assert found["latency"][1]["strength"] == 0

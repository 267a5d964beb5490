# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on characterisation shows the shipped campaign, and names all that there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.telemetry import COLUMNS
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.campaign_options import DEPLOYER_SECTIONS, SSH, WAITING
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.options import KUBERNETES, OPENSTACK
from ansible_collections.superfluidity.nfv.plugins.modules.service_characterise import METHODOLOGY, SECTIONS
from ansible_collections.superfluidity.nfv.plugins.plugin_utils.campaign_reading import campaign_from
from ansible_collections.superfluidity.nfv.plugins.plugin_utils.characterising import Characterisation
from ansible_collections.superfluidity.nfv.plugins.plugin_utils.use_cases import USE_CASES

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/characterisation.md").read_text(encoding="utf-8")


def test_the_campaign_shown_is_the_one_that_is_shipped() -> None:
    [shown] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    shipped = (TOP / "playbooks/files/characterisation/campaign.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(shown) == yaml.safe_load(shipped)


@pytest.mark.parametrize("name", USE_CASES)
def test_each_use_case_has_a_row_with_its_parameters_and_metrics(name: str) -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    spec = USE_CASES[name].spec.argument_spec
    parameters = {key for key in spec if not key.startswith("step_") and key not in SSH.argument_spec}
    wanted = {f"`{one}`" for one in {*parameters, *USE_CASES[name].metrics}}
    assert any(wanted <= set(re.findall(r"`\w+`", row)) for row in rows)


def test_each_deployer_has_its_options_and_each_way_to_a_host() -> None:
    for name, spec in DEPLOYER_SECTIONS.items():
        [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
        shared = {*OPENSTACK.argument_spec, *KUBERNETES.argument_spec, *WAITING.argument_spec}
        assert {f"`{one}`" for one in {*spec.argument_spec} - shared} <= set(re.findall(r"`\w+`", row))
    assert {one for one in SSH.argument_spec if f"`{one}`" not in PAGE} == set()


def test_the_shipped_campaign_of_heat_is_sound() -> None:
    folder = TOP / "playbooks/files/characterisation/heat"
    sections = SECTIONS.validated(yaml.safe_load((folder / "campaign.yml").read_text(encoding="utf-8")))
    template = yaml.safe_load((folder / "origin.yml").read_text(encoding="utf-8"))
    assert Characterisation(campaign_from(sections), template, "none").planned == 12


def test_all_telemetry_is_named() -> None:
    assert {name for name in COLUMNS if f"`{name}`" not in PAGE} == set()


def test_the_number_of_failures_that_end_a_campaign() -> None:
    assert METHODOLOGY["max_failures"]["default"] == 3
    assert "Three in a row" in PAGE


def recorded() -> dict[tuple[float, str], list[list[float]]]:
    """All samples of the shipped campaign by what decides, from its record."""
    file = TOP / "tests/unit/plugins/module_utils/characterisation/recorded_campaign.json"
    found: dict[tuple[float, str], list[list[float]]] = {}
    for row in json.loads(file.read_text(encoding="utf-8")):
        found.setdefault((row["vcpus"], row["vnic_type"]), []).extend(row["samples"])
    return found


def test_what_came_out_is_what_was_recorded() -> None:
    rows = re.findall(r"^\| (0\.\d) \| (\w+) \| (\S+) to (\S+) \| (\S+) to (\S+) \|", PAGE, re.MULTILINE)
    shown = {(float(vcpus), vnic): tuple(map(float, ends)) for vcpus, vnic, *ends in rows}
    assert shown.keys() == recorded().keys()
    for key, samples in recorded().items():
        throughput, latency = zip(*samples, strict=True)
        ends = min(throughput), max(throughput), min(latency), max(latency)
        assert shown[key] == tuple(round(end, digits) for end, digits in zip(ends, (0, 0, 1, 1), strict=True)), key


def test_the_pictures_beside_it_are_there() -> None:
    """That they are those that are drawn is seen to with the page on templates."""
    for name in re.findall(r"\(images/(\S+)\)", PAGE):
        assert (TOP / "docs/images" / name).exists()
    assert "images/characterisation-campaign.svg" in PAGE

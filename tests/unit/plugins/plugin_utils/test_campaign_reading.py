# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From sections to a campaign, and what is refused on the way."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.modules.service_characterise import SECTIONS
from ansible_collections.superfluidity.nfv.plugins.plugin_utils.campaign_reading import campaign_from

CASE = Path(__file__).parents[4] / "playbooks/files/characterisation"


def sections() -> dict[str, Any]:
    """Of the shipped campaign."""
    return yaml.safe_load((CASE / "campaign.yml").read_text(encoding="utf-8"))


def read(**action: Any) -> None:
    """Read the shipped campaign with another action."""
    changed = sections()
    changed["methodology"]["action"] = action
    campaign_from(SECTIONS.validated(changed))


def test_an_unknown_action_is_refused() -> None:
    with pytest.raises(InputError, match=r"action.type: 'placement' is unknown; there are: kpi_mapping, template_optimi"):
        read(type="placement")
    with pytest.raises(InputError, match=r"action.parameters: a mapping is expected"):
        read(type="kpi_mapping", parameters=["latency"])
    with pytest.raises(InputError, match=r"action.kind: is unknown; there are: type, parameters"):
        read(kind="kpi_mapping")


GOOD: dict[str, Any] = sections()["methodology"]["action"]["parameters"]
AT = r"^methodology\.action\.parameters"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, None),
        ({"labels": "quantile", "probability": 0.9, "algorithm": "cart", "slos": ["latency"], "parameters": ["ram"], "costs":
          {"ram": {"32": 1, 64: 2}}}, None),
        ({"algorithm": "id3"}, f"{AT}: value of algorithm must be one of: c45, cart, got: id3"),
        ({"sla_clases": {}}, f"{AT}: there is no option sla_clases"),
        ({"window": 7}, rf"{AT}\.window: 7 is not a share from 0 to 1"),
        ({"costs": {}}, rf"{AT}\.costs\.ram: is missing; give a cost for each value"),
        ({"costs": {**GOOD["costs"], "ram": {32: 1}}}, rf"{AT}\.costs\.ram: there is no cost for its value 64; there are"),
        ({"costs": {**GOOD["costs"], "disk": {1: 1}}}, rf"{AT}\.costs\.disk: there is no parameter of that name"),
        ({"parameters": ["cores"], "costs": {"cores": {1: 1}}}, rf"{AT}\.parameters: 'cores' is no parameter; there are: ram"),
        ({"store": "x.sqlite"}, rf"{AT}\.store: is not for a campaign, which has its own store; leave it out"),
    ],
)  # fmt: skip
def test_what_would_fail_after_the_last_experiment_is_refused_before_the_first(
    changes: dict[str, Any], sentence: str | None
) -> None:
    with pytest.raises(InputError, match=sentence) if sentence else nullcontext():
        read(type="template_optimisation", parameters={**GOOD, **changes})


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"sla_classes": {"A": {"latency": ["{} < 1", "{} > 2"]}}},
            r"action\.parameters\.sla_classes\.A\.latency: no value meets all",
        ),
        ({"sla_classes": {"A": {"latency": ["fast"]}}}, r"sla_classes\.A\.latency: 'fast' is not a bound"),
        ({"sla_classes": {"A": {"latency": ["{} < 1"]}}, "class_rule": "best"}, "class_rule is one of exact, ordered"),
        (
            {"sla_classes": {"A": {"latency": ["{} < 1", "{} > 0"]}}, "class_rule": "ordered"},
            r"action\.parameters\.goals\.latency: is missing",
        ),
    ],
)
def test_classes_that_say_nothing_are_refused_before_the_first_experiment(parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read(type="template_optimisation", parameters=parameters)


def prometheus(**changes: Any) -> dict[str, Any]:
    changed = sections()
    changed["experiment"]["prometheus"] = {"url": "http://127.0.0.1:9090", "queries": {"gpu": "avg(gpu)"}, **changes}
    return SECTIONS.validated(changed)


def test_queries_are_of_the_campaign_and_secrets_are_kept_nowhere() -> None:
    campaign = campaign_from(prometheus(password="sesame", username="me"))
    kept = str(campaign.identity({}))
    assert "avg(gpu)" in kept
    assert "sesame" not in kept
    assert "queries" not in campaign_from(SECTIONS.validated(sections())).identity({})  # stores of before stay what they were


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"queries": {}}, r"experiment\.prometheus\.queries: is empty"),
        ({"queries": {"a b": "x"}}, r"prometheus\.queries\.a b: give each column"),
        ({"queries": {"gpu": ""}}, r"prometheus\.queries\.gpu: give each column"),
        ({"queries": {"host_cpu": "x"}}, r"prometheus\.queries\.host_cpu: is the name of a column"),
        ({"queries": {"latency": "x"}}, r"prometheus\.queries\.latency: is the name of a column"),
        ({"queries": {"ram": "x"}}, r"prometheus\.queries\.ram: is the name of a column or a parameter"),
        ({"url": "prometheus:9090"}, r"prometheus\.url: 'prometheus:9090' is no address"),
        ({"timeout": 0}, r"prometheus\.timeout: give seconds above 0"),
    ],
)
def test_what_is_asked_of_a_prometheus_must_be_sound(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        campaign_from(prometheus(**changes))

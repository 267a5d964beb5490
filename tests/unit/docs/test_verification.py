# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page on verification shows is what the module answers, and so are its pictures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.elements import TYPES, element
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.grammar import GRAMMARS, TERMS
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.layouts import TEMPLATES
from ansible_collections.superfluidity.nfv.plugins.module_utils.symbolic.netctl_text import read
from ansible_collections.superfluidity.nfv.plugins.modules.sefl_verify import SPEC, decide

pytest.importorskip("oxidd")

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/verification.md").read_text(encoding="utf-8")
CLICK = (TOP / "docs/click.md").read_text(encoding="utf-8")
MODULE = "superfluidity.nfv.sefl_verify"
ROUTES = """
fc00:1::/64 dev eth0 proto kernel metric 256 pref medium
fc00:2::/64 via fc00:1::2 dev eth0 metric 1024 pref medium
10.2.0.0/16  encap seg6 mode encap segs 1 [ fc00:2::d4 ] dev eth0 table 100
"""


def blocks(language: str, page: str = PAGE) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def starting(language: str, words: str) -> str:
    [block] = [block for block in blocks(language) if block.startswith(words)]
    return block


TASKS = [task[MODULE] for block in map(yaml.safe_load, blocks("yaml")) if isinstance(block, list) for task in block]
FIRST, CONNECTION = TASKS


def answer(**task: Any) -> dict[str, Any]:
    options = ArgumentSpecValidator(SPEC.to_kwargs()["argument_spec"]).validate(task)
    assert not options.error_messages
    return decide(options.validated_parameters, Files())


def one(kind: str, content: str, packets: dict[str, Any], *formulas: str) -> list[dict[str, Any]]:
    """What is said of an element ``x`` alone."""
    network = {"elements": {"x": {"type": kind, "content": content}}}
    policies = [{"name": str(number), "formula": formula} for number, formula in enumerate(formulas)]
    return answer(network=network, packets=[packets], policies=policies)["policies"]


def test_the_first_example_is_violated_as_shown() -> None:
    found = answer(**FIRST)
    assert found["msg"].split() == starting("text", "no-ssh").split()
    assert [policy["verdict"] for policy in found["policies"]] == ["violated", "holds", "holds"]
    assert f"`{found['policies'][0]['packets'][0]}`" in PAGE


def test_the_connection_holds() -> None:
    assert answer(**CONNECTION)["holds"]


def test_a_connection_that_a_firewall_breaks_is_told_as_shown() -> None:
    task = yaml.safe_load(yaml.safe_dump(CONNECTION).replace("If (present(@asked))", "If (tcp.dstport == 80)"))
    shown = ".*".join(map(re.escape, " ".join(starting("text", "answered").split()).split("…")))
    assert re.fullmatch(shown, answer(**task)["msg"])


def test_a_relation_is_shown_as_a_formula() -> None:
    pytest.importorskip("z3")
    packets = {"at": "x.in", "template": "tcp", "fields": {"ip.src": "10.0.0.0/8", "tcp.dstport": 80}}
    [found] = one("sefl", "port in { If (ip.src < tcp.seq) { Forward(out) } Else { Drop } }", packets, "AF delivered")
    assert (found["packets"], found["exact"]) == ([starting("text", "at x.in").strip()], False)


def test_the_program_in_sefl_does_what_it_says() -> None:
    inside, outside = ({"at": f"x.{port}", "template": "tcp"} for port in ("inside", "outside"))
    program = starting("text", "port outside")
    assert one("sefl", program, inside, "AF (delivered && ip.src == 192.0.2.1)")[0]["holds"]
    ssh, web = one("sefl", program, outside, "tcp.dstport == 22 -> AF failed", "AG !(delivered && tcp.dstport == 80)")
    assert (ssh["holds"], web["verdict"]) == (True, "violated")


@pytest.mark.parametrize(
    ("packets", "formula"),
    [
        ({"at": "x.users", "template": "tcp"}, "AF (port == x.sff && delivered && nsh.spi == 7 && nsh.si == 255)"),
        ({"at": "x.in", "template": "nsh", "fields": {"nsh.si": 255}}, "EF (port == x.out && nsh.si == 254)"),
    ],
)
def test_the_rules_of_a_service_chain_do_what_they_say(packets: dict[str, Any], formula: str) -> None:
    assert one("nsh", starting("text", "encap"), packets, formula)[0]["holds"]


def test_the_click_configuration_drops_what_it_denies() -> None:
    [given] = yaml.safe_load(blocks("yaml", CLICK)[0]).values()
    packets = {"at": "x.in", "template": "tcp"}
    denied, some = one(given["type"], given["content"], packets, "ip.src == 10.0.0.1 -> AF dropped", "AG !delivered")
    assert (denied["holds"], some["verdict"]) == (True, "violated")


def test_packets_that_are_no_fragments_arrive_and_each_of_their_fields_matters() -> None:
    task = yaml.safe_load(blocks("yaml", CLICK)[1])
    assert answer(**task)["holds"]
    [packets] = task["packets"]
    for left_out in ("ip.frag_offset", "ip.len"):
        fields = {name: value for name, value in packets["fields"].items() if name != left_out}
        assert not answer(**{**task, "packets": [{**packets, "fields": fields}]})["holds"], left_out
    filtered = yaml.safe_load(yaml.safe_dump(task).replace("IPFilter(allow", "IPFilter(deny ip frag, allow"))
    assert answer(**filtered)["holds"]
    del filtered["packets"][0]["fields"]["ip.flags"]
    assert not answer(**filtered)["holds"]


def test_a_policy_may_say_that_packets_are_no_fragments() -> None:
    task = yaml.safe_load(blocks("yaml", CLICK)[1])
    [said] = re.findall(r"`(ip\.frag_offset == 0 && .*) -> …`", CLICK)
    [policy] = task["policies"]
    task["packets"][0]["fields"] = {}
    assert answer(**{**task, "policies": [{**policy, "formula": f"{said} -> AF delivered"}]})["holds"]
    assert not answer(**task)["holds"]


@pytest.mark.parametrize(
    ("name", "text", "ports"),
    [
        ("sw", "vlan,mac,port\n10,02:00:00:00:00:01,eth1\n20,02:00:00:00:00:03,eth3\n", {"eth1", "eth2", "eth3"}),
        ("pe", ROUTES, {"in", "eth0", "eth1"}),
    ],
)
def test_the_options_of_elements_are_taken(name: str, text: str, ports: set[str]) -> None:
    given = yaml.safe_load(starting("yaml", f"{name}:"))[name]
    assert ports <= element(name, given, text).ports.keys()


def test_the_table_has_every_type_of_element() -> None:
    section = PAGE.partition("## Elements\n")[2].partition("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(TYPES)


def test_every_glyph_is_in_the_table_with_what_it_means() -> None:
    section = PAGE.partition("## NetCTL\n")[2].partition("\n## ")[0]
    [rows] = re.findall(r"^(\| `A` \|.*)\n\|[-|]+\n(.*)$", section, re.MULTILINE)
    signs, spellings = ([re.findall(r"`([^`]+)`", cell) for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows)
    found = {glyph: sign.replace("\\", "") for [sign], glyphs in zip(signs, spellings, strict=True) for glyph in glyphs}
    assert set(re.findall(r"[^\x00-\x7f]", "".join(GRAMMARS.values()) + TERMS)) == {one for one in found if not one.isascii()}
    for glyph, sign in found.items():
        shown = next(text for name, text in USES.items() if sign in name.split())
        assert read(shown.format(glyph), ["x.y"]) == read(shown.format(sign), ["x.y"])


USES = {"A E": "{} G delivered", "!": "{} delivered", "&& || ->": "delivered {} dropped", "true false": "{}"}
USES |= {"!= <= >=": "ip.ttl {} 7", "in": "ip.ttl {} {{7}}"}


def test_every_template_is_named() -> None:
    section = PAGE.partition("## Packets\n")[2].partition("\n## ")[0]
    assert {name for name in TEMPLATES if f"`{name}`" not in section} == set()


def test_the_pictures_are_drawn_from_today_s_answers(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(TOP / "tools/pictures.py"), str(tmp_path)], check=True, cwd=TOP)
    assert {path.name for path in tmp_path.iterdir()} <= {path.name for path in (TOP / "docs/images").iterdir()}
    for drawn in tmp_path.iterdir():
        kept = TOP / "docs/images" / drawn.name
        assert kept.read_text(encoding="utf-8") == drawn.read_text(encoding="utf-8"), "run tools/pictures.py"
        assert f"](images/{drawn.name})" in PAGE

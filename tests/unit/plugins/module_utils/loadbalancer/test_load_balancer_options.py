# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a description may say, what is refused, and that nothing of it can be read as something else."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import combinations
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import back_ends, haproxy
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import load_balancer_options as options
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.description import LoadBalancer, Member
from hypothesis import given, settings
from hypothesis import strategies as st

SPEC = ArgumentSpec(options.OPTIONS, required_if=options.REQUIRED_IF)
MEMBER = {"address": "192.0.2.21", "port": 8080}
WEB = {"name": "web", "virtual_ip": "192.0.2.10", "port": 80, "members": [MEMBER]}


def described(back_end: str = "haproxy", **changed: Any) -> LoadBalancer:
    return options.describe(SPEC.validated({**WEB, **changed}), back_end)


def test_the_least_that_can_be_said() -> None:
    [listener] = described().listeners
    assert (listener.name, listener.protocol, listener.port) == ("web:TCP:80", "tcp", 80)
    assert listener.members == (Member("192.0.2.21:8080", "192.0.2.21", 8080, 1, False, True),)
    assert (listener.timeouts.client_data, listener.timeouts.member_connect) == (50000, 5000)


EVIL = "a\n    server evil 203.0.113.9:80"
BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": "a/b"}, "name: 'a/b' is not made of at most 63 letters"),
    ({"name": "../../etc"}, "name: '../../etc' is not made of"),
    ({"name": 'we"b'}, "name: 'we\"b' is not made of"),
    ({"name": EVIL}, r"name: 'a\n    server evil 203.0.113.9:80' is not made of"),
    ({"name": "web\n"}, r"name: 'web\n' is not made of"),
    ({"name": ""}, "name: '' is not made of"),
    ({"name": "wéb"}, r"name: 'w\xe9b' is not made of"),
    ({"name": "\u0664"}, r"name: '\u0664' is not made of"),
    ({"name": "x" * 64}, "name: 'xxx"),
    ({"virtual_ip": "300.1.1.1"}, "virtual_ip: '300.1.1.1' is no IP address"),
    ({"virtual_ip": EVIL}, r"virtual_ip: 'a\n"),
    ({"virtual_ip": "fe80::1%x\n    server evil"}, "virtual_ip: "),
    ({"virtual_ip": "fe80::1%eth0"}, "virtual_ip: 'fe80::1%eth0' has a zone: give the address without it"),
    ({"port": -1}, "port: -1 is no port: give one from 1 to 65535"),
    ({"port": 0}, "port: 0 is no port: give one from 1 to 65535"),
    ({"port": 65536}, "port: 65536 is no port"),
    ({"members": [{"address": "192.0.2.1", "port": -80}]}, "members[0].port: -80 is no port"),
    ({"members": [{"address": "web.example", "port": 80}]}, "members[0].address: 'web.example' is no IP address"),
    ({"members": [{"address": "::", "port": 80}]}, "members[0].address: :: is the address of no server"),
    ({"members": [{"address": "224.0.0.1", "port": 80}]}, "members[0].address: 224.0.0.1 is the address of no server"),
    ({"members": [{**MEMBER, "name": EVIL}]}, r"members[0].name: 'a\n"),
    ({"members": [{**MEMBER, "name": "a b"}]}, "members[0].name: 'a b' is not made of"),
    ({"members": [{**MEMBER, "weight": 257}]}, "members[0].weight: 257 is no weight for haproxy: give one from 0 to 256"),
    ({"members": [{**MEMBER, "weight": -1}]}, "members[0].weight: -1 is no weight for haproxy"),
    ({"members": [MEMBER, MEMBER]}, "members[1]: 192.0.2.21:8080 is there twice"),
    ({"members": [{**MEMBER, "name": "a"}, {**MEMBER, "name": "b"}]}, "members[1]: 192.0.2.21 port 8080 is there twice"),
    ({"members": [{"address": "192.0.2.10", "port": 80}]}, "members: a member is the load balancer itself"),
    ({"protocol": "udp"}, "protocol: haproxy has no protocol udp; octavia and netscaler have"),
    ({"algorithm": "least_bandwidth"}, "algorithm: haproxy has no algorithm least_bandwidth; netscaler has"),
    ({"algorithm": "uri"}, "algorithm: uri needs the protocol http, and this is tcp"),
    ({"persistence": {"type": "cookie"}}, "persistence.type: cookie needs the protocol http, and this is tcp"),
    ({"persistence": {"type": "source_ip", "timeout": 0}}, "persistence.timeout: 0 is not between 0 and 86400"),
    ({"persistence": {"type": "source_ip", "cookie": "a"}}, "persistence.cookie: persistence by source_ip has no cookie"),
    (
        {"protocol": "http", "persistence": {"type": "application_cookie"}},
        "persistence.cookie: is missing: name the cookie that the application sets",
    ),
    ({"protocol": "http", "persistence": {"type": "cookie", "cookie": EVIL}}, r"persistence.cookie: 'a\n"),
    ({"health_check": {"type": "ping"}}, "health_check.type: haproxy has no health_check.type ping; octavia and netscaler"),
    ({"health_check": {"interval": 3}}, "health_check.timeout: 3 s is not less than the interval of 3 s"),
    ({"health_check": {"rise": 0}}, "health_check.rise: 0 is not from 1 to 10"),
    ({"health_check": {"path": "/x"}}, "health_check.path: a probe by tcp has no path: leave it out"),
    ({"health_check": {"type": "http", "path": "x"}}, "health_check.path: 'x' is not made of a slash and"),
    ({"health_check": {"type": "http", "path": "/x' y"}}, 'health_check.path: "/x\' y" is not made of'),
    ({"health_check": {"type": "http", "path": "/\n"}}, r"health_check.path: '/\n' is not made of"),
    ({"health_check": {"type": "http", "expected_codes": "2xx"}}, "health_check.expected_codes: '2xx' is not made of codes"),
    ({"timeouts": {"client": -1}}, "timeouts.client: -1.0 is not between 0 and 86400"),
    ({"timeouts": {"server": "nan"}}, "timeouts.server: nan is not between 0 and 86400"),
    ({"timeouts": {"server": "inf"}}, "timeouts.server: inf is not between 0 and 86400"),
    ({"limits": {"connections": 0}}, "limits.connections: 0 is no limit: give one from 1 to 1000000, or none"),
    ({"allowed_sources": ["all"]}, "allowed_sources[0]: 'all' is no range of addresses: write one as 192.0.2.0/24"),
    ({"allowed_sources": ["2001:db8::/32"]}, "allowed_sources[0]: '2001:db8::/32' is no range of IPv4 as virtual_ip is"),
]


@pytest.mark.parametrize(("changed", "sentence"), BAD, ids=[sentence[:50] for _changed, sentence in BAD])
def test_what_is_wrong_is_told_in_one_sentence(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as told:
        described(**changed)
    assert str(told.value).startswith(sentence)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("back_end", "changed", "sentence"),
    [
        (
            "octavia",
            {"algorithm": "destination_ip"},
            "algorithm: octavia has no algorithm destination_ip; haproxy and",
        ),
        ("octavia", {"limits": {"member_connections": 5}}, "limits.member_connections: octavia has no such option: leave"),
        (
            "octavia",
            {"persistence": {"type": "source_ip", "timeout": 9}},
            "persistence.timeout: octavia has a time for udp",
        ),
        (
            "octavia",
            {"protocol": "http", "persistence": {"type": "cookie", "cookie": "x"}},
            "persistence.cookie: octavia",
        ),
        ("netscaler", {"members": [{**MEMBER, "weight": 0}]}, "members[0].weight: 0 is no weight for netscaler"),
        ("netscaler", {"timeouts": {"connect": 1}}, "timeouts.connect: netscaler has no such option"),
        ("netscaler", {"algorithm": "first"}, "algorithm: netscaler has no algorithm first; haproxy has"),
    ],
)
def test_a_back_end_refuses_what_it_has_not_and_names_who_has(back_end: str, changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as told:
        described(back_end, **changed)
    assert str(told.value).startswith(sentence)


def suited(option: str, value: str) -> dict[str, Any]:
    """A description that asks for the value and is whole otherwise."""
    protocol = options.NEEDS.get((option, value), ("tcp",))[0]
    head, _dot, key = option.partition(".")
    more = {"cookie": "sid"} if value == "application_cookie" else {}
    asked = {head: value} if not key else {head: {key: value, **more}}
    return {"protocol": protocol, **asked}


@pytest.mark.parametrize("back_end", back_ends.BACK_ENDS)
@pytest.mark.parametrize(("option", "value"), [(option, value) for option, words in back_ends.WORDS.items() for value in words])
def test_the_table_says_what_is_taken(back_end: str, option: str, value: str) -> None:
    asked = suited(option, value)
    able = all(back_end in back_ends.WORDS[name][word] for name, word in (("protocol", asked["protocol"]), (option, value)))
    if able:
        assert described(back_end, **asked).name == "web"
        return
    with pytest.raises(InputError, match=f"{back_end} has no") as told:
        described(back_end, **asked)
    assert all(other in str(told.value) for other in back_ends.WORDS[option][value]) or option != "protocol"


def test_the_options_of_the_table_are_options() -> None:
    for name in back_ends.OPTIONS:
        head, _dot, key = name.partition(".")
        assert not key or key in options.OPTIONS[head]["options"], name
        assert head in options.OPTIONS


def test_choices_are_the_words_of_the_table() -> None:
    for option, words in back_ends.WORDS.items():
        head, _dot, key = option.partition(".")
        spec = options.OPTIONS[head]["options"][key] if key else options.OPTIONS[head]
        assert spec["choices"] == list(words)


WILD = st.text(st.characters(codec="utf-8"), max_size=40) | st.from_regex(r"[a-z/'\"\\ \n#{}%.]{1,20}", fullmatch=True)
TEXTS: dict[str, tuple[Any, Any]] = {
    "name": ("w", lambda text: text),
    "virtual_ip": ("192.0.2.9", lambda text: text),
    "members": ([{**MEMBER, "name": "m"}], lambda text: [{**MEMBER, "name": text}]),
    "persistence": ({"type": "cookie", "cookie": "c"}, lambda text: {"type": "cookie", "cookie": text}),
    "health_check": ({"type": "http", "path": "/p"}, lambda text: {"type": "http", "path": f"/{text}"}),
    "allowed_sources": (["192.0.2.0/24"], lambda text: [text]),
}
"""By option something harmless, and how a text gets into it."""


@pytest.mark.one_python
@settings(max_examples=200)
@given(st.sampled_from(sorted(TEXTS)), WILD)
def test_no_text_adds_a_line_or_a_word_to_a_configuration(option: str, text: str) -> None:
    """What is taken gives as many lines and words as something harmless does."""
    harmless, holding = TEXTS[option]
    with suppress(InputError):
        balancer = described(protocol="http", **{option: holding(text)})
        pair = (balancer, described(protocol="http", **{option: harmless}))
        texts = [haproxy.wanted(one).text.split("\n") for one in pair]
        shapes = [[len(line.split(" ")) for line in lines] for lines in texts]
        assert shapes[0] == shapes[1]


def test_ten_thousand_members() -> None:
    many = [{"address": f"10.{number // 250}.{number % 250}.1", "port": 80} for number in range(10_000)]
    balancer = described(members=many)
    lines = haproxy.wanted(balancer).text.splitlines()
    assert sum(line.startswith("    server ") for line in lines) == 10_000


@given(st.lists(st.text("ab-.:", min_size=1, max_size=6), unique=True, max_size=30))
def test_every_member_has_a_number_of_its_own_whatever_the_others_are(names: list[str]) -> None:
    numbers = haproxy.identities(names)
    assert len(set(numbers.values())) == len(names)
    assert all(0 < number < 2**31 for number in numbers.values())
    for name in names:
        assert haproxy.identities([name])[name] == numbers[name], "two of so few do not hash alike"


def test_names_that_hash_alike_get_numbers_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(haproxy, "IDENTITIES", 3)
    assert sorted(haproxy.identities("abc").values()) == [1, 2, 3]


CHANGES: dict[str, dict[str, Any]] = {
    "port": {"port": 81},
    "address": {"virtual_ip": "192.0.2.11"},
    "algorithm": {"algorithm": "source_ip"},
    "member": {"members": [MEMBER, {"address": "192.0.2.22", "port": 1}]},
    "backup": {"members": [{**MEMBER, "backup": True}]},
    "limits": {"limits": {"connections": 5}},
    "sources": {"allowed_sources": ["10.0.0.0/8"]},
    "timeouts": {"timeouts": {"client": 0.5}},
    "check": {"health_check": {"type": "tcp"}},
}


def test_the_digest_tells_apart_what_needs_a_new_process() -> None:
    digests = [haproxy.digest(described()), *(haproxy.digest(described(**changed)) for changed in CHANGES.values())]
    assert all(one != other for one, other in combinations(digests, 2))
    for alike in ({**MEMBER, "weight": 7}, {**MEMBER, "enabled": False}):
        assert haproxy.digest(described(members=[alike])) == digests[0]


def test_commands_are_for_what_differs() -> None:
    first = {"a": {"weight": 1, "enabled": True}, "b": {"weight": 1, "enabled": True}}
    second = {"a": {"weight": 2, "enabled": True}, "b": {"weight": 1, "enabled": False}}
    assert haproxy.commands(first, second) == ["set server members/a weight 2", "set server members/b state maint"]
    assert haproxy.commands(second, first) == ["set server members/a weight 1", "set server members/b state ready"]
    assert haproxy.commands(first, first) == []


def test_words_are_words() -> None:
    """A word of the table is one line of a configuration, never more."""
    for words in [*back_ends.WORDS.values(), {"": {}}, back_ends.OPTIONS]:
        for said in words.values():
            assert all(re.fullmatch(r"[\x20-\x7e]+", word) for word in said.values())

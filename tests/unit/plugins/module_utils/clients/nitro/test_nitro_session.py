# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of NITRO by itself: where it sends, what it takes for an answer, and what it never says."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.nitro import session as subject
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.nitro.configuration import Configuration
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.nitro.wire import host, is_near, path_of
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError, NfvError
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.netscaler_options import wanted
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.netscaler_plan import plan
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.netscaler.steps import Call

pytest.importorskip("requests")
pytest.importorskip("hypothesis")
from hypothesis import given, settings
from hypothesis import strategies as st

ACCESS = {
    "nsip": "192.0.2.1",
    "nitro_protocol": "https",
    "nitro_user": "nsroot",
    "nitro_pass": "open sesame",
    "nitro_timeout": 1,
    "validate_certs": True,
}
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 10**12), st.floats(), st.text(max_size=6))
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner))
)
KEYS = [
    "name",
    "port",
    "ipaddress",
    "servername",
    "servicetype",
    "state",
    "svrstate",
    "monitor_name",
    "weight",
    "monstate",
    "ip",
]
ROWS = st.lists(st.one_of(VALUES, st.dictionaries(st.sampled_from(KEYS), VALUES)), max_size=3)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "errorcode": st.one_of(st.just(0), st.sampled_from([258, 444, 1243, 599]), VALUES),
        "message": VALUES,
        "response": VALUES,
        "sessionid": VALUES,
        **{key: st.one_of(ROWS, VALUES) for key in ("service", "service_lbmonitor_binding", "hanode", "svcbindings")},
    },
)


def answering(bodies: list[Any]) -> subject.Session:
    """A session that is told these bodies, one after the other and the last for ever."""
    session = subject.Session(ACCESS)
    left = iter(bodies)
    last: list[Any] = [(200, {})]

    def exchange(*_call: Any) -> tuple[int, dict[str, Any]]:
        last[0] = next(left, last[0])
        session._set_cookie = "token"
        return last[0]

    session._exchange = exchange  # type: ignore[method-assign]
    return session


@pytest.mark.one_python
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([200, 201, 207, 404, 409, 500, 599]), BODIES), min_size=1, max_size=8), st.booleans())
def test_whatever_an_appliance_answers_is_one_sentence_at_worst(bodies: list[Any], recreate: bool) -> None:
    options = {"name": "web", "servicetype": "HTTP", "port": 80, "ip": "10.0.0.1", "disabled": False, "recreate": recreate}
    verb = Configuration(answering([(201, {}), *bodies]), [wanted("service", {**options, "monitor_bindings": ["tcp"]})], plan)
    said = ""
    try:
        steps = verb.difference(verb.read())
        steps.diff()
        verb.apply(steps)
    except NfvError as error:
        said = str(error)
    assert "\n" not in said
    verb.result()


@pytest.mark.parametrize("where", ["object", "list", "log-in"])
def test_an_appliance_that_repeats_a_secret_is_not_quoted(where: str) -> None:
    said = {"errorcode": 1097, "message": "Invalid argument value [password, s3cret] [open sesame]"}
    call = Call("POST", "lbmonitor", {"monitorname": "db", "password": "s3cret"}, repeatable=False)
    session = answering([(401, said)] if where == "log-in" else [(201, {}), (599, said)])
    with pytest.raises(NfvError) as caught:
        session.make_all([call, call]) if where == "list" else session.make(call)
    told = str(caught.value) + repr(caught.value)
    assert "********" in told
    assert "open sesame" not in told
    assert where == "log-in" or "s3cret" not in told


@pytest.mark.parametrize(
    ("nsip", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:8443", "192.0.2.1:8443"),
        (" adc.example.com ", "adc.example.com"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("[2001:db8::1]:8443", "[2001:db8::1]:8443"),
        *(
            (bad, None)
            for bad in ("", " ", "a b", "a/b", "a@b", "http://a", "a:0", "a:99999", "a:x", "a?b", "a#b", "ä.example", "[::1")
        ),
    ],
)
def test_where_it_sends(nsip: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(InputError, match="is no address"):
            host(nsip)
    else:
        assert host(nsip) == expected


@pytest.mark.parametrize(
    ("place", "near"),
    [("127.0.0.1:80", True), ("[::1]:80", True), ("localhost", True), ("192.0.2.1", False), ("localhost.example.com", False)],
)
def test_what_is_near(place: str, near: bool) -> None:
    assert is_near(place) is near
    protocol = {**ACCESS, "nsip": place, "nitro_protocol": "http"}
    assert bool(subject.Session(protocol).warnings) is not near


def test_a_name_is_encoded_twice() -> None:
    assert path_of("service", "a/b c#1%") == "/config/service/a%252Fb%2520c%25231%2525"
    assert path_of("service") == "/config/service"

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between a NetScaler and its modules, and what is left: all, nothing, or what a next run completes."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.nitro import session

TOP = Path(__file__).parents[4]
Run = Callable[..., dict[str, Any]]
Shown = Callable[[], dict[str, Any]]
Calls = Callable[..., list[str]]
GROUP = {
    "servicegroupname": "group",
    "servicetype": "HTTP",
    "servicemembers": [{"ip": "10.1.0.1", "port": 80}, {"ip": "10.1.0.2", "port": 80, "weight": 4}],
    "monitorbindings": [{"monitorname": "tcp"}],
}
CHANGED = {
    **GROUP,
    "comment": "changed",
    "disabled": True,
    "servicemembers": [{"ip": "10.1.0.2", "port": 80, "weight": 5}, {"ip": "10.1.0.3", "port": 80}],
    "monitorbindings": [{"monitorname": "http"}],
}
BROKEN = ("reset", "lost")


def faultless(run: Run, adc: Any, shown: Shown, calls: Calls, *tasks: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The calls of the last task, and what there is after it; then the appliance is empty again."""
    for task in tasks:
        calls()
        run("netscaler_service_group", **task)
    made, found = calls(changing=False), shown()
    adc.api.state.restore('{"objects": {}, "bindings": {}}')
    return made, found


@pytest.mark.one_python
@pytest.mark.parametrize("kind", [*BROKEN, "status", "html"])
def test_an_answer_that_fails_once_changes_nothing(kind: str, run: Run, adc: Any, shown: Shown, calls: Calls) -> None:
    """Whichever call it is, the run ends as if nothing had been."""
    for before in ([], [GROUP]):
        made, expected = faultless(run, adc, shown, calls, *before, CHANGED)
        for number in range(len(made) + 1):
            for task in before:
                run("netscaler_service_group", **task)
            adc.faults.set([{"kind": kind, "skip": number}])
            answer = run("netscaler_service_group", **CHANGED)
            assert (answer.get("failed", False), answer["changed"], answer["warnings"]) == (False, True, []), (number, answer)
            assert shown() == expected, number
            adc.faults.set([])
            assert run("netscaler_service_group", **CHANGED)["changed"] is False
            adc.api.state.restore('{"objects": {}, "bindings": {}}')


def test_a_refusal_leaves_nothing_that_was_made(run: Run, adc: Any, shown: Shown, calls: Calls) -> None:
    made, _found = faultless(run, adc, shown, calls, GROUP)
    changing = [call for call in made if not call.startswith("GET") and "save" not in call]
    for number in range(len(changing)):
        adc.faults.set(
            [{"kind": "refuse", "code": 1097, "method": method, "match": "group", "skip": number} for method in ("POST",)]
        )
        method, path = changing[number].split(" ")
        adc.faults.set([{"kind": "refuse", "code": 1097, "method": method, "match": path}])
        answer = run("netscaler_service_group", **GROUP)
        assert "NITRO error 1097" in answer["msg"]
        assert shown() == {}, changing[number]
    adc.faults.set([])


@pytest.mark.parametrize("kind", BROKEN)
def test_an_appliance_that_is_gone_for_good_is_told_and_the_next_run_completes(
    kind: str, run: Run, adc: Any, shown: Shown, calls: Calls
) -> None:
    for before in ([], [GROUP]):
        made, expected = faultless(run, adc, shown, calls, *before, CHANGED)
        for number in range(0, len(made), 2):
            for task in before:
                run("netscaler_service_group", **task)
            adc.faults.set([{"kind": kind, "skip": number, "times": 0}])
            answer = run("netscaler_service_group", **CHANGED)
            if not answer.get("failed"):
                assert any("cannot be read again" in warning for warning in answer["warnings"])
            elif "reading" not in answer["msg"] and "log-in" not in answer["msg"]:
                assert answer["changed"]
                assert "nobody knows whether it did" in answer["msg"] or "not saved" in answer["msg"], answer["msg"]
                assert "nothing is left" not in answer["msg"]
            adc.faults.set([])
            run("netscaler_service_group", **CHANGED)
            assert shown() == expected, number
            adc.api.state.restore('{"objects": {}, "bindings": {}}')


def test_an_appliance_that_hangs_is_not_waited_for_again_and_again(run: Run, adc: Any, calls: Calls) -> None:
    adc.faults.set([{"kind": "slow", "seconds": 3, "times": 0, "skip": 5}])
    answer = run("netscaler_service_group", **GROUP, nitro_timeout=1.5)
    assert "does not answer in time: raise nitro_timeout" in answer["msg"]
    assert "nobody knows whether it did" in answer["msg"]
    assert len(calls(changing=False)) < 12


def test_it_waits_longer_before_each_repetition(run: Run, adc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(session, "PAUSES", (0.3, 1.0, 3.0))
    monkeypatch.setattr(session.time, "sleep", pauses.append)
    adc.faults.set([{"kind": "status", "status": 503, "match": "/config/server", "times": 3}])
    assert run("netscaler_server", name="s1", ipaddress="10.0.0.1")["changed"]
    assert pauses == [0.3, 1.0, 3.0]


def test_what_cannot_be_taken_back_is_named(run: Run, adc: Any, shown: Shown) -> None:
    adc.faults.set(
        [
            {"kind": "refuse", "code": 1097, "method": "PUT", "match": "member"},
            {"kind": "refuse", "code": 257, "method": "DELETE"},
        ]
    )
    answer = run("netscaler_service_group", **GROUP)
    assert "left as it was made, and not saved: create servicegroup group; run again to complete it" in answer["msg"]
    assert answer["changed"]
    assert run("netscaler_service_group", **GROUP)["changed"]
    assert len(shown()["servicegroup_servicegroupmember_binding"]["group"]) == 2


def test_a_session_that_runs_out_is_opened_again(run: Run, adc: Any, shown: Shown) -> None:
    check, seen = adc.api.sessions.check, []

    def expiring(*credentials: Any) -> None:
        seen.append(1)
        if len(seen) % 2 == 0:
            adc.api.sessions.expire()
        check(*credentials)

    adc.api.sessions.check = expiring
    assert run("netscaler_service_group", **GROUP)["changed"]
    assert len(shown()["servicegroup"]) == 1


def test_a_session_is_opened_once_and_closed(run: Run, adc: Any) -> None:
    for options in (GROUP, {**GROUP, "servicetype": "TCP"}, {"servicegroupname": "a/b", "servicetype": "HTTP"}):
        run("netscaler_service_group", **options)
        sessions = [call for call in adc.calls if "/config/log" in call]
        assert sessions == ["POST /config/login", "POST /config/logout"]
        assert adc.api.sessions.open == {}
        adc.calls.clear()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            {"kind": "html"},
            "answers 200 with text/html instead of NITRO's JSON: is it the address of a NetScaler's management?",
        ),
        ({"kind": "status", "status": 503}, "answers 503 with text/html"),
        ({"kind": "reset"}, "broke the connection off before it answered"),
        ({"kind": "slow", "seconds": 1.5}, "does not answer in time: raise nitro_timeout"),
    ],
)
def test_an_appliance_that_does_not_speak_is_one_sentence(fault: dict[str, Any], sentence: str, run: Run, adc: Any) -> None:
    adc.faults.set([{**fault, "times": 0}])
    seconds = 0.6 if fault["kind"] == "slow" else 60
    answer = run("netscaler_server", name="s1", ipaddress="10.0.0.1", nitro_timeout=seconds)
    assert answer["failed"]
    assert sentence in answer["msg"]
    assert "\n" not in answer["msg"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"nsip": "127.0.0.1:1"}, "cannot be reached: check nsip, its port and nitro_protocol"),
        ({"nsip": "user@host"}, "nsip: 'user@host' is no address"),
        ({"nsip": "host/path"}, "is no address"),
        ({"nsip": "127.0.0.1:99999"}, "is no address"),
        ({"nsip": ""}, "is no address"),
        ({"nitro_pass": "wrong one"}, "Invalid username or password (NITRO error 354): check nitro_user and nitro_pass"),
        ({"nsip": "http://127.0.0.1"}, "is no address"),
        ({"nitro_timeout": 0}, "nitro_timeout: 0.0 is no time to wait"),
        ({"nitro_timeout": float("inf")}, "is no time to wait"),
        ({"nitro_protocol": "https", "ca_cert": "/none.pem"}, "ca_cert: /none.pem cannot be used: No such file or directory"),
        ({"nitro_protocol": "https", "ca_cert": __file__}, "it holds no certificate; give a PEM file of authorities"),
        ({"nitro_protocol": "https"}, "does not speak TLS here: check nitro_protocol and the port"),
    ],
)
def test_bad_access_is_one_sentence(options: dict[str, Any], sentence: str, run: Run) -> None:
    answer = run("netscaler_server", **{"name": "s1", "ipaddress": "10.0.0.1", **options})
    assert answer["failed"]
    assert sentence in answer["msg"]
    assert "wrong one" not in json.dumps(answer)


HOSTILE = ["a/b", "a'b", 'a"b', "wéb", "<script>", "%2e%2e", "a\\b", "a;b", "a,b", "../login", "a?b=c", "a&b"]


@pytest.mark.parametrize("name", HOSTILE)
def test_an_odd_name_is_refused_and_leaves_nothing(name: str, run: Run, shown: Shown, calls: Calls) -> None:
    answer = run("netscaler_service", name=name, servicetype="HTTP", ipaddress="10.0.0.1", port=80, monitor_bindings=["tcp"])
    assert "NITRO error 1075" in answer["msg"]
    assert run("netscaler_service", name=name, state="absent")["changed"] is False
    assert shown() == {}


@pytest.mark.parametrize("name", ["my web", "a#b", "a:b@c=d", "a.b-c_d", "2001:db8::1", "a%20b".replace("%20", "  ")])
def test_an_odd_name_that_an_appliance_takes_works(name: str, run: Run, shown: Shown) -> None:
    options = {"name": name, "servicetype": "HTTP", "ipaddress": "10.0.0.1", "port": 80, "monitor_bindings": ["tcp"]}
    assert run("netscaler_service", **options)["changed"]
    assert run("netscaler_service", **options)["changed"] is False
    run("netscaler_lb_vserver", name=name, servicetype="HTTP", servicebindings=[{"servicename": name}])
    assert run("netscaler_lb_vserver", name=name, servicebindings=[])["changed"]
    assert run("netscaler_service", **{**options, "monitor_bindings": []})["changed"]
    assert run("netscaler_lb_vserver", name=name, state="absent")["changed"]
    assert run("netscaler_service", name=name, state="absent")["changed"]
    assert shown() == {}


WEB = {"name": "web", "servicetype": "HTTP", "ipaddress": "10.0.0.1", "port": 80}
BAD = [
    ("netscaler_service", {**WEB, "port": -1}, "port: -1 is out of range: give a number from 1 to 65535"),
    ("netscaler_service", {**WEB, "port": 70000}, "out of range"),
    ("netscaler_service", {**WEB, "servername": "s1"}, "ipaddress and servername do not go together"),
    ("netscaler_service", {**WEB, "name": " "}, "is no name"),
    ("netscaler_service", {**WEB, "name": "a\nb"}, "is no name"),
    ("netscaler_service", {**WEB, "name": "n" * 200}, "is no name"),
    ("netscaler_service", {"name": "web"}, "to make it ipaddress or servername is needed"),
    ("netscaler_service", {}, "one of the following is required: name, bulk"),
    ("netscaler_service", {**WEB, "monitor_bindings": [7]}, "monitor_bindings[0]: 7 is no member"),
    ("netscaler_service", {**WEB, "monitor_bindings": [{"weight": 1}]}, "monitor_bindings[0]: a member needs monitor_name"),
    ("netscaler_service", {**WEB, "monitor_bindings": [{"monitorname": "m", "weight": "x"}]}, "'x' is no number"),
    (
        "netscaler_service",
        {**WEB, "monitor_bindings": [{"monitorname": "m", "monstate": "on"}]},
        "neither enabled nor disabled",
    ),
    ("netscaler_service", {**WEB, "monitor_bindings": [{"monitorname": "m", "colour": 1}]}, "is no member"),
    ("netscaler_service", {**WEB, "monitor_bindings": ["m", "m"]}, "the member m is there twice"),
    ("netscaler_service", {"bulk": [WEB, {**WEB, "port": -5}]}, "bulk[1].port: -5 is out of range"),
    ("netscaler_service", {"bulk": [WEB, WEB]}, "bulk: the object web is there twice"),
    ("netscaler_service_group", {**GROUP, "servicemembers": [{"ip": "10.0.0.1"}]}, "a member needs servername and port"),
    (
        "netscaler_service_group",
        {**GROUP, "servicemembers": [{"ip": "10.0.0.1", "servername": "s", "port": 1}]},
        "ip and servername do not go together",
    ),
    ("netscaler_server", {"name": "s", "ipaddress": "1.1.1.1", "domain": "a"}, "ipaddress and domain do not go together"),
    ("netscaler_vxlan", {"id": 0}, "id: 0 is out of range: give 1 to 16777215"),
    ("netscaler_vxlan", {"id": 16_777_216}, "out of range"),
    ("netscaler_vxlan", {"id": 5, "vlan": 9999}, "vlan: 9999 is out of range"),
]


@pytest.mark.parametrize(("module", "options", "sentence"), BAD)
def test_bad_input_is_refused_before_anything_is_sent(
    module: str, options: dict[str, Any], sentence: str, run: Run, shown: Shown, calls: Calls
) -> None:
    answer = run(module, **options)
    assert answer["failed"]
    assert sentence in answer["msg"]
    assert calls() == []


def test_secrets_are_nowhere(run: Run, adc: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secret = "open sesame 9"
    options = {"monitorname": "db", "type": "MYSQL", "username": "probe", "password": secret, "radkey": f"{secret} too"}
    answers = [run("netscaler_lb_monitor", check=check, **options) for check in (True, False, False)]
    answers.append(run("netscaler_lb_monitor", **options, update_password="always"))
    assert [answer["changed"] for answer in answers] == [True, True, False, True]
    assert adc.api.state.objects("lbmonitor")["db"]["password"] == secret
    answers.append(run("netscaler_lb_monitor", bulk=[options, {**options, "monitorname": "db2"}]))
    adc.faults.set([{"kind": "refuse", "code": 1097, "method": "POST", "match": "lbmonitor", "detail": f"password, {secret}"}])
    answers.append(run("netscaler_lb_monitor", **{**options, "monitorname": "db3"}))
    assert answers[-1]["failed"]
    answers.append(run("netscaler_info"))
    told = [{key: value for key, value in answer.items() if key != "invocation"} for answer in answers]
    for text in (json.dumps(told), json.dumps(answers), caplog.text, "\n".join(adc.calls)):
        assert secret not in text
        assert "correct horse battery" not in text


def test_a_certificate_is_checked(run: Run, tmp_path: Path) -> None:
    from nitro_emulator.background import appliance

    pem = tmp_path / "adc.pem"
    server = {"name": "s1", "ipaddress": "10.0.0.1", "nitro_protocol": "https", "nitro_pass": "p4ss word"}
    with appliance("p4ss word", pem=pem) as adc:
        server["nsip"] = adc.address
        answer = run("netscaler_server", **server)
        assert "is not trusted: give its authority as ca_cert" in answer["msg"]
        assert adc.calls == []
        assert run("netscaler_server", **server, ca_cert=str(pem))["changed"]
        assert run("netscaler_server", **server, validate_certs=False)["changed"] is False


def balancer(count: int) -> dict[str, Any]:
    """A load balancer of so many members, which are those of its group."""
    members = [{"address": f"10.{n >> 16}.{(n >> 8) & 255}.{n & 255}", "port": 80} for n in range(count)]
    described = {"name": "group", "virtual_ip": "192.0.2.10", "port": 80, "protocol": "http", "members": members}
    return {**described, "health_check": {"type": "http"}}


@pytest.mark.one_python
def test_ten_thousand_members(run: Run, adc: Any, shown: Shown, calls: Calls) -> None:
    many = balancer(10_000)
    adc.faults.set([{"kind": "lost", "method": "PUT", "match": "member", "skip": 3}])
    assert run("netscaler_load_balancer", **many)["changed"]
    puts = [call for call in calls() if call.startswith("PUT /config/servicegroup_servicegroupmember")]
    assert len(puts) == 20
    assert len(shown()["servicegroup_servicegroupmember_binding"]["group"]) == 10_000
    assert run("netscaler_load_balancer", **many)["changed"] is False


@pytest.mark.one_python
def test_a_run_that_is_killed_is_completed_by_the_next(tmp_path: Path) -> None:
    """The run is a process of its own, and so is the appliance, which is slow enough to be killed in between."""
    state, faults = tmp_path / "state.json", tmp_path / "faults.json"
    faults.write_text(json.dumps([{"kind": "slow", "method": "PUT", "seconds": 1, "times": 0}]), "utf-8")
    here = TOP / "roles/lab/files/nitro"
    command = [sys.executable, "-m", "nitro_emulator", "--port", "0", "--state-file", str(state), "--faults", str(faults)]
    with subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, text=True) as emulator:
        try:
            address = emulator.stdout.readline().strip().removeprefix("http://")
            options = {**balancer(1200), "nsip": address, "nitro_user": "nsroot", "nitro_pass": "nsroot"}
            first = module("netscaler_load_balancer", options)
            until(lambda: 0 < bound(state) < 1200)
            first.send_signal(signal.SIGKILL)
            first.wait(60)
            assert 0 < bound(state) < 1200
            answers = []
            for _again in range(2):
                out, _err = module("netscaler_load_balancer", options).communicate(timeout=120)
                answers.append(json.loads(out))
            assert [answer["changed"] for answer in answers] == [True, False]
            assert len(answers[0]["plan"]) < 1200
            assert bound(state) == 1200
        finally:
            emulator.kill()


def bound(state: Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        bindings = json.loads(state.read_text("utf-8"))["running"]["bindings"]
        return len(bindings.get("servicegroup_servicegroupmember_binding", {}).get("group", {}))
    return 0


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def module(name: str, options: dict[str, Any]) -> subprocess.Popen[str]:
    """A module in a process of its own."""
    code = (
        "import json, sys\n"
        "from ansible.module_utils.testing import patch_module_args\n"
        f"from ansible_collections.superfluidity.nfv.plugins.modules import {name} as module\n"
        "with patch_module_args(json.load(sys.stdin)):\n"
        "    module.main()\n"
    )
    command = [sys.executable, "-c", code]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(json.dumps(options))
    process.stdin.close()
    process.stdin = None
    return process

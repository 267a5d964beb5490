# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator does what the reference of NITRO says of an appliance, oddities included."""

from __future__ import annotations

import contextlib
import json
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., tuple[int, dict[str, Any]]]
HOME = Path(__file__).parents[5] / "roles/lab/files/nitro"
DONE = {"errorcode": 0, "message": "Done", "severity": "NONE"}


def web(name: str = "web", **more: Any) -> dict[str, Any]:
    return {"service": {"name": name, "ip": "10.0.0.1", "servicetype": "HTTP", "port": 80, **more}}


def test_statuses_and_errors(ask: Ask) -> None:
    server = {"server": {"name": "s1", "ipaddress": "10.0.0.1"}}
    assert ask("POST", "config/server", server) == (201, DONE)
    status, body = ask("POST", "config/server", server)
    assert (status, body["errorcode"], body["message"]) == (409, 273, "Resource already exists [s1]")
    status, body = ask("POST", "config/server", {"server": {"name": "s2", "ipaddress": "10.0.0.1"}})
    assert (status, body["errorcode"], body["message"]) == (599, 1335, "Server already exists")
    status, body = ask("GET", "config/server/none")
    assert (status, body["errorcode"]) == (404, 258)
    assert ask("PUT", "config/server", {"server": {"name": "s1", "comment": "x"}}) == (200, DONE)
    assert ask("PUT", "config/server", {"server": {"name": "s1", "td": 3}})[1]["errorcode"] == 278
    assert ask("DELETE", "config/server/s1") == (200, DONE)
    assert ask("GET", "config/server") == (200, DONE)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"service": {"name": "w", "servicetype": "HTTP", "port": 80}}, 1095),
        (web(servername="s1"), 1092),
        ({"service": {"name": "w", "servername": "none", "servicetype": "HTTP", "port": 80}}, 258),
        (web(port=-1), 1097),
        (web(port=65536), 1097),
        (web(port=True), 1097),
        (web(servicetype="HTTPS"), 1097),
        (web(colour="red"), 278),
        (web("a/b"), 1075),
        (web("wéb"), 1075),
        (web(name=7), 1075),
        ({"service": "web"}, 1233),
        ({"service": [7]}, 1243),
        ({"other": {}}, 1233),
        (b"no json", 1233),
        (b"", 1233),
    ],
)
def test_bad_bodies_change_nothing(body: Any, code: int, ask: Ask, adc: Any) -> None:
    status, answer = ask("POST", "config/service", body)
    assert (answer["errorcode"], status >= 207) == (code, True)
    assert [items for items in adc.api.state.running["objects"].values() if items] == []


def test_a_service_on_an_address_has_a_server_of_that_name(ask: Ask) -> None:
    ask("POST", "config/service", web())
    [row] = ask("GET", "config/service/web")[1]["service"]
    assert (row["servername"], row["ipaddress"], row["port"], row["clttimeout"]) == ("10.0.0.1", "10.0.0.1", 80, "180")
    assert "ip" not in row
    assert ask("PUT", "config/service", {"service": {"name": "web", "ipaddress": "10.0.0.2"}}) == (200, DONE)
    assert [item["name"] for item in ask("GET", "config/server")[1]["server"]] == ["10.0.0.2"]
    ask("DELETE", "config/service/web")
    assert "server" not in ask("GET", "config/server")[1]


def test_a_service_does_not_tell_whether_it_is_enabled_but_whether_it_works(ask: Ask) -> None:
    ask("POST", "config/service", web())
    states = []
    for action, kind, name in (("disable", "service", "web"), ("enable", "service", "web"), ("disable", "server", "10.0.0.1")):
        ask("POST", f"config/{kind}?action={action}", {kind: {"name": name}})
        [row] = ask("GET", "config/service/web")[1]["service"]
        states.append((row["svrstate"], "state" in row))
    assert states == [("OUT OF SERVICE", False), ("DOWN", False), ("OUT OF SERVICE", False)]


def test_the_oddities_of_bindings(ask: Ask) -> None:
    ask("POST", "config/service", web())
    ask("POST", "config/lbvserver", {"lbvserver": {"name": "v", "servicetype": "HTTP"}})
    assert ask("GET", "config/lbvserver_service_binding/v") == (200, DONE)
    assert ask("GET", "config/lbvserver_service_binding/none")[0] == 404
    binding = {"lbvserver_service_binding": {"name": "v", "servicename": "web", "weight": 3}}
    assert ask("PUT", "config/lbvserver_service_binding", binding) == (200, DONE)
    assert ask("POST", "config/lbvserver_service_binding", binding)[1]["errorcode"] == 273
    ask("PUT", "config/lbvserver", {"lbvserver": {"name": "v", "servicename": "web", "weight": 9}})
    assert ask("GET", "config/lbvserver_service_binding/v")[1]["lbvserver_service_binding"][0]["weight"] == "9"
    assert ask("GET", "config/svcbindings/web")[1]["svcbindings"][0]["vservername"] == "v"
    [monitor] = ask("GET", "config/service_lbmonitor_binding/web")[1]["service_lbmonitor_binding"]
    assert monitor["monitor_name"] == "tcp-default"
    assert ask("DELETE", "config/service_lbmonitor_binding/web?args=monitor_name:tcp-default")[1]["errorcode"] == 2164
    ask("POST", "config/servicegroup", {"servicegroup": {"servicegroupname": "g", "servicetype": "HTTP"}})
    group = {"lbvserver_servicegroup_binding": {"name": "v", "servicegroupname": "g", "weight": 1}}
    status, body = ask("PUT", "config/lbvserver_servicegroup_binding", group)
    assert (status, body["message"]) == (400, "Argument pre-requisite missing [weight, serviceName]")
    ask("DELETE", "config/service/web")
    assert "lbvserver_service_binding" not in ask("GET", "config/lbvserver_service_binding/v")[1]


def test_a_minute_is_told_as_a_minute(ask: Ask) -> None:
    monitor = {"lbmonitor": {"monitorname": "m", "type": "HTTP", "interval": 60, "password": "x"}}
    ask("POST", "config/lbmonitor", monitor)
    [row] = ask("GET", "config/lbmonitor/m")[1]["lbmonitor"]
    assert (row["interval"], row["units3"], "password" in row) == (1, "MIN", False)
    assert ask("DELETE", "config/lbmonitor/m")[1]["errorcode"] == 1095
    ask("POST", "config/service", web())
    ask("PUT", "config/service_lbmonitor_binding", {"service_lbmonitor_binding": {"name": "web", "monitor_name": "m"}})
    assert ask("DELETE", "config/lbmonitor/m?args=type:HTTP")[1]["errorcode"] == 2131


@pytest.mark.parametrize(
    ("onerror", "left", "told"), [("exit", 1, [273]), ("continue", 2, [0, 273, 0]), ("rollback", 0, [273])], ids=str
)
def test_a_list_that_fails_in_the_middle(onerror: str, left: int, told: list[int], ask: Ask, adc: Any) -> None:
    names = [("a", "10.0.0.1"), ("a", "10.0.0.2"), ("b", "10.0.0.3")]
    body = {"server": [{"name": name, "ipaddress": address} for name, address in names]}
    status, answer = ask("POST", "config/server", body, X_NITRO_ONERROR=onerror)
    assert (status, answer["errorcode"], answer["message"]) == (207, 1243, "Bulk operation failed")
    assert [item["errorcode"] for item in answer["response"]] == told
    assert len(adc.api.state.objects("server")) == left
    adc.api.state.restore('{"objects": {}, "bindings": {}}')
    good = {"server": [{"name": name, "ipaddress": address} for name, address in names[1:]]}
    assert ask("POST", "config/server", good, X_NITRO_ONERROR=onerror) == (201, DONE)


def test_sessions_open_end_and_are_counted(ask: Ask, adc: Any) -> None:
    assert ask("GET", "config/server", Accept="*/*")[1]["errorcode"] == 1027
    status, answer = ask("POST", "config/login", {"login": {"username": "nsroot", "password": "wrong"}})
    assert (status, answer["errorcode"]) == (401, 354)
    login = {"login": {"username": "nsroot", "password": "nsroot"}}
    status, answer = ask("POST", "config/login", login, Accept="*/*")
    cookie = f"NITRO_AUTH_TOKEN={answer['sessionid'].replace('#', '%23')}"
    assert (status, ask("GET", "config/server", Cookie=cookie)) == (201, (200, DONE))
    adc.api.sessions.expire()
    status, answer = ask("GET", "config/server", Cookie=cookie)
    assert (status, answer["errorcode"]) == (401, 444)
    adc.api.sessions.seconds, token = -1, ask("POST", "config/login", login, Accept="*/*")[1]["sessionid"]
    assert ask("GET", "config/server", Cookie=f"NITRO_AUTH_TOKEN={token}")[1]["errorcode"] == 444
    adc.api.sessions.seconds, adc.api.sessions.most = 60, 2
    answers = [ask("POST", "config/login", login, Accept="*/*")[0] for _number in range(3)]
    assert answers == [201, 201, 599]
    adc.api.sessions.basic = False
    assert ask("GET", "config/server")[1]["errorcode"] == 1244


def test_queries(ask: Ask) -> None:
    for number in range(5):
        ask("POST", "config/server", {"server": {"name": f"s{number}", "ipaddress": f"10.0.0.{number}", "comment": "x"}})
    assert ask("GET", "config/server?count=yes")[1]["server"] == [{"__count": "5"}]
    assert ask("GET", "config/server?filter=name:s3")[1]["server"][0]["ipaddress"] == "10.0.0.3"
    assert len(ask("GET", "config/server?filter=name:/s[12]/")[1]["server"]) == 2
    assert ask("GET", "config/server?attrs=name&pagesize=2&pageno=3")[1]["server"] == [{"name": "s4"}]
    assert ask("GET", "config/server?view=summary")[0] == 200
    assert ask("GET", "config/nothing")[1]["errorcode"] == 1232
    assert ask("POST", "config/server?idempotent=yes", {"server": {"name": "s1", "comment": "y"}})[0] == 201
    assert ask("POST", "config/server?action=rename", {"server": {"name": "s1", "newname": "t1"}}) == (200, DONE)
    assert ask("POST", "config/server?action=unset", {"server": {"name": "t1", "comment": True}}) == (200, DONE)
    assert "comment" not in ask("GET", "config/server/t1")[1]["server"][0]
    assert ask("POST", "config/server?action=dance", {"server": {"name": "t1"}})[1]["errorcode"] == 1240


def test_what_is_not_saved_is_lost_in_a_reboot(ask: Ask) -> None:
    ask("POST", "config/server", {"server": {"name": "s1", "ipaddress": "10.0.0.1"}})
    assert ask("GET", "config/nsconfig")[1]["nsconfig"][0]["configchanged"] is True
    assert ask("POST", "config/nsconfig?action=save", {"nsconfig": {}}) == (200, DONE)
    assert ask("GET", "config/nsconfig")[1]["nsconfig"][0]["configchanged"] is False
    ask("POST", "config/server", {"server": {"name": "s2", "ipaddress": "10.0.0.2"}})
    ask("POST", "config/reboot", {"reboot": {"warm": True}})
    assert [item["name"] for item in ask("GET", "config/server")[1]["server"]] == ["s1"]


def test_names_are_decoded_twice(ask: Ask) -> None:
    ask("POST", "config/server", {"server": {"name": "my s#1", "ipaddress": "10.0.0.1"}})
    assert ask("GET", "config/server/my%2520s%25231")[0] == 200
    assert ask("GET", "config/server/a%2Fb")[0] == 404


def test_statistics_and_roles(ask: Ask, adc: Any) -> None:
    ask("POST", "config/lbvserver", {"lbvserver": {"name": "v", "servicetype": "HTTP"}})
    assert ask("GET", "stat/lbvserver/v")[1]["lbvserver"][0]["tothits"] == "0"
    assert ask("GET", "stat/lbvserver/none")[0] == 404
    adc.api.state.role = "Secondary"
    assert ask("GET", "config/hanode/0")[1]["hanode"][0]["state"] == "Secondary"
    status, body = ask("POST", "config/server?warning=yes", {"server": {"name": "s1", "ipaddress": "10.0.0.1"}})
    assert (status, body["errorcode"], body["severity"]) == (209, 1028, "WARNING")


def test_faults_hit_what_they_match(ask: Ask, adc: Any) -> None:
    with pytest.raises(ValueError, match="no kind of fault"):
        adc.faults.set([{"kind": "flood"}])
    adc.faults.set([{"kind": "status", "status": 503, "method": "GET", "skip": 1}, {"kind": "html", "match": "lbvserver"}])
    assert ask("GET", "config/server") == (200, DONE)
    assert ask("GET", "config/server")[0] == 503
    assert ask("GET", "config/server") == (200, DONE)
    with pytest.raises(json.JSONDecodeError):
        ask("GET", "config/lbvserver")
    adc.faults.set([{"kind": "lost", "method": "POST"}])
    with pytest.raises(OSError, match=r"(?i)reset|closed|aborted"):
        ask("POST", "config/server", {"server": {"name": "s1", "ipaddress": "10.0.0.1"}})
    assert list(adc.api.state.objects("server")) == ["s1"]
    adc.faults.set([{"kind": "reset", "method": "POST"}])
    with pytest.raises(OSError, match=r"(?i)reset|closed|aborted"):
        ask("POST", "config/server", {"server": {"name": "s2", "ipaddress": "10.0.0.2"}})
    assert list(adc.api.state.objects("server")) == ["s1"]


@contextlib.contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "nitro_emulator", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_it_is_a_program_and_its_state_outlives_a_kill(tmp_path: Path) -> None:
    state, pem, password = tmp_path / "state.json", tmp_path / "adc.pem", tmp_path / "password"
    password.write_text("open sesame\n", "utf-8")
    options = ("--state-file", str(state), "--https", str(pem), "--password-file", str(password), "--verbose")
    body = json.dumps({"server": {"name": "s1", "ipaddress": "10.0.0.1"}}).encode()
    headers = {"X-NITRO-USER": "nsroot", "X-NITRO-PASS": "open sesame"}
    with started(*options) as (process, address):
        assert address.startswith("https://127.0.0.1:")
        trusted = ssl.create_default_context(cafile=str(pem))
        request = urllib.request.Request(f"{address}/nitro/v1/config/server", body, headers, method="POST")
        with urllib.request.urlopen(request, context=trusted, timeout=60) as answer:
            assert answer.status == 201
        process.send_signal(signal.SIGKILL)
        _out, log = process.communicate(timeout=60)
    assert "open sesame" not in log
    assert state.stat().st_mode & 0o077 == pem.stat().st_mode & 0o077 == 0
    assert list(json.loads(state.read_text("utf-8"))["running"]["objects"]["server"]) == ["s1"]
    with started("--state-file", str(state), "--reboot") as (_process, address):
        request = urllib.request.Request(f"{address}/nitro/v1/config/server", None, {**headers, "X-NITRO-PASS": "nsroot"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert json.loads(answer.read()) == DONE


def test_it_shares_no_code_with_the_collection() -> None:
    for path in HOME.rglob("*.py"):
        assert "ansible" not in path.read_text("utf-8"), path.name

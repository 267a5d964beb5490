# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the NetScaler modules do better than others, each thing by a test, against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]
Calls = Callable[..., list[str]]
Shown = Callable[[], dict[str, Any]]
WEB = {"name": "web", "servicetype": "HTTP", "ipaddress": "10.0.0.1", "port": 80}
MONITORED = [{"monitorname": "tcp", "weight": 3}, "http"]
OPTIONS: dict[str, dict[str, Any]] = {
    "netscaler_lb_monitor": {
        "monitorname": "page",
        "type": "HTTP",
        "interval": 60,
        "respcode": ["200"],
        "password": "s3cret pw",
    },
    "netscaler_server": {"name": "s1", "ipaddress": "10.0.0.9", "comment": "first"},
    "netscaler_service": {**WEB, "monitor_bindings": MONITORED, "clttimeout": 100, "cip": "enabled", "usip": True, "sp": True},
    "netscaler_service_group": {
        "servicegroupname": "group",
        "servicetype": "HTTP",
        "servicemembers": [
            {"ip": "10.1.0.1", "port": 80},
            {"ip": "2001:DB8:0::1", "port": 81, "weight": 4, "state": "disabled"},
        ],
        "monitorbindings": [{"monitorname": "tcp", "weight": 5}],
    },
    "netscaler_lb_vserver": {
        "name": "front",
        "servicetype": "HTTP",
        "ipv46": "6.93.3.3",
        "port": 80,
        "lbmethod": "SRCIPDESTIPHASH",
        "persistencetype": "COOKIEINSERT",
        "timeout": 12,
    },
    "netscaler_vxlan": {
        "id": 100,
        "type": "VXLANGPE",
        "protocol": "NSH",
        "port": 4790,
        "srcips": ["10.0.0.7"],
        "nsips": [{"ipaddress": "10.7.0.1", "netmask": "255.255.255.0"}],
    },
}


@pytest.mark.parametrize("module", OPTIONS)
def test_made_unchanged_and_removed(module: str, run: Run, shown: Shown, calls: Calls) -> None:
    before = shown()
    told = run(module, check=True, **OPTIONS[module])
    assert (told["changed"], calls()) == (True, [])
    made = run(module, **OPTIONS[module])
    assert (made["changed"], made["plan"], made["diff"]) == (True, told["plan"], told["diff"])
    assert made["warnings"] == []
    calls()
    assert run(module, **OPTIONS[module])["changed"] is False
    assert calls() == []
    key = next(iter(OPTIONS[module]))
    assert run(module, state="absent", **{key: OPTIONS[module][key]})["changed"]
    assert run(module, state="absent", **{key: OPTIONS[module][key]})["changed"] is False
    assert shown() == before


@pytest.mark.parametrize(
    ("module", "kind", "key"),
    [
        ("netscaler_server", "server", "s1"),
        ("netscaler_service", "service", "web"),
        ("netscaler_service_group", "servicegroup", "group"),
        ("netscaler_lb_vserver", "lbvserver", "front"),
    ],
)
def test_a_change_of_disabled_alone_is_reported_and_done(
    module: str, kind: str, key: str, run: Run, adc: Any, calls: Calls
) -> None:
    run(module, **OPTIONS[module])
    for disabled, state in ((True, "DISABLED"), (False, "ENABLED")):
        assert run(module, check=True, **OPTIONS[module], disabled=disabled)["changed"]
        calls()
        answer = run(module, **OPTIONS[module], disabled=disabled)
        assert answer["diff"]["after"] == {f"{kind} {key}": {"disabled": disabled}}
        action = "disable" if disabled else "enable"
        assert calls() == [f"POST /config/{kind}?action={action}", "POST /config/nsconfig?action=save"]
        assert adc.api.state.objects(kind)[key]["state"] == state
        assert run(module, **OPTIONS[module], disabled=disabled)["changed"] is False


def test_what_is_made_disabled_is_never_enabled(run: Run, adc: Any, calls: Calls) -> None:
    run("netscaler_service", **WEB, disabled=True)
    assert adc.api.state.objects("service")["web"]["state"] == "DISABLED"
    assert calls() == ["POST /config/service", "POST /config/nsconfig?action=save"]


def test_a_service_on_a_disabled_server_is_left_alone_and_warned_of(run: Run, calls: Calls) -> None:
    run("netscaler_server", name="s1", ipaddress="10.0.0.1", disabled=True)
    run("netscaler_service", name="web", servicetype="HTTP", servername="s1", port=80)
    calls()
    answer = run("netscaler_service", name="web", servicetype="HTTP", servername="s1", port=80)
    assert (answer["changed"], calls()) == (False, [])
    assert any("its server is disabled" in warning for warning in answer["warnings"])


def test_a_weight_is_changed_in_place(run: Run, adc: Any, calls: Calls) -> None:
    for module in ("netscaler_service", "netscaler_service_group"):
        run(module, **OPTIONS[module])
    bound = {"servicebindings": [{"servicename": "web", "weight": 7}], "servicegroupbindings": [{"servicegroupname": "group"}]}
    run("netscaler_lb_vserver", **OPTIONS["netscaler_lb_vserver"], **bound)
    calls()
    changed = [{"monitorname": "tcp", "weight": 9, "monstate": "disabled"}, "http"]
    told = run("netscaler_service", check=True, name="web", monitor_bindings=changed)
    assert run("netscaler_service", name="web", monitor_bindings=changed)["diff"] == told["diff"]
    assert told["diff"]["after"] == {"service_lbmonitor_binding web/tcp": {"weight": 9, "monstate": "DISABLED"}}
    members = [{"ip": "10.1.0.1", "port": 80, "weight": 2}, {"ip": "2001:db8::1", "port": 81, "weight": 4, "state": "enabled"}]
    run(
        "netscaler_service_group",
        servicegroupname="group",
        servicemembers=members,
        monitorbindings=[{"monitorname": "tcp", "weight": 6}],
    )
    run("netscaler_lb_vserver", name="front", servicebindings=[{"servicename": "web", "weight": 8, "order": 2}])
    made = calls()
    assert not [call for call in made if "binding" in call or call.startswith("DELETE")]
    state = adc.api.state
    assert state.members("service_lbmonitor_binding", "web")["tcp"] == {
        "monitor_name": "tcp",
        "weight": 9,
        "monstate": "DISABLED",
    }
    group = state.members("servicegroup_servicegroupmember_binding", "group")
    assert [(row["weight"], row["state"]) for row in group.values()] == [(2, "ENABLED"), (4, "ENABLED")]
    assert state.members("servicegroup_lbmonitor_binding", "group")["tcp"]["weight"] == 6
    assert state.members("lbvserver_service_binding", "front")["web"] == {"servicename": "web", "weight": 8, "order": 2}


def test_new_members_are_bound_before_old_ones_go(run: Run, calls: Calls) -> None:
    group = {"servicegroupname": "group", "servicetype": "HTTP"}
    run("netscaler_service_group", **group, servicemembers=[{"ip": "10.1.0.1", "port": 80}, {"ip": "10.1.0.2", "port": 80}])
    calls()
    run("netscaler_service_group", **group, servicemembers=[{"ip": "10.1.0.2", "port": 80}, {"ip": "10.1.0.3", "port": 80}])
    binding = "/config/servicegroup_servicegroupmember_binding"
    assert calls()[:2] == [f"PUT {binding}", f"DELETE {binding}/group?args=ip:10.1.0.1,port:80"]


def test_bindings_that_nobody_speaks_of_are_left_alone(run: Run, adc: Any) -> None:
    run("netscaler_service", **WEB, monitor_bindings=MONITORED)
    assert run("netscaler_service", **WEB)["changed"] is False
    run("netscaler_service", **WEB, monitor_bindings=[])
    assert adc.api.state.members("service_lbmonitor_binding", "web") == {}
    assert run("netscaler_service", **WEB, monitor_bindings=[])["changed"] is False  # the default monitor is not touched


def test_an_address_is_changed_in_place(run: Run, adc: Any, calls: Calls) -> None:
    run("netscaler_service", **{**WEB, "ipaddress": None, "ip": "10.0.0.1"})
    calls()
    assert run("netscaler_service", **{**WEB, "ipaddress": None, "ip": "10.0.0.2"})["changed"]
    assert calls()[0] == "PUT /config/service"
    assert list(adc.api.state.objects("server")) == ["10.0.0.2"]


def test_an_empty_text_brings_the_default_back(run: Run, adc: Any) -> None:
    run("netscaler_server", name="s1", ipaddress="10.0.0.1", comment="old")
    assert run("netscaler_server", name="s1", comment="")["changed"]
    assert "comment" not in adc.api.state.objects("server")["s1"]
    assert run("netscaler_server", name="s1", comment="")["changed"] is False


@pytest.mark.parametrize(("interval", "units"), [(60, "SEC"), (1, "MIN"), (60_000, "MSEC"), (90, "SEC"), (120, None)])
def test_a_duration_is_the_same_in_any_unit(interval: int, units: str | None, run: Run) -> None:
    options = {"monitorname": "page", "type": "HTTP", "interval": interval, **({"units3": units} if units else {})}
    assert run("netscaler_lb_monitor", **options)["changed"]
    assert run("netscaler_lb_monitor", **options)["changed"] is False
    assert run("netscaler_lb_monitor", **{**options, "interval": interval + 1})["changed"]


def test_what_cannot_be_changed_is_refused_by_name(run: Run, shown: Shown, calls: Calls) -> None:
    run("netscaler_service", **WEB)
    before = shown()
    calls()
    for check in (True, False):
        answer = run("netscaler_service", check=check, **{**WEB, "port": 8080, "servicetype": "TCP"})
        assert answer["failed"]
        assert "servicetype is HTTP and cannot become TCP, port is 80 and cannot become 8080" in answer["msg"]
        assert "recreate=true" in answer["msg"]
    assert (shown(), calls()) == (before, [])


def balanced(run: Run) -> None:
    run("netscaler_service", **OPTIONS["netscaler_service"])
    run("netscaler_lb_vserver", **OPTIONS["netscaler_lb_vserver"], servicebindings=[{"servicename": "web", "weight": 7}])


def test_recreate_carries_everything_over(run: Run, adc: Any) -> None:
    balanced(run)
    told = run("netscaler_service", check=True, name="web", port=443, servicetype="SSL", recreate=True)
    answer = run("netscaler_service", name="web", port=443, servicetype="SSL", recreate=True)
    assert (answer["diff"], answer["plan"]) == (told["diff"], told["plan"])
    state = adc.api.state
    service = state.objects("service")["web"]
    assert (service["port"], service["servicetype"], service["clttimeout"], service["cip"]) == (443, "SSL", 100, "ENABLED")
    assert state.members("lbvserver_service_binding", "front")["web"]["weight"] == 7
    assert state.members("service_lbmonitor_binding", "web")["tcp"]["weight"] == 3
    assert run("netscaler_service", name="web", port=443, servicetype="SSL", recreate=True)["changed"] is False


@pytest.mark.parametrize(("method", "skip"), [("POST", 1), ("PUT", 0), ("PUT", 1)])
def test_where_the_new_one_is_refused_the_old_one_comes_back(method: str, skip: int, run: Run, adc: Any, shown: Shown) -> None:
    balanced(run)
    before = shown()
    adc.faults.set([{"kind": "refuse", "code": 1097, "method": method, "skip": skip}])  # the first POST is the log-in
    answer = run("netscaler_service", name="web", port=443, servicetype="SSL", recreate=True)
    assert answer["failed"]
    assert "taken back: delete service web" in answer["msg"]
    assert shown() == before


def test_recreate_refuses_to_lose_anything(run: Run, adc: Any) -> None:
    run("netscaler_server", name="s1", domain="a.example")
    run("netscaler_service", name="web", servicetype="HTTP", servername="s1", port=80)
    answer = run("netscaler_server", name="s1", domain="b.example", recreate=True)
    assert answer["failed"]
    assert "server_service_binding" in answer["msg"]
    run("netscaler_lb_vserver", name="tls", servicetype="SSL", ipv46="6.6.6.6", port=443)
    adc.api.state.members("sslvserver_sslcertkey_binding", "tls")["cert"] = {"certkeyname": "cert"}
    answer = run("netscaler_lb_vserver", name="tls", port=444, recreate=True)
    assert answer["failed"]
    assert "sslvserver_sslcertkey_binding" in answer["msg"]
    run("netscaler_lb_monitor", monitorname="page", type="HTTP")
    run("netscaler_service", name="web", monitor_bindings=["page"])
    answer = run("netscaler_lb_monitor", monitorname="page", type="TCP", recreate=True)
    assert answer["failed"]
    assert "lbmonbindings_service_binding" in answer["msg"]


def test_it_is_saved_after_a_change_alone(run: Run, adc: Any, calls: Calls) -> None:
    save = "POST /config/nsconfig?action=save"
    run("netscaler_server", name="s1", ipaddress="10.0.0.1")
    assert save in calls()
    assert not adc.api.state.changed
    run("netscaler_server", name="s1", ipaddress="10.0.0.1")
    run("netscaler_server", name="s2", ipaddress="10.0.0.2", save_config=False)
    assert save not in calls()
    assert adc.api.state.changed
    assert run("netscaler_save_config", check=True)["changed"]
    assert adc.api.state.changed
    assert run("netscaler_save_config")["changed"]
    assert not adc.api.state.changed
    assert run("netscaler_save_config")["changed"] is False
    assert run("netscaler_save_config", force=True)["changed"]


def test_what_could_not_be_saved_says_so(run: Run, adc: Any) -> None:
    adc.faults.set([{"kind": "refuse", "code": 257, "match": "nsconfig?action=save", "times": 0}])
    answer = run("netscaler_server", name="s1", ipaddress="10.0.0.1")
    assert (answer["failed"], answer["changed"]) == (True, True)
    assert "not saved" in answer["msg"]
    assert "netscaler_save_config" in answer["msg"]


MANY = [{"name": f"web-{number}", "ipaddress": f"10.2.0.{number}"} for number in range(1, 31)]
SHARED = {"servicetype": "HTTP", "port": 80, "monitor_bindings": ["tcp"]}


def test_many_in_one_task_are_few_calls(run: Run, adc: Any, calls: Calls) -> None:
    answer = run("netscaler_service", bulk=MANY, **SHARED)
    assert (len(answer["objects"]), answer["object"]) == (30, None)
    assert calls(changing=False) == [
        "GET /config/service",
        "GET /config/hanode/0",
        "POST /config/service",
        "PUT /config/service_lbmonitor_binding",
        "POST /config/nsconfig?action=save",
        "GET /config/service",
        "GET /config/service_lbmonitor_binding?bulkbindings=yes",
    ]
    assert run("netscaler_service", bulk=MANY, **SHARED)["changed"] is False
    assert run("netscaler_service", bulk=MANY, **SHARED, disabled=True)["changed"]
    assert "POST /config/service?action=disable" in calls()
    assert run("netscaler_service", bulk=[*MANY[1:], {**MANY[0], "state": "absent"}], **SHARED, disabled=True)["changed"]
    assert len(adc.api.state.objects("service")) == 29


@pytest.mark.parametrize("bad", [{"name": "web/\"'"}, {"ipaddress": "no address"}, {"name": "wéb"}])
@pytest.mark.parametrize("place", [0, 17, 29])
def test_one_bad_of_many_leaves_nothing(bad: dict[str, Any], place: int, run: Run, shown: Shown) -> None:
    run("netscaler_service", **WEB)
    before = shown()
    items = [item if number != place else {**item, **bad} for number, item in enumerate(MANY)]
    answer = run("netscaler_service", bulk=items, **SHARED)
    assert "nothing is left of this run" in answer["msg"]
    assert shown() == before


def test_what_a_rollback_left_is_named(run: Run, adc: Any, shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk, error = adc.api._bulk, {"errorcode": 1241, "message": "Rollback failed. Manually correct the configuration"}

    def failing(operation: Any, items: Any, _onerror: str, *rest: Any) -> tuple[int, dict[str, Any]]:
        status, answer = bulk(operation, items, "exit", *rest)
        return status, {**answer, "response": [error]}

    monkeypatch.setattr(adc.api, "_bulk", failing)
    answer = run("netscaler_service", bulk=[*MANY[:2], {"name": "bad", "ipaddress": "none"}], **SHARED)
    assert "left as it was made, and not saved: create service web-1, create service web-2" in answer["msg"]
    assert set(shown()["service"]) == {"web-1", "web-2"}


def test_what_another_run_makes_meanwhile_is_taken_as_it_is(
    run: Run, adc: Any, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run makes one of the objects between our reading and our call: ours makes the rest."""
    from nitro_emulator import objects

    config = adc.api.config

    def late(method: str, resource: str, *rest: Any) -> Any:
        if (method, resource) == ("POST", "service") and not adc.api.state.objects("service"):
            given = {"name": "web-1", "ip": "10.2.0.1", "servicetype": "HTTP", "port": 80}
            objects.add(adc.api.state, "service", given)
        return config(method, resource, *rest)

    monkeypatch.setattr(adc.api, "config", late)
    for options in ({"bulk": MANY[:3]}, MANY[0]):
        adc.api.state.restore('{"objects": {}, "bindings": {}}')
        answer = run("netscaler_service", **options, **SHARED)
        assert (answer["changed"], answer.get("msg")) == (True, None)
        assert set(shown()["service"]) == {item["name"] for item in options.get("bulk", [options])}
        assert len(shown()["service_lbmonitor_binding"]) == len(shown()["service"])
        assert run("netscaler_service", **options, **SHARED)["changed"] is False
    run("netscaler_service", **WEB)
    before = shown()
    answer = run("netscaler_service", bulk=[*MANY[5:7], {**WEB, "name": "other"}], **SHARED)
    assert "NITRO error 273" in answer["msg"]  # another one has the place, and no look changes that
    assert shown() == before


def test_an_appliance_that_rolls_nothing_back_is_told_one_by_one(run: Run, adc: Any, shown: Shown, calls: Calls) -> None:
    adc.faults.set([{"kind": "refuse", "code": 1242, "method": "POST", "match": "/config/service"}])
    assert run("netscaler_service", bulk=MANY[:4], **SHARED)["changed"]
    assert calls().count("POST /config/service") == 5
    assert run("netscaler_service", bulk=MANY[:4], **SHARED)["changed"] is False
    adc.faults.set([{"kind": "refuse", "code": 1242, "method": "POST", "match": "/config/service"}])
    before = shown()
    answer = run("netscaler_service", bulk=[*MANY[5:8], {"name": "bad", "ipaddress": "none"}], **SHARED)
    assert "taken back: create service web-6, create service web-7, create service web-8" in answer["msg"]
    assert shown() == before


def test_the_secondary_of_a_pair_is_refused(run: Run, adc: Any, calls: Calls) -> None:
    adc.api.state.role = "Secondary"
    answer = run("netscaler_server", name="s1", ipaddress="10.0.0.1")
    assert answer["failed"]
    assert "secondary" in answer["msg"]
    assert calls() == []


def test_info_tells_what_is_there(run: Run, adc: Any) -> None:
    balanced(run)
    run("netscaler_lb_monitor", **OPTIONS["netscaler_lb_monitor"])
    told = run("netscaler_info", bindings=True, statistics=True)
    assert told["changed"] is False
    assert [row["name"] for row in told["resources"]["service"]] == ["web"]
    assert told["resources"]["lbvserver"][0]["lbvserver_service_binding"][0]["servicename"] == "web"
    assert told["statistics"]["lbvserver"][0]["name"] == "front"
    assert told["node"]["role"] == "Primary"
    assert run("netscaler_info", resources=["service"], names=["web", "none"])["resources"]["service"][0]["name"] == "web"


CLASSIC = {
    "netscaler_server": "name ipaddress domain translationip translationmask domainresolveretry ipv6address comment td "
    "graceful delay disabled",
    "netscaler_service": "name ip servername servicetype port cleartextport cachetype maxclient healthmonitor maxreq cacheable "
    "cip cipheader usip useproxyport sp rtspsessionidremap clttimeout svrtimeout customserverid cka tcpb cmp maxbandwidth "
    "accessdown monthreshold downstateflush tcpprofilename httpprofilename hashid comment appflowlog netprofile processlocal "
    "dnsprofilename ipaddress graceful monitor_bindings disabled",
}
ACCESS = "nsip nitro_user nitro_pass nitro_protocol validate_certs nitro_timeout state save_config"


@pytest.mark.parametrize("module", CLASSIC)
def test_every_option_of_the_classic_module_is_there(module: str) -> None:
    import importlib

    spec = importlib.import_module(f"ansible_collections.superfluidity.nfv.plugins.modules.{module}").SPEC.argument_spec
    assert set(f"{CLASSIC[module]} {ACCESS}".split()) - set(spec) == set()
    expected = {"nitro_protocol": "http", "validate_certs": True, "nitro_timeout": 310, "state": "present", "save_config": True}
    assert {name: spec[name].get("default") for name in expected} == expected
    if module == "netscaler_service":
        defaults = {"healthmonitor": True, "cacheable": False, "rtspsessionidremap": False, "customserverid": "None"}
        assert {name: spec[name]["default"] for name in defaults} == defaults


def test_the_example_of_the_classic_page_works_as_it_stands(run: Run, adc: Any) -> None:
    run("netscaler_lb_monitor", monitorname="monitor-1", type="HTTP-INLINE", action="DOWN", respcode=["400"])
    options = {"state": "present", "name": "service-http-1", "servicetype": "HTTP", "ipaddress": "10.78.0.1", "port": 80}
    assert run("netscaler_service", **options, monitor_bindings=["monitor-1"])["changed"]
    assert list(adc.api.state.members("service_lbmonitor_binding", "service-http-1")) == ["monitor-1"]
    assert run("netscaler_service", **options, monitor_bindings=["monitor-1"])["changed"] is False


def test_a_playbook_of_the_classic_module_need_not_be_changed(run: Run, adc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers with a point, dictionaries of monitors, and the address of the appliance from the environment."""
    from ansible_collections.superfluidity.nfv.plugins.modules import netscaler_service

    options = {"name": "web", "ip": "10.0.0.1", "servicetype": "HTTP", "port": "80", "clttimeout": 10.0, "maxclient": 5.0}
    bindings = [{"monitorname": "tcp", "weight": 50, "dup_state": "enabled", "dup_weight": 50}]
    assert run("netscaler_service", **options, monitor_bindings=bindings, graceful=False, cip="disabled")["changed"]
    assert run("netscaler_service", **options, monitor_bindings=bindings, graceful=False, cip="disabled")["changed"] is False
    assert adc.api.state.objects("service")["web"]["clttimeout"] == 10
    access = {"nsip": "192.0.2.1", "nitro_user": "somebody", "nitro_pass": "p4ss", "nitro_protocol": "https"}
    for name, value in access.items():
        monkeypatch.setenv(f"NETSCALER_{name.upper()}", value)
    checked = netscaler_service.SPEC.validated(options)
    assert {name: checked[name] for name in access} == access

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between ``osm_service`` and OSM, and what the next run makes of it."""

from __future__ import annotations

import concurrent.futures
import json
import os
import random
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .osm_descriptors import VIDEO, nsd, vnfd

TOP = Path(__file__).parents[4]
SCALED = {**VIDEO, "scale": [{"vdu": "vm", "count": 3}]}
NEWER = {**SCALED, "descriptors": [vnfd(cpus=2, version="2.0"), nsd()]}
GONE = {**NEWER, "state": "absent", "remove_packages": True}


def fault(bench: Any, call: str, what: str, times: int = 1, after: int = 0) -> None:
    from osm_emulator.faults import Fault

    bench.server.faults.append(Fault(call, what, times, after))


def shape(bench: Any) -> dict[str, Any]:
    """What there is at OSM, without ids."""
    records = [(one["vnfd-ref"], one["revision"], len(one["vdur"])) for one in bench.state.records.values()]
    states = [(one["name"], one["_admin"]["nsState"]) for one in bench.state.instances.values()]
    return {**bench.counts(), "records": records, "states": states}


WANTED = {
    "present": {"vnfds": 1, "nsds": 1, "instances": 1, "records": [("cache", 1, 3)], "states": [("video", "INSTANTIATED")]},
    "newer": {"vnfds": 1, "nsds": 1, "instances": 1, "records": [("cache", 2, 3)], "states": [("video", "INSTANTIATED")]},
    "gone": {"vnfds": 0, "nsds": 0, "instances": 0, "records": [], "states": []},
}


def calls_of(bench: Any, options: dict[str, Any]) -> int:
    bench.server.calls.clear()
    assert not bench("osm_service", **options).get("failed")
    return len(bench.server.calls)


@pytest.mark.one_python
@pytest.mark.parametrize("what", ["lost", "reset"])
def test_whichever_change_fails_the_next_run_completes(benches: Callable[..., Any], what: str) -> None:
    """It is told, as nobody knows whether it was done, and the next run sees what it did."""
    bench = benches()
    for at in range(6):
        fault(bench, "^(POST|PUT|DELETE) (?!.*tokens)", what, after=at)
        assert "no answer" in bench("osm_service", **SCALED)["msg"]
        last = bench("osm_service", **SCALED)
        assert not last.get("failed"), (at, last["msg"])
        assert shape(bench) == WANTED["present"], at
        bench("osm_service", **GONE)
    fault(bench, "^(POST|PUT|DELETE) (?!.*tokens)", what, after=6)
    assert not bench("osm_service", **SCALED).get("failed"), "there are six"


class Killed(BaseException):
    """Ends a run as SIGKILL does: nothing handles it."""


@pytest.mark.one_python
def test_a_run_that_ends_anywhere_is_completed_by_the_next(benches: Callable[..., Any]) -> None:
    model, other = benches(), benches()
    for bench in (model, other):
        bench("osm_service", **SCALED)
    for name, options in (("newer", NEWER), ("gone", GONE)):
        for at in range(1, calls_of(model, options), 7):
            with pytest.MonkeyPatch.context() as patched:
                _die_at(patched, at)
                with pytest.raises(Killed):
                    other("osm_service", **options)
            assert not other("osm_service", **options).get("failed"), (name, at)
            assert shape(other) == WANTED[name], (name, at)
            other("osm_service", **GONE)
            other("osm_service", **SCALED)


def _die_at(patched: pytest.MonkeyPatch, at: int) -> None:
    """Let the run die with a call under way: some of them reach OSM, and nobody hears its answer."""
    from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.osm.session import Session

    ask, seen = Session._answer, []

    def answer(session: Session, *words: Any) -> bytes:
        seen.append(None)
        if len(seen) > at:
            if at % 2:
                ask(session, *words)
            raise Killed
        return ask(session, *words)

    patched.setattr(Session, "_answer", answer)


RUN = """
import json, sys
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
from ansible_collections.superfluidity.nfv.plugins.modules import osm_service as door
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.osm import orchestrated
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
orchestrated.ROUNDS = 10
acting = door.orchestrated(door.SPEC.validated(json.loads(sys.argv[1])), Files())
acting.apply(acting.difference(acting.read()))
"""


@pytest.mark.parametrize("call", ["ns_descriptors_content", "POST .*/instantiate", "GET .*/ns_lcm_op_occs/"])
def test_a_process_that_is_killed(benches: Callable[..., Any], call: str) -> None:
    bench = benches(seconds=0.2)
    options = {**SCALED, "url": bench.url, "password": "a-word-nobody-may-see", "timeout": 20}
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(RUN), json.dumps(options)], cwd=TOP)

    def kill(method: str, path: str) -> None:
        if re.search(call, f"{method} {path}") and process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)

    bench.server.faults.watchers.append(kill)
    assert process.wait(60) == -signal.SIGKILL
    bench.server.faults.watchers.clear()
    assert not bench("osm_service", **SCALED).get("failed")
    assert shape(bench) == WANTED["present"]


def at_once(bench: Any, number: int, **options: Any) -> None:
    with concurrent.futures.ThreadPoolExecutor(number) as pool:
        answers = [one.result() for one in [pool.submit(bench, "osm_service", **options) for _run in range(number)]]
    assert [one["msg"] for one in answers if one.get("failed")] == []


@pytest.mark.parametrize("queue", [False, True])
def test_runs_at_once_agree(benches: Callable[..., Any], queue: bool) -> None:
    for _attempt in range(2):
        bench = benches(queue=queue, seconds=0.02)
        at_once(bench, 3, **SCALED)
        assert shape(bench) == WANTED["present"]
        assert sum(one["lcmOperationType"] == "instantiate" for one in bench.state.operations.values()) == 1
        at_once(bench, 2, **{**SCALED, "state": "absent", "remove_packages": True})
        assert shape(bench) == WANTED["gone"]


@pytest.mark.parametrize(
    ("call", "what", "times", "wrong"),
    [
        ("GET", "503", 2, None),
        ("GET", "reset", 2, None),
        ("GET", "slow:0.02", 5, None),
        ("GET .*/ns_lcm_op_occs/", "500", 4, None),
        ("GET .*/ns_lcm_op_occs/", "html", 3, None),
        ("GET .*/ns_lcm_op_occs/", "half", 3, None),
        ("POST .*/instantiate", "401", 1, None),
        ("GET .*vim_accounts", "500", 9, "GET /admin/v1/vim_accounts: 500 a fault that was asked for"),
        ("GET .*ns_instances", "html", 9, "the answer is no JSON but '<html>It works!</html>'; check url"),
        ("POST .*vnf_packages_content", "500", 1, "POST /vnfpkgm/v1/vnf_packages_content: 500"),
        ("POST .*vnf_packages_content", "409", 1, "409 a fault that was asked for"),
        ("POST .*/ns_instances$", "403", 1, "403 a fault that was asked for; check user, password and project"),
        ("POST .*/instantiate", "lost", 1, "POST /nslcm/v1/ns_instances/"),
        ("POST .*/instantiate", "503", 1, "503 a fault that was asked for; try again later"),
        ("POST .*/instantiate", "half", 1, "no answer (IncompleteRead"),
        ("POST .*/scale", "401", 9, "401 a fault that was asked for; check user, password and project"),
        ("POST .*/tokens", "slow:1.2", 1, None),
        ("GET .*ns_instances$", "slow:1.2", 3, "no answer (timed out); check url"),
        ("POST .*/tokens", "html", 1, "the answer is no JSON"),
        ("GET .*ns_lcm_op_occs/", "404", 1, "there is no such thing"),
    ],
)  # fmt: skip
def test_faults(bench: Any, call: str, what: str, times: int, wrong: str | None) -> None:
    fault(bench, call, what, times)
    answer = bench("osm_service", **SCALED, api_timeout=1)
    if wrong is None:
        assert not answer.get("failed"), answer["msg"]
    else:
        assert answer["failed"] is True
        assert wrong in answer["msg"]
        assert "\n" not in answer["msg"]
        bench.server.faults.clear()
        assert not bench("osm_service", **SCALED).get("failed")
    assert shape(bench) == WANTED["present"]
    assert bench("osm_service", **SCALED)["changed"] is False


@pytest.mark.parametrize("state", ["FAILED", "PARTIALLY_COMPLETED", "ROLLED_BACK"])
def test_an_operation_that_ends_badly_is_told_and_made_good(bench: Any, state: str) -> None:
    outcomes = bench.state.lifecycle.outcomes
    outcomes["instantiate"] = [(state, "no host\nleft  in zone 1")]
    answer = bench("osm_service", **SCALED)
    assert (answer["failed"], answer["changed"]) == (True, True)
    assert f"instantiate video ended in {state}: no host left in zone 1 (operation " in answer["msg"]
    assert "Stage 2/5" in answer["msg"]
    assert "mend what it names and run again" in answer["msg"]
    again = bench("osm_service", **SCALED)
    assert [one["kind"] for one in again["operations"]] == ["terminate", "instantiate", "scale", "scale"]
    outcomes["scale"] = [(state, "no quota")]
    answer = bench("osm_service", **{**SCALED, "scale": [{"vdu": "vm", "count": 5}]})
    assert f"scale vm of video ended in {state}: no quota" in answer["msg"]
    assert not bench("osm_service", **SCALED).get("failed"), "what failed to grow still runs"
    outcomes["terminate"] = [(state, "VIM is away")] * 2
    answer = bench("osm_service", **SCALED, state="absent")
    assert f"terminate video ended in {state}: VIM is away" in answer["msg"]
    assert "or give force: true" in answer["msg"]
    assert bench.counts()["instances"] == 1
    forced = bench("osm_service", **SCALED, state="absent", force=True)
    left = [one for one in forced["warnings"] if one.endswith("what it has at the VIM stays there")]
    assert bool(left) == (state != "PARTIALLY_COMPLETED"), "of which OSM says that nothing runs"
    assert bench.counts()["instances"] == 0


def test_an_operation_of_somebody_else_is_waited_for_but_not_for_ever(benches: Callable[..., Any]) -> None:
    bench = benches(seconds=0.3)
    bench("osm_service", **VIDEO)
    (instance,) = bench.state.instances
    step = {"scaling-group-descriptor": "more", "member-vnf-index": "1"}
    bench.state.scale(
        instance, {"scaleType": "SCALE_VNF", "scaleVnfData": {"scaleVnfType": "SCALE_OUT", "scaleByStepData": step}}
    )
    begun = time.monotonic()
    told = bench("osm_service", **SCALED, check=True)
    assert time.monotonic() - begun > 0.2
    assert told["diff"]["before"] == {"count video/1/vm": {"count": 2}}
    bench.state.seconds = 60
    bench.state.scale(
        instance, {"scaleType": "SCALE_VNF", "scaleVnfData": {"scaleVnfType": "SCALE_OUT", "scaleByStepData": step}}
    )
    answer = bench("osm_service", **SCALED, timeout=0)
    assert "is still under way after 0 s: raise timeout" in answer["msg"]


def test_a_token_that_ends_in_the_middle(benches: Callable[..., Any]) -> None:
    bench = benches(token_seconds=0.15, seconds=0.1)
    assert not bench("osm_service", **SCALED).get("failed")
    assert sum(path.endswith("/tokens") for _method, path in bench.server.calls) > 2


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda osm: osm.instances["x"].update(_id=None), "OSM"),
        (lambda osm: osm.instances["x"].update(description=7), "is not ours"),
        (lambda osm: osm.records["y"].update(vdur="many"), "OSM tells no list of VDUs of a VNF"),
        (
            lambda osm: osm.operations.update(z={"_id": "z", "nsInstanceId": "x", "operationState": 5, "_ends": 0}),
            "still under way",
        ),
        (lambda osm: osm.vims.append("a text"), "OSM gave no list of vim_accounts"),
    ],
)
def test_answers_that_make_no_sense(bench: Any, spoil: Callable[[Any], None], wrong: str) -> None:
    bench("osm_service", **VIDEO)
    osm = bench.state
    for items, name in ((osm.instances, "x"), (osm.records, "y")):
        items[name] = items.pop(next(iter(items)))
    osm.instances["x"]["_id"] = osm.records["y"]["nsr-id-ref"] = "x"
    spoil(osm)
    answer = bench("osm_service", **SCALED, timeout=0)
    assert answer["failed"] is True
    assert wrong in answer["msg"]
    assert "Traceback" not in answer["msg"]


def spoilt(value: Any, chance: random.Random) -> Any:
    """A value in which one part, however deep, is something else or missing."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        rest = {name: item for name, item in value.items() if name != key}
        return rest if chance.random() < 0.3 else {**rest, key: spoilt(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [*value[:at], spoilt(value[at], chance), *value[at + 1 :]]
    return chance.choice([None, 7, "x", [], {}, [None], [{}], {"a": 1}, True, -1, [["x"]]])


@pytest.mark.one_python
def test_whatever_osm_answers_there_is_a_sentence(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fifth answer has a part that it should not have; what the action raises would be a traceback."""
    from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.osm.session import Session

    chance, decoded, refused = random.Random(8), Session._decoded, 0

    def answer(session: Session, content: bytes, method: str, path: str) -> Any:
        found = decoded(session, content, method, path)
        return spoilt(found, chance) if chance.random() < 0.2 and "tokens" not in path else found

    options = {**SCALED, "heal": True, "vim_accounts": {"1": "other"}, "timeout": 0}
    for number in range(24):
        with monkeypatch.context() as patched:
            patched.setattr(Session, "_decoded", answer)
            told = bench("osm_service", **options, state="absent" if number % 6 == 5 else "present", remove_packages=True)
        refused += bool(told.get("failed"))
        assert "\n" not in told.get("msg", "")
    assert refused > 5

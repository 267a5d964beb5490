# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of port pools as a playbook calls them, and the event source as a rulebook does."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from .conftest import Place

TOP = Path(__file__).parents[3]


def play(tmp_path: Path, tasks: list[dict[str, Any]], *words: str) -> tuple[int, str]:
    """Run tasks on this machine; the exit code and the output."""
    book = tmp_path / "play.yml"
    variables = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    start = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": tasks}
    book.write_text(json.dumps([start]))
    command = [str(TOP / ".venv/bin/ansible-playbook"), "-i", "localhost,", str(book), *words]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_pool_from_nothing_to_claims_and_back(place: Place, tmp_path: Path) -> None:
    pool = {**place.options(min=2, batch=2), "security_groups": [place.group.name], "network": place.network.name}
    pool["trunk"] = place.trunks[0].name
    info = {"superfluidity.nfv.kuryr_port_pool_info": {"cloud": place.cloud, "network": place.network.name}, "register": "info"}
    tasks: list[dict[str, Any]] = [
        {"superfluidity.nfv.kuryr_port_pool": pool, "check_mode": True, "register": "checked"},
        {"superfluidity.nfv.kuryr_port_pool": pool, "register": "made"},
        {"superfluidity.nfv.kuryr_port_pool": pool, "register": "again"},
        {"superfluidity.nfv.kuryr_port_pool": {**pool, "state": "claimed", "claimants": ["web-1"]}, "register": "claimed"},
        {"superfluidity.nfv.kuryr_port_pool": {**pool, "state": "absent"}, "register": "refused", "ignore_errors": True},
        info,
        {"superfluidity.nfv.kuryr_port_pool": {**pool, "state": "released", "claimants": ["web-1"]}, "register": "released"},
        {"superfluidity.nfv.kuryr_port_pool": {**pool, "state": "absent"}, "register": "gone"},
        {
            "ansible.builtin.assert": {
                "that": [
                    "checked is changed and checked.plan == made.plan and checked.created == []",
                    "made.created | length == 2 and made.pool.size == 2",
                    "again is not changed and again.plan == []",
                    "claimed.claimed['web-1'].segmentation_id in [1, 2]",
                    "claimed.pool.size == 1 and claimed.pool.in_use == 1",
                    "refused is failed and 'are in use' in refused.msg and 'web-1' in refused.msg",
                    f"info.pools | length == 1 and info.pools[0].location == '{place.trunks[0].name}'",
                    "info.pools[0].size == 1 and info.pools[0].in_use == 1 and info.leaks == []",
                    "released.released | length == 1",
                    "gone.deleted | length == 2 and gone.pool.size == 0",
                ]
            }
        },
    ]
    code, output = play(tmp_path, tasks, "--diff")
    assert code == 0, output
    assert "VLAN 1" in output


def test_leaks_are_told_by_the_audit_of_all_pools(place: Place, tmp_path: Path) -> None:
    lost = place.port(device_owner="compute:kuryr").id
    place.run(count=1)
    asks = {"superfluidity.nfv.kuryr_port_pool_info": {"cloud": place.cloud}, "register": "info"}
    that = [f"info.leaks | map(attribute='id') | list == ['{lost}']", "info.pools | map(attribute='size') | sum == 1"]
    code, output = play(tmp_path, [asks, {"ansible.builtin.assert": {"that": that}}])
    assert code == 0, output


def test_a_watched_pool_keeps_its_minimum_while_pods_come(place: Place, tmp_path: Path) -> None:
    pool = {name: value for name, value in place.options(min=2, batch=3).items() if name not in ("cloud", "wait")}
    watch = {"cloud": place.cloud, "duration": 40, "interval": 2, "pools": [pool]}
    ends = {"ansible.builtin.assert": {"that": ["seen.totals.created >= 6", "seen.totals.failures == 0", "seen.rounds >= 3"]}}
    tasks = [{"superfluidity.nfv.pool_watch": watch, "register": "seen"}, {"ansible.builtin.debug": {"var": "seen"}}, ends]

    def pods_come() -> None:
        while sum(port.status == "ACTIVE" for port in place.ports()) < 3:
            time.sleep(0.5)
        place.run(state="claimed", claimants=["pod-1", "pod-2"], min=2, batch=3)

    pods = threading.Thread(target=pods_come)
    pods.start()
    code, output = play(tmp_path, tasks)
    pods.join()
    assert code == 0, output
    assert "3 created" in output
    assert place.run(state="present", min=2, batch=3)["changed"] is False


def test_the_event_source_tells_what_a_rulebook_may_act_on(place: Place) -> None:
    path = TOP / "extensions/eda/plugins/event_source/pool_watch.py"
    spec = importlib.util.spec_from_file_location("pool_watch_source", path)
    source = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(source)
    pool = {name: value for name, value in place.options(min=1, batch=1).items() if name not in ("cloud", "wait")}

    async def first(keep: bool) -> dict[str, Any]:
        queue: asyncio.Queue = asyncio.Queue()
        arguments = {"cloud": place.cloud, "pools": [pool], "interval": 0.2, "keep": keep}
        task = asyncio.create_task(source.main(queue, arguments))
        try:
            return await asyncio.wait_for(queue.get(), 60)
        finally:
            task.cancel()

    told = asyncio.run(first(keep=False))
    assert (told["size"], told["below_minimum"], told["created"]) == (0, True, 0)
    assert place.ports() == []
    kept = asyncio.run(first(keep=True))
    assert (kept["size"], kept["created"]) == (1, 1)

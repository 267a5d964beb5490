# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulated OSM, and actions that are run against it in this process, over HTTP."""

from __future__ import annotations

import copy
import importlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

TOP = Path(__file__).parents[4]
PLUGINS = "ansible_collections.superfluidity.nfv.plugins"
SECRET = "a-word-nobody-may-see"


class Bench:
    """``state`` and ``server`` are the emulator's; calling it runs an action and answers its result."""

    def __init__(self, **settings: Any):
        from osm_emulator.server import serve
        from osm_emulator.state import Catalogue

        who = {"username": "admin", "password": SECRET, "project_id": "admin"}
        self.state = Catalogue(who, vims=["lab", "other"], **{"seconds": 0.005, **settings})
        self.server = serve(self.state)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/osm"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def __call__(self, action: str, check: bool = False, **options: Any) -> dict[str, Any]:
        run = importlib.import_module(f"{PLUGINS}.action.{action}").ActionModule
        one = run.__new__(run)
        access = {"url": self.url, "password": SECRET, "timeout": 20, "api_timeout": 5}
        given = copy.deepcopy({**access, **options})
        one._task = SimpleNamespace(args=given, check_mode=check, async_val=0, environment=None)
        one._loader = DataLoader()
        one._find_needle = lambda _folder, path: os.path.abspath(path)
        one._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        one._supports_async = False
        answer = one.run(None, {})
        assert SECRET not in repr(answer)
        return answer

    def changing(self) -> list[str]:
        """The calls since it was asked last that change something."""
        found = [
            f"{method} {path.partition('?')[0].removeprefix('/osm')}" for method, path in self.server.calls if method != "GET"
        ]
        self.server.calls.clear()
        return [call for call in found if not call.endswith("/tokens")]

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {
            "vnfds": len(self.state.vnfds.items),
            "nsds": len(self.state.nsds.items),
            "instances": len(self.state.instances),
        }


@pytest.fixture
def benches(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bench]]:
    """Starts emulators; their clients do not wait long."""
    monkeypatch.syspath_prepend(str(TOP / "roles/lab/files/osm"))
    client = f"{PLUGINS}.module_utils.clients.osm"
    patches = {"session": {"PAUSE": 0.001, "EARLY": 0.0}, "network_services": {"POLL": 0.003, "SLOWEST": 0.02}}
    patches |= {"instance": {"GRACE": 0.3}, "orchestrated": {"ROUNDS": 10}}
    for module, values in patches.items():
        for name, value in values.items():
            monkeypatch.setattr(importlib.import_module(f"{client}.{module}"), name, value)
    made: list[Bench] = []

    def start(**settings: Any) -> Bench:
        made.append(Bench(**settings))
        return made[-1]

    yield start
    for one in made:
        one.server.shutdown()
        one.server.server_close()


@pytest.fixture
def bench(benches: Callable[..., Bench]) -> Bench:
    return benches()

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulated NetScaler, and modules that are run against it in this process."""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args

TOP = Path(__file__).parents[4]
sys.path.insert(0, str(TOP / "roles/lab/files/nitro"))
MODULES = "ansible_collections.superfluidity.nfv.plugins.modules"
CLIENT = "ansible_collections.superfluidity.nfv.plugins.module_utils.clients.nitro"
PASSWORD = "correct horse battery"
Run = Callable[..., dict[str, Any]]

for needed in ("requests", "cryptography", "hypothesis"):
    pytest.importorskip(needed, reason=f"the tests of the NetScaler modules need the Python package {needed}")


@pytest.fixture
def adc() -> Iterator[Any]:
    from nitro_emulator.background import appliance

    with appliance(PASSWORD) as server:
        yield server


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A repetition need not wait here."""
    for name in ("session", "sending"):
        monkeypatch.setattr(importlib.import_module(f"{CLIENT}.{name}"), "PAUSES", (0, 0, 0))


@pytest.fixture
def run(adc: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Run:
    """``run("netscaler_server", name=…)``: the answer of the module; ``check`` runs it in check mode."""

    def run(module: str, *, check: bool = False, **options: Any) -> dict[str, Any]:
        access = {"nsip": adc.address, "nitro_user": "nsroot", "nitro_pass": PASSWORD, "nitro_timeout": 120}
        monkeypatch.setattr(basic.sys, "stdin", io.StringIO())
        given = {**access, **options, "_ansible_check_mode": check, "_ansible_diff": True}
        warned: list[str] = []
        monkeypatch.setattr(basic.AnsibleModule, "warn", lambda _module, warning, **_more: warned.append(warning))
        with patch_module_args(given), pytest.raises(SystemExit):
            importlib.import_module(f"{MODULES}.{module}").main()
        return {**json.loads(capsys.readouterr().out), "warnings": warned}

    return run


@pytest.fixture
def calls(adc: Any) -> Callable[..., list[str]]:
    """The calls since it was asked last, without those of the session; ``changing`` leaves reading out, too."""

    def calls(*, changing: bool = True) -> list[str]:
        found = [call for call in adc.calls if "/config/log" not in call and not (changing and call.startswith("GET"))]
        adc.calls.clear()
        return found

    return calls


@pytest.fixture
def shown(adc: Any) -> Callable[[], dict[str, Any]]:
    """``shown()``: a copy of the appliance's whole configuration, without empty tables."""

    def shown() -> dict[str, Any]:
        running = json.loads(adc.api.state.snapshot())
        bound = {key: {name: rows for name, rows in items.items() if rows} for key, items in running["bindings"].items()}
        tables = {**running["objects"], **bound}
        return {key: items for key, items in tables.items() if items}

    return shown

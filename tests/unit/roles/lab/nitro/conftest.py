# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulated appliance, and a client of it that knows HTTP and nothing else."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[5] / "roles/lab/files/nitro"))
pytest.importorskip("cryptography", reason="the NITRO emulator needs the Python package cryptography for https")

Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def adc() -> Iterator[Any]:
    from nitro_emulator.background import appliance

    with appliance("nsroot", seconds=60) as server:
        yield server


@pytest.fixture
def ask(adc: Any) -> Ask:
    """``ask("POST", "config/server", {…})``: the status and the body, with credentials at each call unless told otherwise."""

    def ask(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        known = given or {"X-NITRO-USER": "nsroot", "X-NITRO-PASS": "nsroot"}
        if "X-NITRO-ONERROR" in given:
            known |= {"X-NITRO-USER": "nsroot", "X-NITRO-PASS": "nsroot"}
        data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
        request = urllib.request.Request(f"http://{adc.address}/nitro/v1/{path}", data, known, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, json.loads(text) if text.startswith(b"{") else {"page": text.decode()}

    return ask

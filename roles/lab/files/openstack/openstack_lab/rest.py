# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of OpenStack's APIs: one login, JSON in and out, errors as one sentence."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from supervisor.errors import LabError
from supervisor.health import OPENER
from supervisor.lab import Lab

from openstack_lab.common import DOMAIN, keystone_url

SECONDS = 60
# Where the same name can be had twice, an API answers so to the second request for it.
CONFLICT = 409


@dataclass
class Session:
    """A user in a project; the token is fetched at the first call."""

    auth_url: str
    user: str
    password: str
    project: str
    token: str = ""

    def call(self, method: str, url: str, body: object = None, accept: tuple[int, ...] = ()) -> dict[str, Any]:
        """The JSON that the request is answered with; an error answer raises unless its status is in ``accept``."""
        if not self.token:
            self.token = self._login()
        data = None if body is None else json.dumps(body).encode()
        return self.send(method, url, data, "application/json", accept)

    def send(
        self, method: str, url: str, data: bytes | None, content_type: str, accept: tuple[int, ...] = ()
    ) -> dict[str, Any]:
        """As :meth:`call`, for a body that is no JSON."""
        headers = {"X-Auth-Token": self.token, "Content-Type": content_type, "Accept": "application/json"}
        text, _headers = _exchange(urllib.request.Request(url, data, headers, method=method), accept)
        return json.loads(text) if text else {}

    def _login(self) -> str:
        scope = {"project": {"name": self.project, "domain": {"name": DOMAIN}}}
        user = {"name": self.user, "domain": {"name": DOMAIN}, "password": self.password}
        auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}
        request = urllib.request.Request(
            f"{self.auth_url}/auth/tokens",
            json.dumps({"auth": auth}).encode(),
            {"Content-Type": "application/json"},
        )
        return _exchange(request, ())[1]["X-Subject-Token"]


def _exchange(request: urllib.request.Request, accept: tuple[int, ...]) -> tuple[bytes, Any]:
    where = f"{request.get_method()} {request.full_url}"
    try:
        with OPENER.open(request, timeout=SECONDS) as answer:
            return answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        text = error.read()
        if error.code in accept:
            return b"", error.headers
        raise LabError(f"{where} was answered {error.code}: {text.decode(errors='replace')[:400]}") from None
    except (OSError, http.client.HTTPException) as error:
        raise LabError(f"{where} was not answered: {error}") from None


@lru_cache
def _session(auth_url: str, password: str) -> Session:
    return Session(auth_url, "admin", password, "admin")


def administrator(lab: Lab) -> Session:
    """The lab's first administrator; one session serves the whole run of the supervisor."""
    return _session(keystone_url(lab), lab.secrets["admin"])

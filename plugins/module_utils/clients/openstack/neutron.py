# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Neutron's API as the port pools need it: plain data, refusals by their kind, every call counted.

The calls go through openstacksdk's session (authentication, endpoints, renewed tokens). Its resource classes are
left out: to make an object of each of 5,000 ports costs more than to read them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from ...core.errors import DeniedError, NfvError, UnavailableError
from .connection import connect, one_line, told_as
from .pace import Pace

IDS_A_CALL = 100
"""Ids in one query: its line must stay below the 8 KiB that web servers take."""
RETRIES = 3
RETRIED = (500, 502, 503, 504)


class Refusal(NfvError):
    """Neutron said no: ``status`` of HTTP and ``kind``, the name of Neutron's own exception."""

    def __init__(self, message: str, status: int, kind: str):
        super().__init__(message)
        self.status = status
        self.kind = kind


class Neutron:
    """One region's Neutron; may be used from several threads, which share the limits and one log-in.

    :param rate: calls per second, at most
    :param concurrency: calls under way at one time, at most
    """

    def __init__(self, options: Mapping[str, Any], rate: float | None = None, concurrency: int | None = None):
        self._cloud = options.get("cloud")
        connection = connect(options)
        self._pace = Pace(rate, concurrency)
        self._session = connection.session
        with told_as("the network service", self._cloud):
            self._network = connection.network
        self._lock = threading.Lock()
        self.calls = 0
        self._ahead = 0.0
        self._extensions: dict[str, bool] = {}
        self._session.session.hooks["response"].append(self._answered)

    @property
    def project(self) -> str:
        """The project that the credentials are for."""
        with told_as("the credentials", self._cloud):
            project = self._session.get_project_id()
        if project is None:
            raise DeniedError("the credentials are for no project: give project, or credentials that name one")
        return project

    @property
    def now(self) -> float:
        """Seconds since 1970 by the clock of Neutron, as its last answer told it."""
        return time.time() + self._ahead

    def has(self, extension: str) -> bool:
        """Whether Neutron has an extension, by its alias; asked once."""
        if extension not in self._extensions:
            try:
                self.get(f"/extensions/{extension}")
            except Refusal as error:
                if error.status != 404:
                    raise
                self._extensions[extension] = False
            else:
                self._extensions[extension] = True
        return self._extensions[extension]

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.call("GET", path, params=query)

    def list(self, kind: str, **query: Any) -> list[dict[str, Any]]:
        """All things of a kind, such as ``ports``, ``security-groups`` or ``sfc/port_pairs``; long lists come in pages."""
        name = kind.rpartition("/")[2].replace("-", "_")
        found: list[dict[str, Any]] = []
        address: str | None = f"/{kind}"
        while address:
            answer = self.call("GET", address, params=query)
            found += answer[name]
            links = answer.get(f"{name}_links", ())
            address = next((link["href"] for link in links if link["rel"] == "next"), None)
            query = {}
        return found

    def listed(self, kind: str, ids: Iterable[str], **query: Any) -> Iterator[dict[str, Any]]:
        """The things with these ids, in as few calls as a query has room for."""
        for some in _groups(sorted(ids), IDS_A_CALL):
            yield from self.list(kind, id=some, **query)

    def call(self, method: str, path: str, body: Any = None, revision: int | None = None, **more: Any) -> dict[str, Any]:
        """One call.

        :param revision: refuse, with status 412, where the thing is no longer at this revision
        :raises Refusal: Neutron said no
        :raises NfvError: it did not answer
        """
        headers = {} if revision is None else {"If-Match": f"revision_number={revision}"}
        # A POST is never sent again by itself: what it makes might be there twice.
        more["rate_semaphore"] = self._pace
        again = {} if method == "POST" else {"connect_retries": RETRIES, "status_code_retries": RETRIES}
        with told_as(f"{method} {path.partition('?')[0]}", self._cloud):
            answer = self._network.request(
                path, method, json=body, headers=headers, raise_exc=False, retriable_status_codes=RETRIED, **again, **more
            )
            if answer.status_code >= 400:
                raise _refusal(answer, self._cloud)
            return answer.json() if answer.content else {}

    def _answered(self, answer: Any, *_more: Any, **_also: Any) -> None:
        with self._lock:
            self.calls += 1
        if "Date" in answer.headers:
            self._ahead = parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()


def _refusal(answer: Any, cloud: Any) -> NfvError:
    try:
        told = answer.json()
    except ValueError:
        told = answer.text
    error = told.get("NeutronError", told) if isinstance(told, Mapping) else told
    kind, text = (error.get("type", ""), error.get("message", error)) if isinstance(error, Mapping) else ("", error)
    where = cloud if isinstance(cloud, str) else "the given cloud"
    if answer.status_code in (401, 403):
        remedy = "use credentials of a user who may, such as an administrator of the cloud"
        return DeniedError(f"Neutron at cloud {where}: this user may not do it ({one_line(text)}): {remedy}")
    if answer.status_code < 600 and answer.status_code >= 500:
        return UnavailableError(f"Neutron at cloud {where} failed with {answer.status_code} ({one_line(text)}): see its log")
    return Refusal(f"Neutron at cloud {where} refused: {one_line(text)}", answer.status_code, kind)


def _groups(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))

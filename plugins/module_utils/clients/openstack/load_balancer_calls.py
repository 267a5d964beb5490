# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Octavia's calls for one load balancer, whose every change makes the whole immutable for a while."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from ...core.errors import FailedError

POLL = 0.5
"""Seconds between two looks at a load balancer that is changing."""
LINGERS = 10.0
"""Seconds that something may be PENDING in a load balancer in which no change is under way; after that it is stuck."""
ROOT = "/lbaas"


class Octavia:
    """Sends one change after the other, each when the one before is done.

    :param session: openstacksdk's proxy for the load balancer service
    :param timeout: seconds for all of it
    """

    def __init__(self, session: Any, timeout: int):
        self._session = session
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self.balancer: str | None = None

    def list(self, plural: str, *, of: str = "", **query: str) -> Iterator[dict[str, Any]]:
        """All objects of a kind, page by page; ``of`` is the path of what they belong to."""
        address, parameters = f"{ROOT}{of}/{plural}", query
        while address:
            page = self._answer("GET", address, params=parameters)
            yield from (item for item in page[plural] if item.get("provisioning_status") != "DELETED")
            links = page.get(f"{plural}_links") or ()
            address, parameters = next((link["href"] for link in links if link["rel"] == "next"), None), {}

    def get(self, path: str, key: str) -> dict[str, Any] | None:
        """One object, or None where there is none."""
        answer = self._session.request(f"{ROOT}{path}", "GET")
        if answer.status_code == 404:
            return None
        found = _checked(answer)[key]
        return None if found.get("provisioning_status") == "DELETED" else found

    def change(self, method: str, path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """Send a change; where somebody else is changing the load balancer, when they are done."""
        while True:
            answer = self._session.request(f"{ROOT}{path}", method, json=body, params=query)
            if answer.status_code != 409 or "immutable" not in answer.text:
                return _checked(answer)
            self._pause("the load balancer is immutable")
            self.settle()

    def settle(self) -> dict[str, Any] | None:
        """The load balancer once no change is under way; None where it is gone."""
        found = self.look()
        while found and found["provisioning_status"].startswith("PENDING"):
            self._pause(f"the load balancer is still {found['provisioning_status']}")
            found = self.look()
        return found

    def expect_active(self, path: str, key: str) -> None:
        """Wait until the load balancer and the object at ``path`` are done, and well.

        :raises FailedError: one of them ended in ERROR
        """
        whole = self.settle()
        if whole and whole["provisioning_status"] == "ERROR":
            raise FailedError("the load balancer ended in ERROR: remove it with state=absent, or have it failed over")
        expect_well(self.get(path, key))

    def expect_gone(self, path: str, key: str) -> None:
        """Wait until what was told to go is gone.

        :raises FailedError: it ended in ERROR, or stays
        """
        self.settle()
        while found := self.get(path, key):
            if found.get("provisioning_status") == "ERROR":
                name = found.get("name") or found["id"]
                raise FailedError(f"{name} could not be deleted and is in ERROR, and Octavia's log says why: run again")
            self._pause(f"{key} {found['id']} is still {found.get('provisioning_status')}")

    def look(self) -> dict[str, Any] | None:
        """The load balancer as it is now; None where there is none."""
        return self.get(f"/loadbalancers/{self.balancer}", "loadbalancer") if self.balancer else None

    def linger(self, since: float) -> bool:
        """Wait a moment for what Octavia writes down after the load balancer itself; False once that was given its time."""
        if time.monotonic() - since > LINGERS:
            return False
        time.sleep(POLL)
        return True

    def _pause(self, what: str) -> None:
        if time.monotonic() > self._deadline:
            raise FailedError(
                f"{what} after {self._timeout} s: raise timeout, or see what changes it; where nothing does, Octavia's worker "
                "was cut off, and only an administrator can end that state, in its database"
            )
        time.sleep(POLL)

    def _answer(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        return _checked(self._session.request(address, method, **more))


def expect_well(part: Mapping[str, Any] | None) -> None:
    """:raises FailedError: the object is in ERROR"""
    if part and part.get("provisioning_status") == "ERROR":
        name = part.get("name") or part["id"]
        raise FailedError(f"{name} ended in ERROR, and Octavia's log says why: run again to have it made anew")


def _checked(answer: Any) -> dict[str, Any]:
    """The body of an answer, ``{}`` for none.

    :raises openstack.exceptions.HttpException: it tells of a failure
    """
    from openstack.exceptions import raise_from_response

    raise_from_response(answer)
    return answer.json() if answer.content else {}

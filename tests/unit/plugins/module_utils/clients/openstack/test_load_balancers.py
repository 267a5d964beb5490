# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client does when Octavia is busy, fails, or ends in ERROR: faults that the real one cannot be told to have.

All else is tested against the real Octavia, in ``tests/integration/targets/kuryr_load_balancer``.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack import load_balancer_calls
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack.load_balancers import LoadBalancer, mark
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import (
    ConflictError,
    FailedError,
    InputError,
    UnavailableError,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.plan import Change, Plan

NAME = "shop/web"
POOL = f"{NAME}:TCP:80"
MEMBER = {"name": "shop/a:80", "weight": 1, "subnet_id": "s", "tags": [], "admin_state_up": True}
IMMUTABLE = (409, {"faultstring": "Load Balancer lb is immutable and cannot be updated.", "debuginfo": None})


def balancer(status: str = "ACTIVE", tags: tuple[str, ...] = (mark(NAME),)) -> dict[str, Any]:
    common = {"vip_address": "10.96.0.1", "vip_subnet_id": "s", "vip_port_id": "port", "operating_status": "ONLINE"}
    return {"id": "lb", "name": NAME, "provisioning_status": status, "tags": list(tags), **common}


def pool(status: str = "ACTIVE") -> dict[str, Any]:
    return {"id": "pool", "name": POOL, "protocol": "TCP", "provisioning_status": status, "operating_status": "ONLINE"}


class Api:
    """Answers by method and path; a queue of answers is used up to its last, which stays."""

    def __init__(self) -> None:
        self.answers: dict[str, deque[tuple[int, Any]]] = {}
        self.asked: list[tuple[str, Any]] = []
        self.set("GET /lbaas/loadbalancers", (200, {"loadbalancers": [balancer()]}))
        self.set("GET /lbaas/loadbalancers/lb", (200, {"loadbalancer": balancer()}))
        self.set("GET /lbaas/pools", (200, {"pools": [pool()]}))
        self.set("GET /lbaas/pools/pool", (200, {"pool": pool()}))
        self.set("GET /lbaas/pools/pool/members", (200, {"members": []}))
        self.set("GET /lbaas/listeners", (200, {"listeners": []}))
        self.set("GET /v2.0/floatingips", (200, {"floatingips": []}))

    def set(self, request: str, *answers: tuple[int, Any]) -> None:
        self.answers[request] = deque(answers)

    def serve_at(self, url: str) -> None:
        """The documents by which clients find the versions of Octavia and of Neutron."""
        self.url = url
        for name in ("octavia", "neutron"):
            link = {"rel": "self", "href": f"{url}/{name}/v2.0"}
            self.set(f"GET /{name}", (200, {"versions": [{"id": "v2.0", "status": "CURRENT", "links": [link]}]}))

    def answer(self, request: str, body: Any) -> tuple[int, Any]:
        request = request.replace("/octavia/v2.0", "").replace("/neutron/v2.0", "/v2.0")
        self.asked.append((request, body))
        queue = self.answers.get(request, deque([(404, {"faultstring": "not found"})]))
        return queue.popleft() if len(queue) > 1 else queue[0]

    def changes(self) -> list[str]:
        return [request for request, _body in self.asked if not request.startswith("GET")]


@pytest.fixture
def api() -> Iterator[Api]:
    answering = Api()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            code, told = answering.answer(f"{self.command} {self.path.partition('?')[0]}", body)
            text = b"" if told is None else json.dumps(told).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answering.serve_at(f"http://127.0.0.1:{server.server_port}")
        yield answering
        server.shutdown()


@pytest.fixture
def client(api: Api, monkeypatch: pytest.MonkeyPatch) -> LoadBalancer:
    monkeypatch.setattr(load_balancer_calls, "POLL", 0)
    return made(api)


def made(api: Api, **options: Any) -> LoadBalancer:
    endpoints = {
        "load_balancer_endpoint_override": f"{api.url}/octavia",
        "network_endpoint_override": f"{api.url}/neutron",
    }
    cloud = {"auth_type": "none", **endpoints}
    return LoadBalancer({"cloud": cloud, "timeout": 60, "wait": True, **options}, NAME)


def members(*addresses: str) -> Change:
    return Change("members", POOL, {}, {f"{address} 80": MEMBER for address in addresses})


CREATE_POOL = Change("pool", "shop/web:UDP:53", None, {"name": "shop/web:UDP:53", "protocol": "UDP"})


def test_a_change_waits_while_somebody_else_changes_the_load_balancer(api: Api, client: LoadBalancer) -> None:
    client.read()
    pending = (200, {"loadbalancer": balancer("PENDING_UPDATE")})
    api.set("GET /lbaas/loadbalancers/lb", pending, pending, (200, {"loadbalancer": balancer()}))
    api.set("PUT /lbaas/pools/pool/members", IMMUTABLE, IMMUTABLE, (202, None))
    client.apply(Plan((members("10.0.0.1"),)))
    assert api.changes() == ["PUT /lbaas/pools/pool/members"] * 3
    assert api.asked[-1][0] == "GET /v2.0/floatingips", "what is there is read again for the result"


def test_a_conflict_of_another_kind_is_told_at_once(api: Api, client: LoadBalancer) -> None:
    client.read()
    api.set("POST /lbaas/pools", (409, {"faultstring": "Another pool has this name."}))
    with pytest.raises(ConflictError, match=r"^create pool shop/web:UDP:53 at .*Another pool has this name"):
        client.apply(Plan((CREATE_POOL,)))
    assert api.changes() == ["POST /lbaas/pools"]


def test_one_that_stays_immutable_is_told_when_the_time_is_over(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_balancer_calls, "POLL", 0)
    client = made(api, timeout=0)
    client.read()
    api.set("PUT /lbaas/pools/pool/members", IMMUTABLE)
    with pytest.raises(FailedError, match=r"^the load balancer is immutable after 0 s: raise timeout"):
        client.apply(Plan((members("10.0.0.1"),)))


def test_a_failure_half_way_tells_what_is_made_and_what_is_left(api: Api, client: LoadBalancer) -> None:
    client.read()
    api.set("PUT /lbaas/pools/pool/members", (202, None))
    api.set("POST /lbaas/pools", (500, {"faultstring": "database is away"}))
    with pytest.raises(UnavailableError) as caught:
        client.apply(Plan((members("10.0.0.1"), CREATE_POOL)))
    told = str(caught.value)
    assert told.startswith("create pool shop/web:UDP:53 at cloud the given cloud: the API failed (")
    assert told.endswith(f"(made: update members {POOL}; left for the next run: create pool shop/web:UDP:53)")
    assert "database is away" in told


def test_an_object_that_ends_in_error_is_told_and_nothing_follows(api: Api, client: LoadBalancer) -> None:
    client.read()
    api.set("POST /lbaas/pools", (201, {"pool": {**pool("PENDING_CREATE"), "id": "dns"}}))
    api.set("GET /lbaas/pools/dns", (200, {"pool": {**pool("ERROR"), "name": "shop/web:UDP:53"}}))
    with pytest.raises(FailedError, match=r"^shop/web:UDP:53 ended in ERROR.*run again.*left for the next run: create pool"):
        client.apply(Plan((CREATE_POOL, members("10.0.0.1"))))
    assert api.changes() == ["POST /lbaas/pools"]


def test_a_member_that_ends_in_error_is_told(api: Api, client: LoadBalancer) -> None:
    client.read()
    api.set("PUT /lbaas/pools/pool/members", (202, None))
    broken = {**MEMBER, "id": "m", "address": "10.0.0.1", "protocol_port": 80, "provisioning_status": "ERROR"}
    api.set("GET /lbaas/pools/pool/members", (200, {"members": [broken]}))
    with pytest.raises(FailedError, match=r"^shop/a:80 ended in ERROR"):
        client.apply(Plan((members("10.0.0.1"),)))


def test_a_load_balancer_that_ends_in_error_is_told(api: Api, client: LoadBalancer) -> None:
    api.set("GET /lbaas/loadbalancers", (200, {"loadbalancers": []}))
    assert client.read()["load_balancer"] == {}
    api.set("POST /lbaas/loadbalancers", (201, {"loadbalancer": balancer("PENDING_CREATE")}))
    pending, ended = balancer("PENDING_CREATE"), balancer("ERROR")
    api.set("GET /lbaas/loadbalancers/lb", (200, {"loadbalancer": pending}), (200, {"loadbalancer": ended}))
    with pytest.raises(FailedError, match=r"^the load balancer ended in ERROR: remove it with state=absent"):
        client.apply(Plan((Change("load_balancer", NAME, None, {"name": NAME}),)))


def test_without_wait_the_last_change_is_left_under_way(api: Api) -> None:
    client = made(api, wait=False)
    client.read()
    api.set("GET /lbaas/loadbalancers/lb", (200, {"loadbalancer": balancer("PENDING_UPDATE")}))
    api.set("PUT /lbaas/pools/pool/members", (202, None))
    client.apply(Plan((members("10.0.0.1"),)))
    assert client.facts()["status"] == "PENDING_UPDATE"


def test_what_a_killed_run_left_under_way_is_waited_for(api: Api, client: LoadBalancer) -> None:
    pending = (200, {"loadbalancer": balancer("PENDING_CREATE")})
    api.set("GET /lbaas/loadbalancers/lb", pending, pending, (200, {"loadbalancer": balancer()}))
    assert client.read()["load_balancer"][NAME]["status"] == "ACTIVE"


def test_what_is_gone_already_is_deleted(api: Api, client: LoadBalancer) -> None:
    client.read()
    client.apply(Plan((Change("pool", POOL, {"name": POOL}, None),)))
    assert api.changes() == ["DELETE /lbaas/pools/pool"]


WHOLE = Change("load_balancer", NAME, {"name": NAME}, None)


def test_a_removal_that_ends_in_error_is_told_and_the_next_one_goes_on(api: Api, client: LoadBalancer) -> None:
    client.read()
    api.set("DELETE /lbaas/loadbalancers/lb", (204, None))
    pending, ended = (200, {"loadbalancer": balancer("PENDING_DELETE")}), (200, {"loadbalancer": balancer("ERROR")})
    api.set("GET /lbaas/loadbalancers/lb", pending, ended)
    with pytest.raises(FailedError, match=rf"^{NAME} could not be deleted and is in ERROR.*: run again"):
        client.apply(Plan((WHOLE,)))
    client.read()
    api.set("GET /lbaas/loadbalancers/lb", pending, (200, {"loadbalancer": balancer("DELETED")}))
    api.set("GET /lbaas/loadbalancers", (200, {"loadbalancers": [balancer("DELETED")]}))
    client.apply(Plan((WHOLE,)))
    assert client.facts() is None


def test_a_part_whose_removal_ends_in_error_is_told(api: Api, client: LoadBalancer) -> None:
    client.read()
    api.set("DELETE /lbaas/pools/pool", (204, None))
    api.set("GET /lbaas/pools/pool", (200, {"pool": pool("PENDING_DELETE")}), (200, {"pool": pool("ERROR")}))
    with pytest.raises(FailedError, match=f"^{POOL} could not be deleted"):
        client.apply(Plan((Change("pool", POOL, {"name": POOL}, None),)))


def test_what_is_pending_for_ever_is_told_once_it_had_its_time(
    api: Api, client: LoadBalancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = (200, {"pools": [pool("PENDING_UPDATE")]})
    api.set("GET /lbaas/pools", stuck, stuck, (200, {"pools": [pool()]}))
    assert client.read()["pool"][POOL]["status"] == "ACTIVE", "Octavia was still writing it down"
    api.set("GET /lbaas/pools", stuck)
    monkeypatch.setattr(load_balancer_calls, "LINGERS", 0.05)
    assert client.read()["pool"][POOL]["status"] == "PENDING_UPDATE"
    api.set("GET /lbaas/loadbalancers/lb", (200, {"loadbalancer": balancer("PENDING_DELETE")}))
    with pytest.raises(FailedError, match=r"^the load balancer is still PENDING_DELETE after 0 s.*only an administrator"):
        made(api, timeout=0).read()


def test_what_is_half_deleted_is_not_there(api: Api, client: LoadBalancer) -> None:
    api.set("GET /lbaas/pools", (200, {"pools": [pool("DELETED")]}))
    assert client.read()["pool"] == {}


def test_members_that_move_to_another_subnet_leave_first_and_those_that_stay_keep_what_they_have(
    api: Api, client: LoadBalancer
) -> None:
    stays = {**MEMBER, "id": "m1", "address": "10.0.0.1", "protocol_port": 80, "provisioning_status": "ACTIVE", "backup": True}
    moves = {**stays, "id": "m2", "address": "10.0.0.2", "backup": False}
    api.set("GET /lbaas/pools/pool/members", (200, {"members": [stays, moves]}))
    there = client.read()["members"][POOL]
    api.set("PUT /lbaas/pools/pool/members", (202, None))
    change = Change("members", POOL, {"10.0.0.2 80": there["10.0.0.2 80"]}, {"10.0.0.2 80": {**MEMBER, "subnet_id": "other"}})
    client.apply(Plan((change,)))
    first, second = [body["members"] for request, body in api.asked if request.startswith("PUT")]
    assert [(one["address"], one["backup"]) for one in first] == [("10.0.0.1", True)]
    assert [(one["address"], one["subnet_id"]) for one in second] == [("10.0.0.1", "s"), ("10.0.0.2", "other")]


def test_lists_come_page_by_page(api: Api, client: LoadBalancer) -> None:
    more = [{"rel": "next", "href": f"{api.url}/octavia/v2.0/lbaas/more"}]
    api.set("GET /lbaas/pools", (200, {"pools": [pool()], "pools_links": more}))
    api.set("GET /lbaas/more", (200, {"pools": [{**pool(), "id": "pool2"}]}))
    api.set("GET /lbaas/pools/pool2/members", (200, {"members": []}))
    assert list(client.read()["pool"]) == [POOL, f"{POOL} pool2"]


def test_a_load_balancer_without_our_mark_is_refused(api: Api, client: LoadBalancer) -> None:
    api.set("GET /lbaas/loadbalancers", (200, {"loadbalancers": [balancer(tags=("superfluidity.nfv:service=video",))]}))
    with pytest.raises(ConflictError, match=r"^load balancer shop/web exists and is not ours"):
        client.read()


def test_an_address_must_lie_in_the_subnet(api: Api, client: LoadBalancer) -> None:
    found = {"id": "s", "name": "services", "cidr": "10.96.0.0/24"}
    api.set("GET /v2.0/subnets/services", (200, {"subnet": found}))
    assert client.subnet("services", "vip_subnet", "10.96.0.9") == "s"
    with pytest.raises(InputError, match=r"^vip_subnet: 10\.97\.0\.9 does not lie in services, which is 10\.96\.0\.0/24"):
        client.subnet("services", "vip_subnet", "10.97.0.9")

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session with a NetScaler: one log-in, reused for every call and closed at the end.

A call that may be repeated is sent again, with a growing pause, when no answer came; one that makes something is not, for
nobody knows whether it was carried out: it raises :class:`LostAnswer`, and who sent it looks. A session that ran out is opened
again. Passwords leave this file in the body of the log-in and in payloads alone; no error and no log holds one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ...core.errors import DeniedError, InputError, NfvError, Place, UnavailableError
from ...model.netscaler.steps import Call
from .refusals import BULK_FAILED, MISSING, SESSION_OVER, NothingThere, refusal
from .wire import (
    NoCookies,
    authorities,
    code_of,
    cookie_of,
    described,
    host,
    is_near,
    never_sent,
    parsed,
    path_of,
    reason_of,
    secrets_in,
    tls_reason,
)

PAUSES = (0.3, 1.0, 3.0)
"""Seconds before each repetition."""
IDLE = 900
"""Seconds after which an appliance ends a session that a killed run has left."""
IN_THE_CLEAR = "the password goes over the network unencrypted: set nitro_protocol: https"
LONGEST = 86_400
"""Seconds that a call may be given."""
CLOSING = 10
"""Seconds that the log-out may take; what it cannot end ends by itself."""


class LostAnswer(UnavailableError):
    """No answer came, and the call may have been carried out or not."""


class Sessions:
    """Opens sessions and closes them when it is left, whatever happened in between."""

    def __init__(self) -> None:
        self._open: list[Session] = []

    def __enter__(self) -> Sessions:
        return self

    def __exit__(self, *_error: object) -> None:
        for session in self._open:
            session.close()

    def session(self, options: Mapping[str, Any]) -> Session:
        self._open.append(Session(options))
        return self._open[-1]


class Session:
    """A session that logs in with its first call.

    :param options: the options of ``glue.options.NITRO``
    :raises InputError: no requests, or an address that is none
    """

    def __init__(self, options: Mapping[str, Any]):
        try:
            import requests
            import urllib3
        except ImportError as error:
            raise InputError(f"requests is missing in this Python: install it there ({error})") from error
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self.place = host(options["nsip"])
        self._base = f"{options['nitro_protocol']}://{self.place}/nitro/v1"
        self._login = {"username": options["nitro_user"], "password": options["nitro_pass"], "timeout": IDLE}
        self._timeout = _limit(options["nitro_timeout"])
        self._verify: bool | str = authorities(options.get("ca_cert")) if options["validate_certs"] else False
        self._requests = requests
        self._http = requests.Session()
        self._http.cookies.set_policy(NoCookies())
        self._token: str | None = None
        self.warnings = [IN_THE_CLEAR] if options["nitro_protocol"] == "http" and not is_near(self.place) else []

    def get(self, resource: str, name: str | None = None, *, stat: bool = False, **query: str) -> list[dict[str, Any]]:
        """The objects of a resource, or the one of a name; none where there is none.

        An appliance that has no bindings to tell leaves the whole key out.
        """
        try:
            answer = self._send(
                "GET", path_of(resource, name, "stat" if stat else "config"), query, where=f"reading {resource}"
            )
        except NothingThere:
            return []
        items = answer.get(resource, [])
        return [item for item in (items if isinstance(items, list) else [items]) if isinstance(item, dict)]

    def make(self, call: Call) -> None:
        """One call."""
        query = {"action": call.action} if call.action else {}
        if call.args:
            query["args"] = ",".join(f"{key}:{quote(value, safe='')}" for key, value in call.args)
        payload = None if call.method == "DELETE" else {call.resource: dict(call.payload)}
        path, repeated = path_of(call.resource, call.name or None), call.repeatable
        try:
            self._send(call.method, path, query, payload, where=described(call), repeatable=repeated)
        except NothingThere:
            if call.method != "DELETE":
                raise

    def make_all(self, calls: Sequence[Call]) -> None:
        """Several calls of one kind as one: all of them are carried out, or none."""
        first = calls[0]
        payload = {first.resource: [dict(call.payload) for call in calls]}
        query = {"action": first.action} if first.action else {}
        where = f"{described(first)} and {len(calls) - 1} more"
        headers = {"X-NITRO-ONERROR": "rollback"}
        repeatable = all(call.repeatable for call in calls)
        self._send(first.method, path_of(first.resource), query, payload, where=where, repeatable=repeatable, headers=headers)

    def close(self) -> None:
        """Log out; that the appliance does not answer any more is no matter here."""
        if self._token is None:
            return
        self._timeout = min(self._timeout, CLOSING)
        try:
            self._exchange("POST", path_of("logout"), {}, {"logout": {}}, {})
        except (NfvError, self._requests.RequestException):
            self._token = None
        self._token = None
        self._http.close()

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        payload: Mapping[str, Any] | None = None,
        *,
        where: str,
        repeatable: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The answer of a call, within the session."""
        for last in (False, True):
            if self._token is None:
                self._log_in()
            status, answer = self._answered(method, path, query, payload, headers or {}, where, repeatable)
            over = status == 401 or code_of(answer) in SESSION_OVER
            if not over or last:
                break
            self._token = None
        if over:
            raise DeniedError(f"{where} is refused: the session at {self.place} ends as soon as it is opened")
        self._check(answer, status, where, payload)
        return answer

    def _check(self, answer: Mapping[str, Any], status: int, where: str, payload: Mapping[str, Any] | None) -> None:
        code, message = code_of(answer), str(answer.get("message", ""))
        if code == BULK_FAILED:
            failed = [item for item in answer.get("response", []) if isinstance(item, dict) and code_of(item)]
            code, message = (code_of(failed[0]), str(failed[0].get("message", ""))) if failed else (code, message)
        if code or status >= 400:
            code = code or (min(MISSING) if status == 404 else status)
            raise refusal(f"{where} at {self.place}", code, self._scrubbed(message, payload))

    def _log_in(self) -> None:
        where = f"the log-in of {self._login['username']}"
        status, answer = self._answered("POST", path_of("login"), {}, {"login": self._login}, {}, where, True)
        try:
            self._check(answer, status, where, None)
        except DeniedError:
            raise
        except InputError as error:
            raise DeniedError(str(error)) from error
        token = self._set_cookie or quote(str(answer.get("sessionid") or ""), safe="")
        if not token:
            raise UnavailableError(f"{self.place} took the log-in and gave no session: is this the address of a NetScaler?")
        self._token = token

    def _answered(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        payload: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        where: str,
        repeatable: bool,
    ) -> tuple[int, dict[str, Any]]:
        """The first answer that is one of NITRO, asked for again where that is safe and there is time."""
        end = time.monotonic() + self._timeout
        for pause in (*PAUSES, None):
            try:
                return self._exchange(method, path, query, payload, headers, max(0.1, end - time.monotonic()))
            except self._requests.exceptions.SSLError as error:
                raise UnavailableError(f"{where}: {tls_reason(self.place, error)}") from error
            except (self._requests.RequestException, UnavailableError) as error:
                sent = not isinstance(error, self._requests.exceptions.ConnectTimeout) and not never_sent(error)
                reason = self._scrubbed(reason_of(error), payload)
                if sent and not repeatable:
                    raise LostAnswer(f"{where}: {self.place} {reason}") from error
                if pause is None or time.monotonic() + pause > end:
                    raise UnavailableError(f"{where}: {self.place} {reason}") from error
            time.sleep(pause)
        raise UnavailableError(f"{where}: {self.place} does not answer")

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        payload: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        timeout: float | None = None,
    ) -> tuple[int, dict[str, Any]]:
        address = f"{self._base}{path}" + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")
        body = None if payload is None else json.dumps(payload).encode()
        cookie = {"Cookie": f"NITRO_AUTH_TOKEN={self._token}"} if self._token else {}
        answer = self._http.request(
            method,
            address,
            data=body,
            headers={"Content-Type": "application/json", "Accept": "application/json", **cookie, **headers},
            timeout=timeout or self._timeout,
            verify=self._verify,
            allow_redirects=False,
        )
        self._set_cookie = answer.cookies.get("NITRO_AUTH_TOKEN") or cookie_of(answer)
        return answer.status_code, parsed(answer)

    def _scrubbed(self, text: str, payload: Mapping[str, Any] | None) -> str:
        """The text without any secret that was sent, should an appliance repeat one."""
        secrets = {str(self._login["password"]), *secrets_in(payload)}
        for secret in sorted(secrets - {""}, key=len, reverse=True):
            text = text.replace(secret, "********")
        return text


def _limit(seconds: float) -> float:
    if not 0 < seconds <= LONGEST:
        raise InputError(
            f"{seconds} is no time to wait: give more than 0 and at most {LONGEST} seconds", Place(path="nitro_timeout")
        )
    return float(seconds)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session with the northbound interface (NBI) of Open Source MANO, which is ETSI's SOL005 with OSM's own additions.

A token is fetched with the first call and again when it ends. What only reads is tried again where OSM does not answer; what
changes something is sent once, for nobody knows whether an answer that did not come was of something done. A token that OSM
refuses is no such case: then nothing was done.

Source: OSM's SOL005 API (OpenAPI, ``/osm/admin/v1/tokens`` and on).
"""

from __future__ import annotations

import hashlib
import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple

from ...core.errors import ConflictError, DeniedError, InputError, NfvError, UnavailableError

TOKENS = "/admin/v1/tokens"
ATTEMPTS = 3
PAUSE = 0.5
AGAIN = (502, 503, 504)
"""Answers of what stands before OSM, which did not reach it or had no answer from it in time."""
EARLY = 30.0
"""Seconds before its end at which a token is taken for ended."""
LARGEST = 64 * 2**20

KINDS: Mapping[int, type[NfvError]] = {400: InputError, 401: DeniedError, 403: DeniedError, 404: InputError, 409: ConflictError,
                                       422: InputError}  # fmt: skip


class NotThere(InputError):
    """OSM has nothing of that id."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirection would carry the token elsewhere."""

    def redirect_request(self, *_words: Any) -> None:
        return None


class Session:
    """Calls of one OSM.

    :param options: ``url`` (as ``https://osm.example.com:9999/osm``), ``user``, ``password``, ``project``, ``validate_certs``,
        ``ca_cert``, ``api_timeout``
    """

    def __init__(self, options: Mapping[str, Any]):
        self._options = options
        self._url = _base(options["url"])
        self._token: str | None = None
        self._ends = 0.0
        handlers = [_NoRedirect(), urllib.request.ProxyHandler({})]
        if self._url.lower().startswith("https:") or options.get("ca_cert"):  # to load the authorities takes longer than a call
            handlers.append(urllib.request.HTTPSHandler(context=_trust(options)))
        self._opener = urllib.request.build_opener(*handlers)

    def get(self, path: str, **query: str) -> Any:
        """What OSM has there.

        :raises NotThere: it has nothing there
        :raises NfvError: it does not answer, or refuses
        """
        text = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._decoded(self._read(_Request("GET", f"{path}{text}")), "GET", path)

    def download(self, path: str) -> bytes:
        """The package that OSM has there, as it was uploaded.

        :raises NotThere: it has nothing there
        :raises NfvError: it does not answer, or refuses, or the package is larger than :data:`LARGEST`
        """
        found = self._read(_Request("GET", path, accept="application/zip, application/json"))
        if len(found) > LARGEST:
            raise UnavailableError(
                f"{self._place('GET', path)}: the package has more than {LARGEST // 2**20} MiB; leave images to the VIM"
            )
        return found

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Have something done or made; sent once.

        :raises NfvError: it does not answer, or refuses
        """
        return self._decoded(self._once(_Request("POST", path, json.dumps(body).encode())), "POST", path)

    def upload(self, method: str, path: str, name: str, content: bytes) -> Any:
        """Send the package of that file name, a tar archive packed by gzip; sent once.

        :raises NfvError: it does not answer, or refuses
        """
        checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
        more = {"Content-Filename": name, "Content-File-MD5": checksum}
        return self._decoded(self._once(_Request(method, path, content, "application/gzip", more=more)), method, path)

    def delete(self, path: str) -> Any:
        """Remove something; sent once.

        :raises NfvError: it does not answer, or refuses
        """
        return self._decoded(self._once(_Request("DELETE", path)), "DELETE", path)

    def _read(self, request: _Request) -> bytes:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._authorised(request)
            except _Unanswered as error:
                if attempt == ATTEMPTS:
                    raise UnavailableError(error.message) from error
            time.sleep(PAUSE * attempt)
        raise AssertionError

    def _once(self, request: _Request) -> bytes:
        try:
            return self._authorised(request)
        except _Unanswered as error:
            raise UnavailableError(error.message) from error

    def _authorised(self, request: _Request) -> bytes:
        """With a token, and once more with a new one where that is refused."""
        fresh = self._token is None or time.time() > self._ends - EARLY
        if fresh:
            self._log_in()
        try:
            return self._answer(request, self._token)
        except DeniedError as error:
            if fresh or getattr(error, "status", None) != 401:
                raise
        self._log_in()
        return self._answer(request, self._token)

    def _log_in(self) -> None:
        who = {"username": self._options["user"], "password": self._options["password"], "project_id": self._options["project"]}
        found = self._decoded(self._answer(_Request("POST", TOKENS, json.dumps(who).encode()), None), "POST", TOKENS)
        if not isinstance(found, Mapping) or not isinstance(found.get("id"), str):
            raise UnavailableError(f"OSM at {self._url} gave no token; check that url leads to its northbound interface")
        ends = found.get("expires")
        self._token, self._ends = found["id"], float(ends) if isinstance(ends, int | float) else time.time() + 600

    def _answer(self, asked: _Request, token: str | None) -> bytes:
        headers = {"Accept": asked.accept, "Content-Type": asked.kind, **(asked.more or {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(f"{self._url}{asked.path}", asked.content, headers, method=asked.method)
        place = self._place(asked.method, asked.path)
        try:
            with self._opener.open(request, timeout=self._options["api_timeout"]) as response:
                return _whole(response)
        except urllib.error.HTTPError as error:
            raise _refusal(error, place) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, ssl.SSLCertVerificationError):
                said = f"its certificate is not trusted ({reason.verify_message}); see ca_cert and validate_certs"
                raise UnavailableError(f"{place}: {said}") from error
            raise _Unanswered(f"{place}: no answer ({reason or type(error).__name__}); check url") from error

    def _place(self, method: str, path: str) -> str:
        return f"OSM at {self._url}, {method} {path.partition('?')[0]}"

    def _decoded(self, content: bytes, method: str, path: str) -> Any:
        return _decoded(content, self._place(method, path))


class _Request(NamedTuple):
    method: str
    path: str
    content: bytes | None = None
    kind: str = "application/json"
    accept: str = "application/json"
    more: Mapping[str, str] | None = None


class _Unanswered(Exception):
    """Nothing came back from OSM itself."""

    def __init__(self, message: str):
        self.message = message
        super().__init__(message)


def _base(url: str) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not (parts.query or parts.username)
    except ValueError:
        fits = False
    if not fits or not url.isprintable() or " " in url:
        raise InputError(f"url: {url!r} is no address of OSM; write it as https://osm.example.com:9999/osm")
    return url.rstrip("/")


def _trust(options: Mapping[str, Any]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=options.get("ca_cert"))
    except OSError as error:
        raise InputError(f"ca_cert: {options['ca_cert']} cannot be used: {error.strerror or error}") from error
    if options.get("validate_certs") is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _whole(response: http.client.HTTPResponse) -> bytes:
    """The content, which broke off where it is shorter than it was to be: reading in pieces does not tell."""
    content = response.read(LARGEST + 1)
    announced = response.headers.get("Content-Length") or ""
    if announced.isdigit() and len(content) < min(int(announced), LARGEST + 1):
        raise http.client.IncompleteRead(content)
    return content


def _decoded(content: bytes, place: str) -> Any:
    if not content.strip():
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        shown = " ".join(content[:200].decode(errors="replace").split())
        raise UnavailableError(f"{place}: the answer is no JSON but {shown[:80]!r}; check url") from error


def _refusal(error: urllib.error.HTTPError, place: str) -> Exception:
    """SOL005 tells problems as RFC 7807 has it: ``status``, ``code``, ``detail``."""
    said = _detail(error)
    if error.code in AGAIN:
        return _Unanswered(f"{place}: {error.code} {said}; try again later")
    if error.code == 404:
        return NotThere(f"{place}: there is no such thing ({said})")
    kind = KINDS.get(error.code, UnavailableError)
    found = kind(f"{place}: {error.code} {said}" + ("; check user, password and project" if kind is DeniedError else ""))
    found.status = error.code  # type: ignore[attr-defined]
    return found


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        content = error.read(LARGEST)
        found = json.loads(content)
        said = found.get("detail") or found.get("code") if isinstance(found, Mapping) else None
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        said = None
    return " ".join(str(said or error.reason or "no reason").split())[:300]

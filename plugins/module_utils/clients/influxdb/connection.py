# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to an InfluxDB, and what it answers or why not, in one sentence.

All requests may be repeated: queries only read, and a point that is written twice is one point. So what fails for a reason that
may pass is tried again. Credentials travel in a header, never in an address, and no message has them.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...core.errors import DeniedError, FailedError, InputError, NfvError, Place, UnavailableError

if TYPE_CHECKING:
    import requests

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each repetition."""
LONGEST_PAUSE = 10.0
"""Seconds of a server's own wish (Retry-After) that are heeded."""
PASSING = frozenset({429, 500, 502, 503, 504})
"""Status codes of what may pass."""
LARGEST = 256 * 2**20
"""Bytes that one answer may have."""
PATIENCE = 10
"""A whole answer may last so many times as long as its next piece, for which the timeout is."""
SHOWN = 300
"""Characters that are shown of what a server says."""


class Connection:
    """An InfluxDB by its address. ``name`` is what messages call it.

    :param options: those of ``glue.options.INFLUXDB``
    :param authorisation: the header that says who we are, where there is one
    :param secrets: what no message may show, whoever says it; less than four characters are words like others
    :raises InputError: the address is none
    """

    def __init__(
        self,
        options: Mapping[str, Any],
        authorisation: str | None = None,
        secrets: tuple[str | None, ...] = (),
    ):
        self._address = _address(options["url"])
        self.name = f"InfluxDB {self._address}"
        self._timeout = _timeout(options["timeout"])
        verified = options.get("validate_certs", True)
        self._verify = (options.get("ca_cert") or True) if verified else False
        self._authorisation, self._secrets = authorisation, tuple(one for one in secrets if one and len(one) >= 4)
        self._wished = 0.0
        self._session: requests.Session | None = None

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def request(self, path: str, parameters: Mapping[str, str], **content: Any) -> tuple[str, bytes]:
        """What a POST is answered: the type of its content, and the content.

        :param content: ``data`` or ``json``, and ``headers``, as requests takes them
        :raises NfvError: there is no answer, or it is not one of success
        """
        for pause in PAUSES:
            try:
                return self._asked(path, parameters, content)
            except UnavailableError:
                time.sleep(self._wished or pause)
        return self._asked(path, parameters, content)

    def error(self, kind: type[NfvError], message: str) -> NfvError:
        """An error about this server, without secrets."""
        for secret in self._secrets:
            message = message.replace(secret, "***")
        return kind(message, Place(self.name))

    def _asked(self, path: str, parameters: Mapping[str, str], content: Mapping[str, Any]) -> tuple[str, bytes]:
        import requests

        if self._session is None:
            self._session = requests.Session()
            # Without an own one, requests would take a password from ~/.netrc, also in place of a token.
            self._session.auth = self._authorised
        try:
            with warnings.catch_warnings():
                if not self._verify:  # the user has said so, and need not be told at each request
                    warnings.simplefilter("ignore")
                answer = self._session.post(
                    self._address + path, params=parameters, timeout=self._timeout, verify=self._verify, stream=True,
                    allow_redirects=False, **content,
                )  # fmt: skip
                with answer:
                    body = self._body(answer)
        except (requests.RequestException, OSError) as error:
            raise self._unreachable(error) from error
        self._wished = _wished(answer.headers)
        return self._answered(answer.status_code, answer.headers, body)

    def _authorised(self, request: Any) -> Any:
        if self._authorisation:
            request.headers["Authorization"] = self._authorisation
        return request

    def _body(self, answer: requests.Response) -> bytes:
        found, end = bytearray(), time.monotonic() + PATIENCE * self._timeout
        for piece in answer.iter_content(1 << 16):
            found += piece
            if len(found) > LARGEST:
                raise self.error(FailedError, f"answers more than {LARGEST // 2**20} MiB; ask for less at a time")
            if time.monotonic() > end:
                raise self.error(FailedError, f"is still answering after {PATIENCE * self._timeout:g} s; raise timeout")
        return bytes(found)

    def _unreachable(self, error: Exception) -> NfvError:
        import requests

        for kind, wrong, message, remedy in (
            (
                requests.exceptions.SSLError,
                InputError,
                "shows no certificate that can be checked",
                "give ca_cert, or validate_certs: false",
            ),
            (requests.exceptions.ProxyError, UnavailableError, "is not reached by the proxy", "check https_proxy and no_proxy"),
            (
                requests.exceptions.Timeout,
                UnavailableError,
                f"does not answer within {self._timeout:g} s",
                "look at it, or raise timeout",
            ),
            (requests.exceptions.ChunkedEncodingError, UnavailableError, "broke its answer off", "look at its log"),
            (
                requests.exceptions.ConnectionError,
                UnavailableError,
                "does not answer",
                "see that it runs, and that url is its address",
            ),
        ):
            if isinstance(error, kind):
                return self.error(wrong, f"{message}{_reason(error)}; {remedy}")
        return self.error(InputError, f"cannot be asked: {type(error).__name__}; check url and ca_cert")

    def _answered(self, status: int, headers: Mapping[str, str], body: bytes) -> tuple[str, bytes]:
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if status in (200, 204):
            if kind == "text/html":
                raise self.error(InputError, "answers a page for people and is no InfluxDB; check url")
            return kind, body
        said = said_by(body, headers)
        if 300 <= status < 400:
            raise self.error(InputError, f"sends elsewhere, to {headers.get('Location', 'nowhere')}; give that address as url")
        for codes, error, message in REFUSALS:
            if status in codes:
                raise self.error(error, f"{message.format(status=status)}{said}")
        raise self.error(FailedError, f"failed with status {status}{said or '; look at its log'}")


REFUSALS: tuple[tuple[Any, type[NfvError], str], ...] = (
    ((401,), DeniedError, "refuses the credentials; check username and password, or token"),
    ((403,), DeniedError, "does not allow that; give who asks the right to it"),
    (
        (404,),
        InputError,
        "has no such database, bucket or organisation, or is no InfluxDB of this version; make it, or check the name",
    ),
    ((413,), FailedError, "refuses so much at a time; raise its max-body-size"),
    ((400, 422), FailedError, "refuses the request"),
    (PASSING, UnavailableError, "fails with status {status}, also when asked again; look at its log"),
)
"""By status code: the error, and what it means."""


def said_by(body: bytes, headers: Mapping[str, str]) -> str:
    """What a server says is wrong, as the end of a sentence; empty where it says nothing that is for us."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    answer = answer if isinstance(answer, Mapping) else {}
    plain = body.decode(errors="replace") if headers.get("Content-Type", "").startswith("text/plain") else ""
    text = answer.get("error") or answer.get("message") or headers.get("X-Influxdb-Error") or plain
    return f": {shown(str(text))}" if text else ""


def shown(text: str) -> str:
    """Another's words on one line, and not too many of them."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _reason(error: Exception) -> str:
    """The operating system's words, which are somewhere in what wraps them."""
    found: BaseException | None = error
    for _depth in range(10):
        if found is None:
            break
        if isinstance(found, OSError) and found.strerror and isinstance(found.errno, int):
            return f": {found.strerror}"
        inner = getattr(found, "reason", None) or next((one for one in found.args if isinstance(one, BaseException)), None)
        found = inner if isinstance(inner, BaseException) else found.__cause__ or found.__context__
    return ""


def _wished(headers: Mapping[str, str]) -> float:
    """Seconds that a server wants to be left alone; 0 where it does not say."""
    asked = headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE) if asked.isdecimal() else 0.0


def _timeout(seconds: float) -> float:
    if not 0 < seconds < 86_400:
        raise InputError(f"{seconds:g} is no time to wait; give seconds, more than 0", Place(path="influxdb.timeout"))
    return seconds


def _address(url: str) -> str:
    """The address as it stands before a path.

    :raises InputError: it is no address of a server, or has a password, a query or a fragment
    """
    place = Place(path="influxdb.url")
    try:
        parts = urlsplit(url.strip())
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise InputError("is no address; write it as https://influxdb.example.org:8086", place) from None
    if parts.username is not None or parts.password is not None:
        raise InputError("has credentials in it, which end up in logs; give username and password, or token", place)
    if not known or parts.query or parts.fragment or any(one.isspace() for one in url.strip()):
        raise InputError("is no address; write it as https://influxdb.example.org:8086", place)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"

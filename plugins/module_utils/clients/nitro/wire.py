# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over the wire to a NetScaler and comes back: addresses, bodies, and what a broken exchange means."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ...core.errors import InputError, Place, UnavailableError
from ...model.netscaler.resources import RESOURCES
from ...model.netscaler.steps import Call

if TYPE_CHECKING:
    from requests import Response

SECRETS = frozenset(item.key for resource in RESOURCES.values() for item in resource.attributes if item.secret)


class NoCookies:
    """Keeps cookies out of the jar: the session's token is set by hand, and nothing else is to be sent."""

    netscape = True
    rfc2965 = hide_cookie2 = False

    def set_ok(self, *_args: object) -> bool:
        return False

    return_ok = domain_return_ok = path_return_ok = set_ok


def host(nsip: str) -> str:
    """``host``, ``host:port`` or an IPv6 address, as it stands in a URL."""
    text = str(nsip).strip()
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"
    try:
        parts = urlsplit(f"//{text}")
        known = parts.netloc == text and parts.hostname and "@" not in text and parts.port != 0
    except ValueError:
        known = False
    if not known or not text.isascii() or any(character.isspace() for character in text):
        raise InputError(f"{text[:60]!r} is no address: give a host, host:port or [IPv6]:port", Place(path="nsip"))
    return text


def authorities(path: str | None) -> bool | str:
    """What certificates are checked against: the file, or what this machine trusts."""
    if path is None:
        return True
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:
        reason = error.strerror if not isinstance(error, ssl.SSLError) else "it holds no certificate"
        raise InputError(f"{path} cannot be used: {reason}; give a PEM file of authorities", Place(path="ca_cert")) from error
    return path


def is_near(place: str) -> bool:
    """Whether it is this machine itself."""
    name = urlsplit(f"//{place}").hostname or ""
    return name in ("localhost", "::1") or name.startswith("127.")


def path_of(resource: str, name: str | None = None, part: str = "config") -> str:
    """NITRO decodes a name twice, once as a part of the address and once more, so it is encoded twice."""
    return f"/{part}/{resource}" + ("" if name is None else f"/{quote(quote(name, safe=''), safe='')}")


WORDS = {"POST": "adding", "PUT": "setting", "DELETE": "removing"}


def described(call: Call) -> str:
    """What a call is about, for the sentence of an error."""
    is_object = call.resource in RESOURCES
    key = RESOURCES[call.resource].key if is_object else ""
    name = call.name or call.payload.get(key) or "/".join(str(value) for value in list(call.payload.values())[:2])
    args = "".join(f"/{value}" for _key, value in call.args) if not is_object else ""
    verb = call.action or (WORDS[call.method] if is_object or call.method == "DELETE" else "adding")
    return f"{verb} {call.resource} {name}{args}".strip()


def parsed(answer: Response) -> dict[str, Any]:
    """The body, which is a JSON object whatever the status."""
    try:
        body = answer.json() if answer.content.strip() else {}
    except ValueError:
        body = None
    if not isinstance(body, dict) or (not body and answer.status_code >= 400):
        kind = answer.headers.get("Content-Type", "no type").partition(";")[0]
        text = (
            f"answers {answer.status_code} with {kind} instead of NITRO's JSON: is it the address of a NetScaler's management?"
        )
        raise UnavailableError(text)
    return body


def code_of(answer: Mapping[str, Any]) -> int:
    value = answer.get("errorcode", 0)
    return int(value) if str(value).lstrip("-").isdecimal() else -1


def cookie_of(answer: Response) -> str:
    _before, _name, rest = answer.headers.get("Set-Cookie", "").partition("NITRO_AUTH_TOKEN=")
    return rest.partition(";")[0].strip()


def never_sent(error: Exception) -> bool:
    """Whether no connection was made, so that the call did not arrive."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "ConnectTimeoutError", "NameResolutionError"}


def reason_of(error: Exception) -> str:
    if isinstance(error, UnavailableError):
        return error.message
    if never_sent(error):
        return "cannot be reached: check nsip, its port and nitro_protocol"
    timed_out = "Timeout" in type(error).__name__
    return "does not answer in time: raise nitro_timeout" if timed_out else "broke the connection off before it answered"


def tls_reason(place: str, error: Exception) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"the certificate of {place} is not trusted: give its authority as ca_cert, or set validate_certs: false"
    return f"{place} does not speak TLS here: check nitro_protocol and the port"


def secrets_in(payload: Any) -> set[str]:
    if isinstance(payload, Mapping):
        own = {str(value) for key, value in payload.items() if key in SECRETS}
        return own.union(*(secrets_in(value) for value in payload.values()))
    return set().union(*(secrets_in(item) for item in payload)) if isinstance(payload, list) else set()

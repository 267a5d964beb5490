# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Prometheus knows of a service while it is stressed: one number for each query, at the moment of each sample.

Its HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/, instant queries. They only read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...core.errors import DeniedError, FailedError, InputError, NfvError, Place, UnavailableError

if TYPE_CHECKING:
    import requests

PATH = "/api/v1/query"
SHOWN = 200
"""Characters that are shown of what a server says."""


class Prometheus:
    """A server by its address, and the ``queries`` by the names of their columns.

    :param options: those of ``experiment.prometheus`` of ``service_characterise``
    """

    def __init__(self, options: Mapping[str, Any]):
        self._url = options["url"].rstrip("/")
        self._queries: Mapping[str, str] = options["queries"]
        self._options = options
        self._session: requests.Session | None = None

    def require(self) -> None:
        """See that it answers, and that it understands the queries. What they ask for need not be there yet.

        :raises NfvError: with the query, and what is wrong
        """
        for name, query in self._queries.items():
            self._asked(name, query)

    def values(self) -> dict[str, float]:
        """What each query gives now.

        :raises NfvError: it does not answer, or a query gives no number, or several
        """
        return {name: self._number(name, self._asked(name, query)) for name, query in self._queries.items()}

    def _number(self, name: str, told: Any) -> float:
        kind, result = told.get("resultType"), told.get("result")
        if kind not in ("scalar", "vector") or not isinstance(result, list):
            raise self._error(FailedError, f"{name} gives a {kind}; ask for a number, as by rate() or avg_over_time()")
        if kind == "vector" and len(result) != 1:
            many = f"{len(result)} series; make one of them, as by sum()" if result else "no series; is it scraped?"
            raise self._error(FailedError, f"{name} gives {many}")
        try:
            number = float((result if kind == "scalar" else result[0]["value"])[1])
        except (LookupError, TypeError, ValueError) as error:
            raise self._error(UnavailableError, f"{name}: its answer is none of Prometheus; check the url") from error
        if not math.isfinite(number):
            raise self._error(FailedError, f"{name} gives {number}, which is no number to compare")
        return number

    def _asked(self, name: str, query: str) -> Mapping[str, Any]:
        import requests

        try:
            answer = self._opened().post(self._url + PATH, data={"query": query}, timeout=self._options["timeout"])
        except requests.exceptions.SSLError as error:
            raise self._error(
                InputError, "shows no certificate that can be checked; give ca_cert, or validate_certs: false"
            ) from error
        except requests.RequestException as error:
            late = isinstance(error, requests.Timeout)
            why = f"does not answer within {self._options['timeout']:g} s" if late else "cannot be reached"
            raise self._error(UnavailableError, f"{why}; see that it runs, and check the url") from error
        if answer.status_code in (401, 403):
            raise self._error(
                DeniedError, f"refuses the credentials ({answer.status_code}); check username and password, or token"
            )
        try:
            told = answer.json()
            if told["status"] == "success" and isinstance(told["data"], Mapping):
                return told["data"]
            wrong = str(told["error"])[:SHOWN]
        except (LookupError, TypeError, ValueError) as error:
            message = f"answers {answer.status_code} with what is no answer of Prometheus; check the url"
            raise self._error(UnavailableError, message) from error
        raise self._error(InputError if told.get("errorType") == "bad_data" else FailedError, f"{name}: {wrong}")

    def _opened(self) -> requests.Session:
        import requests

        if self._session is None:
            self._session = requests.Session()
            self._session.auth = self._authorised  # without an own one, requests would take a password from ~/.netrc
            self._session.verify = (self._options["ca_cert"] or True) if self._options["validate_certs"] else False
        return self._session

    def _authorised(self, request: Any) -> Any:
        import requests

        if self._options["token"]:
            request.headers["Authorization"] = f"Bearer {self._options['token']}"
        elif self._options["username"]:
            return requests.auth.HTTPBasicAuth(self._options["username"], self._options["password"] or "")(request)
        return request

    def _error(self, kind: type[NfvError], message: str) -> NfvError:
        return kind(message, Place(f"Prometheus {self._url}"))

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a descriptor names by a URI: from the task, from the disk or, where that is allowed, from the network.

Sizes and times are bounded, since the URI is somebody else's: a file is a regular one, and a server has its seconds for
the whole answer, however slowly it sends.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from ...core.errors import InputError, NfvError, UnavailableError

LARGEST = 4 * 2**20
"""Bytes of one document."""
SECONDS = 60.0
"""For all documents of one fetcher from the network together."""
CHUNK = 2**16


class Fetcher:
    """``fetcher(uri)`` answers the bytes.

    :param given: URI, or the file name at its end → the document, as text or as parsed JSON
    :param folder: where a file of that name is looked for when it is not where its URI says
    """

    def __init__(
        self,
        given: Mapping[str, Any] | None = None,
        folder: str | None = None,
        allow_network: bool = False,
        *,
        largest: int = LARGEST,
        seconds: float = SECONDS,
    ):
        self._given, self._folder, self._allowed = dict(given or {}), folder, allow_network
        self._largest, self._seconds = largest, seconds

    def __call__(self, uri: str) -> bytes:
        """
        :raises InputError: it is not there, too large, or must not be asked for; the sentence follows the URI
        :raises UnavailableError: the network or a server fails
        """
        try:
            parts = urlsplit(uri)
        except ValueError as error:
            raise InputError(f"is no URI: {error}") from error
        name = PurePosixPath(parts.path).name
        for key in (uri, name):
            if key in self._given:
                return self._bounded(_encoded(self._given[key]))
        if parts.scheme == "file":
            return self._from_disk(parts, name)
        if not self._allowed:
            raise InputError("is in the network, which is asked only with allow_network: true; or give it in vnfds")
        return self._from_network(uri)

    def _bounded(self, content: bytes) -> bytes:
        if len(content) > self._largest:
            raise InputError(f"has more than {self._largest // 2**20} MiB")
        return content

    def _from_disk(self, parts: SplitResult, name: str) -> bytes:
        host = "" if parts.netloc == "localhost" else parts.netloc
        paths = [Path("/", host, unquote(parts.path).lstrip("/"))]
        if self._folder is not None and name:
            paths.append(Path(self._folder, unquote(name)))
        try:
            found = next((path for path in paths if path.is_file()), None)
            if found is None:
                raise InputError(f"is not at {' nor at '.join(map(str, paths))}; give it in vnfds")
            with open(found, "rb") as stream:
                return self._bounded(stream.read(self._largest + 1))
        except (OSError, ValueError) as error:
            raise InputError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error

    def _from_network(self, uri: str) -> bytes:
        """Asked in a thread of its own, for a server that sends a byte now and then never meets a socket's timeout."""
        answer: list[bytes | NfvError] = []
        begun = time.monotonic()
        thread = threading.Thread(target=lambda: answer.append(self._asked(uri)), daemon=True)
        thread.start()
        thread.join(max(self._seconds, 0.0))
        self._seconds -= time.monotonic() - begun
        if not answer:
            raise UnavailableError("did not come in time")
        if isinstance(answer[0], NfvError):
            raise answer[0]
        return answer[0]

    def _asked(self, uri: str) -> bytes | NfvError:
        end = time.monotonic() + self._seconds
        try:
            with _opener().open(uri, timeout=max(self._seconds, 0.001)) as stream:
                content = b""
                while len(content) <= self._largest and time.monotonic() < end:
                    piece = stream.read1(CHUNK)
                    if not piece:
                        return content
                    content += piece
            return InputError(f"has more than {self._largest // 2**20} MiB")
        except urllib.error.HTTPError as error:
            return UnavailableError(f"cannot be had: the server says {error.code} {error.reason}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            sentence = str(getattr(error, "reason", None) or error) or type(error).__name__
            return UnavailableError(f"cannot be had: {' '.join(sentence.split())[:200]}")


def _opener() -> urllib.request.OpenerDirector:
    """HTTP and HTTPS alone, by way of the proxies of the environment; a redirection leads to nothing else."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _encoded(document: Any) -> bytes:
    return (document if isinstance(document, str) else json.dumps(document)).encode()


def folder_of(path: str) -> str:
    """The folder itself, or the one that a file lies in."""
    return path if os.path.isdir(path) else os.path.dirname(path)

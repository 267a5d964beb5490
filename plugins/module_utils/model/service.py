# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service model: its form (``schemas/service.json``) and its meaning (``service_checks``).

A service is one plain dictionary. Whatever language a descriptor was written in, its reader ends
in this form, and every later step starts from it. ``docs/service-model.md`` explains each key.
"""

from __future__ import annotations

import functools
import json
import typing as t
from pathlib import Path

from ..core.errors import InputError, Place, UnavailableError
from .service_checks import CHECKS

if t.TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

SCHEMA = Path(__file__).with_name("schemas") / "service.json"


def validate(service: t.Any, file: str | None = None) -> None:
    """Raise an InputError that names the first key of ``service`` that is wrong in form or in meaning.

    :param file: the file whose keys these are, for the place
    """
    errors = sorted(_validator().iter_errors(service), key=lambda error: list(map(str, error.absolute_path)))
    if errors:
        raise InputError(_sentence(errors[0]), Place(file, path=_path(errors[0])))
    for check in CHECKS:
        for path, message in check(service):
            raise InputError(message, Place(file, path=path))


@functools.cache
def _validator() -> Draft202012Validator:
    try:
        import jsonschema
    except ImportError as missing:
        raise UnavailableError(
            "the Python library jsonschema is missing; install it for the Python that runs Ansible"
        ) from missing
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _path(error: ValidationError) -> str:
    """``functions[0].vdus`` for the place of a schema error; ``service`` for the whole."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in error.absolute_path)
    return text.lstrip(".") or "service"


def _unknown_keys(error: ValidationError) -> str:
    known = set(error.schema.get("properties", {}))
    unknown = ", ".join(sorted(str(key) for key in set(error.instance) - known))
    return f"the key {unknown} is not known here; known are {', '.join(sorted(known))}"


SENTENCES: dict[str, t.Callable[[ValidationError], str]] = {
    "additionalProperties": _unknown_keys,
    "enum": lambda error: f"{_shown(error)} is none of {', '.join(map(str, error.validator_value))}",
    "minimum": lambda error: f"{_shown(error)} is less than {error.validator_value}",
    "minItems": lambda _error: "the list is empty; give at least one entry",
    "pattern": lambda error: f"{_shown(error)} does not have the form {error.validator_value}",
    "required": lambda error: (
        "the key " + ", ".join(key for key in error.validator_value if key not in error.instance) + " is missing"
    ),
    "type": lambda error: f"{_shown(error)} is not of the type {error.validator_value}",
    "uniqueItems": lambda _error: "an entry stands twice in the list",
}
"""Schema keyword → the sentence for the user; the library's own sentences quote whole subtrees."""


def _sentence(error: ValidationError) -> str:
    return SENTENCES.get(str(error.validator), lambda other: other.message)(error)


def _shown(error: ValidationError, limit: int = 60) -> str:
    text = repr(error.instance)
    return text if len(text) <= limit else f"{text[:limit]}…"

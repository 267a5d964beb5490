# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text to data: JSON and YAML, with one sentence and a line for what cannot be read.

The answer holds only what JSON knows (mappings with text keys, lists, text, numbers, booleans,
null), so that every later step may copy, compare and write it.
"""

from __future__ import annotations

import functools
import json
import math
import re
import typing as t

from ..core.errors import InputError, Place, UnavailableError

MAX_DEPTH = 60
MAX_VALUES = 200_000


def parse_json(text: str, file: str) -> t.Any:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise InputError(f"this is no JSON: {wrong.msg}", Place(file, wrong.lineno)) from wrong
    except (RecursionError, ValueError) as wrong:
        raise InputError("this JSON is nested too deeply or holds a number that is too long", Place(file)) from wrong
    return _checked(data, file)


def parse_yaml(text: str, file: str) -> list[t.Any]:
    """The documents of a YAML file; empty ones are left out."""
    yaml, loader = _yaml()
    try:
        documents = list(yaml.load_all(text, Loader=loader))
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else None
        raise InputError(f"this is no YAML: {wrong.problem or wrong.context}", Place(file, line)) from wrong
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as wrong:
        position = getattr(wrong, "position", None)  # of a character that YAML does not allow
        line = None if position is None else text.count("\n", 0, position) + 1
        raise InputError(f"this is no YAML that can be read: {' '.join(str(wrong)[:80].split())}", Place(file, line)) from wrong
    return [_checked(document, file) for document in documents if document is not None]


def line_of(text: str, path: str) -> int | None:
    """The line (from 1) of ``functions[0].vdus`` in a YAML or JSON text; what is absent stands where it is missed.

    None for a text that YAML cannot read as one document.
    """
    yaml, loader = _yaml()
    try:
        node = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    line = node.start_mark.line if node else 0
    for step in re.findall(r"[^.\[\]]+", path):
        found = next(((mark, child) for name, mark, child in _children(node) if name == step), None)
        if found is None:
            break
        line, node = found[0].line, found[1]
    return line + 1


def _children(node: t.Any) -> t.Iterator[tuple[str, t.Any, t.Any]]:
    """The name, the place and the value of what is below a YAML node; the items of a list are called by number."""
    if isinstance(node.value, list):
        for number, child in enumerate(node.value):
            key, value = child if isinstance(child, tuple) else (child, child)
            yield str(key.value) if isinstance(child, tuple) else str(number), key.start_mark, value


def dump_yaml(data: t.Any) -> str:
    yaml, _loader = _yaml()
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


@functools.cache
def _yaml() -> tuple[t.Any, t.Any]:
    """PyYAML and a loader that leaves dates as the text they are; JSON has no dates."""
    try:
        import yaml
    except ImportError as missing:
        raise UnavailableError("the Python library PyYAML is missing; install it for the Python that runs Ansible") from missing

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers: t.ClassVar = {
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return yaml, Loader


def _checked(data: t.Any, file: str) -> t.Any:
    """``data``, if JSON could hold it; aliases of YAML are followed, so a bomb or a ring is found here."""
    stack: list[tuple[t.Any, int]] = [(data, 0)]
    for _count in range(MAX_VALUES):
        if not stack:
            return data
        value, depth = stack.pop()
        _check_value(value, depth, file)
        if isinstance(value, dict | list):
            below = [*value, *value.values()] if isinstance(value, dict) else value
            stack.extend((child, depth + 1) for child in below)
    raise InputError(f"this holds more than {MAX_VALUES} values; a descriptor has far fewer", Place(file))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_value(value: t.Any, depth: int, file: str) -> None:
    if depth > MAX_DEPTH:
        raise InputError(f"this is nested more than {MAX_DEPTH} levels deep", Place(file))
    if isinstance(value, str) and not _is_unicode(value):
        raise InputError("a text holds half of a surrogate pair, which is no character", Place(file))
    if isinstance(value, dict):
        odd = [key for key in value if not isinstance(key, str)]
        if odd:
            raise InputError(f"the key {odd[0]!r} is no text; put it in quotes", Place(file))
    elif isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"the number {value} cannot be used here", Place(file))
    elif not (value is None or isinstance(value, str | bool | int | float | list)):
        raise InputError(f"a value of the type {type(value).__name__} cannot be used here", Place(file))

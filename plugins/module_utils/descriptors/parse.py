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
MAX_LENGTH = 4 * 2**20
LONGEST_NUMBER = 400
"""Characters; the longest that a double needs is shorter."""


def parse_json(text: str, file: str) -> t.Any:
    _check_length(text, file)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise InputError(f"this is no JSON: {wrong.msg}", Place(file, wrong.lineno)) from wrong
    except (RecursionError, ValueError) as wrong:
        raise InputError("this JSON is nested too deeply or holds a number that is too long", Place(file)) from wrong
    return _checked(data, file)


def parse_yaml(text: str, file: str) -> list[t.Any]:
    """The documents of a YAML file; empty ones are left out."""
    _check_length(text, file)
    yaml, loader = _yaml()
    try:
        _check_depth(text, file)
        documents = list(yaml.load_all(text, Loader=loader))
    except yaml.MarkedYAMLError as wrong:
        last = text.count("\n") + 1  # the parser in C says the line after it where something is left open
        line = min(wrong.problem_mark.line + 1, last) if wrong.problem_mark else None
        raise InputError(f"this is no YAML: {wrong.problem or wrong.context}", Place(file, line)) from wrong
    except (yaml.YAMLError, RecursionError, ValueError, TypeError, AttributeError) as wrong:
        position = getattr(wrong, "position", None)  # of a character that YAML does not allow
        line = None if position is None else text.count("\n", 0, position) + 1
        raise InputError(f"this is no YAML that can be read: {' '.join(str(wrong)[:80].split())}", Place(file, line)) from wrong
    return [_checked(document, file) for document in documents if document is not None]


def positions(text: str) -> dict[str, int]:
    """The line (from 1) of every key and item of a YAML or JSON text, by its path: ``functions[0].vdus``.

    The prefix of a namespace (``vnfd:vnfd-catalog``) is left out of a path. Empty for a text that YAML cannot read
    as one document.
    """
    yaml, loader = _yaml()
    try:
        _check_depth(text, "")
        node = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, InputError, RecursionError, ValueError):
        return {}
    lines = {"": node.start_mark.line + 1} if node else {}
    stack = [("", node)] if node else []
    while stack and len(lines) < MAX_VALUES:
        path, node = stack.pop()
        for name, mark, child in _children(node):
            below = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".lstrip(".")
            lines[plain_path(below)] = mark.line + 1
            stack.append((below, child))
    return lines


def line_at(lines: dict[str, int], path: str) -> int | None:
    """The line of ``path`` in what ``positions`` has found; what is absent stands where it is missed."""
    path = plain_path(path)
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path)


def line_of(text: str, path: str) -> int | None:
    """The line (from 1) of ``functions[0].vdus`` in a YAML or JSON text; None where it has no line."""
    return line_at(positions(text), path)


def plain_path(path: str) -> str:
    """A path, or a key, without the prefixes of namespaces."""
    return path if ":" not in path else re.sub(r"(^|\.)[A-Za-z][A-Za-z0-9-]*:(?=[A-Za-z])", r"\1", path)


def _children(node: t.Any) -> t.Iterator[tuple[str | int, t.Any, t.Any]]:
    """The name, the place and the value of what is below a YAML node; the items of a list are called by number."""
    if isinstance(node.value, list):
        for number, child in enumerate(node.value):
            key, value = child if isinstance(child, tuple) else (child, child)
            yield str(key.value) if isinstance(child, tuple) else number, key.start_mark, value


def dump_yaml(data: t.Any) -> str:
    yaml, _loader = _yaml()
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


@functools.cache
def _yaml() -> tuple[t.Any, t.Any]:
    """PyYAML and a loader that leaves dates as the text they are; JSON has no dates.

    The parser in C is eight times as fast where PyYAML has it.
    """
    try:
        import yaml
    except ImportError as missing:
        raise UnavailableError("the Python library PyYAML is missing; install it for the Python that runs Ansible") from missing

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        yaml_implicit_resolvers: t.ClassVar = {
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }
        merged = 0

        def resolve(self, kind: t.Any, value: t.Any, implicit: t.Any) -> t.Any:
            """What is longer than any number is text; to take it for a number could last for ever."""
            if kind is yaml.ScalarNode and len(value) > LONGEST_NUMBER and implicit[0]:
                return self.DEFAULT_SCALAR_TAG
            return super().resolve(kind, value, implicit)

        def flatten_mapping(self, node: t.Any) -> None:
            """Merge keys (``<<``) copy what they name, so a few lines of them can ask for any amount of memory."""
            super().flatten_mapping(node)
            self.merged += len(node.value)
            if self.merged > MAX_VALUES:
                raise yaml.YAMLError(f"it holds more than {MAX_VALUES} values")

    return yaml, Loader


def _check_depth(text: str, file: str) -> None:
    """Refuse what is nested too deeply before the loader in C, which would follow it, sees it."""
    yaml, loader = _yaml()
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or count > MAX_VALUES:
            wrong = f"nested more than {MAX_DEPTH} levels deep" if depth > MAX_DEPTH else f"of more than {MAX_VALUES} values"
            raise InputError(f"this is {wrong}; a descriptor is not", Place(file, event.start_mark.line + 1))


def _check_length(text: str, file: str) -> None:
    if len(text) > MAX_LENGTH:
        raise InputError(f"this is longer than {MAX_LENGTH >> 20} MiB; a descriptor is far shorter", Place(file))


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

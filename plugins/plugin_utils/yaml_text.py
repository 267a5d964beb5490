# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML as text, before Ansible has read it: a key that is given twice can only be found here.

YAML's readers keep the last of two values of a key in silence, Ansible's warns at best.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from ..module_utils.core.errors import InputError, Place


def read(text: str, file: str) -> Any:
    """The value of a YAML text, with builtin types.

    :raises InputError: it is no YAML
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _no_yaml(error, file) from error


def read_all(text: str, file: str) -> list[Any]:
    """The values of all documents of a YAML text.

    :raises InputError: it is no YAML
    """
    try:
        return list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        raise _no_yaml(error, file) from error


def read_mapping(text: str, file: str) -> dict[str, Any]:
    """The scalars at the root of a YAML text, all of whose mappings name each key once.

    What tags such as ``!vault`` mean is left to Ansible; here their text stands for them.

    :raises InputError: it is no YAML, no mapping, or a key is given twice; with the line
    """
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _no_yaml(error, file) from error
    if not isinstance(root, yaml.MappingNode):
        raise InputError("a mapping is expected in this file", Place(file))
    _check_keys(root, file, "", set())
    return {key.value: value.value for key, value in root.value if isinstance(value, yaml.ScalarNode)}


def _no_yaml(error: yaml.YAMLError, file: str) -> InputError:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    return InputError(f"is no YAML: {problem or ' '.join(str(error).split())}", Place(file, mark.line + 1 if mark else None))


def _check_keys(node: yaml.Node, file: str, path: str, seen: set[int]) -> None:
    """`seen`, because an anchor may lead back to where it stands."""
    if id(node) in seen:
        return
    seen.add(id(node))
    lines: dict[str, int] = {}
    for key, line, child in _children(node):
        name = f"{path}.{key}".lstrip(".")
        if key in lines:
            raise InputError(f"is given twice, first in line {lines[key]}; keep one", Place(file, line, name))
        lines[key] = line
        _check_keys(child, file, name, seen)


def _children(node: yaml.Node) -> Iterator[tuple[str, int, yaml.Node]]:
    """The key, its line (from 1) and the value of each entry of a mapping or a list."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield str(index), value.start_mark.line + 1, value

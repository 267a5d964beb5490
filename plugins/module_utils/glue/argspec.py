# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs as values that merge.

What several modules share (the options of a cloud, of a cluster) is one value here and one
documentation fragment of the same name; a module merges them with its own options and copies nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ..core.errors import InputError

Rules = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class ArgumentSpec:
    """The options of a module and the rules between them, under the names that ``AnsibleModule`` takes."""

    argument_spec: Mapping[str, Mapping[str, Any]]
    mutually_exclusive: Rules = ()
    required_together: Rules = ()
    required_one_of: Rules = ()
    required_if: Rules = ()
    required_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def merge(self, *others: ArgumentSpec) -> ArgumentSpec:
        """This spec with the others' options and rules; a later option of the same name wins."""
        merged = self
        for other in others:
            merged = ArgumentSpec(
                {**merged.argument_spec, **other.argument_spec},
                merged.mutually_exclusive + other.mutually_exclusive,
                merged.required_together + other.required_together,
                merged.required_one_of + other.required_one_of,
                merged.required_if + other.required_if,
                {**merged.required_by, **other.required_by},
            )
        return merged

    def or_many(self, key: str, many: str, each: Mapping[str, Mapping[str, Any]]) -> ArgumentSpec:
        """This spec of one thing, or in place of its ``key`` a list ``many`` of things.

        :param each: the options of one of the list; what one leaves out is taken from the task, so none has a default
        """
        one = ((key, many),)
        listed = {many: {"type": "list", "elements": "dict", "options": each}}
        return self.merge(ArgumentSpec(listed, mutually_exclusive=one, required_one_of=one))

    def to_kwargs(self) -> dict[str, Any]:
        """Fresh builtin containers: Ansible writes into the spec that it is given."""
        return {item.name: _thaw(getattr(self, item.name)) for item in fields(self)}

    def option(self, **more: Any) -> dict[str, Any]:
        """This spec as that of one option, a mapping whose keys are these options."""
        kwargs = self.to_kwargs()
        return {
            "type": "dict",
            "options": kwargs.pop("argument_spec"),
            **{rule: one for rule, one in kwargs.items() if one},
            **more,
        }

    def validated(self, options: Mapping[str, Any], where: str = "") -> dict[str, Any]:
        """Options of builtin types, checked and completed as Ansible does it for a module.

        :param where: what stands before an error's sentence
        :raises InputError: they do not fit the spec
        """
        kwargs = self.to_kwargs()
        _check_mappings(self.argument_spec, options, where)
        checked = ArgumentSpecValidator(kwargs.pop("argument_spec"), **kwargs).validate(dict(options))
        if checked.error_messages:
            raise InputError(where + ". ".join(map(_sentence, checked.errors)))
        return checked.validated_parameters


def _sentence(error: Exception) -> str:
    """Ansible's, with what it leaves to the caller to say of options that are not there."""
    return f"there is no option {error}" if isinstance(error, UnsupportedError) else str(error)


def _check_mappings(spec: Mapping[str, Any], options: Mapping[str, Any], where: str) -> None:
    """Refuse what has no keys where sub-options are expected; Ansible's own check breaks on a number there.

    A text may be a mapping that Ansible reads.
    """
    for name, option in spec.items():
        if "options" not in option or options.get(name) is None:
            continue
        value, listed = options[name], option["type"] == "list"
        items = value if listed and isinstance(value, list | tuple) else [value]
        for index, item in enumerate(items):
            path = f"{name}[{index}]" if listed else name
            if isinstance(item, Mapping):
                _check_mappings(option["options"], item, f"{where}{path}.")
            elif not isinstance(item, str):
                shown = "this" if any(one.get("no_log") for one in option["options"].values()) else repr(item)
                raise InputError(f"{where}{path}: {shown} is not a mapping; give {', '.join(option['options'])} by name")


def _thaw(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _thaw(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_thaw(item) for item in value]
    return value

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration files in oslo.config's dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Value = str | int | float | bool | Sequence[str]
Sections = Mapping[str, Mapping[str, Value]]


def render_ini(sections: Sections) -> str:
    """The text of a file; a list becomes one line for each of its values, as repeated options are written."""
    return "\n".join(f"[{name}]\n{_options(options)}" for name, options in sections.items())


def _options(options: Mapping[str, Value]) -> str:
    return "".join(f"{key} = {value}\n" for key, values in options.items() for value in _values(values))


def _values(value: Value) -> list[str]:
    if isinstance(value, bool):
        return [str(value).lower()]
    return [str(value)] if isinstance(value, str | int | float) else list(value)

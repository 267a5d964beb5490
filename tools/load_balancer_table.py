# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the table of docs/load-balancing.md from what the back ends can do; run it after a change of that.

.venv/bin/python tools/load_balancer_table.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer import back_ends

PAGE = Path(__file__).resolve().parents[1] / "docs/load-balancing.md"
BEGIN, END = "<!-- begin of the table -->\n", "<!-- end of the table -->\n"


def table() -> str:
    """What is asked for, by row, and each product's own word for it; nothing where it has none."""
    head = ["option", "value", *back_ends.BACK_ENDS.values()]
    lines = [head, ["---"] * len(head), *_values(), *_options(), _weights()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _values() -> Iterator[list[str]]:
    for option, values in back_ends.WORDS.items():
        for number, (value, words) in enumerate(values.items()):
            yield ["" if number else f"`{option}`", f"`{value}`", *_cells(words)]


def _options() -> Iterator[list[str]]:
    for option, words in back_ends.OPTIONS.items():
        yield [f"`{option}`", "", *_cells(words)]


def _weights() -> list[str]:
    return ["range of `members.weight`", "", *(f"{least} to {most}" for least, most in back_ends.WEIGHTS.values())]


def _cells(words: Mapping[str, str]) -> list[str]:
    return [f"`{words[name]}`" if name in words else "" for name in back_ends.BACK_ENDS]


def with_table(page: str) -> str:
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


def main() -> None:
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

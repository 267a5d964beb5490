# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long descriptors take to read and to write: programs in NEMO by the number of their statements.

Times are processor seconds of this process. ``flat`` is hosts in a row, each its own function; ``models`` is one NodeModel
of functions that are of one other; both are read into a valid service model, and written again.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.nemo_grammar import statements
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_nemo import to_nemo


def flat(number: int) -> str:
    half = number // 2
    nodes = (
        f"CREATE Node n{one} Type host Property image: ubuntu, vcpus: {one % 8 + 1}, memory: 512;\n" for one in range(half)
    )
    wires = (f"CREATE Connection c{one} Type p2p Endnodes n{one}, n{(one + 1) % half};\n" for one in range(half))
    return "".join([*nodes, *wires])


def models(number: int) -> str:
    half = number // 2 - 3
    points = "ConnectionPoint a at VNFD: e0.vm; ConnectionPoint b at VNFD: e1.vm;"
    leaf = f"CREATE NodeModel leaf; Node vm Type host Property vcpus: 2; {points}\n"
    nodes = (f"  Node n{one} Type leaf;\n" for one in range(half))
    wires = (f"  Connection c{one} Type p2p Endnodes n{one}.a, n{(one + 1) % half}.b;\n" for one in range(half))
    return "".join([leaf, "CREATE NodeModel row;\n", *nodes, *wires, "CREATE Node whole Type row;\n"])


PROGRAMS: dict[str, Callable[[int], str]] = {"flat": flat, "models": models}


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.process_time()
    answer = work()
    return answer, time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[100, 1000, 10_000])
    words = parser.parse_args()
    timed(lambda: read({"a.nemo": flat(10).encode()}))  # imports, and the tables of the parser
    print(f"{'program':>8} {'statements':>10} {'parse s':>8} {'read s':>8} {'write s':>8}")
    for name, made in PROGRAMS.items():
        for size in words.sizes:
            text = made(size)
            found, parsing = timed(lambda text=text: statements(text, "a.nemo"))
            reading, whole = timed(lambda text=text: read({"a.nemo": text.encode()}))
            _program, writing = timed(lambda reading=reading: to_nemo(reading.service))
            print(f"{name:>8} {len(found):>10} {parsing:>8.2f} {whole:>8.2f} {writing:>8.2f}")


if __name__ == "__main__":
    main()

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes as ``ip -json route`` writes them, with what a route says of its tunnel apart.

The program writes the keys of a tunnel among those of the route, and either may have a ``table``: a JSON object with a key
twice, of which a common reader would keep the last. The tunnel's keys begin with ``encap`` and end where the hop begins.

Source: the output of iproute2 6.1.
"""

from __future__ import annotations

from typing import Any

_HOP = ("gateway", "via", "dev", "nexthops")


def tunnel_apart(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A route's keys, those of its tunnel under ``tunnel``; for ``json.loads`` as its ``object_pairs_hook``.

    >>> tunnel_apart([("dst", "fc00::1"), ("encap", "seg6local"), ("table", "7"), ("dev", "a"), ("table", "9")])
    {'dst': 'fc00::1', 'dev': 'a', 'table': '9', 'tunnel': {'encap': 'seg6local', 'table': '7'}}
    """
    keys = [key for key, _value in pairs]
    if "encap" not in keys:
        return dict(pairs)
    begin = keys.index("encap")
    end = next((at for at in range(begin, len(keys)) if keys[at] in _HOP), len(keys))
    said = dict(pairs[begin:end])
    if isinstance(said.get("srh"), dict):
        said = {**{key: value for key, value in said.items() if key != "srh"}, **said["srh"]}
    return {**dict(pairs[:begin] + pairs[end:]), "tunnel": said}

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of NEMO and those of the service model, side by side, for the reader and the writer.

A property of NEMO has the name of the key of the model with ``-`` for ``_``, unless NEMO has a word of its own for it
(``ip-prefix``, ``gateway-ip``).
"""

from __future__ import annotations

import re
import typing as t

from .nemo_statements import LONGEST_VALUE, Statement, Value

ROLES = {
    "host": "function",
    "fw": "function",
    "firewall": "function",
    "lb": "function",
    "loadbalancer": "function",
    "cache": "function",
    "l2-group": "group",
    "l3-group": "group",
    "ext-group": "outside",
    "chain-group": "chain",
}
"""The node types that NEMO brings → what such a node is in a service."""

LINK_KINDS = {"p2p": "line", "p2mp": "tree", "mesh": "lan", "chain": "lan"}
"""Type of a Connection → kind of a link; ``chain`` also says in which order its ends are passed."""
CONNECTION_TYPES = {"line": "p2p", "tree": "p2mp", "lan": "mesh"}


class Word(t.NamedTuple):
    """The key of the model that a property becomes, and the form of its value: a key of FORMS."""

    key: str
    form: str = "text"


def _same(form: str, *keys: str) -> dict[str, Word]:
    return {key.replace("_", "-"): Word(key, form) for key in keys}


VDU_WORDS = {
    **_same("text", "kind", "description", "image", "flavor", "vnic_type", "cpu_policy", "ssh_key", "user_data", "parent"),
    **_same("text", "descriptor", "descriptor_type", "availability_zone", "host"),
    **_same("integer", "instances", "vcpus", "memory", "storage", "deployment_order"),
    **_same("number", "deployment_pause"),
    **_same("boolean", "create_flavor", "parent_mandatory"),
    **_same("texts", "interfaces", "command"),
    **_same("size", "memory_page_size"),
}
FUNCTION_WORDS = _same("text", "description", "cran_block")
SITE_WORDS = {
    "site-role": Word("role"),
    "site-name": Word("name"),
    "site-instances": Word("instances", "integer"),
    "site-names": Word("names", "texts"),
    "site-enbs": Word("enbs", "texts"),
}
MEC_WORDS = {"mec-mandatory": Word("mandatory", "texts"), "mec-optional": Word("optional", "texts")}
COST_WORDS = {"cost-maximum": Word("maximum", "number")}
HARDWARE_WORDS = {
    **_same("integer", "numa_nodes"),
    **_same("text", "cpu_thread_policy"),
    **_same("texts", "traits"),
}
SCALING_WORDS = {
    "scaling-min": Word("min", "integer"),
    "scaling-max": Word("max", "integer"),
    "scaling-step": Word("step", "integer"),
}
DELAY_WORDS = {"delay-desired": Word("desired", "number"), "delay-maximum": Word("maximum", "number")}
FUNCTION_PARTS = {"mec_services": MEC_WORDS, "cost": COST_WORDS}
VDU_PARTS = {"hardware": HARDWARE_WORDS, "scaling": SCALING_WORDS}
"""Keys of the model that hold mappings → the words for the keys in each."""
LINK_WORDS = {
    "ip-prefix": Word("cidr"),
    "gateway-ip": Word("gateway"),
    "dns-nameservers": Word("dns_nameservers", "texts"),
}
CHAIN_WORDS = _same("number", "pps", "latency")

BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]*")
QUOTABLE = re.compile(r'[^"\n\x00]*')
DIGITS = re.compile(r"-?[0-9]{1,18}")


def taken(words: dict[str, Word], properties: dict[str, Value], statement: Statement) -> dict[str, t.Any]:
    """The keys of the model that ``properties`` give.

    :raises InputError: a value has not the form that its key has
    """
    return {word.key: _read(properties[name], word.form, name, statement) for name, word in words.items() if name in properties}


def taken_parts(parts: dict[str, dict[str, Word]], properties: dict[str, Value], statement: Statement) -> dict[str, t.Any]:
    """The mappings of the model that ``properties`` give something of."""
    return {key: found for key, words in parts.items() if (found := taken(words, properties, statement))}


def words_of(parts: dict[str, dict[str, Word]]) -> set[str]:
    return {name for words in parts.values() for name in words}


def _read(value: Value, form: str, name: str, statement: Statement) -> t.Any:
    answer = READERS[form](value)
    if answer is None or value.unit or value.ends:
        raise statement.error(f"the property {name[:40]} is {FORMS[form]}, not {str(value)[:40]!r}")
    return answer


def _integer(value: Value) -> int | None:
    return int(value.text) if DIGITS.fullmatch(value.text) and value.items is None else None


def _number(value: Value) -> float | int | None:
    whole = _integer(value)
    try:
        answer = float(value.text) if whole is None else whole
    except ValueError:
        return None
    return answer if abs(answer) < 1e300 else None


def _text(value: Value) -> str | None:
    return value.text if value.items is None else None


def _texts(value: Value) -> list[str]:
    """A list, or one text that stands for a list of one."""
    return [value.text] if value.items is None else [item.text for item in value.items]


READERS: dict[str, t.Callable[[Value], t.Any]] = {
    "text": _text,
    "texts": _texts,
    "integer": _integer,
    "number": _number,
    "boolean": lambda value: {"true": True, "false": False}.get(value.text),
    "size": lambda value: value.text if value.quoted or _integer(value) is None else _integer(value),
}
FORMS = {
    "text": "one text",
    "texts": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "size": "a number or a word",
}


def said(words: dict[str, Word], things: dict[str, t.Any]) -> tuple[list[str], list[str]]:
    """The properties that say ``things``, and the keys that no property can say."""
    pairs, unsaid = [], [key for key in things if key not in {word.key for word in words.values()}]
    for name, word in words.items():
        value = write(things[word.key], word.form) if word.key in things else None
        if value is not None:
            pairs.append(f"{name}: {value}")
        elif word.key in things:
            unsaid.append(word.key)
    return pairs, unsaid


def write(content: t.Any, form: str) -> str | None:
    """``content`` as NEMO writes it; None where it cannot."""
    if form == "texts":
        items = [_quoted(item) for item in content] if isinstance(content, list) else [None]
        return None if None in items else f"[{', '.join(map(str, items))}]"
    if form == "boolean":
        return str(content).lower()
    if form in ("integer", "number") or (form == "size" and isinstance(content, int)):
        return _quoted(repr(content)) if _read_back(content, form) else None
    if form == "size":
        return f'"{content}"'
    return _quoted(content)


def _read_back(content: t.Any, form: str) -> bool:
    return READERS[form](Value(repr(content))) == content


def _quoted(text: t.Any) -> str | None:
    if not isinstance(text, str) or not QUOTABLE.fullmatch(text) or len(text) > LONGEST_VALUE:
        return None
    return text if BARE.fullmatch(text) else f'"{text}"'

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The expressions of IPFilter and IPClassifier as conditions, read by descent.

::

    expression = either [? expression : expression]
    either     = both { (or | ||) both }
    both       = factor { [and | &&] factor }
    factor     = (not | !) factor | ( expression ) | true | false | qualifiers [& mask] [relation] value

A value without qualifiers takes those of the primitive before it: ``src port 80 or 81``.

Source: the documentation of IPClassifier in the Click modular router.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...symbolic.sefl import FALSE, TRUE, All, Any, Condition, Not
from .building import Use
from .primitives import FLAGS, ICMP_TYPES, NUMBERS, OPTIONS, PROTOCOLS, Primitive, condition
from .spot import around, shown
from .values import Given, mac_value, number_value, prefix_value, refusal

_WORD = re.compile(r"&&|\|\||[<>!=]=|[()\[\]<>!=?&|,;]|[A-Za-z0-9_.:/@-]+|\S")
DEEPEST = 50
_EVERYTHING = ("-", "any", "all")
_RELATIONS = {"=": "==", **{name: name for name in ("==", "!=", "<", ">", "<=", ">=")}}
_KINDS = ("host", "net", "port", "proto", "opt", *NUMBERS, *FLAGS)
_LIMITS = {"proto": 8, "port": 16, "vers": 4, "hl": 4, "tos": 8, "dscp": 6, "len": 16, "id": 16, "ttl": 8, "win": 16, "type": 8}


def pattern(use: Use, text: str) -> Condition:
    line = " ".join(text.strip("\"'").split())
    if line in _EVERYTHING:
        return TRUE
    return _Parser(use, line).whole()


@dataclass
class _Parser:
    use: Use
    line: str
    at: int = 0
    before: Primitive | None = None
    depth: int = 0

    def __post_init__(self) -> None:
        found = list(_WORD.finditer(self.line))
        self.words = [word[0] for word in found]
        self.begins = [*(word.start() for word in found), len(self.line)]

    def word(self, ahead: int = 0) -> str:
        return self.words[self.at + ahead] if self.at + ahead < len(self.words) else ""

    def take(self, *wanted: str) -> bool:
        if self.word() and self.word() in wanted:
            self.at += 1
            return True
        return False

    def wrong(self, what: str) -> Exception:
        place = self.begins[min(self.at, len(self.words))]
        near = shown(self.word()) or "the end"
        return refusal(self.use.element, f"{what} near {near} in {around(self.line, place)}")

    def whole(self) -> Condition:
        found = self.expression()
        if self.word():
            raise self.wrong("cannot make out what stands")
        return found

    def expression(self) -> Condition:
        first = self.either()
        if not self.take("?"):
            return first
        then = self.deeper(self.expression)
        if not self.take(":"):
            raise self.wrong("a colon with spaces around it is missing")
        other = self.deeper(self.expression)
        return Any((All((first, then)), All((Not(first), other))))

    def either(self) -> Condition:
        found = [self.both()]
        while self.take("or", "||"):
            found.append(self.both())
        return found[0] if len(found) == 1 else Any(tuple(found))

    def both(self) -> Condition:
        found = [self.factor()]
        while self.take("and", "&&") or self.word() not in ("", ")", "or", "||", "?", ":"):
            found.append(self.factor())
        return found[0] if len(found) == 1 else All(tuple(found))

    def factor(self) -> Condition:
        if self.take("!", "not"):
            return Not(self.deeper(self.factor))
        if self.take("("):
            found = self.deeper(self.expression)
            if not self.take(")"):
                raise self.wrong("a closing parenthesis is missing")
            return found
        if self.word() in ("true", "false"):
            return TRUE if self.take("true") else FALSE if self.take("false") else TRUE
        return self.primitive()

    def deeper(self, part: Callable[[], Condition]) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"more than {DEEPEST} expressions are within each other")
        found = part()
        self.depth -= 1
        return found

    def primitive(self) -> Condition:
        first, negated, one = self.at, False, Primitive("")
        while (step := self.qualifier(one)) is not None or self.word() in ("not", "!"):
            if step is None:
                self.at, negated = self.at + 1, not negated
            one = step or one
        if self.at > first:
            self.before = None
        if self.word() == "[":
            raise self.wrong("bytes of a header in brackets are not modelled")
        one = self.value(self.relation(self.masked(one)), first)
        self.before = replace(one, protocol=one.value) if one.kind == "proto" else one
        return Not(condition(one)) if negated else condition(one)

    def qualifier(self, one: Primitive) -> Primitive | None:
        """The primitive with one more qualifier; None where the next word is none."""
        word = self.word()
        if word in ("src", "dst", "dest"):
            return self.end(one, "src" if word == "src" else "dst")
        if word in ("ip", "ether"):
            self.at += 1
            return replace(one, kind="ether") if word == "ether" else one
        if word in PROTOCOLS and one.kind not in ("proto",):
            self.at += 1
            return replace(one, protocol=PROTOCOLS[word])
        if word in _KINDS and one.kind in ("", "ether"):
            self.at += 1
            return replace(one, kind=one.kind if word == "host" and one.kind else word)
        return None

    def end(self, one: Primitive, end: str) -> Primitive:
        joined = {"and": "and", "&&": "and", "or": "or", "||": "or"}.get(self.word(1))
        if end == "src" and joined and self.word(2) in ("dst", "dest"):
            self.at += 3
            return replace(one, end=joined)
        self.at += 1
        return replace(one, end=end)

    def masked(self, one: Primitive) -> Primitive:
        if not self.take("&"):
            return one
        given = self.given()
        mask = number_value(self.word())
        mask = given.as_address(self.word()) if mask is None else mask
        self.at += 1
        if not mask or one.kind in ("ether", "net", "opt", *FLAGS):
            raise self.wrong("a mask cannot stand")
        return replace(one, mask=mask)

    def relation(self, one: Primitive) -> Primitive:
        if self.word() not in _RELATIONS:
            return one
        operator = _RELATIONS[self.word()]
        self.at += 1
        if operator not in ("==", "!=") and (one.mask is not None or one.kind not in _LIMITS):
            raise self.wrong("an order is modelled for plain numbers only, and stands")
        return replace(one, operator=operator)

    def given(self) -> Given:
        return Given(self.use.element, self.use.names, {})

    def value(self, one: Primitive, first: int) -> Primitive:
        """The primitive with its value, whose form says what it is where no qualifier did."""
        word = self.word()
        if one.kind in FLAGS:
            return one
        if (found := self.named(one, word) or self.plain(one, word)) is not None:
            self.at += 1
            return self.inherited(found)
        if one.kind == "" and one.protocol is not None and one.operator == "==" and self.at > first:
            return replace(one, kind="proto", value=one.protocol, protocol=None)
        raise self.wrong("a value is missing or makes no sense")

    def inherited(self, one: Primitive) -> Primitive:
        """With the ends and the protocol of the primitive before it, where it has no qualifiers of its own."""
        if not self.before or one.kind not in ("host", "net", "ether", "port"):
            return one
        protocol = self.before.protocol if one.kind == "port" and one.protocol is None else one.protocol
        return replace(one, end=one.end or self.before.end, protocol=protocol)

    def named(self, one: Primitive, word: str) -> Primitive | None:
        """A word that stands for a number: of a protocol, a port, a TCP option or an ICMP type."""
        ports = self.use.names.ports
        for kind, table in (("proto", PROTOCOLS), ("port", ports), ("opt", OPTIONS), ("type", ICMP_TYPES)):
            if word in table and one.kind in ("", kind) and self.fits(kind, word, one):
                return replace(one, kind=kind, value=table[word])
        return None

    def fits(self, kind: str, word: str, one: Primitive) -> bool:
        """Whether a word may be of this kind; ``echo`` is a port and an ICMP type, told apart by the protocol alone."""
        if one.kind:
            return True
        ambiguous = word in self.use.names.ports and word in ICMP_TYPES
        if ambiguous and one.protocol is None:
            raise self.wrong("say port or icmp type")
        protocols = {"port": (None, 6, 17), "opt": (None, 6), "type": (None, 1), "proto": (None,)}
        return one.protocol in protocols[kind]

    def plain(self, one: Primitive, word: str) -> Primitive | None:
        if one.kind == "" and self.before and self.before.kind in _LIMITS and number_value(word) is not None:
            protocol = None if self.before.kind == "proto" else self.before.protocol
            one = replace(one, kind=self.before.kind, protocol=one.protocol or protocol)
        if one.kind in _LIMITS:
            return self.number(one, word)
        if one.kind == "ether" or (one.kind in ("", "host") and self.is_mac(word)):
            return replace(one, kind="ether", value=self.given().as_mac(word), mask=None)
        names = self.use.names
        word, _colon, kind = word.partition(":")
        if kind and kind not in ("ip", "ipnet"):
            return None
        is_host = (word in names.hosts and kind != "ipnet") or (
            number_value(word) is None and "/" not in word and prefix_value(word) is not None
        )
        if one.kind in ("", "host", "net") and (is_host or word in names.nets or prefix_value(word) is not None):
            return self.address(one, word, is_host and one.kind != "net")
        return None

    def is_mac(self, word: str) -> bool:
        return mac_value(word) is not None or (word in self.use.names.macs and word not in self.use.names.hosts)

    def number(self, one: Primitive, word: str) -> Primitive | None:
        value = number_value(word)
        if value is None:
            return None
        if not 0 <= value < 1 << _LIMITS[one.kind]:
            raise self.wrong(f"{word} is out of range for {one.kind}")
        return replace(one, value=value)

    def address(self, one: Primitive, word: str, is_host: bool) -> Primitive:
        if self.word(1) == "mask":
            mask, value = self.given().as_address(self.word(2)), self.given().as_address(word)
            self.at += 2
            return replace(one, kind="net", value=value & mask, mask=mask)
        if is_host:
            return replace(one, kind="host", value=self.given().as_address(word))
        value, mask = self.given().as_prefix(word)
        return replace(one, kind="net", value=value, mask=mask)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads NetCTL as users write it: ``AG (tcp.dstport == 22 -> !(port == lb.out))``.

Operators, from the tightest: ``!`` and the path operators ``AX EX AF EF AG EG``, ``A[a U b]``, ``E[a U b]``; then ``&&``,
``||``, ``->``. Glyphs such as ∀ ∧ → ≤ and the words ``and or not`` mean the same. Atoms are comparisons of fields
(Wireshark's names), of metadata by name and of ``initial(field)``, then ``port == element.port``, ``delivered``,
``dropped``, ``failed`` and ``reply``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from ..core.errors import InputError, Place
from . import netctl, sefl, values
from .fields import NAMES
from .grammar import parse
from .replies import REPLY

GLYPHS = {"∀": "A", "∃": "E"}
ORDER = ("<", "<=", ">", ">=")


def initial(name: str) -> sefl.Meta:
    """The metadata in which the value that a field had at injection travels with the packet."""
    return sefl.Meta(f"initial({name})")


@dataclass
class Policy:
    """A formula, the fields whose value at injection it asks for, and whether it speaks of answers."""

    formula: netctl.Formula
    initials: frozenset[str] = frozenset()
    replies: bool = False


def read(
    text: str,
    ports: Collection[str],
    name: str | None = None,
    metadata: Callable[[], Collection[str]] | None = None,
) -> Policy:
    """The formula that a text means.

    :param ports: the ports of the network, all that ``port`` may be compared with
    :param name: of the policy, for the place of a mistake
    :param metadata: the names that are no fields and may be read, asked for only where there is such a name; any for None
    :raises InputError: with the line and what is wrong there
    """
    reader = _Reader(ports, metadata)
    try:
        formula = reader.formula(parse("NetCTL", text).children[0])
    except InputError as error:
        place = error.place or Place()
        raise InputError(error.message, Place(f"policy {name}" if name else None, place.line)) from None
    return Policy(formula, frozenset(reader.initials), reader.replies)


@dataclass
class _Reader:
    ports: Collection[str]
    metadata: Callable[[], Collection[str]] | None
    initials: set[str] = field(default_factory=set)
    replies: bool = False

    def formula(self, tree: Any) -> netctl.Formula:
        return FORMULAS[str(tree.data)](self, *tree.children)

    def _disjunction(self, *parts: Any) -> netctl.Formula:
        return netctl.Or(tuple(self.formula(part) for part in parts[::2]))

    def _conjunction(self, *parts: Any) -> netctl.Formula:
        return netctl.And(tuple(self.formula(part) for part in parts[::2]))

    def _implies(self, left: Any, _arrow: Any, right: Any) -> netctl.Formula:
        return netctl.implies(self.formula(left), self.formula(right))

    def _not(self, _sign: Any, operand: Any) -> netctl.Formula:
        return netctl.Not(self.formula(operand))

    def _path(self, operator: Any, operand: Any) -> netctl.Formula:
        every = GLYPHS.get(operator[0], operator[0]) == "A"
        build = {"X": netctl.Next, "F": netctl.finally_, "G": netctl.Always}[operator[-1]]
        return build(every, self.formula(operand))

    def _until(self, quantifier: Any, left: Any, right: Any) -> netctl.Formula:
        every = GLYPHS.get(str(quantifier), str(quantifier)) == "A"
        return netctl.Until(every, self.formula(left), self.formula(right))

    def _ended(self, how: Any) -> netctl.Formula:
        return netctl.Ended(str(how))

    def _reply(self, _word: Any) -> netctl.Formula:
        self.replies = True
        return netctl.Holds(REPLY)

    def _truth(self, word: Any) -> netctl.Formula:
        return netctl.TRUE if word == "true" else netctl.FALSE

    def _compare(self, left: Any, operator: Any, right: Any) -> netctl.Formula:
        for one, other in ((left, right), (right, left)):
            if one.data == "named" and one.children[0] == "port":
                return self._port(other, operator)
        if left.data == "value":
            left, operator, right = right, FLIPPED.get(str(operator), operator), left
        atoms = [self._relation(*pair, operator, right) for pair in product(self.reads(left), self.operands(right))]
        return netctl.Holds(atoms[0] if len(atoms) == 1 else sefl.Any(tuple(atoms)))

    def _port(self, other: Any, operator: Any) -> netctl.Formula:
        token = other.children[0]
        port = str(token).strip('"')
        if operator not in ("==", "!="):
            raise InputError(f"a port can be compared with == and != only, not with {operator}", Place(line=operator.line))
        if port not in self.ports:
            near = sorted(one for one in self.ports if one.startswith(f"{port.partition('.')[0]}.")) or sorted(self.ports)
            raise InputError(f"there is no port {port}; there are {', '.join(near)}", Place(line=token.line))
        return netctl.At(port) if operator == "==" else netctl.Not(netctl.At(port))

    def _relation(self, left: sefl.Expression, right: Any, operator: Any, tree: Any) -> sefl.Condition:
        if not isinstance(right, tuple):
            return sefl.Compare(str(operator), left, right)
        (low, high), width = right
        token = tree.children[0]
        values.check_fits(high, left, token, width)
        if low == high:
            return sefl.Compare(str(operator), left, sefl.Number(low, width))
        if operator in ORDER:
            raise InputError(f"{token} is a range; compare with {operator} only single values", Place(line=token.line))
        inside = sefl.Within(left, ((low, high),))
        # An atom over a field that the packet has not is false, the one with != too.
        return inside if operator == "==" else sefl.All((inside_or_not(left), sefl.Not(inside)))

    def _within(self, left: Any, *items: Any) -> netctl.Formula:
        found = [values.bounds(item.children[0]) for item in items]
        ranges = [inside for inside, _width in found]
        atoms = []
        for expression in self.reads(left):
            for item, ((_low, high), known) in zip(items, found, strict=True):
                values.check_fits(high, expression, item.children[0], known)
            atoms.append(sefl.Within(expression, values.merged(ranges)))
        return netctl.Holds(atoms[0] if len(atoms) == 1 else sefl.Any(tuple(atoms)))

    def _masked(self, left: Any, mask: Any, operator: Any, match: Any) -> netctl.Formula:
        numbers = values.number(match), values.number(mask)
        atoms = []
        for expression in self.reads(left):
            values.check_fits(max(numbers), expression, mask)
            atom = sefl.Masked(expression, *numbers)
            atoms.append(atom if operator == "==" else sefl.All((inside_or_not(expression), sefl.Not(atom))))
        if operator not in ("==", "!="):
            raise InputError(f"a masked field can be compared with == and != only, not with {operator}", Place(line=mask.line))
        return netctl.Holds(atoms[0] if len(atoms) == 1 else sefl.Any(tuple(atoms)))

    def _present(self, target: Any) -> netctl.Formula:
        present = (sefl.Present(expression.target) for expression in self.reads(target) if isinstance(expression, sefl.Read))
        return netctl.Holds(sefl.Any(tuple(present)))

    def reads(self, tree: Any) -> tuple[sefl.Expression, ...]:
        """What the left side of a comparison reads."""
        token = tree.children[0]
        if tree.data == "initial":
            return tuple(self._initial(token))
        if tree.data == "named":
            return self._known(values.named(token), token)
        raise InputError(f"a field or a name of metadata is expected here, not {token}", Place(line=token.line))

    def _known(self, found: tuple[sefl.Expression, ...], token: Any) -> tuple[sefl.Expression, ...]:
        """A name that nothing gives a value would make every policy about it true in silence."""
        is_field = not any(isinstance(one, sefl.Read) and isinstance(one.target, sefl.Meta) for one in found)
        if is_field or self.metadata is None or str(token) in (known := self.metadata()):
            return found
        near = difflib.get_close_matches(str(token), [*NAMES, *known], 1)
        meant = f"; is {near[0]} meant?" if near else ""
        message = f"{token} is no header field, and no element gives metadata of this name a value{meant}"
        raise InputError(message, Place(line=token.line))

    def _initial(self, token: Any) -> list[sefl.Expression]:
        answer = []
        for expression in values.named(token):
            inner = expression.value if isinstance(expression, sefl.Slice) else expression
            name = values.TARGETS.get(inner.target)
            if name is None:
                raise InputError(f"initial() takes a header field, not {token}", Place(line=token.line))
            self.initials.add(name)
            kept = sefl.Read(initial(name))
            answer.append(sefl.Slice(kept, expression.low, expression.width) if inner is not expression else kept)
        return answer

    def operands(self, tree: Any) -> tuple[Any, ...]:
        """What the right side of a comparison is: expressions, or the bounds of a value and its width."""
        if tree.data == "value":
            token = tree.children[0]
            if token.type == "STRING":
                raise InputError(f"{token} is text; only a port is compared with text", Place(line=token.line))
            return (values.bounds(token),)
        return self.reads(tree)


def inside_or_not(expression: sefl.Expression) -> sefl.Condition:
    """True wherever the expression can be read, and an error, which is false, where it cannot."""
    return sefl.Compare("==", expression, expression)


FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
FORMULAS = {
    "disjunction": _Reader._disjunction,
    "conjunction": _Reader._conjunction,
    "implies": _Reader._implies,
    "not": _Reader._not,
    "path": _Reader._path,
    "until": _Reader._until,
    "ended": _Reader._ended,
    "reply": _Reader._reply,
    "truth": _Reader._truth,
    "compare": _Reader._compare,
    "within": _Reader._within,
    "masked": _Reader._masked,
    "present": _Reader._present,
}

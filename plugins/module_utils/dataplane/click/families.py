# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes that contain each other.

A class is known only below its definition, so the text of one class can never contain itself: a name
used before its definition means another class, one of Click's own. Where two classes name each other,
that is hardly meant: Click refuses such a text unless it has a class of its own by that name, and so
does this reader, for which the name would be a class that nobody defines. A class that names itself is
another matter: by the manual page that is how one wraps the original of the same name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from .classes import Compound, Primitive
from .scope import Scope
from .spot import Spot, shown


@dataclass(eq=False)
class Family:
    """An ``elementclass`` statement with braces, those around it, and the class names used in its own text."""

    name: str
    spot: Spot
    around: Family | None
    known: list[Compound] = field(default_factory=list)
    unknown: list[tuple[str, Scope]] = field(default_factory=list)
    extends: bool = False

    def is_in(self, other: Family) -> bool:
        family: Family | None = self
        while family and family is not other:
            family = family.around
        return family is other


class Families:
    """All ``elementclass`` statements of a text, and the one that is being read."""

    def __init__(self) -> None:
        self._now: Family | None = None
        self._all: list[Family] = []
        self._of: dict[Compound, Family] = {}

    @contextmanager
    def one(self, name: str, spot: Spot) -> Iterator[Family]:
        family = Family(name, spot, self._now)
        self._all.append(family)
        self._now = family
        yield family
        self._now = family.around

    def belongs(self, found: Compound, family: Family, extends: bool) -> None:
        self._of[found] = family
        family.extends = extends

    def uses(self, name: str, scope: Scope) -> None:
        """Note that the class being read names another, which is known in `scope` or not yet."""
        found = scope.find_class(name)
        if self._now and isinstance(found, Compound):
            self._now.known.append(found)
        elif self._now and found is None:
            self._now.unknown.append((name, scope))

    def check(self) -> None:
        """InputError if classes contain each other in a circle; all of the text must have been read."""
        graph = {family: list(dict.fromkeys(self._contained(family))) for family in self._all}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[Family] = error.args[1][::-1]
        else:
            return
        names = [shown(family.name) for family in circle]
        shortened = names if len(names) < 10 else [*names[:4], "…", *names[-3:]]
        raise circle[0].spot.error(
            f"the classes {' → '.join(shortened)} contain each other, but a class is known only below its definition; "
            "to use one of Click's own by such a name, give that a second name first: elementclass Original Name"
        )

    def _contained(self, family: Family) -> Iterator[Family]:
        yield from (self._of[found] for found in family.known if found in self._of)
        for name, scope in family.unknown:
            later = self._later(name, scope)
            if later and not later.extends and not family.is_in(later):
                yield later

    def _later(self, name: str, scope: Scope) -> Family | None:
        """What came to be defined after the use, in the scope of the use or around it."""
        found: Primitive | Compound | None = scope.find_class(name)
        return self._of.get(found) if isinstance(found, Compound) else None

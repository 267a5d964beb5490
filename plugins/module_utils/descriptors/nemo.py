# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language ``nemo``: intents and, by NodeModels that name VNFDs, services made of services.

nemo_grammar    a text as statements
nemo_statements what a statement is, and which clauses it may have
nemo_program    what is there when they have been carried out
nemo_expand     NodeModels laid out flat; where connections end
nemo_vnfd       what a VNFD says, by the reader of its own language
nemo_functions  nodes as functions
nemo_service    links, access points and chains
nemo_intents    operations as policies
nemo_policies   their formulas, to and fro
nemo_building   what these have in common
nemo_words      properties and the keys of the model, for the reader and for ``to_nemo``
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ..core.errors import InputError, Place
from .element import Element
from .model import documents_of
from .nemo_grammar import statements
from .nemo_program import run
from .nemo_service import build_service
from .nemo_statements import Statement
from .nemo_vnfd import Library, Reader
from .package import Package
from .reading import Warnings

SUFFIX = ".nemo"
BEGINNING = re.compile(
    rb"(\xef\xbb\xbf)?\s*(CREATE|IMPORT|UPDATE|DELETE)\s+(Node[Mm]?odel|Node|Connection|Link|Flow|Operation|Policy)\b"
)


class Told:
    """Warnings by kind: the first is told whole, of the others how many there are."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[Statement, str]] = {}
        self._counts: dict[str, int] = {}

    def __call__(self, statement: Statement, kind: str, message: str) -> None:
        self._first.setdefault(kind, (statement, message))
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def tell(self, warnings: Warnings) -> None:
        for kind, (statement, message) in self._first.items():
            more = self._counts[kind] - 1
            sentence = f"{message} (and {more} more like this)" if more else message
            warnings.add(f"nemo {kind}", sentence, Element(None, statement.file), statement.line)


def detect(package: Package) -> bool:
    return bool(_programs(package))


def _programs(package: Package) -> list[str]:
    """Files that end in .nemo, or else those that begin as a program does, in the order of their names."""
    named = [name for name in package.files if PurePosixPath(name).suffix.lower() == SUFFIX]
    return named or [name for name, content in package.files.items() if BEGINNING.match(content[:4096])]


def read(package: Package, default_site: dict, warnings: Warnings, read_vnfd: Reader) -> dict:
    """The service of all programs in ``package``, which are one; NodeModels may stand in any of them.

    :param read_vnfd: reads the VNFDs that NodeModels name
    """
    programs = _programs(package) or (list(package.files) if len(package.files) == 1 else [])
    if not programs:
        raise InputError("no NEMO program is among these files; its name ends in .nemo, or it begins with CREATE")

    found = [statement for name in programs for statement in statements(package.text(name), name)]
    if not found:
        raise InputError("this program is empty", Place(programs[0], 1))
    name = PurePosixPath(programs[0]).stem if len(programs) == 1 else "service"
    told = Told()
    library = Library(package, read_vnfd, warnings)
    service, origins = build_service(run(found), name, library, default_site, told)
    service |= {"documents": library.documents} if library.documents else {}
    package.origins = {path: statement.place for path, statement in origins.items()}
    told.tell(warnings)
    documents = documents_of(Element(service, programs[0]), package)
    return {**service, "documents": dict(sorted(documents.items()))} if documents else service

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an appliance's error codes mean, and what to do about them.

The codes are those of the NITRO reference; a code that is not here is told in the appliance's own words.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...core.errors import ConflictError, DeniedError, InputError, NfvError

SESSION_OVER = frozenset({444, 1027})
"""The session ended, and the call was not made."""
MISSING = frozenset({258, 344, 351, 461, 462, 463, 1000, 1208, 1303, 2170})
"""There is no such thing."""
BULK_FAILED = 1243
ROLLBACK_FAILED = 1241
"""A list failed, and the appliance could not take back what it had made of it."""
NO_ROLLBACK = 1242
"""A list of calls of this kind cannot be taken back as a whole, and none of them was made."""

REMEDIES: Mapping[int, str] = {
    273: "it came to be meanwhile, or another one has the same place; run again or name that one",
    354: "check nitro_user and nitro_pass",
    1092: "give one of them",
    1093: "give what it needs as well",
    1097: "see which values the option takes",
    1244: "let the administrator allow sessions for this user",
    1335: "another server has this address: name that one",
    2131: "unbind it from the services that it is bound to first",
    2138: "the user needs a command policy that permits this",
    2164: "an appliance binds this monitor by itself",
}


class NothingThere(InputError):
    """What was asked for is not there."""


class NoRollback(InputError):
    """The appliance does not make a list of such calls as a whole."""


class AlreadyThere(ConflictError):
    """What was to be made is there, or something else is where it should be."""


class RollbackFailed(InputError):
    """A list of calls failed, and some of them may have been carried out."""


KINDS: Mapping[type[NfvError], frozenset[int]] = {
    NothingThere: MISSING,
    NoRollback: frozenset({NO_ROLLBACK}),
    RollbackFailed: frozenset({ROLLBACK_FAILED}),
    DeniedError: frozenset({257, 354, 1244, 2138}),
    AlreadyThere: frozenset({273, 1335, 2133}),
    ConflictError: frozenset({304, 428, 429, 433, 2131}),
}


def refusal(where: str, code: int, message: str) -> NfvError:
    """The error of a refused call: one sentence with the appliance's words, its code, and the remedy where one is known."""
    remedy = f": {REMEDIES[code]}" if code in REMEDIES else ""
    text = f"{where} is refused: {message.strip() or 'no reason is given'} (NITRO error {code}){remedy}"
    return next((kind for kind, codes in KINDS.items() if code in codes), InputError)(text)

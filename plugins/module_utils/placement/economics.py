# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a deployment costs a year, and the subscription fee at which it pays.

::

    annuity      = capital · i / (1 - (1 + i)^-n)          i the yearly interest, n the years; capital / n where i = 0
    energy       = power / 1000 · 8760 · price             power in W, price for a kWh
    yearly       = annuity + energy + sites + maintenance + other
    break_even   = yearly / (12 · subscribers)             the monthly fee of each subscriber
    profit       = 12 · subscribers · fee - yearly
    payback      = capital / (12 · subscribers · fee - yearly + annuity)    years, without interest

Deliverable D6.1, section 4.4, asks whether subscription fees make up for the investment; the formulas are the usual ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import InputError, Place
from .checks import number

HOURS, MONTHS = 8760, 12
DEFAULTS: dict[str, float | None] = {
    "years": 10.0,
    "interest": 0.0,
    "energy_price": 0.0,
    "site_rent": 0.0,
    "maintenance": 0.0,
    "other": 0.0,
    "subscribers": None,
    "fee": None,
}
"""Of each option; without ``subscribers`` these are the users, and without a ``fee`` nothing is said of one."""
POSITIVE = {"years", "subscribers"}


@dataclass(frozen=True)
class Terms:
    """Prices of a country and habits of a firm: ``site_rent`` a site and year, ``maintenance`` a year as a share of capital."""

    years: float
    interest: float
    energy_price: float
    site_rent: float
    maintenance: float
    other: float
    subscribers: float
    fee: float | None = None


def terms(options: Mapping[str, Any], subscribers: int, path: str = "economics") -> Terms:
    """Checked terms; who does not say otherwise has each of the users as a subscriber.

    :raises InputError: a number is not finite or negative, or zero where that has no meaning
    """
    given = {name: value for name, value in options.items() if value is not None}
    values = {**DEFAULTS, "subscribers": float(subscribers), **given}
    if unknown := sorted(set(values) - set(DEFAULTS)):
        raise InputError(f"is unknown; there are: {', '.join(DEFAULTS)}", Place(path=f"{path}.{unknown[0]}"))
    numbers = {name: value for name, value in values.items() if value is not None}
    return Terms(**{name: number(value, f"{path}.{name}", above=name in POSITIVE) for name, value in numbers.items()})


def annuity(capital: float, years: float, interest: float) -> float:
    """The yearly payment that pays ``capital`` back with interest in so many years."""
    if interest == 0:
        return capital / years
    return capital * (interest / -math.expm1(-years * math.log1p(interest)))  # exact for tiny interests too


def economics(capital: float, sites: int, power: float | None, of: Terms) -> dict[str, Any]:
    """The yearly cost in its parts, the monthly fee at which it is covered, and with a ``fee`` what that fee brings.

    :param capital: what is paid in the beginning
    :param sites: how many are rented
    :param power: W on the average, None where unknown
    :raises InputError: the power is unknown and energy has a price
    """
    if power is None and of.energy_price:
        raise InputError("needs the power of each node; give nodes[].power", Place(path="economics.energy_price"))
    parts = {
        "capital": annuity(capital, of.years, of.interest),
        "energy": (power or 0.0) / 1000 * HOURS * of.energy_price,
        "sites": sites * of.site_rent,
        "maintenance": capital * of.maintenance,
        "other": of.other,
    }
    yearly = sum(parts.values())
    found = {"investment": capital, "yearly": parts, "yearly_cost": yearly, "subscribers": of.subscribers}
    return {**found, "break_even_fee": yearly / (MONTHS * of.subscribers), **_with_fee(capital, yearly, parts["capital"], of)}


def _with_fee(capital: float, yearly: float, paid_back: float, of: Terms) -> dict[str, Any]:
    if of.fee is None:
        return {}
    income = MONTHS * of.subscribers * of.fee
    surplus = income - (yearly - paid_back)
    return {
        "yearly_income": income,
        "yearly_profit": income - yearly,
        "payback_years": capital / surplus if surplus > 0 else None,
    }

"""Days of the API and of Python."""
from __future__ import annotations

import datetime
from typing import Optional

from . import v1


def to_date(day: v1.Date) -> Optional[datetime.date]:
    """None for a day that is known by year or month alone, or not at all."""
    if not (day.year and day.month and day.day):
        return None
    return datetime.date(day.year, day.month, day.day)


def from_date(day: datetime.date) -> v1.Date:
    return v1.Date(year=day.year, month=day.month, day=day.day)

"""Who is told of a safety alert: first, and as the backup when nobody has closed it in time."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from enum import IntEnum
from uuid import UUID

from tracker.domain.errors import Refused


class Tier(IntEnum):
    """When somebody is told. Stored as the number."""

    FIRST = 1
    BACKUP = 2


def on_call_list(
    *, first: Collection[UUID], backup: Collection[UUID], may_close: Collection[UUID]
) -> dict[UUID, Tier]:
    """The list as it is stored. It may be empty: then nobody is told.

    ``may_close`` are the active people who may close an alert. Raises `Refused` for anybody else,
    for somebody who is named twice, and for a backup of nobody.
    """
    if not set(first) | set(backup) <= set(may_close):
        raise Refused("Choose only people with an open account who may close a safety alert.")
    if set(first) & set(backup):
        raise Refused("Nobody can be the backup of themselves. Name another one.", field="backup")
    if backup and not first:
        raise Refused("Name who is told first; a backup alone is told too late.", field="first")
    return dict.fromkeys(first, Tier.FIRST) | dict.fromkeys(backup, Tier.BACKUP)


def version_of(named: Mapping[UUID, int]) -> int:
    """A number that is the same for the same list.

    The list is small and stored as a whole, so its content is all that a form has to have seen.
    """
    content = ",".join(sorted(f"{user_id}:{int(tier)}" for user_id, tier in named.items()))
    return zlib.crc32(content.encode()) % 10**9

"""Files in, one ZIP archive out: the same files give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import date


def zip_of(files: Iterable[tuple[str, bytes]], *, dated: date) -> bytes:
    """An archive of named files, all of one date. PDFs are small already: nothing is packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name, (dated.year, dated.month, dated.day, 0, 0, 0))
            info.external_attr = 0o600 << 16
            archive.writestr(info, content)
    return out.getvalue()

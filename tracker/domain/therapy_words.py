"""How pages and reports call the kinds, formats and states of therapy sessions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tracker.domain.courses import TherapyFormat, TherapyKind, TherapyState

KIND_WORDS: Mapping[TherapyKind, str] = MappingProxyType(
    {
        TherapyKind.PREPARATION: "Preparation",
        TherapyKind.INTEGRATION: "Integration",
        TherapyKind.PROLONGED_EXPOSURE: "Prolonged exposure",
        TherapyKind.COGNITIVE_PROCESSING: "Cognitive processing therapy",
        TherapyKind.EMDR: "EMDR",
        TherapyKind.OTHER: "Other",
    }
)
FORMAT_WORDS: Mapping[TherapyFormat, str] = MappingProxyType(
    {
        TherapyFormat.IN_PERSON: "in person",
        TherapyFormat.VIDEO: "by video",
        TherapyFormat.TELEPHONE: "by telephone",
    }
)
STATE_WORDS: Mapping[TherapyState, str] = MappingProxyType(
    {
        TherapyState.PLANNED: "Planned",
        TherapyState.HELD: "Held",
        TherapyState.MISSED: "Missed",
        TherapyState.CANCELLED: "Cancelled",
    }
)

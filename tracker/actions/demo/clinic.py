"""The fictitious clinic, the people who work there, and its protocol."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from tracker.actions.demo.moments import Present, Row, at, known_id
from tracker.actions.demo.plans import Layout
from tracker.actions.demo.story import Story
from tracker.domain import instruments
from tracker.domain.accounts import INVITATION_LASTS
from tracker.domain.contacts import Contact
from tracker.domain.on_call import Tier
from tracker.domain.people import Role
from tracker.domain.protocol import default_protocol
from tracker.domain.proxies import ProxyAuthority

CLINIC_ID: UUID = known_id("clinic")
PASSWORD = "demo-demo-demo"  # noqa: S105 - printed in the terminal and on the sign-in page
PASSWORD_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$ZGVtb25zdHJhdGlvbi0wMQ"  # noqa: S105
    "$jqD1NfEwCCbYJ1G9NjAnYR1gh00AFvWL93k8Ugkckrg"
)
"""Of `PASSWORD`. Stored ready-made: a fresh salt would make every load differ."""

STAFF = (
    ("clinician", "Dr. Robin Beacon", Role.CLINICIAN),
    ("nurse", "Jordan Harbourside", Role.NURSE),
    ("therapist", "Taylor Quayside", Role.THERAPIST),
    ("admin", "Morgan Pierhead", Role.ADMINISTRATOR),
)
_FOUNDED_DAYS_AGO = 700


def founded_at(present: Present) -> datetime:
    """When the fictitious clinic began to use the tracker: before every story."""
    return at(present.day(-_FOUNDED_DAYS_AGO), time(9))


def clinic_rows(present: Present) -> dict[str, list[Row]]:
    """The clinic, its day off, its protocol, its staff and the instruments, by table."""
    since = founded_at(present)
    protocol = default_protocol()
    return {
        "clinics": [
            {
                "id": CLINIC_ID,
                "name": "Harbour Lights Clinic (demonstration)",
                "timezone": "America/New_York",
                "address": "1 Fictitious Quay\nSampleport, ME 00000",
                "phone": "(207) 555-0142",
                "open_weekdays": present.open_words,
                "paper": "letter",
                "crisis": None,
                "is_demo": True,
                "created_at": since,
                "version": 1,
            }
        ],
        "clinic_closures": [
            {
                "clinic_id": CLINIC_ID,
                "closed_on": present.closed_on,
                "reason": "Staff training day",
            }
        ],
        "protocols": [
            {
                "id": known_id("protocol"),
                "clinic_id": CLINIC_ID,
                "name": protocol.name,
                "version": protocol.version,
                "infusion_count": protocol.infusion_count,
                "min_gap_days": protocol.min_gap_days,
                "max_gap_days": protocol.max_gap_days,
                "preferred_gap_days": protocol.preferred_gap_days,
                "dose_mg_per_kg": protocol.dose.dose_mg_per_kg,
                "infusion_minutes": protocol.dose.infusion_minutes,
                "definition": protocol.definition(),
                "recorded_at": since,
            }
        ],
        "users": [
            _user(known_id(key), f"{key}@demo.test", name, PASSWORD_HASH, since)
            for key, name, _ in STAFF
        ],
        "user_roles": [_role(known_id(key), role) for key, _, role in STAFF],
        "on_call": [
            {
                "user_id": known_id(key),
                "clinic_id": CLINIC_ID,
                "tier": int(tier),
                "recorded_at": since,
                "recorded_by": known_id("admin"),
            }
            for key, tier in (("clinician", Tier.FIRST), ("therapist", Tier.BACKUP))
        ],
        "instruments": [
            {
                "key": each.key,
                "version": each.version,
                "title": each.title,
                "definition": instruments.to_json(each),
                "recorded_at": since,
            }
            for each in instruments.definitions().values()
        ],
    }


def _role(user_id: UUID, role: Role) -> Row:
    return {"clinic_id": CLINIC_ID, "user_id": user_id, "role": role}


def _user(
    user_id: UUID, email: str, name: str, password_hash: str | None, created_at: datetime
) -> Row:
    return {
        "id": user_id,
        "clinic_id": CLINIC_ID,
        "email": email,
        "name": name,
        "password_hash": password_hash,
        "created_at": created_at,
    }


def patient_rows(story: Story, layout: Layout | None, present: Present) -> dict[str, list[Row]]:
    """The patient's record, and the account that check-ins are sent from.

    Only the demonstration patient's account has a password; nobody can sign in to the others.
    """
    agreed_at = at(present.day(-1), time(10, 5)) if layout is None else layout.agreed_at(present)
    registered_at = agreed_at - timedelta(minutes=25)
    patient_id, user_id = known_id(f"{story.key} patient"), known_id(f"{story.key} user")
    email = story.email or f"patient-{story.key}@demo.test"
    record: Row = {
        "id": patient_id,
        "clinic_id": CLINIC_ID,
        "record_number": f"DEMO-01{story.key}",
        "given_name": story.given_name,
        "family_name": story.family_name,
        "born_on": story.born_on,
        "allergies": story.allergies,
        "recorded_at": registered_at,
        "recorded_by": known_id("clinician"),
        "version": 1,
    }
    reached = Contact(
        phone=f"(207) 555-01{story.key}", email=email, escort="Fictitious friend, (207) 555-0199"
    )
    contact: Row = {"id": patient_id, "clinic_id": CLINIC_ID, "contact": reached}
    if layout is None:
        return {"patients": [record], "patient_contacts": [contact]}
    password_hash = PASSWORD_HASH if story.email else None
    told: dict[str, list[Row]] = {
        "patients": [record],
        "patient_contacts": [contact],
        "users": [_user(user_id, email, story.name, password_hash, agreed_at)],
        "user_roles": [_role(user_id, Role.PATIENT)],
        "patient_accounts": [
            {"user_id": user_id, "patient_id": patient_id, "clinic_id": CLINIC_ID}
        ],
        "check_in_preferences": [
            {
                "patient_id": patient_id,
                "clinic_id": CLINIC_ID,
                "not_watched_agreed_at": agreed_at,
                "changed_at": agreed_at,
            }
        ],
    }
    if story.email:
        _add_proxy(told, story, agreed_at)
    return told


def _add_proxy(told: dict[str, list[Row]], story: Story, agreed_at: datetime) -> None:
    """Somebody who reads the visits of the demonstration patient, with an account of their own."""
    user_id, invitation_id = known_id("proxy"), known_id("proxy invitation")
    name, email = f"Avery {story.family_name}", "proxy@demo.test"
    patient_id, accepted_at = known_id(f"{story.key} patient"), agreed_at + timedelta(minutes=20)
    told["users"].append(_user(user_id, email, name, PASSWORD_HASH, accepted_at))
    told["user_roles"].append(_role(user_id, Role.PROXY))
    told["invitations"] = [
        {
            "id": invitation_id,
            "clinic_id": CLINIC_ID,
            "token_hash": sha256(invitation_id.bytes).digest(),
            "role": Role.PROXY,
            "email": email,
            "name": name,
            "patient_id": patient_id,
            "created_by": known_id("clinician"),
            "created_at": agreed_at,
            "expires_at": agreed_at + INVITATION_LASTS,
            "used_at": accepted_at,
        }
    ]
    told["patient_proxies"] = [
        {
            "id": known_id("proxy arrangement"),
            "clinic_id": CLINIC_ID,
            "patient_id": patient_id,
            "invitation_id": invitation_id,
            "name": name,
            "authority": ProxyAuthority.AUTHORISED,
            "arranged_at": agreed_at,
            "arranged_by": known_id("clinician"),
            "user_id": user_id,
            "accepted_at": accepted_at,
        }
    ]

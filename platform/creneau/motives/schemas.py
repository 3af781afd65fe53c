"""Motives as they are read."""

from datetime import datetime, time
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

LocationType = Literal["on_site", "phone", "home", "video"]
Audience = Literal["agents", "prescribers", "invited", "everyone"]
PersonChannels = Literal["email", "one", "both", "sms"]
"""By which ways persons are written to: by mail only; by mail, or by SMS where there is none; by
both; by SMS, or by mail where there is no mobile phone."""


class Reminder(msgspec.Struct, frozen=True, order=True):
    """When a person is reminded (C-81): so many minutes before, or at a local time of that day.

    One day or more is counted on the calendar, "two days before at the same hour", whatever clocks
    do meanwhile; less than a day is counted in hours that pass. `at` asks for whole days.
    """

    minutes: int
    at: time | None = None


TWO_DAYS_BEFORE: Final = (Reminder(48 * 60),)


class Motive(msgspec.Struct, frozen=True, kw_only=True):
    """What an appointment is for (C-05); durations and notices are minutes.

    `step_minutes` None: slots follow each other by the duration. `capacity` 1: found in free time;
    n or None (unlimited): sessions that exist before anybody books them (C-24). A notice of None
    means that the person may not cancel, or not move. `requires` says how many resources of each kind one
    appointment takes (C-25); empty: any one. `reminders` are in no order. `version` changes with
    each change. `asks`: it has questions of its own.
    `confidential`: nothing is sent to the person, and nothing shows on their pages (S-08).
    """

    id: UUID
    organisation_id: UUID
    service_id: UUID
    name: str
    description: str
    category: str
    colour: str
    position: int
    location_type: LocationType
    audience: Audience
    duration_minutes: int
    step_minutes: int | None
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    maximum_notice_minutes: int
    capacity: int | None
    secretariat: bool
    notify_persons: bool
    notify_agents: bool
    person_channels: PersonChannels
    instructions_before: str
    instructions_after: str
    cancellation_warning: str
    cancel_notice_minutes: int | None
    move_notice_minutes: int | None
    maximum_active_per_person: int | None
    maximum_per_person_per_day: int | None
    maximum_per_person_per_week: int | None
    extra: dict[str, Any]
    requires: dict[str, int] = {}
    reminders: tuple[Reminder, ...] = TWO_DAYS_BEFORE
    confidential: bool = False
    archived_at: datetime | None = None
    version: str = ""
    asks: bool = True
    line_opens_at: datetime | None = None


class MotiveWithZones(Motive, frozen=True, kw_only=True):
    """A motive, and the time zone of every place of its tenant, in use or not (C-15)."""

    zones: dict[UUID, str]


class MotiveListed(msgspec.Struct, frozen=True, kw_only=True):
    """A motive in the list of all; `openings` counts those with a time still to come."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    service_id: UUID
    service_name: str
    name: str
    category: str
    colour: str
    duration_minutes: int
    location_type: LocationType
    audience: Audience
    capacity: int | None
    openings: int
    archived_at: datetime | None


class MotiveUse(msgspec.Struct, frozen=True, kw_only=True):
    """What besides appointments goes on with a motive: openings, people who wait, questions."""

    openings: int
    waiting: int
    questions: int


class MotiveDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to create a motive; the fields mean the same as in `Motive`."""

    organisation_id: UUID
    service_id: UUID
    name: str
    description: str = ""
    category: str = ""
    colour: str = "#0B6E69"
    position: int = 0
    location_type: LocationType = "on_site"
    audience: Audience = "agents"
    duration_minutes: int = 30
    step_minutes: int | None = None
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    minimum_notice_minutes: int = 0
    maximum_notice_minutes: int = 90 * 24 * 60
    capacity: int | None = 1
    secretariat: bool = False
    notify_persons: bool = True
    notify_agents: bool = True
    person_channels: PersonChannels = "one"
    instructions_before: str = ""
    instructions_after: str = ""
    cancellation_warning: str = ""
    cancel_notice_minutes: int | None = 0
    move_notice_minutes: int | None = 0
    maximum_active_per_person: int | None = None
    maximum_per_person_per_day: int | None = None
    maximum_per_person_per_week: int | None = None
    extra: dict[str, Any] = {}
    requires: dict[str, int] = {}
    reminders: tuple[Reminder, ...] = TWO_DAYS_BEFORE
    confidential: bool = False

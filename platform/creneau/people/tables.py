"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, Boolean, Date, Text, Timestamptz
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Who is received."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    responsible_id = UUID(null=True, default=None)
    first_name = Text(null=False)
    last_name = Text(null=False)
    email = Text(null=False)
    email_verified_at = Timestamptz(null=True, default=None)
    phone = Text(null=False)
    birth_date = Date(null=True, default=None)
    address = Text(null=False)
    locale = Text(null=False)
    notes = Text(null=False)
    extra = JSONB(null=False)
    created_at = Timestamptz(null=False)
    erased_at = Timestamptz(null=True, default=None)
    birth_name = Text(null=False)
    second_phone = Text(null=False)
    merged_into = UUID(null=True, default=None)


class PersonOrganisation(Table, tablename="person_organisation"):
    """Which organisations know a person."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(null=False, default=None)
    organisation_id = UUID(null=True, default=None)
    since = Timestamptz(null=False)


class Referent(Table, tablename="referent"):
    """Who follows whom."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(null=False, default=None)
    agent_id = UUID(null=False, default=None)
    since = Timestamptz(null=False)


class PersonNote(Table, tablename="person_note"):
    """What agents note about a person, with every version."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    note_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    agent_id = UUID(null=True, default=None)
    text = Text(null=False)
    written_at = Timestamptz(null=False)
    current = Boolean(null=False)


class PersonApart(Table, tablename="person_apart"):
    """Files that look alike and are two persons."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    first_id = UUID(null=False, default=None)
    second_id = UUID(null=False, default=None)
    agent_id = UUID(null=True, default=None)
    said_at = Timestamptz(null=False)


class PersonWord(Table, tablename="person_word"):
    """By what a person is found."""

    tenant_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    word = Text(null=False)

"""Negative controls: tables that mix tenants, and data that outlive an erasure."""

from collections.abc import AsyncGenerator, Mapping
from uuid import UUID

import asyncpg
import pytest
from creneau.context import Tenant
from creneau.contributions import PersonalData
from creneau.database import Transaction, tenant_transaction
from creneau.plugins import active
from creneau.testing import isolation, privacy, schema
from creneau.testing.factories import Town, new_booking
from creneau_infra.postgres.embedded import PostgresAddress

from tests.plugins.cast import made_up
from tests.plugins.digital_aid.cast import prescribe

GOOD = """
    CREATE TABLE faulty.good (
        tenant_id uuid NOT NULL REFERENCES tenant (id), id uuid, booking_id uuid,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, id)
    );
    SELECT protect_tenant_table('faulty.good');
"""


@pytest.fixture
async def owner(database: PostgresAddress) -> AsyncGenerator[Transaction, None]:
    """Open a transaction that may create what it likes, and leaves nothing behind."""
    connection = await asyncpg.connect(database.superuser_url)
    work = connection.transaction()
    await work.start()
    await connection.execute("CREATE SCHEMA faulty; " + GOOD)
    yield Transaction(connection, None)
    await work.rollback()
    await connection.close()


async def test_a_good_table_is_no_fault(owner: Transaction) -> None:
    assert await isolation.mixed_tenants(owner, "faulty") == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("CREATE TABLE faulty.bad (id uuid PRIMARY KEY)", "bad: tenant_id uuid NOT NULL"),
        ("CREATE TABLE faulty.bad (tenant_id uuid, id uuid)", "bad: tenant_id uuid NOT NULL"),
        ("CREATE TABLE faulty.bad (tenant_id uuid NOT NULL)", "bad: row-level security"),
        ("CREATE TABLE faulty.bad (tenant_id uuid NOT NULL)", "bad: no policy"),
        ("ALTER TABLE faulty.good NO FORCE ROW LEVEL SECURITY", "good: row-level security"),
        ("CREATE POLICY all_rows ON faulty.good USING (true)", "good: a policy that does not ask"),
        ("CREATE UNIQUE INDEX bad ON faulty.good (booking_id)", "faulty.bad: does not contain"),
        ("CREATE VIEW faulty.bad AS SELECT * FROM faulty.good", "bad: a view needs"),
        ("CREATE MATERIALIZED VIEW faulty.bad AS SELECT 1 AS x", "bad: a view needs"),
        ("ALTER TABLE faulty.good OWNER TO creneau_app", "good: belongs to the role that serves"),
        (
            "ALTER TABLE faulty.good ADD CONSTRAINT bad EXCLUDE USING gist (booking_id WITH =)",
            "bad: does not contain",
        ),
        (
            (
                "CREATE TABLE faulty.ids (id uuid PRIMARY KEY);"
                "ALTER TABLE faulty.good ADD CONSTRAINT bad FOREIGN KEY (id) REFERENCES faulty.ids"
            ),
            "bad: does not contain",
        ),
        (
            (
                "ALTER TABLE faulty.good ADD CONSTRAINT bad FOREIGN KEY (tenant_id, id)"
                " REFERENCES digital_aid.prescription (tenant_id, id)"
            ),
            "bad: leads to a table that is neither",
        ),
    ],
)
async def test_a_table_that_mixes_tenants_is_seen(
    owner: Transaction, statement: str, fault: str
) -> None:
    await owner.execute(statement)
    assert any(fault in found for found in await isolation.mixed_tenants(owner, "faulty"))


async def test_a_piccolo_table_that_differs_from_the_database_is_seen(acting: Tenant) -> None:
    del acting

    def register_migrations() -> str:
        return "tests.plugins.faulty_app"

    module = made_up("digital_aid", register_migrations)
    async with tenant_transaction() as tx:
        found = "\n".join(await schema.schema_faults(tx, "digital_aid", module))
    assert "public.elsewhere: lies outside the schema" in found
    assert "elsewhere: the Piccolo app has the plugin's name" in found
    assert "digital_aid.prescription: declared ['id', 'mood', 'tenant_id'], made" in found


async def test_tables_lead_to_a_person_by_way_of_another_table(owner: Transaction) -> None:
    await owner.execute(
        """
        CREATE TABLE faulty.line (
            tenant_id uuid, id uuid, good_id uuid,
            FOREIGN KEY (tenant_id, good_id) REFERENCES faulty.good (tenant_id, id)
        );
        CREATE TABLE faulty.rate (tenant_id uuid, id uuid)
        """
    )
    found = await privacy.tables_about_persons(owner, "faulty")
    assert found == ["faulty.good", "faulty.line"]


class Forgetful(PersonalData, frozen=True):
    """Hands out nothing and erases nothing."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        del tx, person_id
        return {}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        del tx, person_id


async def test_data_that_are_not_handed_out_or_outlive_the_erasure_are_seen(town: Town) -> None:
    booking = await new_booking(town)
    assert booking.person_id is not None
    async with tenant_transaction() as tx:
        await prescribe(tx, booking.id)
        found = await privacy.unforgotten(tx, "digital_aid", booking.person_id, [Forgetful()])
    assert "digital_aid.prescription: 4 values are not in the export" in found
    assert "digital_aid.prescription: 4 values outlive the erasure" in found


async def test_a_table_about_persons_without_a_row_proves_nothing(town: Town) -> None:
    booking = await new_booking(town)
    assert booking.person_id is not None
    async with tenant_transaction() as tx:
        found = await privacy.unforgotten(
            tx, "digital_aid", booking.person_id, active().personal_data()
        )
    assert found == ["digital_aid.prescription: has no row to test with"]

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from creneau.database import run_script

ID = "2026-11-30T00:00:00:000042"
VERSION = "1.38.0"
DESCRIPTION = "long lists by person, and by when they were booked"


async def forwards() -> MigrationManager:
    # Nobody stops booking meanwhile: each statement stands alone, and begins anew what a try left behind.
    manager = MigrationManager(
        migration_id=ID, app_name="core", description=DESCRIPTION, wrap_in_transaction=False
    )
    script = Path(__file__).with_name("core_042_orders.sql").read_text(encoding="utf-8")

    async def one_by_one() -> None:
        for statement in script.split(";\n"):
            if statement.strip():
                await run_script(statement)

    manager.add_raw(one_by_one)
    return manager

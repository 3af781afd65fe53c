from pathlib import Path

from creneau.database import run_script
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-30T00:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "what prescribers booked is told apart"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="digital_aid", description=DESCRIPTION)
    script = Path(__file__).with_name("digital_aid_004_booked_by_others.sql")
    sql = script.read_text(encoding="utf-8")
    manager.add_raw(lambda: run_script(sql))
    return manager

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from creneau.database import run_script

ID = "2026-11-29T00:00:00:000038"
VERSION = "1.38.0"
DESCRIPTION = "whose appointments changed, for figures by person"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="core", description=DESCRIPTION)
    script = Path(__file__).with_name("core_038_persons.sql").read_text(encoding="utf-8")
    manager.add_raw(lambda: run_script(script))
    return manager

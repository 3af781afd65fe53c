from pathlib import Path

from creneau.database import run_script
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-29T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "what the national map asks of a structure"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="digital_aid", description=DESCRIPTION)
    script = Path(__file__).with_name("digital_aid_002_sheet.sql")
    sql = script.read_text(encoding="utf-8")
    manager.add_raw(lambda: run_script(sql))
    return manager

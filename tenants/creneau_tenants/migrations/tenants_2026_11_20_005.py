from pathlib import Path

from creneau.database import run_script
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-20T00:00:01:000005"
VERSION = "1.38.0"
DESCRIPTION = "sender addresses and mail servers of tenants"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="tenants", description=DESCRIPTION)
    script = Path(__file__).with_name("tenants_005_mailing.sql")
    manager.add_raw(lambda: run_script(script.read_text(encoding="utf-8")))
    return manager

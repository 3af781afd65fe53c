from pathlib import Path

from creneau.database import run_script
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-20T00:00:03:000003"
VERSION = "1.38.0"
DESCRIPTION = "who signed up by themselves, and who is off the air"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="tenants", description=DESCRIPTION)
    script = (
        Path(__file__)
        .with_name("tenants_003_sign_up_and_suspension.sql")
        .read_text(encoding="utf-8")
    )
    manager.add_raw(lambda: run_script(script))
    return manager

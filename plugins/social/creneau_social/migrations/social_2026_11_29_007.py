from pathlib import Path

from creneau.database import run_script
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-29T00:00:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "figures of follow-ups, kept by person"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="social", description=DESCRIPTION)
    script = Path(__file__).with_name("social_007_figures.sql")
    sql = script.read_text(encoding="utf-8")
    manager.add_raw(lambda: run_script(sql))
    return manager

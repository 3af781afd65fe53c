"""The plugin as a Piccolo app: its table and its migrations, which run after the core's."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from creneau_choir.tables import Voice

APP_CONFIG = AppConfig(
    app_name="choir",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Voice],
)

"""The plugin as a Piccolo app: its tables and its migrations, which run after the core's."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from creneau_digital_aid.tables import Line, Prescription, Sheet

APP_CONFIG = AppConfig(
    app_name="digital_aid",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Prescription, Sheet, Line],
)

"""A small app of the tests' own: one protected table and an outbox, with no word of the domain."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="probe", migrations_folder_path=str(Path(__file__).parent / "migrations")
)

"""A Piccolo app that says something else than the database."""

from piccolo.columns import UUID, Text
from piccolo.conf.apps import AppConfig
from piccolo.table import Table


class Prescription(Table, tablename="prescription", schema="digital_aid"):
    tenant_id = UUID()
    id = UUID(primary_key=True)
    mood = Text()


class Elsewhere(Table, tablename="elsewhere"):
    tenant_id = UUID()


APP_CONFIG = AppConfig(
    app_name="elsewhere", migrations_folder_path=".", table_classes=[Prescription, Elsewhere]
)

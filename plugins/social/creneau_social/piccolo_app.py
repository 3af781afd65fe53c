"""The plugin as a Piccolo app: its tables and its migrations, which run after the core's."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from creneau_social.figures.tables import Contact, Keeping, Received
from creneau_social.naming.tables import MotiveName, NameRequest, Naming
from creneau_social.sectors.tables import Sector, SectorDuty, SectorZone
from creneau_social.situation.tables import Reading, Situation, SituationSetting

APP_CONFIG = AppConfig(
    app_name="social",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[
        Naming,
        MotiveName,
        NameRequest,
        Sector,
        SectorZone,
        SectorDuty,
        SituationSetting,
        Situation,
        Reading,
        Received,
        Contact,
        Keeping,
    ],
)

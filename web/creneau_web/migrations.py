"""Which tables there are to migrate: the core's, the directory's, each plugin's."""

from creneau.plugins import installed


def migration_apps() -> list[str]:
    """List the Piccolo apps in the order in which they are migrated."""
    return ["creneau.piccolo_app", "creneau_tenants.piccolo_app", *installed().migrations()]

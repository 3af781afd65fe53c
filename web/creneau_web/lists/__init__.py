"""Lists everywhere (C-68): sorted, filtered, cut into pages, exported, and their searches kept.

`asking` reads what the address asks for; `listing` arranges what is short enough to be read whole,
and shows a page of what the database has arranged; `exporting` writes files; `searches` keeps them.
"""

from creneau_web.lists.asking import (
    FIRST_DAY,
    LAST_DAY,
    PAGE_SIZE,
    Asked,
    Filter,
    asked_for,
    date_of,
    field_asked,
    folded,
    parameter,
    period_filters,
    period_of,
    turned_round,
    uuid_of,
    words_filter,
)
from creneau_web.lists.exporting import (
    BATCH,
    Export,
    Exporting,
    Sink,
    export_route,
    fed_by,
    fed_with,
    sent,
)
from creneau_web.lists.listing import (
    Choice,
    Column,
    Listing,
    arranged,
    exported,
    heads_of,
    rows_of,
    shown,
)
from creneau_web.lists.pages import list_page

__all__ = [
    "BATCH",
    "FIRST_DAY",
    "LAST_DAY",
    "PAGE_SIZE",
    "Asked",
    "Choice",
    "Column",
    "Export",
    "Exporting",
    "Filter",
    "Listing",
    "Sink",
    "arranged",
    "asked_for",
    "date_of",
    "export_route",
    "exported",
    "fed_by",
    "fed_with",
    "field_asked",
    "folded",
    "heads_of",
    "list_page",
    "parameter",
    "period_filters",
    "period_of",
    "rows_of",
    "sent",
    "shown",
    "turned_round",
    "uuid_of",
    "words_filter",
]

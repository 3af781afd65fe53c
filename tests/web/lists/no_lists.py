"""Tables of agents and administrators that are no lists (C-68), each with the reason why.

Whatever else is drawn as a table, or cut into pages, stands on the list that all share: see
`test_every_table`. A reason that no table needs any more is taken out.
"""

# Tables of figures: they are taken away as lists are, and are none.
FIGURES = {
    "/statistiques": "figures, sorted by what they say",
    "/statistiques/prochains-creneaux": "one line for each motive that can be booked, by how long one waits",
}

TEMPLATES = {
    "plugins/digital_aid/creneau_digital_aid/templates/advisers.html": "the public's map and its places",
    "web/creneau_web/templates/admin/agent_removal.html": "what a removal touches, to confirm it",
    "web/creneau_web/templates/admin/impact_parts.html": "what a change touches, to confirm it",
    "web/creneau_web/templates/admin/import_new.html": "the columns of a file, as they are written",
    "web/creneau_web/templates/admin/import_progress.html": "what is wrong in one file, by its lines",
    "web/creneau_web/templates/admin/roles.html": "which role may do what: a matrix, not rows",
    "web/creneau_web/templates/agenda/page.html": "from day to day, not from page to page",
    "web/creneau_web/templates/auth/account.html": "one's own sessions, of which there are a few",
    "web/creneau_web/templates/auth/sso_identities.html": "one's own identities, one for each provider",
    "web/creneau_web/templates/backoffice/day.html": "from day to day, not from page to page",
    "web/creneau_web/templates/backoffice/statistics.html": "figures, see FIGURES",
    "web/creneau_web/templates/documents/attendance.html": "a sheet of paper to sign",
    "web/creneau_web/templates/documents/day_sheet.html": "a day on paper",
    "web/creneau_web/templates/documents/list.html": "a list as it leaves on paper",
    "web/creneau_web/templates/finding/page.html": "from week to week, not from page to page",
    "web/creneau_web/templates/lists/searches.html": "one's searches of one list, in the order of its tabs",
    "web/creneau_web/templates/operator/mailbox.html": "the demo's letters, which no agent reads",
    "web/creneau_web/templates/persons/bookings.html": "one person's appointments; the list of all takes them away",
    "web/creneau_web/templates/persons/doubles.html": "pairs of files to decide upon, one after the other",
    "web/creneau_web/templates/planning/parts.html": "what an opening or an absence touches, to confirm it",
    "web/creneau_web/templates/sessions/session.html": "who takes part in one session; the sheet is for paper",
    "web/creneau_web/templates/ui/style.html": "the parts of pages, as developers see them",
}

# They stand on the list that all share, and have something more.
AND_MORE = {
    "web/creneau_web/templates/backoffice/appointments.html": "a column to tick, for several at once",
    "web/creneau_web/templates/persons/list.html": "who is found by typing, in an order of its own",
}

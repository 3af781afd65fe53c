// Runs in the head, before the page is drawn: where there are scripts the calendar takes the place
// of the table, which would otherwise flash. Without scripts the table is what everybody reads.
document.documentElement.dataset.agenda = "calendar";

"""Figures about appointments, persons and openings (C-69).

Appointments are counted by day into `appointment_count`, which no booking ever waits for: what changes
leaves a mark by a trigger, and whoever reads has the marked days counted anew first. So figures are those
of the moment, and those of a year cost what some thousand rows do. Today and yesterday, where "to come"
becomes "to fill in" by the hour, are counted as they stand. Each count names its service, and is kept by
agents as well, for those who reach some agendas alone.
"""

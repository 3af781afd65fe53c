"""Why two files do not become one."""

from creneau.refusals import Refusal


class FilesChanged(Refusal):
    """One of the files was changed since they were shown side by side."""

    code = "files_changed"
    status = 409
    sentence = (
        "Une des deux fiches a été modifiée entre-temps. Relisez-les, puis fusionnez à nouveau."
    )


class AreRelatives(Refusal):
    """One of the two answers for the other: they are two persons."""

    code = "are_relatives"
    status = 409
    sentence = (
        "L’une de ces personnes est le proche de l’autre : ce sont deux personnes différentes."
    )


class RelativesOfRelative(Refusal):
    """A relative cannot answer for relatives."""

    code = "relatives_of_relative"
    status = 409
    sentence = (
        "La fiche à garder est celle d’un proche, et l’autre a elle-même des proches. "
        "Gardez plutôt l’autre fiche."
    )


class SameFile(Refusal):
    """A file is no double of itself."""

    code = "same_file"
    status = 422
    sentence = "Choisissez deux fiches différentes."

"""Why something of an organisation stays."""

from creneau.refusals import Refusal


class ServiceUsed(Refusal):
    """Somebody or something still belongs to the service."""

    code = "service_used"
    status = 409
    sentence = (
        "Des agents ou des motifs, même retirés ou archivés, appartiennent à ce service : il reste."
        " Vous pouvez le renommer."
    )

"""What is answered to who would change a note."""

from creneau.refusals import Refusal


class NoteChanged(Refusal):
    """Somebody else changed the note since it was shown."""

    code = "note_changed"
    status = 409
    sentence = (
        "Cette note a été modifiée entre-temps. Voici ce qu’elle dit maintenant : "
        "reprenez-en ce qui doit rester, puis enregistrez à nouveau."
    )

"""What the public will see of a motive, drawn before anything is saved (C-05)."""

from creneau.context import SYSTEM
from creneau.questions import service as questions
from creneau.questions.schemas import QuestionDraft
from creneau_web.admin.motive_preview import harmless

from tests.web.admin.conftest import Entered
from tests.web.admin.motive_cast import LIST, saved, typed
from tests.web.backoffice.cast import Office
from tests.web.public.citizen import words


async def test_the_preview_draws_the_public_pages_with_what_is_typed(
    office: Office, entered: Entered
) -> None:
    await questions.ask(office.motive, QuestionDraft(label="Comment venez-vous ?"), SYSTEM)
    alice = await entered("Alice")
    changes = {
        "name": "Passeport",
        "instructions_before": "Apportez <b>une photo</b>.",
        "instructions_after": "Sonnez deux fois.",
        "cancellation_warning": "Le prochain est loin.",
        "duration_minutes": "60",
        "preview_of": str(office.motive),
        "colour": "#FFFF00",
    }
    answer = await alice.submit(f"{LIST}/apercu", await typed(office.motive, **changes))
    assert answer.status_code == 200
    text = words(answer)
    for said in (
        "Passeport",
        "Comment venez-vous ?",
        "J’ai lu ces consignes et je les accepte",
        "Sonnez deux fois.",
        "Le prochain est loin.",
        "propose 3 horaires : 9 h, 10 h, 11 h.",
        "Sur fond clair, cette couleur se voit mal",
    ):
        assert said in text, said
    assert "&lt;b&gt;une photo" in answer.text
    assert "<form" not in answer.text
    assert 'href="/' not in answer.text.partition("<body")[2]
    assert (await saved(office)).name == "Carte d’identité"


async def test_a_preview_of_what_cannot_be_shows_what_is_saved(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    wrong = await typed(office.motive, name="", preview_of=str(office.motive), framed="yes")
    answer = await alice.submit(f"{LIST}/apercu", wrong)
    assert "Une partie de la saisie est à corriger" in words(answer)
    assert "Carte d’identité" in words(answer)
    assert "<main" in answer.text
    assert " inert" in answer.text


def test_nothing_of_a_harmless_page_can_be_sent_followed_or_mixed_up() -> None:
    page = (
        '<form method="post" action="/x"><input type="hidden" name="csrf_token" value="1">'
        '<section aria-labelledby="a b"><a class="c" href="/x">x</a><label for="n">n</label>'
        '<input id="n" name="n"><button class="b">Ok</button>'
        '<button type="submit" class="b">Ok</button></section></form>'
    )
    assert harmless(page, "p") == (
        '<div><div role="group" aria-labelledby="p-a p-b"><a class="c">x</a>'
        '<label for="p-n">n</label><input id="p-n" name="p-n">'
        '<button type="button" class="b">Ok</button><button type="button" class="b">Ok</button>'
        "</div></div>"
    )

"""Why answers are turned down."""

from creneau.refusals import Refusal


class QuestionsNotAnswered(Refusal):
    """A question that needs an answer has none, or one that was not offered."""

    code = "questions_not_answered"
    status = 422
    sentence = "Répondez d’abord à cette question : %(question)s"

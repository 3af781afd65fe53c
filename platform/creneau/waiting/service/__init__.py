"""The use cases of the waiting list (C-28): asking, being offered, answering."""

from creneau.waiting.service.answering import accept, decline, expire, leave
from creneau.waiting.service.asking import ask, by_link, link_for, of_person, open_for, standing
from creneau.waiting.service.offering import offer_freed
from creneau.waiting.service.ruling import number_waiting, rule, set_rule

__all__ = [
    "accept",
    "ask",
    "by_link",
    "decline",
    "expire",
    "leave",
    "link_for",
    "number_waiting",
    "of_person",
    "offer_freed",
    "open_for",
    "rule",
    "set_rule",
    "standing",
]

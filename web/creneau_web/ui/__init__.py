"""What a plugin uses of the web, beside the macros in this folder: pages, rights, forms.

Whatever is not named here may change without notice.
"""

from creneau_web import lists
from creneau_web.access import permission, public, signed_in
from creneau_web.admin.reach import actor
from creneau_web.admin.reach import may_in as in_reach
from creneau_web.backoffice.appointments import standings
from creneau_web.flashes import add as flash
from creneau_web.forms import Form, form
from creneau_web.public.limits import answers_of, keep_answers
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

__all__ = [
    "Form",
    "actor",
    "answers_of",
    "flash",
    "form",
    "in_reach",
    "keep_answers",
    "limit",
    "lists",
    "page",
    "permission",
    "public",
    "signed_in",
    "standings",
    "visit",
]

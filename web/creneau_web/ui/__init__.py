"""What a plugin uses of the web, beside the macros in this folder: pages, rights, forms.

Whatever is not named here may change without notice.
"""

from creneau_web.access import permission, public, signed_in
from creneau_web.forms import Form, form
from creneau_web.rendering import page
from creneau_web.visit import visit

__all__ = ["Form", "form", "page", "permission", "public", "signed_in", "visit"]

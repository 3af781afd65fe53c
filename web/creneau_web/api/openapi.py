"""The description of the interface (OpenAPI 3.1), made from the routes themselves."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

import msgspec
from creneau.i18n import gettext as _
from creneau.refusals import Refusal
from creneau.tokens.rules import SCOPES
from litestar.handlers import HTTPRouteHandler

from creneau_web.access import Access
from creneau_web.api import examples, webhooks
from creneau_web.api.operations import Operation, operations
from creneau_web.api.schemas import ProblemShown
from creneau_web.auth.errors import ScopeMissing, TokenMissing, TooManyRequests

JSON = dict[str, Any]
VERSION: Final = "1.0.0"
PREFIX: Final = "/api/v1"
REFERENCE: Final = "#/components/schemas/{name}"
PATH_ID: Final = re.compile(r"\{(\w+):uuid\}")
EVERYWHERE: Final = (TokenMissing, ScopeMissing, TooManyRequests)


def document(handlers: list[HTTPRouteHandler]) -> JSON:
    """Describe these routes in the current language."""
    described = operations()
    paths: dict[str, JSON] = {}
    for handler in handlers:
        (path,) = handler.paths
        (method,) = handler.http_methods
        shown = paths.setdefault(PREFIX + PATH_ID.sub(r"{\1}", path), {})
        shown[method.lower()] = _operation(handler, path, described[str(handler.name)])
    return {
        "openapi": "3.1.0",
        "info": _info(),
        "servers": [{"url": "/"}],
        "paths": paths,
        "webhooks": webhooks.described(REFERENCE),
        "components": _components(list(described.values())),
    }


def _info() -> JSON:
    return {
        "title": _("Créneau, interface pour les programmes"),
        "version": VERSION,
        "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        "description": _(
            "L’adresse de l’espace choisit ses données. Chaque demande porte un jeton. Les moments"
            " suivent la norme ISO 8601, avec leur décalage horaire. Une demande refusée reçoit une"
            " description du problème (RFC 9457) avec un code stable et une phrase dans la langue"
            " de l’en-tête Accept-Language (fr ou en)."
        ),
    }


def _operation(handler: HTTPRouteHandler, path: str, told: Operation) -> JSON:
    access: Access = handler.opt["access"]
    shown: JSON = {
        "operationId": str(handler.name).removeprefix("api."),
        "summary": told.summary,
        "description": told.description,
        "security": [{"token": [access.right]}],
        "parameters": [*_in_path(path), *_in_query(told), *_headers(told)],
        "responses": {str(told.status): _answered(told), **_problems(told, has_id="{" in path)},
    }
    if told.body is not None:
        shown["requestBody"] = {
            "required": True,
            "content": _content(told.body, told.body_examples),
        }
    return shown


def _answered(told: Operation) -> JSON:
    return {
        "description": told.summary,
        "content": _content(told.answer, {"example": told.example}),
    }


def _content(shape: type[msgspec.Struct], shown: JSON) -> JSON:
    return {
        "application/json": {
            "schema": {"$ref": REFERENCE.format(name=shape.__name__)},
            "examples": {name: {"value": value} for name, value in shown.items()},
        }
    }


def _in_path(path: str) -> Iterator[JSON]:
    for name in PATH_ID.findall(path):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid"},
            "example": examples.BOOKING,
        }


def _in_query(told: Operation) -> Iterator[JSON]:
    if told.query is None:
        return
    schema = msgspec.json.schema_components((told.query,), ref_template=REFERENCE)[1]
    (properties,) = schema.values()
    for name, shape in properties["properties"].items():
        plain = {key: value for key, value in shape.items() if key != "default"}
        yield {
            "name": name,
            "in": "query",
            "required": name in properties.get("required", ()),
            "schema": plain,
            # Ids stand behind commas, or the parameter is repeated.
            **({"style": "form", "explode": False} if plain.get("type") == "array" else {}),
        }


def _headers(told: Operation) -> Iterator[JSON]:
    yield {
        "name": "Accept-Language",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "examples": ["fr", "en"]},
        "description": _("La langue des phrases : fr ou en."),
    }
    if told.takes_key:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
            "description": _(
                "Une clé au hasard par demande : la même demande envoyée à nouveau avec la même clé"
                " agit une seule fois et reçoit la même réponse."
            ),
        }


def _problems(told: Operation, *, has_id: bool) -> JSON:
    by_status: dict[int, list[type[Refusal]]] = {}
    for refusal in (*EVERYWHERE, *told.refusals):
        by_status.setdefault(refusal.status, []).append(refusal)
    shown = {str(status): _problem(status, given) for status, given in sorted(by_status.items())}
    if told.body is not None:
        shown["413"] = _bare(_("Ce qui a été envoyé est trop volumineux."))
    if has_id:
        shown.setdefault("404", _bare(_("Inconnu ici.")))
    shown["503"] = _bare(_("Le service est arrêté pour un court moment."))
    shown["429"]["headers"] = {
        "Retry-After": {
            "description": _("Les secondes à attendre."),
            "schema": {"type": "integer", "minimum": 1},
        }
    }
    return shown


def _problem(status: int, refusals: list[type[Refusal]]) -> JSON:
    codes = ", ".join(f"`{refusal.code}`" for refusal in refusals)
    media = _problem_media()
    media["examples"] = {
        refusal.code: {
            "value": {
                "type": "about:blank",
                "title": HTTPStatus(status).phrase,
                "status": status,
                "code": refusal.code,
                "detail": _told(refusal),
            }
        }
        for refusal in refusals
    }
    return {"description": codes, "content": {"application/problem+json": media}}


def _told(refusal: type[Refusal]) -> str:
    # The sentence with its placeholders shown as numbers, as somebody would read it.
    return _(refusal.sentence) % _Numbers()


class _Numbers(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "bookings:write" if name == "scope" else "62" if name == "days" else "1"


def _bare(description: str) -> JSON:
    return {"description": description, "content": {"application/problem+json": _problem_media()}}


def _problem_media() -> JSON:
    return {"schema": {"$ref": REFERENCE.format(name=ProblemShown.__name__)}}


def _components(described: list[Operation]) -> JSON:
    shapes = {ProblemShown, *webhooks.SHAPES, *(told.answer for told in described)}
    shapes |= {told.body for told in described if told.body is not None}
    named = sorted(shapes, key=lambda shape: shape.__name__)
    schemas = msgspec.json.schema_components(named, ref_template=REFERENCE)[1]
    return {
        "schemas": dict(sorted(schemas.items())),
        "securitySchemes": {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": _(
                    "Un jeton fait par « creneau token create » pour un espace, avec ses portées :"
                    " %(scopes)s.",
                    scopes=", ".join(SCOPES),
                ),
            }
        },
    }

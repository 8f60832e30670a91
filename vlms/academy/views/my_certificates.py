"""A person's own course certificates, as paper and as badge."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from vlms.academy.queries.courses import get_certificate, list_own_certificates
from vlms.academy.views.certificates import STANDINGS, address_of, send_badge, send_papers
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.web.access import requires

my_certificates = Blueprint("my_certificates", __name__, url_prefix="/my/certificates")


@my_certificates.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    return render_template(
        "my_certificates/index.html",
        certificates=list_own_certificates(db.session()),
        address_of=address_of,
        standings=STANDINGS,
    )


@my_certificates.get("/<uuid:certificate_id>/paper.pdf")
@requires(Permission.USE_OWN_CODES)
def paper(certificate_id: UUID) -> Response:
    found = get_certificate(db.session(), certificate_id)
    return send_papers([found], found.number)


@my_certificates.get("/<uuid:certificate_id>/badge.jwt")
@requires(Permission.USE_OWN_CODES)
def badge(certificate_id: UUID) -> Response:
    return send_badge(get_certificate(db.session(), certificate_id))

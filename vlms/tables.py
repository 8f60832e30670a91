"""Knows every table, whoever asks first: the application, migrations, tests."""

from vlms.academy import models as academy
from vlms.accounts import import_models as people_imports
from vlms.accounts import models as accounts
from vlms.agreements import models as agreements
from vlms.audit import models as audit
from vlms.audit import triggers as audit_triggers
from vlms.authentication import factor_models as second_factors
from vlms.authentication import models as authentication
from vlms.authentication import provider_models as sign_in_providers
from vlms.authentication import visit_models as visits
from vlms.billing import models as billing
from vlms.catalog import models as catalog
from vlms.catalog import renewal_models as renewing
from vlms.certifications import models as certifications
from vlms.codes import bulk_models as bulk_runs
from vlms.codes import models as codes
from vlms.codes import request_models as code_requests
from vlms.core import installation, kept_forms, once, tries, uploads
from vlms.disclosures import models as disclosures
from vlms.giving import models as giving
from vlms.jobs import models as jobs
from vlms.keys import models as data_keys
from vlms.notices import models as notices
from vlms.orders import models as orders
from vlms.partners.models import competencies, links, locations, memberships, skills_reports
from vlms.planning import models as planning
from vlms.privacy import models as privacy
from vlms.reconciliation import models as reconciliation

TABLES = (
    academy,
    accounts,
    agreements,
    audit,
    authentication,
    audit_triggers,
    billing,
    bulk_runs,
    catalog,
    certifications,
    code_requests,
    codes,
    competencies,
    data_keys,
    disclosures,
    giving,
    installation,
    jobs,
    kept_forms,
    links,
    locations,
    memberships,
    notices,
    once,
    orders,
    people_imports,
    planning,
    privacy,
    reconciliation,
    renewing,
    second_factors,
    sign_in_providers,
    skills_reports,
    tries,
    uploads,
    visits,
)

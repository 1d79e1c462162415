"""The features of the web layer, registered one by one."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_wtf import CSRFProtect

from tracker.web.account.routes import account
from tracker.web.admin.routes import admin
from tracker.web.alerts.views import alerts
from tracker.web.board.views import board
from tracker.web.check_in_links.views import check_in_links
from tracker.web.check_in_worklist.views import check_in_worklist
from tracker.web.check_ins.routes import check_ins
from tracker.web.course_assessments.views import course_assessments
from tracker.web.course_reviews.views import course_reviews
from tracker.web.courses.views import courses
from tracker.web.csp_reports.views import csp_reports
from tracker.web.drug_ledger.views import drug_ledger
from tracker.web.health.views import health
from tracker.web.help.views import help as help_now
from tracker.web.home import home_views
from tracker.web.infusions.routes import infusions
from tracker.web.lock.views import lock
from tracker.web.medicines.views import medicines
from tracker.web.my_settings.views import my_settings
from tracker.web.offline.views import offline
from tracker.web.outcomes.views import outcomes
from tracker.web.passkeys.views import passkeys
from tracker.web.patients.views import patients
from tracker.web.prior_treatments.views import prior_treatments
from tracker.web.private_notes.views import private_notes
from tracker.web.progress.views import progress
from tracker.web.proxies.views import proxies
from tracker.web.reminders.views import reminders
from tracker.web.reports.routes import reports
from tracker.web.restrictions.views import restrictions
from tracker.web.second_factor.views import second_factor
from tracker.web.signing.views import signing
from tracker.web.therapy_sessions.views import therapy_sessions
from tracker.web.trail.views import trail
from tracker.web.urls import register_converters

FLOOD_LIMITS = dict.fromkeys(
    (
        "account.login",
        "account.forgotten",
        "account.accept",
        "account.reset",
        "check_in_links.open_link",
        "csp_reports.report",
        "drug_ledger.count_sheet_pdf",
        "drug_ledger.ledger_pdf",
        "infusions.paper_run_sheet",
        "outcomes.download",
        "passkeys.add",
        "passkeys.confirm",
        "passkeys.show",
        "passkeys.sign_in",
        "reminders.stop",
        "reports.pdf",
        "second_factor.change_password",
        "second_factor.confirm",
        "second_factor.enter",
        "second_factor.set_up",
    ),
    "60 per minute",
)
"""Guards against floods from one address. Accounts are throttled in the database, not here."""

WITHOUT_CSRF_TOKEN = ("reminders.stop", "csp_reports.report")
"""Mail programs send the first by themselves (RFC 8058): they look at no cookie, a signed token in
the address is the permission. Browsers send the second by themselves: it changes nothing."""


def init_app(app: Flask) -> None:
    """Give the application its routes."""
    register_converters(app)
    for feature in (
        account,
        admin,
        alerts,
        board,
        check_in_links,
        check_in_worklist,
        check_ins,
        course_assessments,
        course_reviews,
        courses,
        csp_reports,
        drug_ledger,
        health,
        help_now,
        home_views,
        infusions,
        offline,
        lock,
        medicines,
        my_settings,
        outcomes,
        passkeys,
        patients,
        prior_treatments,
        private_notes,
        progress,
        proxies,
        reminders,
        reports,
        restrictions,
        second_factor,
        signing,
        therapy_sessions,
        trail,
    ):
        app.register_blueprint(feature)


def exempt_from_csrf(app: Flask, csrf: CSRFProtect) -> None:
    """Take the routes out that programs of others call without having seen a page of ours."""
    for endpoint in WITHOUT_CSRF_TOKEN:
        csrf.exempt(app.view_functions[endpoint])


def limit_floods(app: Flask, limiter: Limiter) -> None:
    """Put the flood limits on the routes that cost the most."""
    for endpoint, limit in FLOOD_LIMITS.items():
        limited: Any = limiter.limit(limit)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited  # functools.wraps carries the policy over

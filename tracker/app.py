"""`create_app`: the one place where the parts meet."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from config import HERE, Settings, read_settings
from tracker.domain.audit_chain import trail_key
from tracker.models import db
from tracker.models.database import prepare_sqlite, sqlite_driver
from tracker.models.field_keys import seal_fields_with
from tracker.models.postgres import postgres_options, prepare_postgres
from tracker.models.trail_key import seal_trail_with
from tracker.web import (
    access,
    acknowledging,
    compressing,
    context,
    cookies,
    counting,
    drawn_rows,
    drawn_tables,
    errors,
    features,
    headers,
    languages,
    logs,
)
from tracker.web.application import Application

KIBIBYTE = 1024
LONGEST_BODY_BYTES = 1024 * KIBIBYTE


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The application. Stops the start with one line when a setting or a route is not sound."""
    settings = settings or read_settings()
    app = Application("tracker", template_folder=HERE / "templates", static_folder=None)
    app.static_folder = str(HERE / "static")
    app.config.update(_configuration(settings), **overrides)
    if settings.proxy_count:
        hops = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]
    _open_database(app)
    app.session_interface = cookies.SchemeAwareCookies()
    csrf = CSRFProtect(app)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    app.extensions["flood_limiter"] = limiter  # the limited views know it by a weak reference only
    for part in (
        compressing,
        logs,
        counting,
        headers,
        languages,
        context,
        drawn_rows,
        drawn_tables,
        drawn_tables,
        errors,
        access,
        acknowledging,
        features,
    ):
        part.init_app(app)
    features.exempt_from_csrf(app, csrf)
    features.limit_floods(app, limiter)
    access.check_policies(app)
    _serve_static(app)
    from tracker import cli

    cli.init_app(app)
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "DEBUG": settings.debug,
        "TRUSTED_HOSTS": settings.trusted_hosts,
        "MAX_CONTENT_LENGTH": LONGEST_BODY_BYTES,
        "MAX_FORM_MEMORY_SIZE": 256 * KIBIBYTE,
        "MAX_FORM_PARTS": 300,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "RATELIMIT_ENABLED": True,
        "RATELIMIT_HEADERS_ENABLED": False,
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    # Parameters of a failed statement may be what somebody typed: never in a message or a log.
    options: dict[str, Any] = {"hide_parameters": True}
    if settings.database_url.startswith("sqlite"):
        # Who waits for the turn to write keeps a connection: whoever has the turn must get one too,
        # however many threads another server was told to have.
        pool = {"pool_size": settings.threads, "max_overflow": -1}
        return options | {"module": sqlite_driver()} | pool
    return options | postgres_options(settings.threads)


def _open_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        engine: Engine = db.engine
        seal_trail_with(engine, trail_key(app.config["SETTINGS"].signing_key))
        seal_fields_with(engine, app.config["SETTINGS"].field_keys)
        if engine.dialect.name == "sqlite":
            prepare_sqlite(engine)
        else:
            prepare_postgres(engine, is_for_a_request=has_request_context)


def _serve_static(app: Flask) -> None:
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=HERE / "static",
        prefix="static/",
        max_age=31536000,
        autorefresh=app.debug,
        add_headers_function=headers.static_headers,
    )
    if not app.debug:  # files that change are read anew
        app.wsgi_app = compressing.CompressedFiles(  # type: ignore[method-assign, assignment]
            app.wsgi_app, HERE / "static", prefix="/static/"
        )

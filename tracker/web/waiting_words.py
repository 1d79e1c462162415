"""What a phone says of check-ins that wait on it: said by a script, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext


def queue_words() -> dict[str, str]:
    """The sentences of static/js/shared/queue.js."""
    return {
        "waits": gettext("Saved on this phone. It has not reached your clinic yet."),
        "by_itself": gettext("It will be sent by itself when there is a connection."),
        "signed_out": gettext("Sign in, or open your link again, and it is sent."),
        "sent": gettext("A check-in that waited on this phone was sent at"),
        "not_stored": gettext("It was not stored."),
        "refused": gettext("The clinic’s computer did not say why."),
        "discard": gettext("Delete it from this phone"),
        "discard_really": gettext("Delete these answers? They have not reached your clinic."),
        "sign_out_really": gettext(
            "A check-in waits on this phone. It stays here and is sent when you sign in again. "
            "Sign out all the same?"
        ),
    }

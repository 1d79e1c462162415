"""Serve until told to stop, and then answer first whatever was asked before.

Waitress by itself drops answers that lie in its buffers when it stops: somebody would see an error
for what was stored.
"""

from __future__ import annotations

import logging
import signal
from time import monotonic
from typing import Any

logger = logging.getLogger(__name__)
LONGEST_SECONDS = 8.0
"""Then it ends all the same. Whoever stops it waits ten seconds, before they pull the plug."""


def serve_until_stopped(server: Any, sockets: dict[int, Any]) -> None:
    """Answer until SIGTERM or SIGINT; then take nothing new, and answer what came before.

    `server` was made by `waitress.create_server(map=sockets)`.
    """
    listening = [each for each in sockets.values() if getattr(each, "accepting", False)]
    stop = _Stop(listening[0])
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop.ask)
    while not stop.is_asked:
        server.asyncore.loop(timeout=1, map=sockets, count=1)
    for each in listening:
        each.asyncore.dispatcher.close(each)
    give_up = monotonic() + LONGEST_SECONDS
    while _is_answering(sockets) and monotonic() < give_up:
        server.asyncore.loop(timeout=0.05, map=sockets, count=1)
    listening[0].task_dispatcher.shutdown(timeout=1)
    if _is_answering(sockets):
        logger.warning("the server stopped before everybody was answered")


class _Stop:
    """Whether somebody asked for the end. Safe to call from a signal handler."""

    def __init__(self, listener: Any) -> None:
        self.is_asked = False
        self._wake = listener.pull_trigger

    def ask(self, *_: Any) -> None:
        self.is_asked = True
        self._wake()


def _is_answering(sockets: dict[int, Any]) -> bool:
    """Whether a request is being worked on, or an answer is not on its way yet."""
    return any(
        getattr(each, "requests", None) or getattr(each, "total_outbufs_len", 0)
        for each in tuple(sockets.values())
    )

"""Commands that fail in one clear line."""

from __future__ import annotations

import click


class OneLineErrors(click.Command):
    """A command whose usage errors are one line on stderr and exit 1, like its other failures."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise click.ClickException(error.format_message()) from error

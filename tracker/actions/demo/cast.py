"""The fictitious patients. Every name is made up so that nobody can take it for a real one."""

from tracker.actions.demo.cast_afterwards import AFTERWARDS
from tracker.actions.demo.cast_underway import UNDERWAY
from tracker.actions.demo.story import Story

CAST: tuple[Story, ...] = tuple(sorted((*UNDERWAY, *AFTERWARDS), key=lambda story: story.key))

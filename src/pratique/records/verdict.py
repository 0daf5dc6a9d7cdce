"""The answer to the one question: may this image sail?"""

import enum

import msgspec


class Outcome(enum.StrEnum):
    """What the gate says."""

    ADMIT = "admit"
    DENY = "deny"
    UNKNOWN = "unknown"


class Verdict(msgspec.Struct, frozen=True):
    """The outcome and all that led to it."""

    outcome: Outcome
    reasons: tuple[str, ...]
    """One line each, the weightiest first. For `admit`: what was looked at."""
    policy: str
    """The rule in words: `deny critical vulnerabilities with a known fix`."""

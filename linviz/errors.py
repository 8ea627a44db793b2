"""The one error that a person, not a programmer, is meant to read."""


class InputError(ValueError):
    """What was asked for can't be done; the message names the value and the way out in one sentence."""

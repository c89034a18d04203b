"""Validate attributes of parameters and variables: each checks one value and says why not."""

from remora.engine.validators.base import EachValidator, Validator, refuse
from remora.engine.validators.emptiness import ValidateNotNull, ValidateNotNullOrEmpty
from remora.engine.validators.ranges import ValidateRange
from remora.engine.validators.sizes import ValidateCount, ValidateLength
from remora.engine.validators.texts import ValidatePattern, ValidateScript, ValidateSet

__all__ = [
    "EachValidator",
    "ValidateCount",
    "ValidateLength",
    "ValidateNotNull",
    "ValidateNotNullOrEmpty",
    "ValidatePattern",
    "ValidateRange",
    "ValidateScript",
    "ValidateSet",
    "Validator",
    "refuse",
]

"""Characters that no text of ours may hold: unseen, unsortable, or able to turn a line."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Control characters other than tab and line ends (NUL is not storable either), lone
# surrogates (not encodable), marks and overrides of writing direction ("Trojan source").
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def validate_plain(text: str) -> None:
    """For the `validators` of a model, form or serializer field."""
    if FORBIDDEN.search(text):
        raise ValidationError(
            _("This text contains characters that cannot be shown."), code="forbidden"
        )


# What one search may hold: each word is looked for in every row.
SEARCHED_CHARACTERS, SEARCHED_WORDS = 100, 10


def validate_search(text: str) -> None:
    """For the field of a search: short enough for the database to answer at once."""
    validate_plain(text)
    if len(text) > SEARCHED_CHARACTERS or len(text.split()) > SEARCHED_WORDS:
        raise ValidationError(
            _(
                "Please search for no more than %(words)s words of %(characters)s characters in all."
            )
            % {"words": SEARCHED_WORDS, "characters": SEARCHED_CHARACTERS},
            code="search",
        )

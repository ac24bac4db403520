"""Why a file is not taken, in the words of the page: the readers give their reasons in English."""

from __future__ import annotations

import re

from ui.words import Words

_KINDS = {
    "file_empty": r"file is empty|^nothing readable",
    "file_scanned": r"pages holds text|fonts do not say",
    "file_textless": r"holds no text|gave no text|has no pages",
    "file_locked": r"encrypted|password",
    "file_misnamed": r"file is named|binary file|not a plain file",
    "file_encoded": r"encoding|not UTF-8|text is damaged",
    "file_heavy": r"too large|more than|grew over|took longer|longer than",
    "file_lines": r"^line |finite number",
    "file_damaged": r"damaged|could not be opened|lacks a part|brought its reader down|declares XML",
}
"""What the screen says -> what tells it in a reader's reason; the first that fits counts."""


def refusal(reason: str, words: Words) -> str:
    """Give the reader's reason in the words of the page, with what to do about it."""
    return str(getattr(words, next((name for name, told in _KINDS.items() if re.search(told, reason)), "file_unread")))

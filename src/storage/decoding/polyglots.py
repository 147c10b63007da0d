"""Files that are a picture to one reader and something else to another."""

from __future__ import annotations

import re

MARKUP = rb"(?:html|script|svg|!doctype\s+html|\?php)[\s/>][\t\n\r -~]{4}"
ARCHIVE = rb"PK\x05\x06\0{4}"
DOCUMENT = rb"%PDF-\d"
FOREIGN = re.compile(rb"(?i:<" + MARKUP + rb")|" + ARCHIVE + rb"|" + DOCUMENT)
"""What a browser, an interpreter, an unzipper or a reader of documents would find in any place.

Compressed pixels hold short words by chance: in 10 MB of them stands `<svg` once in 50 files. So markup counts when it
goes on as text (all of it together: once in 100,000 such files), an archive by its end record on its only disk, which
is always the last thing in it (never), a document with its version (once in millions). What phones put behind a
picture, a second one or a short film, has none of these.
"""


def is_polyglot(data: bytes) -> bool:
    """Whether the file is not only a picture."""
    return FOREIGN.search(data) is not None

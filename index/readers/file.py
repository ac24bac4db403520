"""What stands before every reader: is it a plain file, is it small enough, and does it hold what its name says."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAX_SIZE = 200_000_000
"""The largest file read whole, in bytes."""

NOT_READ = {
    "PowerPoint presentations": (".ppt .pptx .pptm .pps .ppsx .odp .key", "save as PDF"),
    "spreadsheets": (".xls .xlsx .xlsm .xlsb .ods .numbers", "save the sheets that matter as CSV"),
    "older or other text documents": (".doc .docm .dot .dotx .odt .ott .rtf .wpd .pages .tex", "save as DOCX or PDF"),
    "e-mails": (".eml .msg .mbox .pst .mht .mhtml", "print to PDF"),
    "books": (".epub .mobi .azw .azw3 .djvu .xps .ps", "convert to PDF"),
    "pictures": (".png .jpg .jpeg .gif .bmp .tif .tiff .webp .svg .heic .ico", "run text recognition (OCR) into a PDF"),
    "sound and film": (".mp3 .wav .ogg .flac .m4a .mp4 .mov .avi .mkv .webm .srt .vtt", "transcribe to text"),
    "archives": (".zip .gz .tgz .tar .bz2 .xz .7z .rar .zst .jar .iso", "unpack it"),
    "data files": (
        ".json .xml .yaml .yml .toml .parquet .sqlite .db .feather",
        "turn it into JSON Lines with id and text",
    ),
    "programs": (".exe .dll .so .bin .msi .apk .dmg .deb .rpm .class .pyc .o", "leave it out"),
}
"""What the files not read are called -> their endings, and what to do instead."""

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or a password-protected Office document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"OggS", "sound"),
    (b"ID3\x03", "sound"),
    (b"ID3\x04", "sound"),
)


def load(path: Path) -> bytes:
    """Give the bytes of a plain file. Raises ValueError for one that is empty, too large, or not what its name says."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("this is not a plain file")
        if status.st_size > MAX_SIZE:
            raise ValueError(f"the file is too large: {status.st_size / 1e6:.0f} MB, at most {MAX_SIZE / 1e6:.0f} MB")
        data = file.read(MAX_SIZE + 1)
    if len(data) > MAX_SIZE:
        raise ValueError(f"the file grew over {MAX_SIZE / 1e6:.0f} MB while it was read")
    if not data:
        raise ValueError("the file is empty")
    check(data, path.suffix.lower())
    return data


def check(data: bytes, ending: str) -> None:
    """Refuse bytes that are not what the file's ending says. Raises ValueError naming what they are."""
    found = next((name for mark, name in _SIGNATURES if data.startswith(mark)), None)
    if ending == ".pdf":
        if b"%PDF-" not in data[:1024]:
            raise ValueError(f"the file is named .pdf but holds {found or 'no PDF'}")
    elif ending == ".docx":
        if found and found.startswith("an old"):
            raise ValueError(
                "the Word document is protected by a password, or an old .doc: save it as .docx without one"
            )
        if not data.startswith(b"PK\x03\x04"):
            raise ValueError(f"the file is named .docx but holds {found or 'no Word document'}")
    elif found:
        raise ValueError(f"the file is named {ending} but holds {found}")


def refusal(ending: str, known: str) -> str:
    """Say why files with this ending are not read, and what to do instead."""
    for name, (endings, remedy) in NOT_READ.items():
        if ending in endings.split():
            return f"{name} ({ending}) are not read: {remedy}"
    return f"{ending or 'a file without ending'} is not a format that is read ({known})"

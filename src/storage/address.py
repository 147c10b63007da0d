"""What STUDIOGRAPH_STORAGE_URL says."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

FORMS = "must name a folder, file:///var/lib/studiograph/media, or a bucket, s3://pictures?region=eu-central-1"
KEYS_ELSEWHERE = "holds no keys: they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
OPTIONS = {"endpoint": "", "region": "", "public_url": "", "addressing": "path"}


class Bucket(NamedTuple):
    """A bucket of an S3 storage; `addressing` is path or virtual.

    Without `public_url`, its files are fetched through our /media.
    """

    name: str
    endpoint: str
    region: str
    public_url: str
    addressing: str


def read_address(url: str) -> Path | Bucket:
    """The folder or the bucket; ValueError says how the address has to be, and does not repeat it."""
    if url.startswith("file:///") and url.removeprefix("file:///").strip("/"):
        return Path("/" + unquote(url.removeprefix("file://")).lstrip("/"))
    if url.startswith("s3://"):
        return _bucket(url)
    raise ValueError(FORMS)


def _bucket(url: str) -> Bucket:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError(KEYS_ELSEWHERE)
    if not parts.netloc or parts.path.strip("/"):
        raise ValueError(FORMS)
    return Bucket(parts.netloc, **_options(parts.query))


def _options(query: str) -> dict[str, str]:
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    if unknown := sorted(given.keys() - OPTIONS.keys()):
        raise ValueError(f"knows no option {unknown[0]!r}: a bucket has {', '.join(OPTIONS)}")
    options = OPTIONS | given
    for name in ("endpoint", "public_url"):
        if options[name] and not options[name].startswith(("http://", "https://")):
            raise ValueError(f"must give {name} as an address that begins with http:// or https://")
    if options["addressing"] not in ("path", "virtual"):
        raise ValueError("must give addressing as path or virtual")
    if not options["endpoint"] and not options["region"]:
        raise ValueError("must give the bucket's region, or the endpoint where it is not Amazon's")
    return options | {"region": options["region"] or "auto", "public_url": options["public_url"].rstrip("/")}

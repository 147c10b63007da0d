"""STUDIOGRAPH_STORAGE_URL: a folder or a bucket, and what is said of anything else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage.address import FORMS, KEYS_ELSEWHERE, Bucket, read_address


@pytest.mark.parametrize(
    ("url", "folder"),
    [("file:///srv/media", "/srv/media"), ("file:////srv/media", "/srv/media"), ("file:///srv/a%20b", "/srv/a b")],
)
def test_a_folder(url: str, folder: str) -> None:
    assert read_address(url) == Path(folder)


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("s3://pictures?region=eu-central-1", Bucket("pictures", "", "eu-central-1", "", "path")),
        (
            "s3://pictures?endpoint=https://id.r2.example&public_url=https://pictures.example/&addressing=virtual",
            Bucket("pictures", "https://id.r2.example", "auto", "https://pictures.example", "virtual"),
        ),
        (
            "s3://pictures/?endpoint=http%3A%2F%2F127.0.0.1%3A9000&region=us-east-1",
            Bucket("pictures", "http://127.0.0.1:9000", "us-east-1", "", "path"),
        ),
    ],
)
def test_a_bucket(url: str, bucket: Bucket) -> None:
    assert read_address(url) == bucket


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", FORMS),
        ("file:///", FORMS),
        ("file://host/media", FORMS),
        ("ftp://u:hush@host", FORMS),
        ("s3://", FORMS),
        ("s3://?region=a", FORMS),
        ("s3://pictures/folder?region=a", FORMS),
        ("s3://id:hush@pictures?region=a", KEYS_ELSEWHERE),
        ("s3://pictures", "must give the bucket's region, or the endpoint where it is not Amazon's"),
        ("s3://pictures?endpoint=host:9000", "must give endpoint as an address that begins with http:// or https://"),
        (
            "s3://pictures?region=a&public_url=pictures.example",
            "must give public_url as an address that begins with http:// or https://",
        ),
        ("s3://pictures?region=a&addressing=host", "must give addressing as path or virtual"),
        (
            "s3://pictures?region=a&regoin=b",
            "knows no option 'regoin': a bucket has endpoint, region, public_url, addressing",
        ),
    ],
)
def test_anything_else_is_refused_without_repeating_its_values(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        read_address(url)

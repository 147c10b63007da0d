"""Files in a bucket of Amazon S3, Cloudflare R2, or whatever speaks as they do."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64encode
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from aiohttp import ClientError as BrokenConnection
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from storage.storage import (
    CHUNK,
    INCOMING,
    Missing,
    StorageUnavailable,
    Stored,
    Ticket,
    Upload,
    content_type,
    require_key,
    require_prefix,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from storage.address import Bucket

FOR_EVER = "public, max-age=31536000, immutable"
LONGEST_TICKET = 7 * 24 * 3600
UNREACHABLE = "The S3 storage cannot be reached."
NO_KEYS = "There are no keys for the S3 storage: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
WRONG_KEYS = "The S3 storage refuses our keys: are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY right?"
REASONS = {
    "NoSuchBucket": "The S3 storage has no such bucket.",
    "AccessDenied": "The S3 storage forbids it: may these keys read, write, delete and list in this bucket?",
    "InvalidAccessKeyId": WRONG_KEYS,
    "SignatureDoesNotMatch": WRONG_KEYS,
}


class S3Storage:
    """A bucket; one client, made when it is first needed, keeps its connections until `close`."""

    def __init__(self, bucket: Bucket, public_url: str) -> None:
        self.is_public = bool(bucket.public_url)
        self._bucket = bucket
        self._files_url = bucket.public_url or f"{public_url.rstrip('/')}/media"
        self._making = asyncio.Lock()
        self._made: Any = None

    async def put(self, key: str, data: bytes) -> None:
        """Store an object; the bucket holds it against its checksum."""
        require_key(key)
        checksum = b64encode(hashlib.sha256(data).digest()).decode()
        with _available():
            await (await self._client()).put_object(
                **self._object(key),
                Body=data,
                ContentType=content_type(key),
                CacheControl=FOR_EVER,
                ChecksumSHA256=checksum,
            )

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The object in chunks, or Missing."""
        require_key(key)
        with _available():
            found = await (await self._client()).get_object(**self._object(key))
            async with found["Body"] as body:
                async for chunk in body.iter_chunks(CHUNK):
                    yield chunk

    async def delete(self, key: str) -> None:
        """Take the object away."""
        require_key(key)
        with _available():
            await (await self._client()).delete_object(**self._object(key))

    async def list(self, prefix: str) -> AsyncIterator[Stored]:
        """The objects, asked for a thousand at a time."""
        require_prefix(prefix)
        with _available():
            pages = (await self._client()).get_paginator("list_objects_v2")
            async for page in pages.paginate(Bucket=self._bucket.name, Prefix=prefix):
                for each in page.get("Contents", ()):
                    yield Stored(each["Key"], each["Size"], each["LastModified"].astimezone(UTC))

    async def ticket(self, upload: Upload, now: datetime) -> Ticket:
        """A presigned PUT to the bucket itself."""
        bound = {
            "ContentType": upload.content_type,
            "ContentLength": upload.byte_size,
            "ChecksumSHA256": upload.headers["x-amz-checksum-sha256"],
        }
        seconds = int((upload.expires_at - now).total_seconds())
        with _available():
            url = await (await self._client()).generate_presigned_url(
                "put_object", {**self._object(upload.key), **bound}, max(0, min(seconds, LONGEST_TICKET))
            )
        return Ticket("PUT", url, upload.headers)

    def url(self, key: str) -> str:
        """The file in the bucket where it is public, else under /media."""
        return f"{self._files_url}/{key}"

    async def check(self) -> None:
        """Write an object and take it away again."""
        probe = f"{INCOMING}check"
        await self.put(probe, b"")
        await self.delete(probe)

    async def close(self) -> None:
        """Close the connections."""
        made, self._made = self._made, None
        if made:
            await made.close()

    def _object(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": key}

    async def _client(self) -> Any:
        async with self._making:
            if self._made is None:
                self._made = await _new_client(self._bucket)
        return self._made


async def _new_client(bucket: Bucket) -> Any:
    config = AioConfig(
        signature_version="s3v4",
        request_checksum_calculation="when_required",  # R2 and older servers know no other
        response_checksum_validation="when_required",
        s3={"addressing_style": bucket.addressing},
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=3,
        read_timeout=10,
        max_pool_connections=32,
    )
    endpoint = bucket.endpoint or None
    making = AioSession().create_client("s3", region_name=bucket.region, endpoint_url=endpoint, config=config)
    return await making.__aenter__()  # `close` is its end


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "NoSuchKey":
            raise Missing from None
        raise StorageUnavailable(REASONS.get(code, f"The S3 storage answers {code}.")) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise StorageUnavailable(NO_KEYS) from error
    except (BotoCoreError, BrokenConnection, TimeoutError) as error:
        raise StorageUnavailable(UNREACHABLE) from error

"""A throw-away S3 server: OpenStack Swift, in an environment of its own that ./dev makes."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

from botocore.session import get_session

from services.front_door import environment

STOP_SECONDS = 10.0


class S3:
    """One server on a free port of loopback, with no bucket in it."""

    key, secret, region = "test:key", "kept-only-for-tests", "us-east-1"
    longest_list = 10

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="studiograph-s3-"))
        self._server: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> S3:
        """Serve at `url`; RuntimeError with what it said when it does not start."""
        script = Path(__file__).with_name("swift.py")  # hence -P: the library has that name too
        command: list[str | Path] = [
            environment("s3") / "bin" / "python",  # made the first time (25 MB)
            "-P",
            script,
            self._folder,
            self.key,
            self.secret,
            str(self.longest_list),
        ]
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C is pytest's
            )
        if self._server.stdout:
            with self._server.stdout as output:
                self.url = output.readline().strip()
        if not self.url:
            self._server.wait(STOP_SECONDS)
            raise RuntimeError(f"The S3 server did not start: {(self._folder / 'log').read_text()}")
        return self

    def create(self, bucket: str) -> str:
        """Create a bucket; return the address that a setting would have."""
        self._client.create_bucket(Bucket=bucket)
        return f"s3://{bucket}?endpoint={self.url}&region={self.region}"

    def look(self, bucket: str, key: str) -> dict[str, Any]:
        """Return what the server says of an object."""
        told: dict[str, Any] = self._client.head_object(Bucket=bucket, Key=key)
        return told

    def stop(self) -> None:
        """End it and throw everything away."""
        if self._server:
            self._server.terminate()
            self._server.wait(STOP_SECONDS)
        shutil.rmtree(self._folder)

    @cached_property
    def _client(self) -> Any:
        keys = {"aws_access_key_id": self.key, "aws_secret_access_key": self.secret}
        return get_session().create_client("s3", endpoint_url=self.url, region_name=self.region, **keys)

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a client signs in."""
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret}

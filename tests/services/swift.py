"""OpenStack Swift with its S3 API in one process: run by s3.py, in an environment of its own.

`python swift.py FOLDER KEY SECRET LONGEST_LIST` prints its address once it serves. One replica, nothing is flushed.
"""

from __future__ import annotations

import os
import signal
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402  (what it imports has to be patched before)
from eventlet.event import Event  # noqa: E402  (as above)
from swift.common import storage_policy, utils  # noqa: E402  (as above)
from swift.common import wsgi as swift_wsgi  # noqa: E402  (as above)
from swift.common.ring import RingBuilder  # noqa: E402  (as above)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from socket import socket

KEEPERS = ("account", "container", "object")
MOST_REQUESTS = 200


def main(folder: Path, key: str, secret: str, longest_list: str) -> None:
    """Serve until SIGTERM; an answer lists so many objects at most."""
    sockets = {kind: eventlet.listen(("127.0.0.1", 0)) for kind in (*KEEPERS, "proxy")}
    ports = {kind: listening.getsockname()[1] for kind, listening in sockets.items()}
    users = {f"user_{key.replace(':', '_')}": f"{secret} .admin"}
    _write_settings(folder, ports, users, longest_list)
    utils.set_swift_dir(str(folder))
    utils.validate_configuration()
    storage_policy.reload_storage_policies()
    for kind in KEEPERS:
        _write_ring(folder, kind, ports[kind])
    _leave_the_disk_alone()
    for kind, listening in sockets.items():
        _serve(folder, kind, listening)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    sys.stdout.write(f"http://127.0.0.1:{ports['proxy']}\n")
    sys.stdout.flush()
    Event().wait()


def _write_settings(folder: Path, ports: dict[str, int], users: dict[str, str], longest_list: str) -> None:
    (folder / "disks" / "one").mkdir(parents=True)
    hashing = {"swift_hash_path_prefix": "a", "swift_hash_path_suffix": "b"}
    _write(folder / "swift.conf", {"swift-hash": hashing, "storage-policy:0": {"name": "one", "default": "yes"}})
    common = {
        "bind_ip": "127.0.0.1",
        "swift_dir": folder,
        "devices": folder / "disks",
        "mount_check": "false",
        "disable_fallocate": "true",
        "log_address": folder / "no-log",
        "log_level": "ERROR",
    }
    for kind in KEEPERS:
        application = {"use": f"egg:swift#{kind}"}
        line: dict[str, dict[str, Any]] = {
            "DEFAULT": common,
            "pipeline:main": {"pipeline": f"{kind}-server"},
            f"app:{kind}-server": application,
        }
        _write(folder / f"{kind}.conf", line)
    proxy: dict[str, dict[str, Any]] = {
        "DEFAULT": common | {"bind_port": ports["proxy"]},
        "pipeline:main": {"pipeline": "s3api tempauth proxy-server"},
        "filter:s3api": {
            "use": "egg:swift#s3api",
            "location": "us-east-1",
            "storage_domain": "localhost",
            "max_bucket_listing": longest_list,
        },
        "filter:tempauth": {"use": "egg:swift#tempauth", **users},
        "app:proxy-server": {"use": "egg:swift#proxy", "account_autocreate": "true"},
    }
    _write(folder / "proxy.conf", proxy)


def _write(path: Path, sections: Mapping[str, Mapping[str, Any]]) -> None:
    settings = ConfigParser(default_section="", interpolation=None)
    settings.read_dict(sections)
    with path.open("w") as file:
        settings.write(file)


def _write_ring(folder: Path, kind: str, port: int) -> None:
    """Say where the one replica of everything is."""
    builder = RingBuilder(part_power=1, replicas=1, min_part_hours=1)
    place = {"id": 0, "region": 1, "zone": 1, "device": "one", "weight": 1.0, "meta": ""}
    builder.add_dev(
        place | dict.fromkeys(("ip", "replication_ip"), "127.0.0.1") | dict.fromkeys(("port", "replication_port"), port)
    )
    builder.rebalance()
    builder.get_ring().save(str(folder / f"{kind}.ring.gz"))


def _leave_the_disk_alone() -> None:
    for module, name in ((utils, "fsync"), (utils, "fdatasync"), (utils, "fsync_dir"), (os, "fsync")):
        setattr(module, name, lambda *_, **__: None)


def _serve(folder: Path, kind: str, listening: socket) -> None:
    eventlet.spawn(
        wsgi.server,
        listening,
        swift_wsgi.loadapp(str(folder / f"{kind}.conf"), global_conf={"log_name": kind}),
        log_output=False,
        protocol=swift_wsgi.SwiftHttpProtocol,
        capitalize_response_headers=False,
        custom_pool=eventlet.GreenPool(MOST_REQUESTS),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])

"""What happens where the storage does not do its part."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from engine.errors import UNAVAILABLE, RequestError
from graph.context import Context
from storage.storage import StorageUnavailable

log = structlog.get_logger("studiograph.graph")


@contextmanager
def reaching_storage(context: Context) -> Iterator[None]:
    """Tell that pictures cannot be read or stored now, and log why; the storage is all that is asked within."""
    try:
        yield
    except StorageUnavailable as error:
        log.warning("storage unavailable", request_id=context.request_id, exc_info=True)
        message = "Pictures cannot be read or stored at the moment: try again later."
        raise RequestError(UNAVAILABLE, f"{message} Quote {context.request_id} when it goes on.") from error

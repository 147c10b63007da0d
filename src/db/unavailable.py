"""The one word for a database that cannot be asked just now."""


class DatabaseUnavailable(ConnectionError):
    """It cannot be reached, is too busy, or went away meanwhile: the same may well succeed a moment later.

    The message is for logs, and names no address. A transaction that ends with it may have been written, if it was
    already being committed; it was not acknowledged. The engine knows a ConnectionError for what it is.
    """

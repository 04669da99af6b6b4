"""A write that is gathered before it is put down: the rows of one batch, the last word on each."""


class GatheredWrite:
    """What one batch leaves behind."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes | None] = {}
        """Row by key; None for what is to go."""

    def put(self, key: bytes, value: bytes) -> None:
        """Set a row."""
        self.rows[key] = value

    def delete(self, key: bytes) -> None:
        """Remove a row; removing what is not there is no error."""
        self.rows[key] = None

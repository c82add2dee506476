"""Why a message does not get there."""


class NotCarried(Exception):
    """A carrier did not take a message. `reason` holds nothing of the person or the text."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        """Whether another try would end the same way."""

"""What a call is refused with: by the model behind the proxy, or by us.

Owns: the status, the short name and the words that go back to a client.
Knows nothing of: how they are written for it, what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import UpstreamError


class ProxyError(UpstreamError):
    """A call was not answered as it asked: the model did not, or it makes no sense.

    Attributes:
        status: What the client is answered with.
        kind: A short name of the fault.
        told: What the model itself said, as JSON; None if that was none.
        retry_after: The model's word on when to ask again, as it came.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 502,
        kind: str = "upstream_error",
        told: Mapping[str, Any] | None = None,
        retry_after: str = "",
    ) -> None:
        """Remember what the client is told."""
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.told = told
        self.retry_after = retry_after


def bad_request(message: str, *, status: int = 400) -> ProxyError:
    """Return what is said of a request that is wrong."""
    kind = {401: "authentication_error", 429: "rate_limit_exceeded"}
    return ProxyError(
        message, status=status, kind=kind.get(status, "invalid_request_error")
    )

"""What a browser was sent to a sign-in provider for, as its cookie keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Asked:
    """What a browser was sent to a provider for; kept in its signed cookie.

    `session_id`: whose session is to be proved anew; None where somebody signs in.
    """

    state_digest: str
    provider_id: UUID
    issuer: str
    client_id: str
    asked_at: datetime
    wanted: str | None
    session_id: UUID | None

    def packed(self) -> dict[str, str | None]:
        session_id = None if self.session_id is None else str(self.session_id)
        return {
            "state": self.state_digest,
            "provider": str(self.provider_id),
            "issuer": self.issuer,
            "client": self.client_id,
            "at": self.asked_at.isoformat(),
            "wanted": self.wanted,
            "session": session_id,
        }

    @classmethod
    def unpacked(cls, kept: Any) -> Asked | None:
        """What a cookie holds; None for nothing, or what another release wrote."""
        try:
            session_id = None if kept["session"] is None else UUID(kept["session"])
            return cls(
                kept["state"],
                UUID(kept["provider"]),
                kept["issuer"],
                kept["client"],
                datetime.fromisoformat(kept["at"]),
                kept["wanted"],
                session_id,
            )
        except (KeyError, TypeError, ValueError):
            return None

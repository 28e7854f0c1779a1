"""What a sandbox can be told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path


#: Ways to spell the order type of LIDB in a subscription: Bandwidth's documents contradict each other.
LidbSpelling = Literal["both", "lidb", "lidbs"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """One sandbox's settings; the defaults suit a run on this machine."""

    #: Address to listen on.
    host: str = "127.0.0.1"
    #: Port to listen on; 0 takes a free one.
    port: int = 0
    #: Accounts that exist; every other answers 403.
    accounts: frozenset[str] = frozenset({"9900000"})
    #: OAuth2 client that may ask for tokens.
    client_id: str = "sandbox-client"
    #: Its secret, which also signs the tokens, so that they survive a restart.
    client_secret: str = "sandbox-client-secret"  # noqa: S105 - public by design: nothing real listens to it
    #: Life of a token, seconds.
    token_ttl: float = 3600.0
    #: Legacy API user (Basic).
    username: str = "sandbox-user"
    #: Password of the legacy API user.
    password: str = "sandbox-password"  # noqa: S105 - public by design: nothing real listens to it
    #: Seconds from the POST of an order to its end; 0 ends it at once. A slow number takes three times this.
    pace: float = 0.8
    #: Most telephone numbers in one order (error 5095; Bandwidth does not publish its own).
    max_numbers: int = 5000
    #: Whether the accounts may use origination route plans (error 5200).
    route_plans_enabled: bool = True
    #: Which spellings of LIDB subscriptions accept (else error 14500).
    lidb_spelling: LidbSpelling = "both"
    #: Seconds a callback may take before it is lost.
    callback_timeout: float = 5.0
    #: Seed of the faults' dice.
    seed: int = 0
    #: Directory of the state that survives a restart; in memory without one.
    data_dir: Path | None = None

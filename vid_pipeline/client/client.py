"""The client: one address, one access token, a member for each resource."""

from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpx

from vid_pipeline.client.approvals import Approvals
from vid_pipeline.client.artifacts import Artifacts
from vid_pipeline.client.batches import Batches
from vid_pipeline.client.calendar import Calendar
from vid_pipeline.client.destinations import Destinations
from vid_pipeline.client.drafts import Drafts
from vid_pipeline.client.memories import Memories
from vid_pipeline.client.people import Here, Tokens
from vid_pipeline.client.productions import Productions
from vid_pipeline.client.settings import Caps, NoticeChannels, ProviderKeys
from vid_pipeline.client.transport import Transport
from vid_pipeline.client.triggers import Triggers
from vid_pipeline.client.workflows import Kinds, Workflows


class Client:
    """Everything that the studio can do, as a user's program. Safe to share between threads."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_s: float = 30,
        tries: int = 4,
        pause_s: float = 0.25,
        trust_env: bool = True,
    ) -> None:
        """A client that has asked nothing yet.

        Args:
            url: the studio's address, as `https://studio.example.org`.
            token: an access token, made on the studio's page “Access tokens”.
            timeout_s: seconds that a connection, and any pause in an answer, may take.
            tries: how often a call is made at most when the network or the server fails.
            pause_s: seconds before the second try; doubled before each further one.
            trust_env: whether the environment's proxies are used.
        """
        self._url = url.rstrip("/")
        headers = {
            "Authorization": f"Bearer {token}",
            "User-Agent": f"vid_pipeline/{version('vid-pipeline')}",
        }
        http = httpx.Client(
            base_url=self._url,
            headers=headers,
            timeout=timeout_s,
            trust_env=trust_env,
            follow_redirects=False,  # a token goes where it was told to, and nowhere else
        )
        self._transport = Transport(http, tries=tries, pause_s=pause_s)
        self.about = Here(self._transport)
        self.productions = Productions(self._transport, tries=tries, pause_s=pause_s)
        self.artifacts = Artifacts(self._transport)
        self.approvals = Approvals(self._transport)
        self.workflows = Workflows(self._transport)
        self.kinds = Kinds(self._transport)
        self.drafts = Drafts(self._transport)
        self.memories = Memories(self._transport)
        self.triggers = Triggers(self._transport)
        self.batches = Batches(self._transport)
        self.calendar = Calendar(self._transport)
        self.keys = ProviderKeys(self._transport)
        self.budgets = Caps(self._transport)
        self.notice_channels = NoticeChannels(self._transport)
        self.destinations = Destinations(self._transport)
        self.tokens = Tokens(self._transport)

    def close(self) -> None:
        """Let the connections go."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._url!r})"

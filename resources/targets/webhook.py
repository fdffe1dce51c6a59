"""Another program: one signed POST that says what was made and where it lies."""

from dataclasses import dataclass

from pydantic import JsonValue

from resources.targets.target import Parcel
from resources.webhooks import post_signed
from vid_pipeline.errors import NotDelivered, NotSent
from vid_pipeline.outbox import Address

_TIMEOUT_S = 15.0


@dataclass(frozen=True)
class WebhookTarget:
    """Posts JSON to an address, each time with the delivery id that it had the first time."""

    name: str
    address: Address
    shown: str
    link: str
    private_hosts: tuple[str, ...] = ()
    timeout_s: float = _TIMEOUT_S

    def deliver(self, parcel: Parcel) -> str:
        """Return the host when it has answered 2xx."""
        self._post(body_of(parcel, self.link), parcel.delivery)
        return self.shown

    def check(self) -> None:
        """Post a test, which names no video."""
        self._post({"id": "test", "event": "test", "destination": self.name}, "test")

    def _post(self, body: dict[str, JsonValue], delivery: str) -> None:
        try:
            post_signed(self.address, body, delivery, self.private_hosts, self.timeout_s)
        except NotSent as fault:
            remedy = "Look there, then retry: the delivery keeps its id."
            raise NotDelivered(self.name, fault.reason, remedy, retryable=fault.retryable) from None


def body_of(parcel: Parcel, link: str) -> dict[str, JsonValue]:
    """What is posted; the same at every try."""
    package = parcel.package
    return {
        "id": parcel.delivery,
        "event": "delivered",
        "production": package.production,
        "title": package.title,
        "description": package.description,
        "language": package.language,
        "duration_s": package.duration_s,
        "tags": list(package.tags),
        "chapters": [one.model_dump(mode="json") for one in package.chapters],
        "files": [
            {"name": name, "mime": ref.mime, "size_bytes": ref.size_bytes, "sha256": ref.sha256}
            for name, ref in sorted(package.media.items())
        ],
        "elsewhere": [
            {"destination": one.destination, "kind": one.kind, "where": one.where}
            for one in package.elsewhere
        ],
        "subject": package.subject,
        "link": f"{link}/run?production={package.production}",
        "at": parcel.begun_at.isoformat(),
    }

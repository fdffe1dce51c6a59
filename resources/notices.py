"""The real senders of notices, one for each kind of channel."""

from resources.mail import MailSender
from resources.public_addresses import names
from resources.webhooks import SlackSender, WebhookSender
from vid_pipeline.outbox import Senders
from vid_pipeline.settings import Settings


def senders(settings: Settings) -> Senders:
    """What takes notices out, as the installation is set."""
    hosts = tuple(names(settings.notice_private_hosts))
    url = settings.smtp_url
    return {
        "email": MailSender(url.get_secret_value() if url else None, settings.smtp_from),
        "slack": SlackSender(hosts),
        "webhook": WebhookSender(hosts),
    }

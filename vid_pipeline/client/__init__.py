"""A typed client of the HTTP API.

    with Client("http://127.0.0.1:8501", token) as client:
        made = client.productions.create(text="…", workflow="reviewed-short")
        client.productions.wait(made.id)
        for approval in client.approvals.list(production=made.id):
            client.approvals.approve(approval.id)

Every call is safe to be made again: what changes something carries an idempotency key, so that the
client tries again by itself when the network or the server fails for a moment.
"""

from vid_pipeline.client.client import Client
from vid_pipeline.client.signing import signed, verify

__all__ = ["Client", "signed", "verify"]

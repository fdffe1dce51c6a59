"""Everything that is set from outside, read once at a root and then passed on.

`Settings.read()` is called by the CLI, the studio's server and the code location; nothing else
looks at the environment. Variables are named `VIDP_<FIELD>`, except `ANTHROPIC_API_KEY` and
`OPENAI_API_KEY`.
"""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from vid_pipeline.errors import BadRequest

_PREFIX = "VIDP_"
_CHECKOUT = Path(__file__).resolve().parent.parent


def default_home() -> Path:
    """Where data lives unless told: `.vidp` in a checkout, else the platform's data folder."""
    if (_CHECKOUT / "workspace.yaml").exists():
        return _CHECKOUT / ".vidp"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "vid-pipeline"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "vid-pipeline"


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What a process that we start has in its environment: ours, and `extra`."""
    return {**os.environ, **extra}


def editor() -> list[str]:
    """The command that people edit texts with: VISUAL, EDITOR, or vi."""
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")


class Settings(BaseSettings):
    """The installation's settings; frozen."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
    )

    home: Path = Field(
        default_factory=default_home, description="Folder of the database, artifacts and keys."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="An outside PostgreSQL 18, as a role that may create roles; else our own.",
    )
    identity_key: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Signs identities on an outside database; the same on every machine.",
    )
    idle_s: float = Field(
        default=5.0, gt=0, le=86_400, description="Seconds our database outlives its last user."
    )
    store_url: str | None = Field(
        default=None,
        pattern=r"^(file:///|s3://)",
        description="Artifact store, file:///… or s3://…; a folder in `home` if unset.",
    )
    anthropic_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("ANTHROPIC_API_KEY", "VIDP_ANTHROPIC_API_KEY"),
        description="Without one, scripts are extractive drafts.",
    )
    anthropic_base_url: str | None = Field(default=None, pattern=r"^https?://")
    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("OPENAI_API_KEY", "VIDP_OPENAI_API_KEY"),
        description="For models named openai/…; an address of one's own may need none.",
    )
    openai_base_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Where models named openai/… are, if not at OpenAI: Ollama, vLLM, Google, ….",
    )
    model_key: SecretStr | None = Field(
        default=None, description="For a model of any other provider than these two."
    )
    model: str = Field(
        default="anthropic/claude-sonnet-5",
        pattern=r"^[a-z0-9_-]+/.+$",
        description="`provider/model`.",
    )
    fallback_model: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9_-]+/.+$",
        description="Asked when the model cannot be reached; traces say so.",
    )
    budget_production_usd: float | None = Field(
        default=None, ge=0, description="Most that a production may spend; no cap if unset."
    )
    budget_user_usd: float | None = Field(
        default=None, ge=0, description="Most that a user may spend in all; no cap if unset."
    )
    budget_month_usd: float | None = Field(
        default=None, ge=0, description="Most that a user may spend in a month of UTC."
    )
    jobs_url: str | None = Field(
        default=None, pattern=r"^https?://", description="Service of asynchronous paid jobs."
    )
    jobs_key: SecretStr | None = Field(default=None, description="The key it is asked with.")
    pexels_api_key: SecretStr | None = Field(
        default=None, description="Searches Pexels for pictures and videos; without one, nothing."
    )
    pexels_url: str = Field(default="https://api.pexels.com", pattern=r"^https?://[^\s?#]+$")
    speech_voice: str | None = Field(default=None, description="Voice used when a brief has none.")
    studio_host: str = Field(
        default="127.0.0.1",
        pattern=r"^[0-9A-Za-z.:-]+$",
        description="Address that the studio listens at; 0.0.0.0 for every one of this machine.",
    )
    studio_port: int = Field(default=8501, ge=1, le=65_535)
    dagster_port: int = Field(default=3000, ge=1, le=65_535)
    studio_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#]+$",
        description="Where people open the studio, for links in notices; else this machine's.",
    )
    allowed_hosts: str = Field(
        default="", description="Further names that the studio answers to: `a,b`; * for any."
    )
    trusted_proxies: str = Field(
        default="", description="Networks whose X-Forwarded-For is believed: `10.0.0.0/8,…`."
    )
    sign_up: Literal["open", "invitation", "closed"] = Field(
        default="invitation", description="Who may make an account."
    )
    session_idle_hours: float = Field(
        default=168, gt=0, le=8760, description="A sign-in ends when it was not used for so long, …"
    )
    session_days: float = Field(
        default=30, gt=0, le=366, description="… and so long after it began in any case."
    )
    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#]+$",
        description="Sign-in by a provider of OpenID Connect: its issuer, …",
    )
    oidc_client_id: str | None = Field(default=None, description="… what it calls us, …")
    oidc_client_secret: SecretStr | None = Field(default=None, description="… and our secret.")
    oidc_name: str = Field(default="single sign-on", description="What the button calls it.")
    oidc_scopes: str = Field(default="openid email profile", pattern=r"\bopenid\b")
    smtp_url: SecretStr | None = Field(
        default=None,
        description="Mail server: smtps://user:password@host:465, starttls://…:587 or smtp://….",
    )
    smtp_from: str | None = Field(default=None, description="Whom notices by e-mail are from.")
    notice_email: str | None = Field(
        default=None, description="Told for everybody who has no channel of their own; so are …"
    )
    notice_slack: SecretStr | None = Field(default=None, description="… a Slack webhook, …")
    notice_webhook: SecretStr | None = Field(default=None, description="… or any webhook, …")
    notice_webhook_key: SecretStr | None = Field(
        default=None, min_length=32, description="… signed with this key if there is one."
    )
    notice_private_hosts: str = Field(
        default="", description="Hosts that users' webhooks may reach though private: `a,b`."
    )
    web_private_hosts: str = Field(
        default="", description="Hosts that steps may read though private, at any port: `a,b`."
    )
    web_robots_ignored: str = Field(
        default="", description="Hosts whose robots.txt is not asked: `a,b`."
    )
    watched_buckets: str = Field(
        default="", description="Buckets that triggers may watch, by how they begin: `s3://a,…`."
    )
    publish_folder: Path | None = Field(
        default=None, description="Videos are published below it; `published` in `home` if unset."
    )
    publish_buckets: str = Field(
        default="",
        description="Buckets filled with the operator's keys, by how they begin: `s3://a,…`.",
    )
    publish_private_hosts: str = Field(
        default="", description="Hosts that users' destinations may be at though private: `a,b`."
    )
    search_url: str = Field(
        default="https://html.duckduckgo.com/html/?q={query}",
        pattern=r"^https?://[^\s{}]+\{query\}[^\s{}]*$",
        description="A search engine's page of results, without JavaScript.",
    )
    sandbox_mb: int = Field(
        default=2000, ge=1, le=1_000_000, description="Most that a production's files may take."
    )
    sandbox_files: int = Field(
        default=1000, ge=1, le=100_000, description="Most files and folders among them."
    )
    sandbox_days: float = Field(
        default=14, gt=0, le=3650, description="Days after which files that nobody used are gone."
    )
    debug: bool = Field(default=False, description="Show tracebacks.")
    chromium: Path | None = Field(default=None, description="The browser; found if unset.")

    @classmethod
    def read(cls) -> Self:
        """The settings of this process's environment.

        Raises:
            BadRequest: a variable has a value that cannot be used; it is named.
        """
        try:
            return cls()
        except ValidationError as error:
            raise _refusal(cls, error) from None

    def llm_key(self, provider: str) -> SecretStr | None:
        """The operator's key for a provider of models."""
        own = {"anthropic": self.anthropic_api_key, "openai": self.openai_api_key}
        return own.get(provider, self.model_key)

    @property
    def objects_url(self) -> str:
        """The artifact store's URL."""
        return self.store_url or (self.home.absolute() / "objects").as_uri()

    @property
    def published(self) -> Path:
        """Where videos are published as files, each user's below a folder of their id."""
        return (self.publish_folder or self.home / "published").absolute()

    @property
    def sandboxes(self) -> Path:
        """Where productions have their files, by id."""
        return self.home.absolute() / "sandboxes"

    @property
    def work(self) -> Path:
        """Where runs have their work space, by id."""
        return self.home.absolute() / "work"

    @property
    def objects_cache(self) -> Path:
        """Where what comes from an outside artifact store is kept."""
        return self.home.absolute() / "cache" / "objects"


def _refusal(settings: type[Settings], error: ValidationError) -> BadRequest:
    """The first fault, under the variable's name; a secret's value is not shown."""
    fault = error.errors()[0]
    name = str(fault["loc"][0])
    field = settings.model_fields.get(name)
    secret = field is None or "Secret" in str(field.annotation)
    variable = name if name.isupper() else f"{_PREFIX}{name.upper()}"
    value = "(hidden)" if secret else fault["input"]
    return BadRequest(variable, value, f"{fault['msg']}. Correct the variable or unset it.")

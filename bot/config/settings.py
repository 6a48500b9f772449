"""What the person who runs Easel may set, and what is right for each. See `read.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    SecretStr,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.billing.budgets import parse_budgets
from bot.billing.pricing import parse_price
from bot.config.files_address import parse_files_address
from bot.config.home import expand_path
from bot.config.values import (
    POSTGRES_PREFIX,
    SQLITE_PREFIX,
    Key,
    Secret,
    check_database_url,
    check_help_url,
    check_http_address,
    check_provider,
    is_of_kubernetes,
    normalize_capitals,
    normalize_word,
    parse_listen_address,
    parse_models,
    parse_with,
    split_ids,
)
from bot.domain.budgets import Budgets
from bot.domain.costs import Price
from bot.domain.errors import EaselError
from bot.domain.options import RequestOptions
from bot.domain.stores.objects import BucketAddress
from bot.llm.offers.data_policy import ANY_PROVIDER, DataPolicy, parse_data_policy
from bot.llm.offers.drawing import find_drawing_model
from bot.llm.providers import PROVIDERS, ProviderOptions, ProviderSpec, get_provider
from bot.request.flags import parse_flags

LogLevel: TypeAlias = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(normalize_capitals)
]
Provider: TypeAlias = Annotated[str, PlainValidator(check_provider)]


class Settings(BaseSettings):
    """What the person who runs Easel may set. Secrets never print."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        case_sensitive=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )
    # First of all: what others are relative to.
    home: Path = Field(Path(), alias="EASEL_HOME")

    slack_bot_token: Key = Field(None, alias="SLACK_BOT_TOKEN")
    slack_app_token: Key = Field(None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: Key = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")

    openrouter_api_key: Key = Field(None, alias="OPENROUTER_API_KEY")
    openrouter_base_url: str = Field("https://openrouter.ai/api/v1", alias="OPENROUTER_BASE_URL")
    data_policy: Annotated[DataPolicy, NoDecode, parse_with(parse_data_policy)] = Field(
        ANY_PROVIDER, alias="EASEL_DATA_POLICY"
    )
    openai_api_key: Key = Field(None, alias="OPENAI_API_KEY")
    openai_base_url: str = Field("https://api.openai.com/v1", alias="OPENAI_BASE_URL")
    openai_api: Annotated[Literal["responses", "chat"], BeforeValidator(normalize_word)] = Field(
        "responses", alias="EASEL_OPENAI_API"
    )
    compatible_url: str = Field("", alias="EASEL_COMPATIBLE_URL")
    compatible_key: Key = Field(None, alias="EASEL_COMPATIBLE_KEY")
    compatible_price: Annotated[Price | None, NoDecode, parse_with(parse_price)] = Field(
        None, alias="EASEL_COMPATIBLE_PRICE"
    )
    provider: Provider = Field("openrouter", alias="EASEL_PROVIDER")
    model: str = Field("", alias="EASEL_MODEL")
    drawing_model: str = Field("gpt-image-2", alias="EASEL_DRAWING_MODEL")
    fallbacks: Annotated[tuple[tuple[Provider, str], ...], NoDecode, parse_with(parse_models)] = (
        Field((), alias="EASEL_FALLBACKS")
    )
    defaults: Annotated[RequestOptions, NoDecode] = Field(RequestOptions(), alias="EASEL_DEFAULTS")
    max_tokens: int = Field(8192, alias="EASEL_MAX_TOKENS", ge=16, le=128_000)
    model_seconds: float = Field(360, alias="EASEL_MODEL_SECONDS", ge=1, le=3600)

    database_url: SecretStr = Field(SecretStr(""), alias="DATABASE_URL")
    secret: Secret = Field(None, alias="EASEL_SECRET")
    previous_secret: SecretStr | None = Field(None, alias="EASEL_SECRET_PREVIOUS")
    data_dir: Path = Field(Path("data"), alias="EASEL_DATA_DIR", validate_default=True)
    files: Annotated[BucketAddress | Path | None, NoDecode, parse_with(parse_files_address)] = (
        Field(None, alias="EASEL_FILES")
    )
    host: str = Field("127.0.0.1", alias="EASEL_HOST")
    port: int = Field(3000, alias="EASEL_PORT", ge=0, le=65535)
    metrics: Annotated[tuple[str, int] | None, NoDecode, parse_with(parse_listen_address)] = Field(
        None, alias="EASEL_METRICS"
    )

    budgets: Annotated[Budgets, NoDecode, parse_with(parse_budgets)] = Field(
        Budgets(), alias="EASEL_BUDGETS"
    )
    budget_warn: Decimal = Field(Decimal("0.8"), alias="EASEL_BUDGET_WARN", gt=0, le=1)
    confirm_above: Decimal = Field(Decimal("0.5"), alias="EASEL_CONFIRM_ABOVE", ge=0)
    resend_all: bool = Field(default=False, alias="EASEL_RESEND_ALL")
    help_url: str = Field("", alias="EASEL_HELP_URL")
    watch_channels: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), alias="EASEL_WATCH_CHANNELS"
    )
    operators: Annotated[tuple[str, ...], NoDecode] = Field((), alias="EASEL_OPERATORS")
    answer_apps: Annotated[frozenset[str], NoDecode] = Field(frozenset(), alias="EASEL_ANSWER_APPS")
    history_turns: int = Field(1000, alias="EASEL_HISTORY_TURNS", ge=0, le=5000)
    concurrency: int = Field(256, alias="EASEL_CONCURRENCY", ge=1, le=1000)
    per_person: int = Field(64, alias="EASEL_PER_PERSON", ge=1, le=1000)
    backlog: int = Field(100, alias="EASEL_BACKLOG", ge=1)
    footer: bool = Field(default=False, alias="EASEL_FOOTER")
    asker_minutes: int = Field(60, alias="EASEL_ASKER_MINUTES", ge=0, le=525_600)
    slack_rate: float = Field(1.0, alias="EASEL_SLACK_RATE", gt=0, le=1000)
    max_file_mb: int = Field(50, alias="EASEL_MAX_FILE_MB", ge=1, le=200)
    cache_mb: int = Field(1024, alias="EASEL_CACHE_MB", ge=1)
    cache_days: int = Field(30, alias="EASEL_CACHE_DAYS", ge=1, le=3650)
    grace_seconds: float = Field(30, alias="EASEL_GRACE_SECONDS", ge=0, le=600)
    drain: float | None = Field(None, alias="EASEL_DRAIN_SECONDS", ge=0, le=600)
    log_level: LogLevel = Field("INFO", alias="EASEL_LOG_LEVEL")
    library_log_level: LogLevel = Field("WARNING", alias="EASEL_LIBRARY_LOG_LEVEL")

    @field_validator("watch_channels", "answer_apps", mode="before")
    @classmethod
    def _parse_ids(cls, value: object, info: Any) -> object:
        if info.field_name == "answer_apps":
            return split_ids(value, r"A[A-Z0-9]{2,}", "app ids such as A0123456789")
        return split_ids(value, r"[CG][A-Z0-9]{2,}", "channel ids such as C0123456789")

    @field_validator("operators", mode="before")
    @classmethod
    def _parse_operators(cls, value: object) -> object:
        ids = split_ids(value, r"[UW][A-Z0-9]{2,}", "ids of people such as U0123456789")
        return tuple(sorted(ids)) if isinstance(ids, frozenset) else ids

    @field_validator("help_url")
    @classmethod
    def _check_address(cls, value: str) -> str:
        return check_help_url(value)

    @field_validator("port", mode="before")
    @classmethod
    def _drop_other_port(cls, value: object) -> object:
        return cls.model_fields["port"].default if is_of_kubernetes(value) else value

    @field_validator("drawing_model")
    @classmethod
    def _check_drawing_model(cls, value: str) -> str:
        return find_drawing_model(value, today=datetime.now(UTC).date().isoformat()).name

    @field_validator("defaults", mode="before")
    @classmethod
    def _parse_defaults(cls, value: object) -> object:
        try:
            return parse_flags(value) if isinstance(value, str) else value
        except EaselError as error:
            raise ValueError(error.user_message) from error

    @field_validator("slack_api_url", *(spec.url_field for spec in PROVIDERS.values()))
    @classmethod
    def _check_http_address(cls, value: str, info: Any) -> str:
        if not value and not cls.model_fields[info.field_name].default:
            return value
        return check_http_address(value)

    @field_validator("data_dir")
    @classmethod
    def _resolve_at_home(cls, value: Path, info: Any) -> Path:
        return Path(info.data["home"], expand_path(value))

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: SecretStr) -> SecretStr:
        return SecretStr(check_database_url(value.get_secret_value()))

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _check_token_prefix(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        prefix = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"it must begin with {prefix}")
        return value

    @property
    def models(self) -> tuple[tuple[str, str], ...]:
        """Provider and model, the wanted one first, then the fallbacks in order."""
        model = self.model or PROVIDERS[self.provider].default_model
        return ((self.provider, model), *self.fallbacks)

    @property
    def provider_options(self) -> ProviderOptions:
        """What the settings choose of the table of providers."""
        return ProviderOptions(
            self.openai_api, self.compatible_price, self.data_policy, self.drawing_model
        )

    def get_provider(self, name: str) -> ProviderSpec:
        """Return a provider's row of the table as the settings have it."""
        return get_provider(name, self.provider_options)

    @property
    def effective_budgets(self) -> Budgets:
        """The budgets, with the share from which a warning is due."""
        return replace(self.budgets, warn_at=self.budget_warn)

    @property
    def is_replicated(self) -> bool:
        """Whether the data are in PostgreSQL, on which any number of replicas work."""
        return self.database_url.get_secret_value().startswith(POSTGRES_PREFIX)

    @property
    def postgres_url(self) -> str:
        """The address of the PostgreSQL database, with its password; "" on SQLite."""
        return self.database_url.get_secret_value() if self.is_replicated else ""

    @property
    def database_path(self) -> Path:
        """The SQLite file, which is not used where `is_replicated`."""
        url = self.database_url.get_secret_value()
        if url and not self.is_replicated:
            return self.home / expand_path(url.removeprefix(SQLITE_PREFIX))
        return self.data_dir / "easel.db"

    @property
    def drain_seconds(self) -> float:
        """How long events are still taken after SIGTERM: a balancer needs to see it first."""
        return self.drain if self.drain is not None else 0.0 if self.is_socket_mode else 5.0

    @property
    def is_socket_mode(self) -> bool:
        """Socket Mode if there is an app token, else HTTP mode."""
        return self.slack_app_token is not None

    @property
    def has_slack(self) -> bool:
        """Whether anything of Slack is set: then the service is meant, not the playground."""
        return bool(self.slack_bot_token or self.slack_app_token or self.slack_signing_secret)

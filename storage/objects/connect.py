"""Finds the bucket: credentials and addresses come from the provider's usual variables.

Connects to nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from bot.domain.errors import StartupError
from bot.domain.stores.objects import BucketAddress
from storage.objects.pace import DEFAULT_PACE, RemotePace
from storage.objects.remote import RemoteObjects

# obstore reads them from the environment itself; those in `.env` it gets from us.
_VARIABLES = {
    "s3": (
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
        "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "AWS_SERVER_SIDE_ENCRYPTION", "AWS_SSE_KMS_KEY_ID",
        "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
    ),
    "gs": (
        "GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_SERVICE_ACCOUNT_KEY",
        "GOOGLE_APPLICATION_CREDENTIALS",
    ),
    "az": (
        "AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_SAS_KEY",
        "AZURE_STORAGE_CLIENT_ID", "AZURE_STORAGE_CLIENT_SECRET", "AZURE_STORAGE_TENANT_ID",
        "AZURE_STORAGE_ENDPOINT", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
    ),
}  # fmt: skip
# The later ones hold.
_ENDPOINT_VARIABLES = ("AZURE_STORAGE_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")
_STORES: Mapping[str, Any] = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}
_CONNECT_SECONDS, _POOL_SECONDS = 5.0, 20.0
# Longer than any bound that `RemoteObjects` sets: that one holds.
_REQUEST_SECONDS = 3600.0


def connect_bucket(
    address: BucketAddress, environment: Mapping[str, str], *, pace: RemotePace = DEFAULT_PACE
) -> RemoteObjects:
    """Return the store of objects at `address`. Raises `StartupError` for variables that cannot be
    used, such as a file of credentials that is not there."""
    names = [*_VARIABLES[address.scheme]]
    config = {name: environment[name] for name in names if environment.get(name)}
    options = {
        # Where the operator has written http, that is meant: a server of their own.
        "allow_http": find_endpoint(address, environment).startswith("http://"),
        "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
        "pool_idle_timeout": timedelta(seconds=_POOL_SECONDS),
        "timeout": timedelta(seconds=_REQUEST_SECONDS),
    }
    try:
        store = _STORES[address.scheme](
            address.bucket,
            prefix=address.prefix or None,
            config=config,
            client_options=options,
            retry_config={"max_retries": 0},  # we repeat ourselves, and see every failure
        )
    except (BaseError, OSError, ValueError) as error:
        # Its text may quote what a variable holds.
        problem = f"EASEL_FILES: {address} cannot be used ({type(error).__name__}); check"
        raise StartupError([f"{problem} {describe_variables(address)}"]) from error
    return RemoteObjects(store, pace=pace)


def describe_variables(address: BucketAddress) -> str:
    """Return which variables hold the credentials, as a list for people."""
    return {
        "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL",
        "gs": "GOOGLE_APPLICATION_CREDENTIALS",
        "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
    }[address.scheme]


def find_endpoint(address: BucketAddress, environment: Mapping[str, str]) -> str:
    """Return the server's address where it is another than the provider's, else ""."""
    prefix = {"s3": "AWS_", "gs": "GOOGLE_", "az": "AZURE_"}[address.scheme]
    found = [environment.get(name) for name in _ENDPOINT_VARIABLES if name.startswith(prefix)]
    return next((value for value in reversed(found) if value), "")


def is_readable_on_the_way(endpoint: str) -> bool:
    """Whether others in the network can read what is sent to `endpoint`."""
    address = urlsplit(endpoint)
    return address.scheme == "http" and address.hostname not in ("localhost", "127.0.0.1", "::1")

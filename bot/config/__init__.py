"""The settings: `settings.py` says what they are, `read.py` reads them, `home.py` places them."""

from bot.config.home import PROGRAM, find_checkout, find_home, shorten_path
from bot.config.read import (
    ENV_FILE,
    list_served_models,
    list_service_problems,
    list_setting_names,
    read_settings,
)
from bot.config.settings import Provider, Settings
from bot.config.values import reveal_secret

__all__ = [
    "ENV_FILE",
    "PROGRAM",
    "Provider",
    "Settings",
    "find_checkout",
    "find_home",
    "list_served_models",
    "list_service_problems",
    "list_setting_names",
    "read_settings",
    "reveal_secret",
    "shorten_path",
]

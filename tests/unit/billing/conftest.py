"""Fixtures of tests of money."""

from __future__ import annotations

import pytest

from storage.engine.database import Database
from tests.support.reconciling import BillingHarness


@pytest.fixture
async def harness(database: Database) -> BillingHarness:
    harness = BillingHarness(database)
    await harness.begin_request()
    return harness

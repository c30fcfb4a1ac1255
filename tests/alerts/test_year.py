"""Some weeks of alerts with crashes: every mail is accounted for. bench/year.py does the whole year."""

import pytest

from tests.site.alert_year import Year
from timthau.config import Settings

pytestmark = [pytest.mark.slow, pytest.mark.nightly]


def test_some_weeks_with_crashes_leave_nothing_missing_doubled_or_late(settings: Settings) -> None:
    ledger = Year(settings, days=24, subscribers=120, seed=2, crash_rate=0.01).simulate()
    assert sum(ledger.crashes.values()) > 10
    assert len(ledger.told) > 60, ledger.lines()
    found = (len(ledger.missing), len(ledger.unexpected), ledger.told_twice, len(ledger.late), ledger.after_the_end)
    assert found == (0, 0, 0, 0, 0), ledger.lines()
    assert ledger.address_told_twice == 0, ledger.lines()
    assert len(ledger.to_address) < len(ledger.told), "nobody had overlapping alerts"
    assert ledger.reminders > 5
    assert not ledger.past, ledger.lines()
    assert ledger.backfilled
    assert len(ledger.separate) == 2
    assert ledger.sent_twice <= ledger.crashes["accepted"]

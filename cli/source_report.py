"""How each defined source is, in lines to read, for `timthau sources list` and `show`."""

from collections.abc import Sequence
from datetime import datetime

from desk.report import SourceReport
from timthau.store.portal import PortalDay


def describe(report: SourceReport) -> str:
    """A report in lines to read."""
    source = report.source
    off = " (paused)" if report.is_paused else "" if source.enabled else " (off)"
    checked = f"checked {source.checked_on}" if source.checked_on else "not yet checked"
    lines = [f"{source.name}{off}  {source.home}  {checked}", f"    {_describe_runs(report)}"]
    if report.trouble:
        lines.append(f"    {report.trouble}")
    elif report.standing and report.standing.due_at:
        lines.append(f"    due {_day(report.standing.due_at)}")
    if source.portal or source.prices:
        lines.append(f"    {_describe_days(report.days)}")
    return "\n".join(lines)


def _describe_runs(report: SourceReport) -> str:
    if not report.runs:
        return "never crawled"
    last = report.runs[0]
    return (
        f"last success {_day(report.last_success)}, last new notice {_day(report.last_news)}, "
        f"last run {_day(last.started_at)} {last.status}: {last.message or 'no word'}"
    )


def _describe_days(days: Sequence[PortalDay]) -> str:
    """Which days of publication were read of what a portal's definition chooses."""
    if not days:
        return "no day of publication read"
    lacking = sorted({f"{day.day}" for day in days if not day.complete})
    range_ = f"{min(day.day for day in days)} to {max(day.day for day in days)}"
    return f"days of publication read: {len({day.day for day in days}) - len(lacking)}, {range_}" + (
        f", not complete: {', '.join(lacking)}" if lacking else ""
    )


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"

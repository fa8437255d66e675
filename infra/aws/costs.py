"""What a month costs at 0, 10, 1,000 and 100,000 freelancers: `python -m infra.aws.costs [--write]` (infra/README.md).

List prices (prices.toml, each with its list's date) times what was measured and assumed (measured.toml). Free tiers are
left out. A second of processor time costs the same at every memory size up to 1,769 MB, where Lambda gives a whole
processor: less memory is less of a processor for longer.
"""

import math
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
BEGIN, END = "<!-- costs: written by `python -m infra.aws.costs --write` -->", "<!-- until here -->"
PRICES: dict[str, float] = {
    name: one["usd"] for name, one in tomllib.loads((HERE / "prices.toml").read_text("utf-8")).items()
}
MEASURED: dict[str, Any] = tomllib.loads((HERE / "measured.toml").read_text("utf-8"))
UNITS: dict[str, dict[str, float]] = MEASURED["units"]
CPU: dict[str, float] = MEASURED["cpu_ms"]
ASSUMED: dict[str, float] = MEASURED["assumed"]

SIZES = (0, 10, 1_000, 100_000)
MINUTES = 30 * 24 * 60
WHOLE_PROCESSOR_MB, GB_MB = 1769, 1024
WEB_MB, WORK_MB = 1024, 512  # stack.yaml
OF_A_PAYMENT = ("press_pay", "webhook", "booking", "thanks", "freelancers_mail")

# -- what runs whether anybody comes or not (stack.yaml) ------------------------------------------------
TICKS = {"jobs_tick": MINUTES // 5, "inbox_tick": MINUTES // 5, "reconciler_tick": MINUTES // 60}
TICK_REQUESTS, TICK_READS = 9, 9
POLLS = 3 * 5 * 3 * MINUTES  # three queues, five pollers each, three long polls a minute
ALARMS = 9
PACKAGES_GB = 0.1  # releases, static pages


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill, USD a month."""

    what: str
    usd: float


def units(names: tuple[str, ...]) -> dict[str, float]:
    """Requests, reads and writes of these stages together."""
    return {kind: sum(UNITS[name][kind] for name in names) for kind in ("requests", "reads", "writes")}


def gb_seconds(cpu_ms: float, wait_s: float, memory_mb: int) -> float:
    """What Lambda bills for that much work and waiting in a function of that size."""
    return (cpu_ms / 1000 * WHOLE_PROCESSOR_MB + wait_s * memory_mb) / GB_MB


def cold_share(freelancers: int) -> float:
    """Which part of all visits finds no warm process, when they come as they like."""
    visits = freelancers * (ASSUMED["clients_pages"] + ASSUMED["owners_pages"]) / ASSUMED["pages_a_visit"]
    return math.exp(-visits * ASSUMED["kept_warm_minutes"] / MINUTES)


def bill(freelancers: int) -> list[Line]:
    """Every line, the free tiers left out."""
    n, a, p = freelancers, ASSUMED, PRICES
    pages = n * (a["clients_pages"] + a["owners_pages"])
    mails = n * (a["letters"] + a["other_mails"])
    requests = pages + n * a["payments"] * 2  # the press on "pay", and the session's own webhook
    calls = requests + mails * a["mail_events"] + n * a["letters"] + sum(TICKS.values())
    log_gb = calls * a["kb_log"] / 1e6
    queue_calls = POLLS + mails * a["mail_events"] * 3 + n * a["payments"] * 6  # two nudges: sent, received, deleted
    reads, writes = _table(n, pages, mails)
    return [
        Line("SES: mails", mails * p["mail"]),
        Line("Lambda", _gb_s(n, pages, mails) * p["lambda_gb_s"] + calls * p["lambda_call"]),
        Line("HTTP API", requests * p["http_api_call"]),
        Line("DynamoDB: reads and writes", reads * p["read_unit"] + writes * p["write_unit"]),
        Line("DynamoDB: table and PITR", n * a["kb_stored"] / 1e6 * (p["table_gb"] + p["pitr_gb"])),
        Line("SQS and SNS", queue_calls * p["sqs_call"] + mails * a["mail_events"] * p["sns_call"]),
        Line("Scheduler", sum(TICKS.values()) * p["schedule_call"]),
        Line("Logs", log_gb * (p["log_gb"] + p["log_gb_kept"])),
        Line("Alarms", ALARMS * p["alarm"]),
        Line("CloudFront", _edge(pages)),
        Line("S3 and secrets", (n * a["kb_files"] / 1e6 + PACKAGES_GB) * p["s3_gb"] + _kms_calls(n) * p["kms_call"]),
    ]


def _edge(pages: float) -> float:
    """USD for so many pages through CloudFront: the page itself passes its function too."""
    calls = pages * ASSUMED["edge_calls_a_page"] * PRICES["cloudfront_call"] + pages * PRICES["edge_function_call"]
    return calls + pages * ASSUMED["kb_page"] / 1e6 * PRICES["cloudfront_gb"]


def _kms_calls(freelancers: int) -> float:
    """Two secrets, read again after five minutes by whoever needs Stripe then."""
    return 2 * min(freelancers * ASSUMED["payments"] * 4, 2 * MINUTES / 5)


def _table(freelancers: int, pages: float, mails: float) -> tuple[float, float]:
    """Read and write units of a month."""
    n, a, payment = freelancers, ASSUMED, units(OF_A_PAYMENT)
    news = n * (a["other_mails"] - a["payments"])  # a payment's own two mails are in its units
    events = mails * a["mail_events"]
    reads = n * (a["letters"] * UNITS["reminder"]["reads"] + a["payments"] * payment["reads"])
    reads += n * (a["clients_pages"] * 1.5 + a["owners_pages"] * a["owners_page_reads"])
    reads += news * UNITS["freelancers_mail"]["reads"] + events * a["event_reads"] + sum(TICKS.values()) * TICK_READS
    writes = n * (a["letters"] * UNITS["reminder"]["writes"] + a["payments"] * payment["writes"])
    writes += pages * a["page_writes"] + news * UNITS["freelancers_mail"]["writes"] + events * a["event_writes"]
    return reads, writes


def _gb_s(freelancers: int, pages: float, mails: float) -> float:
    """Lambda's gigabyte-seconds of a month."""
    n, a = freelancers, ASSUMED
    wait = a["table_call_s"]
    total = gb_seconds(
        n * a["clients_pages"] * CPU["clients_page"] + n * a["owners_pages"] * CPU["owners_page"], 0, WEB_MB
    )
    total += gb_seconds(0, pages * a["page_requests"] * wait, WEB_MB)
    total += gb_seconds(pages / a["pages_a_visit"] * cold_share(n) * CPU["web_cold"], 0, WEB_MB)
    payment_wait = units(OF_A_PAYMENT)["requests"] * wait + a["stripe_calls"] * a["stripe_call_s"]
    works = (  # how often, processor time, waiting
        (n * a["letters"], CPU["reminder"], UNITS["reminder"]["requests"] * wait + a["ses_call_s"]),
        (n * a["payments"], a["payment_cpu_ms"], payment_wait),
        (mails * a["mail_events"], CPU["mail_event"], 2 * wait),
    )
    for times, cpu_ms, wait_s in works:
        total += gb_seconds(times * cpu_ms, times * wait_s, WORK_MB)
    for name, times in TICKS.items():
        total += gb_seconds(times * CPU[name], times * TICK_REQUESTS * wait, WORK_MB)
    return total


# -- as infra/README.md shows it ---------------------------------------------------------------------------


def table(sizes: tuple[int, ...] = SIZES) -> str:
    """The bills side by side, as Markdown."""
    bills = [bill(size) for size in sizes]
    rows = ["| USD a month | " + " | ".join(f"{size:,}" for size in sizes) + " |", "|---" * (len(sizes) + 1) + "|"]
    for place, line in enumerate(bills[0]):
        rows.append(f"| {line.what} | " + " | ".join(f"{each[place].usd:,.2f}" for each in bills) + " |")
    sums = [sum(line.usd for line in each) for each in bills]
    rows.append("| **together** | " + " | ".join(f"**{each:,.2f}**" for each in sums) + " |")
    return "\n".join(rows)


def unit_table() -> str:
    """Capacity units of a reminder and of a payment, and what they cost, as Markdown."""
    rows = ["| DynamoDB | requests | read units | write units | USD for 1,000 |", "|---|---|---|---|---|"]
    stages = {
        "a reminder, alone in its run": ("reminder",),
        "a payment, from the press on “pay” to thanks": OF_A_PAYMENT,
    }
    for name, stage in stages.items():
        one = units(stage)
        usd = 1000 * (one["reads"] * PRICES["read_unit"] + one["writes"] * PRICES["write_unit"])
        rows.append(f"| {name} | {one['requests']:g} | {one['reads']:g} | {one['writes']:g} | {usd:.3f} |")
    return "\n".join(rows)


def idle_table() -> str:
    """What an installation without anybody pays for, as Markdown."""
    ticks = sum(TICKS.values())
    lines = {line.what: line.usd for line in bill(0)}
    told = {
        "Alarms": f"{ALARMS} alarms",
        "SQS and SNS": f"{POLLS:,} empty polls of three queues by Lambda",
        "DynamoDB: reads and writes": f"{ticks:,} runs that look for what is due",
        "Scheduler": f"{ticks:,} schedules fired",
        "Lambda": f"{ticks:,} runs with nothing to do",
        "Logs": f"{ticks:,} runs' lines",
        "S3 and secrets": "packages and static pages",
    }
    rows = ["| idle | what for | USD a month |", "|---|---|---|"]
    rows += [f"| {what} | {told[what]} | {lines[what]:.3f} |" for what in told]
    return "\n".join(rows)


def report() -> str:
    """All three."""
    return "\n\n".join((table(), unit_table(), idle_table()))


def write(readme: Path = README) -> None:
    """Put them between the two marks."""
    before, rest = readme.read_text("utf-8").split(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{report()}\n{END}{rest.split(END)[1]}", "utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write()
    print(report())

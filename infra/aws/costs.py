"""What a month costs at 0, 10, 1,000 and 100,000 freelancers: `python -m infra.aws.costs`.

List prices are AWS's of eu-west-1 as remembered on 2026-11-22, before any free tier unless a line says so: look at
AWS's own price pages before you rely on them. What one reminder and one payment need is an estimate until
the bench on the deployed stack has measured it; every number that is assumed stands below by name.
"""

from dataclasses import dataclass

# -- prices, USD --------------------------------------------------------------------------------------
LAMBDA_GB_S, LAMBDA_CALL = 0.0000166667, 0.20e-6
HTTP_API_CALL = 1.11e-6
READ_UNIT, WRITE_UNIT = 0.1415e-6, 0.705e-6
TABLE_GB, PITR_GB = 0.283, 0.226
MAIL = 0.10e-3
SQS_CALL, SNS_CALL = 0.40e-6, 0.50e-6
SCHEDULE_CALL = 1.10e-6
LOG_GB = 0.57
ALARM = 0.10
CLOUDFRONT_GB, CLOUDFRONT_CALL = 0.085, 1.0e-6
S3_PUT, S3_GB = 5.0e-6, 0.023

# -- what is assumed of a freelancer and a month -----------------------------------------------------
LETTERS, PAYMENTS, OTHER_MAILS, PAGES = 12, 4, 10, 150
MAIL_EVENTS = 2  # send and delivery, for each mail
REMINDER_READS, REMINDER_WRITES = 8, 30
PAYMENT_READS, PAYMENT_WRITES = 20, 60
PAGE_READS, PAGE_WRITES = 3, 0.3
PAGE_S, REMINDER_S, EVENT_S, PAYMENT_S = 0.06, 0.15, 0.05, 0.5
KB_STORED = 150
KB_PAGE = 12

# -- what runs whether anybody comes or not ------------------------------------------------------------
TICKS = 2 * 12 * 24 * 30 + 24 * 30  # jobs and inbox every five minutes, the reconciler every hour
TICK_S, TICK_READS = 0.05, 9
POLLS = 3 * 5 * 3 * 60 * 24 * 30  # three queues, five pollers each, three long polls a minute
ALARMS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill, USD a month."""

    what: str
    usd: float


def bill(freelancers: int) -> list[Line]:
    """Every line, the free tiers left out."""
    n = freelancers
    mails = n * (LETTERS + OTHER_MAILS)
    gb_s = n * (PAGES * PAGE_S * 1.0 + (LETTERS * REMINDER_S + PAYMENTS * PAYMENT_S) * 0.5)
    gb_s += mails * MAIL_EVENTS * EVENT_S * 0.5 + TICKS * TICK_S * 0.5
    calls = n * (PAGES + PAYMENTS * 2) + mails * MAIL_EVENTS + TICKS
    reads = n * (LETTERS * REMINDER_READS + PAYMENTS * PAYMENT_READS + PAGES * PAGE_READS) + TICKS * TICK_READS
    writes = n * (LETTERS * REMINDER_WRITES + PAYMENTS * PAYMENT_WRITES + PAGES * PAGE_WRITES)
    gb = n * KB_STORED / 1e6
    queue_calls = POLLS + mails * MAIL_EVENTS * 3 + n * PAYMENTS * 6
    return [
        Line("SES: mails", mails * MAIL),
        Line("Lambda", gb_s * LAMBDA_GB_S + calls * LAMBDA_CALL),
        Line("HTTP API", n * (PAGES + PAYMENTS * 2) * HTTP_API_CALL),
        Line("DynamoDB: reads and writes", reads * READ_UNIT + writes * WRITE_UNIT),
        Line("DynamoDB: table and PITR", gb * (TABLE_GB + PITR_GB)),
        Line("SQS and SNS", queue_calls * SQS_CALL + mails * MAIL_EVENTS * SNS_CALL),
        Line("Scheduler", TICKS * SCHEDULE_CALL),
        Line("Logs", (calls * 0.6e-6 + 0.01) * LOG_GB),
        Line("Alarms", ALARMS * ALARM),
        Line("CloudFront and S3", n * PAGES * (CLOUDFRONT_CALL + KB_PAGE / 1e6 * CLOUDFRONT_GB) + 40e6 / 1e9 * S3_GB),
    ]


def table(sizes: tuple[int, ...] = (0, 10, 1_000, 100_000)) -> str:
    """The bills side by side, as Markdown."""
    bills = [bill(size) for size in sizes]
    rows = ["| USD a month | " + " | ".join(f"{size:,}" for size in sizes) + " |", "|---" * (len(sizes) + 1) + "|"]
    for place, line in enumerate(bills[0]):
        rows.append(f"| {line.what} | " + " | ".join(f"{each[place].usd:,.2f}" for each in bills) + " |")
    sums = [sum(line.usd for line in each) for each in bills]
    rows.append("| **together** | " + " | ".join(f"**{each:,.2f}**" for each in sums) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())

"""What people type, and what their spreadsheets say, as exact values; or a refusal with one sentence.

`parse_…` is for one field of a form. `read_…` also says what had to be assumed, for a whole column.
"""

from aldia.domain.parsing.amounts import Custom, ReadAmount, decimal_mark, parse_amount, read_amount
from aldia.domain.parsing.currency_words import parse_currency
from aldia.domain.parsing.dates import ReadDate, day_order, parse_date, read_date
from aldia.domain.parsing.texts import fold, parse_email, parse_line
from aldia.domain.parsing.wholes import parse_whole

__all__ = [
    "Custom",
    "ReadAmount",
    "ReadDate",
    "day_order",
    "decimal_mark",
    "fold",
    "parse_amount",
    "parse_currency",
    "parse_date",
    "parse_email",
    "parse_line",
    "parse_whole",
    "read_amount",
    "read_date",
]

"""What is said about a chart: assumptions, what was left out, why it is another kind."""

from __future__ import annotations

from bot.domain.messages import Message

DECIMAL_COMMA = "“{example}” in {column} was read with a decimal comma."
DECIMAL_POINT = "“{example}” in {column} was read as thousands, in groups."
DECIMAL_POINT_SIGN = "“{example}” in {column} was read with a decimal point."
GROUPED_POINT = "“{example}” in {column} was read as thousands, with points between the groups."
DAY_FIRST = "Dates in {column}, such as “{example}”, were read as day/month."
MONTH_FIRST = "Dates in {column}, such as “{example}”, were read as month/day."
EMPTY_CELLS = "{count:,} empty cell of {column} was left out."
EMPTY_CELLS_PLURAL = "{count:,} empty cells of {column} were left out."
ODD_CELLS = "{count:,} cell of {column} is no number or date and was left out, such as “{example}”."
ODD_CELLS_PLURAL = (
    "{count:,} cells of {column} are no numbers or dates and were left out, such as “{example}”."
)
TOTAL_ROW = "The last row, “{name}”, holds totals and was left out."
FILTERED_ROWS = "{kept:,} of {count:,} rows match the conditions."
MIXED_UNITS = "{column} has several units ({units}); they were added up as they are."
AUTO_BUCKET = {
    "hour": Message("The dates were put together by hour."),
    "day": Message("The dates were put together by day."),
    "week": Message("The dates were put together by week."),
    "month": Message("The dates were put together by month."),
    "quarter": Message("The dates were put together by quarter."),
    "year": Message("The dates were put together by year."),
}
TOP_OTHER = "The {count:,} largest are shown, and the rest together as “{other}”."
TOP_ONLY = "Only the {count:,} largest of {total:,} are shown."
MANY_SERIES = "Only the {count:,} largest of {total:,} series are shown."
MANY_FACETS = "Only {count:,} of {total:,} small charts are shown."
SAMPLED_POINTS = "{count:,} of {total:,} points are drawn, taken evenly."
UNMATCHED_ROWS = "{count:,} row without a partner in the other file was left out."
UNMATCHED_ROWS_PLURAL = "{count:,} rows without a partner in the other file were left out."
REPEATED_KEYS = "{count:,} row of {name} repeats a key; its first row was used."
REPEATED_KEYS_PLURAL = "{count:,} rows of {name} repeat a key; their first rows were used."
NO_HEADER = "{name} has no header, so its columns are numbered."
REPEATED_ROWS = "{count:,} row is there more than once, and was counted each time."
REPEATED_ROWS_PLURAL = "{count:,} rows are there more than once, and were counted each time."
LOG_REFUSED = Message("The scale is not logarithmic, because some numbers are not above zero.")
LETTERS_MISSING = Message(
    "No font here has some of the letters: in the picture numbers stand for these names, in the"
    " order of the table."
)
PIE_MANY = "A pie of {count:,} parts cannot be read, so these are bars."
PIE_NEGATIVE = Message("A pie cannot show numbers below zero, so these are bars.")
PIE_SINGLE = Message("A pie of a single part shows nothing, so this is a bar.")
PIE_ZERO = Message("A pie needs a sum above zero, so these are bars.")
PIE_NO_PARTS = Message(
    "A pie shows parts of a whole, which averages, medians, extremes and distinct counts are not,"
    " so these are bars."
)
PIE_SERIES = Message("A pie shows one series, and there are several, so these are bars.")
PIE_TIME = Message("A pie does not show a course of time, so these are bars.")
LINE_UNORDERED = Message("A line would join things without an order, so these are bars.")
LINE_SINGLE = Message("A line needs two points, so this is a bar.")
STACK_NEGATIVE = Message(
    "Numbers below zero cannot be stacked with others, so the bars stand side by side."
)
STACK_MEANS = Message(
    "Averages and extremes do not add up, so the bars stand side by side instead of stacked."
)
AREA_NEGATIVE = Message("Areas of numbers below zero would cover each other, so these are lines.")
HEATMAP_FLAT = Message("A heat map needs a second column for its rows, so these are bars.")
TREND_ORDER = Message("There is no trend line: it needs an order along the x axis.")

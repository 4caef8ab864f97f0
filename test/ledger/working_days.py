"""Deadlines in working days, written a second time from R24 alone, with the standard library only.

Reads {"workingDays": [dates], "years": [years that are known], "questions": [{"timestamp", "count"}]} from standard
input and prints the due times in Unix seconds as a JSON list, null where a year would have to be guessed.
"""

import json
import sys
from datetime import datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
ONE_DAY = timedelta(days=1)


def due_at(working_days, years, timestamp, count):
    """The first second after the count-th working day that follows the day of the timestamp, or None."""
    day = datetime.fromtimestamp(timestamp, SHANGHAI).date()
    while count > 0:
        day += ONE_DAY
        if day.year not in years:
            return None
        if day.isoformat() in working_days:
            count -= 1
    return int(datetime.combine(day + ONE_DAY, time(), SHANGHAI).timestamp())


def main():
    request = json.load(sys.stdin)
    working_days = frozenset(request["workingDays"])
    years = frozenset(request["years"])
    answers = [due_at(working_days, years, q["timestamp"], q["count"]) for q in request["questions"]]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()

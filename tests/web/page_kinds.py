"""Which kind of page an address is of: one of each kind stands for all."""

import re

# A kind of page is its address without what is of one record, place, event or day.
OF_ONE = (
    (r"[0-9a-z]{26}", "ID"),
    (r"/(countries|treaties|questions)/[A-Z]{3}", r"/\1/ISO"),
    (r"/why/\w+", "/why/EVENT"),
    (r"/exercises/\d+", "/exercises/ROUND"),
    (r"/ROUND/\d+", "/ROUND/CASE"),
    (r"/(rate|evidence-of)/[\w.]+", r"/\1/CODE"),
    (r"/records/[a-z_]+", "/records/KIND"),
    (r"/options/[a-z_]+", "/options/NAME"),
    (r"/rules/[a-z_]+", "/rules/NAME"),
    (r"\d+", "N"),
)


def kind_of(path: str) -> str:
    for pattern, said in OF_ONE:
        path = re.sub(pattern, said, path)
    return path

# What read_odbc.py and read_psycopg2.py share: see test/t/051_bi_drivers.pl for the output.

import datetime
import struct
import sys


def canonical(value):
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, float):
        return struct.pack(">d", value).hex()
    if isinstance(value, datetime.datetime):
        if value.tzinfo:
            value = value.astimezone(datetime.timezone.utc)
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return str(value)


def read(cursor, type_name):
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdin.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        name, query = line.rstrip("\n").split("\t")
        cursor.execute(query)
        print("#", name)
        print("=", *(f"{column[0]}:{type_name(column[1])}" for column in cursor.description))
        for row in cursor:
            print("\t".join(map(canonical, row)))

# Reads queries with psycopg2, as Superset does.

import psycopg2

from read_rows import read

# everything is in the environment, as libpq reads it
connection = psycopg2.connect("")
read(connection.cursor(), str)

# Reads queries over ODBC, as Excel and Power BI can do.

import os

import pyodbc

from read_rows import read

connection = pyodbc.connect(
    # without BoolsAsChar=0, booleans arrive as text
    "DRIVER=PostgreSQL Unicode;SERVER={PGHOST};PORT={PGPORT};DATABASE={PGDATABASE};UID={PGUSER};PWD={PGPASSWORD};BoolsAsChar=0".format(
        **os.environ
    )
)
read(connection.cursor(), lambda code: code.__name__)

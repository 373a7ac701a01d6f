#!/bin/bash
# Reads an export of tickets into the table tickets of a database and prints a report: see import/*.sql.
# PostgreSQL parses the CSV, iconv converts the encoding. No text of the file gets into a command: the columns are named
# c1, c2, ... psql must reach a database, as a superuser, through PGHOST and the other variables.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# A table of PostgreSQL has at most 1,600 columns; the row number takes one.
readonly MOST_COLUMNS=1599
# A row with this many columns fits into a page of a table, however long its fields are.
readonly FITTING_COLUMNS=400

usage() {
  cat <<'TEXT'
usage: import.sh [--check] [--map LIST] [--dates DMY|MDY|YMD] [--decimal point|comma] [--zone ZONE] FILE
TEXT
}

# Stops with a message about the file, without control characters.
die() {
  printf '%s: %s\n' "${NAME:-import}" "$*" | LC_ALL=C tr -d '\000-\011\013-\037\177' >&2
  exit 1
}

CHECK=
MAP=
DATES=
DECIMALS=
ZONE=UTC
while [[ ${1-} == --* ]]; do
  case $1 in
    --check) CHECK=yes ;;
    --map | --dates | --decimal | --zone)
      [[ ${2-} ]] || die "$1 needs a value"
      case $1 in
        --map) MAP=$2 ;;
        --dates) DATES=$2 ;;
        --decimal) DECIMALS=$2 ;;
        --zone) ZONE=$2 ;;
      esac
      shift
      ;;
    *) die "unknown argument $1" ;;
  esac
  shift
done
(( $# == 1 )) || { usage >&2; exit 2; }
FILE=$1
NAME=$(basename -- "$FILE")
[[ $DATES =~ ^(DMY|MDY|YMD)?$ ]] || die "--dates must be DMY, MDY or YMD"
[[ $DECIMALS =~ ^(point|comma)?$ ]] || die "--decimal must be point or comma"
[[ -f $FILE && -r $FILE ]] || die "cannot read this file"

# ---------------------------------------------------------------- characters

# Prints the file, unpacked. Ignores errors: gzip fails when its reader stops early.
bytes() { if [[ $PACKED ]]; then gzip -dc -- "$FILE"; else cat -- "$FILE"; fi 2>/dev/null || true; }

# Prints the first bytes as hexadecimal digits.
beginning() { bytes | head -c "$1" | od -An -tx1 -v | tr -d ' \n'; }

# Prints the file as UTF-8, without a byte order mark.
text() {
  bytes | if [[ $ENCODING == UTF-8 ]]; then cat; else iconv -f "$ENCODING" -t UTF-8; fi |
    if [[ $MARK ]]; then tail -c +4; else cat; fi
}

# Tests for the byte $1, as tr writes it, in the first 64 KB of the file.
has_byte() { [[ $({ bytes | head -c 65536 | LC_ALL=C tr -dc "$1" | head -c 1 | od -An -tx1; } 2>/dev/null) ]]; }

# Sets PACKED, ENCODING and MARK (a byte order mark), or stops.
find_encoding() {
  PACKED=
  MARK=
  ENCODING=UTF-8
  if [[ $(beginning 2) == 1f8b ]]; then
    gzip -t -- "$FILE" 2>/dev/null || die "the gzip file is damaged"
    PACKED=yes
  fi
  case $(beginning 4) in
    '') die "the file is empty" ;;
    504b0304) die "this is an Excel workbook or a ZIP archive: save it as CSV (UTF-8), or unpack it" ;;
    d0cf11e0) die "this is an old Excel workbook: save it as CSV (UTF-8)" ;;
    25504446) die "this is a PDF, not a CSV file" ;;
    fffe*) ENCODING=UTF-16LE MARK=yes ;;
    feff*) ENCODING=UTF-16BE MARK=yes ;;
    efbbbf*) MARK=yes ;;
  esac
  if [[ $ENCODING == UTF-8 ]]; then
    ! has_byte '\000' || die "this is a binary file, or UTF-16 without a byte order mark: save it as CSV (UTF-8)"
    bytes | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1 || ENCODING=WINDOWS-1252
  fi
  bytes | iconv -f "$ENCODING" -t UTF-8 >/dev/null 2>&1 ||
    die "this is neither UTF-8 nor ${ENCODING/WINDOWS/Windows}: save it as CSV (UTF-8)"
}

# ---------------------------------------------------------------- lines and columns

# Prints the lines of the file from the header on. Old spreadsheets end lines with a bare carriage return.
lines() {
  {
    text | if [[ $OLD_MAC ]]; then tr '\r' '\n'; else cat; fi |
      sed -n -e '/[^[:space:]]/,$p' | if [[ $SEPARATOR ]]; then tail -n +2; else cat; fi
  } 2>/dev/null
}

query() {
  PGCLIENTENCODING=UTF8 PGOPTIONS='-c lc_messages=C -c client_min_messages=warning' \
    psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY="${VERBOSITY-terse}" "$@"
}

# Runs statements that can stop with a message about the file.
statement() {
  local error
  { error=$(query "$@" 2>&1 >&3); } 3>&1 || die "$(sed -n 's/^.*ERROR:  //p' <<<"$error" | head -n 1)"
}

# Sets SEPARATOR (from Excel's first line "sep=;"), OLD_MAC and LEADING, the number of lines before the header.
find_lines() {
  local first
  OLD_MAC=
  SEPARATOR=
  LEADING=$({ text | grep -n -m 1 '[^[:space:]]' | cut -d : -f 1 || true; } 2>/dev/null)
  LEADING=$(( ${LEADING:-1} - 1 ))
  if has_byte '\r' && ! has_byte '\n'; then OLD_MAC=yes; fi
  first=$({ lines | head -n 1 | head -c 100 || true; } 2>/dev/null)
  if [[ ${first%$'\r'} =~ ^\"?[Ss][Ee][Pp]=(.)\"?$ ]]; then SEPARATOR=${BASH_REMATCH[1]}; fi
  [[ ! $SEPARATOR ]] || LEADING=$(( LEADING + 1 ))
}

# Prints the character $1 as a literal of SQL.
quoted_byte() { printf "E'\\\\x%s'" "$(printf '%s' "$1" | od -An -tx1 | tr -d ' ')"; }

# Prints the number of columns in the header with delimiter $1, from the error of PostgreSQL about the first missing
# column of a very wide table.
header_columns() {
  local error
  error=$(lines | head -c 1000000 2>/dev/null |
    query -c "COPY import.probe FROM STDIN WITH (FORMAT csv, DELIMITER $(quoted_byte "$1"))" \
      2>&1 || true)
  case $error in
    *'missing data for column "c'*)
      error=${error#*missing data for column \"c}
      echo "$(( ${error%%\"*} - 1 ))"
      ;;
    *'unterminated CSV quoted field'*) die "a quotation mark in the header is never closed" ;;
    *'extra data after last expected column'*) echo "$(( MOST_COLUMNS + 1 ))" ;;
    *) echo 0 ;;
  esac
}

# Sets DELIMITER and COLUMNS. The delimiter is the comma, semicolon, tab or bar that makes the most columns.
find_columns() {
  local candidate n
  query -c "CREATE TABLE import.probe ($(seq -f 'c%.0f text' -s ', ' "$(( MOST_COLUMNS + 1 ))"))"
  COLUMNS=0
  for candidate in ${SEPARATOR:-, ; $'\t' '|'}; do
    n=$(header_columns "$candidate")
    if (( n > COLUMNS )); then DELIMITER=$candidate COLUMNS=$n; fi
  done
  query -c 'DROP TABLE import.probe'
  (( COLUMNS > 0 )) || die "no header line was found"
  (( COLUMNS <= MOST_COLUMNS )) || die "the header has more than $MOST_COLUMNS columns"
}

# Turns blank lines and lines of delimiters into rows of empty fields: COPY refuses them, and rows must keep their
# numbers. Adds the missing fields to a footer, as Salesforce writes it: lines of one field each, after a blank line, at
# the end of the file. Lines within quotes stay. A line "\." would end COPY.
complete_lines() {
  LC_ALL=C awk -v delimiter="$DELIMITER" -v columns="$COLUMNS" '
    BEGIN { for (i = 1; i < columns; i++) empty = empty delimiter; blank = "^[ \t" delimiter "]*$" }
    function print_footer(rest, i) {
      for (i = 1; i <= footer; i++) print line[i] (line[i] ~ blank ? "" : rest)
      footer = 0
    }
    { sub(/\r$/, "") }
    $0 == "\\." { $0 = "\\. " }
    !quoted && $0 ~ blank { line[++footer] = empty; next }
    footer && /^("[^"]*"|[^"]*)$/ && (/^"/ || !index($0, delimiter)) { line[++footer] = $0; next }
    { print_footer(""); print; if (gsub(/"/, "\"") % 2) quoted = !quoted }
    END { print_footer(empty) }'
}

# Loads the rows as text into import.raw. Stops at a line with more or fewer columns than the header.
load_rows() {
  local names error line
  names=$(seq -f 'c%.0f' -s ', ' "$COLUMNS")
  query -c "CREATE UNLOGGED TABLE import.raw (n bigint GENERATED ALWAYS AS IDENTITY, ${names//,/ text,} text)"
  (( COLUMNS <= FITTING_COLUMNS )) || query -c 'CREATE TRIGGER keep_known_columns BEFORE INSERT ON import.raw
    FOR EACH ROW EXECUTE FUNCTION import.keep_known_columns()'
  error=$(lines | complete_lines | VERBOSITY=default query -c "COPY import.raw ($names) FROM STDIN WITH (FORMAT csv,
    DELIMITER $(quoted_byte "$DELIMITER"))" 2>&1) && return
  line=$(sed -n 's/^CONTEXT:.*, line \([0-9]*\).*/\1/p' <<<"$error" | head -n 1)
  line=$(( line + LEADING ))
  case $error in
    *'missing data for column "c'*)
      die "line $line has fewer columns than the header ($COLUMNS): correct or delete this line" ;;
    *'extra data after last expected column'*)
      (( COLUMNS > 1 )) ||
        die "the first line has one column, line $line has more: delete the lines above the header"
      die "line $line has more columns than the header ($COLUMNS):" \
        "correct this line, or quote the field that contains \"$DELIMITER\"" ;;
    *'unterminated CSV quoted field'*)
      die "a quotation mark is never closed, so the rows cannot be separated" ;;
    *'invalid byte sequence'*) die "line $line has a character that PostgreSQL cannot store" ;;
    *) die "line $line cannot be read: $(sed -n 's/^.*ERROR:  //p' <<<"$error" | head -n 1)" ;;
  esac
}

find_encoding
[[ ! $CHECK ]] || exit 0

awk 'FNR == 1 { file = FILENAME; sub(/.*\//, "", file); sub(/\.txt$/, "", file) }
  NF { printf "%s\001%s\n", file, $0 }' "$HERE/import/words.txt" "$HERE"/import/headers/*.txt |
  query -v map="$MAP" -v dates="$DATES" -v decimals="$DECIMALS" -v zone="$ZONE" \
    -f "$HERE/import/tables.sql" -f "$HERE/import/readers.sql" -f "$HERE/import/map.sql" -f "$HERE/import/load.sql" \
    -c "COPY import.line (file, text) FROM STDIN WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')" \
    -f <(echo "INSERT INTO import.options (map, dates, decimals, zone)
                 VALUES (:'map', :'dates', :'decimals', :'zone')") \
    -c 'SELECT import.keep_known(), import.keep_words()' >/dev/null
find_lines
find_columns
load_rows
statement -c "SELECT import.loaded()" -c "SELECT import.map_columns()" -c "SELECT import.make_tickets()" >/dev/null
printf '%s: %s, %s columns separated by %s, %s.\n' "$(printf '%s' "$NAME" | LC_ALL=C tr -d '\000-\037\177')" \
  "$(query -c "SELECT import.amount(count(*), 'row') FROM import.raw")" "$COLUMNS" \
  "$(case $DELIMITER in
    ,) echo commas ;;
    ';') echo semicolons ;;
    $'\t') echo tabs ;;
    *) printf '"%s"' "$DELIMITER" ;;
  esac)" "${ENCODING/WINDOWS/Windows}"
query -c 'SELECT line FROM import.report()' -c 'DROP TABLE import.raw, import.field, import.ticket'

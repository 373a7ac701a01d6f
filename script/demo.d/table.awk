# Draws the tab-separated result of a query (first line: column names) as a table for people.
#
# Durations (as PostgreSQL writes intervals) become "2h 14m", numbers are rounded, columns without any value are left
# out, and the first column stays as it is (a team may be called 70). The columns listed in `bars` get a bar: "NPS/100"
# of a hundred, "NPS" of the largest value. Columns listed in `sparks` get one line each below the table that shows them
# over the rows.
# A last line "Time: 12.3 ms", written by psql, is shown below.
#
# Variables: bars, sparks (names separated by commas), utf8, color (1 or 0), digits (decimals). Run with LC_ALL=C:
# then lengths are bytes in every awk, and width() can count characters itself.

BEGIN {
    FS = "\t"
    names(bars, has_bar)
    names(sparks, has_spark)
    if (utf8) {
        split("▏ ▎ ▍ ▌ ▋ ▊ ▉ █", part, " ")
        levels = split("▁ ▂ ▃ ▄ ▅ ▆ ▇ █", level, " ")
        rule = "─"; arrow = "→"
    } else {
        levels = split("_ . - = + * # @", level, " ")
        rule = "-"; arrow = "->"
    }
}

/^Time: / { time = $0; sub(/ \(.*/, "", time); sub(/^Time: /, "", time); next }
NR == 1 { columns = NF; for (c = 1; c <= NF; c++) head[c] = $c; next }
{ rows++; for (c = 1; c <= columns; c++) cell[rows, c] = $c }

END {
    for (c = 1; c <= columns; c++)
        measure(c)
    if (!rows) {
        print "  (no rows)"
        exit
    }
    line = ""
    for (c = 1; c <= columns; c++)
        if (kind[c] != "empty")
            line = line "  " pad(head[c], size[c], kind[c] == "text")
    print strong(rtrim(line))
    line = ""
    for (c = 1; c <= columns; c++)
        if (kind[c] != "empty")
            line = line "  " repeat(rule, size[c])
    print line
    for (r = 1; r <= rows; r++) {
        line = ""
        for (c = 1; c <= columns; c++)
            if (kind[c] != "empty")
                line = line "  " pad(shown[r, c], size[c], kind[c] == "text")
        print rtrim(line)
    }
    for (c = 1; c <= columns; c++)
        if (head[c] in has_spark && kind[c] != "empty" && rows > 1)
            print (spark_lines++ ? "" : "\n") "  " pad(head[c], 14, 1) " " spark(c)
    if (time != "")
        print faint("  " time)
}

function names(list, set,   i, n, word, of) {
    n = split(list, word, /, */)
    for (i = 1; i <= n; i++) {
        of = 0
        if (match(word[i], /\/[0-9]+$/)) {
            of = substr(word[i], RSTART + 1) + 0
            word[i] = substr(word[i], 1, RSTART - 1)
        }
        set[word[i]] = of
    }
}

# Finds the type, the texts and the width of column c.
function measure(c,   r, v, numbers, durations, values, fraction, low, high) {
    for (r = 1; r <= rows; r++) {
        v = cell[r, c]
        if (v == "") continue
        values++
        if (v ~ /^-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$/) {
            numbers++
            amount[r, c] = v + 0
            if (v ~ /[.e]/) fraction = 1
        } else if (v ~ /^(-?[0-9]+ days?)?( ?-?[0-9]+:[0-9][0-9]:[0-9][0-9](\.[0-9]+)?)?$/) {
            durations++
            amount[r, c] = seconds(v)
        }
        if (values == 1 || amount[r, c] > top[c]) top[c] = amount[r, c]
    }
    kind[c] = !values ? "empty" : c == 1 ? "text" : \
        numbers == values ? "number" : durations == values ? "duration" : "text"
    size[c] = width(head[c])
    for (r = 1; r <= rows; r++) {
        v = cell[r, c]
        if (v != "" && kind[c] == "number") v = number(amount[r, c], head[c], fraction)
        if (v != "" && kind[c] == "duration") v = duration(amount[r, c])
        shown[r, c] = value[r, c] = v
        if (width(v) > widest[c]) widest[c] = width(v)
    }
    for (r = 1; r <= rows; r++) {
        if (head[c] in has_bar && kind[c] != "text")
            shown[r, c] = pad(shown[r, c], widest[c], 0) " " pad(bar(r, c), 8, 1)
        if (width(shown[r, c]) > size[c]) size[c] = width(shown[r, c])
    }
}

function seconds(v,   part, days, n, sign) {
    if (match(v, /^-?[0-9]+ days?/)) { days = v + 0; v = substr(v, RLENGTH + 1); sub(/^ /, "", v) }
    sign = v ~ /^-/ ? -1 : 1
    sub(/^-/, "", v)
    n = split(v, part, ":")
    return 86400 * days + (n == 3 ? sign * (3600 * part[1] + 60 * part[2] + part[3]) : 0)
}

# Shows the two largest units only: 3d 4h, 2h 14m, 4m 10s, 38s.
function duration(s) {
    if (s < 0) return "-" duration(-s)
    s = int(s + 0.5)
    if (s < 60) return s "s"
    if (s < 3600) return int(s / 60) "m " sprintf("%02ds", s % 60)
    s = int(s / 60 + 0.5)
    if (s < 1440) return int(s / 60) "h " sprintf("%02dm", s % 60)
    s = int(s / 60 + 0.5)
    return commas(int(s / 24)) "d " sprintf("%02dh", s % 24)
}

# Exact seconds are for checking, so they keep their fraction; money has cents.
function number(v, name, fraction,   text) {
    if (name ~ /_seconds$/) {
        text = sprintf("%.6f", v)
        sub(/\.?0+$/, "", text)
        return commas(text)
    }
    if (!fraction && name !~ /%$/) return commas(sprintf("%d", v))
    return commas(sprintf("%.*f", name ~ /cost|MRR/ ? 2 : digits, v))
}

function commas(text,   tail, sign) {
    text = text ""
    if (text ~ /^-/) { sign = "-"; text = substr(text, 2) }
    if (match(text, /\./)) { tail = substr(text, RSTART); text = substr(text, 1, RSTART - 1) }
    while (length(text) > 3) {
        tail = "," substr(text, length(text) - 2) tail
        text = substr(text, 1, length(text) - 3)
    }
    return sign text tail
}

function bar(r, c,   of, eighths, text) {
    of = has_bar[head[c]] ? has_bar[head[c]] : top[c]
    if (cell[r, c] == "" || of <= 0 || amount[r, c] <= 0) return ""
    eighths = int(64 * amount[r, c] / of + 0.5)
    if (eighths > 64) eighths = 64
    if (!utf8) return repeat("#", int(eighths / 8 + 0.5))
    text = repeat("█", int(eighths / 8))
    return eighths % 8 ? text part[eighths % 8] : text
}

function spark(c,   r, low, high, first, last, text, seen) {
    for (r = 1; r <= rows; r++) {
        if (cell[r, c] == "") continue
        if (!seen || amount[r, c] < low) low = amount[r, c]
        if (!seen || amount[r, c] > high) high = amount[r, c]
        if (!seen++) first = r
        last = r
    }
    for (r = 1; r <= rows; r++)
        text = text (cell[r, c] == "" ? " " : high == low ? level[1] : \
            level[1 + int((levels - 1) * (amount[r, c] - low) / (high - low) + 0.5)])
    return text "  " value[first, c] " " arrow " " value[last, c]
}

# Characters, not bytes: the continuation bytes of UTF-8 take no room.
function width(text) { gsub(/[\200-\277]/, "", text); return length(text) }
function pad(text, to, left) { return left ? text repeat(" ", to - width(text)) : repeat(" ", to - width(text)) text }
function repeat(text, times,   all) { while (times-- > 0) all = all text; return all }
function rtrim(text) { sub(/ +$/, "", text); return text }
function strong(text) { return color ? "\033[1m" text "\033[0m" : text }
function faint(text) { return color ? "\033[2m" text "\033[0m" : text }

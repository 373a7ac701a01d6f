# Splits the header line of a CSV file into one column name a line. The first line printed is the delimiter: the one
# of comma, semicolon, tab and bar that stands most often outside quotes. Control characters become spaces, because the
# names are shown on a terminal; the names are never part of a command. Run with LC_ALL=C.

NR == 1 {
    sub(/^\357\273\277/, "")
    sub(/\r$/, "")
    bare = $0
    gsub(/"[^"]*"/, "", bare)
    delimiter = ","
    n = split(", ; \t |", candidate, " ")
    candidate[3] = "\t"; candidate[4] = "|"
    for (i = 1; i <= 4; i++) {
        count = 0
        for (j = 1; j <= length(bare); j++)
            count += substr(bare, j, 1) == candidate[i]
        if (count > most) { most = count; delimiter = candidate[i] }
    }
    print delimiter
    name = ""
    for (j = 1; j <= length($0); j++) {
        ch = substr($0, j, 1)
        if (ch == "\"") {
            if (quoted && substr($0, j + 1, 1) == "\"") { name = name ch; j++ }
            else quoted = !quoted
        } else if (ch == delimiter && !quoted) {
            column(name)
            name = ""
        } else
            name = name ch
    }
    column(name)
}

function column(text) { gsub(/[\001-\037\177]/, " ", text); print text }

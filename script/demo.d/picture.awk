# Draws some steps of the demo as a terminal, for README.md: those whose titles are given, separated by bars.
#
#     script/demo | LC_ALL=C awk -v steps='One query over your tickets|The months, for executives' \
#         -f script/demo.d/picture.awk >doc/demo.svg

BEGIN { number = split(steps, wanted, "|") }

/^== / {
    shown = 0
    for (i = 1; i <= number; i++)
        if ($0 == "== " wanted[i])
            shown = 1
}

# query times differ from run to run
shown && !/^  [0-9.]+ ms$/ && !/^  running / {
    line[++lines] = $0
    # characters, not bytes
    gsub(/[\200-\277]/, "")
    if (length($0) > width)
        width = length($0)
}

END {
    while (line[lines] == "")
        lines--
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n",
        width * 7.9 + 40, lines * 18 + 34
    print "<title>script/demo in a terminal: a query with its result, and a view of the data mart</title>"
    print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1f24\"/>"
    print "<g font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\"" \
        " font-size=\"13\" fill=\"#e6e6e6\">"
    for (i = 1; i <= lines; i++)
        if (line[i] != "")
            printf "<text x=\"20\" y=\"%d\" xml:space=\"preserve\"%s>%s</text>\n",
                i * 18 + 12, style(line[i]), escaped(line[i])
    print "</g>\n</svg>"
}

function style(text) {
    if (text ~ /^== /)
        return " fill=\"#6cc5d9\" font-weight=\"bold\""
    return text ~ /^    / ? " fill=\"#9aa4af\"" : ""
}

function escaped(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}

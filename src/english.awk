# Turns src/english.txt into C: one entry a line, "words: value", as in the text of a sentiment_lexicon.

BEGIN {
	markers["=not"] = "KPI_NEGATES"
	markers["=very"] = "KPI_STRENGTHENS"
	markers["=slightly"] = "KPI_WEAKENS"
	markers["=request"] = "KPI_ASKS"
	markers["=thanks"] = "KPI_THANKS"
	markers["=but"] = "KPI_CONTRASTS"
	markers["=number"] = "KPI_COUNTS"
	print "/* generated from english.txt */"
	print "#include \"sentiment_lexicon.h\"\n"
	print "const KpiLexiconEntry kpi_english[] = {"
}

{
	if (!match($0, /: [-=0-9][^:]*$/)) {
		print "english.txt: line " NR " is no entry: " $0 >"/dev/stderr"
		exit failed = 1
	}
	words = substr($0, 1, RSTART - 1)
	n = split(substr($0, RSTART + 2), value, " ")
	gsub(/[\\"]/, "\\\\&", words)
	weight = 0
	marker = "0"
	for (i = 1; i <= n; i++)
		if (value[i] ~ /^=/)
			marker = (marker == "0" ? "" : marker " | ") markers[value[i]]
		else
			weight = value[i] * 100
	printf "\t{\"%s\", %.0f, %s},\n", words, weight, marker
}

END {
	if (failed)
		exit 1
	print "};\n"
	print "const int	kpi_english_entries = lengthof(kpi_english);"
}

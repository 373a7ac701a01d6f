/*
 * sentiment_score.h
 *		How negative or positive a text is.
 */
#ifndef KPI_SENTIMENT_SCORE_H
#define KPI_SENTIMENT_SCORE_H

#include "lexicon.h"

/* scores at or below its negative, and at or above it, are not neutral */
#define KPI_SENTIMENT_CUT 0.05

extern bool kpi_sentiment_score(const KpiLexicon *lexicon, const char *text, size_t length, double *score);

#endif							/* KPI_SENTIMENT_SCORE_H */

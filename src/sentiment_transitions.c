/*
 * sentiment_transitions.c
 *		Transitions of kpi_ratio and kpi_rate that count sentiments.
 *
 * A sentiment is a number from -1, very negative, to 1, very positive.  The
 * transitions are strict: a NULL, a text that says nothing, does not count.
 * As elsewhere, each accum function has an inverse discard function.
 */
#include "rate.h"
#include "ratio.h"

#include "utils/float.h"

/* from here on a sentiment is positive, and from minus this on down negative */
#define NEUTRAL_BELOW 0.05

/*
 * Returns the argument that is a sentiment.  Raises an error if it is outside
 * -1..1, or NaN.
 */
static inline double
sentiment_argument(FunctionCallInfo fcinfo)
{
	double		sentiment = PG_GETARG_FLOAT8(1);

	if (unlikely(!(sentiment >= -1 && sentiment <= 1)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sentiment %s is out of range", float8out_internal(sentiment)),
				 errdetail("A sentiment is between -1 and 1."),
				 errhint("Divide by the highest value of the scale, or skip such rows with "
						 "FILTER (WHERE sentiment BETWEEN -1 AND 1), using your own column name.")));
	return sentiment;
}

/*
 * The source of a mean sentiment, whose denominator is the number of rows.
 */
static inline bool
mean_sentiment(FunctionCallInfo fcinfo, KpiAmounts *row)
{
	row->numerator = kpi_millionths_of_double(sentiment_argument(fcinfo));
	row->denominator = KPI_MILLION;
	return true;
}

/*
 * kpi_ratio_accum_sentiment(kpi_ratio, sentiment double precision)
 * returns kpi_ratio
 *
 * Adds a sentiment.  Strict.
 */
KPI_RATIO_SOURCE(kpi_ratio_accum_sentiment, kpi_ratio_discard_sentiment, mean_sentiment);

/*
 * kpi_rate_accum_negative(kpi_rate, sentiment double precision)
 * kpi_rate_accum_positive(kpi_rate, sentiment double precision)
 * returns kpi_rate
 *
 * Count negative and positive sentiments.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_negative, kpi_rate_discard_negative, sentiment_argument(fcinfo) <= -NEUTRAL_BELOW);
KPI_RATE_SOURCE(kpi_rate_accum_positive, kpi_rate_discard_positive, sentiment_argument(fcinfo) >= NEUTRAL_BELOW);

/*
 * estimate.c
 *		kpi_estimate: a value with its confidence interval.
 */
#include "estimate.h"

#include "access/htup_details.h"
#include "funcapi.h"

#include <math.h>

/*
 * The argument that says how sure to be, above 0 and below 1.
 */
double
kpi_confidence(FunctionCallInfo fcinfo, int argument)
{
	double		confidence = PG_GETARG_FLOAT8(argument);

	if (isnan(confidence) || confidence <= 0 || confidence >= 1)
	{
		StringInfoData text;

		initStringInfo(&text);
		kpi_double_append(&text, confidence);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence %s is not between 0 and 1", text.data),
				 errhint("95 percent is 0.95.")));
	}
	return confidence;
}

/*
 * The composite datum, for a function declared to return kpi_estimate.
 */
Datum
kpi_estimate(FunctionCallInfo fcinfo, KpiEstimate estimate)
{
	TupleDesc	row;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	values[0] = Float8GetDatum(estimate.value);
	values[1] = Float8GetDatum(estimate.low);
	values[2] = Float8GetDatum(estimate.high);
	values[3] = Int64GetDatum(estimate.n);
	nulls[1] = isnan(estimate.low);
	nulls[2] = isnan(estimate.high);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls));
}

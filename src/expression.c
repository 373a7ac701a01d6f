/*
 * expression.c
 *		Expressions as text, before they become part of a query.
 */
#include "kpi_compat.h"

#include "nodes/makefuncs.h"
#include "parser/parser.h"
#include "utils/builtins.h"

/*
 * kpi_is_expression(expressions text) returns boolean
 *
 * Returns whether a text is a list of expressions.  Within parentheses such a
 * text stays there: it cannot close them and go on with SQL of its own.  Only
 * parses, runs nothing.  Raises a syntax error where the parser does.
 */
PG_FUNCTION_INFO_V1(kpi_is_expression);
Datum
kpi_is_expression(PG_FUNCTION_ARGS)
{
	char	   *query = psprintf("SELECT ROW(%s)", text_to_cstring(PG_GETARG_TEXT_PP(0)));
	List	   *statements = raw_parser(query, RAW_PARSE_DEFAULT);
	SelectStmt *found;
	SelectStmt *wanted;
	ResTarget  *target;

	if (list_length(statements) != 1)
		PG_RETURN_BOOL(false);
	found = (SelectStmt *) linitial_node(RawStmt, statements)->stmt;
	if (!IsA(found, SelectStmt) || list_length(found->targetList) != 1)
		PG_RETURN_BOOL(false);
	target = linitial_node(ResTarget, found->targetList);

	/* no clause but the list, and in the list nothing but the row */
	wanted = makeNode(SelectStmt);
	wanted->targetList = found->targetList;
	PG_RETURN_BOOL(equal(found, wanted) && target->name == NULL && IsA(target->val, RowExpr));
}

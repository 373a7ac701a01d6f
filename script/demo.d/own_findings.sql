SELECT format('%s %s: %s%s. %s', severity, "check", rows, ' rows, such as ' || example, advice)
FROM kpi_check_tickets('mart_tickets')
WHERE rows > 0;

SELECT format('%s: %s tickets have %s%s. %s', severity, rows, replace("check", '_', ' '), ', such as ' || example,
              advice)
FROM kpi_check_tickets('tickets')
WHERE rows > 0 AND severity <> 'info';

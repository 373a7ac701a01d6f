-- the signals of the health of the customers $1
-- kind: query
@signals_of_customers@

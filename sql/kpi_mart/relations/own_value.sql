-- internal: the value of a KPI of the user's own, by its answer
-- kind: query
@own_value@

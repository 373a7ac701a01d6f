--: title: What do we want to reach?
--: note: Targets are rows of yours: of all tickets or of a segment, with a warning level, and an owner of the alerts. Here alerts look at all ten years; seven days is usual.
INSERT INTO care.kpi_target (kpi, segment, direction, target, warning, low, high, days, owner) VALUES
    ('fcr_pct', '{}', 'up', 75, 70, NULL, NULL, 3650, 'Ann'),
    ('fcr_pct', '{"channel": "phone"}', 'up', 80, 75, NULL, NULL, 3650, 'Bob'),
    ('csat_pct', '{}', 'up', 80, NULL, NULL, NULL, 3650, 'Ann'),
    ('sla_response_pct', '{}', 'up', 90, 85, NULL, NULL, 3650, 'Cid'),
    ('nps', '{}', 'up', 30, NULL, NULL, NULL, 3650, 'Ann'),
    ('reopen_pct', '{}', 'down', 5, 8, NULL, NULL, 3650, 'Ann'),
    ('tickets', '{}', 'range', NULL, NULL, 10000, 20000, NULL, NULL);

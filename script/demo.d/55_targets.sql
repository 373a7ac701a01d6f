--: title: Set targets
--: note: Targets are rows that you insert: for all tickets or a segment, with a warning level and an owner.
INSERT INTO care.kpi_target (kpi, segment, direction, target, warning, owner) VALUES
    ('fcr_pct', '{}', 'up', 75, 70, 'Ann'),
    ('fcr_pct', '{"channel": "phone"}', 'up', 80, 75, 'Bob'),
    ('csat_pct', '{}', 'up', 80, NULL, 'Ann'),
    ('sla_response_pct', '{}', 'up', 90, 80, 'Cid'),
    ('nps', '{}', 'up', 30, NULL, 'Ann'),
    ('reopen_pct', '{}', 'down', 5, 8, 'Ann');

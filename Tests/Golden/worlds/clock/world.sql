CREATE TABLE score (user TEXT, at TEXT, loaded TEXT, value INTEGER, note TEXT);
INSERT INTO score VALUES
  ('a', '2024-01-01T10:00:00Z', '2024-01-01T10:05:00Z', 1, 'first'),
  ('a', '2024-01-01T11:00:00Z', '2024-01-01T13:00:00Z', 2, NULL),
  ('b', '2024-01-01T10:00:00Z', '2024-01-01T10:01:00Z', 3, 'x'),
  ('b', '2024-01-01T10:00:00Z', '2024-01-01T10:02:00Z', 4, 'y'),
  ('c', '2024-01-01T12:00:00Z', NULL, 5, '');
CREATE TABLE home (user TEXT, city TEXT, since TEXT, verified INTEGER);
INSERT INTO home VALUES
  ('a', 'Oslo', '2020-02-29', 1),
  ('d', 'Washington, D.C.', NULL, 0);
CREATE TABLE asked (user TEXT, asked_at DATETIME, weight REAL, paid BOOLEAN, due DATE, note TEXT);
INSERT INTO asked VALUES
  ('a', '2024-01-01T12:30:00+01:00', 1.5, 1, '2024-02-01', 'a,b'),
  ('b', '2024-01-01 10:00:00.000001', NULL, 0, NULL, ''),
  (NULL, '2024-01-01 12:00', 2, NULL, NULL, NULL),
  ('a', NULL, -0.25, 1, NULL, 'x'),
  ('a', '2024-01-01T12:30:00+01:00', 1.5, 1, '2024-02-01', 'a,b');

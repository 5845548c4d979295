CREATE TABLE score ("user" text, at timestamp with time zone, loaded timestamp, value integer, note varchar(20));
INSERT INTO score VALUES
  ('a', '2024-01-01 12:00:00+02', '2024-01-01 10:05:00', 1, 'first'),
  ('a', '2024-01-01 11:00:00+00', '2024-01-01 13:00:00', 2, NULL),
  ('b', '2024-01-01 10:00:00+00', '2024-01-01 10:01:00', 3, 'x'),
  ('b', '2024-01-01 10:00:00+00', '2024-01-01 10:02:00', 4, 'y'),
  ('c', '2024-01-01 12:00:00+00', NULL, 5, '');
CREATE TABLE home ("user" text, city text, since date, verified boolean);
INSERT INTO home VALUES
  ('a', 'Oslo', '2020-02-29', true),
  ('d', 'Washington, D.C.', NULL, false);
